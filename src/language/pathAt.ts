import type { Document, Node, Pair } from 'yaml';
import type { Path } from '../policy/lint/path.ts';

/** The field or element that stands at a place of the document: its path, from the root of the document. */
export function pathAt(document: Document, offset: number): Path {
  const path: (string | number)[] = [];
  let node: unknown = document.contents;
  for (;;) {
    const next = stepInto(node, offset);
    if (next === undefined) return path;
    path.push(next.step);
    if (next.onKey) return path;
    node = next.node;
  }
}

interface Step {
  readonly step: string | number;
  readonly node: unknown;
  readonly onKey: boolean;
}

const within = (node: unknown, offset: number): boolean => {
  const range = typeof node === 'object' && node !== null && 'range' in node ? (node as Node).range : undefined;
  return range !== undefined && range !== null && offset >= range[0] && offset <= range[1];
};

function stepInto(node: unknown, offset: number): Step | undefined {
  if (typeof node !== 'object' || node === null || !('items' in node) || !Array.isArray(node.items)) return undefined;
  for (const [index, item] of (node.items as unknown[]).entries()) {
    if (typeof item === 'object' && item !== null && 'key' in item && 'value' in item) {
      const { key, value } = item as Pair;
      const name = typeof key === 'object' && key !== null && 'value' in key ? String(key.value) : '';
      if (within(key, offset)) return { step: name, node: value, onKey: true };
      if (within(value, offset)) return { step: name, node: value, onKey: false };
    } else if (within(item, offset)) return { step: index, node: item, onKey: false };
  }
  return undefined;
}
