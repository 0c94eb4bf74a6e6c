import { isObject, type JsonObject } from '../../model/json.ts';
import type { RawObject } from '../../model/objects.ts';
import type { Fix, Reporter } from './finding.ts';
import { nearest } from './nearMiss.ts';
import type { Path } from './path.ts';

/** The form of a value as the API defines it. `null` is everywhere the same as absence. */
export type Shape =
  | { readonly of: 'object'; readonly fields: Readonly<Record<string, Shape>>; readonly required: readonly string[] }
  | { readonly of: 'list'; readonly element: Shape }
  | { readonly of: 'text' | 'integer' | 'number' | 'boolean' | 'integer-or-text' | 'labels' | 'anything' };

export const text: Shape = { of: 'text' };
export const integer: Shape = { of: 'integer' };
export const number: Shape = { of: 'number' };
export const boolean: Shape = { of: 'boolean' };
export const integerOrText: Shape = { of: 'integer-or-text' };
export const labels: Shape = { of: 'labels' };
export const anything: Shape = { of: 'anything' };
export const list = (element: Shape): Shape => ({ of: 'list', element });
export const object = (fields: Readonly<Record<string, Shape>>, ...required: string[]): Shape => ({
  of: 'object',
  fields,
  required,
});

export const labelSelector = object({
  matchLabels: labels,
  matchExpressions: list(object({ key: text, operator: text, values: list(text) }, 'key', 'operator')),
});

const names: Readonly<Record<Shape['of'], string>> = {
  object: 'a mapping',
  list: 'a list',
  text: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  'integer-or-text': 'a number or a name',
  labels: 'a mapping of label keys to values',
  anything: 'anything',
};

const described = (value: unknown): string => {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return 'text';
  return typeof value === 'object' ? 'a mapping' : `the ${typeof value} ${String(value)}`;
};

/**
 * Reports fields that are not there in the API, values of another type, and what is missing. The API server drops or
 * refuses them, so what they were to say is not said.
 */
export function checkShape(value: unknown, shape: Shape, path: Path, reporter: Reporter): void {
  if (value === undefined || value === null) return;
  if (!isOf(value, shape)) {
    if (shape.of === 'text' && (typeof value === 'number' || typeof value === 'boolean'))
      return notText(value, path, reporter);
    const fixes = shape.of === 'list' ? [{ kind: 'set', title: 'Make it a list', path, value: [value] } as const] : [];
    const message = `${fieldName(path)} is ${described(value)} where the API takes ${names[shape.of]}.`;
    reporter.report('wrong-type', path, message, { fixes });
    return;
  }
  switch (shape.of) {
    case 'object':
      checkFields(value as JsonObject, shape, path, reporter);
      break;
    case 'list':
      (value as readonly unknown[]).forEach((element, index) => {
        checkShape(element, shape.element, [...path, index], reporter);
      });
      break;
    case 'labels':
      for (const [key, label] of Object.entries(value as JsonObject)) {
        if (typeof label === 'number' || typeof label === 'boolean') notText(label, [...path, key], reporter);
        else if (label === null) withoutValue(key, [...path, key], reporter);
        else if (typeof label !== 'string')
          reporter.report('wrong-type', [...path, key], `The value of label ${key} is ${described(label)}, not text.`);
      }
      break;
    default:
  }
}

/** Fields beside `spec`, most of which were meant to stand in it. kubectl has the API server refuse them. */
export function checkOwnFields({ strayFields = [] }: RawObject, spec: Shape, reporter: Reporter): void {
  const known = spec.of === 'object' ? Object.keys(spec.fields) : [];
  for (const field of strayFields) {
    const place = known.includes(field) ? ' It belongs in spec.' : ' There are metadata, spec.';
    reporter.report('unknown-field', [field], `There is no field ${field} here, so it says nothing.${place}`);
  }
}

function checkFields(
  value: JsonObject,
  { fields, required }: Extract<Shape, { of: 'object' }>,
  path: Path,
  reporter: Reporter,
): void {
  for (const field of Object.keys(value)) {
    const shape = Object.hasOwn(fields, field) ? fields[field] : undefined;
    const at = [...path, field];
    if (shape !== undefined) {
      checkShape(value[field], shape, at, reporter);
      continue;
    }
    const meant = misplaced(field, fields) ?? nearest(field, Object.keys(fields));
    const hint = meant === undefined || meant in value ? '' : ` Did you mean ${meant}?`;
    const fixes = hint === '' || meant === undefined ? [] : [rename(at, meant)];
    const known = Object.keys(fields).join(', ');
    const message = `There is no field ${field} here, so it says nothing.${hint === '' ? ` There are ${known}.` : hint}`;
    reporter.report('unknown-field', at, message, { fixes });
  }
  for (const field of required) {
    if (value[field] !== undefined && value[field] !== null) continue;
    const message = `${fieldName(path)} needs ${field}: the API server refuses it without.`;
    // An empty selector is what a missing one is usually meant to be.
    const fixes: Fix[] =
      fields[field] === labelSelector
        ? [{ kind: 'set', title: `Add ${field}: {}`, path: [...path, field], value: {} }]
        : [];
    reporter.report('missing-field', path, message, { fixes });
  }
}

const rename = (path: Path, to: string) => ({ kind: 'rename', title: `Change to ${to}`, path, to }) as const;

/** Fields that belong to the other direction. */
function misplaced(field: string, fields: Readonly<Record<string, Shape>>): string | undefined {
  if (field === 'from' && 'to' in fields) return 'to';
  if (field === 'to' && 'from' in fields) return 'from';
  return undefined;
}

function notText(value: number | boolean, path: Path, reporter: Reporter): void {
  const message = `${fieldName(path)} is the ${typeof value} ${String(value)}, which the API server refuses. Quote it.`;
  const fixes = [{ kind: 'set', title: `Quote ${String(value)}`, path, value: String(value) } as const];
  reporter.report('value-not-text', path, message, { fixes });
}

/** Found out by giving one to kubectl 1.36 and its API server. */
function withoutValue(key: string, path: Path, reporter: Reporter): void {
  const message = `The label ${key} has no value: kubectl apply leaves it out, other ways of creating take it for an empty one. Write a value, or "".`;
  reporter.report('wrong-type', path, message, { fixes: [{ kind: 'set', title: 'Write ""', path, value: '' }] });
}

const fieldName = (path: Path): string => {
  const last = path.at(-1);
  if (typeof last !== 'number') return last ?? 'The document';
  return `Element ${last + 1} of ${path.findLast((step) => typeof step === 'string') ?? 'the list'}`;
};

function isOf(value: unknown, { of }: Shape): boolean {
  switch (of) {
    case 'object':
    case 'labels':
      return isObject(value);
    case 'list':
      return Array.isArray(value);
    case 'text':
      return typeof value === 'string';
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      return typeof value === 'number';
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer-or-text':
      return Number.isInteger(value) || typeof value === 'string';
    case 'anything':
      return true;
  }
}
