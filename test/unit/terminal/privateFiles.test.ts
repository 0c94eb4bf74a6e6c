import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PrivateFiles } from '../../../src/terminal/privateFiles.ts';

const mode = (path: string): number => statSync(path).mode & 0o777;

describe('a file that holds credentials', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'network-inspector-files-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const files = (runtime?: string): PrivateFiles => new PrivateFiles(join(folder, 'storage'), runtime ?? '');

  it('can be read by its user alone, and so can its folder', () => {
    const file = files().write('secret');
    assert.equal(mode(file), 0o600);
    assert.equal(mode(join(folder, 'storage')), 0o700);
  });

  it('closes a folder that was open to others', () => {
    mkdirSync(join(folder, 'storage'), { mode: 0o755 });
    files().write('secret');
    assert.equal(mode(join(folder, 'storage')), 0o700);
  });

  it('lies in the runtime folder where that is the user’s own', () => {
    const runtime = join(folder, 'runtime');
    mkdirSync(runtime, { mode: 0o700 });
    assert.ok(files(runtime).write('secret').startsWith(runtime));
  });

  it('does not lie in a runtime folder that others can enter', () => {
    const runtime = join(folder, 'runtime');
    mkdirSync(runtime);
    chmodSync(runtime, 0o755);
    assert.ok(files(runtime).write('secret').startsWith(join(folder, 'storage')));
  });

  it('is gone when it is no longer needed', () => {
    const own = files();
    const [one, other] = [own.write('a'), own.write('b')];
    own.remove(one);
    assert.deepEqual([existsSync(one), existsSync(other)], [false, true]);
    own.removeAll();
    assert.equal(existsSync(other), false);
  });

  it('is swept away when the process that made it is gone, and only then', () => {
    const own = files();
    const kept = own.write('a');
    // The highest process id that Linux gives is below this one.
    writeFileSync(join(folder, 'storage', 'kubeconfig-99999999-x'), 'left behind');
    writeFileSync(join(folder, 'storage', 'state.json'), 'not ours');
    assert.equal(files().sweep(), 1);
    assert.deepEqual(readdirSync(join(folder, 'storage')).sort(), [kept.split('/').at(-1), 'state.json'].sort());
  });

  it('sweeps nothing where there is no folder yet', () => {
    assert.equal(files().sweep(), 0);
  });
});
