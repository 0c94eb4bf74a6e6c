import { enforces } from '../enforcement.ts';
import { calicoBackendTitle } from '../calicoFacts.ts';
import type { CniDefinition } from './definition.ts';

export const calicoContainerRoles: Readonly<Record<string, string>> = {
  'calico-node': 'Calico’s agent: programs routes and policy on the node',
  'upgrade-ipam': 'moves addresses from host-local to Calico’s IPAM',
  'install-cni': 'writes the CNI binaries and configuration to the node',
  'flexvol-driver': 'installs the driver for policy over a Unix socket',
  'ebpf-bootstrap': 'mounts the BPF file systems',
  'mount-bpffs': 'mounts the BPF file system',
  'calico-csi': 'mounts policy sockets into pods',
  'csi-node-driver-registrar': 'registers the CSI driver with the kubelet',
  'calico-kube-controllers': 'keeps Calico’s data in step with Kubernetes objects',
  'calico-typha': 'fans the datastore out to the agents',
};

export const calicoImages: readonly RegExp[] = [
  /calico\/(node|cni|typha|kube-controllers|apiserver|calico)(:|@|$)/,
  /(hardened|mirrored)-calico/,
  /rancher\/calico-node/,
];

export const calicoCompanions = [
  { 'k8s-app': 'calico-kube-controllers' },
  { 'k8s-app': 'calico-typha' },
  { 'k8s-app': 'calico-apiserver' },
  { 'k8s-app': 'csi-node-driver' },
  { 'k8s-app': 'tigera-operator' },
  { 'k8s-app': 'goldmane' },
  { 'k8s-app': 'whisker' },
];

export const calico: CniDefinition = {
  id: 'calico',
  name: 'Calico',
  role: 'network-and-policy',
  agent: {
    labels: [{ 'k8s-app': 'calico-node' }],
    containers: [['calico-node']],
    without: ['kube-flannel', 'flannel'],
  },
  versionContainer: 'calico-node',
  images: calicoImages,
  configMaps: [{ namespace: 'kube-system', name: 'calico-config' }],
  apiGroups: ['crd.projectcalico.org', 'projectcalico.org', 'operator.tigera.io'],
  nodeAnnotations: ['projectcalico.org/'],
  networkReasons: ['CalicoIsUp', 'CalicoIsDown'],
  companions: calicoCompanions,
  title: ({ snapshot, agents }) => `Calico ${calicoBackendTitle(snapshot, agents)}`.trimEnd(),
  enforcement: () => enforces('Felix, in the calico-node container, enforces NetworkPolicy.'),
  confFile: '10-calico.conflist',
  containerRoles: calicoContainerRoles,
};
