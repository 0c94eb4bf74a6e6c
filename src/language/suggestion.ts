import type { Labels } from '../model/labels.ts';
import { plural } from './podWords.ts';

/** What could be written at a place of a policy, out of the cluster. */
export interface Suggestion {
  readonly text: string;
  /** Beside it: how often it occurs. */
  readonly detail: string;
  /** A field's name, to be followed by a colon. */
  readonly isField: boolean;
  /** Most frequent first. */
  readonly count: number;
  /** It is put in as it is, because what surrounds it is no YAML. */
  readonly asWritten?: boolean;
  /** A number, where it looks like one; other names are text whatever they look like. */
  readonly mayBeNumber?: boolean;
}

/** What YAML, 1.1 included, takes for something else than text. */
const notText = /^(?:true|false|yes|no|on|off|y|n|null|~|)$|^[-+]?(?:0[xob][\da-f_]+|[\d._]+(?:e[-+]?\d+)?)$/i;

/** What is put into the document outside of quotes. */
export function insertion({ text, isField, asWritten, mayBeNumber }: Suggestion, isJson: boolean): string {
  if (asWritten === true) return text;
  const bare = mayBeNumber === true && /^\d+$/.test(text) ? text : undefined;
  const value = bare ?? (isJson ? JSON.stringify(text) : notText.test(text) ? `'${text}'` : text);
  return isField ? `${value}: ` : value;
}

export function keysOf(all: readonly Labels[], what: string, isField: boolean): readonly Suggestion[] {
  const counts = new Map<string, number>();
  for (const labels of all) for (const key of Object.keys(labels)) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts].map(([text, count]) => ({ text, detail: plural(count, what), isField, count }));
}

export function valuesOf(all: readonly Labels[], key: string, what: string): readonly Suggestion[] {
  const counts = new Map<string, number>();
  for (const labels of all) {
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
    if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].map(([text, count]) => ({ text, detail: plural(count, what), isField: false, count }));
}
