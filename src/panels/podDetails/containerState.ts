import { exitMeaning } from '../../inspect/containerWords.ts';
import type { ContainerState } from '../../model/pod.ts';
import { moment, type Tone, type Value } from '../page.ts';
import { t } from '../translate.ts';

/** Signals that end processes, as Linux numbers them on every architecture that Kubernetes runs on. */
const signals: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  15: 'SIGTERM',
};

/** The signal that ended a process: as the runtime reports it, or as its exit code says, which is 128 and the signal. */
function signalWords(code: number, reported: number | undefined): string | undefined {
  const number = reported !== undefined && reported !== 0 ? reported : code > 128 && code < 128 + 65 ? code - 128 : 0;
  if (number === 0) return undefined;
  const name = signals[number];
  return name === undefined ? t('signal {0}', number) : t('signal {0}, {1}', number, name);
}

/** A state in a few words, as the row of a container shows it. */
export function stateWords(state: ContainerState | undefined): { readonly text: string; readonly tone: Tone } {
  switch (state?.kind) {
    case undefined:
      return { text: t('not started'), tone: 'muted' };
    case 'running':
      return { text: t('running'), tone: 'plain' };
    case 'waiting': {
      const reason = state.reason ?? t('waiting');
      const starting =
        state.reason === undefined || state.reason === 'ContainerCreating' || state.reason === 'PodInitializing';
      return { text: reason, tone: starting ? 'muted' : 'error' };
    }
    case 'terminated':
      return {
        text:
          state.exitCode === 0
            ? (state.reason ?? 'Completed')
            : t('{0} (exit {1})', state.reason ?? 'Error', state.exitCode),
        tone: state.exitCode === 0 ? 'plain' : 'error',
      };
  }
}

/** What an exit code says. One below 126 is the program's own, and only the program knows its meaning. */
const meaningOf = (code: number, reason: string | undefined): string | undefined =>
  exitMeaning(code, reason) ??
  (code > 0 && code < 126 ? t('the program ended with an error of its own: its log says which') : undefined);

/** A state with all that is known of it. */
export function describeState(state: ContainerState | undefined): readonly Value[] {
  if (state === undefined) return [];
  const { text, tone } = stateWords(state);
  const values: (Value | undefined)[] = [{ text, tone }];
  if (state.kind === 'running') values.push(moment(state.started, { before: t('for') }));
  if (state.kind !== 'running' && state.message !== undefined && state.message !== '')
    values.push({ text: state.message, mono: true, copy: true });
  if (state.kind === 'terminated') {
    const { exitCode, reason, signal, started, finished } = state;
    const muted = (words: string | undefined): Value | undefined => words && { text: words, tone: 'muted' };
    values.push(
      muted(meaningOf(exitCode, reason)),
      muted(signalWords(exitCode, signal)),
      moment(finished, { before: t('ended'), after: t('ago') }),
    );
    if (started !== undefined && finished !== undefined)
      values.push(muted(t('ran for {0} s', Math.max(0, Math.round((finished - started) / 1000)))));
    else values.push(moment(started, { before: t('started'), after: t('ago') }));
  }
  return values.filter((value) => value !== undefined);
}
