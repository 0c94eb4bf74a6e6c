import { objectAt, objectsAt, stringAt } from '../model/json.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import type { Workload } from '../model/workload.ts';
import { containerOf } from './cni/agent.ts';

/** `Installation.spec.cni.type`, where it names a CNI other than Calico's own: `AmazonVPC`, `GKE`, `AzureVNET`. */
export function foreignCniType(snapshot: ClusterSnapshot): string | undefined {
  for (const installation of snapshot.list('calicoInstallations')) {
    const type = stringAt(objectAt(installation.spec, 'cni'), 'type');
    if (type !== undefined && type !== 'Calico') return type;
  }
  return undefined;
}

const mode = (pool: { readonly spec: Readonly<Record<string, unknown>> }): string | undefined => {
  const vxlan = stringAt(pool.spec, 'vxlanMode') ?? 'Never';
  const ipip = stringAt(pool.spec, 'ipipMode') ?? 'Never';
  if (vxlan !== 'Never') return vxlan === 'CrossSubnet' ? 'VXLAN across subnets' : 'VXLAN';
  if (ipip !== 'Never') return ipip === 'CrossSubnet' ? 'IPIP across subnets' : 'IPIP';
  return undefined;
};

/** How native Calico carries packets between nodes: from its IP pools, its Installation, or its agent's environment. */
export function calicoBackendTitle(snapshot: ClusterSnapshot, agents: readonly Workload[]): string {
  const pools = snapshot.list('calicoIPPools').filter((pool) => pool.spec['disabled'] !== true);
  const modes = new Set(pools.map(mode));
  if (pools.length > 0) return [...modes].map((one) => one ?? 'without overlay').join(' and ');
  for (const installation of snapshot.list('calicoInstallations')) {
    const network = objectAt(installation.spec, 'calicoNetwork');
    const encapsulation = objectsAt(network, 'ipPools').map((pool) => stringAt(pool, 'encapsulation') ?? 'IPIP')[0];
    if (encapsulation !== undefined) {
      const words = encapsulation.replace('CrossSubnet', ' across subnets');
      return words === 'None' ? 'without overlay' : words;
    }
  }
  const env = agents.map((agent) => containerOf(agent, 'calico-node')?.env).find((found) => found !== undefined);
  if (env === undefined) return '';
  const on = (value: string | undefined): boolean => value !== undefined && value !== 'Never';
  if (on(env['CALICO_IPV4POOL_VXLAN'])) return 'VXLAN';
  if (on(env['CALICO_IPV4POOL_IPIP'])) return 'IPIP';
  return '';
}
