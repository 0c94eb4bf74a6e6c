import { matchesLabels } from '../model/labels.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import type { Workload } from '../model/workload.ts';
import type { CniDefinition } from './cni/definition.ts';

/** The Deployments and further DaemonSets of a CNI, in the namespaces of its agents. */
export function companionsOf(
  snapshot: ClusterSnapshot,
  { companions }: CniDefinition,
  agents: readonly Workload[],
): readonly Workload[] {
  const namespaces = new Set(agents.map(({ meta }) => meta.namespace));
  return [...namespaces].flatMap((namespace) =>
    [...snapshot.table('deployments').in(namespace), ...snapshot.table('daemonSets').in(namespace)].filter(
      (workload) =>
        !agents.includes(workload) && companions.some((labels) => matchesLabels(labels, workload.template.labels)),
    ),
  );
}

export const kubeProxyOf = (snapshot: ClusterSnapshot): Workload | undefined =>
  snapshot.table('daemonSets').get('kube-system', 'kube-proxy') ??
  snapshot
    .table('daemonSets')
    .in('kube-system')
    .find(({ template }) => template.labels['k8s-app'] === 'kube-proxy');

/** The cluster's DNS: CoreDNS under the label that every distribution keeps, or OpenShift's DaemonSet. */
export const coreDnsOf = (snapshot: ClusterSnapshot): Workload | undefined =>
  snapshot
    .table('deployments')
    .in('kube-system')
    .find(({ template, meta }) => template.labels['k8s-app'] === 'kube-dns' && !meta.name.includes('autoscaler')) ??
  snapshot.table('daemonSets').get('openshift-dns', 'dns-default');
