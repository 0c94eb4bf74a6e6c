import { keepEvidence } from './keepEvidence.ts';
import { type RunningWorkbench, startWorkbench, type WorkbenchOptions } from './startWorkbench.ts';

/**
 * Starts VS Code before the suite in whose `describe` this is called, ends it after, and keeps a picture of the window
 * and VS Code's logs at the end of each attempt at a test that failed. `options` may be a function, for what is known only when the suite begins.
 */
export function useWorkbench(
  options: WorkbenchOptions | (() => WorkbenchOptions | Promise<WorkbenchOptions>) = {},
): () => RunningWorkbench {
  let running: RunningWorkbench | undefined;
  before(async () => {
    running = await startWorkbench(typeof options === 'function' ? await options() : options);
  });
  afterEach(async function () {
    await keepEvidence(this.currentTest, running?.page, running?.logs);
  });
  after(() => running?.close());
  return () => {
    if (!running) throw new Error('VS Code is started by the suite; use it inside a test');
    return running;
  };
}
