/** How many tests of a suite passed and failed. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/** The counts in JSON from a test run; a run that left none behind broke off, which is a failure. */
export function readCounts(value: unknown): Counts {
  if (typeof value === 'object' && value !== null && 'passed' in value && 'failed' in value) {
    const { passed, failed } = value;
    if (typeof passed === 'number' && typeof failed === 'number') return { passed, failed };
  }
  return { passed: 0, failed: 1 };
}

/** The last line of every test command, which is also what npm test sums up. Returns the exit code. */
export function printCounts({ passed, failed }: Counts): number {
  console.log(`${String(passed)} passed, ${String(failed)} failed`);
  return failed > 0 || passed === 0 ? 1 : 0;
}

export function sum(all: readonly Counts[]): Counts {
  return all.reduce((a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed }), { passed: 0, failed: 0 });
}
