import type { Labels } from '../model/labels.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import { subjectsOf } from '../policy/lint/subjects.ts';
import type { LinePath } from './linePath.ts';
import { selectorPlaceAt } from './selectorCompletion.ts';
import { keysOf, type Suggestion, valuesOf } from './suggestion.ts';

const selectorFields: ReadonlySet<string> = new Set([
  'selector',
  'notSelector',
  'namespaceSelector',
  'serviceAccountSelector',
]);

/** Whether a field of a Calico policy holds a selector as a text. */
export const isSelectorField = (field: string, parent: string | undefined): boolean =>
  selectorFields.has(field) && parent !== 'metadata';

/**
 * What may come next in a Calico selector: labels and values with how many have them, operators, functions.
 *
 * @param namespace of the policy; undefined for a GlobalNetworkPolicy
 */
export function selectorSuggestions(
  snapshot: ClusterSnapshot,
  place: LinePath,
  namespace: string | undefined,
): readonly Suggestion[] {
  const outer = /^["']/.exec(place.prefix)?.[0] ?? '';
  const at = selectorPlaceAt(place.prefix.slice(outer.length));
  const words = (...all: string[]): readonly Suggestion[] =>
    all.map((text, index) => ({ text, detail: '', isField: false, count: all.length - index, asWritten: true }));
  if (at.expects === 'operator') return words('==', '!=', 'in', 'not in', 'contains', 'starts with', 'ends with');
  if (at.expects === 'conjunction') return words('&&', '||');
  const [labels, what] = candidates(snapshot, place, namespace);
  if (at.expects === 'label') {
    const functions = at.orFunction ? words('has(', 'all()', ...(what === 'namespace' ? ['global()'] : [])) : [];
    return [
      ...keysOf(labels, what, false).map((one) => ({ ...one, count: one.count + functions.length, asWritten: true })),
      ...functions,
    ];
  }
  // Inside a text in double quotes a value stands in single ones.
  const quote = at.quote !== '' ? '' : outer === "'" ? '"' : "'";
  return valuesOf(labels, at.key, what).map((one) => ({ ...one, text: quote + one.text + quote, asWritten: true }));
}

/** The labels that the selector is about, with those that Calico adds. */
function candidates(
  snapshot: ClusterSnapshot,
  { fields, field, siblings }: LinePath,
  namespace: string | undefined,
): readonly [labels: readonly Labels[], what: string] {
  const subjects = subjectsOf(snapshot);
  if (field === 'serviceAccountSelector' || fields.at(-1) === 'serviceAccounts')
    return [snapshot.list('serviceAccounts').map(({ meta }) => meta.labels), 'service account'];
  if (field === 'namespaceSelector')
    return [
      [...subjects.namespaces].map(([name, labels]) => ({ ...labels, 'projectcalico.org/name': name })),
      'namespace',
    ];
  const isEntity = fields.at(-1) === 'source' || fields.at(-1) === 'destination';
  const everywhere = namespace === undefined || siblings.has('namespaceSelector');
  const pods = (everywhere ? subjects.all : (subjects.byNamespace.get(namespace) ?? [])).map((pod) => ({
    ...pod.labels,
    'projectcalico.org/namespace': pod.namespace,
    'projectcalico.org/orchestrator': 'k8s',
  }));
  if (!isEntity) return [pods, 'pod'];
  const sets = [
    ...snapshot.list('calicoGlobalNetworkSets'),
    ...snapshot.list('calicoNetworkSets').filter(({ meta }) => everywhere || meta.namespace === namespace),
  ].map(({ meta }) => meta.labels);
  return [[...pods, ...sets], sets.length === 0 ? 'pod' : 'peer'];
}
