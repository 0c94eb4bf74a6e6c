/** Begins a line of a report that names a test which failed and was run again. */
const mark = 'needed another attempt: ';

export const attemptLine = (title: string): string => `  ${mark}${title}`;

/** The tests that needed another attempt, from the report of attemptReporter.ts. */
export function attemptsIn(output: string): readonly string[] {
  return [...output.matchAll(new RegExp(`^ {2}${mark}(.+)$`, 'gm'))].flatMap(([, title]) => title ?? []);
}

/** How many tests of a whole run needed another attempt, and which. */
export function attemptSummary(titles: readonly string[]): string {
  const count = titles.length === 1 ? '1 test' : `${String(titles.length)} tests`;
  return [`${count} needed another attempt:`, ...titles.map((title) => `  ${title}`)].join('\n');
}

/** Which attempt at it this test is, from 1. Mocha's types keep `currentRetry` to themselves. */
export function attemptOf(test: Mocha.Runnable): number {
  const ask: unknown = Reflect.get(test, 'currentRetry');
  return typeof ask === 'function' ? Number(ask.call(test)) + 1 : 1;
}
