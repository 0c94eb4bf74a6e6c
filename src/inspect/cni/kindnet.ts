import { cannotTellEnforcement, doesNotEnforce, enforces } from '../enforcement.ts';
import { referenceTo } from '../evidence.ts';
import { containerOf, imageTag } from './agent.ts';
import type { CniDefinition } from './definition.ts';

/** kind 0.24 ships the first kindnet that enforces; its images carry the day they were built. */
const firstEnforcing = 20240813;

export const kindnet: CniDefinition = {
  id: 'kindnet',
  name: 'kindnet',
  role: 'network-and-policy',
  agent: { labels: [{ app: 'kindnet' }, { 'k8s-app': 'kindnet' }], containers: [['kindnet-cni']] },
  versionContainer: 'kindnet-cni',
  images: [/kindest\/kindnetd/],
  configMaps: [],
  apiGroups: [],
  nodeAnnotations: [],
  networkReasons: [],
  companions: [],
  enforcement({ agents }) {
    for (const agent of agents) {
      const image = containerOf(agent, 'kindnet-cni')?.image;
      const day = /^v(\d{8})/.exec(imageTag(image ?? '') ?? '')?.[1];
      const evidence = {
        from: 'object' as const,
        sentence: `kindnet-cni runs the image ${image ?? 'unknown'}`,
        weight: 0,
        object: referenceTo(agent),
        field: 'spec.template.spec.containers[].image',
      };
      if (day === undefined)
        return cannotTellEnforcement('kindnet enforces since kind 0.24, and the image does not say its age.', evidence);
      return Number(day) >= firstEnforcing
        ? enforces('kindnet enforces NetworkPolicy since kind 0.24.', evidence)
        : doesNotEnforce(
            'This kindnet is older than kind 0.24, the first that enforces NetworkPolicy.',
            'Make the cluster again with kind 0.24 or newer.',
            evidence,
          );
    }
    return cannotTellEnforcement('kindnet enforces since kind 0.24, and its age is not known.');
  },
  confFile: '10-kindnet.conflist',
  containerRoles: { 'kindnet-cni': 'kindnet: routes to other nodes and, since kind 0.24, policy' },
  usesPodCidr: true,
};
