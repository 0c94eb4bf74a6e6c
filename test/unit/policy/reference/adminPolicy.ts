import { blockOf } from './bits.ts';
import { allKnown, matchesLabelSelector } from './labelSelector.ts';
import { at, isRaw, labelsAt, listAt, numberAt, type Raw, textAt } from './raw.ts';
import { destinationOf, type Outcome, type Outcomes, type Situation } from './situation.ts';
import { every, some, type Truth, truth } from './truth.ts';
import { goesToNamedPort, inBlock, nameOf, namespaceOf, nodeAddresses, type Party } from './world.ts';

/** AdminNetworkPolicy and BaselineAdminNetworkPolicy v1alpha1, ClusterNetworkPolicy v1alpha2: part c.B. */

const group = 'policy.networking.k8s.io';
type Kind = 'AdminNetworkPolicy' | 'BaselineAdminNetworkPolicy' | 'ClusterNetworkPolicy';

/** The single field of an object that may have exactly one of `fields`; undefined where it has another or several. */
function onlyField(value: unknown, fields: readonly string[]): string | undefined {
  if (!isRaw(value)) return undefined;
  const present = Object.keys(value).filter((field) => at(value, field) !== undefined);
  return present.length === 1 ? fields.find((field) => field === present[0]) : undefined;
}

/** Admin tier: both kinds by priority; of equal priority any may come first. */
export function adminTier(situation: Situation): Outcomes {
  const policies = [
    ...situation.world.list(group, 'AdminNetworkPolicy'),
    ...situation.world.list(group, 'ClusterNetworkPolicy').filter((policy) => at(policy, 'spec', 'tier') === 'Admin'),
  ];
  return inOrder(byPriority(policies), situation);
}

/** Baseline tier. Nothing orders the baseline policy among cluster policies, so it may stand anywhere. */
export function baselineTier(situation: Situation): Outcomes {
  const baselines = situation.world
    .list(group, 'BaselineAdminNetworkPolicy')
    .filter((policy) => nameOf(policy) === 'default');
  const groups = byPriority(
    situation.world.list(group, 'ClusterNetworkPolicy').filter((policy) => at(policy, 'spec', 'tier') === 'Baseline'),
  );
  const outcomes = new Set<Outcome>();
  for (let place = 0; place <= groups.length; place++) {
    const order = [...groups.slice(0, place), baselines, ...groups.slice(place)];
    for (const outcome of inOrder(order, situation)) outcomes.add(outcome);
  }
  return outcomes;
}

function byPriority(policies: readonly Raw[]): Raw[][] {
  const priorities = [...new Set(policies.map((policy) => numberAt(policy, 'spec', 'priority') ?? 0))].sort(
    (a, b) => a - b,
  );
  return priorities.map((priority) =>
    policies.filter((policy) => (numberAt(policy, 'spec', 'priority') ?? 0) === priority),
  );
}

/** Groups one after the other; within a group the order is open. */
function inOrder(groups: readonly (readonly Raw[])[], situation: Situation): Outcomes {
  const possible = new Set<Outcome>();
  for (const policies of groups) {
    const said = policies.map((policy) => policyOutcomes(policy, situation));
    for (const outcomes of said) for (const outcome of outcomes) if (outcome !== 'none') possible.add(outcome);
    if (!said.every((outcomes) => outcomes.has('none'))) return possible;
  }
  return possible.add('none');
}

function policyOutcomes(policy: Raw, situation: Situation): Outcomes {
  const kind = textAt(policy, 'kind') as Kind;
  const subject = subjectMatches(at(policy, 'spec', 'subject'), situation);
  const possible = new Set<Outcome>(subject === 'yes' ? [] : ['none']);
  if (subject === 'no') return possible;
  for (const rule of listAt(policy, 'spec', situation.direction)) {
    const outcome = actionOf(kind, at(rule, 'action'));
    if (outcome === undefined) continue;
    const closed = isClosed(kind, rule, situation.direction, outcome);
    if (closed && outcome === 'allow') continue;
    const matches = closed ? 'yes' : ruleMatches(kind, rule, situation);
    if (matches !== 'no') possible.add(closed ? 'deny' : outcome);
    if (matches === 'yes') return possible;
  }
  return possible.add('none');
}

/** Point 3. */
function actionOf(kind: Kind, action: unknown): Outcome | undefined {
  if (action === (kind === 'ClusterNetworkPolicy' ? 'Accept' : 'Allow')) return 'allow';
  if (action === 'Deny') return 'deny';
  return action === 'Pass' && kind !== 'BaselineAdminNetworkPolicy' ? 'pass' : undefined;
}

/** Point 6: never a pod on the host's network. */
export function subjectMatches(subject: unknown, situation: Situation): Truth {
  const field = onlyField(subject, ['namespaces', 'pods']);
  return field === undefined ? 'no' : podsMatch(field, at(subject, field), situation.subject, situation);
}

function podsMatch(field: string, selector: unknown, party: Party, situation: Situation): Truth {
  if (party.pod === undefined || party.host) return 'no';
  const namespace = situation.world.namespaceLabels(namespaceOf(party.pod));
  if (field === 'namespaces') return matchesLabelSelector(selector, namespace);
  return every([
    matchesLabelSelector(at(selector, 'namespaceSelector'), namespace),
    matchesLabelSelector(at(selector, 'podSelector'), allKnown(labelsAt(party.pod, 'metadata', 'labels'))),
  ]);
}

const peersOf = (rule: unknown, direction: string): readonly unknown[] =>
  listAt(rule, direction === 'ingress' ? 'from' : 'to');
const portsOf = (kind: Kind, rule: unknown): readonly unknown[] =>
  listAt(rule, kind === 'ClusterNetworkPolicy' ? 'protocols' : 'ports');

/** Point 11: something in the rule is not understood. */
function isClosed(kind: Kind, rule: unknown, direction: string, outcome: Outcome): boolean {
  const fields = ['namespaces', 'pods'];
  if (direction === 'egress') fields.push('nodes', 'networks');
  if (direction === 'egress' && kind !== 'BaselineAdminNetworkPolicy' && outcome === 'allow')
    fields.push('domainNames');
  for (const peer of peersOf(rule, direction)) {
    const field = onlyField(peer, fields);
    if (field === undefined) return true;
    const value = at(peer, field);
    if (field === 'networks' || field === 'domainNames') {
      if (!Array.isArray(value) || value.length === 0) return true;
      if (value.some((entry) => typeof entry !== 'string')) return true;
      if (field === 'networks' && value.some((cidr) => blockOf(String(cidr)) === undefined)) return true;
    } else if (!isRaw(value)) return true;
  }
  return portsOf(kind, rule).some((entry) => rangesOf(kind, entry) === undefined);
}

interface Ports {
  readonly protocol: string;
  readonly first: number;
  readonly last: number;
}

const isPort = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65535;

/** Point 9: a range of one protocol, or a name; undefined where the entry is not understood. */
function rangesOf(kind: Kind, entry: unknown): Ports | string | undefined {
  if (kind === 'ClusterNetworkPolicy') {
    const field = onlyField(entry, ['tcp', 'udp', 'sctp', 'destinationNamedPort']);
    if (field === undefined) return undefined;
    if (field === 'destinationNamedPort') return textAt(entry, field) || undefined;
    if (onlyField(at(entry, field), ['destinationPort']) === undefined) return undefined;
    const port = at(entry, field, 'destinationPort');
    switch (onlyField(port, ['number', 'range'])) {
      case 'number':
        return range(field.toUpperCase(), at(port, 'number'), at(port, 'number'));
      case 'range':
        return range(field.toUpperCase(), at(port, 'range', 'start'), at(port, 'range', 'end'));
      default:
        return undefined;
    }
  }
  switch (onlyField(entry, ['portNumber', 'portRange', 'namedPort'])) {
    case 'portNumber': {
      const port = at(entry, 'portNumber');
      return range(at(port, 'protocol') ?? 'TCP', at(port, 'port'), at(port, 'port'));
    }
    case 'portRange': {
      const port = at(entry, 'portRange');
      return range(at(port, 'protocol') ?? 'TCP', at(port, 'start'), at(port, 'end'));
    }
    case 'namedPort':
      return textAt(entry, 'namedPort') || undefined;
    default:
      return undefined;
  }
}

function range(protocol: unknown, first: unknown, last: unknown): Ports | undefined {
  if (protocol !== 'TCP' && protocol !== 'UDP' && protocol !== 'SCTP') return undefined;
  return isPort(first) && isPort(last) && first <= last ? { protocol, first, last } : undefined;
}

function ruleMatches(kind: Kind, rule: unknown, situation: Situation): Truth {
  const { packet } = situation;
  const peers = peersOf(rule, situation.direction).map((peer) => peerMatches(peer, situation));
  const ports = portsOf(kind, rule).map((entry) => {
    const ports = rangesOf(kind, entry);
    if (typeof ports === 'string') return truth(goesToNamedPort(destinationOf(situation).pod, ports, packet));
    if (ports === undefined || packet.port === undefined || packet.protocol !== ports.protocol) return 'no';
    return truth(packet.port >= ports.first && packet.port <= ports.last);
  });
  return every([some(peers), ports.length === 0 ? 'yes' : some(ports)]);
}

function peerMatches(peer: unknown, situation: Situation): Truth {
  const field = onlyField(peer, ['namespaces', 'pods', 'nodes', 'networks', 'domainNames']) ?? '';
  const value = at(peer, field);
  switch (field) {
    case 'networks':
      return some(
        listAt(peer, 'networks').map((cidr) => inBlock(String(cidr), situation.peer, situation.packet.family)),
      );
    case 'domainNames':
      return 'maybe';
    case 'nodes':
      return nodesMatch(value, situation);
    default:
      return podsMatch(field, value, situation.peer, situation);
  }
}

/** Point 12. */
function nodesMatch(selector: unknown, situation: Situation): Truth {
  const { peer, world } = situation;
  if (peer.pod !== undefined && !peer.host) return 'no';
  const matching = (node: Raw): Truth => matchesLabelSelector(selector, allKnown(labelsAt(node, 'metadata', 'labels')));
  const nodes = world.list('', 'Node');
  if (peer.host) {
    const node = nodes.find((candidate) => nameOf(candidate) === peer.node);
    return node === undefined ? 'maybe' : matching(node);
  }
  return some(nodes.filter((node) => nodeAddresses(node).includes(peer.ip ?? '')).map(matching));
}
