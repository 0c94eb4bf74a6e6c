import { foreignCniType } from '../calicoFacts.ts';
import { enforces } from '../enforcement.ts';
import { containerOf } from './agent.ts';
import { calicoCompanions, calicoContainerRoles, calicoImages } from './calico.ts';
import type { CniDefinition } from './definition.ts';

/**
 * Calico beside another network, which it leaves alone: no CNI is installed and no routing backend runs.
 * Source: `calico-policy-only.yaml`; `Installation.spec.cni.type`.
 */
export const calicoPolicyOnly: CniDefinition = {
  id: 'calico-policy-only',
  name: 'Calico (policy only)',
  role: 'policy',
  agent: {
    labels: [{ 'k8s-app': 'calico-node' }],
    containers: [['calico-node']],
    without: ['kube-flannel', 'flannel'],
    when(daemonSet, snapshot) {
      if (foreignCniType(snapshot) !== undefined) return true;
      if (containerOf(daemonSet, 'install-cni') !== undefined) return false;
      const backend = containerOf(daemonSet, 'calico-node')?.env['CALICO_NETWORKING_BACKEND'];
      return backend === undefined || backend === 'none';
    },
  },
  versionContainer: 'calico-node',
  images: calicoImages,
  configMaps: [],
  apiGroups: ['crd.projectcalico.org', 'projectcalico.org', 'operator.tigera.io'],
  nodeAnnotations: ['projectcalico.org/'],
  networkReasons: [],
  companions: calicoCompanions,
  enforcement: () => enforces('Felix, in the calico-node container, enforces NetworkPolicy on pods of the other CNI.'),
  containerRoles: calicoContainerRoles,
};
