import { type LinePath, linePathAt, readLine } from './linePath.ts';

/** An open `{` or `[`. */
interface Frame {
  readonly isMap: boolean;
  /** The field that has it as its value. */
  readonly field: string | undefined;
  readonly entries: Map<string, string>;
  key: string | undefined;
  /** What has been written of the name, the value or the element. */
  text: string;
  quote: string;
}

/**
 * Where the cursor stands inside `{ }` or `[ ]`, which need not be closed yet. Undefined outside of them.
 *
 * @param lines of one document
 * @param index of the line of the cursor, from 0
 * @param column characters before the cursor
 */
export function flowPathAt(lines: readonly string[], index: number, column: number): LinePath | undefined {
  let inText: number | undefined;
  for (let at = 0; at <= index; at++) {
    const line = lines[at] ?? '';
    const read = readLine(line);
    if (read === undefined || (inText !== undefined && read.indent > inText)) continue;
    inText = /^[|>][-+\d]*\s*(?:#.*)?$/.test(read.value) ? read.indent : undefined;
    const marks = /^(?:[&!]\S*\s+)*/.exec(read.value)?.[0].length ?? 0;
    if (!/[{[]/.test(read.value.charAt(marks))) continue;
    const start = line.length - read.value.length + marks;
    if (at === index && start >= column) return undefined;
    const scan = new FlowScan(lines, at, start, index, column);
    const end = scan.run();
    if (scan.found !== undefined) {
      const around = linePathAt(lines, at, start);
      return around === undefined ? undefined : pathOf(around, scan.found);
    }
    at = Math.max(at, end);
  }
  return undefined;
}

function pathOf(around: LinePath, frames: readonly Frame[]): LinePath {
  const own = frames.at(-1);
  const fields = [
    ...around.fields,
    ...(around.field === undefined ? [] : [around.field]),
    ...frames.flatMap(({ field }) => field ?? []),
  ];
  const map = frames.findLast(({ isMap }) => isMap);
  return {
    fields,
    field: own?.isMap === true ? own.key : undefined,
    prefix: (own?.text ?? '').trimStart(),
    siblings: map?.entries ?? around.siblings,
  };
}

/** Reads a collection in flow style up to its end, and on the way notes what is open at the cursor. */
class FlowScan {
  /** What is open at the cursor, the outermost first. */
  found: readonly Frame[] | undefined;
  readonly #lines: readonly string[];
  readonly #from: { readonly line: number; readonly column: number };
  readonly #cursor: { readonly line: number; readonly column: number };
  readonly #frames: Frame[] = [];

  constructor(lines: readonly string[], line: number, column: number, cursorLine: number, cursorColumn: number) {
    this.#lines = lines;
    this.#from = { line, column };
    this.#cursor = { line: cursorLine, column: cursorColumn };
  }

  /** The last line of it. */
  run(): number {
    const { line: first, column } = this.#from;
    // Of what follows the cursor only the nearest lines can belong to it.
    const last = Math.min(this.#lines.length - 1, this.#cursor.line + 50);
    for (let line = first; line <= last; line++) {
      const text = this.#lines[line] ?? '';
      for (let at = line === first ? column : 0; at <= text.length; at++) {
        if (line === this.#cursor.line && at === this.#cursor.column) this.#note();
        const char = text[at] ?? '\n';
        if (char === '#' && /(?:^|\s)$/.test(text.slice(0, at)) && !this.#inQuotes) break;
        this.#take(char, text[at + 1]);
        if (this.#frames.length === 0) return line;
        if (this.found !== undefined && this.#frames.length < this.found.length) return line;
      }
    }
    return last;
  }

  get #inQuotes(): boolean {
    return (this.#frames.at(-1)?.quote ?? '') !== '';
  }

  /** Entries are shared: those behind the cursor come to be known too. */
  #note(): void {
    this.found = this.#frames.map((frame) => ({ ...frame }));
  }

  #take(char: string, next: string | undefined): void {
    const own = this.#frames.at(-1);
    if (own !== undefined && own.quote !== '') {
      own.text += char;
      if (char === own.quote) own.quote = '';
      return;
    }
    switch (char) {
      case '{':
      case '[':
        this.#frames.push({
          isMap: char === '{',
          field: own?.isMap === true ? own.key : undefined,
          entries: new Map(),
          key: undefined,
          text: '',
          quote: '',
        });
        return;
      case '}':
      case ']':
        if (own !== undefined) end(own);
        this.#frames.pop();
        return;
      case ',':
        if (own !== undefined) end(own);
        return;
      case ':':
        if (own?.isMap === true && own.key === undefined && (next === undefined || /[\s,{}[\]"']/.test(next))) {
          own.key = plain(own.text);
          own.text = '';
          return;
        }
        break;
      case '"':
      case "'":
        if (own?.text.trim() === '') own.quote = char;
        break;
      case '\n':
        if (own !== undefined) own.text += ' ';
        return;
    }
    if (own !== undefined) own.text += char;
  }
}

function end(frame: Frame): void {
  if (frame.key !== undefined) frame.entries.set(frame.key, frame.text.trim());
  frame.key = undefined;
  frame.text = '';
}

const plain = (text: string): string => text.trim().replaceAll(/^["']|["']$/g, '');
