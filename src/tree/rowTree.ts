import { type Row, sameRow, sameTooltip } from './row.ts';

/** A row that has been handed to the view. The object stays the same for as long as its id is shown. */
export class RowNode {
  readonly id: string;
  row: Row;
  parent: RowNode | undefined;
  /** The rows below, once somebody has asked for them. */
  children: readonly RowNode[] | undefined = undefined;
  /** As decided when the row first appeared: what VS Code remembers from then on must not be told otherwise. */
  readonly open: boolean;
  /** VS Code has the tooltip and shows it until the row is shown anew. */
  explained = false;

  constructor(row: Row, parent: RowNode | undefined, open: boolean) {
    this.id = row.id;
    this.row = row;
    this.parent = parent;
    this.open = open;
  }
}

/** Everything below the root. */
export type Change = RowNode | 'root';

/**
 * What the view has asked for so far, kept in step with what should be shown. `update` returns the narrowest rows that
 * must be shown anew, so that the rest of the view keeps its shape, its selection and its place. While VS Code shows a
 * row anew it does not know those below it, and tells a command that is chosen on one of them nothing of its row.
 */
export class RowTree {
  readonly #byId = new Map<string, RowNode>();
  readonly #isOpen: (row: Row) => boolean;
  #roots: readonly RowNode[] = [];

  /** `isOpen` decides whether a row that appears, or appears again, is open. */
  constructor(isOpen: (row: Row) => boolean = (row) => row.open ?? false) {
    this.#isOpen = isOpen;
  }

  get roots(): readonly RowNode[] {
    return this.#roots;
  }

  find(id: string): RowNode | undefined {
    return this.#byId.get(id);
  }

  childrenOf(node: RowNode): readonly RowNode[] {
    return (node.children ??= this.#adopt(node.row.children?.() ?? [], node));
  }

  update(rows: readonly Row[]): readonly Change[] {
    const changes: Change[] = [];
    const before = this.#roots;
    this.#roots = this.#adopt(rows, undefined);
    if (!sameIds(before, this.#roots)) changes.push('root');
    this.#reconcile(this.#roots, rows, changes);
    this.#forget();
    return changes.includes('root') ? ['root'] : topmost(changes);
  }

  /**
   * The nodes of `rows`, those that are known among them with their old row still in place. An id that comes twice in
   * one list is taken once: VS Code shows nothing at all otherwise.
   */
  #adopt(rows: readonly Row[], parent: RowNode | undefined): readonly RowNode[] {
    const nodes = rows.map((row) => {
      let node = this.#byId.get(row.id);
      if (node === undefined) {
        node = new RowNode(row, parent, this.#isOpen(row));
        this.#byId.set(row.id, node);
      } else node.parent = parent;
      return node;
    });
    return [...new Set(nodes)];
  }

  #reconcile(nodes: readonly RowNode[], rows: readonly Row[], changes: Change[]): void {
    const byId = new Map(rows.map((row) => [row.id, row]));
    for (const node of nodes) {
      const row = byId.get(node.id);
      if (row === undefined || row === node.row) continue;
      const before = node.row;
      node.row = row;
      const children = node.children;
      let changed = !sameRow(before, row) || (node.explained && !sameTooltip(before, row));
      if (children !== undefined) {
        const childRows = row.children?.() ?? [];
        node.children = this.#adopt(childRows, node);
        changed ||= !sameIds(children, node.children);
        if (changed) changes.push(node);
        this.#reconcile(node.children, childRows, changes);
      } else if (changed) changes.push(node);
    }
  }

  /** Drops what is no longer below the root. */
  #forget(): void {
    const reached = new Set<string>();
    const visit = (nodes: readonly RowNode[]): void => {
      for (const node of nodes) {
        reached.add(node.id);
        if (node.children !== undefined) visit(node.children);
      }
    };
    visit(this.#roots);
    for (const id of this.#byId.keys()) if (!reached.has(id)) this.#byId.delete(id);
  }
}

const sameIds = (one: readonly RowNode[], other: readonly RowNode[]): boolean =>
  one.length === other.length && one.every((node, index) => node === other[index]);

/** Without the rows below another one in the list, which is shown anew with everything below it. */
function topmost(changes: readonly Change[]): readonly Change[] {
  const changed = new Set<Change>(changes);
  return changes.filter((change) => {
    if (change === 'root') return true;
    for (let parent = change.parent; parent !== undefined; parent = parent.parent)
      if (changed.has(parent)) return false;
    return true;
  });
}
