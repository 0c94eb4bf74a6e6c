import { isObject, objectsAt, stringAt, stringMapAt } from '../../model/json.ts';
import { formatSelector, type LabelSelector, type Labels, matchesSelector } from '../../model/labels.ts';
import { type SelectorTerm, termsOf } from './context.ts';
import type { Fix, Reporter } from './finding.ts';
import { nearest } from './nearMiss.ts';
import type { Path } from './path.ts';

/** apimachinery validation: a qualified name, with an optional DNS prefix. */
const keyForm = /^(?:[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[-\w.]{0,61}[A-Za-z0-9])?$/;
const valueForm = /^(?:[A-Za-z0-9](?:[-\w.]{0,61}[A-Za-z0-9])?)?$/;

/** What the API server refuses in a label selector. Source: apimachinery `ValidateLabelSelector`. */
export function checkLabelSelector(value: unknown, path: Path, reporter: Reporter): void {
  if (!isObject(value)) return;
  for (const [key, label] of Object.entries(stringMapAt(value, 'matchLabels'))) {
    const at = [...path, 'matchLabels', key];
    if (!keyForm.test(key)) reporter.report('invalid-selector', at, `${key} is no label key. Check its spelling.`);
    else if (!valueForm.test(label)) reporter.report('invalid-selector', at, `${label} is no label value.`);
  }
  objectsAt(value, 'matchExpressions').forEach((expression, index) => {
    const at = [...path, 'matchExpressions', index];
    const key = stringAt(expression, 'key') ?? '';
    const operator = stringAt(expression, 'operator') ?? '';
    const values = expression['values'];
    const count = Array.isArray(values) ? values.length : 0;
    if (key !== '' && !keyForm.test(key))
      reporter.report('invalid-selector', [...at, 'key'], `${key} is no label key. Check its spelling.`);
    switch (operator) {
      case '':
        break;
      case 'In':
      case 'NotIn':
        if (count === 0) reporter.report('invalid-selector', at, `${operator} needs at least one value.`);
        break;
      case 'Exists':
      case 'DoesNotExist':
        if (count > 0) reporter.report('invalid-selector', [...at, 'values'], `${operator} takes no values.`);
        break;
      default: {
        const meant = nearest(operator, operators);
        const hint = `The operators are ${operators.join(', ')}.`;
        const fixes: Fix[] =
          meant === undefined
            ? []
            : [{ kind: 'set', title: `Change to ${meant}`, path: [...at, 'operator'], value: meant }];
        const message = `There is no operator ${operator}. ${hint}`;
        reporter.report('invalid-selector', [...at, 'operator'], message, { fixes });
      }
    }
  });
}

const operators = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const;

/** In words: `app=web`; or what a selector without terms is. */
export const selectorWords = (selector: LabelSelector): string => formatSelector(selector) || 'everything';

/** Nobody overlooks a letter in a list of this length, and each term costs a look at every pod. */
const maxTerms = 20;

export interface NearMiss {
  readonly text: string;
  readonly fixes: readonly Fix[];
}

/**
 * Why a selector matches none of `candidates`: the one term without which it would, and what was probably meant by it.
 *
 * @param path where the selector stands
 */
export function nearMiss(
  selector: LabelSelector,
  candidates: readonly { readonly labels: Labels }[],
  path: Path,
  what: string,
): NearMiss | undefined {
  const terms = termsOf(selector);
  if (terms.length > maxTerms) return undefined;
  for (const term of terms) {
    const others = withoutTerm(selector, term);
    const rest = terms.length === 1 ? candidates : candidates.filter(({ labels }) => matchesSelector(others, labels));
    if (rest.length === 0) continue;
    const found = explainTerm(term, rest, path, what);
    if (found !== undefined) return found;
  }
  return undefined;
}

function withoutTerm(selector: LabelSelector, { path }: SelectorTerm): LabelSelector {
  const [field, at] = path;
  return field === 'matchLabels'
    ? {
        ...selector,
        matchLabels: Object.fromEntries(Object.entries(selector.matchLabels).filter(([key]) => key !== at)),
      }
    : { ...selector, matchExpressions: selector.matchExpressions.filter((_, index) => index !== at) };
}

function explainTerm(
  { path: at, key, value }: SelectorTerm,
  rest: readonly { readonly labels: Labels }[],
  path: Path,
  what: string,
): NearMiss | undefined {
  const values = new Set<string>();
  const keys = new Set<string>();
  for (const { labels } of rest) {
    for (const [name, label] of Object.entries(labels)) {
      keys.add(name);
      if (name === key) values.add(label);
    }
  }
  const place = [...path, ...at];
  if (value !== undefined && values.size > 0) {
    const meant = nearest(value, values);
    if (meant !== undefined) {
      const title = `Change to ${key}=${meant}`;
      return {
        text: `There are ${what} with ${key}=${meant}.`,
        fixes: [{ kind: 'set', title, path: place, value: meant }],
      };
    }
    const listed = [...values].sort().slice(0, 3).join(', ');
    return { text: `There are ${what} with ${key}: ${listed}${values.size > 3 ? ', …' : ''}.`, fixes: [] };
  }
  const meant = nearest(key, keys);
  if (meant === undefined) return undefined;
  const fixes: Fix[] =
    at[0] === 'matchLabels' ? [{ kind: 'rename', title: `Change the key to ${meant}`, path: place, to: meant }] : [];
  return { text: `There are ${what} with a label ${meant}.`, fixes };
}
