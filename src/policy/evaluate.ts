import type { IpFamily } from '../model/address.ts';
import type { Actor } from './actor.ts';
import { baselineTier } from './compile/adminPolicy.ts';
import { nothing, type PacketSet, type PacketSets } from './packets.ts';
import type { Policy, Rule } from './rules.ts';
import { sameGroup, type Tier } from './tiers.ts';
import { because, no, type Tri, yes } from './tri.ts';
import type { Direction, TraceStep } from './types.ts';

/** A policy that governs a pod in one direction, or may do so. */
export interface Governing {
  readonly policy: Policy;
  readonly certain: Tri;
}

export interface GoverningTier {
  readonly tier: Tier;
  readonly policies: readonly Governing[];
  /** Policies of this tier could not be read: nothing that comes here is known. */
  readonly unreadable: boolean;
  /** Not `yes` where the tier may be skipped as a whole. */
  readonly applies: Tri;
}

/** What can happen to packets: a packet in both sets may be allowed and may be denied. */
export interface Possible {
  readonly allow: PacketSet;
  readonly deny: PacketSet;
  readonly reasons: Tri;
}

export interface Recorder {
  /** A rule was asked; `hit` is what it decides of the packets that came to it, `undefined` where its peers do not match. */
  rule(tier: Tier, governing: Governing, rule: Rule, match: Tri, hit: PacketSet | undefined): void;
  /** A policy of the tier has no rule for what is left. */
  tier(tier: Tier, policies: readonly Governing[], outcome: TraceStep['outcome'], left: PacketSet): void;
}

export interface Evaluation {
  readonly sets: PacketSets;
  readonly direction: Direction;
  readonly family: IpFamily;
  /** Where named ports are looked up. */
  readonly destination: Actor;
  /** Whether a rule's peers and conditions match the two ends. */
  readonly matches: (rule: Rule) => Tri;
  readonly recorder?: Recorder;
}

const unknownPolicies = because('unknown-policies');
const unknownReference = because('unknown-reference');
const undefinedProtocol = because('undefined-protocol');
const undefinedOrder = because('undefined-order');

/**
 * Where packets are on their way through a tier: decided one way or the other, passed on, or still undecided. The
 * undecided ones are kept apart by what the end of the tier makes of them; where it is not known whether a policy selects
 * the pod, a packet is in several places.
 */
interface State {
  allow: PacketSet;
  deny: PacketSet;
  pass: PacketSet;
  /** No policy of the tier has applied to them. */
  free: PacketSet;
  /** Only NetworkPolicy has. */
  isolated: PacketSet;
  /** A policy has that speaks of every protocol. */
  closed: PacketSet;
  reasons: Tri;
}

const rulesFor = (policy: Policy, direction: Direction): readonly Rule[] =>
  (direction === 'ingress' ? policy.ingress : policy.egress) ?? [];

const undecided = (state: State, sets: PacketSets): PacketSet =>
  sets.or(sets.or(state.free, state.isolated), state.closed);

/** Applies one rule to the packets that come to it; returns those that go on. */
function applyRule(
  state: State,
  coming: PacketSet,
  rule: Rule,
  governing: Governing,
  tier: Tier,
  evaluation: Evaluation,
): PacketSet {
  const { sets, recorder } = evaluation;
  const match = evaluation.matches(rule);
  if (match === no) {
    recorder?.rule(tier, governing, rule, no, undefined);
    return coming;
  }
  const packets = rule.ports.fixed ?? rule.ports.resolve(evaluation.destination, evaluation.family);
  const hit = sets.and(coming, packets);
  recorder?.rule(tier, governing, rule, match, hit);
  if (hit === nothing) return coming;
  const { doubt } = rule.ports;
  switch (rule.action) {
    case 'allow':
      state.allow = sets.or(state.allow, hit);
      break;
    case 'deny':
      state.deny = sets.or(state.deny, hit);
      break;
    case 'pass':
      state.pass = sets.or(state.pass, hit);
      break;
    case 'unknown':
      state.allow = sets.or(state.allow, hit);
      state.deny = sets.or(state.deny, hit);
      state.pass = sets.or(state.pass, hit);
      state.reasons |= unknownReference;
      return coming;
  }
  if (match === yes && doubt === 0) return sets.minus(coming, hit);
  state.reasons |= (match | doubt) & ~1;
  return coming;
}

function applyPolicy(state: State, governing: Governing, tier: Tier, evaluation: Evaluation): void {
  const { sets } = evaluation;
  let rest = undecided(state, sets);
  for (const rule of rulesFor(governing.policy, evaluation.direction)) {
    if (rest === nothing) break;
    rest = applyRule(state, rest, rule, governing, tier, evaluation);
  }
  if (governing.certain !== yes) {
    // Either it applies, or everything is where it was.
    state.reasons |= governing.certain;
    state.closed = sets.or(state.closed, rest);
  } else if (governing.policy.family === 'network-policy') {
    state.isolated = sets.and(sets.or(state.free, state.isolated), rest);
    state.closed = sets.and(state.closed, rest);
    state.free = nothing;
  } else {
    state.closed = rest;
    state.isolated = state.free = nothing;
  }
}

const fresh = (free: PacketSet): State => ({
  allow: nothing,
  deny: nothing,
  pass: nothing,
  free,
  isolated: nothing,
  closed: nothing,
  reasons: 0,
});

function join(state: State, other: State, sets: PacketSets): void {
  state.allow = sets.or(state.allow, other.allow);
  state.deny = sets.or(state.deny, other.deny);
  state.pass = sets.or(state.pass, other.pass);
  state.reasons |= other.reasons;
}

/**
 * Policies of which any may be the one that is applied: what each would say alone. Only what none of them decides goes on.
 */
function applyGroup(state: State, group: readonly Governing[], tier: Tier, evaluation: Evaluation): void {
  const { sets } = evaluation;
  const start = undecided(state, sets);
  let left = start;
  const before = { allow: state.allow, deny: state.deny, pass: state.pass };
  for (const governing of group) {
    const alone = fresh(start);
    applyPolicy(alone, governing, tier, evaluation);
    join(state, alone, sets);
    left = sets.and(left, undecided(alone, sets));
  }
  state.closed = left;
  state.free = state.isolated = nothing;
  const disagree =
    sets.and(sets.minus(state.allow, before.allow), sets.minus(state.deny, before.deny)) !== nothing ||
    sets.and(sets.minus(state.pass, before.pass), state.allow) !== nothing ||
    sets.and(sets.minus(state.pass, before.pass), state.deny) !== nothing;
  if (disagree) state.reasons |= undefinedOrder;
}

function applySequence(state: State, policies: readonly Governing[], tier: Tier, evaluation: Evaluation): void {
  for (let index = 0; index < policies.length;) {
    if (undecided(state, evaluation.sets) === nothing) return;
    const first = policies[index] as Governing;
    let end = index + 1;
    while (end < policies.length && sameGroup(first.policy, (policies[end] as Governing).policy)) end++;
    if (end === index + 1) applyPolicy(state, first, tier, evaluation);
    else applyGroup(state, policies.slice(index, end), tier, evaluation);
    index = end;
  }
}

/**
 * The baseline tier may hold the v1alpha1 baseline policy and v1alpha2 ones; nobody says which goes first, so both ways
 * count.
 */
function applyBaseline(state: State, policies: readonly Governing[], tier: Tier, evaluation: Evaluation): void {
  const old = policies.filter(({ policy }) => policy.ref.table === 'baselineAdminNetworkPolicies');
  if (old.length === 0 || old.length === policies.length) {
    applySequence(state, policies, tier, evaluation);
    return;
  }
  const rest = policies.filter(({ policy }) => policy.ref.table !== 'baselineAdminNetworkPolicies');
  const { sets } = evaluation;
  const start = undecided(state, sets);
  const oldFirst = fresh(start);
  applySequence(oldFirst, [...old, ...rest], tier, evaluation);
  const oldLast = fresh(start);
  applySequence(oldLast, [...rest, ...old], tier, { ...evaluation, recorder: silent });
  const differ = oldFirst.allow !== oldLast.allow || oldFirst.deny !== oldLast.deny || oldFirst.pass !== oldLast.pass;
  join(state, oldFirst, sets);
  join(state, oldLast, sets);
  state.closed = sets.or(undecided(oldFirst, sets), undecided(oldLast, sets));
  state.free = state.isolated = nothing;
  if (differ) state.reasons |= undefinedOrder;
}

const silent: Recorder = { rule: () => undefined, tier: () => undefined };

/**
 * What becomes of the packets in `start` on one side of a connection, by the tiers that govern that side. What no tier
 * decides is allowed.
 */
export function evaluate(tiers: readonly GoverningTier[], start: PacketSet, evaluation: Evaluation): Possible {
  const { sets, recorder } = evaluation;
  let allow: PacketSet = nothing;
  let deny: PacketSet = nothing;
  let coming = start;
  let reasons: Tri = 0;
  for (const { tier, policies, unreadable, applies } of tiers) {
    if (coming === nothing) break;
    if (unreadable) {
      allow = sets.or(allow, coming);
      deny = sets.or(deny, coming);
      reasons |= unknownPolicies;
      recorder?.tier(tier, policies, 'unknown', coming);
      coming = nothing;
      break;
    }
    if (policies.length === 0 || applies === no) continue;
    const state = fresh(coming);
    if (tier.missing) {
      state.allow = coming;
      state.deny = coming;
      state.reasons = unknownReference;
      recorder?.tier(tier, policies, 'unknown', coming);
    } else if (tier.name === baselineTier) applyBaseline(state, policies, tier, evaluation);
    else applySequence(state, policies, tier, evaluation);
    if (!tier.missing) endOfTier(state, tier, policies, evaluation);
    allow = sets.or(allow, state.allow);
    deny = sets.or(deny, state.deny);
    reasons |= state.reasons;
    const next = sets.or(state.pass, state.free);
    if (applies === yes) coming = next;
    else reasons |= applies;
  }
  return { allow: sets.or(allow, coming), deny, reasons };
}

/** What no rule matched: denied where the tier isolates, and so much of it as its isolation is defined for. */
function endOfTier(state: State, tier: Tier, policies: readonly Governing[], evaluation: Evaluation): void {
  const { sets, recorder } = evaluation;
  const left = undecided(state, sets);
  if (left === nothing) return;
  if (tier.end === 'pass') {
    recorder?.tier(tier, policies, 'no-match', left);
    state.free = left;
    return;
  }
  const { closed, isolated, free } = state;
  const caught = sets.or(closed, isolated);
  state.deny = sets.or(state.deny, caught);
  // Where only NetworkPolicy isolates: it says nothing about other protocols.
  const silent = sets.and(isolated, sets.portless);
  if (silent !== nothing) {
    state.allow = sets.or(state.allow, silent);
    state.reasons |= undefinedProtocol;
  }
  if (caught === nothing) return;
  const sure = sets.minus(sets.minus(caught, free), silent) !== nothing;
  recorder?.tier(tier, policies, sure ? 'deny' : 'unknown', caught);
}
