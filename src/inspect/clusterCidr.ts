import { type Cidr, parseCidr } from '../model/address.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import { type Evidence, referenceTo } from './evidence.ts';
import { flannelConfig } from './flannelBackend.ts';
import { k3sArguments, k3sFlag } from './k3sArguments.ts';
import { reading } from './reading.ts';

/** The range from which nodes are given their pod CIDRs, and what says so. */
export interface ClusterCidr {
  readonly cidrs: readonly Cidr[];
  readonly text: string;
  readonly evidence: Evidence;
}

/** kubeadm keeps what it was started with as YAML within a ConfigMap. Source: kubeadm `ClusterConfiguration`. */
const podSubnet = /^\s*podSubnet:\s*["']?([0-9a-fA-F.:/,]+)["']?\s*$/m;

/** What k3s and RKE2 take where nothing else is said. Source: docs.k3s.io, "k3s server". */
const rancherDefault = '10.42.0.0/16';

function of(text: string, evidence: Omit<Evidence, 'sentence' | 'weight' | 'from'>): ClusterCidr | undefined {
  const parts = text.split(',').map((part) => part.trim());
  const cidrs = parts.flatMap((part) => parseCidr(part) ?? []);
  if (cidrs.length === 0) return undefined;
  return { cidrs, text: parts.join(', '), evidence: { from: 'object', sentence: text, weight: 0, ...evidence } };
}

/** Nothing in the API must say it, so it is often not known. */
export const clusterCidr = reading((snapshot): ClusterCidr | undefined => {
  const kubeadm = snapshot.table('configMaps').get('kube-system', 'kubeadm-config');
  const subnet = podSubnet.exec(kubeadm?.data['ClusterConfiguration'] ?? '')?.[1];
  if (kubeadm !== undefined && subnet !== undefined)
    return of(subnet, { object: referenceTo(kubeadm), field: 'data.ClusterConfiguration: networking.podSubnet' });
  const server = rancherServer(snapshot);
  if (server !== undefined) return server;
  const flannel = flannelConfig(snapshot);
  if (flannel?.network === undefined) return undefined;
  const both = [flannel.network, flannel.ipv6Network].filter((text) => text !== undefined).join(',');
  return of(both, { object: referenceTo(flannel.holder), field: 'data["net-conf.json"]: Network' });
});

function rancherServer(snapshot: ClusterSnapshot): ClusterCidr | undefined {
  const server = k3sArguments(snapshot).find((one) => one.server);
  if (server === undefined) return undefined;
  const { node } = server;
  const key = 'k3s.io/node-args' in node.meta.annotations ? 'k3s.io' : 'rke2.io';
  return of(k3sFlag(snapshot, '--cluster-cidr') ?? rancherDefault, {
    object: referenceTo(node),
    field: `metadata.annotations["${key}/node-args"]`,
  });
}
