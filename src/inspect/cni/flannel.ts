import { referenceTo } from '../evidence.ts';
import { doesNotEnforce, enforces } from '../enforcement.ts';
import { flannelBackendTitle } from '../flannelBackend.ts';
import { hasContainer } from './agent.ts';
import type { CniDefinition } from './definition.ts';

export const flannelContainerRoles: Readonly<Record<string, string>> = {
  'kube-flannel': 'flannel: takes the node’s pod CIDR and keeps the overlay to other nodes',
  flannel: 'flannel: takes the node’s subnet and keeps the overlay to other nodes',
  'install-cni-plugin': 'copies the flannel CNI binary to the node',
  'install-cni': 'writes the CNI configuration to the node',
  'kube-network-policies': 'enforces NetworkPolicy beside flannel',
};

export const flannelImages: readonly RegExp[] = [
  /flannel(-io)?\/flannel(:|@|$)/,
  /flannel-cni-plugin/,
  /coreos\/flannel/,
  /(hardened|mirrored|mirrored-coreos)-flannel/,
];

/** Manifests up to 0.14 put it in kube-system, one DaemonSet for each architecture. */
export const flannel: CniDefinition = {
  id: 'flannel',
  name: 'Flannel',
  role: ({ agents }) =>
    agents.some((agent) => hasContainer(agent, 'kube-network-policies')) ? 'network-and-policy' : 'network',
  agent: {
    labels: [{ app: 'flannel' }, { 'k8s-app': 'flannel' }],
    containers: [['kube-flannel']],
    without: ['calico-node'],
  },
  versionContainer: 'kube-flannel',
  images: flannelImages,
  configMaps: [
    { namespace: 'kube-flannel', name: 'kube-flannel-cfg' },
    { namespace: 'kube-system', name: 'kube-flannel-cfg' },
  ],
  apiGroups: [],
  nodeAnnotations: ['flannel.alpha.coreos.com/'],
  networkReasons: ['FlannelIsUp'],
  companions: [],
  title: ({ snapshot }) => `Flannel ${flannelBackendTitle(snapshot)}`.trimEnd(),
  enforcement({ agents }) {
    const enforcing = agents.find((agent) => hasContainer(agent, 'kube-network-policies'));
    if (enforcing !== undefined)
      return enforces('The kube-network-policies container beside flannel enforces NetworkPolicy.', {
        from: 'object',
        sentence: `The DaemonSet ${enforcing.meta.name} has a container kube-network-policies`,
        weight: 0,
        object: referenceTo(enforcing),
        field: 'spec.template.spec.containers[].name',
      });
    return doesNotEnforce(
      'Flannel moves packets and knows no NetworkPolicy.',
      'Turn on netpol.enabled in flannel’s Helm chart, or change to a CNI that enforces NetworkPolicy, such as Canal.',
      ...agents.map((agent) => ({
        from: 'object' as const,
        sentence: `The DaemonSet ${agent.meta.name} has no container kube-network-policies`,
        weight: 0,
        object: referenceTo(agent),
        field: 'spec.template.spec.containers[].name',
      })),
    );
  },
  confFile: '10-flannel.conflist',
  containerRoles: flannelContainerRoles,
  usesPodCidr: true,
};
