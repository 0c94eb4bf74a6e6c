import type { IpFamily } from '../model/address.ts';
import type { Steps } from './counts.ts';
import { allowAll } from './outcomes.ts';
import type { Reach } from './reach.ts';
import type { Tri } from './tri.ts';
import type { Connections, ConnectivityNode, Direction, Exposure } from './types.ts';
import type { PodClass } from './world.ts';

/** What is allowed from (or to) every region of the outside, and from some of them. */
function outsideOf(
  reach: Reach,
  podClass: PodClass,
  direction: Direction,
  family: IpFamily,
): { readonly every: Connections; readonly some: Connections } {
  const { outcomes } = reach;
  const { base, ids, outcomes: listed } = reach.outsideRow(podClass, direction, family);
  const distinct = new Set(listed);
  if (ids.length < reach.world.space.regionCount(family)) distinct.add(base);
  const all = [...distinct];
  const { sets } = outcomes;
  const allow = sets.union(all.map((outcome) => outcomes.allowed(outcome)));
  const unknown = sets.minus(sets.union(all.map((outcome) => outcomes.unknown(outcome))), allow);
  const reasons = all.reduce<Tri>((mask, outcome) => mask | outcomes.reasons(outcome), 0);
  return {
    every: outcomes.connections(
      all.reduce((sum, outcome) => outcomes.both(sum, outcome), allowAll),
      family,
    ),
    some: outcomes.connections(outcomes.of(allow, unknown, reasons), family),
  };
}

export function* exposures(
  reach: Reach,
  nodes: readonly { readonly node: ConnectivityNode; readonly podClass: PodClass }[],
): Steps<readonly Exposure[]> {
  const { world, outcomes } = reach;
  const family = world.families[0] ?? 4;
  const all = world.inhabited;
  const total = all.reduce((sum, { index }) => sum + world.sizeOf(index), 0);
  const reached = new Map<PodClass, { readonly pods: number; readonly namespaces: number }>();
  const list: Exposure[] = [];
  for (const { node, podClass } of nodes) {
    if (node.kind !== 'pods') continue;
    let from = reached.get(podClass);
    if (from === undefined) {
      let pods = 0;
      const namespaces = new Set<string>();
      for (const other of all) {
        if (outcomes.portState(reach.both(other, podClass, family)) !== 2) continue;
        const size = world.sizeOf(other.index);
        pods += other === podClass ? size - 1 : size;
        if (other !== podClass || size > 1) namespaces.add(other.namespace.name);
      }
      from = { pods, namespaces: namespaces.size };
      reached.set(podClass, from);
    }
    const into = outsideOf(reach, podClass, 'ingress', family);
    const out = outsideOf(reach, podClass, 'egress', family);
    list.push({
      workload: node.workload,
      label: node.label,
      podCount: node.podCount,
      fromPods: { ...from, of: total - 1 },
      fromAnywhere: into.every,
      fromSomewhere: into.some,
      toAnywhere: out.every,
      toSomewhere: out.some,
    });
    yield { done: list.length, total: nodes.length, what: 'workloads' };
  }
  return list;
}
