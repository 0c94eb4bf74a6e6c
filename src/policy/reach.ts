import type { IpFamily } from '../model/address.ts';
import type { KindKey } from '../model/kinds.ts';
import { type Actor, addressIn } from './actor.ts';
import { ClassSets, type PeerSpace } from './classSets.ts';
import { adminTier, baselineTier } from './compile/adminPolicy.ts';
import type { Governing, GoverningTier } from './evaluate.ts';
import { allowAll, type Outcome, type Outcomes } from './outcomes.ts';
import { everyPacket, nothing } from './packets.ts';
import type { Policy, Rule } from './rules.ts';
import { NodeSets } from './nodeSets.ts';
import { openRow, outcomeIn, RowBuilder, type Row } from './rows.ts';
import { RegionSets } from './regionSets.ts';
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

type PerDirection<T> = Readonly<Record<Direction, T>>;

interface FamilyRows {
  readonly pods: RowBuilder;
  /** Of pods on the host's network, read as their nodes. */
  readonly nodes: RowBuilder;
  readonly nodeRows: (Row | undefined)[];
  readonly hosts: NodeSets;
  readonly outside: RowBuilder;
  readonly spaces: readonly PeerSpace[];
  /** By government, where the row depends on nothing else. */
  readonly rows: (Row | undefined)[];
  readonly outsideRows: Map<string, Row>;
}

/** What the reaches of successive snapshots share: it stays right as long as classes and tiers mean the same. */
interface Store {
  readonly governments: Map<number, Government>;
  readonly steps: Map<number, number>;
  readonly specials: Map<string, number>;
  readonly families: Map<IpFamily, FamilyRows>;
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
  readonly #store: Store;
  /** By class: the policies that select it, those that govern it, and its rows. */
  #governing: (readonly Governing[] | undefined)[] = [];
  #byClass: PerDirection<(Government | undefined)[]> = { egress: [], ingress: [] };
  readonly #rows = new Map<IpFamily, PerDirection<(Row | undefined)[]>>();
  /** By class, where rows depend on the class itself. */
  readonly #ownNodeRows = new Map<string, Row>();
  /** By the row that hosts are read as pods in. */
  readonly #agreed = new Map<Row, Map<Row | undefined, Row>>();
  readonly #policies: readonly Policy[];
  #ordered: readonly Policy[] | undefined;
  #clusterPolicies: readonly Governing[] = none;
  #namespacePolicies = new Map<string, Governing[]>();
  /** Namespaces whose policies have not been put in order yet. */
  #unsorted = new Set<string>();
  readonly #places = new Map<string, number>();
  #guardedNodes: ReadonlySet<string> | undefined;
  readonly #unknownHost: Outcome;
  readonly #unreadable = new Map<string, ReadonlySet<string>>();

  private constructor(
    world: World,
    outcomes: Outcomes,
    tiers: readonly Tier[],
    policies: readonly Policy[],
    options: Required<EngineOptions>,
    store: Store,
  ) {
    this.world = world;
    this.outcomes = outcomes;
    this.tiers = tiers;
    this.#policies = policies;
    this.#options = options;
    this.#store = store;
    this.#unknownHost = outcomes.of(nothing, everyPacket, because('unknown-host-endpoint'));
    for (const { name, index } of tiers) this.#places.set(name, index);
  }

  static of(
    world: World,
    outcomes: Outcomes,
    tiers: readonly Tier[],
    policies: readonly Policy[],
    options: Required<EngineOptions>,
  ): Reach {
    const reach = new Reach(world, outcomes, tiers, policies, options, {
      governments: new Map(),
      steps: new Map(),
      specials: new Map(),
      families: new Map(),
    });
    const cluster: Governing[] = [];
    for (const policy of policies) reach.#enlist(policy, cluster);
    reach.#clusterPolicies = cluster.sort(reach.#compare);
    return reach;
  }

  /**
   * For a later snapshot: keeps what the difference leaves valid. `undefined` where the difference is of a kind that leaves
   * too little, or where so many edits have gone by that what they left behind outweighs what is kept.
   */
  next(world: World, tiers: readonly Tier[], policies: readonly Policy[]): Reach | undefined {
    const [old, now] = [this.world.snapshot, world.snapshot];
    if (
      world.classifier !== this.world.classifier ||
      !sameTiers(tiers, this.tiers) ||
      (now.content.reads !== old.content.reads && now.content.origin === 'live') ||
      now.table('calicoHostEndpoints') !== old.table('calicoHostEndpoints') ||
      this.#store.governments.size > 20 * world.classes.length + 20_000
    )
      return undefined;
    const { removed, added } = difference(this.#policies, policies);
    const reach = new Reach(world, this.outcomes, tiers, policies, this.#options, this.#store);
    const everywhere = [...removed, ...added].some(({ namespace }) => namespace === undefined);
    reach.#namespacePolicies = new Map(this.#namespacePolicies);
    reach.#unsorted = new Set(this.#unsorted);
    const gone = new Set(removed);
    const touched = new Set<string>();
    for (const { namespace } of [...removed, ...added]) if (namespace !== undefined) touched.add(namespace);
    for (const namespace of touched) {
      const rest = (this.#namespacePolicies.get(namespace) ?? []).filter(({ policy }) => !gone.has(policy));
      reach.#namespacePolicies.set(namespace, rest);
    }
    const cluster = this.#clusterPolicies.filter(({ policy }) => !gone.has(policy));
    for (const policy of added) reach.#enlist(policy, cluster);
    reach.#clusterPolicies = everywhere ? cluster.sort(reach.#compare) : cluster;
    if (everywhere) return reach;
    reach.#governing = [...this.#governing];
    reach.#byClass = { egress: [...this.#byClass.egress], ingress: [...this.#byClass.ingress] };
    for (const [family, { egress, ingress }] of this.#rows)
      reach.#rows.set(family, { egress: [...egress], ingress: [...ingress] });
    for (const namespace of touched) {
      for (const { index } of world.classesIn(namespace)) {
        reach.#governing[index] = undefined;
        for (const direction of directions) {
          reach.#byClass[direction][index] = undefined;
          for (const rows of reach.#rows.values()) rows[direction][index] = undefined;
        }
      }
    }
    return reach;
  }

  #enlist(policy: Policy, cluster: Governing[]): void {
    const governing: Governing = { policy, certain: yes };
    if (policy.namespace === undefined) {
      cluster.push(governing);
      return;
    }
    const list = this.#namespacePolicies.get(policy.namespace);
    if (list === undefined) this.#namespacePolicies.set(policy.namespace, [governing]);
    else list.push(governing);
    this.#unsorted.add(policy.namespace);
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
    for (let index = 0; index < selecting.length; index++) {
      const { policy, certain } = selecting[index] as Governing;
      if (policy[direction] === undefined) continue;
      const symbol = certain === yes ? policy.id : this.#special(`${policy.id}?${certain}`);
      const key = state * 0x4000000 + symbol;
      let next = this.#store.steps.get(key);
      if (next === undefined) {
        next = 0x800000 + this.#store.steps.size;
        this.#store.steps.set(key, next);
      }
      state = next;
    }
    let government = this.#store.governments.get(state);
    if (government === undefined) {
      government = this.#govern(selecting, unreadable, skipBaseline, direction);
      this.#store.governments.set(state, government);
    }
    return government;
  }

  /** A number for what is rare: below the states of the walk and above any policy's. */
  #special(text: string): number {
    let number = this.#store.specials.get(text);
    if (number === undefined) this.#store.specials.set(text, (number = 0x400000 + this.#store.specials.size));
    return number;
  }

  #govern(
    selecting: readonly Governing[],
    unreadable: ReadonlySet<string>,
    skipBaseline: Tri,
    direction: Direction,
  ): Government {
    const id = this.#store.governments.size;
    const governing: Governing[] = [];
    let personal = false;
    let plain = unreadable.size === 0;
    for (let index = 0; index < selecting.length; index++) {
      const one = selecting[index] as Governing;
      const rules = one.policy[direction];
      if (rules === undefined) continue;
      governing.push(one);
      if (one.policy.tier !== 'default') plain = false;
      for (let at = 0; at < rules.length; at++) {
        const { own, ports } = rules[at] as Rule;
        if (own !== undefined || (direction === 'ingress' && ports.fixed === undefined)) personal = true;
      }
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

  /** Pods and outside, as a rule may match them. */
  spaces(family: IpFamily): readonly PeerSpace[] {
    return this.#family(family).spaces;
  }

  #family(family: IpFamily): FamilyRows {
    const { families } = this.#store;
    let rows = families.get(family);
    if (rows === undefined) {
      const { classifier } = this.world;
      const pods = new ClassSets(classifier, family);
      const hosts = new NodeSets(classifier, family);
      const outside = new RegionSets(classifier, family);
      rows = {
        pods: new RowBuilder(pods, this.outcomes),
        nodes: new RowBuilder(hosts, this.outcomes),
        nodeRows: [],
        hosts,
        outside: new RowBuilder(outside, this.outcomes),
        spaces: [pods, outside],
        rows: [],
        outsideRows: new Map(),
      };
      families.set(family, rows);
    }
    return rows;
  }

  #rowsOf(family: IpFamily): PerDirection<(Row | undefined)[]> {
    let rows = this.#rows.get(family);
    if (rows === undefined) this.#rows.set(family, (rows = { egress: [], ingress: [] }));
    return rows;
  }

  /**
   * What the policies of a class say about all other classes, pods on the host's network read as pods. It may not yet
   * speak of classes that were made later.
   */
  row(podClass: PodClass, direction: Direction, family: IpFamily): Row {
    const list = this.#rowsOf(family)[direction];
    return (list[podClass.index] ??= this.#findRow(podClass, direction, family));
  }

  #findRow(podClass: PodClass, direction: Direction, family: IpFamily): Row {
    const { pods, rows } = this.#family(family);
    const { personal, id, tiers } = this.government(podClass, direction);
    if (personal) return pods.build(tiers, direction, podClass.actor);
    return (rows[id] ??= pods.build(tiers, direction, podClass.actor));
  }

  /** The row, speaking of every class there is. */
  fullRow(podClass: PodClass, direction: Direction, family: IpFamily): Row {
    const row = this.row(podClass, direction, family);
    if (row.count >= this.world.classes.length) return row;
    const { pods, rows } = this.#family(family);
    const { personal, id, tiers } = this.government(podClass, direction);
    const full = pods.extend(row, tiers, direction, podClass.actor);
    if (!personal) rows[id] = full;
    this.#rowsOf(family)[direction][podClass.index] = full;
    return full;
  }

  /** What the policies of a class say about another class, hosts read as pods. */
  outcome(podClass: PodClass, direction: Direction, family: IpFamily, other: number): Outcome {
    const row = this.row(podClass, direction, family);
    if (other < row.count) return outcomeIn(row, other);
    const { tiers } = this.government(podClass, direction);
    return this.#family(family).pods.lateOutcome(row, tiers, direction, podClass.actor, other);
  }

  /** What the policies of a class say about every region of the outside. */
  outsideRow(podClass: PodClass, direction: Direction, family: IpFamily): Row {
    const { node } = podClass.actor;
    if (podClass.hostNetwork && node !== undefined && this.guarded(node))
      return { base: this.#unknownHost, ids: [], outcomes: [], count: 0 };
    if (!podClass.actor.selectable) return openRow;
    const { outside, outsideRows } = this.#family(family);
    const government = this.government(podClass, direction);
    const key = `${government.id}/${government.personal ? podClass.index : ''}`;
    let row = outsideRows.get(key);
    if (row === undefined) {
      row = outside.build(government.tiers, direction, podClass.actor);
      outsideRows.set(key, row);
    }
    if (podClass.asNode === undefined) return row;
    const agreed = (outcome: Outcome): Outcome => this.outcomes.agreed(outcome, allowAll);
    return { ...row, base: agreed(row.base), outcomes: row.outcomes.map(agreed) };
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
      return own.actor.selectable ? this.outcome(own, direction, family, other.index) : allowAll;
    const { node } = own.actor;
    if (own.hostNetwork && node !== undefined && this.guarded(node)) return this.#unknownHost;
    if (!own.actor.selectable) return allowAll;
    const asPods = this.outcome(own, direction, family, other.index);
    if (own.asNode === undefined && other.asNode === undefined) return asPods;
    if (own.asNode !== undefined) return this.outcomes.agreed(asPods, allowAll);
    return this.outcomes.agreed(asPods, this.#asNode(own, other, direction, family));
  }

  #asNode(own: PodClass, other: PodClass, direction: Direction, family: IpFamily): Outcome {
    return outcomeIn(this.#nodeRow(own, direction, family), other.index);
  }

  /** What the policies of a class say about pods on the host's network, read as their nodes. */
  #nodeRow(podClass: PodClass, direction: Direction, family: IpFamily): Row {
    const { nodes, nodeRows } = this.#family(family);
    const { id, personal, tiers } = this.government(podClass, direction);
    const key = personal ? `${direction}/${family}/${podClass.index}` : '';
    let row = personal ? this.#ownNodeRows.get(key) : nodeRows[id];
    if (row !== undefined && row.count >= this.world.classes.length) return row;
    row =
      row === undefined
        ? nodes.build(tiers, direction, podClass.actor)
        : nodes.extend(row, tiers, direction, podClass.actor);
    if (personal) this.#ownNodeRows.set(key, row);
    else nodeRows[id] = row;
    return row;
  }

  /** What one side says about every class, whatever the two ends are: `egress` or `ingress` of all of them as one row. */
  agreedRow(podClass: PodClass, direction: Direction, family: IpFamily): Row {
    const { node } = podClass.actor;
    if (podClass.hostNetwork && node !== undefined && this.guarded(node))
      return { base: this.#unknownHost, ids: [], outcomes: [], count: Number.MAX_SAFE_INTEGER };
    if (!podClass.actor.selectable) return openRow;
    const asPods = this.fullRow(podClass, direction, family);
    const { hosts } = this.#family(family).hosts;
    if (hosts.length === 0) return asPods;
    const asNodes = podClass.asNode === undefined ? this.#nodeRow(podClass, direction, family) : undefined;
    let known = this.#agreed.get(asPods);
    if (known === undefined) this.#agreed.set(asPods, (known = new Map()));
    let row = known.get(asNodes);
    if (row === undefined) {
      row = asNodes === undefined ? this.#agreedWithAll(asPods) : this.#agreedOnHosts(asPods, asNodes, hosts);
      known.set(asNodes, row);
    }
    return row;
  }

  /** Of a pod on the host's network: its node is governed by nothing. */
  #agreedWithAll({ base, ids, outcomes, count }: Row): Row {
    const agreed = (outcome: Outcome): Outcome => this.outcomes.agreed(outcome, allowAll);
    return { base: agreed(base), ids, outcomes: outcomes.map(agreed), count };
  }

  #agreedOnHosts(asPods: Row, asNodes: Row, hosts: readonly PodClass[]): Row {
    const isHost = new Set(hosts.map(({ index }) => index));
    const found = new Map<number, Outcome>();
    asPods.ids.forEach((id, at) => {
      if (!isHost.has(id)) found.set(id, asPods.outcomes[at] as Outcome);
    });
    for (const id of isHost) {
      const outcome = this.outcomes.agreed(outcomeIn(asPods, id), outcomeIn(asNodes, id));
      if (outcome !== asPods.base) found.set(id, outcome);
    }
    const ids = [...found.keys()].sort((a, b) => a - b);
    return { base: asPods.base, ids, outcomes: ids.map((id) => found.get(id) as Outcome), count: asPods.count };
  }

  /** Whether the rows of two snapshots do not tell how counts differ: pods that are seen in two ways, or not evaluated. */
  isSpecial({ asNode, hostNetwork, actor }: PodClass): boolean {
    return asNode !== undefined || (hostNetwork && actor.node !== undefined && this.guarded(actor.node));
  }

  both(from: PodClass, to: PodClass, family: IpFamily): Outcome {
    return this.outcomes.both(this.egress(from, to, family), this.ingress(from, to, family));
  }

  /** The classes that have pods and that a class may reach: all but those that its own side refuses. */
  candidates(from: PodClass): Iterable<PodClass> {
    const { families, classes, inhabited } = this.world;
    const found = new Set<PodClass>();
    for (const family of families) {
      if (addressIn(from.actor, family) === null) continue;
      const { base, ids } = this.agreedRow(from, 'egress', family);
      if (this.outcomes.portState(base) !== 0) return inhabited;
      for (const id of ids) if (this.world.sizeOf(id) > 0) found.add(classes[id] as PodClass);
    }
    return found;
  }

  /** Whether other tiers would say the same about every class and every region of the outside. */
  sameRows(podClass: PodClass, direction: Direction, family: IpFamily, tiers: readonly GoverningTier[]): boolean {
    const { pods, outside, nodes, hosts } = this.#family(family);
    const { length } = this.world.classes;
    const before = this.government(podClass, direction).tiers;
    const build = (rows: RowBuilder, by: readonly GoverningTier[]): Row => rows.build(by, direction, podClass.actor);
    return (
      sameRow(this.fullRow(podClass, direction, family), build(pods, tiers), length) &&
      sameRow(build(outside, before), build(outside, tiers), this.world.space.regionCount(family)) &&
      (hosts.hosts.length === 0 || sameRow(build(nodes, before), build(nodes, tiers), length))
    );
  }

  judge(
    selecting: readonly Governing[],
    direction: Direction,
    subject: Actor,
    other: Actor,
    family: IpFamily,
  ): Outcome {
    const { tiers } = this.governmentOf(selecting, subject.namespace?.name ?? '', direction);
    return this.#family(family).pods.judge(tiers, direction, subject, other);
  }
}

/** Calico breaks ties by this text. Among NetworkPolicies alone the order changes nothing. */
const keyOf = ({ family, ref, sortKey }: Policy): string =>
  family === 'network-policy' ? `knp.default.${ref.name}/${ref.namespace}/KubernetesNetworkPolicy` : sortKey;

const none: readonly Governing[] = [];
const directions: readonly Direction[] = ['egress', 'ingress'];

const sameTiers = (one: readonly Tier[], other: readonly Tier[]): boolean =>
  one.length === other.length &&
  one.every((tier, index) => {
    const twin = other[index];
    return (
      tier.name === twin?.name && tier.order === twin.order && tier.end === twin.end && tier.missing === twin.missing
    );
  });

function sameRow(one: Row, other: Row, count: number): boolean {
  if (one.base === other.base)
    return [...one.ids, ...other.ids].every((id) => outcomeIn(one, id) === outcomeIn(other, id));
  for (let id = 0; id < count; id++) if (outcomeIn(one, id) !== outcomeIn(other, id)) return false;
  return true;
}

/** Policies that are in one list only. The lists mostly agree from both ends. */
export function difference(
  old: readonly Policy[],
  now: readonly Policy[],
): { readonly removed: readonly Policy[]; readonly added: readonly Policy[] } {
  const shorter = Math.min(old.length, now.length);
  let head = 0;
  while (head < shorter && old[head] === now[head]) head++;
  let tail = 0;
  while (tail < shorter - head && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail++;
  const before = old.slice(head, old.length - tail);
  const after = now.slice(head, now.length - tail);
  const known = new Set(before);
  const kept = new Set(after);
  return {
    removed: before.filter((policy) => !kept.has(policy)),
    added: after.filter((policy) => !known.has(policy)),
  };
}

function ask(candidates: readonly Governing[], actor: Actor, list: Governing[]): void {
  for (let index = 0; index < candidates.length; index++) {
    const governing = candidates[index] as Governing;
    const certain = governing.policy.subject(actor);
    if (certain === yes) list.push(governing);
    else if (certain !== no) list.push({ policy: governing.policy, certain });
  }
}

const noTiers: ReadonlySet<string> = new Set();
