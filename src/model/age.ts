/**
 * A duration in milliseconds as kubectl prints ages: exact where it is short, coarser as it grows (`45s`, `5m`, `7m30s`,
 * `3h12m`, `12d`, `2y30d`). Two seconds of clock difference into the future count as now. Source: apimachinery
 * `duration.HumanDuration`.
 */
export function formatAge(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.trunc(seconds / 60);
  if (minutes < 10) return pair(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.trunc(minutes / 60);
  if (hours < 8) return pair(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.trunc(hours / 24);
  if (hours < 8 * 24) return pair(days, 'd', hours % 24, 'h');
  const year = 365;
  if (days < 2 * year) return `${days}d`;
  const years = Math.trunc(days / year);
  return days < 8 * year ? pair(years, 'y', days % year, 'd') : `${years}y`;
}

const pair = (large: number, unit: string, small: number, smallUnit: string): string =>
  small === 0 ? `${large}${unit}` : `${large}${unit}${small}${smallUnit}`;

/** The age at `now` of something that began at `since`, both in milliseconds since the epoch. */
export const ageAt = (since: number | undefined, now: number): string =>
  since === undefined ? '<unknown>' : formatAge(now - since);
