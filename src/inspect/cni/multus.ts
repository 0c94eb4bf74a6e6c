import { cannotTellEnforcement } from '../enforcement.ts';
import type { CniDefinition } from './definition.ts';

/** Calls other CNIs, to give a pod several interfaces. It stands beside the one that makes the cluster's network. */
export const multus: CniDefinition = {
  id: 'multus',
  name: 'Multus',
  role: 'meta',
  agent: {
    labels: [{ app: 'multus' }, { name: 'multus' }],
    containers: [['kube-multus', 'kube-rke2-multus']],
  },
  versionContainer: 'kube-multus',
  images: [/multus-cni/, /hardened-multus/],
  configMaps: [{ namespace: 'kube-system', name: 'multus-cni-config' }],
  apiGroups: ['k8s.cni.cncf.io'],
  nodeAnnotations: [],
  networkReasons: [],
  companions: [],
  enforcement: () => cannotTellEnforcement('Multus calls other CNIs; policy on further interfaces is theirs.'),
  confFile: '00-multus.conf',
  containerRoles: {
    'kube-multus': 'puts Multus before the other CNI on the node',
    'install-multus-binary': 'writes the CNI binary to the node',
  },
};
