import type { IpFamily } from '../model/address.ts';
import type { KindKey } from '../model/kinds.ts';
import type { Actor } from './actor.ts';
import { ClassSets } from './classSets.ts';
import { adminTier, baselineTier } from './compile/adminPolicy.ts';
import type { Governing, GoverningTier } from './evaluate.ts';
import { allowAll, type Outcome, type Outcomes } from './outcomes.ts';
import { everyPacket, nothing } from './packets.ts';
import type { Policy } from './rules.ts';
import { outcomeIn, RowBuilder, type Row } from './rows.ts';
import { compareText, type Tier } from './tiers.ts';
import { because, no, not, or, type Tri, yes } from './tri.ts';
import type { Direction, EngineOptions } from './types.ts';
import type { PodClass, World } from './world.ts';

/** The policies that govern a class of pods in one direction. Interned: the same ones are the same object. */
export interface Government {
  readonly id: number;
  readonly direction: Direction;
  readonly tiers: readonly GoverningTier[];
  /** Rows also depend on the governed pod itself: its named ports, or conditions of a rule on its own side. */
  readonly personal: boolean;
}

interface FamilyRows {
  readonly classSets: ClassSets;
  readonly builder: RowBuilder;
  /** By government, where the row depends on nothing else. */
  readonly rows: (Row | undefined)[];
  readonly byClass: { readonly egress: (Row | undefined)[]; readonly ingress: (Row | undefined)[] };
  readonly outside: Map<string, readonly Outcome[]>;
  readonly nodes: Map<number, Outcome>;
}

const known = new Set(['loaded', 'absent', 'stale']);

/** Which kinds decide what happens in a tier. Kinds of which a cluster need not have the definition may be unread. */
const tierKinds: Readonly<Record<string, readonly KindKey[]>> = {
  [adminTier]: ['adminNetworkPolicies', 'clusterNetworkPolicies'],
  default: ['networkPolicies'],
  [baselineTier]: ['baselineAdminNetworkPolicies', 'clusterNetworkPolicies'],
};
const calicoKinds: readonly KindKey[] = ['calicoNetworkPolicies', 'calicoGlobalNetworkPolicies', 'calicoTiers'];

/** Which class of pods may reach which: rows of outcomes, computed when they are first asked for. */
export class Reach {
  readonly world: World;
  readonly outcomes: Outcomes;
  readonly tiers: readonly Tier[];
  readonly #options: Required<EngineOptions>;
  readonly #governing: (readonly Governing[])[] = [];
  readonly #governments = new Map<number, Government>();
  readonly #steps = new Map<number, number>();
  readonly #specials = new Map<string, number>();
  readonly #byClass: { readonly egress: (Government | undefined)[]; readonly ingress: (Government | undefined)[] } = {
    egress: [],
    ingress: [],
  };
  readonly #families = new Map<IpFamily, FamilyRows>();
  readonly #policies: readonly Policy[];
  #ordered: readonly Policy[] | undefined;
  readonly #clusterPolicies: Governing[] = [];
  readonly #namespacePolicies = new Map<string, Governing[]>();
  /** Namespaces whose policies have not been put in order yet. */
  readonly #unsorted: Set<string>;
  readonly #places = new Map<string, number>();
  #guardedNodes: ReadonlySet<string> | undefined;
  readonly #unknownHost: Outcome;
  readonly #unreadable = new Map<string, ReadonlySet<string>>();

  constructor(
    world: World,
    outcomes: Outcomes,
    tiers: readonly Tier[],
    policies: readonly Policy[],
    options: Required<EngineOptions>,
  ) {
    this.world = world;
    this.outcomes = outcomes;
    this.tiers = tiers;
    this.#policies = policies;
    this.#options = options;
    this.#unknownHost = outcomes.of(nothing, everyPacket, because('unknown-host-endpoint'));
    for (const { name, index } of tiers) this.#places.set(name, index);
    for (const policy of policies) {
      const governing: Governing = { policy, certain: yes };
      if (policy.namespace === undefined) this.#clusterPolicies.push(governing);
      else {
        const list = this.#namespacePolicies.get(policy.namespace);
        if (list === undefined) this.#namespacePolicies.set(policy.namespace, [governing]);
        else list.push(governing);
      }
    }
    this.#clusterPolicies.sort(this.#compare);
    this.#unsorted = new Set(this.#namespacePolicies.keys());
  }

  /** All policies in the order in which they are asked. */
  get policies(): readonly Policy[] {
    return (this.#ordered ??= this.#policies
      .map((policy): Governing => ({ policy, certain: yes }))
      .sort(this.#compare)
      .map(({ policy }) => policy));
  }

  readonly #compare = ({ policy: a }: Governing, { policy: b }: Governing): number =>
    (this.#places.get(a.tier) ?? 0) - (this.#places.get(b.tier) ?? 0) ||
    (a.order === b.order ? 0 : a.order - b.order) ||
    (a.family === 'network-policy' && b.family === 'network-policy'
      ? compareText(a.ref.name, b.ref.name) || compareText(a.ref.namespace, b.ref.namespace)
      : compareText(keyOf(a), keyOf(b)));

  #inNamespace(namespace: string): readonly Governing[] {
    const list = this.#namespacePolicies.get(namespace);
    if (list === undefined) return none;
    if (this.#unsorted.delete(namespace)) list.sort(this.#compare);
    return list;
  }

  /** The policies that select an actor, in order, with how certain it is that they do. */
  selecting(actor: Actor): readonly Governing[] {
    const { namespace } = actor;
    const list: Governing[] = [];
    if (namespace !== undefined) ask(this.#inNamespace(namespace.name), actor, list);
    if (this.#clusterPolicies.length > 0) {
      const own = list.length;
      ask(this.#clusterPolicies, actor, list);
      if (own > 0 && list.length > own) list.sort(this.#compare);
    }
    return list;
  }

  selectingClass(podClass: PodClass): readonly Governing[] {
    return (this.#governing[podClass.index] ??= this.selecting(podClass.actor));
  }

  government(podClass: PodClass, direction: Direction): Government {
    const list = this.#byClass[direction];
    return (list[podClass.index] ??= this.governmentOf(
      this.selectingClass(podClass),
      podClass.namespace.name,
      direction,
    ));
  }

  governmentOf(selecting: readonly Governing[], namespace: string, direction: Direction): Government {
    const unreadable = this.unreadableTiers(namespace);
    const skipBaseline = this.#options.baseline === 'any' ? this.#anyNetworkPolicy(selecting) : no;
    // A walk over the policies' numbers; what is not a number starts the walk elsewhere.
    let state = direction === 'egress' ? 0 : 1;
    if (unreadable.size > 0 || skipBaseline !== no)
      state = this.#special(`${[...unreadable].join('/')}|${skipBaseline}|${direction}`);
    for (const { policy, certain } of selecting) {
      if (policy[direction] === undefined) continue;
      const symbol = certain === yes ? policy.id : this.#special(`${policy.id}?${certain}`);
      const key = state * 0x4000000 + symbol;
      let next = this.#steps.get(key);
      if (next === undefined) {
        next = 0x800000 + this.#steps.size;
        this.#steps.set(key, next);
      }
      state = next;
    }
    let government = this.#governments.get(state);
    if (government === undefined) {
      government = this.#govern(selecting, unreadable, skipBaseline, direction);
      this.#governments.set(state, government);
    }
    return government;
  }

  /** A number for what is rare: below the states of the walk and above any policy's. */
  #special(text: string): number {
    let number = this.#specials.get(text);
    if (number === undefined) this.#specials.set(text, (number = 0x400000 + this.#specials.size));
    return number;
  }

  #govern(
    selecting: readonly Governing[],
    unreadable: ReadonlySet<string>,
    skipBaseline: Tri,
    direction: Direction,
  ): Government {
    const id = this.#governments.size;
    const governing: Governing[] = [];
    let personal = false;
    let plain = unreadable.size === 0;
    for (const one of selecting) {
      const rules = one.policy[direction];
      if (rules === undefined) continue;
      governing.push(one);
      if (one.policy.tier !== 'default') plain = false;
      for (const { own, ports } of rules)
        if (own !== undefined || (direction === 'ingress' && ports.fixed === undefined)) personal = true;
    }
    const tiers: GoverningTier[] = [];
    for (const tier of this.tiers) {
      if (plain && (tier.name !== 'default' || governing.length === 0)) continue;
      const policies = plain ? governing : governing.filter(({ policy }) => policy.tier === tier.name);
      const blind = unreadable.has(tier.name);
      if (policies.length === 0 && !blind) continue;
      const applies = tier.name === baselineTier ? not(skipBaseline) : yes;
      tiers.push({ tier, policies, unreadable: blind, applies });
    }
    return { id, direction, tiers, personal };
  }

  #anyNetworkPolicy(selecting: readonly Governing[]): Tri {
    let any: Tri = no;
    for (const { policy, certain } of selecting) if (policy.family === 'network-policy') any = or(any, certain);
    return any;
  }

  /** Tiers of which some policies could not be read, for pods of a namespace. */
  unreadableTiers(namespace: string): ReadonlySet<string> {
    const { snapshot } = this.world;
    if (snapshot.content.origin === 'folder') return noTiers;
    let found = this.#unreadable.get(namespace);
    if (found === undefined) {
      const blind = new Set<string>();
      const missing = (kind: KindKey): boolean => {
        const { state } = snapshot.knowledge(kind, { namespace });
        return !known.has(state) && (state !== 'unread' || kind === 'networkPolicies');
      };
      for (const [tier, kinds] of Object.entries(tierKinds)) if (kinds.some(missing)) blind.add(tier);
      // Calico's policies may stand in any tier, the first included.
      const first = this.tiers[0];
      if (first !== undefined && calicoKinds.some(missing)) blind.add(first.name);
      found = blind;
      this.#unreadable.set(namespace, found);
    }
    return found;
  }

  /** Whether a Calico host endpoint stands for the node: what it lets through is not evaluated. */
  guarded(node: string): boolean {
    this.#guardedNodes ??= new Set(
      this.world.snapshot
        .list('calicoHostEndpoints')
        .flatMap(({ spec }) => (typeof spec['node'] === 'string' ? [spec['node']] : [])),
    );
    return this.#guardedNodes.has(node);
  }

  classSets(family: IpFamily): ClassSets {
    return this.#family(family).classSets;
  }

  #family(family: IpFamily): FamilyRows {
    let rows = this.#families.get(family);
    if (rows === undefined) {
      const classSets = new ClassSets(this.world, family);
      rows = {
        classSets,
        builder: new RowBuilder(this.world, this.outcomes, classSets),
        rows: [],
        byClass: { egress: [], ingress: [] },
        outside: new Map(),
        nodes: new Map(),
      };
      this.#families.set(family, rows);
    }
    return rows;
  }

  /** What the policies of a class say about all other classes, as if none of them were on the host's network's node side. */
  row(podClass: PodClass, direction: Direction, family: IpFamily): Row {
    const { builder, rows, byClass } = this.#family(family);
    const list = byClass[direction];
    const known = list[podClass.index];
    const count = this.world.classes.length;
    if (known !== undefined && known.count >= count) return known;
    const government = this.government(podClass, direction);
    let row = government.personal ? known : rows[government.id];
    if (row === undefined) row = builder.build(government.tiers, direction, podClass.actor);
    else if (row.count < count) row = builder.extend(row, government.tiers, direction, podClass.actor);
    if (!government.personal) rows[government.id] = row;
    list[podClass.index] = row;
    return row;
  }

  /** What the policies of a class say about every region of the outside. */
  outsideRow(podClass: PodClass, direction: Direction, family: IpFamily): readonly Outcome[] {
    const { builder, outside } = this.#family(family);
    const government = this.government(podClass, direction);
    const key = `${direction}/${government.id}/${government.personal ? podClass.index : ''}`;
    let row = outside.get(key);
    if (row === undefined) {
      row = builder.outside(government.tiers, direction, podClass.actor);
      outside.set(key, row);
    }
    const { node } = podClass.actor;
    if (podClass.hostNetwork && node !== undefined && this.guarded(node)) return row.map(() => this.#unknownHost);
    if (podClass.asNode === undefined) return podClass.actor.selectable ? row : row.map(() => allowAll);
    return row.map((outcome) => this.outcomes.agreed(outcome, allowAll));
  }

  /** The egress half from one class to another. */
  egress(from: PodClass, to: PodClass, family: IpFamily): Outcome {
    return this.#half(from, to, 'egress', family);
  }

  /** The ingress half from one class to another. */
  ingress(from: PodClass, to: PodClass, family: IpFamily): Outcome {
    return this.#half(to, from, 'ingress', family);
  }

  /**
   * Where an end is on the host's network there are two readings: policies see it as a pod, or as its node, which no
   * policy governs. What they agree on is the outcome.
   */
  #half(own: PodClass, other: PodClass, direction: Direction, family: IpFamily): Outcome {
    if (own.asNode === undefined && other.asNode === undefined && !own.hostNetwork)
      return own.actor.selectable ? outcomeIn(this.row(own, direction, family), other.index) : allowAll;
    const { node } = own.actor;
    if (own.hostNetwork && node !== undefined && this.guarded(node)) return this.#unknownHost;
    if (!own.actor.selectable) return allowAll;
    const asPods = outcomeIn(this.row(own, direction, family), other.index);
    if (own.asNode === undefined && other.asNode === undefined) return asPods;
    if (own.asNode !== undefined) return this.outcomes.agreed(asPods, allowAll);
    return this.outcomes.agreed(asPods, this.#asNode(own, other, direction, family));
  }

  #asNode(own: PodClass, other: PodClass, direction: Direction, family: IpFamily): Outcome {
    const { nodes, builder } = this.#family(family);
    const key = (own.index * 2 + (direction === 'egress' ? 0 : 1)) * 0x1000000 + other.index;
    let outcome = nodes.get(key);
    if (outcome === undefined) {
      const { tiers } = this.government(own, direction);
      outcome = builder.judge(tiers, direction, own.actor, other.asNode ?? other.actor);
      nodes.set(key, outcome);
    }
    return outcome;
  }

  both(from: PodClass, to: PodClass, family: IpFamily): Outcome {
    return this.outcomes.both(this.egress(from, to, family), this.ingress(from, to, family));
  }

  /** Whether other tiers would say the same about every class and every region of the outside. */
  sameRows(podClass: PodClass, direction: Direction, family: IpFamily, tiers: readonly GoverningTier[]): boolean {
    const { builder } = this.#family(family);
    const before = this.row(podClass, direction, family);
    const after = builder.build(tiers, direction, podClass.actor);
    if (before.base !== after.base) {
      for (const { index } of this.world.classes)
        if (outcomeIn(before, index) !== outcomeIn(after, index)) return false;
    } else {
      for (const id of before.ids) if (outcomeIn(before, id) !== outcomeIn(after, id)) return false;
      for (const id of after.ids) if (outcomeIn(before, id) !== outcomeIn(after, id)) return false;
    }
    const government = this.government(podClass, direction);
    const outside = builder.outside(government.tiers, direction, podClass.actor);
    return builder.outside(tiers, direction, podClass.actor).every((outcome, region) => outcome === outside[region]);
  }

  judge(
    selecting: readonly Governing[],
    direction: Direction,
    subject: Actor,
    other: Actor,
    family: IpFamily,
  ): Outcome {
    const { tiers } = this.governmentOf(selecting, subject.namespace?.name ?? '', direction);
    return this.#family(family).builder.judge(tiers, direction, subject, other);
  }
}

/** Calico breaks ties by this text. Among NetworkPolicies alone the order changes nothing. */
const keyOf = ({ family, ref, sortKey }: Policy): string =>
  family === 'network-policy' ? `knp.default.${ref.name}/${ref.namespace}/KubernetesNetworkPolicy` : sortKey;

const none: readonly Governing[] = [];

function ask(candidates: readonly Governing[], actor: Actor, list: Governing[]): void {
  for (const governing of candidates) {
    const certain = governing.policy.subject(actor);
    if (certain === yes) list.push(governing);
    else if (certain !== no) list.push({ policy: governing.policy, certain });
  }
}

const noTiers: ReadonlySet<string> = new Set();
