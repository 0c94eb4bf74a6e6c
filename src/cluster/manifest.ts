import { constructFromEvents, CORE_SCHEMA, EVENT_ID, type Event, mergeTag, parseEvents, YAMLException } from 'js-yaml';
import { defined, isObject, type JsonObject, objectAt, stringAt } from '../model/json.ts';
import type { SourceRange } from '../model/meta.ts';
import { type DocumentSlice, splitDocuments } from './manifestDocuments.ts';

/** An object as it stands in a file: with `apiVersion`, `kind` and a name. */
export interface ManifestObject {
  readonly object: JsonObject;
  readonly apiVersion: string;
  readonly kind: string;
  readonly source: SourceRange;
}

/**
 * What was not read, and why. An `error` means that something is missing from what was read, a `warning` that it may not
 * be what was meant, and a `note` that a file was left alone on purpose.
 */
export interface ManifestProblem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column?: number;
  readonly severity: 'error' | 'warning' | 'note';
  readonly code:
    | 'syntax'
    | 'too-large'
    | 'not-text'
    | 'unreadable'
    | 'not-an-object'
    | 'no-name'
    | 'duplicate-key'
    | 'duplicate-object'
    | 'helm-template'
    | 'kustomization'
    | 'not-kubernetes';
  /** A sentence, without the file's name. */
  readonly message: string;
}

export interface Manifest {
  readonly objects: readonly ManifestObject[];
  readonly problems: readonly ManifestProblem[];
  /** The answer of `kubectl version -o json` or of `/version`, where the file holds one. */
  readonly version?: { readonly gitVersion: string; readonly platform?: string };
}

const maxDepth = 100;
const maxAliases = 10_000;
/** How many values a document may come to once its aliases are written out. kubectl's reader gives up at a like number. */
const maxExpanded = 2_000_000;

/** Unquoted `on` and `yes` stay strings, `<<` merges: as kubectl reads it but for the booleans of YAML 1.1. */
const schema = CORE_SCHEMA.withTags(mergeTag);

/** The objects of a YAML or JSON text: single, several documents, `List` and typed lists such as `PodList`. Never throws. */
export function readManifest(text: string, file: string): Manifest {
  const reader = new Reader(file, text.startsWith('\uFEFF') ? text.slice(1) : text);
  reader.readAll();
  return defined({ objects: reader.objects, problems: reader.problems, version: reader.version });
}

interface Span {
  readonly line: number;
  readonly endLine: number;
}

class Reader {
  readonly objects: ManifestObject[] = [];
  readonly problems: ManifestProblem[] = [];
  version: Manifest['version'] | undefined = undefined;
  readonly #file: string;
  readonly #text: string;

  constructor(file: string, text: string) {
    this.#file = file;
    this.#text = text;
  }

  readAll(): void {
    if (this.#readJson()) return;
    splitDocuments(this.#text).forEach((slice, document) => {
      this.#readDocument(slice, document);
    });
  }

  #readJson(): boolean {
    const slices = jsonDocuments(this.#text);
    if (slices === undefined) return false;
    slices.forEach(({ value, start, end, line }, document) => {
      const items = isObject(value) && Array.isArray(value['items']) ? value['items'].length : 0;
      const spans = items === 0 ? undefined : jsonItemSpans(this.#text, start, end, line, items);
      const endLine = line + countLines(this.#text, start, end);
      if (exceedsDepth(value))
        this.#problem(line, 'error', 'syntax', `This document nests deeper than ${maxDepth} levels and was not read.`);
      else this.#take(value, spans, { line, endLine }, document);
    });
    return true;
  }

  #readDocument(slice: DocumentSlice, document: number): void {
    const text = this.#text.slice(slice.start, slice.end);
    let events: Event[];
    try {
      events = parseEvents(text, { maxDepth });
    } catch (error) {
      this.#syntaxError(error, text, slice.line);
      return;
    }
    const root = events[1];
    if (root === undefined || root.type === EVENT_ID.POP) return;
    const span = {
      line: slice.line + countLines(text, 0, startOf(root)),
      endLine: slice.line + countLines(text, 0, text.trimEnd().length),
    };
    let value: unknown;
    try {
      value = construct(events, text, false);
    } catch (error) {
      try {
        // A key that is written twice is all that this mode forgives; kubectl takes the last one too.
        value = construct(events, text, true);
        const { line, column, reason } = position(error, slice.line);
        const message = `${sentence(reason)} The last value is used; the API server refuses the document.`;
        this.#problem(line, 'warning', 'duplicate-key', message, column);
      } catch {
        this.#syntaxError(error, text, slice.line);
        return;
      }
    }
    if (events.some((event) => event.type === EVENT_ID.ALIAS)) {
      const fault = aliasFault(value);
      if (fault !== undefined) {
        this.#problem(slice.line, 'error', 'too-large', fault);
        return;
      }
    }
    this.#take(value, yamlItemSpans(events, text, slice.line), span, document);
  }

  /** `items` is where the elements of a list's `items` stand, where that can be told cheaply. */
  #take(value: unknown, items: readonly Span[] | undefined, span: Span, document: number): void {
    if (value === null || value === undefined) return;
    if (Array.isArray(value) && value.some((element) => isObject(element) && 'kind' in element)) {
      value.forEach((element: unknown, item) => {
        this.#object(element, { file: this.#file, ...span, document, item }, undefined, undefined);
      });
    } else this.#object(value, { file: this.#file, ...span, document }, undefined, items);
  }

  /** `typed` is what a typed list such as `PodList` says of its elements, which may not say it themselves. */
  #object(
    value: unknown,
    source: SourceRange,
    typed: { readonly apiVersion: string; readonly kind: string } | undefined,
    items: readonly Span[] | undefined,
  ): void {
    if (!isObject(value)) {
      const what = source.item === undefined ? 'This document' : `Element ${source.item} of this list`;
      if (typed !== undefined || source.item !== undefined)
        this.#problem(source.line, 'error', 'not-an-object', `${what} is ${describe(value)}, not an object.`);
      else
        this.#problem(source.line, 'note', 'not-kubernetes', `${what} is ${describe(value)}, no Kubernetes manifest.`);
      return;
    }
    const apiVersion = stringAt(value, 'apiVersion') ?? typed?.apiVersion ?? '';
    const kind = stringAt(value, 'kind') ?? typed?.kind ?? '';
    if (kind === '' || apiVersion === '') {
      this.#stranger(value, source);
      return;
    }
    const elements = value['items'];
    if (kind.endsWith('List') && Array.isArray(elements)) {
      const of = kind === 'List' ? undefined : { apiVersion, kind: kind.slice(0, -4) };
      const nested = source.item === undefined;
      elements.forEach((element: unknown, index) => {
        const span = items?.[index];
        const at = nested ? { ...source, ...span, item: index } : source;
        this.#object(element, at, of, undefined);
      });
      return;
    }
    if (kind === 'Kustomization' && apiVersion.startsWith('kustomize.config.k8s.io/')) {
      const message = 'A kustomization is not applied here. Read what `kubectl kustomize` prints instead.';
      this.#problem(source.line, 'note', 'kustomization', message);
      return;
    }
    const metadata = objectAt(value, 'metadata');
    const name = metadata['name'] ?? metadata['generateName'];
    if (typeof name !== 'string' || name === '') {
      const problem = name === undefined || name === null || name === '' ? 'has no name' : `is named ${describe(name)}`;
      const hint = typeof name === 'number' || typeof name === 'boolean' ? ' Quote the name.' : ' Set metadata.name.';
      this.#problem(source.line, 'error', 'no-name', `This ${kind} ${problem} and was not read.${hint}`);
    } else if (name.includes('{{')) this.#template(source.line);
    else {
      const complete = 'apiVersion' in value && 'kind' in value ? value : { ...value, apiVersion, kind };
      this.objects.push({ object: complete, apiVersion, kind, source });
    }
  }

  /** A mapping that is no Kubernetes object. */
  #stranger(value: JsonObject, source: SourceRange): void {
    const server = objectAt(value, 'serverVersion');
    const version = stringAt(server, 'gitVersion') === undefined ? value : server;
    const gitVersion = stringAt(version, 'gitVersion');
    if (gitVersion !== undefined && ('serverVersion' in value || 'platform' in value)) {
      this.version = defined({ gitVersion, platform: stringAt(version, 'platform') });
    } else if ('kind' in value && 'metadata' in value)
      this.#problem(source.line, 'error', 'not-an-object', 'This object has no apiVersion and was not read. Add it.');
    else if ('apiVersion' in value && 'metadata' in value)
      this.#problem(source.line, 'error', 'not-an-object', 'This object has no kind and was not read. Add it.');
    else this.#problem(source.line, 'note', 'not-kubernetes', 'This document is no Kubernetes manifest.');
  }

  #syntaxError(error: unknown, text: string, firstLine: number): void {
    if (/\{\{.*\}\}/.test(text)) {
      this.#template(firstLine);
      return;
    }
    const { line, column, reason } = position(error, firstLine);
    const tab = /\t/.test(text.split('\n', line - firstLine + 1).at(-1) ?? '');
    const hint = tab ? 'YAML indents with blanks: replace the tabs.' : 'The document was not read.';
    this.#problem(line, 'error', 'syntax', `${sentence(reason)} ${hint}`, column);
  }

  #template(line: number): void {
    const message = 'A Helm template is not evaluated here. Read what `helm template` prints instead.';
    this.#problem(line, 'note', 'helm-template', message);
  }

  #problem(
    line: number,
    severity: ManifestProblem['severity'],
    code: ManifestProblem['code'],
    message: string,
    column?: number,
  ): void {
    this.problems.push(defined({ file: this.#file, line, column, severity, code, message }));
  }
}

function construct(events: Event[], source: string, json: boolean): unknown {
  return constructFromEvents(events, { source, schema, maxAliases, json })[0];
}

function position(error: unknown, firstLine: number): { line: number; column: number | undefined; reason: string } {
  if (!(error instanceof YAMLException)) return { line: firstLine, column: undefined, reason: 'cannot be read' };
  const { mark, reason } = error;
  return mark === undefined
    ? { line: firstLine, column: undefined, reason }
    : { line: firstLine + mark.line, column: mark.column + 1, reason };
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

const describe = (value: unknown): string => {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a mapping' : `a ${typeof value}`;
};

function countLines(text: string, start: number, end: number): number {
  let lines = 0;
  for (let at = text.indexOf('\n', start); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}

/** The documents of a text, by the numbers that objects have them by in their `source`. */
export const documentsOf = (text: string): readonly DocumentSlice[] => jsonDocuments(text) ?? splitDocuments(text);

/** Of a text that is one JSON value, or several one after the other as `jq` prints them. */
function jsonDocuments(text: string): readonly JsonValue[] | undefined {
  const first = /\S/.exec(text)?.[0];
  return first === '{' || first === '[' ? (wholeJson(text) ?? jsonValues(text)) : undefined;
}

interface JsonValue extends DocumentSlice {
  readonly value: unknown;
}

function wholeJson(text: string): readonly JsonValue[] | undefined {
  try {
    return [{ value: JSON.parse(text), start: 0, end: text.trimEnd().length, line: 1 }];
  } catch {
    return undefined;
  }
}

/** Several JSON values, one after the other; `undefined` where the text is anything else. */
function jsonValues(text: string): readonly JsonValue[] | undefined {
  const values: JsonValue[] = [];
  let line = 1;
  let counted = 0;
  for (let at = 0; ;) {
    const start = text.slice(at, at + 4096).search(/\S/);
    if (start < 0) {
      if (at + 4096 >= text.length) return values.length > 1 ? values : undefined;
      at += 4096;
      continue;
    }
    at += start;
    const end = endOfJsonValue(text, at);
    if (end < 0) return undefined;
    line += countLines(text, counted, at);
    counted = at;
    try {
      values.push({ value: JSON.parse(text.slice(at, end)), start: at, end, line });
    } catch {
      return undefined;
    }
    at = end;
  }
}

/** The place after the bracket that closes the one at `start`, or -1. */
function endOfJsonValue(text: string, start: number): number {
  const marks = /["{}[\]]/g;
  marks.lastIndex = start;
  let depth = 0;
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    if (mark[0] === '"') {
      let close = text.indexOf('"', marks.lastIndex);
      while (close >= 0 && isEscaped(text, close)) close = text.indexOf('"', close + 1);
      if (close < 0) return -1;
      marks.lastIndex = close + 1;
    } else if (mark[0] === '{' || mark[0] === '[') depth++;
    else if (--depth === 0) return marks.lastIndex;
    if (depth === 0) return -1;
  }
  return -1;
}

function isEscaped(text: string, quote: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(quote - 1 - backslashes) === 92) backslashes++;
  return backslashes % 2 === 1;
}

/**
 * The lines of a JSON list's elements, from the indentation with which kubectl prints them: a JSON string holds no line
 * break, so a line that begins with the elements' own indentation and a brace is one of them. Reading the text a second
 * time with a parser that keeps positions would cost more than reading it did.
 */
function jsonItemSpans(text: string, start: number, end: number, firstLine: number, count: number): Span[] | undefined {
  const head = /"items":\s*\[\s*?(\n[ \t]*)\{/g;
  head.lastIndex = start;
  const found = head.exec(text);
  const indent = found?.[1];
  if (found === null || indent === undefined || found.index >= end) return undefined;
  const spans: Span[] = [];
  let line = firstLine + countLines(text, start, found.index);
  let opened = 0;
  for (let at = text.indexOf('\n', found.index); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) {
    line++;
    const code = text.charCodeAt(at + indent.length);
    if ((code !== 123 && code !== 125) || !text.startsWith(indent, at)) continue;
    if (code === 123) opened = line;
    else if (spans.push({ line: opened, endLine: line }) === count) return spans;
  }
  return undefined;
}

/** The lines of the elements of a YAML document's top-level `items`. */
function yamlItemSpans(events: readonly Event[], text: string, firstLine: number): Span[] | undefined {
  const starts: number[] = [];
  let depth = 0;
  let children = 0;
  let inItems = false;
  let lastKey = '';
  for (const event of events) {
    if (event.type === EVENT_ID.POP) {
      depth--;
      if (inItems && depth === 2) break;
      continue;
    }
    const at = startOf(event);
    if (inItems && depth === 3) starts.push(at);
    if (depth === 2 && !inItems) {
      const isKey = children++ % 2 === 0;
      if (isKey) lastKey = event.type === EVENT_ID.SCALAR ? text.slice(event.valueStart, event.valueEnd) : '';
      else if (lastKey === 'items' && event.type === EVENT_ID.SEQUENCE) inItems = true;
    }
    if (opens(event)) {
      if (depth === 1 && event.type !== EVENT_ID.MAPPING) return undefined;
      depth++;
    }
  }
  if (starts.length === 0 || starts.some((at) => at < 0)) return undefined;
  const lines: number[] = [];
  let line = firstLine;
  let counted = 0;
  for (const at of starts) {
    line += countLines(text, counted, at);
    counted = at;
    lines.push(line);
  }
  const last = line + countLines(text, counted, endOfLastItem(text, starts.at(-1) ?? 0));
  return lines.map((start, index) => {
    const next = lines[index + 1];
    return { line: start, endLine: next === undefined ? last : Math.max(start, next - 1) };
  });
}

/** The last item ends before the first line that is no part of it: `kind: List` and `metadata:` follow `items:`. */
function endOfLastItem(text: string, start: number): number {
  const next = /\n(?=[A-Za-z"'])/g;
  next.lastIndex = start;
  return next.exec(text)?.index ?? text.trimEnd().length;
}

const opens = (event: Event): boolean =>
  event.type === EVENT_ID.DOCUMENT || event.type === EVENT_ID.SEQUENCE || event.type === EVENT_ID.MAPPING;

function startOf(event: Event): number {
  switch (event.type) {
    case EVENT_ID.SCALAR:
      return event.valueStart;
    case EVENT_ID.SEQUENCE:
    case EVENT_ID.MAPPING:
      return event.start;
    case EVENT_ID.ALIAS:
      return event.anchorStart;
    default:
      return -1;
  }
}

/** Whether collections nest deeper than the program follows them. */
function exceedsDepth(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (depth > maxDepth) return true;
  if (Array.isArray(value)) return value.some((element) => exceedsDepth(element, depth + 1));
  for (const field in value) if (exceedsDepth((value as JsonObject)[field], depth + 1)) return true;
  return false;
}

/**
 * Aliases share what they name, so a short document can stand for billions of values, nest without end or contain
 * itself. Returns a sentence where this one does.
 */
function aliasFault(value: unknown): string | undefined {
  const leaf = { total: 1, height: 0 };
  const measured = new Map<object, typeof leaf>();
  const open = new Set<object>();
  let cyclic = false;
  const measure = (node: unknown): typeof leaf => {
    if (typeof node !== 'object' || node === null) return leaf;
    const known = measured.get(node);
    if (known !== undefined) return known;
    if (open.has(node)) {
      cyclic = true;
      return leaf;
    }
    open.add(node);
    const size = { total: 1, height: 1 };
    for (const child of Array.isArray(node) ? (node as unknown[]) : Object.values(node)) {
      const { total, height } = measure(child);
      size.total += total;
      size.height = Math.max(size.height, height + 1);
    }
    open.delete(node);
    measured.set(node, size);
    return size;
  };
  const { total, height } = measure(value);
  if (cyclic) return 'An alias of this document stands inside what it names. The document was not read.';
  if (total > maxExpanded || height > maxDepth) {
    const much = total > maxExpanded ? `more than ${maxExpanded} values` : `more than ${maxDepth} levels`;
    return `The aliases of this document stand for ${much}. It was not read.`;
  }
  return undefined;
}
