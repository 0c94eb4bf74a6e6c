import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { ApiError } from '../../../../src/cluster/apiError.ts';
import type { JsonObject } from '../../../../src/model/json.ts';
import { ClusterSnapshot } from '../../../../src/model/snapshot.ts';
import { PodWatch } from '../../../../src/panels/podDetails/podWatch.ts';
import type { Pace, PodPage } from '../../../../src/panels/protocol.ts';
import { canalPod } from '../../../webview/canalPod.ts';
import { waitUntil } from '../../../control-plane/waitUntil.ts';
import { FakeSource } from '../fakeSource.ts';

const subject = { source: 'a', namespace: 'kube-system', name: 'canal-x7k2p' };
const { snapshot: failing, raw } = canalPod();
const { snapshot: healthy } = canalPod(false);
const later = new ClusterSnapshot({ ...healthy.content, revision: 2 });

describe('a page at a pace of its own', () => {
  let source: FakeSource;
  let watch: PodWatch;
  let pages: PodPage[];
  let clock: number;
  let asked: string[];

  const follow = async (pace: Pace): Promise<void> => {
    watch = new PodWatch({
      subject,
      source,
      pace,
      now: () => clock,
      original: () => Promise.resolve(raw as JsonObject),
      changed: (page) => pages.push(page),
    });
    watch.show();
    await waitUntil('the page to be whole', () =>
      Promise.resolve(JSON.stringify(last()).includes('Install metrics-server') ? true : undefined),
    );
  };
  const last = (): PodPage => {
    const page = pages.at(-1);
    assert.ok(page);
    return page;
  };
  const status = (): string => last().header.status;

  beforeEach(() => {
    mock.timers.enable({ apis: ['setInterval'] });
    source = new FakeSource(failing);
    asked = [];
    source.get = (path) => {
      asked.push(path);
      return Promise.reject(new ApiError({ reason: 'not-found' }, 'there is no such resource'));
    };
    pages = [];
    clock = 1_000_000;
  });
  afterEach(() => {
    watch.dispose();
    mock.timers.reset();
  });

  it('changes when its time has come, and not before', async () => {
    await follow(10);
    source.change(later);
    mock.timers.tick(9_900);
    assert.equal(status(), 'CrashLoopBackOff');
    clock += 10_000;
    mock.timers.tick(200);
    assert.equal(status(), 'Running');
    assert.deepEqual(last().refresh, { pace: 10, at: 1_010_000 });
  });

  it('does not change while it is paused, until it is told to', async () => {
    await follow('paused');
    const { length } = pages;
    source.change(later);
    mock.timers.tick(120_000);
    assert.equal(pages.length, length);
    assert.deepEqual(last().refresh, { pace: 'paused', at: 1_000_000 });
    clock += 60_000;
    await watch.retry();
    await waitUntil('the new page', () => Promise.resolve(status() === 'Running' ? true : undefined));
    assert.deepEqual(last().refresh, { pace: 'paused', at: 1_060_000 });
  });

  it('is shown again as it was when it had been hidden while paused', async () => {
    await follow('paused');
    watch.hide();
    source.change(later);
    const { length } = pages;
    watch.show();
    assert.equal(pages.length, length + 1);
    assert.equal(status(), 'CrashLoopBackOff');
  });

  it('asks for no measurements while it is paused', async () => {
    await follow('live');
    watch.setPace('paused');
    assert.equal(last().refresh?.pace, 'paused');
    const { length } = asked;
    watch.hide();
    watch.show();
    assert.equal(asked.length, length);
  });

  it('follows at once when it is live again', async () => {
    await follow('paused');
    source.change(later);
    watch.setPace('live');
    assert.equal(status(), 'Running');
    assert.equal(last().refresh?.pace, 'live');
  });

  it('keeps when a pod was gone, however late the page says so', async () => {
    await follow(30);
    const pods = failing.table('pods').with([], ['kube-system/canal-x7k2p']);
    clock = 2_000_000;
    source.change(new ClusterSnapshot({ ...failing.content, tables: { ...failing.content.tables, pods } }));
    clock = 2_020_000;
    mock.timers.tick(30_000);
    const { state } = last();
    assert.equal(state.kind === 'deleted' && state.at, 2_000_000);
  });
});
