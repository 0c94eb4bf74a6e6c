import { strict as assert } from 'node:assert';
import { readPod } from '../../../src/model/pod.ts';
import { ClusterSnapshot, type Knowledge, ObjectTable, type Read } from '../../../src/model/snapshot.ts';

const pod = (namespace: string, name: string) => readPod({ metadata: { namespace, name } });

const snapshot = (reads: readonly Read[], pods = [pod('shop', 'web')]): ClusterSnapshot =>
  new ClusterSnapshot({
    revision: 1,
    origin: 'live',
    name: 'test',
    server: { versionKnowledge: { state: 'unread' }, groups: [], groupsKnowledge: { state: 'unread' } },
    tables: { pods: ObjectTable.of(pods) },
    reads,
    asOf: 0,
  });

const loaded: Knowledge = { state: 'loaded' };
const forbidden: Knowledge = { state: 'forbidden', verb: 'list', resource: 'pods', namespace: 'kube-system' };

describe('a snapshot', () => {
  it('says that a kind nobody asked for is unread', () => {
    assert.deepEqual(snapshot([]).knowledge('nodes'), { state: 'unread' });
  });

  it('does not take a read of one namespace for a read of all', () => {
    const one = snapshot([{ interest: { kind: 'pods', namespace: 'shop' }, knowledge: loaded }]);
    assert.equal(one.knowledge('pods', { namespace: 'shop' }).state, 'loaded');
    assert.equal(one.knowledge('pods').state, 'unread');
    assert.equal(one.knowledge('pods', { namespace: 'other' }).state, 'unread');
  });

  it('does not take a read narrowed by labels for a read of the namespace', () => {
    const interest = { kind: 'pods', namespace: 'kube-system', labelSelector: 'k8s-app=canal' } as const;
    const narrowed = snapshot([{ interest, knowledge: loaded }]);
    assert.equal(narrowed.knowledge('pods', interest).state, 'loaded');
    assert.equal(narrowed.knowledge('pods', { namespace: 'kube-system' }).state, 'unread');
  });

  it('answers from the read that knows best', () => {
    const both = snapshot([
      { interest: { kind: 'pods', namespace: 'kube-system' }, knowledge: forbidden },
      { interest: { kind: 'pods' }, knowledge: loaded },
    ]);
    assert.equal(both.knowledge('pods', { namespace: 'kube-system' }).state, 'loaded');
  });

  it('keeps the objects it was made from when documents are laid over it', () => {
    const before = snapshot([]);
    const after = before.with([
      { object: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'added' } } },
      { object: { apiVersion: 'example.com/v1', kind: 'Unheard', metadata: { name: 'of' } } },
    ]);
    assert.deepEqual(
      after.list('pods').map(({ meta }) => `${meta.namespace}/${meta.name}`),
      ['shop/web', 'default/added'],
    );
    assert.equal(before.list('pods').length, 1);
    assert.equal(after.table('pods').get('shop', 'web'), before.table('pods').get('shop', 'web'));
  });

  it('replaces an object by the document of the same name', () => {
    const after = snapshot([]).with([
      {
        object: { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'shop', name: 'web', labels: { app: 'new' } } },
      },
    ]);
    assert.equal(after.list('pods').length, 1);
    assert.equal(after.table('pods').get('shop', 'web')?.meta.labels['app'], 'new');
  });
});

describe('an object table', () => {
  it('finds by namespace and name', () => {
    const table = ObjectTable.of([pod('a', 'x'), pod('b', 'x'), pod('a', 'y')]);
    assert.equal(table.get('b', 'x')?.meta.namespace, 'b');
    assert.equal(table.get('b', 'y'), undefined);
    assert.deepEqual(
      table.in('a').map(({ meta }) => meta.name),
      ['x', 'y'],
    );
  });

  it('is not changed by what is made from it', () => {
    const table = ObjectTable.of([pod('a', 'x')]);
    const next = table.with([pod('a', 'y')], ['a/x']);
    assert.deepEqual(
      [table, next].map(({ items }) => items.map(({ meta }) => meta.name)),
      [['x'], ['y']],
    );
  });
});
