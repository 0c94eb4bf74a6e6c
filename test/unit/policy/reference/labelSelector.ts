import { at, isRaw, labelsAt, listAt, textAt, textsAt } from './raw.ts';
import { every, type Truth, truth } from './truth.ts';

/** Labels of which some may not be known: a key for which `known` says no can have any value or none. */
export interface LabelView {
  readonly labels: ReadonlyMap<string, string>;
  readonly known: (key: string) => boolean;
}

export const allKnown = (labels: ReadonlyMap<string, string>): LabelView => ({ labels, known: () => true });

/** `metav1.LabelSelector`. A requirement that the API would refuse makes the selector match nothing. */
export function matchesLabelSelector(selector: unknown, view: LabelView): Truth {
  const results: Truth[] = [];
  for (const [key, value] of labelsAt(selector, 'matchLabels')) {
    results.push(view.known(key) ? truth(view.labels.get(key) === value) : 'maybe');
  }
  for (const expression of listAt(selector, 'matchExpressions')) {
    if (isRaw(expression)) results.push(matchesExpression(expression, view));
  }
  return every(results);
}

function matchesExpression(expression: unknown, view: LabelView): Truth {
  const key = textAt(expression, 'key') ?? '';
  const values = textsAt(expression, 'values');
  const value = view.labels.get(key);
  if (key === '') return 'no';
  const decide = (result: boolean): Truth => (view.known(key) ? truth(result) : 'maybe');
  switch (at(expression, 'operator')) {
    case 'In':
      return values.length === 0 ? 'no' : decide(value !== undefined && values.includes(value));
    case 'NotIn':
      return values.length === 0 ? 'no' : decide(value === undefined || !values.includes(value));
    case 'Exists':
      return values.length > 0 ? 'no' : decide(value !== undefined);
    case 'DoesNotExist':
      return values.length > 0 ? 'no' : decide(value === undefined);
    default:
      return 'no';
  }
}
