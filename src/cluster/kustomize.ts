import { isObject, type JsonObject, objectAt, stringAt } from '../model/json.ts';
import type { KindDescriptor, KindKey } from '../model/kinds.ts';
import type { Labels } from '../model/labels.ts';
import { workloadKinds } from '../policy/kinds.ts';
import type { Kustomization } from './kustomization.ts';

interface Place {
  readonly path: readonly string[];
  /** It is made where it is not there. */
  readonly create: boolean;
}

const place = (path: string, create: boolean): Place => ({ path: path.split('.'), create });

/** Where selectors of other labels stand. Source: kustomize, `commonLabelFieldSpecs`. */
const selectors: Readonly<Partial<Record<KindKey, readonly Place[]>>> = {
  services: [place('spec.selector', true)],
  replicationControllers: [place('spec.selector', true)],
  deployments: [place('spec.selector.matchLabels', true)],
  replicaSets: [place('spec.selector.matchLabels', true)],
  daemonSets: [place('spec.selector.matchLabels', true)],
  statefulSets: [place('spec.selector.matchLabels', true)],
  jobs: [place('spec.selector.matchLabels', false)],
  cronJobs: [place('spec.jobTemplate.spec.selector.matchLabels', false)],
  networkPolicies: [
    place('spec.podSelector.matchLabels', false),
    place('spec.ingress.from.podSelector.matchLabels', false),
    place('spec.egress.to.podSelector.matchLabels', false),
  ],
};

/** Where labels of pods to come stand. Source: kustomize, `metadataLabelsFieldSpecs`. */
const templates = (kind: KindKey): readonly Place[] => {
  if (kind === 'cronJobs') return [place('spec.jobTemplate.spec.template.metadata.labels', true)];
  return workloads.has(kind) ? [place('spec.template.metadata.labels', true)] : [];
};

const workloads: ReadonlySet<KindKey> = new Set(workloadKinds);

/** Names that nothing refers to. Services, service accounts and tiers keep theirs, and what names them still does. */
const renamed: ReadonlySet<KindKey> = new Set<KindKey>([
  'pods',
  ...workloadKinds,
  'networkPolicies',
  'adminNetworkPolicies',
  'baselineAdminNetworkPolicies',
  'clusterNetworkPolicies',
  'calicoNetworkPolicies',
  'calicoGlobalNetworkPolicies',
]);

const ownLabels = place('metadata.labels', true);

/** An object as kustomizations make it, the first of them first: with their namespace, names and labels. */
export function kustomize(
  object: JsonObject,
  { key, namespaced }: Pick<KindDescriptor, 'key' | 'namespaced'>,
  by: readonly Kustomization[],
): JsonObject {
  let made = object;
  for (const { namespace, namePrefix, nameSuffix, labels } of by) {
    if (namespace !== '') {
      // A Namespace among the resources is taken for that of the others. Source: kustomize, `namespaceFieldSpecs`.
      if (namespaced) made = withMetadata(made, 'namespace', namespace);
      else if (key === 'namespaces') made = withMetadata(made, 'name', namespace);
    }
    const name = stringAt(objectAt(made, 'metadata'), 'name');
    if (name !== undefined && renamed.has(key) && namePrefix + nameSuffix !== '')
      made = withMetadata(made, 'name', `${namePrefix}${name}${nameSuffix}`);
    for (const { pairs, ...to } of labels) {
      const places = [
        ownLabels,
        ...(to.templates ? templates(key) : []),
        ...(to.selectors ? (selectors[key] ?? []) : []),
      ];
      for (const { path, create } of places) {
        const edited = withLabels(made, path, create, pairs);
        if (isObject(edited)) made = edited;
      }
    }
  }
  return made;
}

const withMetadata = (object: JsonObject, field: string, value: string): JsonObject => ({
  ...object,
  metadata: { ...objectAt(object, 'metadata'), [field]: value },
});

/** A copy with labels added at a path, of every element where a list lies on the way. */
function withLabels(value: unknown, path: readonly string[], create: boolean, labels: Labels): unknown {
  if (Array.isArray(value)) return value.map((element: unknown) => withLabels(element, path, create, labels));
  const there = value === undefined || value === null ? (create ? {} : undefined) : value;
  if (!isObject(there)) return value;
  const [field, ...rest] = path;
  if (field === undefined) return { ...there, ...labels };
  const before = there[field];
  const after = withLabels(before, rest, create, labels);
  return after === before ? there : { ...there, [field]: after };
}
