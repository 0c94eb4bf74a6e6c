import { type JsonObject, isObject, objectAt, stringAt, numberAt, booleanAt } from '../model/json.ts';
import type { Node } from '../model/node.ts';
import type { ConfigMap, ConfigurationSecret } from '../model/objects.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import type { Workload } from '../model/workload.ts';
import { k3sFlag } from './k3sArguments.ts';
import { cachedBy, reading } from './reading.ts';

/** flannel's `net-conf.json`. */
export interface FlannelConfig {
  /** What holds it: a ConfigMap, or the Secret that one revision of RKE2's chart made of it. */
  readonly holder: ConfigMap | ConfigurationSecret;
  /** Why it cannot be read. */
  readonly error?: string;
  readonly network?: string;
  readonly ipv6Network?: string;
  readonly enableIPv6: boolean;
  /** Absent where the configuration names none; flannel then falls back to `udp`. */
  readonly backend?: string;
  readonly vni?: number;
  readonly directRouting: boolean;
}

/** The volume in which every flannel finds its configuration, by whatever name that has in the cluster. */
const configVolume = 'flannel-cfg';

/** Where an agent's flannel has its configuration; undefined where its template does not say. */
export function flannelConfigOf({ template, meta }: Workload): FlannelConfigReference | undefined {
  const found = template.dataVolumes?.find(({ volume }) => volume === configVolume);
  return found === undefined ? undefined : { kind: found.kind, namespace: meta.namespace, name: found.name };
}

export interface FlannelConfigReference {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly namespace: string;
  readonly name: string;
}

/** Canal's first, as its flannel is the one in use beside others. */
const usual: readonly FlannelConfigReference[] = [
  { kind: 'ConfigMap', namespace: 'kube-system', name: 'canal-config' },
  { kind: 'ConfigMap', namespace: 'kube-system', name: 'rke2-canal-config' },
  { kind: 'Secret', namespace: 'kube-system', name: 'rke2-canal-config' },
  { kind: 'ConfigMap', namespace: 'kube-flannel', name: 'kube-flannel-cfg' },
  { kind: 'ConfigMap', namespace: 'kube-system', name: 'kube-flannel-cfg' },
];

const parseConfig = cachedBy((holder: ConfigMap | ConfigurationSecret): FlannelConfig => {
  const text = holder.data['net-conf.json'];
  const broken = (error: string): FlannelConfig => ({ holder, error, enableIPv6: false, directRouting: false });
  if (text === undefined) return broken('it has no key net-conf.json');
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return broken(error instanceof Error ? error.message : 'it is not JSON');
  }
  if (!isObject(parsed)) return broken('net-conf.json is not an object');
  const config: JsonObject = parsed;
  const backend = objectAt(config, 'Backend');
  const network = stringAt(config, 'Network');
  const ipv6Network = stringAt(config, 'IPv6Network');
  const type = stringAt(backend, 'Type');
  const vni = numberAt(backend, 'VNI');
  return {
    holder,
    enableIPv6: booleanAt(config, 'EnableIPv6') ?? false,
    directRouting: booleanAt(backend, 'DirectRouting') ?? false,
    ...(network === undefined ? {} : { network }),
    ...(ipv6Network === undefined ? {} : { ipv6Network }),
    ...(type === undefined ? {} : { backend: type.toLowerCase() }),
    ...(vni === undefined ? {} : { vni }),
  };
});

const isCanal = ({ template }: Workload): boolean => template.containers.some(({ name }) => name === 'calico-node');

/** The configuration of the flannel that is there: what its agent reads, else what goes by a usual name. */
export const flannelConfig = reading((snapshot): FlannelConfig | undefined => {
  const mounted = snapshot
    .list('daemonSets')
    .toSorted((one, other) => Number(isCanal(other)) - Number(isCanal(one)))
    .flatMap((daemonSet) => flannelConfigOf(daemonSet) ?? []);
  for (const { kind, namespace, name } of [...mounted, ...usual]) {
    const holder = snapshot.table(kind === 'Secret' ? 'secrets' : 'configMaps').get(namespace, name);
    if (holder !== undefined) return parseConfig(holder);
  }
  return undefined;
});

const titles: ReadonlyMap<string, string> = new Map([
  ['vxlan', 'VXLAN'],
  ['host-gw', 'host-gw'],
  ['wireguard', 'WireGuard'],
  ['wireguard-native', 'WireGuard'],
  ['udp', 'UDP'],
  ['ipip', 'IPIP'],
  ['ipsec', 'IPsec'],
  ['alloc', 'alloc'],
  ['extension', 'extension'],
]);

export const backendTitle = (type: string): string => titles.get(type) ?? type;

/** How many nodes announce each backend, the most used first. */
export const announcedBackends = cachedBy(
  (nodes: readonly Node[]): readonly (readonly [type: string, nodes: number])[] => {
    const counts = new Map<string, number>();
    for (const { meta } of nodes) {
      const type = meta.annotations['flannel.alpha.coreos.com/backend-type'];
      if (type !== undefined) counts.set(type, (counts.get(type) ?? 0) + 1);
    }
    return [...counts].sort((one, other) => other[1] - one[1]);
  },
);

/** What the nodes announce is in use; the configuration says what would be after a restart. Empty where neither is known. */
export function flannelBackendTitle(snapshot: ClusterSnapshot): string {
  const announced = announcedBackends(snapshot.list('nodes'));
  if (announced.length > 0) return announced.map(([type]) => backendTitle(type)).join(' and ');
  const configured = flannelConfig(snapshot)?.backend ?? k3sFlag(snapshot, '--flannel-backend');
  return configured === undefined ? '' : backendTitle(configured);
}
