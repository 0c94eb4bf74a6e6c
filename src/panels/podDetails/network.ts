import { type Cidr, cidrContains, parseIp } from '../../model/address.ts';
import { matchesLabels } from '../../model/labels.ts';
import { objectAt, objectsAt, stringAt, stringsAt } from '../../model/json.ts';
import type { Pod } from '../../model/pod.ts';
import type { EndpointSlice, Service } from '../../model/service.ts';
import type { Knowledge } from '../../model/snapshot.ts';
import { detectCni } from '../../inspect/cni/detect.ts';
import { enforcementWords } from '../../inspect/enforcement.ts';
import { gapOf } from '../../inspect/evidence.ts';
import { backendTitle } from '../../inspect/flannelBackend.ts';
import { nodeFacts } from '../../inspect/nodeFacts.ts';
import type { PolicyRef, SelectedBy } from '../../policy/types.ts';
import {
  type Block,
  type Field,
  field,
  fields,
  mono,
  ready,
  type Section,
  type TableRow,
  type Text,
  type Value,
} from '../page.ts';
import type { PodInput } from './input.ts';
import { selectionGap } from './policyKinds.ts';
import { t } from '../translate.ts';

const cniAnnotations: readonly (readonly [string, string])[] = [
  ['cni.projectcalico.org/podIP', 'Address, by Calico’s plugin'],
  ['cni.projectcalico.org/podIPs', 'Addresses, by Calico’s plugin'],
  ['cni.projectcalico.org/containerID', 'Sandbox, by Calico’s plugin'],
  ['k8s.v1.cni.cncf.io/network-status', 'Networks, by Multus'],
];

const tunnelAnnotations: readonly (readonly [string, string])[] = [
  ['projectcalico.org/IPv4VXLANTunnelAddr', 'VXLAN'],
  ['projectcalico.org/IPv6VXLANTunnelAddr', 'VXLAN'],
  ['projectcalico.org/IPv4IPIPTunnelAddr', 'IPIP'],
  ['projectcalico.org/IPv4WireguardInterfaceAddr', 'WireGuard'],
];

/** Where the pod's address stands against the part of the network that its node was given. */
function addressNote(pod: Pod, address: string, podCidrs: readonly (Cidr | undefined)[]): Partial<Text> {
  const ip = parseIp(address);
  const same = podCidrs.filter((cidr) => cidr !== undefined).filter(({ family }) => family === ip?.family);
  if (pod.spec.hostNetwork || ip === undefined || same.length === 0) return {};
  return same.some((cidr) => cidrContains(cidr, ip)) ? {} : { tone: 'warning', note: t('outside the node’s pod CIDR') };
}

const endpointState = (slices: readonly EndpointSlice[], pod: Pod): string | undefined => {
  for (const { endpoints } of slices) {
    for (const { target, ready: isReady, serving, terminating } of endpoints) {
      if (target?.name !== pod.meta.name || target.namespace !== pod.meta.namespace) continue;
      return terminating
        ? serving
          ? t('terminating, still serving')
          : t('terminating')
        : isReady
          ? t('ready')
          : t('not ready');
    }
  }
  return undefined;
};

interface ServiceEntry {
  readonly service: Service;
  /** Absent where no slice has the pod. */
  readonly state: string | undefined;
}

export function servicesOf({ pod, snapshot }: Pick<PodInput, 'pod' | 'snapshot'>): readonly ServiceEntry[] {
  const slices = Map.groupBy(snapshot.table('endpointSlices').in(pod.meta.namespace), ({ service }) => service ?? '');
  return snapshot
    .table('services')
    .in(pod.meta.namespace)
    .map((service) => ({ service, state: endpointState(slices.get(service.meta.name) ?? [], pod) }))
    .filter(
      ({ service, state }) =>
        state !== undefined ||
        (service.selector !== undefined &&
          Object.keys(service.selector).length > 0 &&
          matchesLabels(service.selector, pod.meta.labels)),
    );
}

const portWords = ({ port, targetPort, protocol, name, nodePort }: Service['ports'][number]): string =>
  `${name === undefined ? '' : `${name} `}${port}${String(targetPort) === String(port) ? '' : ` → ${targetPort}`}/${protocol}${nodePort === undefined ? '' : `, node port ${nodePort}`}`;

function services(input: PodInput): readonly Block[] {
  const knowledge = worse(
    input.snapshot.knowledge('services', { namespace: input.pod.meta.namespace }),
    input.snapshot.knowledge('endpointSlices', { namespace: input.pod.meta.namespace }),
  );
  const gap = gapOf(knowledge, 'services are');
  if (gap !== undefined)
    return [{ kind: 'note', text: t('Cannot tell which services send traffic here: {0}.', gap), tone: 'muted' }];
  const list = servicesOf(input);
  if (list.length === 0) return [{ kind: 'note', text: t('No service selects this pod.'), tone: 'muted' }];
  return [
    {
      kind: 'table',
      caption: t('Services that include this pod'),
      columns: [
        { title: t('Service') },
        { title: t('Type') },
        { title: t('Addresses') },
        { title: t('Ports') },
        { title: t('This pod is') },
      ],
      rows: list.map(({ service, state }): TableRow => ({
        cells: [
          { text: service.meta.name, mono: true },
          service.headless ? 'headless' : service.type,
          [...service.clusterIPs, ...service.externalIPs, ...service.loadBalancerAddresses].map((text) => ({
            text,
            mono: true,
            copy: true,
          })),
          service.ports.map((port) => ({ text: portWords(port), mono: true })),
          state === undefined
            ? { text: t('selected, in no EndpointSlice'), tone: 'warning' }
            : { text: state, tone: state === t('ready') ? 'plain' : 'warning' },
        ],
      })),
    },
  ];
}

const worse = (one: Knowledge, other: Knowledge): Knowledge => (gapOf(one, '') === undefined ? other : one);

const isolation: Readonly<Record<SelectedBy['ingress'], string>> = {
  open: 'open: no policy isolates it',
  restricted: 'restricted: admin policies refuse some of it',
  isolated: 'isolated: only what a policy admits',
  unknown: t('cannot tell'),
};

const policyWords = ({ kind, namespace, name }: PolicyRef, directions: readonly string[]): Value => ({
  text: namespace === '' ? name : `${namespace}/${name}`,
  mono: true,
  note: `${kind}, ${directions.join(' and ')}`,
});

function policies({ pod, selectedBy, snapshot }: PodInput): readonly Block[] {
  const { enforcement } = detectCni(snapshot);
  const badge: Field | undefined = field(t('The cluster’s network'), {
    text: enforcementWords[enforcement.verdict],
    note: enforcement.reason,
    tone: enforcement.verdict === 'no' ? 'warning' : enforcement.verdict === 'unknown' ? 'muted' : 'plain',
  });
  if (pod.spec.hostNetwork)
    return [
      {
        kind: 'note',
        text: t(
          'This pod uses the node’s network. NetworkPolicy does not reliably apply to it: most network plugins treat its traffic as the node’s own.',
        ),
        tone: 'muted',
      },
      ...fields(badge),
    ];
  const gap = selectionGap(snapshot, pod.meta.namespace);
  if (gap !== undefined)
    return fields(badge, field(t('Policies'), { text: `cannot tell which select it: ${gap}`, tone: 'muted' }));
  if (selectedBy === undefined) return fields(badge);
  return fields(
    badge,
    field(t('Ingress'), isolation[selectedBy.ingress]),
    field(t('Egress'), isolation[selectedBy.egress]),
    field(
      t('Selected by'),
      ...(selectedBy.policies.length === 0
        ? [{ text: t('no policy'), tone: 'muted' as const }]
        : selectedBy.policies.map(({ policy, directions }) => policyWords(policy, directions))),
    ),
  );
}

export function network(input: PodInput): Section {
  const { pod, raw, snapshot } = input;
  const spec = objectAt(raw, 'spec');
  const node = pod.spec.nodeName === undefined ? undefined : snapshot.table('nodes').get('', pod.spec.nodeName);
  const facts = node === undefined ? undefined : nodeFacts(node);
  const nodeGap = node === undefined ? gapOf(snapshot.knowledge('nodes'), 'nodes are') : undefined;
  const dns = objectAt(spec, 'dnsConfig');
  const hostPorts = pod.spec.containers.flatMap(({ ports }) => ports.filter(({ hostPort }) => hostPort !== undefined));
  const networkUnavailable = facts?.networkUnavailable;
  return {
    id: 'network',
    title: t('Network'),
    summary: pod.podIPs.map((text) => ({ text, mono: true })),
    open: true,
    state: ready,
    blocks: [
      ...fields(
        field(
          t('Pod addresses'),
          ...pod.podIPs.map((address) => mono(address, addressNote(pod, address, facts?.podCidrs ?? []))),
        ),
        field(t('Host network'), pod.spec.hostNetwork ? t('yes: its addresses are the node’s') : undefined),
        field(
          t('Host ports'),
          ...hostPorts.map(({ hostPort, port, protocol }) => ({
            text: `${hostPort ?? ''} → ${port}/${protocol}`,
            mono: true,
          })),
        ),
        field(t('Node'), mono(pod.spec.nodeName), mono(pod.hostIP, { note: 'address of the node' })),
        field(
          t('Node’s pod CIDR'),
          ...(node?.podCIDRs ?? []).map((cidr) => mono(cidr)),
          nodeGap && { text: t('cannot tell: {0}', nodeGap), tone: 'muted' },
          node !== undefined && node.podCIDRs.length === 0
            ? { text: t('none: the node was given no part of the pod network'), tone: 'warning' }
            : undefined,
        ),
        field(
          t('Node’s tunnel'),
          facts?.flannel?.backend === undefined ? undefined : t('Flannel {0}', backendTitle(facts.flannel.backend)),
          facts?.flannel?.vni === undefined ? undefined : `VNI ${facts.flannel.vni}`,
          mono(facts?.flannel?.publicIp, { note: 'endpoint' }),
          mono(facts?.flannel?.vtepMac, { note: 'VTEP' }),
          ...tunnelAnnotations.map(([key, title]) =>
            mono(node?.meta.annotations[key], { note: t('Calico {0}', title) }),
          ),
        ),
        field(
          t('Node’s network'),
          networkUnavailable === undefined
            ? undefined
            : {
                text: networkUnavailable.status === 'True' ? t('unavailable') : t('up'),
                tone: networkUnavailable.status === 'True' ? 'error' : 'plain',
                note: networkUnavailable.reason ?? '',
              },
        ),
        ...cniAnnotations.map(([key, title]) => field(title, mono(pod.meta.annotations[key]))),
        field(
          t('DNS'),
          stringAt(spec, 'dnsPolicy'),
          ...stringsAt(dns, 'nameservers').map((server) => mono(server)),
          ...stringsAt(dns, 'searches').map((search) => ({ text: search, mono: true, note: 'search' })),
        ),
        field(
          t('Host name'),
          mono(stringAt(spec, 'hostname')),
          mono(stringAt(spec, 'subdomain'), { note: 'subdomain' }),
        ),
        field(
          t('Extra hosts'),
          ...objectsAt(spec, 'hostAliases').map((alias) => ({
            text: `${stringAt(alias, 'ip') ?? ''} ${stringsAt(alias, 'hostnames').join(' ')}`,
            mono: true,
          })),
        ),
        field(t('Share process namespace'), spec['shareProcessNamespace'] === true ? t('yes') : undefined),
      ),
      ...policies(input),
      ...services(input),
    ],
  };
}
