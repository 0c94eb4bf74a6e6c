import assert from 'node:assert/strict';
import type { Row } from '../../../src/tree/row.ts';
import { type Change, type RowNode, RowTree } from '../../../src/tree/rowTree.ts';

const row = (id: string, description = '', children?: readonly Row[], more: Partial<Row> = {}): Row => ({
  id,
  label: id,
  description,
  spoken: id,
  tags: [],
  target: { kind: 'group' },
  ...(children === undefined ? {} : { children: () => children }),
  ...more,
});

const names = (changes: readonly Change[]): readonly string[] =>
  changes.map((change) => (change === 'root' ? 'root' : change.id));

/** A view that has asked for everything, as if each row were open. */
function opened(rows: readonly Row[]): RowTree {
  const tree = new RowTree();
  tree.update(rows);
  const open = (nodes: readonly RowNode[]): void => {
    for (const node of nodes) open(tree.childrenOf(node));
  };
  open(tree.roots);
  return tree;
}

describe('the rows that the view has asked for', () => {
  const cluster = (state: string): Row =>
    row('cluster', '', [row('canal', '', [row('pod-1', 'Running'), row('pod-2', state, [row('flannel', state)])])]);

  it('are left alone where nothing looks different', () => {
    const tree = opened([cluster('Running')]);
    assert.deepEqual(tree.update([cluster('Running')]), []);
  });

  it('are shown anew where something changed, and nowhere above', () => {
    const tree = opened([cluster('Running'), row('other')]);
    assert.deepEqual(names(tree.update([cluster('CrashLoopBackOff'), row('other')])), ['pod-2']);
  });

  it('keep their identity, so that selection and open rows survive', () => {
    const tree = opened([cluster('Running')]);
    const before = ['cluster', 'canal', 'pod-1', 'pod-2', 'flannel'].map((id) => tree.find(id));
    tree.update([cluster('CrashLoopBackOff')]);
    assert.deepEqual(
      ['cluster', 'canal', 'pod-1', 'pod-2', 'flannel'].map((id) => tree.find(id)),
      before,
    );
    assert.equal(tree.find('flannel')?.row.description, 'CrashLoopBackOff');
  });

  it('are shown anew from the list that gained or lost one', () => {
    const tree = opened([cluster('Running')]);
    const fewer = row('cluster', '', [row('canal', '', [row('pod-1', 'Running')])]);
    assert.deepEqual(names(tree.update([fewer])), ['canal']);
    assert.equal(tree.find('pod-2'), undefined);
    assert.equal(tree.find('flannel'), undefined);
    assert.deepEqual(names(tree.update([cluster('Running')])), ['canal']);
  });

  it('are shown anew from the list whose order changed', () => {
    const tree = opened([row('cluster', '', [row('a'), row('b')])]);
    assert.deepEqual(names(tree.update([row('cluster', '', [row('b'), row('a')])])), ['cluster']);
    assert.deepEqual(
      tree.childrenOf(tree.roots[0] as RowNode).map(({ id }) => id),
      ['b', 'a'],
    );
  });

  it('are not made for rows that nobody opened', () => {
    const tree = new RowTree();
    let made = 0;
    const lazy = (): Row => ({
      ...row('cluster'),
      children: () => {
        made++;
        return [];
      },
    });
    tree.update([lazy()]);
    tree.update([lazy()]);
    assert.equal(made, 0);
  });

  it('move from one list to another with what is open below them', () => {
    const tree = opened([row('cluster', '', [row('working', '', [row('pod', '', [row('flannel')])])])]);
    const pod = tree.find('pod');
    const changes = tree.update([row('cluster', '', [row('pod', 'Error', [row('flannel')]), row('working', '', [])])]);
    assert.deepEqual(names(changes), ['cluster']);
    assert.equal(tree.find('pod'), pod);
    assert.equal(pod?.parent?.id, 'cluster');
    assert.deepEqual(
      pod?.children?.map(({ id }) => id),
      ['flannel'],
    );
  });

  it('stay open or closed as they first appeared, whatever is wrong later', () => {
    const tree = opened([row('canal', '', [row('pod')], { open: false })]);
    tree.update([row('canal', 'Error', [row('pod')], { open: true })]);
    assert.equal(tree.find('canal')?.open, false);
  });

  it('come back as the user left them', () => {
    const opened = new Set(['canal']);
    const tree = new RowTree(({ id }) => opened.has(id));
    tree.update([row('canal', '', [])]);
    tree.update([]);
    tree.update([row('canal', '', [])]);
    assert.equal(tree.find('canal')?.open, true);
  });

  it('are shown anew for their tooltip alone only where VS Code has it', () => {
    const withBasis = (): Row => row('cluster', '', [row('pod')], { basis: [{}] });
    const tree = opened([withBasis()]);
    assert.deepEqual(names(tree.update([withBasis()])), []);
    const cluster = tree.find('cluster');
    assert.ok(cluster);
    cluster.explained = true;
    assert.deepEqual(names(tree.update([withBasis()])), ['cluster']);
  });

  it('are all shown anew where a cluster appears', () => {
    const tree = opened([row('a')]);
    assert.deepEqual(names(tree.update([row('a', 'changed'), row('b')])), ['root']);
  });
});
