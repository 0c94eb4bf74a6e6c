import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectFolder } from '../../../scripts/lib/project.ts';
import { withLock } from '../../../scripts/tools/buildLock.ts';

describe('the lock of what is fetched or built once', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'network-inspector-lock-'));
    file = join(folder, 'thing.lock');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** A process that holds the lock until it is ended by a signal, once it says that it does. */
  const holder = async () => {
    const module = JSON.stringify(join(projectFolder, 'scripts', 'tools', 'buildLock.ts'));
    const program = `import { withLock } from ${module};
      await withLock(${JSON.stringify(file)}, () => {}, () => new Promise((resolve) => {
        console.log('held'); setTimeout(resolve, 60_000); }));`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    return child;
  };
  const end = async (child: Awaited<ReturnType<typeof holder>>, signal: NodeJS.Signals): Promise<void> => {
    const exit = once(child, 'exit');
    child.kill(signal);
    assert.deepEqual(await exit, [null, signal]);
  };

  it('is given back by a process that is interrupted', async () => {
    const child = await holder();
    assert.match(await readFile(file, 'utf8'), new RegExp(`^${String(child.pid)} `));
    await end(child, 'SIGINT');
    assert.equal(existsSync(file), false);
  });

  it('is taken at once from a process that was killed', async () => {
    await end(await holder(), 'SIGKILL');
    assert.equal(existsSync(file), true);
    const waited: string[] = [];
    const done = await withLock(
      file,
      (pid) => waited.push(pid),
      () => Promise.resolve('done'),
    );
    assert.equal(done, 'done');
    assert.deepEqual(waited, []);
    assert.equal(existsSync(file), false);
  });

  it('is waited for while its holder lives, here or on another machine', async () => {
    for (const host of [hostname(), 'elsewhere.example']) {
      await writeFile(file, `${String(host === hostname() ? process.pid : 4_194_304)} ${host}\n`);
      const waited: string[] = [];
      let taken = false;
      const done = withLock(
        file,
        (pid) => waited.push(pid),
        () => {
          taken = true;
          return Promise.resolve();
        },
      );
      while (waited.length === 0) await new Promise((resolve) => setImmediate(resolve));
      assert.equal(taken, false);
      await rm(file);
      await done;
      assert.equal(taken, true);
    }
  });
});
