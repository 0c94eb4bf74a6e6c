import type { Incompleteness } from '../policy/types.ts';
import type { CommandIo } from './io.ts';

/** Says on standard error what makes the answer less than complete, at the place in the file where there is one. */
export function reportIncomplete(incomplete: readonly Incompleteness[], io: CommandIo): void {
  for (const { text, policy } of incomplete) {
    const source = policy?.source;
    io.err(`${source === undefined ? '' : `${source.file}:${source.line}: `}note: ${text}\n`);
  }
}
