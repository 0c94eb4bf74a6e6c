import type { KindKey } from '../model/kinds.ts';

/** The kinds that are evaluated: policies, and what gives them their order and their addresses. */
export const policyKinds = [
  'networkPolicies',
  'adminNetworkPolicies',
  'baselineAdminNetworkPolicies',
  'clusterNetworkPolicies',
  'calicoNetworkPolicies',
  'calicoGlobalNetworkPolicies',
  'calicoTiers',
  'calicoNetworkSets',
  'calicoGlobalNetworkSets',
  'calicoProfiles',
] as const satisfies readonly KindKey[];

/** Calico's rehearsals of policies, which are never enforced. */
export const stagedKinds = [
  'calicoStagedNetworkPolicies',
  'calicoStagedGlobalNetworkPolicies',
  'calicoStagedKubernetesNetworkPolicies',
] as const satisfies readonly KindKey[];

/** Kinds that other programs enforce and that are not evaluated, each with the name it goes by. */
export const foreignKinds = [
  ['ciliumNetworkPolicies', 'CiliumNetworkPolicy'],
  ['ciliumClusterwideNetworkPolicies', 'CiliumClusterwideNetworkPolicy'],
  ['antreaNetworkPolicies', 'Antrea NetworkPolicy'],
  ['antreaClusterNetworkPolicies', 'Antrea ClusterNetworkPolicy'],
  ['istioAuthorizationPolicies', 'Istio AuthorizationPolicy'],
] as const satisfies readonly (readonly [KindKey, string])[];

/** What pods come from where only manifests are known. */
export const workloadKinds = [
  'deployments',
  'statefulSets',
  'daemonSets',
  'replicaSets',
  'replicationControllers',
  'jobs',
  'cronJobs',
] as const satisfies readonly KindKey[];
