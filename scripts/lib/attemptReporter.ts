import { inspect } from 'node:util';
import Mocha from 'mocha';
import { attemptLine, attemptOf } from './attempts.ts';

const { EVENT_RUN_END, EVENT_TEST_RETRY } = Mocha.Runner.constants;

/**
 * Mocha's spec reporter says nothing of an attempt that failed when the next one passes. This one says at once which
 * attempt failed and why, and lists at the end what was run more than once.
 */
class AttemptReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    const repeated = new Set<string>();
    runner.on(EVENT_TEST_RETRY, (test, error) => {
      repeated.add(test.fullTitle());
      const attempt = `attempt ${String(attemptOf(test))} of ${String(test.retries() + 1)}`;
      say(`    ↻ ${test.title}: ${attempt} failed\n${indent(inspect(error))}`);
    });
    // Registered after the summary of passes and failures, and so printed below it.
    runner.on(EVENT_RUN_END, () => {
      for (const title of repeated) say(attemptLine(title));
    });
  }
}

function say(text: string): void {
  Mocha.reporters.Base.consoleLog(text);
}

const indent = (text: string): string => text.replaceAll(/^/gm, '      ');

// The name under which `require`, with which mocha loads a reporter, finds what it wants.
export { AttemptReporter, AttemptReporter as 'module.exports' };
