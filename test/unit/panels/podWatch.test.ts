import { strict as assert } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '../../../src/cluster/apiError.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { ClusterSnapshot, type Knowledge } from '../../../src/model/snapshot.ts';
import { PodWatch } from '../../../src/panels/podDetails/podWatch.ts';
import type { PodPage } from '../../../src/panels/protocol.ts';
import { canalPod } from '../../webview/canalPod.ts';
import { FakeSource } from './fakeSource.ts';

const subject = { source: 'a', namespace: 'kube-system', name: 'canal-x7k2p' };
const { snapshot: whole, raw } = canalPod();

const without = (name: string): ClusterSnapshot => {
  const pods = whole.table('pods').with([], [`kube-system/${name}`]);
  return new ClusterSnapshot({ ...whole.content, tables: { ...whole.content.tables, pods } });
};
const knowing = (pods: Knowledge, snapshot = whole): ClusterSnapshot =>
  new ClusterSnapshot({
    ...snapshot.content,
    reads: snapshot.content.reads.map((read) => (read.interest.kind === 'pods' ? { ...read, knowledge: pods } : read)),
  });

describe('following a pod while its page is seen', () => {
  let source: FakeSource;
  let watch: PodWatch;
  let pages: PodPage[];
  let readings: number;
  beforeEach(() => {
    source = new FakeSource(whole);
    source.get = () => Promise.reject(new ApiError({ reason: 'not-found' }, 'there is no such resource'));
    pages = [];
    readings = 0;
    watch = new PodWatch({
      subject,
      source,
      original: () => {
        readings++;
        return Promise.resolve(raw as JsonObject);
      },
      changed: (page) => pages.push(page),
    });
  });
  afterEach(() => {
    watch.dispose();
  });
  const last = (): PodPage => {
    const page = pages.at(-1);
    assert.ok(page);
    return page;
  };
  const settle = (): Promise<void> => sleep(150);

  it('makes a page at once of what is known already', () => {
    watch.show();
    assert.equal(pages.length, 1);
    assert.equal(last().header.status, 'CrashLoopBackOff');
    assert.deepEqual(last().state, { kind: 'live' });
  });

  it('needs nothing from the cluster while it is hidden', async () => {
    watch.show();
    assert.ok(
      source.needed?.some(({ kind, fieldSelector }) => kind === 'events' && fieldSelector?.includes('canal-x7k2p')),
    );
    watch.hide();
    assert.equal(source.needed, undefined);
    const before = pages.length;
    source.change(without('canal-0abcd'));
    await settle();
    assert.equal(pages.length, before);
  });

  it('puts together what comes in a burst', async () => {
    watch.show();
    await settle();
    const before = pages.length;
    for (let change = 0; change < 50; change++)
      source.change(new ClusterSnapshot({ ...whole.content, revision: change + 2 }));
    await settle();
    assert.ok(pages.length - before <= 2, `${String(pages.length - before)} pages`);
  });

  it('reads the whole pod when the pod has changed, and not when something else has', async () => {
    watch.show();
    await settle();
    assert.equal(readings, 1);
    source.change(new ClusterSnapshot({ ...whole.content, revision: 2 }));
    await settle();
    assert.equal(readings, 1);
  });

  it('keeps what was known of a pod that is gone, and names the one on the same node that took its place', async () => {
    watch.show();
    await settle();
    source.change(without('canal-x7k2p'));
    await settle();
    assert.equal(last().state.kind, 'deleted');
    assert.equal(last().header.status, 'CrashLoopBackOff');
    assert.ok(last().sections.some(({ id }) => id === 'diagnosis'));
    const { state } = last();
    // No sibling is on its node yet: the newest stands in.
    assert.match((state.kind === 'deleted' && state.replacement) || '', /^canal-\dabcd$/);
  });

  it('keeps what was wrong with a pod that took its time to go', async () => {
    watch.show();
    await settle();
    const pod = whole.table('pods').get('kube-system', 'canal-x7k2p');
    assert.ok(pod);
    const pods = whole.table('pods').with([{ ...pod, meta: { ...pod.meta, deleted: Date.now() } }], []);
    source.change(new ClusterSnapshot({ ...whole.content, tables: { ...whole.content.tables, pods } }));
    await settle();
    assert.equal(last().header.status, 'Terminating');
    source.change(without('canal-x7k2p'));
    await settle();
    assert.equal(last().state.kind, 'deleted');
    assert.match(JSON.stringify(last().sections.find(({ id }) => id === 'diagnosis')), /CrashLoopBackOff/);
  });

  it('does not call a pod gone that may no longer be read', async () => {
    watch.show();
    await settle();
    source.change(knowing({ state: 'forbidden', verb: 'list', resource: 'pods' }, without('canal-x7k2p')));
    await settle();
    assert.deepEqual(last().state, { kind: 'forbidden', verb: 'list', resource: 'pods', namespace: 'kube-system' });
  });

  it('says since when it is no longer sure', async () => {
    watch.show();
    await settle();
    source.change(knowing({ state: 'stale', since: 1000, reason: 'connection refused' }));
    await settle();
    assert.deepEqual(last().state, { kind: 'stale', since: 1000, reason: 'connection refused' });
    assert.equal(last().refresh?.at, 1000, 'it does not say that it was brought up to date just now');
  });

  it('is loading, not failed, before anything was read', () => {
    source.snapshot = knowing({ state: 'loading' }, without('canal-x7k2p'));
    watch.show();
    assert.deepEqual(last().state, { kind: 'loading' });
  });

  it('says that there is no such pod where there never was one', () => {
    source.snapshot = without('canal-x7k2p');
    watch.show();
    assert.deepEqual(last().state, { kind: 'failed', reason: 'There is no pod kube-system/canal-x7k2p.' });
  });

  it('says what the user may do, and that metrics-server is missing', async () => {
    source.mayI = false;
    watch.show();
    await settle();
    const text = JSON.stringify(last().sections);
    assert.match(text, /create pods\/exec/);
    assert.match(text, /Install metrics-server/);
  });

  it('says why it shows only a part of a pod that may be listed and not read, until it may', async () => {
    let allowed = false;
    watch.dispose();
    watch = new PodWatch({
      subject,
      source,
      original: () =>
        allowed
          ? Promise.resolve(raw as JsonObject)
          : Promise.reject(new ApiError({ reason: 'forbidden', verb: 'get', resource: 'pods' }, 'no')),
      changed: (page) => pages.push(page),
    });
    watch.show();
    await watch.whole();
    await settle();
    assert.equal(last().partial, 'not allowed to get pods');
    allowed = true;
    await watch.retry();
    await settle();
    assert.equal(last().partial, undefined);
  });

  it('asks the cluster again when told to', async () => {
    watch.show();
    await watch.retry();
    assert.equal(source.refreshed, 1);
  });
});
