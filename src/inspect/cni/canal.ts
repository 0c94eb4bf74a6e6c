import { enforces } from '../enforcement.ts';
import { flannelBackendTitle } from '../flannelBackend.ts';
import { calicoContainerRoles, calicoImages } from './calico.ts';
import type { CniDefinition } from './definition.ts';
import { flannelContainerRoles, flannelImages } from './flannel.ts';

/**
 * One DaemonSet whose pods hold Calico's agent and flannel's. It stands before both, or it would be taken for either.
 * RKE2 names it `rke2-canal` and keeps the pod label.
 */
export const canal: CniDefinition = {
  id: 'canal',
  name: 'Canal',
  role: 'network-and-policy',
  agent: {
    labels: [{ 'k8s-app': 'canal' }],
    containers: [['calico-node'], ['kube-flannel', 'flannel']],
  },
  versionContainer: 'calico-node',
  images: [...calicoImages, ...flannelImages],
  configMaps: [
    { namespace: 'kube-system', name: 'canal-config' },
    { namespace: 'kube-system', name: 'rke2-canal-config' },
  ],
  apiGroups: ['crd.projectcalico.org'],
  nodeAnnotations: ['flannel.alpha.coreos.com/'],
  networkReasons: ['FlannelIsUp'],
  companions: [{ 'k8s-app': 'calico-kube-controllers' }, { 'k8s-app': 'calico-typha' }],
  title: ({ snapshot }) => `Calico policy + Flannel ${flannelBackendTitle(snapshot)}`.trimEnd(),
  enforcement: () => enforces('Felix, in the calico-node container, enforces NetworkPolicy.'),
  confFile: '10-canal.conflist',
  containerRoles: {
    ...calicoContainerRoles,
    ...flannelContainerRoles,
    'install-cni': 'writes the CNI binaries and configuration to the node',
  },
  usesPodCidr: true,
  notes: [
    'Pod addresses come from the nodes’ pod CIDRs; Calico’s IP pools are not used for allocation.',
    'The kube-flannel container has no probe: ready only means that its process runs.',
  ],
};
