import { type JsonObject, objectsAt, stringAt, stringMapAt, stringsAt } from './json.ts';

export type Labels = Readonly<Record<string, string>>;

/**
 * One that the API refuses matches nothing: an operator that is none of the four, `In` and `NotIn` without values, the
 * other two with some. Source: apimachinery `labels.NewRequirement`.
 */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** Every entry of both lists must hold; an empty selector matches everything. */
export interface LabelSelector {
  readonly matchLabels: Labels;
  readonly matchExpressions: readonly LabelRequirement[];
}

export const readLabelSelector = (selector: JsonObject): LabelSelector => ({
  matchLabels: stringMapAt(selector, 'matchLabels'),
  matchExpressions: objectsAt(selector, 'matchExpressions').map((expression) => ({
    key: stringAt(expression, 'key') ?? '',
    operator: stringAt(expression, 'operator') ?? '',
    values: stringsAt(expression, 'values'),
  })),
});

export const labelOf = (labels: Labels, key: string): string | undefined =>
  Object.hasOwn(labels, key) ? labels[key] : undefined;

/** `NotIn` and `DoesNotExist` hold where the key is absent. Source: apimachinery `labels.Requirement.Matches`. */
export function matchesRequirement(requirement: LabelRequirement, labels: Labels): boolean {
  const value = labelOf(labels, requirement.key);
  const { operator, values } = requirement;
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return values.length > 0 && (value === undefined || !values.includes(value));
    case 'Exists':
      return values.length === 0 && value !== undefined;
    case 'DoesNotExist':
      return values.length === 0 && value === undefined;
    default:
      return false;
  }
}

export const matchesLabels = (wanted: Labels, labels: Labels): boolean =>
  Object.keys(wanted).every((key) => labelOf(labels, key) === wanted[key]);

export const matchesSelector = (selector: LabelSelector, labels: Labels): boolean =>
  matchesLabels(selector.matchLabels, labels) &&
  selector.matchExpressions.every((requirement) => matchesRequirement(requirement, labels));

/** As kubectl prints and accepts it: `app=web,tier in (a,b),!legacy`; `<none>` selects everything there. */
export function formatSelector(selector: LabelSelector): string {
  const parts = Object.entries(selector.matchLabels).map(([key, value]) => `${key}=${value}`);
  for (const { key, operator, values } of selector.matchExpressions) {
    switch (operator) {
      case 'In':
        parts.push(`${key} in (${values.join(',')})`);
        break;
      case 'NotIn':
        parts.push(`${key} notin (${values.join(',')})`);
        break;
      case 'Exists':
        parts.push(key);
        break;
      case 'DoesNotExist':
        parts.push(`!${key}`);
        break;
      default:
        parts.push(`${key} ${operator} (${values.join(',')})`);
    }
  }
  return parts.join(',');
}
