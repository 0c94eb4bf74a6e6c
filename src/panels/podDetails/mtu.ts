import { flannelConfig } from '../../inspect/flannelBackend.ts';
import { type JsonObject, isObject, numberAt, objectAt } from '../../model/json.ts';
import { objectKey } from '../../model/meta.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import type { Value } from '../page.ts';
import { t } from '../translate.ts';

const backendOf = (text: string | undefined): JsonObject => {
  try {
    const config: unknown = JSON.parse(text ?? '{}');
    return isObject(config) ? objectAt(config, 'Backend') : {};
  } catch {
    return {};
  }
};

/** FelixConfiguration, and the interface that each of its fields is about. Source: Calico API, FelixConfigurationSpec. */
const felixFields = [
  ['vxlanMTU', 'VXLAN'],
  ['vxlanMTUV6', 'VXLAN, IPv6'],
  ['ipipMTU', 'IPIP'],
  ['wireguardMTU', 'WireGuard'],
] as const;

/**
 * What the configurations that have been read say about the size of packets, each with where it is from. What an interface
 * really has stands in no object of the API.
 */
export function mtuValues(snapshot: ClusterSnapshot): readonly Value[] {
  const said = (mtu: number | string, from: string): Value => ({ text: String(mtu), mono: true, note: from });
  const values: Value[] = [];
  const holder = flannelConfig(snapshot)?.holder;
  if (holder !== undefined) {
    const name = `${holder.kind} ${objectKey(holder.meta)}`;
    const veth = holder.data['veth_mtu'];
    if (veth !== undefined && veth !== '')
      values.push(
        veth === '0'
          ? { text: t('that of the node’s own interface'), note: t('veth_mtu is 0 in {0}', name) }
          : said(veth, t('veth_mtu in {0}', name)),
      );
    const backend = numberAt(backendOf(holder.data['net-conf.json']), 'MTU');
    if (backend !== undefined) values.push(said(backend, t('Flannel’s tunnel, in {0}', name)));
  }
  for (const { spec, meta } of snapshot.list('calicoFelixConfigurations'))
    for (const [key, title] of felixFields) {
      const mtu = numberAt(spec, key);
      if (mtu !== undefined && mtu !== 0) values.push(said(mtu, t('{0}, in FelixConfiguration {1}', title, meta.name)));
    }
  for (const { spec, status, meta } of snapshot.list('calicoInstallations')) {
    const mtu = numberAt(objectAt(spec, 'calicoNetwork'), 'mtu') ?? numberAt(status, 'mtu');
    if (mtu !== undefined && mtu !== 0) values.push(said(mtu, t('Installation {0}', meta.name)));
  }
  const cilium = snapshot.table('configMaps').get('kube-system', 'cilium-config')?.data['mtu'];
  if (cilium !== undefined && cilium !== '' && cilium !== '0')
    values.push(said(cilium, t('mtu in {0}', 'ConfigMap kube-system/cilium-config')));
  for (const { status } of snapshot.list('openshiftNetworks')) {
    const mtu = numberAt(status, 'clusterNetworkMTU');
    if (mtu !== undefined) values.push(said(mtu, t('status of the cluster’s Network')));
  }
  return values;
}
