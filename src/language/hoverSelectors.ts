import { isObject, type JsonObject, stringAt } from '../model/json.ts';
import { formatSelector, type Labels, labelOf, matchesRequirement } from '../model/labels.ts';
import { type LintContext, selected, selectorOf, selectsEverything } from '../policy/lint/context.ts';
import { valueAt } from '../policy/lint/finding.ts';
import type { Subject } from '../policy/lint/subjects.ts';
import { plural, someOf } from './podWords.ts';

/** Who a peer of a NetworkPolicy is, as its selectors say it: both have to hold, and an absent one is not an empty one. */
export function peerSentence(peer: unknown, namespace: string): string | undefined {
  if (!isObject(peer)) return undefined;
  const block = peer['ipBlock'];
  if (isObject(block)) return `Addresses in ${stringAt(block, 'cidr') ?? 'a block'}.`;
  const pods = selectorOf(peer['podSelector']);
  const namespaces = selectorOf(peer['namespaceSelector']);
  if (pods === undefined && namespaces === undefined) return undefined;
  const which = pods === undefined || selectsEverything(pods) ? 'All pods' : `Pods with ${formatSelector(pods)}`;
  if (namespaces === undefined) return `${which} in ${namespace}, the policy’s own namespace.`;
  if (selectsEverything(namespaces)) return `${which} in every namespace, and nothing outside the cluster.`;
  const both = pods === undefined || selectsEverything(pods) ? '' : ': both have to hold';
  return `${which} in namespaces with ${formatSelector(namespaces)}${both}.`;
}

/** The namespaces that a selector chooses. */
export function namespaceLines(selector: unknown, context: LintContext): readonly string[] {
  const wanted = selectorOf(selector);
  if (wanted === undefined || !context.namespacesKnown()) return [];
  const chosen = context.namespacesSelected(wanted).toSorted();
  return [
    chosen.length === 0
      ? 'No namespace has these labels.'
      : `${plural(chosen.length, 'namespace')} of ${context.subjects.namespaces.size}: ${someOf(chosen)}.`,
  ];
}

/** What else the label of a requirement has for values among those that could be chosen, and how often. */
export function labelLines(key: string, candidates: readonly Labels[], what: string): readonly string[] {
  const values = new Map<string, number>();
  for (const labels of candidates) {
    const value = labelOf(labels, key);
    if (value !== undefined) values.set(value, (values.get(value) ?? 0) + 1);
  }
  if (values.size === 0) return [`No ${what} has the label ${key}.`];
  const listed = [...values]
    .toSorted(([one, few], [other, many]) => many - few || (one < other ? -1 : 1))
    .map(([value, count]) => `${value} (${count})`);
  return [`${key} on ${what}s there: ${someOf(listed, 8)}.`];
}

/** For a selector that chooses nothing: which single requirement keeps pods out, and how many. */
export function nearMissLines(selector: unknown, candidates: readonly Subject[]): readonly string[] {
  const wanted = selectorOf(selector);
  if (wanted === undefined || selectsEverything(wanted) || selected(wanted, candidates).length > 0) return [];
  const requirements = [
    ...Object.entries(wanted.matchLabels).map(([key, value]) => ({ key, operator: 'In', values: [value] })),
    ...wanted.matchExpressions,
  ];
  if (requirements.length < 2) return [];
  return requirements.flatMap((left) => {
    const others = requirements.filter((one) => one !== left);
    const near = candidates.filter(({ labels }) => others.every((one) => matchesRequirement(one, labels)));
    const [only] = left.values;
    const words =
      left.operator === 'In' && left.values.length === 1 && only !== undefined
        ? `${left.key}=${only}`
        : formatSelector({ matchLabels: {}, matchExpressions: [left] });
    return near.length === 0
      ? []
      : [
          `Without ${words} it would be ${plural(near.length, 'pod')}: ${someOf(
            near.map(({ name }) => name),
            4,
          )}.`,
        ];
  });
}

/** The label that a path inside a selector is about: `…, "matchLabels", "app"`, or an entry of `matchExpressions`. */
export function labelAt(object: JsonObject, path: readonly (string | number)[]): string | undefined {
  const at = path.findIndex((step) => step === 'matchLabels' || step === 'matchExpressions');
  const step = path[at + 1];
  if (at < 0 || step === undefined) return undefined;
  if (path[at] === 'matchLabels') return String(step);
  const value = valueAt(object, path.slice(0, at + 2));
  return isObject(value) ? stringAt(value, 'key') : undefined;
}
