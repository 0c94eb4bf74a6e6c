import { doesNotEnforce, enforces } from '../enforcement.ts';
import { referenceTo } from '../evidence.ts';
import type { CniContext, CniDefinition } from './definition.ts';

export const ciliumContainerRoles: Readonly<Record<string, string>> = {
  'cilium-agent': 'Cilium’s agent: programs eBPF for routes, services and policy on the node',
  config: 'puts the agent’s configuration together',
  'mount-cgroup': 'mounts the cgroup file system',
  'apply-sysctl-overwrites': 'sets kernel parameters',
  'mount-bpf-fs': 'mounts the BPF file system',
  'wait-for-node-init': 'waits until the node is prepared',
  'wait-for-kube-proxy': 'waits for kube-proxy',
  'clean-cilium-state': 'removes what an earlier run left',
  'install-cni-binaries': 'writes the CNI binaries to the node',
  'cilium-envoy': 'proxies traffic that policy inspects at layer 7',
};

const config = ({ snapshot, agents }: CniContext, key: string): string | undefined => {
  const namespaces = new Set([...agents.map((agent) => agent.meta.namespace), 'kube-system']);
  for (const namespace of namespaces) {
    const value = snapshot.table('configMaps').get(namespace, 'cilium-config')?.data[key];
    if (value !== undefined) return value;
  }
  return undefined;
};

const chained = (context: CniContext): boolean => {
  const mode = config(context, 'cni-chaining-mode');
  return mode !== undefined && mode !== 'none' && mode !== 'portmap' && mode !== '';
};

export const cilium: CniDefinition = {
  id: 'cilium',
  name: 'Cilium',
  // Azure's own CNI gives the addresses where both are there ("Azure CNI powered by Cilium").
  role: (context) => (chained(context) || context.found.has('azure') ? 'policy' : 'network-and-policy'),
  agent: {
    labels: [{ 'k8s-app': 'cilium' }, { 'app.kubernetes.io/name': 'cilium-agent' }],
    containers: [['cilium-agent']],
  },
  versionContainer: 'cilium-agent',
  images: [/cilium\/cilium(-ci)?(:|@|$)/],
  configMaps: [
    { namespace: 'kube-system', name: 'cilium-config' },
    { namespace: 'cilium', name: 'cilium-config' },
  ],
  apiGroups: ['cilium.io'],
  nodeAnnotations: ['network.cilium.io/', 'io.cilium.network.'],
  networkReasons: ['CiliumIsUp'],
  companions: [
    { 'k8s-app': 'cilium-envoy' },
    { name: 'cilium-operator' },
    { 'io.cilium/app': 'operator' },
    { 'k8s-app': 'hubble-relay' },
    { 'k8s-app': 'hubble-ui' },
  ],
  title(context) {
    if (chained(context)) return `Cilium policy, chained (${config(context, 'cni-chaining-mode')})`;
    if (config(context, 'routing-mode') === 'native') return 'Cilium, native routing';
    const tunnel = config(context, 'tunnel-protocol') ?? config(context, 'tunnel');
    return tunnel === undefined || tunnel === 'disabled' ? 'Cilium' : `Cilium ${tunnel.toUpperCase()}`;
  },
  enforcement(context) {
    const mode = config(context, 'enable-policy');
    if (mode === 'never') {
      const configMap = context.snapshot.list('configMaps').find(({ meta }) => meta.name === 'cilium-config');
      return doesNotEnforce(
        'Cilium is configured with enable-policy: never.',
        'Set enable-policy to default in cilium-config and restart the agents.',
        {
          from: 'object',
          sentence: 'cilium-config says enable-policy: never',
          weight: 0,
          field: 'data["enable-policy"]',
          ...(configMap === undefined ? {} : { object: referenceTo(configMap) }),
        },
      );
    }
    return enforces('The Cilium agent enforces NetworkPolicy.');
  },
  confFile: '05-cilium.conflist',
  containerRoles: ciliumContainerRoles,
};
