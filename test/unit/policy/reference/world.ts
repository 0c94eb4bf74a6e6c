import { blockOf, contains, type Family, familyOf } from './bits.ts';
import { allKnown, type LabelView } from './labelSelector.ts';
import { at, labelsAt, listAt, numberAt, type Raw, textAt } from './raw.ts';
import { type Truth, truth } from './truth.ts';

export type End =
  | { readonly kind: 'pod'; readonly namespace: string; readonly name: string }
  | { readonly kind: 'node'; readonly name: string }
  | { readonly kind: 'address'; readonly address: string };

export interface Packet {
  readonly protocol: 'TCP' | 'UDP' | 'SCTP' | 'ICMP' | 'ICMPv6' | number;
  /** For ICMP `type * 256 + code`. */
  readonly port?: number;
  readonly family: Family;
}

export interface Options {
  readonly ipBlockMatchesPods: boolean;
  readonly baseline: 'per-direction' | 'any';
  readonly hostNetworkPods: 'undefined' | 'as-pods' | 'as-node';
  /** Whether a Namespace that is not among the objects has no labels but the default one, or nobody knows. */
  readonly missingNamespaces: 'default-label' | 'unknown';
  /** Whether a pod and its own node are let through to each other; off, every node counts as another one. */
  readonly ownNode: boolean;
}

export const defaultOptions: Options = {
  ipBlockMatchesPods: true,
  baseline: 'per-direction',
  hostNetworkPods: 'undefined',
  missingNamespaces: 'default-label',
  ownNode: true,
};

/** Objects of one group and kind by namespace and name. A later object replaces an earlier one of the same name. */
export class World {
  readonly options: Options;
  /** All objects as JSON, to look for what is mentioned at all. */
  readonly text: string;
  readonly #byKind = new Map<string, Map<string, Raw>>();

  constructor(objects: readonly Raw[], options: Partial<Options> = {}) {
    this.options = {
      ...defaultOptions,
      // A plugin that does not know pods by address knows those on the host's network by what they are.
      ...(options.ipBlockMatchesPods === false ? { hostNetworkPods: 'as-pods' as const } : {}),
      ...options,
    };
    this.text = JSON.stringify(objects);
    for (const object of objects) {
      const kind = `${groupOf(object)}|${textAt(object, 'kind')}`;
      const ofKind = this.#byKind.get(kind) ?? new Map<string, Raw>();
      this.#byKind.set(kind, ofKind);
      ofKind.set(`${namespaceOf(object)}|${nameOf(object)}`, object);
    }
  }

  list(group: string, kind: string): readonly Raw[] {
    return [...(this.#byKind.get(`${group}|${kind}`)?.values() ?? [])];
  }

  calico(kind: string): readonly Raw[] {
    return [...this.list('projectcalico.org', kind), ...this.list('crd.projectcalico.org', kind)];
  }

  find(group: string, kind: string, namespace: string, name: string): Raw | undefined {
    return this.#byKind.get(`${group}|${kind}`)?.get(`${namespace}|${name}`);
  }

  /** Pods that have a network: finished ones have given their address back. */
  pods(): readonly Raw[] {
    return this.list('', 'Pod').filter(
      (pod) => !['Succeeded', 'Failed'].includes(textAt(pod, 'status', 'phase') ?? ''),
    );
  }

  namespaceLabels(name: string): LabelView {
    const own = this.find('', 'Namespace', '', name);
    const labels = labelsAt(own, 'metadata', 'labels');
    labels.set('kubernetes.io/metadata.name', name);
    if (own !== undefined || this.options.missingNamespaces === 'default-label') return allKnown(labels);
    return { labels, known: (key) => key === 'kubernetes.io/metadata.name' };
  }
}

export const groupOf = (object: Raw): string => {
  const [group = '', version] = (textAt(object, 'apiVersion') ?? '').split('/');
  return version === undefined ? '' : group;
};
export const nameOf = (object: Raw): string => textAt(object, 'metadata', 'name') ?? '';
const clusterScoped = [
  'Namespace',
  'Node',
  'AdminNetworkPolicy',
  'BaselineAdminNetworkPolicy',
  'ClusterNetworkPolicy',
  'GlobalNetworkPolicy',
  'StagedGlobalNetworkPolicy',
  'GlobalNetworkSet',
  'Tier',
  'HostEndpoint',
  'Profile',
];
export const namespaceOf = (object: Raw): string =>
  clusterScoped.includes(textAt(object, 'kind') ?? '') ? '' : textAt(object, 'metadata', 'namespace') || 'default';

export const isHostPod = (pod: Raw): boolean => at(pod, 'spec', 'hostNetwork') === true;

export function addressesOf(pod: Raw): readonly string[] {
  const many = listAt(pod, 'status', 'podIPs').map((entry) => textAt(entry, 'ip') ?? '');
  const given = many.filter((ip) => ip !== '');
  const single = textAt(pod, 'status', 'podIP') ?? '';
  return given.length > 0 ? given : single === '' ? [] : [single];
}

/** One end of a packet as the policies of the other end see it. */
export interface Party {
  /** Absent for something outside and for a node's own processes. */
  readonly pod?: Raw;
  /** On a node's network: the node itself or a pod with hostNetwork. */
  readonly host: boolean;
  /** The node of a pod, or the node itself; absent where it is not known. */
  readonly node?: string;
  /** In the packet's family; absent where it is not known. */
  readonly ip?: string;
}

export const samePod = (one: Party, other: Party): boolean => one.pod !== undefined && one.pod === other.pod;

/** Undefined where the end does not exist or has no address of the family. */
export function partyOf(world: World, end: End, family: Family): Party | undefined {
  if (end.kind === 'node') return nodeParty(world, end.name, family);
  if (end.kind === 'address') {
    if (familyOf(end.address) !== family) return undefined;
    const owner = world.pods().find((pod) => !isHostPod(pod) && addressesOf(pod).includes(end.address));
    if (owner !== undefined) return podParty(world, owner, family);
    const node = world.list('', 'Node').find((candidate) => nodeAddresses(candidate).includes(end.address));
    if (node !== undefined) return { host: true, node: nameOf(node), ip: end.address };
    return { host: false, ip: end.address };
  }
  const pod = world
    .pods()
    .find((candidate) => namespaceOf(candidate) === end.namespace && nameOf(candidate) === end.name);
  return pod === undefined ? undefined : podParty(world, pod, family);
}

export const nodeAddresses = (node: Raw): readonly string[] =>
  listAt(node, 'status', 'addresses').map((entry) => textAt(entry, 'address') ?? '');

/** The addresses by which a node is known, those that it uses inside the cluster first. */
const ownAddresses = (node: Raw): readonly string[] =>
  ['InternalIP', 'ExternalIP'].flatMap((type) =>
    listAt(node, 'status', 'addresses')
      .filter((entry) => at(entry, 'type') === type)
      .map((entry) => textAt(entry, 'address') ?? ''),
  );

function nodeParty(world: World, name: string, family: Family): Party | undefined {
  const addresses = ownAddresses(world.find('', 'Node', '', name) ?? {}).filter((ip) => familyOf(ip) !== undefined);
  const ip = addresses.find((candidate) => familyOf(candidate) === family);
  if (ip !== undefined) return { host: true, node: name, ip };
  return addresses.length > 0 ? undefined : { host: true, node: name };
}

function podParty(world: World, pod: Raw, family: Family): Party | undefined {
  const node = textAt(pod, 'spec', 'nodeName');
  const host = isHostPod(pod);
  const base = { pod, host, ...(node === undefined || node === '' ? {} : { node }) };
  const own = addressesOf(pod).filter((ip) => familyOf(ip) !== undefined);
  const ip = own.find((candidate) => familyOf(candidate) === family);
  if (ip !== undefined) return { ...base, ip };
  if (own.length > 0) return undefined;
  if (!host) return base;
  // It has the addresses of its node.
  const onNode = base.node === undefined ? undefined : world.find('', 'Node', '', base.node);
  const borrowed = [textAt(pod, 'status', 'hostIP') ?? '', ...(onNode === undefined ? [] : ownAddresses(onNode))];
  const known = borrowed.filter((candidate) => familyOf(candidate) !== undefined);
  const hostIp = known.find((candidate) => familyOf(candidate) === family);
  if (hostIp !== undefined) return { ...base, ip: hostIp };
  return known.length > 0 ? undefined : base;
}

/** Whether the party's address lies in a block. An unknown address may lie in any block of the family but the whole of it. */
export function inBlock(cidr: string, party: Party, family: Family): Truth {
  const block = blockOf(cidr);
  if (block?.family !== family) return 'no';
  if (party.ip !== undefined) return truth(contains(block, party.ip));
  return block.prefix === '' ? 'yes' : 'maybe';
}

/** Whether the packet goes to a port of the pod that bears the name, in any container. */
export function goesToNamedPort(pod: Raw | undefined, name: string, packet: Packet, protocol?: string): boolean {
  if (pod === undefined) return false;
  const containers = [...listAt(pod, 'spec', 'containers'), ...listAt(pod, 'spec', 'initContainers')];
  for (const container of containers) {
    for (const port of listAt(container, 'ports')) {
      const portProtocol = textAt(port, 'protocol') ?? 'TCP';
      if (textAt(port, 'name') !== name || portProtocol !== packet.protocol) continue;
      if (protocol !== undefined && portProtocol !== protocol) continue;
      if (numberAt(port, 'containerPort') === packet.port) return true;
    }
  }
  return false;
}
