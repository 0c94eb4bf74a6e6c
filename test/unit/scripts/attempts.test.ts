import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { attemptsIn, attemptSummary } from '../../../scripts/lib/attempts.ts';
import { mochaCounts } from '../../../scripts/lib/mochaCounts.ts';
import { projectFolder } from '../../../scripts/lib/project.ts';
import { run } from '../../../scripts/lib/run.ts';

const mocha = join(createRequire(import.meta.url).resolve('mocha/package.json'), '..', 'bin', 'mocha.js');
const reporter = join(projectFolder, 'scripts', 'lib', 'attemptReporter.ts');

describe('a test that passes only at another attempt', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'network-inspector-attempts-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const report = async (body: string): Promise<{ readonly code: number | undefined; readonly output: string }> => {
    const file = join(folder, 'suite.test.cjs');
    await writeFile(file, body);
    return run(process.execPath, [mocha, '--no-config', '--reporter', reporter, '--retries', '2', file]);
  };

  it('is reported with its attempt and what went wrong, and named at the end', async () => {
    const { code, output } = await report(`
      let count = 0;
      describe('a suite', () => {
        it('is shaky', () => { if (++count < 3) throw new Error('went wrong ' + count); });
        it('is firm', () => {});
      });`);
    assert.match(output, /is shaky: attempt 1 of 3 failed\n\s+Error: went wrong 1\n\s+at /);
    assert.match(output, /is shaky: attempt 2 of 3 failed\n\s+Error: went wrong 2\n/);
    assert.deepEqual(attemptsIn(output), ['a suite is shaky']);
    assert.deepEqual(mochaCounts(output, code), { passed: 2, failed: 0 });
  });

  it('is not what a suite without one has', async () => {
    const { output } = await report(`it('is firm', () => {});`);
    assert.deepEqual(attemptsIn(output), []);
    assert.doesNotMatch(output, /attempt/);
  });

  it('is counted in one line for a whole run', () => {
    assert.equal(
      attemptSummary(['browser: one', 'workbench: other']),
      '2 tests needed another attempt:\n  browser: one\n  workbench: other',
    );
    assert.match(attemptSummary(['one']), /^1 test needed another attempt:/);
  });
});
