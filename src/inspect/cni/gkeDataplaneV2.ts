import { enforces } from '../enforcement.ts';
import { ciliumContainerRoles } from './cilium.ts';
import type { CniDefinition } from './definition.ts';

/** Its pods carry Cilium's label; advice for upstream Cilium does not fit it. It stands before Cilium. */
export const gkeDataplaneV2: CniDefinition = {
  id: 'gke-dataplane-v2',
  name: 'GKE Dataplane V2',
  role: 'network-and-policy',
  agent: { labels: [{ 'k8s-app': 'cilium' }], containers: [], names: ['anetd'] },
  versionContainer: 'cilium-agent',
  images: [/gke\.gcr\.io\/cilium\//, /gke-release\/.*cilium/],
  configMaps: [],
  apiGroups: ['cilium.io', 'networking.gke.io'],
  nodeAnnotations: ['network.cilium.io/', 'io.cilium.network.'],
  networkReasons: ['CiliumIsUp'],
  companions: [{ 'k8s-app': 'cilium-operator' }, { 'k8s-app': 'hubble-relay' }],
  enforcement: () => enforces('GKE Dataplane V2 always enforces NetworkPolicy.'),
  containerRoles: ciliumContainerRoles,
};
