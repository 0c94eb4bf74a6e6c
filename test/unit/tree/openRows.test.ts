import assert from 'node:assert/strict';
import { OpenRows } from '../../../src/tree/openRows.ts';
import { renderClusters } from '../../../src/tree/rows.ts';
import { type RowNode, RowTree } from '../../../src/tree/rowTree.ts';
import { ViewState } from '../../../src/tree/viewState.ts';
import { clusterRowId } from '../../../src/tree/rowIds.ts';
import { canalCluster } from './canalCluster.ts';
import { clustersOf, connected, FakeSource, memory, rendering, snapshotOf } from './fakes.ts';

describe('which rows are open', () => {
  const show = (tree: RowTree, source: FakeSource): void => {
    const state = new ViewState(memory());
    tree.update(renderClusters(clustersOf([source]), state, rendering(state)).rows);
  };
  const withoutPods = snapshotOf({
    objects: canalCluster(3, [2]).filter(({ kind }) => kind !== 'Pod'),
    reads: [{ interest: { kind: 'pods' }, knowledge: { state: 'loading' } }],
  });
  const complete = snapshotOf({ objects: canalCluster(3, [2]) });
  const labels = (nodes: readonly RowNode[]): readonly string[] => nodes.map(({ row }) => row.label);

  it('leads to the first problem of a cluster that was just opened, as far as it is known', () => {
    const open = new OpenRows();
    const tree = new RowTree((row) => open.appearsOpen(row));
    const source = new FakeSource('prod', connected, withoutPods);
    show(tree, source);
    open.choose(clusterRowId(source.id), true);
    open.clusterOpened(source.id, 0);
    open.toOpen(tree, clusterRowId, 100);
    source.become({ snapshot: complete });
    show(tree, source);
    assert.deepEqual(labels(open.toOpen(tree, clusterRowId, 3000)), ['canal-00002']);
    assert.deepEqual(labels(open.toOpen(tree, clusterRowId, 3100)), [], 'once');
  });

  it('tells the DaemonSets whose rows are open, not those below a row that is closed', () => {
    const open = new OpenRows();
    const tree = new RowTree((row) => open.appearsOpen(row));
    const source = new FakeSource('prod', connected, complete);
    open.clusterOpened(source.id, 0);
    show(tree, source);
    const [cluster] = tree.roots;
    assert.ok(cluster);
    const [network] = tree.childrenOf(cluster);
    assert.ok(network);
    tree.childrenOf(network);
    assert.deepEqual([...open.daemonSetsBelow(cluster)], ['kube-system/canal']);
    open.choose(network.id, false);
    assert.deepEqual([...open.daemonSetsBelow(cluster)], []);
  });

  it('comes back as it was after a filter took it away', () => {
    const open = new OpenRows();
    const tree = new RowTree((row) => open.appearsOpen(row));
    const source = new FakeSource('prod', connected, complete);
    open.clusterOpened(source.id, 0);
    const opened = (): readonly string[] => {
      const below = (node: RowNode): readonly RowNode[] =>
        tree.childrenOf(node).flatMap((child) => [child, ...below(child)]);
      return labels(tree.roots.flatMap(below).filter((node) => node.open));
    };
    show(tree, source);
    assert.deepEqual(opened(), ['Canal', 'canal', 'canal-00002']);
    open.leaveAlone(source.id);
    tree.update([]);
    show(tree, source);
    assert.deepEqual(opened(), ['Canal', 'canal', 'canal-00002']);
  });

  it('is the user’s choice from the first row that he closes', () => {
    const open = new OpenRows();
    const tree = new RowTree((row) => open.appearsOpen(row));
    const source = new FakeSource('prod', connected, withoutPods);
    show(tree, source);
    open.choose(clusterRowId(source.id), true);
    open.clusterOpened(source.id, 0);
    open.leaveAlone(source.id);
    source.become({ snapshot: complete });
    show(tree, source);
    assert.deepEqual(open.toOpen(tree, clusterRowId, 3000), []);
  });

  it('does not change for a problem that comes later', () => {
    const open = new OpenRows();
    const tree = new RowTree((row) => open.appearsOpen(row));
    const source = new FakeSource('prod', connected, snapshotOf({ objects: canalCluster(3) }));
    show(tree, source);
    open.clusterOpened(source.id, 0);
    open.toOpen(tree, clusterRowId, 60_000);
    source.become({ snapshot: complete });
    show(tree, source);
    assert.deepEqual(open.toOpen(tree, clusterRowId, 60_100), []);
    const below = (node: RowNode): readonly RowNode[] =>
      tree.childrenOf(node).flatMap((child) => [child, ...below(child)]);
    assert.ok(
      tree.roots.flatMap(below).every((node) => !node.open),
      'rows that appear with it stay closed as well',
    );
  });
});
