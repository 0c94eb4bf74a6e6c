import { writeFile } from 'node:fs/promises';
import { type RunningWorkbench, startWorkbench, type WorkbenchOptions } from './startWorkbench.ts';

/**
 * Starts VS Code before the suite in whose `describe` this is called, ends it after, and keeps a picture of the window
 * and VS Code's logs at the end of each test that failed. `options` may be a function, for what is known only when the suite begins.
 */
export function useWorkbench(
  options: WorkbenchOptions | (() => WorkbenchOptions | Promise<WorkbenchOptions>) = {},
): () => RunningWorkbench {
  let running: RunningWorkbench | undefined;
  before(async () => {
    running = await startWorkbench(typeof options === 'function' ? await options() : options);
  });
  afterEach(async function () {
    const test = this.currentTest;
    if (test?.state !== 'failed' || !running) return;
    const picture = await running.workbench.screenshot(
      `failed-${test.fullTitle().replaceAll(/\W+/g, '-').slice(0, 100)}`,
    );
    await writeFile(picture.replace(/png$/, 'log'), await running.logs());
  });
  after(() => running?.close());
  return () => {
    if (!running) throw new Error('VS Code is started by the suite; use it inside a test');
    return running;
  };
}
