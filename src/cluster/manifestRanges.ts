import type { Document, LineCounter, Node, Pair, ParsedNode } from 'yaml';
import type { SourceRange } from '../model/meta.ts';
import { documentsOf } from './manifest.ts';

/** A place in a file. Lines and columns count from 1; the end is exclusive. */
export interface TextRange {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

type Path = readonly (string | number)[];

/**
 * Where a field or an element stands, as offsets into the document's text: the value of a field that holds a single
 * value, the name of one that holds more, an element as a whole. Where the path leads to nothing, the last step of it
 * that is there, but for the first `given` steps.
 */
export function offsetsAt(
  document: Document,
  path: Path,
  given = 0,
): readonly [start: number, end: number] | undefined {
  for (let length = path.length; length > given; length--) {
    const steps = path.slice(0, length);
    const node = document.getIn(steps, true) as Node | undefined;
    const key = keyNode(document, steps);
    if (node === undefined && key === undefined) continue;
    const range = length < path.length || isCollection(node) ? (key ?? node)?.range : (node ?? key)?.range;
    if (range !== undefined && range !== null) return [range[0], range[1]];
  }
  return undefined;
}

const isCollection = (node: Node | undefined): boolean => node !== undefined && node !== null && 'items' in node;

/** The node of a field's name; `undefined` for the elements of a list. */
function keyNode(document: Document, path: Path): Node | undefined {
  const name = path.at(-1);
  if (typeof name !== 'string') return undefined;
  const parent: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (typeof parent !== 'object' || parent === null || !('items' in parent)) return undefined;
  const pairs = parent.items as readonly Pair<ParsedNode, ParsedNode | null>[];
  return pairs.find(({ key }) => 'value' in key && String(key.value) === name)?.key;
}

/** A document as the `yaml` package reads it, and how its offsets translate to lines of the file. */
export interface ParsedDocument {
  readonly document: Document;
  /** Where the object of the `SourceRange` stands in the document: `['items', 3]` in a list. */
  readonly root: Path;
  /** `offset` is a place in the text that stands at `path`, in characters from its beginning. */
  readonly rangeOf: (path: Path, offset?: number) => TextRange | undefined;
  /** The character of the document at a line of the file and a column, both from 1. */
  readonly offsetOf: (line: number, column: number) => number;
}

export interface ManifestRanges {
  /** `undefined` where the text cannot be had, or is too long to be parsed for the sake of a column. */
  documentOf(source: SourceRange): ParsedDocument | undefined;
  /** The lines of an object as they are written; with more around them where the file is one line. */
  linesOf(source: SourceRange): string;
}

const maxCharacters = 2_000_000;

interface Tree {
  readonly document: Document;
  readonly counter: LineCounter;
  /** Of the file, where the text of the document begins. */
  readonly firstLine: number;
  /** The document is one element of a list. */
  readonly alone: boolean;
}

/**
 * Finds places in the texts of files. The `yaml` package, which keeps positions, is loaded at first use.
 *
 * @param textOf the text that the objects were read from
 */
export async function manifestRanges(textOf: (file: string) => string | undefined): Promise<ManifestRanges> {
  const { LineCounter, parseDocument } = await import('./yamlDocument.ts');
  const files = new Map<string, FileText | undefined>();
  const trees = new Map<string, Tree | undefined>();
  const parsed = new Map<string, ParsedDocument | undefined>();
  const load = (file: string): FileText | undefined => {
    if (!files.has(file)) {
      const text = textOf(file);
      files.set(file, text === undefined ? undefined : new FileText(text.replace(/^\uFEFF/, '')));
    }
    return files.get(file);
  };
  /** All objects of a list share the tree of its document. */
  const treeOf = (source: SourceRange): Tree | undefined => {
    const { file, line, document: index, item } = source;
    const loaded = load(file);
    const slice = loaded?.documents[index];
    if (loaded === undefined || slice === undefined) return undefined;
    // An element of a long list is read by itself: its lines, without the comma that follows it in JSON.
    const alone = slice.end - slice.start > maxCharacters && item !== undefined;
    const key = `${file}\n${index}\n${alone ? item : ''}`;
    if (trees.has(key)) return trees.get(key);
    const text = alone ? loaded.lines(source) : loaded.text.slice(slice.start, slice.end);
    let tree: Tree | undefined;
    if (text.length <= maxCharacters) {
      const counter = new LineCounter();
      const options = { lineCounter: counter, uniqueKeys: false };
      const document = parseDocument(alone ? text.replace(/,\s*$/, '') : text, options);
      tree = { document, counter, firstLine: alone ? line : slice.line, alone };
    }
    trees.set(key, tree);
    return tree;
  };
  const parse = (source: SourceRange): ParsedDocument | undefined => {
    const tree = treeOf(source);
    if (tree === undefined) return undefined;
    const { document, counter, firstLine, alone } = tree;
    const root = rootOf(document, source.item, alone);
    return {
      document,
      root,
      offsetOf: (line, column) => (counter.lineStarts[line - firstLine] ?? 0) + column - 1,
      rangeOf: (path, offset) => {
        const offsets = offsetsAt(document, [...root, ...path], root.length);
        if (offsets === undefined) return undefined;
        const inside = offset === undefined ? 0 : placeInText(document, [...root, ...path], offset);
        const [start, end] = [counter.linePos(offsets[0] + inside), counter.linePos(offsets[1])];
        return {
          line: firstLine - 1 + start.line,
          column: start.col,
          endLine: firstLine - 1 + end.line,
          endColumn: end.col,
        };
      },
    };
  };
  return {
    documentOf: (source) => {
      const key = `${source.file}\n${source.document}\n${source.item ?? ''}`;
      if (!parsed.has(key)) parsed.set(key, parse(source));
      return parsed.get(key);
    },
    linesOf: (source) => load(source.file)?.lines(source) ?? '',
  };
}

/** How far from the beginning of a scalar, its quote included, one of its characters is written. */
function placeInText(document: Document, path: Path, offset: number): number {
  const node: unknown = document.getIn(path, true);
  const type = typeof node === 'object' && node !== null && 'type' in node ? node.type : undefined;
  if (type === 'PLAIN') return offset;
  return type === 'QUOTE_SINGLE' || type === 'QUOTE_DOUBLE' ? offset + 1 : 0;
}

/** A text with the places of its documents and lines, each found once. */
class FileText {
  readonly text: string;
  #documents: ReturnType<typeof documentsOf> | undefined;
  #lineStarts: readonly number[] | undefined;

  constructor(text: string) {
    this.text = text;
  }

  get documents(): ReturnType<typeof documentsOf> {
    return (this.#documents ??= documentsOf(this.text));
  }

  lines({ line, endLine }: SourceRange): string {
    if (this.#lineStarts === undefined) {
      const starts = [0];
      for (let at = this.text.indexOf('\n'); at >= 0; at = this.text.indexOf('\n', at + 1)) starts.push(at + 1);
      this.#lineStarts = starts;
    }
    return this.text.slice(this.#lineStarts[line - 1] ?? 0, this.#lineStarts[endLine] ?? this.text.length);
  }
}

function rootOf({ contents }: Document, item: number | undefined, alone: boolean): Path {
  if (item === undefined) return [];
  const isList = contents !== null && typeof contents === 'object' && 'flow' in contents && !hasPairs(contents);
  if (alone) return isList ? [0] : [];
  return isList ? [item] : ['items', item];
}

const hasPairs = (node: object): boolean =>
  'items' in node && Array.isArray(node.items) && (node.items as unknown[]).some(isPair);

const isPair = (element: unknown): boolean => typeof element === 'object' && element !== null && 'key' in element;
