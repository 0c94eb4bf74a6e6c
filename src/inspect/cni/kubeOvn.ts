import type { ClusterSnapshot } from '../../model/snapshot.ts';
import { doesNotEnforce, enforces } from '../enforcement.ts';
import { flagOfContainer } from './agent.ts';
import type { CniDefinition } from './definition.ts';

const policySwitch = (snapshot: ClusterSnapshot): string | undefined => {
  for (const deployment of snapshot.list('deployments')) {
    if (deployment.meta.name !== 'kube-ovn-controller') continue;
    for (const container of deployment.template.containers) {
      const value = flagOfContainer(container, '--enable-np');
      if (value !== undefined) return value;
    }
  }
  return undefined;
};

export const kubeOvn: CniDefinition = {
  id: 'kube-ovn',
  name: 'Kube-OVN',
  role: 'network-and-policy',
  agent: { labels: [{ app: 'kube-ovn-cni' }], containers: [['cni-server']] },
  versionContainer: 'cni-server',
  images: [/kubeovn\/kube-ovn/],
  configMaps: [{ namespace: 'kube-system', name: 'ovn-vpc-nat-config' }],
  apiGroups: ['kubeovn.io'],
  nodeAnnotations: ['ovn.kubernetes.io/'],
  networkReasons: [],
  companions: [{ app: 'ovs' }, { app: 'ovs-ovn' }, { app: 'kube-ovn-controller' }, { app: 'ovn-central' }],
  enforcement: ({ snapshot }) =>
    policySwitch(snapshot) === 'false'
      ? doesNotEnforce(
          'kube-ovn-controller runs with --enable-np=false.',
          'Set --enable-np=true on kube-ovn-controller.',
        )
      : enforces('Kube-OVN enforces NetworkPolicy.'),
  confFile: '01-kube-ovn.conflist',
  containerRoles: {
    'cni-server': 'Kube-OVN’s agent: wires pods on the node',
    'install-cni': 'writes the CNI binaries and configuration to the node',
    openvswitch: 'runs Open vSwitch and OVN’s controller',
  },
};
