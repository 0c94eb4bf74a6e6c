import { bitsOf, blockOf } from './bits.ts';
import { allKnown, matchesLabelSelector } from './labelSelector.ts';
import { at, isRaw, labelsAt, listAt, type Raw, textAt } from './raw.ts';
import { destinationOf, type Situation } from './situation.ts';
import { every, some, type Truth, truth } from './truth.ts';
import { goesToNamedPort, inBlock, namespaceOf } from './world.ts';

/** `networking.k8s.io/v1` NetworkPolicy; numbers refer to part c.A of the semantics. */

/** Points 4 and 5. */
export function governs(policy: Raw, direction: Situation['direction']): boolean {
  const types = listAt(policy, 'spec', 'policyTypes');
  if (types.length > 0) return types.includes(direction === 'ingress' ? 'Ingress' : 'Egress');
  return direction === 'ingress' || listAt(policy, 'spec', 'egress').length > 0;
}

/** Points 8 to 10 and 24: own namespace, a missing selector selects all. */
export function selectsSubject(policy: Raw, situation: Situation): Truth {
  const pod = situation.subject.pod;
  if (pod === undefined || namespaceOf(pod) !== namespaceOf(policy)) return 'no';
  if (situation.subject.host && !situation.hostPodsArePods) return 'no';
  return matchesLabelSelector(at(policy, 'spec', 'podSelector'), allKnown(labelsAt(pod, 'metadata', 'labels')));
}

/** Whether a rule admits the packet. */
export function ruleAdmits(policy: Raw, rule: unknown, situation: Situation): Truth {
  const peers = listAt(rule, situation.direction === 'ingress' ? 'from' : 'to');
  const ports = listAt(rule, 'ports');
  const fromPeer = peers.length === 0 ? 'yes' : some(peers.map((peer) => peerMatches(policy, peer, situation)));
  const atPort = ports.length === 0 ? 'yes' : some(ports.map((port) => truth(portMatches(port, situation))));
  return every([fromPeer, atPort]);
}

export function peerMatches(policy: Raw, peer: unknown, situation: Situation): Truth {
  const podSelector = at(peer, 'podSelector');
  const namespaceSelector = at(peer, 'namespaceSelector');
  const ipBlock = at(peer, 'ipBlock');
  if (ipBlock !== undefined) {
    return podSelector !== undefined || namespaceSelector !== undefined ? 'no' : blockMatches(ipBlock, situation);
  }
  if (podSelector === undefined && namespaceSelector === undefined) return 'no';
  const { pod, host } = situation.peer;
  if (pod === undefined || (host && !situation.hostPodsArePods)) return 'no';
  const namespace = namespaceOf(pod);
  return every([
    namespaceSelector === undefined
      ? truth(namespace === namespaceOf(policy))
      : matchesLabelSelector(namespaceSelector, situation.world.namespaceLabels(namespace)),
    matchesLabelSelector(podSelector, allKnown(labelsAt(pod, 'metadata', 'labels'))),
  ]);
}

/** Points 18 to 20. */
function blockMatches(ipBlock: unknown, situation: Situation): Truth {
  const { peer, packet, world } = situation;
  const isPod = peer.pod !== undefined && (!peer.host || situation.hostPodsArePods);
  if (isPod && !world.options.ipBlockMatchesPods) return 'no';
  const cidr = textAt(ipBlock, 'cidr');
  if (cidr === undefined) return 'no';
  const exceptions = listAt(ipBlock, 'except').map((entry) => (typeof entry === 'string' ? blockOf(entry) : undefined));
  if (exceptions.includes(undefined)) return 'no';
  const taken = exceptions.filter((block) => block?.family === packet.family).map((block) => block?.prefix ?? '');
  const block = blockOf(cidr);
  if (block?.family !== packet.family || isCovered(block.prefix, taken)) return 'no';
  if (peer.ip === undefined) return taken.length === 0 ? inBlock(cidr, peer, packet.family) : 'maybe';
  const bits = bitsOf(peer.ip) ?? '';
  return truth(bits.startsWith(block.prefix) && !taken.some((prefix) => bits.startsWith(prefix)));
}

/** Whether blocks, by the bits that their addresses start with, leave nothing of another block. */
function isCovered(prefix: string, blocks: readonly string[]): boolean {
  if (blocks.some((block) => prefix.startsWith(block))) return true;
  const inside = blocks.filter((block) => block.startsWith(prefix));
  return inside.length > 0 && isCovered(`${prefix}0`, inside) && isCovered(`${prefix}1`, inside);
}

const isPort = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65535;

/** Points 12 to 15. */
function portMatches(entry: unknown, situation: Situation): boolean {
  if (!isRaw(entry)) return false;
  const { packet } = situation;
  const protocol = at(entry, 'protocol') ?? 'TCP';
  if (protocol !== 'TCP' && protocol !== 'UDP' && protocol !== 'SCTP') return false;
  if (protocol !== packet.protocol) return false;
  const port = at(entry, 'port');
  const endPort = at(entry, 'endPort');
  if (port === undefined) return endPort === undefined;
  if (typeof port === 'string')
    return endPort === undefined && goesToNamedPort(destinationOf(situation).pod, port, packet, protocol);
  if (!isPort(port) || packet.port === undefined) return false;
  if (endPort === undefined) return packet.port === port;
  return isPort(endPort) && endPort >= port && packet.port >= port && packet.port <= endPort;
}
