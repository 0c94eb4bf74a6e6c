import { adminTier, baselineTier } from './adminPolicy.ts';
import {
  calicoGoverns,
  hasHostEndpoint,
  missingTierOutcomes,
  orderedTier,
  profileOutcomes,
  tiersOf,
} from './calicoPolicy.ts';
import { governs, selectsSubject } from './networkPolicy.ts';
import { type Outcomes, type Situation } from './situation.ts';
import { type End, type Packet, type Party, partyOf, samePod, type World } from './world.ts';

/**
 * Whether one packet may pass, straight from the text of the APIs: every object is looked at again for every packet,
 * nothing is compiled, nothing is kept. Slow on purpose; what it is for is to be evidently right.
 */

export type Verdict = 'allow' | 'deny' | 'unknown';

export interface Answer {
  readonly verdict: Verdict;
  readonly egress: Verdict;
  readonly ingress: Verdict;
}

/** Undefined where there is nothing to ask: an end does not exist, or has no address of the packet's family. */
export function decide(world: World, from: End, to: End, packet: Packet): Answer | undefined {
  const normal = { ...packet, protocol: namedProtocol(packet) };
  if ((normal.protocol === 'ICMP' || normal.protocol === 'ICMPv6') && packet.port === undefined)
    return ofAllTypes(world, from, to, packet);
  const source = partyOf(world, from, packet.family);
  const destination = partyOf(world, to, packet.family);
  if (source === undefined || destination === undefined) return undefined;
  if (samePod(source, destination)) return { verdict: 'allow', egress: 'allow', ingress: 'allow' };
  const egress = half(world, 'egress', source, destination, normal);
  const ingress = half(world, 'ingress', destination, source, normal);
  return together(egress, ingress);
}

/** ICMP of no type in particular is ICMP of every type: those that the objects name, and one that they do not. */
function ofAllTypes(world: World, from: End, to: End, packet: Packet): Answer | undefined {
  const named = (field: string): number[] => [
    ...new Set([...world.text.matchAll(new RegExp(`"${field}":(\\d+)`, 'g'))].map((match) => Number(match[1]))),
  ];
  const answers = [...named('type'), 200].flatMap((type) =>
    [...named('code'), 77].map((code) => decide(world, from, to, { ...packet, port: type * 256 + code })),
  );
  if (answers.includes(undefined)) return undefined;
  const agreed = (field: keyof Answer): Verdict => {
    const said = new Set(answers.map((answer) => answer?.[field] ?? 'unknown'));
    return said.size === 1 ? ([...said][0] ?? 'unknown') : 'unknown';
  };
  return together(agreed('egress'), agreed('ingress'));
}

function together(egress: Verdict, ingress: Verdict): Answer {
  const halves = [egress, ingress];
  return {
    verdict: halves.includes('deny') ? 'deny' : halves.includes('unknown') ? 'unknown' : 'allow',
    egress,
    ingress,
  };
}

/** Numbers of the protocols that have a name of their own are the same question. */
function namedProtocol({ protocol, family }: Packet): Packet['protocol'] {
  if (protocol === 'ICMP' && family === 6) return 'ICMPv6';
  if (typeof protocol === 'string') return protocol;
  const names = new Map<number, Packet['protocol']>([
    [1, 'ICMP'],
    [6, 'TCP'],
    [17, 'UDP'],
    [58, 'ICMPv6'],
    [132, 'SCTP'],
  ]);
  return names.get(protocol) ?? protocol;
}

function half(world: World, direction: 'egress' | 'ingress', subject: Party, peer: Party, packet: Packet): Verdict {
  const reading = world.options.hostNetworkPods;
  const readings = reading === 'undefined' ? [true, false] : [reading === 'as-pods'];
  const verdicts = readings.map((hostPodsArePods) =>
    halfUnder({ world, direction, subject, peer, packet, hostPodsArePods }),
  );
  const [first = 'unknown', ...rest] = verdicts;
  return rest.every((other) => other === first) ? first : 'unknown';
}

function halfUnder(situation: Situation): Verdict {
  const { world, subject, peer, direction, hostPodsArePods } = situation;
  if (hasHostEndpoint(world, subject)) return 'unknown';
  // Outside and the nodes' own processes are governed by nobody.
  if (subject.pod === undefined || (subject.host && !hostPodsArePods)) return 'allow';
  const said = verdictOf(chain(situation));
  if (!peer.host || !world.options.ownNode) return said;
  const exempt = direction === 'ingress' || calicoGoverns(situation) === 'no';
  if (!exempt || said === 'allow') return said;
  if (subject.node === undefined || peer.node === undefined) return 'unknown';
  return subject.node === peer.node ? 'allow' : said;
}

const verdictOf = (outcomes: Outcomes): Verdict => {
  const deny = outcomes.has('deny');
  const allow = outcomes.has('allow');
  return deny && allow ? 'unknown' : deny ? 'deny' : 'allow';
};

/** Tier after tier until one decides; everything that may still be open goes on. */
function chain(situation: Situation): Outcomes {
  const { world } = situation;
  const possible = new Set<'allow' | 'deny'>();
  for (const tier of tiersOf(world)) {
    if (tier.name === 'kube-baseline' && world.options.baseline === 'any' && anyPolicySelects(situation)) continue;
    const said =
      tier.name === 'kube-admin'
        ? adminTier(situation)
        : tier.name === 'kube-baseline'
          ? baselineTier(situation)
          : orderedTier(tier, situation);
    if (said.has('allow')) possible.add('allow');
    if (said.has('deny')) possible.add('deny');
    if (!said.has('pass') && !said.has('none')) return possible;
  }
  for (const outcome of [...missingTierOutcomes(situation), ...profileOutcomes(situation)])
    if (outcome === 'allow' || outcome === 'deny') possible.add(outcome);
  return possible;
}

const anyPolicySelects = (situation: Situation): boolean =>
  situation.world
    .list('networking.k8s.io', 'NetworkPolicy')
    .some(
      (policy) =>
        (governs(policy, 'ingress') || governs(policy, 'egress')) && selectsSubject(policy, situation) === 'yes',
    );
