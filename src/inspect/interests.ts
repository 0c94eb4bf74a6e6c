import { formatSelector } from '../model/labels.ts';
import { objectKey } from '../model/meta.ts';
import { type ClusterSnapshot, type Interest, interestKey } from '../model/snapshot.ts';
import type { Workload } from '../model/workload.ts';
import { servesGroup } from './clusterType/signals.ts';
import { clusterTypeInterests } from './clusterType.ts';
import { definitionOf } from './cni/catalogue.ts';
import { configurationOf } from './cni/configuration.ts';
import { agentNamespaces, detectCni } from './cni/detect.ts';
import { companionsOf, coreDnsOf, kubeProxyOf } from './systemWorkloads.ts';

export interface InterestOptions {
  /** Also kube-proxy's pods: one for each node, so only where somebody looks at them. */
  readonly kubeProxyPods?: boolean;
  /** `namespace/name` of further DaemonSets at whose pods somebody looks. */
  readonly openDaemonSets?: ReadonlySet<string>;
}

/** One page of a list: so many pods are read without being asked for. */
const fewPods = 500;

const podsOf = ({ meta, selector }: Workload): readonly Interest[] => {
  const labelSelector = selector === undefined ? '' : formatSelector(selector);
  // A selector that is missing or empty would be every pod of the namespace.
  return labelSelector === '' ? [] : [{ kind: 'pods', namespace: meta.namespace, labelSelector }];
};

/** A Deployment has few pods; a DaemonSet beside the agents has one for each node, which its counts sum up. */
function worthReading({ kind, counts, meta }: Workload, { openDaemonSets }: InterestOptions): boolean {
  const { desired = 0, ready = 0 } = counts;
  if (kind !== 'DaemonSet' || desired <= fewPods || ready < desired) return true;
  return openDaemonSets?.has(objectKey(meta)) === true;
}

const single = (kind: Interest['kind'], namespace: string, name: string): Interest => ({
  kind,
  namespace,
  fieldSelector: `metadata.name=${name}`,
});

/**
 * What the CNI view needs to have read, given what is known so far; ask again when the snapshot has changed. It is never
 * all pods of a cluster: only those of the agents and their companions, by namespace and label.
 *
 * DaemonSets are few even in large clusters, and one list and watch over all namespaces finds agents in namespaces that
 * nobody thought of. Who may not list them everywhere may often do so in kube-system, so a refusal adds a list for each
 * namespace in which agents are usual.
 *
 * Each answer depends only on reads that it contains itself, so that it settles.
 */
export function interestsOf(snapshot: ClusterSnapshot, options: InterestOptions = {}): readonly Interest[] {
  const wanted: Interest[] = [
    ...clusterTypeInterests(snapshot),
    { kind: 'daemonSets' },
    { kind: 'deployments', namespace: 'kube-system' },
  ];
  if (snapshot.knowledge('daemonSets').state === 'forbidden')
    wanted.push(...agentNamespaces.map((namespace): Interest => ({ kind: 'daemonSets', namespace })));
  if (servesGroup(snapshot, 'config.openshift.io')) wanted.push({ kind: 'openshiftNetworks' });

  const { detected, enforcement } = detectCni(snapshot);
  for (const { id, agents } of detected) {
    const definition = definitionOf(id);
    if (definition === undefined) continue;
    for (const { kind, namespace, name } of configurationOf(definition, agents))
      wanted.push(single(kind, namespace, name));
    if (id === 'openshift-sdn') wanted.push({ kind: 'openshiftNetworkOperators' });
    for (const agent of agents) {
      wanted.push(...podsOf(agent));
      if (agent.meta.namespace !== 'kube-system') wanted.push({ kind: 'deployments', namespace: agent.meta.namespace });
    }
    for (const companion of companionsOf(snapshot, definition, agents))
      if (worthReading(companion, options)) wanted.push(...podsOf(companion));
    if (definition.apiGroups.includes('crd.projectcalico.org')) {
      const calico = servesGroup(snapshot, 'crd.projectcalico.org') || servesGroup(snapshot, 'projectcalico.org');
      if (calico) wanted.push({ kind: 'calicoClusterInformations' });
      if (calico && id === 'calico') wanted.push({ kind: 'calicoIPPools' });
      if (servesGroup(snapshot, 'operator.tigera.io')) wanted.push({ kind: 'calicoInstallations' });
    }
  }

  const kubeProxy = kubeProxyOf(snapshot);
  if (kubeProxy !== undefined) {
    const { ready = 0, desired = 0 } = kubeProxy.counts;
    if (options.kubeProxyPods === true || ready < desired) wanted.push(...podsOf(kubeProxy));
  }
  const coreDns = coreDnsOf(snapshot);
  if (coreDns !== undefined && worthReading(coreDns, options)) wanted.push(...podsOf(coreDns));
  // Policies that nothing enforces are worth saying.
  if (enforcement.verdict === 'no') wanted.push({ kind: 'networkPolicies' });

  return [...new Map(wanted.map((interest) => [interestKey(interest), interest])).values()];
}
