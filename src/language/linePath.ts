/** Where the cursor stands in YAML, told from its lines: it works while the text does not parse. */
export interface LinePath {
  /** The fields above it, from the root of the document; elements of lists are left out. */
  readonly fields: readonly string[];
  /** The field whose value is being written; undefined where a field's name is. */
  readonly field: string | undefined;
  /** What is written before the cursor of the name or the value. */
  readonly prefix: string;
  /** Lines of the element or map that the cursor stands in, as `key: value`. */
  readonly siblings: ReadonlyMap<string, string>;
}

const line = /^(\s*)((?:-\s+)*)(?:(["']?)([^\s"'#:][^"'#:]*)\3\s*:(?:\s+|$))?(.*)$/;

interface Read {
  readonly indent: number;
  readonly key: string | undefined;
  readonly value: string;
  readonly isElement: boolean;
}

/** A line of block style. Undefined for comments and empty lines. */
export function readLine(text: string): Read | undefined {
  if (/^\s*(?:#|$)/.test(text)) return undefined;
  const match = line.exec(text);
  if (match === null) return undefined;
  const [, spaces = '', dashes = '', , key, value = ''] = match;
  return { indent: spaces.length + dashes.length, key, value, isElement: dashes !== '' };
}

/**
 * The place of the cursor in block style.
 *
 * @param lines of one document
 * @param index of the line of the cursor, from 0
 * @param column characters before the cursor
 */
export function linePathAt(lines: readonly string[], index: number, column: number): LinePath | undefined {
  const before = (lines[index] ?? '').slice(0, column);
  if (/(?:^|\s)#/.test(before)) return undefined;
  const spaces = /^(\s*)(-\s*)?$/.exec(before);
  const here =
    spaces === null
      ? readLine(before)
      : { indent: before.length, key: undefined, value: '', isElement: spaces[2] !== undefined };
  if (here === undefined) return undefined;
  const fields: string[] = [];
  const siblings = new Map<string, string>();
  let indent = here.indent;
  let elementEnds = here.isElement;
  // A list may stand as far to the left as the field that it belongs to.
  let dash = here.isElement ? before.search(/-/) : undefined;
  for (let at = index - 1; at >= 0; at--) {
    const above = readLine(lines[at] ?? '');
    if (above === undefined) continue;
    const isParent = above.indent < indent || (dash !== undefined && above.indent === dash && !above.isElement);
    if (!isParent) {
      if (fields.length === 0 && above.indent === indent && !elementEnds) {
        if (above.key !== undefined) siblings.set(above.key, above.value.trim());
        if (above.isElement) {
          elementEnds = true;
          dash = (lines[at] ?? '').search(/-/);
          indent = dash + 1;
        }
      }
      continue;
    }
    if (above.key !== undefined && (dash === undefined || above.indent <= dash)) {
      fields.unshift(above.key);
      indent = above.indent;
      dash = undefined;
    }
    if (above.isElement) {
      dash = (lines[at] ?? '').search(/-/);
      indent = dash + 1;
      elementEnds = true;
    } else if (fields.length > 0) elementEnds = true;
  }
  for (let at = index + 1; at < lines.length; at++) {
    const below = readLine(lines[at] ?? '');
    if (below === undefined) continue;
    if (below.indent < here.indent || (below.isElement && below.indent <= here.indent)) break;
    if (below.indent === here.indent && below.key !== undefined) siblings.set(below.key, below.value.trim());
  }
  return { fields, field: here.key, prefix: here.value, siblings };
}
