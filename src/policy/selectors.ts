import { isObject, type JsonObject } from '../model/json.ts';
import type { Labels } from '../model/labels.ts';
import { and, because, no, type Tri, yes } from './tri.ts';

export interface Requirement {
  readonly key: string;
  readonly operator: 'in' | 'not-in' | 'exists' | 'absent';
  readonly values: readonly string[];
}

/** A Kubernetes label selector, interned: equal selectors are the same object. */
export interface Selector {
  readonly id: number;
  /** As kubectl writes it; empty where it selects everything. */
  readonly text: string;
  readonly requirements: readonly Requirement[];
  /** The API server refuses it; it selects nothing. */
  readonly invalid: boolean;
  /** Where one label with one value is all that it asks for. */
  readonly key: string | undefined;
  readonly value: string | undefined;
}

/** Every namespace has it, with its own name. Source: the API server's namespace strategy. */
export const namespaceNameLabel = 'kubernetes.io/metadata.name';

const unknownNamespace = because('unknown-namespace');

const operators: Readonly<Record<string, Requirement['operator']>> = {
  In: 'in',
  NotIn: 'not-in',
  Exists: 'exists',
  DoesNotExist: 'absent',
};

export const labelValue = (labels: Labels, key: string): string | undefined => {
  // Plain objects inherit functions under some names; a label is always a string.
  const value: unknown = labels[key];
  return typeof value === 'string' ? value : undefined;
};

function holds(requirement: Requirement, labels: Labels): boolean {
  const value = labelValue(labels, requirement.key);
  switch (requirement.operator) {
    case 'in':
      return value !== undefined && requirement.values.includes(value);
    case 'not-in':
      return value === undefined || !requirement.values.includes(value);
    case 'exists':
      return value !== undefined;
    case 'absent':
      return value === undefined;
  }
}

export function selects(selector: Selector, labels: Labels): boolean {
  const { key } = selector;
  if (key !== undefined) return labels[key] === selector.value;
  if (selector.invalid) return false;
  for (const requirement of selector.requirements) if (!holds(requirement, labels)) return false;
  return true;
}

/** Of a namespace whose labels may not be known: its name always is. */
export function selectsNamespace(selector: Selector, labels: Labels, known: boolean): Tri {
  if (selector.invalid) return no;
  let result: Tri = yes;
  for (const requirement of selector.requirements) {
    if (!known && requirement.key !== namespaceNameLabel) result = and(result, unknownNamespace);
    else if (!holds(requirement, labels)) return no;
  }
  return result;
}

export type Report = (path: string, text: string) => void;

const maxTerms = 100_000;

/** Reads and interns selectors. */
export class Selectors {
  readonly #byText = new Map<string, Selector>();
  readonly #byLabel = new Map<string, Map<string, Selector>>();
  readonly all: Selector[] = [];
  readonly everything: Selector;
  readonly invalid: Selector;

  constructor() {
    this.everything = this.#intern('', [], false);
    this.invalid = this.#intern('<invalid>', [], true);
  }

  /**
   * `selector` is `{matchLabels, matchExpressions}`; absent or null selects everything. One that the API server refuses
   * selects nothing. Source: apimachinery `LabelSelectorAsSelector` and its validation.
   */
  read(selector: unknown, path: string, report: Report): Selector {
    if (selector === undefined || selector === null) return this.everything;
    if (!isObject(selector)) return this.#refuse(path, 'a selector is an object', report);
    const single = this.#single(selector);
    if (single !== undefined) return single;
    const requirements: Requirement[] = [];
    let text = '';
    const labels = selector['matchLabels'];
    if (labels !== undefined && labels !== null) {
      if (!isObject(labels)) return this.#refuse(`${path}.matchLabels`, 'matchLabels is a map', report);
      for (const key of Object.keys(labels)) {
        const value = labels[key];
        if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
          return this.#refuse(`${path}.matchLabels.${key}`, 'a label value is a string', report);
        requirements.push({ key, operator: 'in', values: [String(value)] });
        text += text === '' ? `${key}=${String(value)}` : `,${key}=${String(value)}`;
      }
    }
    const expressions = selector['matchExpressions'];
    if (expressions !== undefined && expressions !== null) {
      if (!Array.isArray(expressions))
        return this.#refuse(`${path}.matchExpressions`, 'matchExpressions is a list', report);
      for (let index = 0; index < expressions.length; index++) {
        const requirement = readExpression(expressions[index]);
        if (typeof requirement === 'string')
          return this.#refuse(`${path}.matchExpressions[${index}]`, requirement, report);
        requirements.push(requirement);
        text += (text === '' ? '' : ',') + formatRequirement(requirement);
      }
    }
    if (requirements.length > maxTerms) return this.#refuse(path, `more than ${maxTerms} terms`, report);
    return this.#byText.get(text) ?? this.#intern(text, requirements, false);
  }

  /** The usual case without building anything: `{}`, or one label. */
  #single(selector: JsonObject): Selector | undefined {
    let wanted: unknown;
    for (const field in selector) {
      if (field !== 'matchLabels') return undefined;
      wanted = selector[field];
    }
    if (wanted === undefined || wanted === null) return this.everything;
    if (!isObject(wanted)) return undefined;
    let label: string | undefined;
    for (const key in wanted) {
      if (label !== undefined) return undefined;
      label = key;
    }
    if (label === undefined) return this.everything;
    const value = wanted[label];
    if (typeof value !== 'string') return undefined;
    let byValue = this.#byLabel.get(label);
    if (byValue === undefined) this.#byLabel.set(label, (byValue = new Map()));
    let known = byValue.get(value);
    if (known === undefined) {
      const text = `${label}=${value}`;
      const requirements: Requirement[] = [{ key: label, operator: 'in', values: [value] }];
      known = this.#byText.get(text) ?? this.#intern(text, requirements, false);
      byValue.set(value, known);
    }
    return known;
  }

  #refuse(path: string, text: string, report: Report): Selector {
    report(path, `${text}; it selects nothing`);
    return this.invalid;
  }

  #intern(text: string, requirements: readonly Requirement[], invalid: boolean): Selector {
    const [only] = requirements;
    const single = requirements.length === 1 && only?.operator === 'in' && only.values.length === 1 ? only : undefined;
    const selector: Selector = {
      id: this.all.length,
      text,
      requirements,
      invalid,
      key: single?.key,
      value: single?.values[0],
    };
    this.all.push(selector);
    this.#byText.set(text, selector);
    return selector;
  }
}

function readExpression(expression: unknown): Requirement | string {
  if (!isObject(expression)) return 'an expression is an object';
  const key = expression['key'];
  if (typeof key !== 'string' || key === '') return 'an expression needs a key';
  const name = expression['operator'];
  const operator = typeof name === 'string' && Object.hasOwn(operators, name) ? operators[name] : undefined;
  if (operator === undefined) return 'the operator is one of In, NotIn, Exists, DoesNotExist';
  const listed = expression['values'];
  if (listed !== undefined && listed !== null && !Array.isArray(listed)) return 'values is a list';
  const values: string[] = [];
  for (const value of (listed ?? []) as readonly unknown[]) {
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
      return 'a value is a string';
    values.push(String(value));
  }
  if (operator === 'in' || operator === 'not-in') {
    if (values.length === 0) return `${name as string} needs values`;
  } else if (values.length > 0) return `${name as string} takes no values`;
  return { key, operator, values };
}

function formatRequirement({ key, operator, values }: Requirement): string {
  switch (operator) {
    case 'in':
      return values.length === 1 ? `${key} in (${values[0] ?? ''})` : `${key} in (${values.join(',')})`;
    case 'not-in':
      return `${key} notin (${values.join(',')})`;
    case 'exists':
      return key;
    case 'absent':
      return `!${key}`;
  }
}
