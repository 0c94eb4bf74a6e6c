import { formatIpv4, formatIpv6, type IpFamily } from '../model/address.ts';
import type { Pod } from '../model/pod.ts';
import { addressIn } from './actor.ts';
import { type Endpoints, ingressController } from './endpoints.ts';
import { exposedByIngress } from './ingressControllers.ts';
import type { Outcome } from './outcomes.ts';
import { nothing, type PacketSet } from './packets.ts';
import type { Reach } from './reach.ts';
import { outcomeIn, type Row } from './rows.ts';
import type {
  Connections,
  Connectivity,
  ConnectivityCounts,
  ConnectivityNode,
  ConnectivityPair,
  Direction,
  OutsideFlow,
  WorkloadRef,
} from './types.ts';
import type { PodClass } from './world.ts';

interface PodsNode {
  readonly node: Extract<ConnectivityNode, { kind: 'pods' }>;
  readonly podClass: PodClass;
  /** One of its pods. */
  readonly sample: number;
}

interface OutsideNode {
  readonly node: Extract<ConnectivityNode, { kind: 'external' }>;
  readonly region: number;
}

interface Lists {
  readonly nodes: readonly ConnectivityNode[];
  readonly pods: readonly PodsNode[];
  readonly outside: readonly OutsideNode[];
  readonly byId: ReadonlyMap<number, PodsNode | OutsideNode>;
  readonly controllerId: number | undefined;
}

interface Flow {
  readonly connections: Connections;
  /** Absent where it is the same in both families. */
  readonly family?: IpFamily;
}

interface Reached {
  readonly to: PodsNode;
  readonly flows: readonly Flow[];
}

/** All pairs of one snapshot, expanded from classes when they are asked for. */
export class AllPairs implements Connectivity {
  readonly by: 'workload' | 'pod';
  readonly families: readonly IpFamily[];
  readonly #reach: Reach;
  readonly #endpoints: Endpoints;
  readonly #countPairs: () => ConnectivityCounts;
  #lists: Lists | undefined;
  readonly #ranges = new Map<IpFamily, WeakMap<Row, readonly OutsideFlow[]>>();
  #byClass: ReadonlyMap<PodClass, readonly PodsNode[]> | undefined;
  #lastReached: { readonly podClass: PodClass; readonly list: readonly Reached[] } | undefined;
  #exposed: ReadonlyMap<Pod, PacketSet> | undefined;
  readonly #fromController = new Map<number, Outcome>();

  constructor(by: 'workload' | 'pod', reach: Reach, endpoints: Endpoints, countPairs: () => ConnectivityCounts) {
    this.by = by;
    this.families = reach.world.families;
    this.#reach = reach;
    this.#endpoints = endpoints;
    this.#countPairs = countPairs;
  }

  get counts(): ConnectivityCounts {
    return this.#countPairs();
  }

  get nodes(): readonly ConnectivityNode[] {
    return this.#read().nodes;
  }

  /** The nodes that are pods, with the class of each. */
  get podNodes(): readonly { readonly node: ConnectivityNode; readonly podClass: PodClass }[] {
    return this.#read().pods;
  }

  *pairs(): Iterable<ConnectivityPair> {
    for (const node of this.nodes) yield* this.from(node);
  }

  *from(node: ConnectivityNode): Iterable<ConnectivityPair> {
    const { pods, byId, controllerId } = this.#read();
    const source = byId.get(node.id);
    if (source === undefined) {
      if (node.id === controllerId) for (const to of pods) yield* shown(this.#withController(to, controllerId));
    } else if ('podClass' in source) {
      for (const { to, flows } of this.#reached(source.podClass))
        if (to !== source) for (const flow of flows) yield { from: source.node, to: to.node, ...flow };
      for (const { node: to, connections } of this.#reachedOutside(source))
        yield { from: source.node, to, connections };
    } else for (const to of pods) yield* shown(this.#withOutside(to, source, 'ingress'));
  }

  /** The pods that those of a class reach, and by what, in the order of nodes. Kept for the next pod of the class. */
  #reached(podClass: PodClass): readonly Reached[] {
    if (this.#lastReached?.podClass === podClass) return this.#lastReached.list;
    const byClass = this.#podsByClass();
    const list: Reached[] = [];
    for (const other of this.#reach.candidates(podClass)) {
      const flows = merged(this.#flows(podClass, other)).filter(({ connections }) => !connections.none);
      if (flows.length > 0) for (const to of byClass.get(other) ?? []) list.push({ to, flows });
    }
    list.sort((one, other) => one.to.node.id - other.to.node.id);
    this.#lastReached = { podClass, list };
    return list;
  }

  #podsByClass(): ReadonlyMap<PodClass, readonly PodsNode[]> {
    return (this.#byClass ??= Map.groupBy(this.#read().pods, ({ podClass }) => podClass));
  }

  *#reachedOutside(
    pods: PodsNode,
  ): Iterable<{ readonly node: OutsideNode['node']; readonly connections: Connections }> {
    const { outcomes } = this.#reach;
    const { outside } = this.#read();
    for (const family of this.families) {
      if (!inFamily(pods, family)) continue;
      const row = this.#reach.outsideRow(pods.podClass, 'egress', family);
      if (row.ids.length === 0 && outcomes.connections(row.base, family).none) continue;
      for (const { node, region } of outside) {
        if (node.family !== family) continue;
        const connections = outcomes.connections(outcomeIn(row, region), family);
        if (!connections.none) yield { node, connections };
      }
    }
  }

  outside(node: ConnectivityNode, direction: Direction): readonly OutsideFlow[] {
    const pods = this.#read().byId.get(node.id);
    if (pods === undefined || !('podClass' in pods)) return [];
    return this.families
      .filter((family) => inFamily(pods, family))
      .flatMap((family) => this.#rangesOf(this.#reach.outsideRow(pods.podClass, direction, family), family));
  }

  /** Many classes share a row. */
  #rangesOf(row: Row, family: IpFamily): readonly OutsideFlow[] {
    let known = this.#ranges.get(family);
    if (known === undefined) this.#ranges.set(family, (known = new WeakMap()));
    let flows = known.get(row);
    if (flows === undefined) known.set(row, (flows = this.#computeRanges(row, family)));
    return flows;
  }

  #computeRanges(row: Row, family: IpFamily): readonly OutsideFlow[] {
    const { outcomes } = this.#reach;
    const flows: OutsideFlow[] = [];
    let first: OutsideNode['node'] | undefined;
    let before: Connections | undefined;
    for (const { node, region } of this.#read().outside) {
      if (node.family !== family) continue;
      const connections = outcomes.connections(outcomeIn(row, region), family);
      if (connections !== before) first = node;
      before = connections;
      if (connections.none || first === undefined) continue;
      if (first === node) flows.push({ node, connections });
      else {
        const label = `${first.first}-${node.last}[External]`;
        flows[flows.length - 1] = { node: { ...first, last: node.last, label }, connections };
      }
    }
    return flows;
  }

  between(from: ConnectivityNode, to: ConnectivityNode): readonly ConnectivityPair[] {
    const { byId, controllerId } = this.#read();
    const source = byId.get(from.id);
    const destination = byId.get(to.id);
    if (destination !== undefined && 'podClass' in destination) {
      if (source === undefined) return controllerId === from.id ? this.#withController(destination, from.id) : [];
      return 'podClass' in source
        ? this.#betweenPods(source, destination)
        : this.#withOutside(destination, source, 'ingress');
    }
    return source !== undefined && 'podClass' in source && destination !== undefined
      ? this.#withOutside(source, destination, 'egress')
      : [];
  }

  #betweenPods(from: PodsNode, to: PodsNode): readonly ConnectivityPair[] {
    return merged(this.#flows(from.podClass, to.podClass)).map((flow) => ({ from: from.node, to: to.node, ...flow }));
  }

  #flows(from: PodClass, to: PodClass): readonly Required<Flow>[] {
    const found: Required<Flow>[] = [];
    for (const family of this.families) {
      if (!inFamily({ podClass: from }, family) || !inFamily({ podClass: to }, family)) continue;
      const outcome = this.#reach.both(from, to, family);
      found.push({ family, connections: this.#reach.outcomes.connections(outcome, family) });
    }
    return found;
  }

  #withOutside(pods: PodsNode, outside: OutsideNode, direction: 'egress' | 'ingress'): readonly ConnectivityPair[] {
    const { family } = outside.node;
    if (!inFamily(pods, family)) return [];
    const row = this.#reach.outsideRow(pods.podClass, direction, family);
    const connections = this.#reach.outcomes.connections(outcomeIn(row, outside.region), family);
    return direction === 'egress'
      ? [{ from: pods.node, to: outside.node, connections }]
      : [{ from: outside.node, to: pods.node, connections }];
  }

  #withController(to: PodsNode, controllerId: number): readonly ConnectivityPair[] {
    const exposed = this.#exposedPackets().get(this.#reach.world.pods[to.sample] as Pod) ?? nothing;
    if (exposed === nothing) return [];
    const [family] = this.families;
    const { outcomes } = this.#reach;
    const { sets } = outcomes;
    let outcome = this.#fromController.get(to.podClass.index);
    if (outcome === undefined) {
      const { actor } = to.podClass;
      outcome = this.#reach.judge(
        this.#reach.selectingClass(to.podClass),
        'ingress',
        actor,
        ingressController().actor,
        family ?? 4,
      );
      this.#fromController.set(to.podClass.index, outcome);
    }
    const part = outcomes.of(
      sets.and(outcomes.allowed(outcome), exposed),
      sets.and(outcomes.unknown(outcome), exposed),
      outcomes.reasons(outcome),
    );
    return [
      {
        from: { kind: 'ingress-controller', id: controllerId, label: '{ingress-controller}' },
        to: to.node,
        connections: outcomes.connections(part, family ?? 4),
      },
    ];
  }

  #exposedPackets(): ReadonlyMap<Pod, PacketSet> {
    return (this.#exposed ??= exposedByIngress(this.#reach.world, this.#endpoints, this.#reach.outcomes.sets));
  }

  #read(): Lists {
    if (this.#lists !== undefined) return this.#lists;
    const pods = this.by === 'pod' ? this.#eachPod() : this.#eachWorkload();
    const outside: OutsideNode[] = [];
    let id = pods.length;
    for (const family of this.families) {
      const { space } = this.#reach.world;
      const ranges = family === 4 ? space.v4.ranges : space.v6.ranges;
      for (const { first, last, region } of ranges) {
        const [start, end] = [textOf(first), textOf(last)];
        outside.push({
          node: { kind: 'external', id, family, label: `${start}-${end}[External]`, first: start, last: end },
          region,
        });
        id++;
      }
    }
    const nodes: ConnectivityNode[] = [...pods.map(({ node }) => node), ...outside.map(({ node }) => node)];
    const byId = new Map<number, PodsNode | OutsideNode>();
    for (const one of [...pods, ...outside]) byId.set(one.node.id, one);
    let controllerId: number | undefined;
    if (this.#exposedPackets().size > 0) {
      controllerId = id;
      nodes.push({ kind: 'ingress-controller', id, label: '{ingress-controller}' });
    }
    return (this.#lists = { nodes, pods, outside, byId, controllerId });
  }

  #eachPod(): readonly PodsNode[] {
    const { world } = this.#reach;
    const list: PodsNode[] = [];
    world.pods.forEach((pod, index) => {
      const podClass = world.classes[world.classOf[index] ?? -1];
      if (podClass === undefined) return;
      const { namespace, name } = pod.meta;
      list.push({
        node: {
          kind: 'pods',
          id: list.length,
          label: `${namespace}/${name}[Pod]`,
          workload: { kind: 'Pod', namespace, name },
          podCount: 1,
          hostNetwork: pod.spec.hostNetwork,
        },
        podClass,
        sample: index,
      });
    });
    return list;
  }

  #eachWorkload(): readonly PodsNode[] {
    const { world } = this.#reach;
    const groups = new Map<WorkloadRef, Map<PodClass, { sample: number; count: number }>>();
    // Refs of one owner are one object; bare pods have one each.
    world.pods.forEach((pod, index) => {
      const podClass = world.classes[world.classOf[index] ?? -1];
      if (podClass === undefined) return;
      const owner = this.#endpoints.ownerOf(pod);
      let parts = groups.get(owner);
      if (parts === undefined) groups.set(owner, (parts = new Map()));
      const part = parts.get(podClass);
      if (part === undefined) parts.set(podClass, { sample: index, count: 1 });
      else {
        part.count++;
        // The first by name speaks for the part, in whatever order the pods were read.
        if (pod.meta.name < (world.pods[part.sample] as Pod).meta.name) part.sample = index;
      }
    });
    const list: PodsNode[] = [];
    for (const [workload, parts] of groups) {
      const samples = [...parts.values()].map(({ sample }) => world.pods[sample] as Pod);
      for (const [podClass, { sample, count }] of parts) {
        const pod = world.pods[sample] as Pod;
        const part = parts.size === 1 ? undefined : this.#distinguishing(pod, samples);
        const name = `${workload.namespace}/${workload.name}`;
        const suffix = part === undefined ? '' : partText(part, pod, samples);
        list.push({
          node: {
            kind: 'pods',
            id: list.length,
            label: `${name}${suffix}[${workload.kind}]`,
            workload,
            podCount: count,
            hostNetwork: pod.spec.hostNetwork,
            ...(part === undefined ? {} : { part }),
          },
          podClass,
          sample,
        });
      }
    }
    return list;
  }

  /** The labels that policies read and in which a part of a workload differs from the other parts. */
  #distinguishing(pod: Pod, samples: readonly Pod[]): Readonly<Record<string, string>> {
    const part: Record<string, string> = {};
    for (const key of [...this.#reach.world.vocabulary.labels.keys()].sort()) {
      const value = pod.meta.labels[key];
      if (typeof value === 'string' && samples.some((other) => other.meta.labels[key] !== value)) part[key] = value;
    }
    return part;
  }
}

/** Labels where they tell the parts apart, else the name of one of the pods. */
function partText(part: Readonly<Record<string, string>>, pod: Pod, samples: readonly Pod[]): string {
  const entries = Object.entries(part);
  const unique =
    entries.length > 0 &&
    samples.filter((other) => entries.every(([key, value]) => other.meta.labels[key] === value)).length === 1;
  return unique ? `{${entries.map(([key, value]) => `${key}=${value}`).join(',')}}` : `{${pod.meta.name}}`;
}

const textOf = (address: number | bigint): string =>
  typeof address === 'number' ? formatIpv4(address) : formatIpv6(address);

const inFamily = ({ podClass }: Pick<PodsNode, 'podClass'>, family: IpFamily): boolean =>
  addressIn(podClass.actor, family) !== null;

function* shown(pairs: readonly ConnectivityPair[]): Iterable<ConnectivityPair> {
  for (const pair of pairs) if (!pair.connections.none) yield pair;
}

const sameConnections = (one: Connections, other: Connections): boolean =>
  one.icmp === other.icmp &&
  one.other === other.other &&
  JSON.stringify([one.allowed, one.unknown]) === JSON.stringify([other.allowed, other.unknown]);

/** One flow where both families have the same. */
function merged(found: readonly Required<Flow>[]): readonly Flow[] {
  const [first, second] = found;
  if (first === undefined) return [];
  if (
    second === undefined ||
    first.connections === second.connections ||
    sameConnections(first.connections, second.connections)
  )
    return [{ connections: first.connections }];
  return found;
}
