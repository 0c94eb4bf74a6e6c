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
  const source = partyOf(world, from, packet.family);
  const destination = partyOf(world, to, packet.family);
  if (source === undefined || destination === undefined) return undefined;
  if (samePod(source, destination)) return { verdict: 'allow', egress: 'allow', ingress: 'allow' };
  const egress = half(world, 'egress', source, destination, normal);
  const ingress = half(world, 'ingress', destination, source, normal);
  const worst = [egress, ingress].includes('deny')
    ? 'deny'
    : [egress, ingress].includes('unknown')
      ? 'unknown'
      : 'allow';
  return { verdict: worst, egress, ingress };
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
