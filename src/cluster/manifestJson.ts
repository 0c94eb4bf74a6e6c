import type { JsonObject } from '../model/json.ts';
import { countLines, type DocumentSlice, type Span } from './manifestDocuments.ts';

/** Of a text that is one JSON value, or several one after the other as `jq` prints them. */
export function jsonDocuments(text: string): readonly JsonValue[] | undefined {
  const first = /\S/.exec(text)?.[0];
  return first === '{' || first === '[' ? (wholeJson(text) ?? jsonValues(text)) : undefined;
}

export interface JsonValue extends DocumentSlice {
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
export function jsonItemSpans(
  text: string,
  start: number,
  end: number,
  firstLine: number,
  count: number,
): Span[] | undefined {
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

const maxDepth = 100;

/** Whether collections nest deeper than the program follows them. */
export function exceedsDepth(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (depth > maxDepth) return true;
  if (Array.isArray(value)) return value.some((element) => exceedsDepth(element, depth + 1));
  for (const field in value) if (exceedsDepth((value as JsonObject)[field], depth + 1)) return true;
  return false;
}
