import assert from 'node:assert/strict';
import type { Discovery } from '../../../../src/cluster/live/discovery.ts';
import { pathsOfKind } from '../../../../src/cluster/live/discovery.ts';
import { Backoff } from '../../../../src/cluster/live/backoff.ts';
import { KindStore } from '../../../../src/cluster/live/kindStore.ts';
import { Sharing } from '../../../../src/cluster/live/sharing.ts';
import { kindOf } from '../../../../src/model/kinds.ts';
import { readPod } from '../../../../src/model/pod.ts';

const pod = (name: string, version: number, more: object = {}): Readonly<Record<string, unknown>> => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    namespace: 'shop',
    uid: `uid-of-${name}`,
    resourceVersion: String(version),
    labels: { app: 'web', team: 'a' },
    ownerReferences: [{ kind: 'ReplicaSet', name: 'web-1', uid: '1', controller: true }],
  },
  spec: { nodeName: 'node-1', containers: [{ name: 'web', image: 'registry.example/web:1' }] },
  status: { phase: 'Running', hostIP: '10.0.0.1' },
  ...more,
});
const type = { apiVersion: 'v1', kind: 'Pod' };

describe('what several reads of one kind see', () => {
  it('stays as long as one of them sees it', () => {
    const store = new KindStore(kindOf('pods'));
    const key = store.put('all', pod('a', 1), type);
    store.put('some', pod('a', 1), type);
    store.remove('some', key, false);
    assert.equal(store.table().size, 1);
    store.drop('all');
    assert.equal(store.table().size, 0);
  });

  it('goes when a read that sees everything no longer sees it', () => {
    const store = new KindStore(kindOf('pods'));
    store.put('paused', pod('a', 1), type);
    store.put('all', pod('a', 1), type);
    store.put('all', pod('b', 1), type);
    store.retain('all', new Set(['shop/b']), true);
    assert.deepEqual(
      store.table().items.map(({ meta }) => meta.name),
      ['b'],
    );
  });

  it('is never replaced by an older version of itself, and always by its successor', () => {
    const store = new KindStore(kindOf('pods'));
    store.put('one', pod('a', 10, { status: { phase: 'Running' } }), type);
    const table = store.table();
    store.put('two', pod('a', 9, { status: { phase: 'Pending' } }), type);
    assert.equal(store.table(), table, 'nothing has changed');
    store.put('two', pod('a', 11, { status: { phase: 'Failed' } }), type);
    assert.equal(store.table().get('shop', 'a')?.phase, 'Failed');
    const successor = {
      ...pod('a', 3),
      metadata: { name: 'a', namespace: 'shop', uid: 'other', resourceVersion: '3' },
    };
    store.put('two', successor, type);
    assert.equal(store.table().get('shop', 'a')?.meta.uid, 'other');
  });
});

describe('objects that share their like parts', () => {
  it('are equal to those that do not, and take their labels, owners and containers from one another', () => {
    const sharing = new Sharing();
    const raw = [
      pod('a', 1),
      pod('b', 2),
      pod('c', 3, { spec: { containers: [{ name: 'db', image: 'registry.example/web:1' }] } }),
    ];
    const shared = raw.map((object) => sharing.apply(readPod(object)));
    assert.deepEqual(
      shared,
      raw.map((object) => readPod(object)),
    );
    const [a, b, c] = shared;
    assert.equal(a?.meta.labels, b?.meta.labels);
    assert.equal(a?.meta.owners, b?.meta.owners);
    assert.equal(a?.spec.containers, b?.spec.containers);
    assert.notEqual(a?.spec.containers, c?.spec.containers);
  });
});

describe('the path of a kind', () => {
  const tiers = kindOf('calicoTiers');
  const discovery = (versions: Record<string, readonly string[]>, stale: readonly string[] = []): Discovery => ({
    groups: Object.keys(versions).map((key) => ({
      name: key.split('/')[0] ?? '',
      versions: [key.split('/')[1] ?? ''],
    })),
    resources: new Map(Object.entries(versions).map(([key, names]) => [key, new Set(names)])),
    stale: new Set(stale),
  });

  it('is that of the best API that has it', () => {
    const crd = { 'crd.projectcalico.org/v1': ['tiers'] };
    assert.deepEqual(pathsOfKind(tiers, discovery(crd)), ['/apis/crd.projectcalico.org/v1']);
    assert.deepEqual(pathsOfKind(tiers, discovery({ ...crd, 'projectcalico.org/v3': ['tiers'] })), [
      '/apis/projectcalico.org/v3',
    ]);
    assert.deepEqual(pathsOfKind(tiers, discovery({ ...crd, 'projectcalico.org/v3': ['profiles'] })), [
      '/apis/crd.projectcalico.org/v1',
    ]);
    assert.deepEqual(pathsOfKind(tiers, discovery({ 'projectcalico.org/v3': ['profiles'] })), []);
  });

  it('is that of an API whose server does not answer only if there is no other', () => {
    const both = { 'crd.projectcalico.org/v1': ['tiers'], 'projectcalico.org/v3': [] };
    assert.deepEqual(pathsOfKind(tiers, discovery(both, ['projectcalico.org/v3'])), ['/apis/crd.projectcalico.org/v1']);
    assert.deepEqual(pathsOfKind(tiers, discovery({ 'projectcalico.org/v3': [] }, ['projectcalico.org/v3'])), [
      '/apis/projectcalico.org/v3',
    ]);
  });

  it('may be any where the server does not tell', () => {
    assert.deepEqual(pathsOfKind(tiers, undefined), ['/apis/projectcalico.org/v3', '/apis/crd.projectcalico.org/v1']);
  });
});

describe('the wait before the next attempt', () => {
  it('doubles up to its limit, is spread by chance, and begins anew after a success', () => {
    const longest = new Backoff(100, 1_000, () => 1);
    assert.deepEqual(
      Array.from({ length: 6 }, () => longest.next()),
      [100, 200, 400, 800, 1_000, 1_000],
    );
    longest.reset();
    assert.equal(longest.next(), 100);
    const shortest = new Backoff(100, 1_000, () => 0);
    assert.deepEqual(
      Array.from({ length: 3 }, () => shortest.next()),
      [50, 100, 200],
    );
  });
});
