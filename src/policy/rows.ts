import type { IpFamily } from '../model/address.ts';
import type { Actor } from './actor.ts';
import { outside } from './actor.ts';
import type { ClassSet, PeerSpace } from './classSets.ts';
import { evaluate, type Governing, type GoverningTier } from './evaluate.ts';
import { allowAll, type Outcome, type Outcomes } from './outcomes.ts';
import { everyPacket, nothing, type PacketSet, type PacketSets } from './packets.ts';
import { matchPeer, matchRule, type Rule } from './rules.ts';
import { and, because, no, type Tri, yes } from './tri.ts';
import type { Direction } from './types.ts';

const undefinedProtocol = because('undefined-protocol');

/** What one side says about every class of pods on the other side: `base`, except for the classes listed. */
export interface Row {
  readonly base: Outcome;
  /** Ascending. */
  readonly ids: readonly number[];
  readonly outcomes: readonly Outcome[];
  /** Classes from this number on were made later. */
  readonly count: number;
  /** What has been asked about them since. */
  late?: Map<number, Outcome>;
}

export const openRow: Row = { base: allowAll, ids: [], outcomes: [], count: Number.MAX_SAFE_INTEGER };

/** Where a class is, or would be, among the exceptions. */
function placeOf(ids: readonly number[], id: number): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ids[middle] as number) < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

export const hasId = ({ ids }: Row, id: number): boolean => ids[placeOf(ids, id)] === id;

/** The outcome of a row for a class. */
export function outcomeIn(row: Row, id: number): Outcome {
  const at = placeOf(row.ids, id);
  return row.ids[at] === id ? (row.outcomes[at] as Outcome) : row.base;
}

interface RowRule {
  readonly rule: Rule;
  readonly set: ClassSet;
  /** The rule's own conditions, which are the same for the whole row. */
  readonly own: Tri;
  /** Its packets, where they are the same for the whole row. */
  readonly packets: PacketSet | undefined;
}

/** Ascending. Most lists are short, or in order already; sorting those by hand needs no memory. */
function sortIds(ids: number[]): void {
  for (let index = 1; index < ids.length; index++) {
    const id = ids[index] as number;
    let at = index - 1;
    if ((ids[at] as number) <= id) continue;
    if (index > 64) {
      ids.sort((a, b) => a - b);
      return;
    }
    while (at >= 0 && (ids[at] as number) > id) {
      ids[at + 1] = ids[at] as number;
      at--;
    }
    ids[at + 1] = id;
  }
}

/** Computes rows: which governing policies let through what, for all classes of peers at once. */
export class RowBuilder {
  readonly #space: PeerSpace;
  readonly #sets: PacketSets;
  readonly #outcomes: Outcomes;
  readonly #family: IpFamily;
  /** For each class the last of a chain of entries in `#link`, `#rule` and `#tri`. */
  #head: Int32Array;
  /** The outcome of isolation by the set of packets that are allowed. */
  readonly #certain: (Outcome | undefined)[] = [];
  readonly #link: number[] = [];
  readonly #ruleAt: number[] = [];
  readonly #triAt: Tri[] = [];

  constructor(space: PeerSpace, outcomes: Outcomes) {
    this.#space = space;
    this.#outcomes = outcomes;
    this.#sets = outcomes.sets;
    this.#family = space.family;
    this.#head = new Int32Array(space.size).fill(-1);
  }

  build(tiers: readonly GoverningTier[], direction: Direction, subject: Actor): Row {
    const count = this.#space.size;
    if (tiers.length === 0) return { ...openRow, count };
    const rules: RowRule[] = [];
    let simple = tiers.length === 1;
    // Loops over indexes here and below: a row is built so often that iterators would be a third of the garbage.
    for (let place = 0; place < tiers.length; place++) {
      const { policies, unreadable, applies, tier } = tiers[place] as GoverningTier;
      if (unreadable || applies !== yes || tier.missing || tier.end !== 'deny') simple = false;
      for (let index = 0; index < policies.length; index++) {
        const { policy, certain } = policies[index] as Governing;
        if (certain !== yes || policy.family !== 'network-policy') simple = false;
        const own = direction === 'ingress' ? policy.ingress : policy.egress;
        for (let at = 0; at < (own?.length ?? 0); at++) {
          const read = this.#readRule(own?.[at] as Rule, direction, subject);
          if (read !== undefined) rules.push(read);
        }
      }
    }
    if (simple && tiers[0]?.policies.length === 0) simple = false;
    return simple ? this.#union(rules, count) : this.#firstMatch(tiers, rules, direction, subject, count);
  }

  #readRule(rule: Rule, direction: Direction, subject: Actor): RowRule | undefined {
    if (rule.family !== undefined && rule.family !== this.#family) return undefined;
    const own = rule.own === undefined ? yes : matchPeer(rule.own, subject, this.#family, this.#space.nodeLabels);
    if (own === no) return undefined;
    const packets =
      rule.ports.fixed ?? (direction === 'ingress' ? rule.ports.resolve(subject, this.#family) : undefined);
    if (packets === nothing) return undefined;
    return {
      rule,
      set: this.#space.of(rule.peers, rule.peersId),
      own: rule.doubt === 0 ? own : and(own, rule.doubt),
      packets,
    };
  }

  /** NetworkPolicy alone: the union of what the rules allow. */
  #union(rules: readonly RowRule[], count: number): Row {
    const sets = this.#sets;
    let base: PacketSet = nothing;
    for (let index = 0; index < rules.length; index++) {
      const { set, packets } = rules[index] as RowRule;
      if (!set.plain || (set.base === yes && packets === undefined)) return this.#unionOfPerhaps(rules, count);
      if (set.base === yes) base = sets.or(base, packets ?? nothing);
    }
    const baseOutcome = this.#isolated(base, nothing, 0);
    if (base === everyPacket) return { base: baseOutcome, ids: [], outcomes: [], count };
    const ids: number[] = [];
    const head = this.#heads();
    // `head` holds the packets allowed to each class that a rule names, one more than their number.
    for (let index = 0; index < rules.length; index++) {
      const { set, packets, rule } = rules[index] as RowRule;
      if (set.base === yes) continue;
      for (let at = 0; at < set.ids.length; at++) {
        const id = set.ids[at] as number;
        const hit = packets ?? rule.ports.resolve(this.#space.actor(id), this.#family);
        const before = head[id] as number;
        if (before < 0) {
          ids.push(id);
          head[id] = sets.or(base, hit);
        } else if (before !== hit) head[id] = sets.or(before, hit);
      }
    }
    sortIds(ids);
    const outcomes: Outcome[] = [];
    for (let index = 0; index < ids.length; index++) {
      const id = ids[index] as number;
      outcomes.push(this.#isolated(head[id] as number, nothing, 0));
      head[id] = -1;
    }
    return { base: baseOutcome, ids, outcomes, count };
  }

  #unionOfPerhaps(rules: readonly RowRule[], count: number): Row {
    const sets = this.#sets;
    const touched = new Set<number>();
    for (const { rule, packets } of rules)
      if (packets === undefined) for (const id of this.#space.withPorts(rule.ports)) touched.add(id);
    return this.#general(
      rules,
      count,
      (matches, destination) => {
        let allow: PacketSet = nothing;
        let perhaps: PacketSet = nothing;
        let reasons: Tri = 0;
        rules.forEach(({ packets, rule }, index) => {
          const tri = matches(index);
          if (tri === no) return;
          const hit = packets ?? rule.ports.resolve(destination, this.#family);
          if (tri === yes) allow = sets.or(allow, hit);
          else {
            perhaps = sets.or(perhaps, hit);
            reasons |= tri;
          }
        });
        return this.#isolated(allow, sets.minus(perhaps, allow), reasons);
      },
      touched,
    );
  }

  /** An isolated pod: what is not allowed is denied; what NetworkPolicy does not speak of is unknown. */
  #isolated(allow: PacketSet, perhaps: PacketSet, reasons: Tri): Outcome {
    const sets = this.#sets;
    if (perhaps === nothing) {
      const known = this.#certain[allow];
      if (known !== undefined) return known;
    }
    const silent = sets.minus(sets.portless, allow);
    const outcome = this.#outcomes.of(
      allow,
      sets.or(perhaps, silent),
      reasons | (silent === nothing ? 0 : undefinedProtocol),
    );
    if (perhaps === nothing) this.#certain[allow] = outcome;
    return outcome;
  }

  #heads(): Int32Array {
    if (this.#head.length < this.#space.size) this.#head = new Int32Array(this.#space.size).fill(-1);
    return this.#head;
  }

  #firstMatch(
    tiers: readonly GoverningTier[],
    rules: readonly RowRule[],
    direction: Direction,
    subject: Actor,
    count: number,
  ): Row {
    const place = new Map(rules.map(({ rule }, index) => [rule, index]));
    const touched = new Set<number>();
    if (direction === 'egress') {
      for (const { rule, packets } of rules)
        if (packets === undefined) for (const id of this.#space.withPorts(rule.ports)) touched.add(id);
    }
    return this.#general(
      rules,
      count,
      (matches, destination) => {
        const possible = evaluate(tiers, everyPacket, {
          sets: this.#sets,
          direction,
          family: this.#family,
          destination: direction === 'ingress' ? subject : destination,
          matches: (rule) => {
            const index = place.get(rule);
            return index === undefined ? no : matches(index);
          },
        });
        return this.#outcomes.ofPossible(possible.allow, possible.deny, possible.reasons);
      },
      touched,
    );
  }

  /** One evaluation for classes that no rule names, and one for each other pattern of matching rules. */
  #general(
    rules: readonly RowRule[],
    count: number,
    judge: (matches: (index: number) => Tri, destination: Actor) => Outcome,
    touched: Set<number>,
  ): Row {
    const bases = rules.map(({ set, own }) => and(set.base, own));
    const plain = outside(null, null);
    const base = judge((index) => bases[index] as Tri, plain);
    const head = this.#heads();
    const link = this.#link;
    const ruleAt = this.#ruleAt;
    const triAt = this.#triAt;
    link.length = ruleAt.length = triAt.length = 0;
    rules.forEach(({ set, own }, index) => {
      for (let at = 0; at < set.ids.length; at++) {
        const id = set.ids[at] as number;
        if (head[id] === -1) touched.add(id);
        link.push(head[id] as number);
        ruleAt.push(index);
        triAt.push(and(set.tris[at] as Tri, own));
        head[id] = link.length - 1;
      }
    });
    const named = rules.some(({ packets }) => packets === undefined);
    const ids: number[] = [];
    const outcomes: Outcome[] = [];
    const tris = [...bases];
    const known = new Map<string, Outcome>();
    for (const id of [...touched].sort((a, b) => a - b)) {
      let key = '';
      for (let at = head[id] as number; at >= 0; at = link[at] as number) {
        tris[ruleAt[at] as number] = triAt[at] as Tri;
        key += `${ruleAt[at] as number}:${triAt[at] as Tri},`;
      }
      let outcome = named ? undefined : known.get(key);
      if (outcome === undefined) {
        outcome = judge((index) => tris[index] as Tri, this.#space.actor(id));
        known.set(key, outcome);
      }
      for (let at = head[id] as number; at >= 0; at = link[at] as number)
        tris[ruleAt[at] as number] = bases[ruleAt[at] as number] as Tri;
      head[id] = -1;
      if (outcome !== base) {
        ids.push(id);
        outcomes.push(outcome);
      }
    }
    return { base, ids, outcomes, count };
  }

  /** What the row says of classes that were made after it. */
  extend(row: Row, tiers: readonly GoverningTier[], direction: Direction, subject: Actor): Row {
    const { size } = this.#space;
    if (row.count >= size) return row;
    const ids = [...row.ids];
    const outcomes = [...row.outcomes];
    for (let id = row.count; id < size; id++) {
      const outcome = row.late?.get(id) ?? this.judge(tiers, direction, subject, this.#space.actor(id));
      if (outcome === row.base) continue;
      ids.push(id);
      outcomes.push(outcome);
    }
    return { base: row.base, ids, outcomes, count: size };
  }

  /** What the row says of one class that was made after it. */
  lateOutcome(row: Row, tiers: readonly GoverningTier[], direction: Direction, subject: Actor, id: number): Outcome {
    row.late ??= new Map();
    let outcome = row.late.get(id);
    if (outcome === undefined) {
      outcome = this.judge(tiers, direction, subject, this.#space.actor(id));
      row.late.set(id, outcome);
    }
    return outcome;
  }

  /** One side for one other end. */
  judge(tiers: readonly GoverningTier[], direction: Direction, subject: Actor, other: Actor): Outcome {
    const possible = evaluate(tiers, everyPacket, {
      sets: this.#sets,
      direction,
      family: this.#family,
      destination: direction === 'ingress' ? subject : other,
      matches: (rule) => matchRule(rule, subject, other, this.#family, this.#space.nodeLabels),
    });
    return this.#outcomes.ofPossible(possible.allow, possible.deny, possible.reasons);
  }
}
