import assert from 'node:assert/strict';
import { ClusterSnapshot, type Read } from '../../../src/model/snapshot.ts';
import { staleSince } from '../../../src/tree/staleness.ts';

const loaded = { state: 'loaded' } as const;
const stale = (since: number) => ({ state: 'stale', since, reason: 'no view needs it at the moment' }) as const;

const snapshotOf = (reads: readonly Read[]): ClusterSnapshot =>
  new ClusterSnapshot({
    revision: 1,
    origin: 'live',
    name: 'prod-eu',
    server: { versionKnowledge: loaded, groups: [], groupsKnowledge: loaded },
    tables: {},
    reads,
    asOf: 10,
  });

describe('how old what the Clusters view shows is', () => {
  const tree: Read = { interest: { kind: 'daemonSets' }, knowledge: loaded };
  const page = { kind: 'events', namespace: 'shop', fieldSelector: 'involvedObject.name=web' } as const;

  it('is not asked of what a page has read that was closed', () => {
    assert.equal(staleSince(snapshotOf([tree, { interest: page, knowledge: stale(3), paused: true }])), undefined);
  });

  it('is that of a page’s part while the page is open', () => {
    assert.equal(staleSince(snapshotOf([tree, { interest: page, knowledge: stale(3) }])), 3);
  });

  it('is that of the view’s own part while the cluster is folded and nothing of it is read', () => {
    const paused: Read = { ...tree, knowledge: stale(5), paused: true };
    assert.equal(staleSince(snapshotOf([paused, { interest: page, knowledge: stale(3), paused: true }])), 5);
  });

  it('is that of the oldest part', () => {
    const nodes: Read = { interest: { kind: 'nodes' }, knowledge: stale(4) };
    assert.equal(staleSince(snapshotOf([nodes, { ...tree, knowledge: stale(7) }])), 4);
  });
});
