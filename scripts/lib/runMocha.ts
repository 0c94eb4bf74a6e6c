import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { attemptsIn } from './attempts.ts';
import { type Counts } from './counts.ts';
import { mochaCounts } from './mochaCounts.ts';
import { projectFolder } from './project.ts';
import { run } from './run.ts';

export interface SuiteRun extends Counts {
  /** The titles of the tests that failed at first. */
  readonly repeated: readonly string[];
}

/** Runs the suites of test/FOLDER as its .mocharc.json says, in a Node process of their own. */
export async function runMocha(folder: string, args: readonly string[] = []): Promise<SuiteRun> {
  const config = join(projectFolder, 'test', folder, '.mocharc.json');
  if (!existsSync(config)) return { passed: 0, failed: 1, repeated: [] };
  const mocha = join(createRequire(import.meta.url).resolve('mocha/package.json'), '..', 'bin', 'mocha.js');
  const { code, output } = await run(process.execPath, [mocha, '--config', config, ...args], {
    cwd: projectFolder,
    echo: true,
  });
  return { ...mochaCounts(output, code), repeated: attemptsIn(output) };
}
