import { formatAge } from '../model/age.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import { formatTime, type Translate } from './words.ts';

/** Since when a part of what is shown has not been confirmed; undefined where all of it is current. */
export function staleSince({ content }: ClusterSnapshot): number | undefined {
  let oldest: number | undefined;
  for (const { knowledge } of content.reads)
    if (knowledge.state === 'stale' && (oldest === undefined || knowledge.since < oldest)) oldest = knowledge.since;
  return oldest;
}

/** `as of 10:42, 3 min ago` */
export function asOf(since: number, now: number, t: Translate): string {
  const minutes = Math.floor((now - since) / 60_000);
  const at = formatTime(since, now);
  if (minutes < 1) return t('as of {0}', at);
  return minutes < 60
    ? t('as of {0}, {1} min ago', at, minutes)
    : t('as of {0}, {1} ago', at, formatAge(minutes * 60_000));
}
