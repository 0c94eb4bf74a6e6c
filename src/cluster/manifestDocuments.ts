/** One document of a YAML stream, as a slice of the text. Lines count from 1. */
export interface DocumentSlice {
  readonly start: number;
  readonly end: number;
  readonly line: number;
}

const lineFeed = 10;

/**
 * Cuts a YAML stream at its document markers, so that a syntax error in one document leaves the others readable. A line
 * that begins with `---` or `...` and then ends or goes on with a blank is a marker wherever it stands: YAML 1.2 forbids
 * it as a line of a scalar at column 0, and scalars of a nested value are indented.
 */
export function splitDocuments(text: string): readonly DocumentSlice[] {
  const slices: DocumentSlice[] = [];
  let start = 0;
  let line = 1;
  let explicit = false;
  const close = (end: number): void => {
    if (explicit || hasContent(text, start, end)) slices.push({ start, end, line });
    for (let at = text.indexOf('\n', start); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) line++;
    start = end;
    explicit = false;
  };
  for (let at = markerFrom(text, 0); at >= 0; at = markerFrom(text, at + 3)) {
    if (text.startsWith('---', at)) {
      // Directives and comments before the first marker belong to the document that the marker opens.
      if (explicit || hasContent(text, start, at)) close(at);
      explicit = true;
    } else {
      const lineEnd = text.indexOf('\n', at);
      close(lineEnd < 0 ? text.length : lineEnd + 1);
    }
  }
  close(text.length);
  return slices;
}

/** The place of the next line that is a document marker, at or after `from`. */
function markerFrom(text: string, from: number): number {
  if (from === 0 && isMarker(text, 0)) return 0;
  // The two kinds are looked for together: `...` alone is rare, and a search for it over the rest of a long text is not.
  for (let at = text.indexOf('\n', Math.max(from - 1, 0)); at >= 0; at = text.indexOf('\n', at + 1))
    if (isMarker(text, at + 1)) return at + 1;
  return -1;
}

function isMarker(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code !== 45 && code !== 46) return false;
  if (text.charCodeAt(at + 1) !== code || text.charCodeAt(at + 2) !== code) return false;
  const after = text.charCodeAt(at + 3);
  return Number.isNaN(after) || after === lineFeed || after === 13 || after === 32 || after === 9;
}

/** Whether there is more than blanks, comments and directives. */
function hasContent(text: string, start: number, end: number): boolean {
  for (let at = start; at < end;) {
    const found = text.indexOf('\n', at);
    const lineEnd = found < 0 || found > end ? end : found;
    let first = at;
    while (first < lineEnd && (text.charCodeAt(first) === 32 || text.charCodeAt(first) === 9)) first++;
    const code = text.charCodeAt(first);
    const directive = first === at && code === 37;
    const ended = text.startsWith('...', at) && isMarker(text, at);
    if (first < lineEnd && code !== 35 && code !== 13 && !directive && !ended) return true;
    at = lineEnd + 1;
  }
  return false;
}

/** Lines of a text, both ends included, from 1. */
export interface Span {
  readonly line: number;
  readonly endLine: number;
}

export function countLines(text: string, start: number, end: number): number {
  let lines = 0;
  for (let at = text.indexOf('\n', start); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}

export interface ListSlices {
  /** The document without the elements of its `items`. */
  readonly outside: string;
  readonly items: readonly DocumentSlice[];
}

/**
 * Cuts a document that is a list, as kubectl prints it, at the elements of its `items`, by their indentation: what belongs
 * to an element is indented by more. `undefined` where `items` is written in another way.
 *
 * @param line the document's first line
 */
export function splitListItems(text: string, line: number): ListSlices | undefined {
  const head = /^items:[ \t]*(?:#.*)?\r?\n/m.exec(text);
  if (head === null) return undefined;
  const first = head.index + head[0].length;
  const items: DocumentSlice[] = [];
  let open: { start: number; line: number } | undefined;
  let indent = -1;
  let current = line + countLines(text, 0, first);
  let at = first;
  const close = (): void => {
    if (open !== undefined) items.push({ ...open, end: at });
  };
  for (; at < text.length; current++) {
    const next = text.indexOf('\n', at);
    const lineEnd = next < 0 ? text.length : next + 1;
    let column = 0;
    while (text.charCodeAt(at + column) === 32) column++;
    const code = text.charCodeAt(at + column);
    const blank = Number.isNaN(code) || code === 10 || code === 13 || code === 35;
    if (!blank) {
      const after = text.charCodeAt(at + column + 1);
      const dash = code === 45 && (Number.isNaN(after) || after === 32 || after === 10 || after === 13);
      if (indent < 0) {
        if (!dash) return undefined;
        indent = column;
      }
      if (column === indent && dash) {
        close();
        open = { start: at, line: current };
      } else if (column <= indent) break;
    }
    at = lineEnd;
  }
  close();
  return items.length === 0 ? undefined : { outside: `${text.slice(0, first)}${text.slice(at)}`, items };
}
