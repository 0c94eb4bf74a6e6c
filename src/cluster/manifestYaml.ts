import { constructFromEvents, CORE_SCHEMA, EVENT_ID, type Event, mergeTag, parseEvents, YAMLException } from 'js-yaml';
import { defined, isObject } from '../model/json.ts';
import { countLines, type Span, splitListItems } from './manifestDocuments.ts';

/** What is wrong with a text. Lines count from 1 in the file. */
export interface YamlFault {
  readonly line: number;
  readonly column?: number;
  readonly kind: 'syntax' | 'template' | 'duplicate-key' | 'too-large';
  /** A sentence. */
  readonly message: string;
}

export interface YamlDocument extends Span {
  /**
   * `undefined` where the document is empty or could not be read. Elements of a list's `items` that could not be read are
   * `undefined` too; `null` is what was written.
   */
  readonly value: unknown;
  readonly faults: readonly YamlFault[];
  /** Where the elements of `items` stand. */
  readonly items?: readonly Span[];
}

const maxDepth = 100;
const maxAliases = 10_000;
/** How many values a document may come to once its aliases are written out. kubectl's reader gives up at a like number. */
const maxExpanded = 2_000_000;
/** A longer list is not read a second time as a whole to see whether an element refers to another. */
const maxReread = 5_000_000;

/** Unquoted `on` and `yes` stay strings, `<<` merges: as kubectl reads it but for the booleans of YAML 1.1. */
const schema = CORE_SCHEMA.withTags(mergeTag);

/**
 * Reads one document. A list is read element by element, which takes a fraction of the memory, and loses only the elements
 * that cannot be read.
 *
 * @param line the line of the text's beginning
 */
export function readYamlDocument(text: string, line: number): YamlDocument {
  return readList(text, line) ?? readWhole(text, line);
}

function readList(text: string, line: number): YamlDocument | undefined {
  const slices = splitListItems(text, line);
  if (slices === undefined) return undefined;
  const outside = readWhole(slices.outside, line);
  if (!isObject(outside.value) || outside.value['items'] !== null) return undefined;
  const values: unknown[] = [];
  const faults: YamlFault[] = [...outside.faults];
  const spans: Span[] = [];
  let complete = true;
  for (const item of slices.items) {
    const read = readWhole(text.slice(item.start, item.end), item.line);
    const list = Array.isArray(read.value) && read.value.length === 1 ? (read.value as unknown[]) : undefined;
    values.push(list?.[0]);
    faults.push(...read.faults);
    spans.push({ line: item.line, endLine: read.endLine });
    complete &&= list !== undefined;
  }
  if (!complete && text.length <= maxReread) {
    // Elements may refer to one another, and `items` may be part of a longer text.
    const whole = readWhole(text, line);
    if (whole.value !== undefined) return whole;
  }
  const endLine = line + countLines(text, 0, text.trimEnd().length);
  return { value: { ...outside.value, items: values }, line: outside.line, endLine, faults, items: spans };
}

function readWhole(text: string, line: number): YamlDocument {
  const endLine = line + countLines(text, 0, text.trimEnd().length);
  const failed = (...faults: YamlFault[]): YamlDocument => ({ value: undefined, line, endLine, faults });
  let events: Event[];
  try {
    events = parseEvents(text, { maxDepth });
  } catch (error) {
    return failed(syntaxFault(error, text, line));
  }
  const root = events[1];
  if (root === undefined || root.type === EVENT_ID.POP) return failed();
  const faults: YamlFault[] = [];
  let value: unknown;
  try {
    value = construct(events, text, false);
  } catch (error) {
    try {
      // A key that is written twice is all that this mode forgives; kubectl takes the last one too.
      value = construct(events, text, true);
      const { reason, ...place } = position(error, line);
      const message = `${sentence(reason)} The last value is used, and kubectl does not say so.`;
      faults.push({ ...place, kind: 'duplicate-key', message });
    } catch {
      return failed(syntaxFault(error, text, line));
    }
  }
  if (events.some((event) => event.type === EVENT_ID.ALIAS)) {
    const message = aliasFault(value);
    if (message !== undefined) return failed({ line, kind: 'too-large', message });
  }
  return { value, line: line + countLines(text, 0, startOf(root)), endLine, faults };
}

const construct = (events: Event[], source: string, json: boolean): unknown =>
  constructFromEvents(events, { source, schema, maxAliases, json })[0];

function syntaxFault(error: unknown, text: string, firstLine: number): YamlFault {
  if (/\{\{.*\}\}/.test(text.replaceAll(/(?:^|\s)#.*/gm, ''))) {
    const message = 'A Helm template is not evaluated here. Read what `helm template` prints instead.';
    return { line: firstLine, kind: 'template', message };
  }
  const { reason, ...place } = position(error, firstLine);
  const tab = /\t/.test(text.split('\n', place.line - firstLine + 1).at(-1) ?? '');
  const hint = tab ? 'YAML indents with blanks: replace the tabs.' : 'The document was not read.';
  return { ...place, kind: 'syntax', message: `${sentence(reason)} ${hint}` };
}

function position(error: unknown, firstLine: number): { line: number; column?: number; reason: string } {
  if (!(error instanceof YAMLException)) return { line: firstLine, reason: 'cannot be read' };
  const { mark, reason } = error;
  return defined({
    line: mark === undefined ? firstLine : firstLine + mark.line,
    column: mark === undefined ? undefined : mark.column + 1,
    reason,
  });
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

function startOf(event: Event): number {
  switch (event.type) {
    case EVENT_ID.SCALAR:
      return Math.max(0, event.valueStart);
    case EVENT_ID.SEQUENCE:
    case EVENT_ID.MAPPING:
      return event.start;
    case EVENT_ID.ALIAS:
      return event.anchorStart;
    default:
      return 0;
  }
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
