import { cannotTellEnforcement } from '../enforcement.ts';
import { aksPolicy } from './azure.ts';
import type { CniDefinition } from './definition.ts';

const providers: Readonly<Record<string, string>> = { eks: 'EKS', gke: 'GKE', aks: 'AKS' };

/** EKS Auto Mode and Fargate, GKE Autopilot, AKS with kubenet: the provider runs the network where nobody sees it. */
export const providerManaged: CniDefinition = {
  id: 'provider-managed',
  name: 'Provider-managed network',
  role: 'network',
  images: [],
  configMaps: [],
  apiGroups: [],
  nodeAnnotations: [],
  networkReasons: [],
  companions: [],
  concludedFromAbsence: true,
  embedded: ({ clusterType }) =>
    Object.hasOwn(providers, clusterType)
      ? { sentence: `No known agent runs in this ${providers[clusterType]} cluster: the provider runs its network` }
      : undefined,
  title: ({ clusterType }) => `Network managed by ${providers[clusterType] ?? 'the provider'}`,
  enforcement: (context) =>
    context.clusterType === 'aks'
      ? aksPolicy(context)
      : cannotTellEnforcement('The provider runs the network, and nothing in the cluster says whether it enforces.'),
};
