import type { Row } from './row.ts';
import type { RowNode, RowTree } from './rowTree.ts';

/** A cluster that was just opened is opened further, to its first problem, for as long after as its first answers take. */
const openingMs = 10_000;

/** Which rows are open: what the user opened and closed, and for all others what the row says of itself. */
export class OpenRows {
  readonly #chosen = new Map<string, boolean>();
  /** Sources of clusters that were just opened, and until when that counts. */
  readonly #opening = new Map<string, number>();

  /** Whether a row that appears is open: one that a filter took away comes back as it was. */
  appearsOpen(row: Row): boolean {
    const known = this.#chosen.get(row.id);
    if (known !== undefined) return known;
    const { target } = row;
    const onTheWay = row.leads === true && 'source' in target && this.#opening.has(target.source);
    // VS Code tells of rows that are opened, not of those that appear open.
    if (onTheWay) this.#chosen.set(row.id, true);
    return row.open ?? onTheWay;
  }

  /** Whether the row and all rows above it are open. */
  isOpen(node: RowNode): boolean {
    for (let at: RowNode | undefined = node; at !== undefined; at = at.parent)
      if (!(this.#chosen.get(at.id) ?? at.open)) return false;
    return true;
  }

  /** Whether the user opened the row of this id, shown or not. */
  wasOpened(id: string): boolean {
    return this.#chosen.get(id) ?? false;
  }

  /** `namespace/name` of the DaemonSets whose rows below this one are open. */
  daemonSetsBelow(node: RowNode): ReadonlySet<string> {
    const found = new Set<string>();
    const visit = (nodes: readonly RowNode[] | undefined): void => {
      for (const one of nodes ?? []) {
        if (!(this.#chosen.get(one.id) ?? one.open)) continue;
        const { target } = one.row;
        if (target.kind === 'object' && target.object.kind === 'DaemonSet')
          found.add(`${target.object.namespace}/${target.object.name}`);
        else visit(one.children);
      }
    };
    visit(node.children);
    return found;
  }

  choose(id: string, open: boolean): void {
    this.#chosen.set(id, open);
  }

  /** From now on, and for a while, the way to this cluster's first problem is opened as it becomes known. */
  clusterOpened(source: string, now: number): void {
    this.#opening.set(source, now + openingMs);
  }

  /** The user closes rows of this cluster: nothing is opened against him. */
  leaveAlone(source: string): void {
    this.#opening.delete(source);
  }

  /** The rows to be opened, each the last on the way to the first problem of a cluster that was just opened. */
  toOpen(tree: RowTree, clusterId: (source: string) => string, now: number): readonly RowNode[] {
    const found: RowNode[] = [];
    for (const [source, until] of this.#opening) {
      if (now > until) this.#opening.delete(source);
      const cluster = tree.find(clusterId(source));
      const deepest = cluster === undefined ? undefined : wayToProblem(tree, cluster).at(-1);
      if (deepest === undefined) continue;
      if (deepest.row.tags.includes('pod')) this.#opening.delete(source);
      if (!this.isOpen(deepest)) found.push(deepest);
    }
    return found;
  }
}

function wayToProblem(tree: RowTree, cluster: RowNode): readonly RowNode[] {
  const way: RowNode[] = [];
  for (let at: RowNode | undefined = cluster; at !== undefined;) {
    at = tree.childrenOf(at).find(({ row }) => row.leads === true);
    if (at !== undefined) way.push(at);
  }
  return way;
}
