import type { Workload } from '../../model/workload.ts';
import { doesNotEnforce, enforces } from '../enforcement.ts';
import { referenceTo } from '../evidence.ts';
import { containerOf, flagOfContainer } from './agent.ts';
import type { CniDefinition } from './definition.ts';

const flag = (agents: readonly Workload[], name: string): string | undefined => {
  for (const agent of agents) {
    const container = containerOf(agent, 'kube-router');
    const value = container === undefined ? undefined : flagOfContainer(container, name);
    if (value !== undefined) return value;
  }
  return undefined;
};

/** Its three services are switches; each is on unless its flag says `false`. */
export const kubeRouter: CniDefinition = {
  id: 'kube-router',
  name: 'kube-router',
  role({ agents }) {
    if (flag(agents, '--run-router') === 'false') return 'policy';
    return flag(agents, '--run-firewall') === 'false' ? 'network' : 'network-and-policy';
  },
  agent: { labels: [{ 'k8s-app': 'kube-router' }], containers: [['kube-router']] },
  versionContainer: 'kube-router',
  images: [/cloudnativelabs\/kube-router/, /k0sproject\/kube-router/],
  configMaps: [{ namespace: 'kube-system', name: 'kube-router-cfg' }],
  apiGroups: [],
  nodeAnnotations: ['kube-router.io/'],
  networkReasons: [],
  companions: [],
  enforcement({ agents }) {
    const value = flag(agents, '--run-firewall');
    const evidence = agents.map((agent) => ({
      from: 'object' as const,
      sentence:
        value === undefined
          ? `The DaemonSet ${agent.meta.name} does not set --run-firewall`
          : `The DaemonSet ${agent.meta.name} sets --run-firewall=${value}`,
      weight: 0,
      object: referenceTo(agent),
      field: 'spec.template.spec.containers[].args',
    }));
    return value === 'false'
      ? doesNotEnforce('kube-router runs with --run-firewall=false.', 'Set --run-firewall=true.', ...evidence)
      : enforces('kube-router’s firewall enforces NetworkPolicy.', ...evidence);
  },
  confFile: '10-kuberouter.conflist',
  containerRoles: {
    'kube-router': 'kube-router: routes, services and policy on the node',
    'install-cni': 'writes the CNI configuration to the node',
  },
  usesPodCidr: true,
};
