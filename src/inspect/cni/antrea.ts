import { enforces } from '../enforcement.ts';
import type { CniContext, CniDefinition } from './definition.ts';

const agentConfig = ({ snapshot, agents }: CniContext): string | undefined => {
  const namespaces = new Set([...agents.map((agent) => agent.meta.namespace), 'kube-system']);
  for (const namespace of namespaces) {
    const text = snapshot.table('configMaps').get(namespace, 'antrea-config')?.data['antrea-agent.conf'];
    if (text !== undefined) return text;
  }
  return undefined;
};

/** `trafficEncapMode` in the agent's YAML, read without a parser: one key at the start of a line. */
const encapMode = (context: CniContext): string | undefined =>
  /^trafficEncapMode:\s*["']?(\w+)/m.exec(agentConfig(context) ?? '')?.[1];

export const antrea: CniDefinition = {
  id: 'antrea',
  name: 'Antrea',
  role: (context) => (encapMode(context)?.toLowerCase() === 'networkpolicyonly' ? 'policy' : 'network-and-policy'),
  agent: {
    labels: [{ app: 'antrea', component: 'antrea-agent' }],
    containers: [['antrea-agent'], ['antrea-ovs']],
  },
  versionContainer: 'antrea-agent',
  images: [/antrea\/antrea-(agent-)?(ubuntu|ubi)/, /antrea\/antrea-agent/],
  configMaps: [{ namespace: 'kube-system', name: 'antrea-config' }],
  apiGroups: ['crd.antrea.io', 'controlplane.antrea.io'],
  nodeAnnotations: ['node.antrea.io/'],
  networkReasons: [],
  companions: [{ app: 'antrea', component: 'antrea-controller' }],
  title: (context) => {
    const mode = encapMode(context);
    return mode === undefined ? 'Antrea' : `Antrea, ${mode}`;
  },
  enforcement: () => enforces('The Antrea agent enforces NetworkPolicy.'),
  confFile: '10-antrea.conflist',
  containerRoles: {
    'antrea-agent': 'Antrea’s agent: programs Open vSwitch for routes and policy on the node',
    'antrea-ovs': 'runs Open vSwitch',
    'antrea-ipsec': 'keeps IPsec tunnels to other nodes',
    'install-cni': 'writes the CNI binaries and configuration to the node',
    'antrea-controller': 'computes policy for the agents',
  },
  usesPodCidr: true,
};
