import { doesNotEnforce, enforces } from '../enforcement.ts';
import { hasContainer } from './agent.ts';
import type { CniDefinition } from './definition.ts';

export const weave: CniDefinition = {
  id: 'weave',
  name: 'Weave Net',
  role: ({ agents }) => (agents.some((agent) => hasContainer(agent, 'weave-npc')) ? 'network-and-policy' : 'network'),
  agent: { labels: [{ name: 'weave-net' }], containers: [['weave']] },
  versionContainer: 'weave',
  images: [/weaveworks\/weave-(kube|npc)/, /rajchaudhuri\/weave-/],
  configMaps: [{ namespace: 'kube-system', name: 'weave-net' }],
  apiGroups: [],
  nodeAnnotations: [],
  networkReasons: ['WeaveIsUp'],
  companions: [],
  enforcement: ({ agents }) =>
    agents.some((agent) => hasContainer(agent, 'weave-npc'))
      ? enforces('The weave-npc container enforces NetworkPolicy.')
      : doesNotEnforce('Weave’s pods have no weave-npc container.', 'Add the weave-npc container to its DaemonSet.'),
  confFile: '10-weave.conflist',
  containerRoles: {
    weave: 'Weave’s router: keeps the overlay to other nodes',
    'weave-npc': 'enforces NetworkPolicy',
    'weave-init': 'prepares the node and writes the CNI configuration',
  },
  notes: ['The project is archived.'],
};
