import type { JsonObject } from './json.ts';
import type { ModelObject, SourceRange } from './meta.ts';
import { readNode, type Node } from './node.ts';
import {
  type ConfigMap,
  type ConfigurationSecret,
  type CustomResourceDefinition,
  type KubernetesEvent,
  metaReader,
  rawReader,
  type RawObject,
  readConfigMap,
  readConfigurationSecret,
  readCustomResourceDefinition,
  readEvent,
} from './objects.ts';
import { type Pod, readPod } from './pod.ts';
import { type EndpointSlice, readEndpointSlice, readService, type Service } from './service.ts';
import { type Workload, type WorkloadKind, workloadReader } from './workload.ts';

/** The kinds that a snapshot can hold, by a key of our own, with the type each is read into. */
export interface ModelKinds {
  nodes: Node;
  namespaces: ModelObject;
  pods: Pod;
  services: Service;
  endpointSlices: EndpointSlice;
  configMaps: ConfigMap;
  secrets: ConfigurationSecret;
  serviceAccounts: ModelObject;
  events: KubernetesEvent;
  daemonSets: Workload;
  deployments: Workload;
  statefulSets: Workload;
  replicaSets: Workload;
  replicationControllers: Workload;
  jobs: Workload;
  cronJobs: Workload;
  ingresses: RawObject;
  ingressClasses: RawObject;
  routes: RawObject;
  customResourceDefinitions: CustomResourceDefinition;
  networkPolicies: RawObject;
  adminNetworkPolicies: RawObject;
  baselineAdminNetworkPolicies: RawObject;
  clusterNetworkPolicies: RawObject;
  calicoNetworkPolicies: RawObject;
  calicoGlobalNetworkPolicies: RawObject;
  calicoStagedNetworkPolicies: RawObject;
  calicoStagedGlobalNetworkPolicies: RawObject;
  calicoStagedKubernetesNetworkPolicies: RawObject;
  calicoTiers: RawObject;
  calicoNetworkSets: RawObject;
  calicoGlobalNetworkSets: RawObject;
  calicoHostEndpoints: RawObject;
  calicoProfiles: RawObject;
  calicoIPPools: RawObject;
  calicoClusterInformations: RawObject;
  calicoFelixConfigurations: RawObject;
  calicoInstallations: RawObject;
  openshiftNetworks: RawObject;
  openshiftNetworkOperators: RawObject;
  /** Policy kinds that are recognised and not evaluated, so that verdicts can say that they are incomplete. */
  ciliumNetworkPolicies: ModelObject;
  ciliumClusterwideNetworkPolicies: ModelObject;
  antreaNetworkPolicies: ModelObject;
  antreaClusterNetworkPolicies: ModelObject;
  istioAuthorizationPolicies: ModelObject;
}

export type KindKey = keyof ModelKinds;

export interface KindDescriptor<K extends KindKey = KindKey> {
  readonly key: K;
  readonly kind: string;
  /** Groups and versions in which the kind is served, the preferred first. The core group is the empty string. */
  readonly apis: readonly { readonly group: string; readonly version: string }[];
  /** The resource's plural in a request path. */
  readonly plural: string;
  readonly namespaced: boolean;
  /** Projects an object of any shape to what the program reads. Never throws. */
  readonly read: (object: JsonObject, source?: SourceRange) => ModelKinds[K];
}

type Reader<K extends KindKey> = KindDescriptor<K>['read'];
const cluster = false;
const namespaced = true;

/** `api` is `group/version`, or `v1` for the core group; several are separated by a blank. */
function kind<K extends KindKey>(
  key: K,
  api: string,
  name: string,
  plural: string,
  scoped: boolean,
  read: Reader<K>,
): KindDescriptor<K> {
  const apis = api.split(' ').map((text) => {
    const slash = text.indexOf('/');
    return slash < 0 ? { group: '', version: text } : { group: text.slice(0, slash), version: text.slice(slash + 1) };
  });
  return { key, kind: name, apis, plural, namespaced: scoped, read };
}

const workload = <K extends KindKey>(key: K, api: string, name: WorkloadKind, plural: string): KindDescriptor<K> =>
  kind(key, api, name, plural, namespaced, workloadReader(api, name) as Reader<K>);

const raw = <K extends KindKey>(
  key: K,
  api: string,
  name: string,
  plural: string,
  scoped: boolean,
): KindDescriptor<K> => kind(key, api, name, plural, scoped, rawReader(api.split(' ')[0] ?? api, name) as Reader<K>);

const meta = <K extends KindKey>(
  key: K,
  api: string,
  name: string,
  plural: string,
  scoped: boolean,
): KindDescriptor<K> =>
  kind(key, api, name, plural, scoped, metaReader(api.split(' ')[0] ?? api, name) as unknown as Reader<K>);

const calico = 'projectcalico.org/v3 crd.projectcalico.org/v1';
const adminPolicy = 'policy.networking.k8s.io/v1alpha1';

const descriptors: { readonly [K in KindKey]: KindDescriptor<K> } = {
  nodes: kind('nodes', 'v1', 'Node', 'nodes', cluster, readNode),
  namespaces: meta('namespaces', 'v1', 'Namespace', 'namespaces', cluster),
  pods: kind('pods', 'v1', 'Pod', 'pods', namespaced, readPod),
  services: kind('services', 'v1', 'Service', 'services', namespaced, readService),
  endpointSlices: kind(
    'endpointSlices',
    'discovery.k8s.io/v1',
    'EndpointSlice',
    'endpointslices',
    namespaced,
    readEndpointSlice,
  ),
  configMaps: kind('configMaps', 'v1', 'ConfigMap', 'configmaps', namespaced, readConfigMap),
  secrets: kind('secrets', 'v1', 'Secret', 'secrets', namespaced, readConfigurationSecret),
  serviceAccounts: meta('serviceAccounts', 'v1', 'ServiceAccount', 'serviceaccounts', namespaced),
  events: kind('events', 'v1', 'Event', 'events', namespaced, readEvent),
  daemonSets: workload('daemonSets', 'apps/v1', 'DaemonSet', 'daemonsets'),
  deployments: workload('deployments', 'apps/v1', 'Deployment', 'deployments'),
  statefulSets: workload('statefulSets', 'apps/v1', 'StatefulSet', 'statefulsets'),
  replicaSets: workload('replicaSets', 'apps/v1', 'ReplicaSet', 'replicasets'),
  replicationControllers: workload('replicationControllers', 'v1', 'ReplicationController', 'replicationcontrollers'),
  jobs: workload('jobs', 'batch/v1', 'Job', 'jobs'),
  cronJobs: workload('cronJobs', 'batch/v1', 'CronJob', 'cronjobs'),
  ingresses: raw('ingresses', 'networking.k8s.io/v1', 'Ingress', 'ingresses', namespaced),
  ingressClasses: raw('ingressClasses', 'networking.k8s.io/v1', 'IngressClass', 'ingressclasses', cluster),
  routes: raw('routes', 'route.openshift.io/v1', 'Route', 'routes', namespaced),
  customResourceDefinitions: kind(
    'customResourceDefinitions',
    'apiextensions.k8s.io/v1',
    'CustomResourceDefinition',
    'customresourcedefinitions',
    cluster,
    readCustomResourceDefinition,
  ),
  networkPolicies: raw('networkPolicies', 'networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies', namespaced),
  adminNetworkPolicies: raw('adminNetworkPolicies', adminPolicy, 'AdminNetworkPolicy', 'adminnetworkpolicies', cluster),
  baselineAdminNetworkPolicies: raw(
    'baselineAdminNetworkPolicies',
    adminPolicy,
    'BaselineAdminNetworkPolicy',
    'baselineadminnetworkpolicies',
    cluster,
  ),
  clusterNetworkPolicies: raw(
    'clusterNetworkPolicies',
    'policy.networking.k8s.io/v1alpha2',
    'ClusterNetworkPolicy',
    'clusternetworkpolicies',
    cluster,
  ),
  calicoNetworkPolicies: raw('calicoNetworkPolicies', calico, 'NetworkPolicy', 'networkpolicies', namespaced),
  calicoGlobalNetworkPolicies: raw(
    'calicoGlobalNetworkPolicies',
    calico,
    'GlobalNetworkPolicy',
    'globalnetworkpolicies',
    cluster,
  ),
  calicoStagedNetworkPolicies: raw(
    'calicoStagedNetworkPolicies',
    calico,
    'StagedNetworkPolicy',
    'stagednetworkpolicies',
    namespaced,
  ),
  calicoStagedGlobalNetworkPolicies: raw(
    'calicoStagedGlobalNetworkPolicies',
    calico,
    'StagedGlobalNetworkPolicy',
    'stagedglobalnetworkpolicies',
    cluster,
  ),
  calicoStagedKubernetesNetworkPolicies: raw(
    'calicoStagedKubernetesNetworkPolicies',
    calico,
    'StagedKubernetesNetworkPolicy',
    'stagedkubernetesnetworkpolicies',
    namespaced,
  ),
  calicoTiers: raw('calicoTiers', calico, 'Tier', 'tiers', cluster),
  calicoNetworkSets: raw('calicoNetworkSets', calico, 'NetworkSet', 'networksets', namespaced),
  calicoGlobalNetworkSets: raw('calicoGlobalNetworkSets', calico, 'GlobalNetworkSet', 'globalnetworksets', cluster),
  calicoHostEndpoints: raw('calicoHostEndpoints', calico, 'HostEndpoint', 'hostendpoints', cluster),
  calicoProfiles: raw('calicoProfiles', calico, 'Profile', 'profiles', cluster),
  calicoIPPools: raw('calicoIPPools', calico, 'IPPool', 'ippools', cluster),
  calicoClusterInformations: raw(
    'calicoClusterInformations',
    calico,
    'ClusterInformation',
    'clusterinformations',
    cluster,
  ),
  calicoFelixConfigurations: raw(
    'calicoFelixConfigurations',
    calico,
    'FelixConfiguration',
    'felixconfigurations',
    cluster,
  ),
  calicoInstallations: raw('calicoInstallations', 'operator.tigera.io/v1', 'Installation', 'installations', cluster),
  openshiftNetworks: raw('openshiftNetworks', 'config.openshift.io/v1', 'Network', 'networks', cluster),
  openshiftNetworkOperators: raw(
    'openshiftNetworkOperators',
    'operator.openshift.io/v1',
    'Network',
    'networks',
    cluster,
  ),
  ciliumNetworkPolicies: meta(
    'ciliumNetworkPolicies',
    'cilium.io/v2',
    'CiliumNetworkPolicy',
    'ciliumnetworkpolicies',
    namespaced,
  ),
  ciliumClusterwideNetworkPolicies: meta(
    'ciliumClusterwideNetworkPolicies',
    'cilium.io/v2',
    'CiliumClusterwideNetworkPolicy',
    'ciliumclusterwidenetworkpolicies',
    cluster,
  ),
  antreaNetworkPolicies: meta(
    'antreaNetworkPolicies',
    'crd.antrea.io/v1beta1',
    'NetworkPolicy',
    'networkpolicies',
    namespaced,
  ),
  antreaClusterNetworkPolicies: meta(
    'antreaClusterNetworkPolicies',
    'crd.antrea.io/v1beta1',
    'ClusterNetworkPolicy',
    'clusternetworkpolicies',
    cluster,
  ),
  istioAuthorizationPolicies: meta(
    'istioAuthorizationPolicies',
    'security.istio.io/v1',
    'AuthorizationPolicy',
    'authorizationpolicies',
    namespaced,
  ),
};

export const allKinds: readonly KindDescriptor[] = Object.values(descriptors) as readonly KindDescriptor[];

export const kindOf = <K extends KindKey>(key: K): KindDescriptor<K> => descriptors[key] as KindDescriptor<K>;

const byGroupKind = new Map<string, KindDescriptor>();
for (const descriptor of allKinds) {
  for (const { group } of descriptor.apis) byGroupKind.set(`${group}/${descriptor.kind}`, descriptor);
}

/** The descriptor of an object by its `apiVersion` and `kind`; the version does not matter, the group does. */
export function kindOfObject(apiVersion: string, kindName: string): KindDescriptor | undefined {
  const slash = apiVersion.indexOf('/');
  return byGroupKind.get(`${slash < 0 ? '' : apiVersion.slice(0, slash)}/${kindName}`);
}
