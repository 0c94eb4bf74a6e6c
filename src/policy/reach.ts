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
import type { Tier } from './tiers.ts';
import { because, no, not, or, type Tri, yes } from './tri.ts';
import type { Direction, EngineOptions } from './types.ts';
import type { PodClass, World } from './world.ts';

/** The policies that govern a class of pods in one direction. Interned: the same ones are the same object. */
export interface Government {
  readonly id: number;
  readonly tiers: readonly GoverningTier[];
  /** Rows also depend on the governed pod itself: its named ports, or conditions of a rule on its own side. */
  readonly personal: boolean;
}

interface FamilyRows {
  readonly classSets: ClassSets;
  readonly builder: RowBuilder;
  readonly rows: { readonly egress: Map<string, Row>; readonly ingress: Map<string, Row> };
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
  /** In the order in which they are asked. */
  readonly policies: readonly Policy[];
  readonly #options: Required<EngineOptions>;
  readonly #governing: (readonly Governing[])[] = [];
  readonly #governments = new Map<string, Government>();
  readonly #byClass: { readonly egress: (Government | undefined)[]; readonly ingress: (Government | undefined)[] } = {
    egress: [],
    ingress: [],
  };
  readonly #families = new Map<IpFamily, FamilyRows>();
  readonly #clusterPolicies: readonly Policy[];
  readonly #namespacePolicies = new Map<string, Policy[]>();
  readonly #place = new Map<Policy, number>();
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
    this.policies = policies;
    this.#options = options;
    this.#unknownHost = outcomes.of(nothing, everyPacket, because('unknown-host-endpoint'));
    const clusterPolicies: Policy[] = [];
    policies.forEach((policy, index) => {
      this.#place.set(policy, index);
      if (policy.namespace === undefined) clusterPolicies.push(policy);
      else {
        const list = this.#namespacePolicies.get(policy.namespace);
        if (list === undefined) this.#namespacePolicies.set(policy.namespace, [policy]);
        else list.push(policy);
      }
    });
    this.#clusterPolicies = clusterPolicies;
  }

  /** The policies that select an actor, in order, with how certain it is that they do. */
  selecting(actor: Actor): readonly Governing[] {
    const own = actor.namespace === undefined ? [] : (this.#namespacePolicies.get(actor.namespace.name) ?? []);
    const list: Governing[] = [];
    const ask = (policy: Policy): void => {
      const certain = policy.subject(actor);
      if (certain !== no) list.push({ policy, certain });
    };
    own.forEach(ask);
    if (this.#clusterPolicies.length > 0) {
      this.#clusterPolicies.forEach(ask);
      list.sort((a, b) => (this.#place.get(a.policy) ?? 0) - (this.#place.get(b.policy) ?? 0));
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
    const governing = selecting.filter(({ policy }) => policy[direction] !== undefined);
    const unreadable = this.unreadableTiers(namespace);
    const skipBaseline = this.#options.baseline === 'any' ? this.#anyNetworkPolicy(selecting) : no;
    let key = unreadable.size > 0 ? `${[...unreadable].join('/')}|${skipBaseline}|` : `${skipBaseline}|`;
    let personal = false;
    for (const { policy, certain } of governing) {
      key += certain === yes ? `${policy.id},` : `${policy.id}?${certain},`;
      for (const rule of policy[direction] ?? [])
        if (rule.own !== undefined || (direction === 'ingress' && rule.ports.fixed === undefined)) personal = true;
    }
    key += direction;
    let government = this.#governments.get(key);
    if (government === undefined) {
      const tiers: GoverningTier[] = [];
      for (const tier of this.tiers) {
        const policies = governing.filter(({ policy }) => policy.tier === tier.name);
        const blind = unreadable.has(tier.name);
        if (policies.length === 0 && !blind) continue;
        tiers.push({
          tier,
          policies,
          unreadable: blind,
          applies: tier.name === baselineTier ? not(skipBaseline) : yes,
        });
      }
      government = { id: this.#governments.size, tiers, personal };
      this.#governments.set(key, government);
    }
    return government;
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
        rows: { egress: new Map(), ingress: new Map() },
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
    const key = government.personal ? `${government.id}/${podClass.index}` : String(government.id);
    let row = rows[direction].get(key);
    if (row === undefined) row = builder.build(government.tiers, direction, podClass.actor);
    else if (row.count < count) row = builder.extend(row, government.tiers, direction, podClass.actor);
    rows[direction].set(key, row);
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

const noTiers: ReadonlySet<string> = new Set();
