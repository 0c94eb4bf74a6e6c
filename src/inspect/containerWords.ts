import type { ContainerState, ContainerStatus } from '../model/pod.ts';
import type { ContainerKind } from './cniViewTypes.ts';

/** What the commonest exit codes mean. Codes above 128 are 128 plus the signal that ended the process. */
const exitMeanings: Readonly<Record<number, string>> = {
  126: 'its command may not be executed',
  127: 'its command does not exist in the image',
  134: 'it aborted',
  137: 'it was killed',
  139: 'it crashed with a segmentation fault',
  143: 'it was asked to stop',
};

export const exitMeaning = (code: number, reason?: string): string | undefined =>
  reason === 'OOMKilled' ? 'it used more memory than its limit' : exitMeanings[code];

/** The last line, at most 120 characters of it, as a termination message may be a whole log. */
const oneLine = (text: string): string => {
  const lines = text.trim().split('\n');
  const last = (lines.at(-1) ?? '').trim();
  return last.length > 120 ? `${last.slice(0, 119)}…` : last;
};

export type Ended = ContainerState & { readonly kind: 'terminated' };

/** `exit 137, OOMKilled` · `exit 1, Error` · `signal 9`. */
export function exitWords(state: Ended): string {
  const how = state.signal !== undefined && state.signal !== 0 ? `signal ${state.signal}` : `exit ${state.exitCode}`;
  return state.reason === undefined || state.reason === '' || state.reason === 'Completed'
    ? how
    : `${how}, ${state.reason}`;
}

/** With the container's own last words, where it left any: `exit 1, "no pod CIDR"`. */
const lastWords = (state: Ended): string =>
  state.message === undefined || state.message.trim() === ''
    ? exitWords(state)
    : `exit ${state.exitCode}, "${oneLine(state.message).replaceAll('"', "'")}"`;

/**
 * A container's state as the tree says it: `running, ready`, `waiting: CrashLoopBackOff (last exit 1, Error)`,
 * `init, completed`.
 */
export function containerWords(kind: ContainerKind, status: ContainerStatus | undefined): string {
  const prefix = kind === 'main' ? '' : `${kind}, `;
  const state = status?.state;
  if (status === undefined || state === undefined) return `${prefix}not started`;
  switch (state.kind) {
    case 'running':
      if (kind === 'init') return 'init, running';
      return `${prefix}running, ${status.ready ? 'ready' : 'not ready'}`;
    case 'waiting': {
      const last = status.lastState?.kind === 'terminated' ? ` (last ${lastWords(status.lastState)})` : '';
      return state.reason === undefined || state.reason === ''
        ? `${prefix}waiting${last}`
        : `${prefix}waiting: ${state.reason}${last}`;
    }
    case 'terminated':
      if (state.exitCode === 0 && (state.signal ?? 0) === 0) return `${prefix}completed`;
      return `${prefix}ended: ${lastWords(state)}`;
  }
}
