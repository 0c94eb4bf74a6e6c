import { parseCidr, parseIp } from '../model/address.ts';
import type { Node } from '../model/node.ts';
import { referenceTo } from './evidence.ts';
import { backendTitle, type FlannelConfig } from './flannelBackend.ts';
import { type Located, problemOfNodes } from './located.ts';
import { nodeFacts } from './nodeFacts.ts';
import { liesIn, missingPodCidr, overlappingPodCidrs } from './podCidrs.ts';
import { formatNames } from './problem.ts';

const flannelContainers = ['kube-flannel', 'flannel'];

/** Backends that flannel knows. Source: flannel `pkg/backend`. */
const knownBackends = new Set([
  'vxlan',
  'host-gw',
  'wireguard',
  'udp',
  'ipip',
  'ipsec',
  'alloc',
  'extension',
  'tencent-vpc',
]);

interface Checked {
  readonly nodes: readonly Node[];
  readonly found: readonly Located[];
}

const lastOf = new WeakMap<object, Checked>();
const withoutConfig = {};

/** Whether two nodes are the same to every check below. */
function sameToFlannel(one: Node, other: Node): boolean {
  if (one === other) return true;
  const [first, second] = [nodeFacts(one), nodeFacts(other)];
  return one.meta.name === other.meta.name && first.flannelKey === second.flannelKey;
}

/**
 * What flannel's configuration and the nodes' data say against each other. Nodes report their status all the time and
 * seldom change what matters here, so the last answer is kept while nothing of that has changed.
 */
export function flannelChecks(nodes: readonly Node[], config?: FlannelConfig): readonly Located[] {
  const key = config ?? withoutConfig;
  const last = lastOf.get(key);
  if (last !== undefined) {
    if (last.nodes === nodes) return last.found;
    const same =
      last.nodes.length === nodes.length &&
      nodes.every((node, index) => {
        const before = last.nodes[index];
        return before !== undefined && sameToFlannel(before, node);
      });
    if (same) {
      lastOf.set(key, { nodes, found: last.found });
      return last.found;
    }
  }
  const found = check(nodes, config);
  lastOf.set(key, { nodes, found });
  return found;
}

function check(nodes: readonly Node[], config: FlannelConfig | undefined): readonly Located[] {
  const linux = nodes.filter((node) => nodeFacts(node).linux && !nodeFacts(node).virtual);
  return [
    ...configProblems(config),
    missingPodCidr(linux, flannelContainers),
    tooManyPodCidrs(linux),
    ...(config === undefined ? [] : [outsideNetwork(linux, config), dualStack(linux, config)]),
    overlappingPodCidrs(linux),
    mixed(linux, 'flannel-backends-differ', 'flannel backends', (node) => {
      const backend = nodeFacts(node).flannel?.backend;
      return backend === undefined ? undefined : backendTitle(backend);
    }),
    mixed(linux, 'flannel-vnis-differ', 'VXLAN network identifiers', (node) => {
      const vni = nodeFacts(node).flannel?.vni;
      return vni === undefined ? undefined : `VNI ${vni}`;
    }),
    shared(linux, 'flannel-public-ip-shared', 'the tunnel address', (node) => nodeFacts(node).flannel?.publicIp, {
      field: 'metadata.annotations["flannel.alpha.coreos.com/public-ip"]',
      fix: 'Name the interface that reaches the other nodes: canal_iface in canal-config, or flannel’s --iface, then restart the agents.',
    }),
    shared(linux, 'flannel-vtep-mac-shared', 'the VTEP’s MAC address', (node) => nodeFacts(node).flannel?.vtepMac, {
      field: 'metadata.annotations["flannel.alpha.coreos.com/backend-data"]',
      fix: 'Give the nodes machine IDs of their own, as clones share them, and restart the agents.',
    }),
    foreignPublicIp(linux),
  ].filter((located) => located !== undefined);
}

function configProblems(config: FlannelConfig | undefined): readonly Located[] {
  if (config === undefined) return [];
  const subject = referenceTo(config.holder);
  const where = `${subject.namespace}/${subject.name}`;
  const problem = (id: string, sentence: string, cause: string, fix: string): Located => ({
    level: 'configuration',
    nodes: undefined,
    breaksContainers: flannelContainers,
    problem: {
      id,
      severity: 'breaks',
      subject,
      sentence,
      cause,
      fix,
      evidence: [{ from: 'object', sentence, weight: 0, object: subject, field: 'data["net-conf.json"]' }],
      consequences: [],
    },
  });
  if (config.error !== undefined)
    return [
      problem(
        'net-conf-broken',
        `net-conf.json in ${where} cannot be read`,
        `${config.error}.`,
        'Correct net-conf.json and restart the agents.',
      ),
    ];
  if (config.backend === undefined)
    return [
      problem(
        'net-conf-no-backend',
        `net-conf.json in ${where} names no backend`,
        'flannel then falls back to its slow udp backend.',
        'Set Backend.Type, for instance to vxlan, and restart the agents.',
      ),
    ];
  if (!knownBackends.has(config.backend))
    return [
      problem(
        'net-conf-unknown-backend',
        `net-conf.json in ${where} names the backend ${config.backend}`,
        'flannel knows no such backend and does not start.',
        'Set Backend.Type to one that flannel knows, such as vxlan, host-gw or wireguard.',
      ),
    ];
  return [];
}

const has = (count: number): string => (count === 1 ? 'has' : 'have');

const tooManyPodCidrs = (nodes: readonly Node[]): Located | undefined =>
  problemOfNodes({
    id: 'too-many-pod-cidrs',
    severity: 'breaks',
    nodes: nodes.filter((node) => node.podCIDRs.length > 2),
    field: 'spec.podCIDRs',
    state: (node) => `pod CIDRs ${node.podCIDRs.join(', ')}`,
    sentence: (names, count) => `${names} ${has(count)} more than two pod CIDRs`,
    cause: 'flannel takes one of each address family and refuses more.',
    fix: 'Give each node at most one IPv4 and one IPv6 pod CIDR.',
    breaksContainers: flannelContainers,
  });

function outsideNetwork(nodes: readonly Node[], config: FlannelConfig): Located | undefined {
  const networks = { 4: parseCidr(config.network ?? ''), 6: parseCidr(config.ipv6Network ?? '') };
  const outside = nodes.filter((node) =>
    nodeFacts(node).podCidrs.some((cidr) => {
      const network = cidr === undefined ? undefined : networks[cidr.family];
      return cidr !== undefined && network !== undefined && !liesIn(cidr, network);
    }),
  );
  const { namespace, name } = config.holder.meta;
  return problemOfNodes({
    id: 'pod-cidr-outside-network',
    severity: 'breaks',
    nodes: outside,
    field: 'spec.podCIDRs',
    state: (node) => `pod CIDR ${node.podCIDRs.join(', ')}`,
    sentence: (names, count) =>
      `The pod CIDR${count === 1 ? '' : 's'} of ${names} ${count === 1 ? 'is' : 'are'} outside flannel’s network ${config.network}`,
    cause: `net-conf.json in ${namespace}/${name} does not match the cluster’s CIDR.`,
    fix: 'Set Network in net-conf.json to the controller-manager’s --cluster-cidr and restart the agents.',
    breaksContainers: flannelContainers,
  });
}

const dualStack = (nodes: readonly Node[], config: FlannelConfig): Located | undefined =>
  config.enableIPv6 || config.error !== undefined
    ? undefined
    : problemOfNodes({
        id: 'ipv6-not-enabled',
        severity: 'may-break',
        nodes: nodes.filter((node) => nodeFacts(node).podCidrs.some((cidr) => cidr?.family === 6)),
        field: 'spec.podCIDRs',
        state: (node) => `pod CIDRs ${node.podCIDRs.join(', ')}`,
        sentence: (names, count) =>
          `${names} ${has(count)} an IPv6 pod CIDR, and net-conf.json does not set EnableIPv6`,
        cause: 'Pods get no IPv6 routes between nodes.',
        fix: 'Set EnableIPv6 and IPv6Network in net-conf.json, and FELIX_IPV6SUPPORT=true with Canal, then restart the agents.',
      });

/** Values that should be the same on every node. The nodes that differ from most are named. */
function mixed(
  nodes: readonly Node[],
  id: string,
  what: string,
  valueOf: (node: Node) => string | undefined,
): Located | undefined {
  const groups = groupBy(nodes, valueOf);
  if (groups.size < 2) return undefined;
  const sorted = [...groups].sort((one, other) => other[1].length - one[1].length);
  const minority = sorted.slice(1).flatMap(([, members]) => members);
  const counts = sorted.map(([value, members]) => `${value} on ${members.length}`).join(', ');
  return problemOfNodes({
    id,
    severity: 'breaks',
    nodes: minority,
    field: 'metadata.annotations["flannel.alpha.coreos.com/backend-type"]',
    state: (node) => valueOf(node) ?? '',
    sentence: (names) => `Nodes use different ${what}: ${counts}; ${names} differ${minority.length === 1 ? 's' : ''}`,
    cause: 'Agents read net-conf.json when they start; some have not been restarted since it changed.',
    fix: 'Restart all agents: kubectl rollout restart of their DaemonSet.',
  });
}

/** Values that should be each node's own. */
function shared(
  nodes: readonly Node[],
  id: string,
  what: string,
  valueOf: (node: Node) => string | undefined,
  { field, fix }: { readonly field: string; readonly fix: string },
): Located | undefined {
  const doubles = [...groupBy(nodes, valueOf)].filter(([, members]) => members.length > 1);
  return problemOfNodes({
    id,
    severity: 'breaks',
    nodes: doubles.flatMap(([, members]) => members),
    field,
    state: (node) => valueOf(node) ?? '',
    sentence: () =>
      doubles
        .slice(0, 3)
        .map(([value, members]) => `${formatNames(members.map(({ meta }) => meta.name))} share ${what} ${value}`)
        .join('; '),
    cause: 'Packets for one of them reach another.',
    fix,
  });
}

function foreignPublicIp(nodes: readonly Node[]): Located | undefined {
  return problemOfNodes({
    id: 'flannel-public-ip-foreign',
    severity: 'breaks',
    nodes: nodes.filter((node) => {
      const flannel = nodeFacts(node).flannel;
      if (flannel?.publicIp === undefined || flannel.overwritten || node.addresses.length === 0) return false;
      return !node.addresses.some(({ address }) => sameAddress(address, flannel.publicIp ?? ''));
    }),
    field: 'metadata.annotations["flannel.alpha.coreos.com/public-ip"]',
    state: (node) => `tunnel address ${nodeFacts(node).flannel?.publicIp ?? ''}`,
    sentence: (names, count) =>
      `The tunnel address${count === 1 ? '' : 'es'} of ${names} ${count === 1 ? 'is' : 'are'} none of the node’s own`,
    cause: 'flannel chose another interface than the kubelet, or the node’s address has changed since flannel started.',
    fix: 'Name the interface that reaches the other nodes: canal_iface in canal-config, or flannel’s --iface, then restart the agents.',
  });
}

function sameAddress(one: string, other: string): boolean {
  if (one === other) return true;
  const [first, second] = [parseIp(one), parseIp(other)];
  return first !== undefined && second !== undefined && first.family === second.family && first.value === second.value;
}

function groupBy(nodes: readonly Node[], valueOf: (node: Node) => string | undefined): Map<string, Node[]> {
  const groups = new Map<string, Node[]>();
  for (const node of nodes) {
    const value = valueOf(node);
    if (value === undefined) continue;
    const group = groups.get(value);
    if (group === undefined) groups.set(value, [node]);
    else group.push(node);
  }
  return groups;
}
