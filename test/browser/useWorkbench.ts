import { attemptOf } from '../../scripts/lib/attempts.ts';
import { keepEvidence } from './keepEvidence.ts';
import { type RunningWorkbench, startWorkbench, type WorkbenchOptions } from './startWorkbench.ts';

/**
 * Starts VS Code before the suite in whose `describe` this is called, ends it after, and keeps a picture of the window
 * and VS Code's logs at the end of each attempt at a test that failed. `options` may be a function, for what is known
 * only when the suite begins. A test that is attempted again finds no menu, hover or quick input of the attempt before;
 * with `startAgain` it finds a new VS Code, for what cannot be taken back, and has to do itself whatever comes before it.
 */
export function useWorkbench(
  options: WorkbenchOptions | (() => WorkbenchOptions | Promise<WorkbenchOptions>) = {},
  { startAgain = false }: { readonly startAgain?: boolean } = {},
): () => RunningWorkbench {
  let chosen: WorkbenchOptions;
  let running: RunningWorkbench | undefined;
  before(async () => {
    chosen = typeof options === 'function' ? await options() : options;
    running = await startWorkbench(chosen);
  });
  beforeEach(async function () {
    if (!running || !this.currentTest || attemptOf(this.currentTest) === 1) return;
    if (!startAgain) return running.workbench.closeOverlays();
    await running.close();
    running = undefined;
    running = await startWorkbench(chosen);
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
