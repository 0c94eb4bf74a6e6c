import { catalogue } from '../../inspect/cni/catalogue.ts';
import type { CniDefinition } from '../../inspect/cni/definition.ts';

const others: Readonly<Record<string, string>> = {
  'kube-proxy': 'services: sends a service’s address to its pods',
  coredns: 'DNS for services and pods',
};

/** Names that containers of anything else have as well: they say something in the pod of the CNI's own agent only. */
const common = new Set(['config', 'sdn', 'northd', 'nbdb', 'sbdb', 'weave', 'openvswitch', 'cni-server']);

const roleIn = (roles: Readonly<Record<string, string>> | undefined, name: string): string | undefined =>
  roles !== undefined && Object.hasOwn(roles, name) ? roles[name] : undefined;

/** What a container of this name is for, where the name is that of a known network component. `agent`: the CNI whose agent its pod is. */
export function containerRole(name: string, agent?: CniDefinition): string | undefined {
  const own = roleIn(agent?.containerRoles, name);
  if (own !== undefined || common.has(name)) return own;
  for (const { containerRoles } of catalogue) {
    const role = roleIn(containerRoles, name);
    if (role !== undefined) return role;
  }
  return roleIn(others, name);
}
