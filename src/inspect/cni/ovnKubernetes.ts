import { stringAt } from '../../model/json.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import { enforces } from '../enforcement.ts';
import type { CniDefinition } from './definition.ts';

/** `status.networkType` of OpenShift's `network.config/cluster`: what the cluster says of itself. */
export const openshiftNetworkType = (snapshot: ClusterSnapshot): string | undefined => {
  const network = snapshot.table('openshiftNetworks').get('', 'cluster');
  return network === undefined
    ? undefined
    : (stringAt(network.status, 'networkType') ?? stringAt(network.spec, 'networkType'));
};

export const declaredByOpenShift =
  (networkType: string): NonNullable<CniDefinition['embedded']> =>
  ({ snapshot }) =>
    openshiftNetworkType(snapshot)?.toLowerCase() === networkType.toLowerCase()
      ? {
          sentence: `network.config.openshift.io/cluster says networkType ${networkType}`,
          object: { kind: 'Network', namespace: '', name: 'cluster' },
          field: 'status.networkType',
        }
      : undefined;

export const ovnKubernetes: CniDefinition = {
  id: 'ovn-kubernetes',
  name: 'OVN-Kubernetes',
  role: 'network-and-policy',
  agent: { labels: [{ app: 'ovnkube-node' }], containers: [['ovnkube-node', 'ovnkube-controller']] },
  versionContainer: 'ovnkube-node',
  images: [/ovn-kube(rnetes)?/],
  configMaps: [
    { namespace: 'ovn-kubernetes', name: 'ovn-config' },
    { namespace: 'openshift-ovn-kubernetes', name: 'ovnkube-config' },
  ],
  apiGroups: ['k8s.ovn.org'],
  nodeAnnotations: ['k8s.ovn.org/'],
  networkReasons: [],
  companions: [
    { app: 'ovnkube-control-plane' },
    { name: 'ovnkube-control-plane' },
    { app: 'ovnkube-master' },
    { app: 'ovs-node' },
  ],
  embedded: declaredByOpenShift('OVNKubernetes'),
  enforcement: () => enforces('OVN-Kubernetes enforces NetworkPolicy.'),
  confFile: '10-ovn-kubernetes.conf',
  containerRoles: {
    'ovnkube-node': 'OVN-Kubernetes’ agent: wires pods on the node',
    'ovnkube-controller': 'turns Kubernetes objects into OVN’s, and wires pods on the node',
    'ovn-controller': 'turns OVN’s flows into Open vSwitch’s',
    'ovn-acl-logging': 'writes policy logs',
    northd: 'compiles OVN’s logical network',
    'ovn-northd': 'compiles OVN’s logical network',
    nbdb: 'keeps OVN’s northbound database',
    sbdb: 'keeps OVN’s southbound database',
    'nb-ovsdb': 'keeps OVN’s northbound database',
    'sb-ovsdb': 'keeps OVN’s southbound database',
    'kube-rbac-proxy': 'guards the metrics',
    'kube-rbac-proxy-node': 'guards the metrics',
    'kube-rbac-proxy-ovn-metrics': 'guards OVN’s metrics',
    'ovs-metrics-exporter': 'exports Open vSwitch’s metrics',
  },
};
