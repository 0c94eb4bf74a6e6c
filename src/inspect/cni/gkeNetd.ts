import { cannotTellEnforcement, doesNotEnforce, enforces } from '../enforcement.ts';
import type { CniDefinition } from './definition.ts';

/** GKE's network without Dataplane V2. Google runs the rest of it; policy, where on, is Calico beside it. */
export const gkeNetd: CniDefinition = {
  id: 'gke-netd',
  name: 'GKE network',
  role: 'network',
  agent: {
    labels: [],
    containers: [['netd']],
    names: ['netd'],
    when: ({ meta }) => meta.namespace === 'kube-system',
  },
  versionContainer: 'netd',
  images: [/\/netd(-amd64|-arm64)?(:|@|$)/],
  configMaps: [],
  apiGroups: ['networking.gke.io'],
  nodeAnnotations: [],
  networkReasons: [],
  companions: [],
  title: () => 'GKE network (netd)',
  enforcement({ found }) {
    if (found.has('calico-policy-only')) return enforces('Calico beside it enforces NetworkPolicy.');
    if (found.has('gke-dataplane-v2')) return enforces('GKE Dataplane V2 always enforces NetworkPolicy.');
    if (found.has('calico')) return cannotTellEnforcement('Calico is there, and it is open whether it acts here.');
    return doesNotEnforce(
      'Neither Dataplane V2 nor Calico runs in this GKE cluster.',
      'Turn on network policy enforcement for the cluster, or move to one with Dataplane V2.',
    );
  },
};
