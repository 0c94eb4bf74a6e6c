// eslint-disable-next-line @typescript-eslint/no-restricted-imports -- this file is itself loaded by import()
import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  stringify,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Fix } from '../policy/lint/finding.ts';
import type { Path } from '../policy/lint/path.ts';

/** A replacement of characters `start` to `end` of the document. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * A fix as changes of the text, so that comments, quotes and indentation elsewhere stay as they are.
 *
 * @param text the document that `document` was parsed from
 * @returns undefined where the document is not written as the fix expects
 */
export function fixEdits(text: string, document: Document, root: Path, fix: Fix): readonly Edit[] | undefined {
  const writer = new Writer(text, document, root);
  switch (fix.kind) {
    case 'set':
      return writer.set(fix.path, fix.value);
    case 'append':
      return writer.append(fix.path, fix.value);
    case 'remove':
      return writer.remove(fix.path);
    case 'rename':
      return writer.rename(fix.path, fix.to);
    case 'merge':
      return writer.merge(fix.path, fix.from);
  }
}

type Steps = readonly (string | number)[];

class Writer {
  readonly #text: string;
  readonly #document: Document;
  readonly #root: Path;

  constructor(text: string, document: Document, root: Path) {
    this.#text = text;
    this.#document = document;
    this.#root = root;
  }

  set(path: Path, value: unknown): readonly Edit[] | undefined {
    const node = this.#node(path);
    const range = node?.range;
    if (range !== undefined && range !== null && range[1] > range[0])
      return [{ start: range[0], end: range[1], text: inline(value) }];
    return this.#insert(path, value);
  }

  append(path: Path, value: unknown): readonly Edit[] | undefined {
    const list = this.#node(path);
    if (!isSeq(list)) return this.#insert(path, [value]);
    const last = list.items.at(-1) as Node | undefined;
    if (list.flow === true || last?.range === undefined || last.range === null) {
      if (list.range === undefined || list.range === null) return undefined;
      if (last === undefined) return this.#replaceWithBlock(path, list, [value]);
      const close = list.range[1] - 1;
      return [{ start: close, end: close, text: `, ${inline(value)}` }];
    }
    const dash = this.#dashColumn(list);
    if (dash === undefined) return undefined;
    const at = this.#lineEnd(last.range[1]);
    return [{ start: at, end: at, text: `\n${' '.repeat(dash)}- ${block(value, dash + 2)}` }];
  }

  remove(path: Path): readonly Edit[] | undefined {
    const parent = this.#node(path.slice(0, -1));
    const step = path.at(-1);
    const node = this.#node(path);
    if (step === undefined || node?.range === undefined || node.range === null) return undefined;
    if (!(isMap(parent) || isSeq(parent)) || parent.flow === true || parent.items.length < 2) return undefined;
    const begin = isMap(parent) ? this.#pair(parent, String(step))?.key : node;
    const range = (begin as Node | undefined)?.range;
    if (range === undefined || range === null) return undefined;
    const start = this.#lineStart(range[0]);
    const before = this.#text.slice(start, range[0]);
    // `- key: value`: the dash belongs to the list above and has to stay.
    if (!/^\s*$/.test(before) && !(isSeq(parent) && /^\s*-\s+$/.test(before))) return undefined;
    const end = Math.min(this.#text.length, this.#lineEnd(node.range[1]) + 1);
    return [{ start, end, text: '' }];
  }

  rename(path: Path, to: string): readonly Edit[] | undefined {
    const parent = this.#node(path.slice(0, -1));
    const key = isMap(parent) ? (this.#pair(parent, String(path.at(-1)))?.key as Node | undefined) : undefined;
    return key?.range === undefined || key.range === null
      ? undefined
      : [{ start: key.range[0], end: key.range[1], text: inline(to) }];
  }

  /** Two elements of a block list that follow each other become one: the second loses its dash. */
  merge(path: Path, from: Path): readonly Edit[] | undefined {
    const list = this.#node(path.slice(0, -1));
    const second = this.#node(from);
    const follows = Number(from.at(-1)) === Number(path.at(-1)) + 1;
    if (!isSeq(list) || list.flow === true || !follows || !isMap(second) || second.flow === true) return undefined;
    if (second.range === undefined || second.range === null) return undefined;
    const dash = this.#text.lastIndexOf('-', second.range[0]);
    return dash < this.#lineStart(second.range[0]) ? undefined : [{ start: dash, end: dash + 1, text: ' ' }];
  }

  /** A field that is not there yet, after the last one of its map. */
  #insert(path: Path, value: unknown): readonly Edit[] | undefined {
    const parent = this.#node(path.slice(0, -1));
    const step = path.at(-1);
    if (!isMap(parent) || typeof step !== 'string') return undefined;
    const existing = this.#pair(parent, step);
    if (existing !== undefined) return this.#replaceWithBlock(path, this.#node(path), value);
    const last = parent.items.at(-1);
    const end = (last?.value as Node | null | undefined)?.range?.[1] ?? (last?.key as Node | undefined)?.range?.[1];
    if (end === undefined) return undefined;
    if (parent.flow === true) return [{ start: end, end, text: `, ${inline(step)}: ${inline(value)}` }];
    const column = this.#mapColumn(parent);
    if (column === undefined) return undefined;
    const at = this.#lineEnd(end);
    return [{ start: at, end: at, text: `\n${' '.repeat(column)}${entry(step, value, column)}` }];
  }

  /** A field with an empty value: `egress: []`, `policyTypes:`. */
  #replaceWithBlock(path: Path, node: Node | undefined, value: unknown): readonly Edit[] | undefined {
    const parent = this.#node(path.slice(0, -1));
    const key = isMap(parent) ? (this.#pair(parent, String(path.at(-1)))?.key as Node | undefined) : undefined;
    const keyEnd = key?.range?.[1];
    if (!isMap(parent) || keyEnd === undefined) return undefined;
    const colon = this.#text.indexOf(':', keyEnd);
    if (colon < 0) return undefined;
    const end = Math.max(colon + 1, node?.range?.[1] ?? 0);
    if (parent.flow === true) return [{ start: colon + 1, end, text: ` ${inline(value)}` }];
    const column = this.#mapColumn(parent);
    if (column === undefined) return undefined;
    return [{ start: colon + 1, end, text: `\n${' '.repeat(column + 2)}${block(value, column + 2)}` }];
  }

  #node(path: Steps): Node | undefined {
    const node: unknown = this.#document.getIn([...this.#root, ...path], true);
    return typeof node === 'object' && node !== null && 'range' in node ? (node as Node) : undefined;
  }

  #pair(map: YAMLMap, name: string): Pair | undefined {
    return map.items.find(({ key }) => (isScalar(key) ? String(key.value) : String(key)) === name);
  }

  #mapColumn(map: YAMLMap): number | undefined {
    const range = (map.items[0]?.key as Node | undefined)?.range;
    return range === undefined || range === null ? undefined : range[0] - this.#lineStart(range[0]);
  }

  #dashColumn(list: YAMLSeq): number | undefined {
    const range = (list.items[0] as Node | undefined)?.range;
    if (range === undefined || range === null) return undefined;
    const dash = this.#text.lastIndexOf('-', range[0]);
    return dash < 0 ? undefined : dash - this.#lineStart(dash);
  }

  #lineStart(offset: number): number {
    return this.#text.lastIndexOf('\n', offset - 1) + 1;
  }

  #lineEnd(offset: number): number {
    // The end of a block's value may be the beginning of the next line.
    const from = this.#text[offset - 1] === '\n' ? offset - 1 : offset;
    const end = this.#text.indexOf('\n', from);
    const line = end < 0 ? this.#text.length : end;
    return this.#text[line - 1] === '\r' ? line - 1 : line;
  }
}

const entry = (key: string, value: unknown, column: number): string =>
  typeof value === 'object' && value !== null
    ? `${inline(key)}:\n${' '.repeat(column + 2)}${block(value, column + 2)}`
    : `${inline(key)}: ${inline(value)}`;

/** On one line, quoted where it has to be. */
const inline = (value: unknown): string =>
  typeof value === 'object' && value !== null
    ? stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim()
    : stringify(value, { lineWidth: 0 }).trim();

/** In block style, its further lines indented by `column`. */
const block = (value: unknown, column: number): string =>
  stringify(value, { lineWidth: 0 })
    .trimEnd()
    .replaceAll('\n', `\n${' '.repeat(column)}`);
