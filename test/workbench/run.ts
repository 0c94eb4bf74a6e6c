import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format } from 'node:util';
import Mocha from 'mocha';
import { AttemptReporter } from '../../scripts/lib/attemptReporter.ts';

/** Tells a line of the report from the many that VS Code logs; scripts/lib/extensionHost.ts looks for it. */
const mark = '\u0001';

function report(...words: unknown[]): void {
  console.log(mark + format(...words));
}

/**
 * VS Code calls this in its extension host (`extensionTestsPath`). The suites stand beside the bundle of this file. The
 * counts go to the file that `TEST_RESULT` names, because the host's exit code says only yes or no.
 */
export async function run(): Promise<void> {
  const grep = process.env['TEST_GREP'];
  const mocha = new Mocha({
    ui: 'bdd',
    timeout: 20_000,
    retries: 1,
    reporter: AttemptReporter,
    color: process.env['TEST_COLOR'] === '1',
    ...(grep ? { grep } : {}),
  });
  for (const name of await readdir(import.meta.dirname)) {
    if (name.endsWith('.test.js')) mocha.addFile(join(import.meta.dirname, name));
  }
  await mocha.loadFilesAsync();
  Mocha.reporters.Base.consoleLog = report;
  const { passes, failures } = await new Promise<Mocha.Stats>((resolve) => {
    const runner = mocha.run(() => {
      resolve(runner.stats ?? { suites: 0, tests: 0, passes: 0, pending: 0, failures: 1 });
    });
  });
  const file = process.env['TEST_RESULT'];
  if (file) await writeFile(file, JSON.stringify({ passed: passes, failed: failures }));
  if (failures > 0) throw new Error(`${String(failures)} of the tests in VS Code failed`);
}
