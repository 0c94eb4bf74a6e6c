import { type Cidr, cidrContains, parseIp } from '../../model/address.ts';
import {
  booleanAt,
  isObject,
  type JsonObject,
  numberAt,
  objectAt,
  objectsAt,
  stringAt,
  stringsAt,
} from '../../model/json.ts';
import type { Pod } from '../../model/pod.ts';
import { gapOf } from '../../inspect/evidence.ts';
import { backendTitle } from '../../inspect/flannelBackend.ts';
import { nodeFacts } from '../../inspect/nodeFacts.ts';
import { type Field, field, fields, mono, ready, type Section, type Text, type Value } from '../page.ts';
import type { PodInput } from './input.ts';
import { mtuValues } from './mtu.ts';
import { policyBlocks } from './policies.ts';
import { serviceBlocks } from './services.ts';
import { t } from '../translate.ts';

const tunnelAnnotations: readonly (readonly [string, string])[] = [
  ['projectcalico.org/IPv4VXLANTunnelAddr', 'VXLAN'],
  ['projectcalico.org/IPv6VXLANTunnelAddr', 'VXLAN'],
  ['projectcalico.org/IPv4IPIPTunnelAddr', 'IPIP'],
  ['projectcalico.org/IPv4WireguardInterfaceAddr', 'WireGuard'],
  ['projectcalico.org/IPv6WireguardInterfaceAddr', 'WireGuard'],
];

/** Where the pod's address stands against the part of the network that its node was given. */
function addressNote(pod: Pod, address: string, podCidrs: readonly (Cidr | undefined)[]): Partial<Text> {
  const ip = parseIp(address);
  const same = podCidrs.filter((cidr) => cidr !== undefined).filter(({ family }) => family === ip?.family);
  if (pod.spec.hostNetwork || ip === undefined || same.length === 0) return {};
  return same.some((cidr) => cidrContains(cidr, ip)) ? {} : { tone: 'warning', note: t('outside the node’s pod CIDR') };
}

/** Every address of the node, of both families where it has both. */
function hostAddresses({ pod, raw }: PodInput): readonly (Value | undefined)[] {
  const listed = objectsAt(objectAt(raw, 'status'), 'hostIPs').flatMap((entry) => stringAt(entry, 'ip') ?? []);
  const addresses = listed.length > 0 ? listed : pod.hostIP === undefined ? [] : [pod.hostIP];
  return addresses.map((address) => mono(address, { note: t('address of the node') }));
}

/** Ports of the node that reach the pod, of every container that goes on running. */
const hostPorts = ({ spec }: Pod): readonly Value[] =>
  [...spec.containers, ...spec.initContainers].flatMap(({ name, ports }) =>
    ports
      .filter(({ hostPort }) => hostPort !== undefined)
      .map(({ hostPort = 0, port, protocol }): Value => ({
        text: `${hostPort} → ${port}/${protocol}`,
        mono: true,
        note: name,
      })),
  );

/** One network of a pod that has several, as Multus has noted it. Source: network-attachment-definition, NetworkStatus. */
function attachedNetwork(network: JsonObject): Value {
  const mtu = numberAt(network, 'mtu');
  const notes = [
    stringAt(network, 'interface') ?? '',
    stringAt(network, 'mac') ?? '',
    mtu === undefined ? '' : t('MTU {0}', mtu),
    booleanAt(network, 'default') === true ? t('the default') : '',
  ].filter(Boolean);
  return {
    text: [stringAt(network, 'name') ?? '', ...stringsAt(network, 'ips')].join(' ').trim(),
    mono: true,
    copy: true,
    ...(notes.length > 0 && { note: notes.join(', ') }),
  };
}

function attachedNetworks(annotation: string | undefined): readonly (Value | undefined)[] {
  if (annotation === undefined) return [];
  try {
    const list: unknown = JSON.parse(annotation);
    if (Array.isArray(list)) return list.filter(isObject).map(attachedNetwork);
  } catch {
    // Shown as it stands.
  }
  return [mono(annotation)];
}

function annotationFields({ meta }: Pod): readonly (Field | undefined)[] {
  const of = (key: string): Text | undefined => mono(meta.annotations[key]);
  return [
    field(t('Address, by Calico’s plugin'), of('cni.projectcalico.org/podIP')),
    field(t('Addresses, by Calico’s plugin'), of('cni.projectcalico.org/podIPs')),
    field(t('Sandbox, by Calico’s plugin'), of('cni.projectcalico.org/containerID')),
    field(t('Networks, by Multus'), ...attachedNetworks(meta.annotations['k8s.v1.cni.cncf.io/network-status'])),
  ];
}

/** What the node's part of the network is, as far as the node says it. */
function nodeFields({ pod, snapshot }: PodInput): readonly (Field | undefined)[] {
  const node = pod.spec.nodeName === undefined ? undefined : snapshot.table('nodes').get('', pod.spec.nodeName);
  const gap = node === undefined ? gapOf(snapshot.knowledge('nodes'), 'nodes are') : undefined;
  const facts = node === undefined ? undefined : nodeFacts(node);
  const unavailable = facts?.networkUnavailable;
  return [
    field(
      t('Node’s pod CIDR'),
      ...(node?.podCIDRs ?? []).map((cidr) => mono(cidr)),
      gap && { text: t('cannot tell: {0}', gap), tone: 'muted' },
      node !== undefined && node.podCIDRs.length === 0
        ? { text: t('none: the node was given no part of the pod network'), tone: 'warning' }
        : undefined,
    ),
    field(
      t('Node’s tunnel'),
      facts?.flannel?.backend === undefined ? undefined : t('Flannel {0}', backendTitle(facts.flannel.backend)),
      facts?.flannel?.vni === undefined ? undefined : `VNI ${facts.flannel.vni}`,
      mono(facts?.flannel?.publicIp, { note: t('endpoint') }),
      mono(facts?.flannel?.vtepMac, { note: 'VTEP' }),
      ...tunnelAnnotations.map(([key, title]) => mono(node?.meta.annotations[key], { note: t('Calico {0}', title) })),
    ),
    field(t('MTU'), ...mtuValues(snapshot)),
    field(
      t('Node’s network'),
      unavailable === undefined
        ? undefined
        : {
            text: unavailable.status === 'True' ? t('unavailable') : t('not reported as unavailable'),
            tone: unavailable.status === 'True' ? 'error' : 'plain',
            note: unavailable.reason ?? '',
          },
    ),
  ];
}

/** How names are resolved in the pod, and what its own name is. */
function nameFields(spec: JsonObject): readonly (Field | undefined)[] {
  const dns = objectAt(spec, 'dnsConfig');
  return [
    field(
      t('DNS'),
      stringAt(spec, 'dnsPolicy'),
      ...stringsAt(dns, 'nameservers').map((server) => mono(server, { note: t('server') })),
      ...stringsAt(dns, 'searches').map((search) => ({ text: search, mono: true, note: t('search') })),
      ...objectsAt(dns, 'options').map((option): Value => {
        const value = stringAt(option, 'value');
        const name = stringAt(option, 'name') ?? '';
        return { text: value === undefined ? name : `${name}:${value}`, mono: true, note: t('option') };
      }),
    ),
    field(
      t('Host name'),
      mono(stringAt(spec, 'hostname')),
      mono(stringAt(spec, 'subdomain'), { note: t('subdomain') }),
      mono(stringAt(spec, 'hostnameOverride'), { note: t('in place of any other') }),
      booleanAt(spec, 'setHostnameAsFQDN') === true ? t('with its domain, also inside') : undefined,
    ),
    field(
      t('Extra hosts'),
      ...objectsAt(spec, 'hostAliases').map((alias) => ({
        text: `${stringAt(alias, 'ip') ?? ''} ${stringsAt(alias, 'hostnames').join(' ')}`,
        mono: true,
      })),
    ),
    field(t('Service variables'), booleanAt(spec, 'enableServiceLinks') === false ? t('none are set') : undefined),
  ];
}

export function network(input: PodInput): Section {
  const { pod, raw, snapshot } = input;
  const node = pod.spec.nodeName === undefined ? undefined : snapshot.table('nodes').get('', pod.spec.nodeName);
  const podCidrs = node === undefined ? [] : nodeFacts(node).podCidrs;
  return {
    id: 'network',
    title: t('Network'),
    summary: pod.podIPs.map((text) => ({ text, mono: true })),
    open: true,
    state: ready,
    blocks: [
      ...fields(
        field(t('Pod addresses'), ...pod.podIPs.map((address) => mono(address, addressNote(pod, address, podCidrs)))),
        field(t('Host network'), pod.spec.hostNetwork ? t('yes: its addresses are the node’s') : undefined),
        field(t('Host ports'), ...hostPorts(pod)),
        field(t('Node'), mono(pod.spec.nodeName), ...hostAddresses(input)),
        ...nodeFields(input),
        ...annotationFields(pod),
        ...nameFields(objectAt(raw, 'spec')),
      ),
      ...policyBlocks(input),
      ...serviceBlocks(input),
    ],
  };
}
