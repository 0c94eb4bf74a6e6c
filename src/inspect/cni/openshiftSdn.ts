import { objectAt, stringAt } from '../../model/json.ts';
import { cannotTellEnforcement, doesNotEnforce, type Enforcement, enforces } from '../enforcement.ts';
import { type Evidence, gapEvidence, knowledgeOf, referenceTo } from '../evidence.ts';
import type { CniContext, CniDefinition } from './definition.ts';
import { declaredByOpenShift } from './ovnKubernetes.ts';

/**
 * The plugin has three modes and enforces in one of them, which is the default: an operator's Network that names none is
 * in it. Source: operator.openshift.io/v1 `OpenShiftSDNConfig.mode`.
 */
function enforcement({ snapshot }: CniContext): Enforcement {
  const network = snapshot.table('openshiftNetworkOperators').get('', 'cluster');
  if (network === undefined) {
    const gap = gapEvidence(
      knowledgeOf(snapshot, 'openshiftNetworkOperators'),
      'Network cluster of operator.openshift.io, which names the mode',
    );
    return cannotTellEnforcement(
      'OpenShift SDN enforces NetworkPolicy in its mode NetworkPolicy, and which mode is set could not be read.',
      ...(gap === undefined ? [] : [gap]),
    );
  }
  const config = objectAt(objectAt(network.spec, 'defaultNetwork'), 'openshiftSDNConfig');
  const mode = stringAt(config, 'mode') ?? '';
  const evidence: Evidence = {
    from: 'object',
    sentence: mode === '' ? 'No mode is named, so that it is NetworkPolicy' : `The mode is ${mode}`,
    weight: 0,
    object: referenceTo(network),
    field: 'spec.defaultNetwork.openshiftSDNConfig.mode',
  };
  switch (mode) {
    case '':
    case 'NetworkPolicy':
      return enforces('OpenShift SDN runs in its mode NetworkPolicy.', evidence);
    case 'Multitenant':
    case 'Subnet':
      return doesNotEnforce(
        `OpenShift SDN runs in its mode ${mode}, which ignores NetworkPolicy.`,
        'Set defaultNetwork.openshiftSDNConfig.mode to NetworkPolicy in Network cluster of operator.openshift.io.',
        evidence,
      );
    default:
      return cannotTellEnforcement(`OpenShift SDN runs in a mode that is not known here: ${mode}.`, evidence);
  }
}

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
  enforcement,
  containerRoles: { sdn: 'wires pods on the node through Open vSwitch', 'kube-rbac-proxy': 'guards the metrics' },
  notes: ['OpenShift 4.17 and later have no OpenShift SDN.'],
};
