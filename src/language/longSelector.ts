import { type LinePath, linePathAt, readLine } from './linePath.ts';
import { isSelectorField } from './selectorSuggestions.ts';

const blockMark = /^[|>][-+\d]*\s*(?:#.*)?$/;

/**
 * Where the cursor stands in a Calico selector that goes on from a line above: `>-`, `|`, in quotes or without. What is
 * written before the cursor is joined as YAML folds it. Undefined outside of one.
 *
 * @param lines of one document
 * @param index of the line of the cursor, from 0
 * @param column characters before the cursor
 */
export function longSelectorAt(lines: readonly string[], index: number, column: number): LinePath | undefined {
  const before = (lines[index] ?? '').slice(0, column);
  const indent = before.length - before.trimStart().length;
  const parts = [before.trimStart()];
  for (let at = index - 1; at >= 0; at--) {
    const text = lines[at] ?? '';
    const above = readLine(text);
    if (above?.key === undefined || above.indent >= indent) {
      parts.unshift(text.trim());
      continue;
    }
    const place = linePathAt(lines, at, text.length);
    if (place?.field === undefined || !isSelectorField(place.field, place.fields.at(-1))) return undefined;
    const first = above.value.trim();
    const prefix = [blockMark.test(first) ? '' : first, ...parts].filter((part) => part !== '').join(' ');
    return isClosed(prefix) ? undefined : { ...place, prefix: before.trimStart() === '' ? `${prefix} ` : prefix };
  }
  return undefined;
}

/** Whether a text in YAML's quotes has its end. */
const isClosed = (text: string): boolean => /^'(?:[^']|'')*'(?!')|^"(?:[^"\\]|\\.)*"/.test(text);
