import type { IpFamily } from '../model/address.ts';
import type { Steps } from './counts.ts';
import { allowAll } from './outcomes.ts';
import type { Reach } from './reach.ts';
import { Sources } from './sources.ts';
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
  const { world } = reach;
  const family = world.families[0] ?? 4;
  const sources = yield* Sources.of(reach);
  const known = new Map<PodClass, Omit<Exposure, 'workload' | 'label' | 'podCount'>>();
  const list: Exposure[] = [];
  for (const { node, podClass } of nodes) {
    if (node.kind !== 'pods') continue;
    let exposure = known.get(podClass);
    if (exposure === undefined) {
      const into = outsideOf(reach, podClass, 'ingress', family);
      const out = outsideOf(reach, podClass, 'egress', family);
      exposure = {
        fromPods: sources.reaching(podClass),
        fromAnywhere: into.every,
        fromSomewhere: into.some,
        toAnywhere: out.every,
        toSomewhere: out.some,
      };
      known.set(podClass, exposure);
    }
    list.push({ workload: node.workload, label: node.label, podCount: node.podCount, ...exposure });
    yield { done: list.length, total: nodes.length, what: 'workloads' };
  }
  return list;
}
