import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withLock } from '../../scripts/tools/buildLock.ts';
import { BinariesError, controlPlaneBinaries } from '../../scripts/tools/controlPlaneBinaries.ts';

describe('the programs of a control plane', () => {
  let folder: string;
  const environment = { ...process.env };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'binaries-'));
  });
  afterEach(async () => {
    for (const name of ['PATH', 'XDG_CACHE_HOME', 'KUBEBUILDER_ASSETS'])
      if (environment[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = environment[name];
    await rm(folder, { recursive: true });
  });

  it('says what to install where there is no Go and nothing has been built', async () => {
    process.env['PATH'] = folder;
    process.env['XDG_CACHE_HOME'] = folder;
    Reflect.deleteProperty(process.env, 'KUBEBUILDER_ASSETS');
    await assert.rejects(controlPlaneBinaries({ programs: ['etcd'] }), (error) => {
      assert.ok(error instanceof BinariesError);
      assert.equal(error.reason, 'go-missing');
      assert.match(error.message, /^etcd must be built with Go.* Install Go .* Or set KUBEBUILDER_ASSETS/);
      return true;
    });
    await assert.rejects(controlPlaneBinaries({ programs: ['kwok'] }), (error) => {
      assert.ok(error instanceof BinariesError);
      assert.doesNotMatch(error.message, /KUBEBUILDER_ASSETS/);
      return true;
    });
  });

  it('needs no Go where they have been built before', async () => {
    Reflect.deleteProperty(process.env, 'KUBEBUILDER_ASSETS');
    const { path: withGo } = await controlPlaneBinaries({ programs: ['etcd', 'kwok'] });
    process.env['PATH'] = folder;
    const { path: without } = await controlPlaneBinaries({ programs: ['etcd', 'kwok'] });
    assert.equal(without('kwok'), withGo('kwok'));
  });

  it('says which program the folder in KUBEBUILDER_ASSETS lacks', async () => {
    process.env['KUBEBUILDER_ASSETS'] = folder;
    await assert.rejects(controlPlaneBinaries({ programs: ['kube-apiserver'] }), (error) => {
      assert.ok(error instanceof BinariesError);
      assert.equal(error.reason, 'assets-incomplete');
      assert.match(error.message, /has no kube-apiserver/);
      return true;
    });
  });
});

describe('the lock of a build', () => {
  it('lets one in at a time and tells the other whom it waits for', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lock-'));
    const file = join(folder, 'lock');
    const events: string[] = [];
    const work = (name: string) => async () => {
      events.push(`${name} begins`);
      await sleep(100);
      events.push(`${name} ends`);
    };
    const waited: string[] = [];
    const first = withLock(file, () => undefined, work('first'));
    await sleep(20);
    await Promise.all([first, withLock(file, (holder) => waited.push(holder), work('second'))]);
    assert.deepEqual(events, ['first begins', 'first ends', 'second begins', 'second ends']);
    assert.deepEqual(waited, [String(process.pid)]);
    await rm(folder, { recursive: true });
  });
});
