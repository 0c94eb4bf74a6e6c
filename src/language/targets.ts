import { isObject, stringAt, stringsAt } from '../model/json.ts';
import type { KindKey } from '../model/kinds.ts';
import { labelOf, type LabelSelector } from '../model/labels.ts';
import { type CalicoSelector, CalicoSelectorError, parseCalicoSelector } from '../policy/calico/selector.ts';
import { LintContext, selectorOf } from '../policy/lint/context.ts';
import { valueAt } from '../policy/lint/finding.ts';
import type { Path } from '../policy/lint/path.ts';
import type { Subject } from '../policy/lint/subjects.ts';
import { namespaceNameLabel } from '../policy/selectors.ts';
import type { PodRef } from '../policy/types.ts';
import { labelAt } from './hoverSelectors.ts';
import type { Measurement } from './measurement.ts';
import type { WrittenPolicy } from './policyText.ts';

/** An object by what it is called; it need not be there. */
export interface ObjectRef {
  readonly kind: KindKey;
  readonly namespace: string;
  readonly name: string;
}

const namespaceRef = (name: string): ObjectRef => ({ kind: 'namespaces', namespace: '', name });
const podRef = ({ namespace, name }: PodRef): ObjectRef => ({ kind: 'pods', namespace, name });

/** Labels by which a namespace is chosen by its name: the API server's, and the one that Calico adds. */
const nameLabels: readonly string[] = [namespaceNameLabel, 'projectcalico.org/name'];

/** The objects that are named at a place of a policy: a namespace, a tier, a service account, a service, itself. */
export function namedAt({ kind, policy }: WrittenPolicy, path: Path): readonly ObjectRef[] {
  const [root, section] = path;
  const { namespace, name } = policy.meta;
  const object = { metadata: { namespace, name }, spec: policy.spec };
  const last = path.at(-1);
  const value = valueAt(object, path);
  if (root === 'metadata') {
    if (section === 'namespace') return [namespaceRef(namespace)];
    return section === 'name' ? [{ kind, namespace, name }] : [];
  }
  if (root !== 'spec') return [];
  if (section === 'tier' && typeof value === 'string' && kind.startsWith('calico'))
    return [{ kind: 'calicoTiers', namespace: '', name: value }];
  const at = path.findLastIndex((step) => step === 'namespaceSelector' || step === 'namespaces');
  if (at >= 0) {
    const selector = valueAt(object, path.slice(0, at + 1));
    if (typeof selector === 'string') return namespacesIn(selector).map(namespaceRef);
    const label = isObject(selector) ? labelAt(selector, path.slice(at + 1)) : undefined;
    if (label !== namespaceNameLabel) return [];
    if (typeof value === 'string') return last === 'key' ? [] : [namespaceRef(value)];
    const expression = valueAt(object, path.slice(0, at + 3));
    return isObject(expression) ? stringsAt(expression, 'values').map(namespaceRef) : [];
  }
  const services = path.indexOf('services');
  if (services >= 0) {
    const service = valueAt(object, path.slice(0, services + 1));
    const called = isObject(service) ? stringAt(service, 'name') : undefined;
    if (!isObject(service) || called === undefined) return [];
    return [{ kind: 'services', namespace: stringAt(service, 'namespace') ?? namespace, name: called }];
  }
  if (path.includes('serviceAccounts') && typeof value === 'string' && path.at(-2) === 'names')
    return [{ kind: 'serviceAccounts', namespace, name: value }];
  return [];
}

/** The names that a Calico selector compares a namespace's name with. */
function namespacesIn(text: string): readonly string[] {
  const visit = (selector: CalicoSelector): readonly string[] => {
    switch (selector.kind) {
      case 'is':
        return selector.operator === '==' && nameLabels.includes(selector.key) ? [selector.value] : [];
      case 'in':
        return !selector.negated && nameLabels.includes(selector.key) ? [...selector.values] : [];
      case 'and':
      case 'or':
        return selector.of.flatMap(visit);
      default:
        return [];
    }
  };
  try {
    return visit(parseCalicoSelector(text));
  } catch (error) {
    if (error instanceof CalicoSelectorError) return [];
    throw error;
  }
}

/** The objects that a place of a policy selects: pods, or the namespaces of a namespace selector. */
export function selectedAt(measurement: Measurement, written: WrittenPolicy, path: Path): readonly ObjectRef[] {
  const selection = measurement.selection(written);
  if (selection === undefined) return [];
  const [root, section, index, field, number] = path;
  const { policy, kind } = written;
  const { namespace } = policy.meta;
  const own = [...selection.pods, ...selection.hostNetworkPods].map(podRef);
  const context = new LintContext(measurement.snapshot, {});
  if (root === 'metadata' && section === 'namespace')
    return [
      ...measurement.snapshot
        .table('networkPolicies')
        .in(namespace)
        .map(({ meta }): ObjectRef => ({ kind: 'networkPolicies', namespace, name: meta.name })),
      ...context.in(namespace).map(podRef),
    ];
  if (root !== 'spec' || section === undefined) return own;
  const at = path.findLastIndex((step) => step === 'namespaceSelector' || step === 'namespaces');
  const namespaces = at < 0 ? undefined : selectorOf(valueAt({ spec: policy.spec }, path.slice(0, at + 1)));
  if (namespaces !== undefined) {
    const wanted = onlyLabel(namespaces, labelAt({ spec: policy.spec }, path)) ?? namespaces;
    return context.namespacesSelected(wanted).map(namespaceRef);
  }
  const selector = selectorOf(valueAt({ spec: policy.spec }, path.slice(0, path.indexOf('podSelector') + 1)));
  const label = labelAt({ spec: policy.spec }, path);
  const wanted = selector === undefined ? undefined : onlyLabel(selector, label);
  if (wanted !== undefined) {
    const peer = valueAt({ spec: policy.spec }, path.slice(0, path.indexOf('podSelector')));
    return candidatesFor(peer, kind === 'networkPolicies' ? namespace : undefined, context)
      .filter(({ labels }) =>
        Object.entries(wanted.matchLabels).every(([key, value]) => labelOf(labels, key) === value),
      )
      .map(podRef);
  }
  if (section !== 'ingress' && section !== 'egress') return own;
  const [peerField, ownField] = section === 'ingress' ? ['source', 'destination'] : ['destination', 'source'];
  if (field === ownField) return own;
  const rules = selection.rules.filter(
    ({ rule }) => rule.direction === section && (index === undefined || rule.index === Number(index)),
  );
  const peers = rules.flatMap((rule) => rule.peers);
  const meant =
    number === undefined || field === peerField ? peers : peers.filter((peer) => peer.index === Number(number));
  return unique(meant.filter(({ everything }) => !everything).flatMap(({ pods }) => pods)).map(podRef);
}

/** The one label of a selector that the path is about. */
function onlyLabel(selector: LabelSelector, key: string | undefined): LabelSelector | undefined {
  const value = key === undefined ? undefined : labelOf(selector.matchLabels, key);
  return key === undefined || value === undefined ? undefined : { matchLabels: { [key]: value }, matchExpressions: [] };
}

/** The pods among which the `podSelector` of a peer, or of a policy itself, chooses. */
function candidatesFor(peer: unknown, namespace: string | undefined, context: LintContext): readonly Subject[] {
  const namespaces = isObject(peer) ? selectorOf(peer['namespaceSelector']) : undefined;
  if (namespaces !== undefined) return context.namespacesSelected(namespaces).flatMap((name) => context.in(name));
  return namespace === undefined ? context.subjects.all : context.in(namespace);
}

const unique = (pods: readonly PodRef[]): readonly PodRef[] => [
  ...new Map(pods.map((pod) => [`${pod.namespace}/${pod.name}`, pod])).values(),
];
