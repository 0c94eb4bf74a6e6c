import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { projectFolder } from '../../../scripts/lib/project.ts';
import { npmWords, run } from '../../../scripts/lib/run.ts';

describe('a program that a script runs', () => {
  it('ends with the script, even when only that is killed', async () => {
    const module = JSON.stringify(join(projectFolder, 'scripts', 'lib', 'run.ts'));
    const long = `console.log(process.pid); setTimeout(() => {}, 60_000)`;
    const program = `import { run } from ${module};
      await run(process.execPath, ['-e', ${JSON.stringify(long)}], { echo: true, endWithUs: true });`;
    const script = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [chunk]: unknown[] = await once(script.stdout, 'data');
    const child = Number(String(chunk));
    assert.ok(isAlive(child));
    script.kill('SIGKILL');
    while (isAlive(child)) await new Promise((resolve) => setTimeout(resolve, 20));
  });

  it('keeps the script no longer than it takes, even when there is no such program', async () => {
    const module = JSON.stringify(join(projectFolder, 'scripts', 'lib', 'run.ts'));
    const program = `import { succeeds } from ${module}; console.log(await succeeds('no-such-program', []));`;
    const { code, output } = await run(process.execPath, ['--input-type=module', '-e', program], { timeoutMs: 8000 });
    assert.deepEqual({ code, output }, { code: 0, output: 'false\n' });
  });

  it('is ended when its time is over', async () => {
    const { code } = await run(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'], { timeoutMs: 100 });
    assert.equal(code, undefined);
  });

  it('is npm: of a failure its reason is told, and no stack', () => {
    const output = `npm error code ECONNREFUSED
npm error syscall connect
npm error FetchError: request to http://127.0.0.1:9/code-server failed, reason: connect ECONNREFUSED 127.0.0.1:9
npm error     at ClientRequest.<anonymous> (/usr/lib/node_modules/npm/index.js:130:14)
npm error     at emitErrorEvent (node:_http_client:114:11) {
npm error   code: 'ECONNREFUSED',
npm error   port: 9
npm error }
npm error
npm error A complete log of this run can be found in: /home/me/.npm/_logs/debug-0.log
`;
    assert.equal(
      npmWords(output),
      `npm error code ECONNREFUSED
npm error syscall connect
npm error FetchError: request to http://127.0.0.1:9/code-server failed, reason: connect ECONNREFUSED 127.0.0.1:9
npm error A complete log of this run can be found in: /home/me/.npm/_logs/debug-0.log`,
    );
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
