import { type JsonObject, isObject, objectAt, stringAt, numberAt, booleanAt } from '../model/json.ts';
import type { Node } from '../model/node.ts';
import type { ConfigMap } from '../model/objects.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import { k3sFlag } from './k3sArguments.ts';
import { cachedBy, reading } from './reading.ts';

/** flannel's `net-conf.json`. */
export interface FlannelConfig {
  readonly configMap: ConfigMap;
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

const configMapNames: readonly (readonly [namespace: string, name: string])[] = [
  ['kube-system', 'canal-config'],
  ['kube-system', 'rke2-canal-config'],
  ['kube-flannel', 'kube-flannel-cfg'],
  ['kube-system', 'kube-flannel-cfg'],
];

const parseConfig = cachedBy((configMap: ConfigMap): FlannelConfig => {
  const text = configMap.data['net-conf.json'];
  const broken = (error: string): FlannelConfig => ({ configMap, error, enableIPv6: false, directRouting: false });
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
    configMap,
    enableIPv6: booleanAt(config, 'EnableIPv6') ?? false,
    directRouting: booleanAt(backend, 'DirectRouting') ?? false,
    ...(network === undefined ? {} : { network }),
    ...(ipv6Network === undefined ? {} : { ipv6Network }),
    ...(type === undefined ? {} : { backend: type.toLowerCase() }),
    ...(vni === undefined ? {} : { vni }),
  };
});

/** The configuration of the flannel that is there: Canal's first, as its ConfigMap is the one in use beside others. */
export const flannelConfig = reading((snapshot): FlannelConfig | undefined => {
  for (const [namespace, name] of configMapNames) {
    const configMap = snapshot.table('configMaps').get(namespace, name);
    if (configMap !== undefined) return parseConfig(configMap);
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
