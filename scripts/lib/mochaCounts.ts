import { type Counts } from './counts.ts';

/**
 * Reads how many tests passed and failed from the summary that mocha's reporters print. A run that printed none broke
 * off before its end, which is a failure; so is one that ended with a failure that no test stands for.
 */
export function mochaCounts(output: string, exitCode: number | undefined): Counts {
  const text = output.replaceAll(colours, '');
  const number = (word: string) =>
    Number([...text.matchAll(new RegExp(`^\\s*(\\d+) ${word}\\b`, 'gm'))].at(-1)?.[1] ?? 0);
  const passed = number('passing');
  const failed = number('failing');
  return { passed, failed: exitCode === 0 ? failed : Math.max(failed, 1) };
}

const colours = /\u001b\[[\d;]*m/g;
