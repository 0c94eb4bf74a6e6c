import { formatAge } from '../model/age.ts';
import { interestsOf } from '../inspect/interests.ts';
import { type ClusterSnapshot, type Interest, interestKey } from '../model/snapshot.ts';
import { formatTime, type Translate } from './words.ts';

/**
 * Since when a part of what is shown has not been confirmed; undefined where all of it is current. What is paused does not
 * count where it is none of the view's own: a page needed it that has been closed.
 */
export function staleSince(snapshot: ClusterSnapshot): number | undefined {
  let own: ReadonlySet<string> | undefined;
  const isOwn = (interest: Interest): boolean =>
    (own ??= new Set(interestsOf(snapshot).map(interestKey))).has(interestKey(interest));
  let oldest: number | undefined;
  for (const { interest, knowledge, paused } of snapshot.content.reads) {
    if (knowledge.state !== 'stale' || (oldest !== undefined && oldest <= knowledge.since)) continue;
    if (paused !== true || isOwn(interest)) oldest = knowledge.since;
  }
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
