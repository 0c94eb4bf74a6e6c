import { enforces } from '../enforcement.ts';
import type { CniDefinition } from './definition.ts';
import { declaredByOpenShift } from './ovnKubernetes.ts';

/** Removed from OpenShift 4.17 on. */
export const openshiftSdn: CniDefinition = {
  id: 'openshift-sdn',
  name: 'OpenShift SDN',
  role: 'network-and-policy',
  agent: {
    labels: [{ app: 'sdn' }],
    containers: [['sdn']],
    when: ({ meta }) => meta.namespace === 'openshift-sdn',
  },
  images: [],
  configMaps: [],
  apiGroups: [],
  nodeAnnotations: [],
  networkReasons: [],
  companions: [{ app: 'sdn-controller' }],
  embedded: declaredByOpenShift('OpenShiftSDN'),
  enforcement: () => enforces('OpenShift SDN enforces NetworkPolicy in its default mode.'),
  containerRoles: { sdn: 'wires pods on the node through Open vSwitch', 'kube-rbac-proxy': 'guards the metrics' },
  notes: ['OpenShift 4.17 and later have no OpenShift SDN.'],
};
