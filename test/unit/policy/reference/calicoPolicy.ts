import { blockOf, familyOf } from './bits.ts';
import { evaluate, type Expression, readSelector, replaceAll, replaceGlobal, withPrefix } from './calicoSelector.ts';
import { type LabelView } from './labelSelector.ts';
import { at, labelsAt, listAt, numberAt, type Raw, textAt, textsAt } from './raw.ts';
import { governs as kubernetesGoverns, ruleAdmits, selectsSubject } from './networkPolicy.ts';
import { destinationOf, type Outcome, type Outcomes, type Situation, sourceOf } from './situation.ts';
import { every, not, some, type Truth, truth } from './truth.ts';
import { goesToNamedPort, inBlock, isHostPod, nameOf, namespaceOf, type Party, type World } from './world.ts';

/** Calico v3 policies, and the tiers in which Kubernetes policies have their place among them: part c.C. */

export interface Tier {
  readonly name: string;
  readonly order: number;
  /** What happens to a packet that the tier's policies govern and none of their rules matches. */
  readonly otherwise: Outcome;
}

/** Point 1. */
export function tiersOf(world: World): Tier[] {
  const tiers = new Map<string, Tier>([
    ['kube-admin', { name: 'kube-admin', order: 1_000, otherwise: 'pass' }],
    ['default', { name: 'default', order: 1_000_000, otherwise: 'deny' }],
    ['kube-baseline', { name: 'kube-baseline', order: 10_000_000, otherwise: 'pass' }],
  ]);
  for (const tier of world.calico('Tier')) {
    const name = nameOf(tier);
    if (tiers.has(name)) continue;
    tiers.set(name, {
      name,
      order: numberAt(tier, 'spec', 'order') ?? Infinity,
      otherwise: at(tier, 'spec', 'defaultAction') === 'Pass' ? 'pass' : 'deny',
    });
  }
  return [...tiers.values()].sort((a, b) =>
    a.order === b.order ? (a.name < b.name ? -1 : 1) : a.order < b.order ? -1 : 1,
  );
}

/** Whether a Calico policy has a say about what the subject sends or receives: the own node is then no exception. */
export function calicoGoverns(situation: Situation): Truth {
  return some(
    calicoPolicies(situation.world)
      .filter((policy) => governs(policy, situation.direction))
      .map((policy) => selects(policy, situation)),
  );
}

/** Tiers that policies name and that are not there: they come last, and what they would do nobody knows. */
export function missingTierOutcomes(situation: Situation): Outcomes {
  const tiers = tiersOf(situation.world).map((tier) => tier.name);
  const concerned = calicoPolicies(situation.world).some(
    (policy) =>
      !tiers.includes(textAt(policy, 'spec', 'tier') || 'default') &&
      governs(policy, situation.direction) &&
      selects(policy, situation) !== 'no',
  );
  return new Set(concerned ? ['allow', 'deny', 'none'] : ['none']);
}

/** Points 2 to 4: policies of one tier by order, then by `name/namespace/kind`; the first rule that matches decides. */
export function orderedTier(tier: Tier, situation: Situation): Outcomes {
  const { world, direction } = situation;
  const policies = calicoPolicies(world).filter(
    (policy) => (textAt(policy, 'spec', 'tier') || 'default') === tier.name,
  );
  if (tier.name === 'default') policies.push(...world.list('networking.k8s.io', 'NetworkPolicy'));
  policies.sort((a, b) => (isBefore(a, b) ? -1 : 1));
  const possible = new Set<Outcome>();
  /** Whose policies have governed the packet so far: several answers are possible at once. */
  let governed = new Set<'nobody' | 'Kubernetes' | 'Calico'>(['nobody']);
  for (const policy of policies) {
    if (governed.size === 0) break;
    const kubernetes = isKubernetes(policy);
    if (!(kubernetes ? kubernetesGoverns(policy, direction) : governs(policy, direction))) continue;
    const selected = kubernetes ? selectsSubject(policy, situation) : selects(policy, situation);
    if (selected === 'no') continue;
    const after = new Set(selected === 'maybe' ? governed : []);
    let undecided = true;
    for (const rule of listAt(policy, 'spec', direction)) {
      const outcomes: readonly Outcome[] = kubernetes ? ['allow'] : actionsOf(rule);
      if (outcomes.length === 0) continue;
      const matches = kubernetes ? ruleAdmits(policy, rule, situation) : ruleMatches(policy, rule, situation);
      if (matches !== 'no') for (const outcome of outcomes) possible.add(outcome);
      if (matches === 'yes') {
        undecided = false;
        break;
      }
    }
    if (undecided)
      for (const before of governed) after.add(!kubernetes || before === 'Calico' ? 'Calico' : 'Kubernetes');
    governed = after;
  }
  if (governed.has('Calico') || governed.has('Kubernetes')) possible.add(tier.otherwise);
  // NetworkPolicy leaves open what its isolation means for anything but these three.
  if (governed.has('Kubernetes') && !['TCP', 'UDP', 'SCTP'].includes(String(situation.packet.protocol)))
    possible.add('allow');
  if (governed.has('nobody')) possible.add('none');
  return possible;
}

const isKubernetes = (policy: Raw): boolean => textAt(policy, 'apiVersion')?.startsWith('networking.k8s.io/') ?? false;

function isBefore(one: Raw, other: Raw): boolean {
  const order = (policy: Raw): number =>
    isKubernetes(policy) ? 1000 : (numberAt(policy, 'spec', 'order') ?? Infinity);
  const key = (policy: Raw): string =>
    [
      nameOf(policy),
      namespaceOf(policy),
      isKubernetes(policy) ? 'KubernetesNetworkPolicy' : textAt(policy, 'kind'),
    ].join('/');
  return order(one) === order(other) ? key(one) < key(other) : order(one) < order(other);
}

const calicoPolicies = (world: World): Raw[] =>
  [...world.calico('NetworkPolicy'), ...world.calico('GlobalNetworkPolicy')].filter(
    (policy) => at(policy, 'spec', 'doNotTrack') !== true && at(policy, 'spec', 'preDNAT') !== true,
  );

/** Point 5. */
export function governs(policy: Raw, direction: Situation['direction']): boolean {
  const types = listAt(policy, 'spec', 'types');
  if (types.length > 0) return types.includes(direction === 'ingress' ? 'Ingress' : 'Egress');
  const rules = { ingress: listAt(policy, 'spec', 'ingress').length, egress: listAt(policy, 'spec', 'egress').length };
  return direction === 'egress' ? rules.egress > 0 : rules.ingress > 0 || rules.egress === 0;
}

/** What a rule does when it matches; several where its action is none that we know. Nothing for one that only logs. */
function actionsOf(rule: unknown): readonly Outcome[] {
  switch (at(rule, 'action')) {
    case 'Allow':
      return ['allow'];
    case 'Deny':
      return ['deny'];
    case 'Pass':
      return ['pass'];
    case 'Log':
      return [];
    default:
      return ['allow', 'deny', 'pass'];
  }
}

const namespaceKey = 'projectcalico.org/namespace';
const has = (key: string): Expression => ({ kind: 'has', key });
const equals = (key: string, value: string): Expression => ({ kind: 'compare', operator: '==', key, values: [value] });

/** A selector text that does not parse is known to select nobody knows what. */
type Selector = Expression | 'unreadable';
const read = (text: string): Selector => readSelector(text) ?? 'unreadable';
const judge = (selector: Selector, view: LabelView): Truth =>
  selector === 'unreadable' ? 'maybe' : evaluate(selector, view);

/** Point 7: which pods a policy selects. */
export function selects(policy: Raw, situation: Situation): Truth {
  const { pod, host } = situation.subject;
  if (pod === undefined || host) return 'no';
  const labels = podLabels(situation.world, pod);
  const namespaceSelector = textAt(policy, 'spec', 'namespaceSelector') || undefined;
  const accounts = textAt(policy, 'spec', 'serviceAccountSelector') || undefined;
  const own = read(textAt(policy, 'spec', 'selector') ?? '');
  if (textAt(policy, 'kind') === 'NetworkPolicy') {
    const parts: Selector[] = [own, equals(namespaceKey, namespaceOf(policy))];
    if (accounts !== undefined) parts.push(prefixed(accounts, 'pcsa.'));
    return every(parts.map((part) => judge(part, labels)));
  }
  let parts: Selector[] = [own];
  if (namespaceSelector !== undefined) {
    parts.push(prefixed(namespaceSelector, 'pcns.'));
    parts = parts.map((part) => (part === 'unreadable' ? part : replaceAll(part, has(namespaceKey))));
  }
  if (accounts !== undefined) {
    parts.push(prefixed(accounts, 'pcsa.'));
    parts = parts.map((part) =>
      part === 'unreadable' ? part : replaceAll(part, has('projectcalico.org/serviceaccount')),
    );
  }
  return every(parts.map((part) => judge(part, labels)));
}

function prefixed(text: string, prefix: string): Selector {
  const selector = read(text);
  return selector === 'unreadable' ? selector : withPrefix(selector, prefix);
}

/** Point 9. */
function podLabels(world: World, pod: Raw): LabelView {
  const labels = labelsAt(pod, 'metadata', 'labels');
  const namespace = namespaceOf(pod);
  const account = textAt(pod, 'spec', 'serviceAccountName') || textAt(pod, 'spec', 'serviceAccount') || 'default';
  labels.set(namespaceKey, namespace);
  labels.set('projectcalico.org/orchestrator', 'k8s');
  labels.set('projectcalico.org/serviceaccount', account);
  const known = inheritNamespace(world, namespace, labels);
  const object = world.find('', 'ServiceAccount', namespace, account);
  for (const [key, value] of labelsAt(object, 'metadata', 'labels')) labels.set(`pcsa.${key}`, value);
  labels.set('pcsa.projectcalico.org/name', account);
  return { labels, known };
}

function inheritNamespace(world: World, namespace: string, labels: Map<string, string>): LabelView['known'] {
  const view = world.namespaceLabels(namespace);
  for (const [key, value] of view.labels) labels.set(`pcns.${key}`, value);
  labels.set('pcns.projectcalico.org/name', namespace);
  return (key) => labels.has(key) || !key.startsWith('pcns.') || view.known(key.slice('pcns.'.length));
}

/** Something with labels that stands for addresses: a pod, or a network set. */
interface Labelled {
  readonly view: LabelView;
  readonly covers: (party: Party) => Truth;
}

function labelledObjects(situation: Situation): Labelled[] {
  const { world, packet } = situation;
  const found: Labelled[] = [];
  for (const pod of world.pods()) {
    if (!isHostPod(pod)) found.push({ view: podLabels(world, pod), covers: (party) => truth(party.pod === pod) });
  }
  const nets = (set: Raw, party: Party): Truth =>
    some(textsAt(set, 'spec', 'nets').map((net) => inBlock(asBlock(net), party, packet.family)));
  for (const set of world.calico('NetworkSet')) {
    const labels = labelsAt(set, 'metadata', 'labels');
    labels.set(namespaceKey, namespaceOf(set));
    const known = inheritNamespace(world, namespaceOf(set), labels);
    found.push({ view: { labels, known }, covers: (party) => nets(set, party) });
  }
  for (const set of world.calico('GlobalNetworkSet'))
    found.push({
      view: { labels: labelsAt(set, 'metadata', 'labels'), known: () => true },
      covers: (party) => nets(set, party),
    });
  return found;
}

const asBlock = (net: string): string =>
  familyOf(net) === undefined ? net : `${net}/${familyOf(net) === 4 ? 32 : 128}`;

/** Points 8, 10 to 14. */
function ruleMatches(policy: Raw | undefined, rule: unknown, situation: Situation): Truth {
  const { packet } = situation;
  const results: Truth[] = [
    entityMatches(policy, rule, 'source', sourceOf(situation), situation),
    entityMatches(policy, rule, 'destination', destinationOf(situation), situation),
  ];
  const version = at(rule, 'ipVersion');
  if (version !== undefined) results.push(truth(version === packet.family));
  const protocol = at(rule, 'protocol');
  if (protocol !== undefined) results.push(truth(protocolNumber(protocol) === packetNumber(situation)));
  const notProtocol = at(rule, 'notProtocol');
  if (notProtocol !== undefined) results.push(truth(protocolNumber(notProtocol) !== packetNumber(situation)));
  if (at(rule, 'icmp') !== undefined) results.push(icmpMatches(at(rule, 'icmp'), situation));
  if (at(rule, 'notICMP') !== undefined) results.push(not(icmpMatches(at(rule, 'notICMP'), situation)));
  if (at(rule, 'http') !== undefined) results.push('maybe');
  return every(results);
}

const numbers = new Map<unknown, number>([
  ['icmp', 1],
  ['tcp', 6],
  ['udp', 17],
  ['icmpv6', 58],
  ['sctp', 132],
  ['udplite', 136],
]);
const protocolNumber = (protocol: unknown): unknown =>
  typeof protocol === 'string' ? (numbers.get(protocol.toLowerCase()) ?? protocol) : protocol;
const packetNumber = ({ packet }: Situation): unknown => protocolNumber(packet.protocol);

function icmpMatches(icmp: unknown, situation: Situation): Truth {
  const { packet } = situation;
  const number = packetNumber(situation);
  if (number !== 1 && number !== 58) return 'no';
  const type = numberAt(icmp, 'type');
  const code = numberAt(icmp, 'code');
  if (type === undefined) return 'yes';
  if (packet.port === undefined) return 'maybe';
  return truth(Math.floor(packet.port / 256) === type && (code === undefined || packet.port % 256 === code));
}

function entityMatches(
  policy: Raw | undefined,
  rule: unknown,
  side: 'source' | 'destination',
  party: Party,
  situation: Situation,
): Truth {
  const entity = at(rule, side);
  const results: Truth[] = [];
  const positive = entitySelectors(policy, entity);
  const negative = textAt(entity, 'notSelector') || undefined;
  const objects = positive.length > 0 || negative !== undefined ? labelledObjects(situation) : [];
  const negated = negative === undefined ? undefined : read(negative);
  /** Addresses that the selectors stand for. */
  const chosen = (object: Labelled): Truth =>
    every([
      ...positive.map((part) => judge(part, object.view)),
      negated === undefined ? 'yes' : not(judge(negated, object.view)),
    ]);
  if (positive.length > 0) results.push(some(objects.map((object) => every([object.covers(party), chosen(object)]))));
  else if (negated !== undefined)
    results.push(not(some(objects.map((object) => every([object.covers(party), judge(negated, object.view)])))));

  const family = situation.packet.family;
  const nets = textsAt(entity, 'nets');
  if (nets.length > 0) results.push(some(nets.map((net) => inBlock(asBlock(net), party, family))));
  for (const net of textsAt(entity, 'notNets')) results.push(not(inBlock(asBlock(net), party, family)));

  const ports = listAt(entity, 'ports');
  if (ports.length > 0) results.push(some(ports.map((port) => portMatches(port, rule, side, party, situation))));
  for (const port of listAt(entity, 'notPorts')) results.push(not(portMatches(port, rule, side, party, situation)));

  const service = at(entity, 'services');
  if (service !== undefined) results.push(serviceMatches(policy, service, side, party, situation));
  return every(results);
}

/** Point 8: the parts of the selector that addresses must satisfy; none where any address will do. */
function entitySelectors(policy: Raw | undefined, entity: unknown): Selector[] {
  const parts: Selector[] = [];
  const selector = textAt(entity, 'selector') || undefined;
  if (selector !== undefined) parts.push(read(selector));
  const names = textsAt(entity, 'serviceAccounts', 'names');
  if (names.length > 0)
    parts.push({ kind: 'compare', operator: 'in', key: 'projectcalico.org/serviceaccount', values: names });
  const accounts = textAt(entity, 'serviceAccounts', 'selector') || undefined;
  if (accounts !== undefined) parts.push(prefixed(accounts, 'pcsa.'));
  const namespaceSelector = textAt(entity, 'namespaceSelector') || undefined;
  const restricted = parts.length > 0 || (textAt(entity, 'notSelector') ?? '') !== '';
  if (namespaceSelector !== undefined) {
    const namespaces = prefixed(namespaceSelector, 'pcns.');
    parts.push(
      namespaces === 'unreadable'
        ? namespaces
        : replaceGlobal(replaceAll(namespaces, has(namespaceKey)), { kind: 'not', operand: has(namespaceKey) }),
    );
  } else if (policy !== undefined && textAt(policy, 'kind') === 'NetworkPolicy' && restricted) {
    parts.push(equals(namespaceKey, namespaceOf(policy)));
  }
  return parts;
}

/** Point 12. Nobody knows the port that a client picks. */
function portMatches(port: unknown, rule: unknown, side: string, party: Party, situation: Situation): Truth {
  const { packet } = situation;
  const protocol = packetNumber(situation);
  if (protocol !== 6 && protocol !== 17 && protocol !== 132) return 'no';
  const range = typeof port === 'number' ? [port, port] : /^(\d+)(?::(\d+))?$/.exec(String(port))?.slice(1).map(Number);
  if (range === undefined) {
    // Named: the endpoint must be one that the rule's own selectors leave, which `entityMatches` asks anyway.
    if (party.pod === undefined || party.host) return 'no';
    if (side === 'source') return hasNamedPort(party.pod, String(port), packet.protocol) ? 'maybe' : 'no';
    return truth(goesToNamedPort(party.pod, String(port), packet));
  }
  const [first = NaN, given = NaN] = range;
  const last = Number.isNaN(given) ? first : given;
  if (side === 'source') return first <= 1 && last >= 65535 ? 'yes' : last < first ? 'no' : 'maybe';
  return truth(packet.port !== undefined && packet.port >= first && packet.port <= last);
}

const hasNamedPort = (pod: Raw, name: string, protocol: unknown): boolean =>
  [...listAt(pod, 'spec', 'containers'), ...listAt(pod, 'spec', 'initContainers')].some((container) =>
    listAt(container, 'ports').some(
      (port) => textAt(port, 'name') === name && (textAt(port, 'protocol') ?? 'TCP') === protocol,
    ),
  );

/** Point 13. */
function serviceMatches(
  policy: Raw | undefined,
  service: unknown,
  side: 'source' | 'destination',
  party: Party,
  situation: Situation,
): Truth {
  const { world, packet } = situation;
  const name = textAt(service, 'name') ?? '';
  const namespace = textAt(service, 'namespace') || (policy === undefined ? '' : namespaceOf(policy));
  const slices = world
    .list('discovery.k8s.io', 'EndpointSlice')
    .filter(
      (slice) =>
        namespaceOf(slice) === namespace &&
        labelsAt(slice, 'metadata', 'labels').get('kubernetes.io/service-name') === name,
    );
  const atPort = (port: unknown, protocol: unknown): boolean =>
    side === 'source' || (port === packet.port && protocol === packet.protocol);
  if (slices.length > 0) {
    return some(
      slices.flatMap((slice) =>
        listAt(slice, 'endpoints')
          .filter((endpoint) => at(endpoint, 'conditions', 'ready') !== false)
          .flatMap((endpoint) => textsAt(endpoint, 'addresses'))
          .map((address) => {
            if (
              side === 'destination' &&
              !listAt(slice, 'ports').some((port) => atPort(at(port, 'port'), at(port, 'protocol') ?? 'TCP'))
            )
              return 'no';
            return inBlock(blockOf(asBlock(address)) === undefined ? '' : asBlock(address), party, packet.family);
          }),
      ),
    );
  }
  const object = world.find('', 'Service', namespace, name);
  const selector = labelsAt(object, 'spec', 'selector');
  if (object === undefined || selector.size === 0) return 'maybe';
  const pod = party.pod;
  if (pod === undefined || party.host || namespaceOf(pod) !== namespace) return 'no';
  const labels = labelsAt(pod, 'metadata', 'labels');
  if (![...selector].every(([key, value]) => labels.get(key) === value)) return 'no';
  if (side === 'source') return 'yes';
  return truth(
    listAt(object, 'spec', 'ports').some((port) => {
      const target = at(port, 'targetPort') ?? at(port, 'port');
      const protocol = textAt(port, 'protocol') ?? 'TCP';
      return typeof target === 'string' ? goesToNamedPort(pod, target, packet, protocol) : atPort(target, protocol);
    }),
  );
}

/** Points 4 and 18, last sentence of a chain: profiles of the namespace and of the service account. */
export function profileOutcomes(situation: Situation): Outcomes {
  const { world, subject, direction } = situation;
  const { pod, host } = subject;
  if (pod === undefined || host) return new Set(['allow']);
  const namespace = namespaceOf(pod);
  const account = textAt(pod, 'spec', 'serviceAccountName') || textAt(pod, 'spec', 'serviceAccount') || 'default';
  const profile = (name: string): Raw | undefined =>
    world.calico('Profile').find((candidate) => nameOf(candidate) === name);
  const ofNamespace = profile(`kns.${namespace}`);
  if (ofNamespace === undefined) return new Set(['allow']);
  const possible = new Set<Outcome>();
  for (const object of [ofNamespace, profile(`ksa.${namespace}.${account}`)]) {
    for (const rule of listAt(object, 'spec', direction)) {
      const actions = actionsOf(rule);
      if (actions.length === 0) continue;
      const matches = ruleMatches(undefined, rule, situation);
      if (matches !== 'no') for (const action of actions) possible.add(action === 'allow' ? 'allow' : 'deny');
      if (matches === 'yes') return possible;
    }
  }
  return possible.add('deny');
}

export const hasHostEndpoint = (world: World, party: Party): boolean =>
  party.host && world.calico('HostEndpoint').some((endpoint) => at(endpoint, 'spec', 'node') === party.node);
