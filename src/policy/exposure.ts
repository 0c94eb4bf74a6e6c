import type { IpFamily } from '../model/address.ts';
import type { Steps } from './counts.ts';
import { allowAll, type Outcome, type Outcomes } from './outcomes.ts';
import { nothing, type PacketSet } from './packets.ts';
import type { Reach } from './reach.ts';
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
  const row = reach.outsideRow(podClass, direction, family);
  return {
    every: outcomes.connections(
      row.reduce((all, outcome) => outcomes.both(all, outcome), allowAll),
      family,
    ),
    some: outcomes.connections(
      row.reduce((all, outcome) => either(outcomes, all, outcome), outcomes.of(nothing, nothing, 0)),
      family,
    ),
  };
}

/** Allowed by one or the other. */
function either(outcomes: Outcomes, one: Outcome, other: Outcome): Outcome {
  const { sets } = outcomes;
  const allow: PacketSet = sets.or(outcomes.allowed(one), outcomes.allowed(other));
  const unknown = sets.minus(sets.or(outcomes.unknown(one), outcomes.unknown(other)), allow);
  return outcomes.of(allow, unknown, outcomes.reasons(one) | outcomes.reasons(other));
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
