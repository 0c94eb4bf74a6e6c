import type { KindKey } from '../../model/kinds.ts';
import type { ClusterSnapshot, Interest, Knowledge } from '../../model/snapshot.ts';
import { gapOf } from '../../inspect/evidence.ts';

/** Policies of the pod's own namespace. */
const namespaced: readonly (readonly [KindKey, string])[] = [
  ['networkPolicies', 'NetworkPolicies are'],
  ['calicoNetworkPolicies', 'Calico policies are'],
];

/** Policies of the whole cluster, and what gives them their order. */
const clusterWide: readonly (readonly [KindKey, string])[] = [
  ['adminNetworkPolicies', 'AdminNetworkPolicies are'],
  ['baselineAdminNetworkPolicies', 'BaselineAdminNetworkPolicies are'],
  ['clusterNetworkPolicies', 'ClusterNetworkPolicies are'],
  ['calicoGlobalNetworkPolicies', 'Calico global policies are'],
  ['calicoTiers', 'Calico tiers are'],
  ['calicoProfiles', 'Calico profiles are'],
];

/** What decides which policies select a pod: policies, and the labels of its namespace and of its service account. */
export const selectionKinds: readonly KindKey[] = [
  ...[...namespaced, ...clusterWide].map(([kind]) => kind),
  'namespaces',
  'serviceAccounts',
];

export const selectionInterests = (namespace: string, serviceAccount: string | undefined): readonly Interest[] => [
  ...namespaced.map(([kind]): Interest => ({ kind, namespace })),
  ...clusterWide.map(([kind]): Interest => ({ kind })),
  { kind: 'namespaces', fieldSelector: `metadata.name=${namespace}` },
  ...(serviceAccount === undefined
    ? []
    : [{ kind: 'serviceAccounts' as const, namespace, fieldSelector: `metadata.name=${serviceAccount}` }]),
];

/** Why it cannot be told which policies select the pods of a namespace, to follow "Cannot tell: "; undefined where it can. */
export function selectionGap(snapshot: ClusterSnapshot, namespace: string): string | undefined {
  const known = (kind: KindKey, knowledge: Knowledge, what: string): string | undefined =>
    // Files are all that there is to be read.
    snapshot.content.origin === 'folder' && snapshot.table(kind).size > 0 ? undefined : gapOf(knowledge, what);
  for (const [kind, what] of namespaced) {
    const gap = known(kind, snapshot.knowledge(kind, { namespace }), what);
    if (gap !== undefined) return gap;
  }
  for (const [kind, what] of clusterWide) {
    const gap = known(kind, snapshot.knowledge(kind), what);
    if (gap !== undefined) return gap;
  }
  return undefined;
}
