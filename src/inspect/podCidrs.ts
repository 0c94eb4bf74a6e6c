import type { Cidr } from '../model/address.ts';
import type { Node } from '../model/node.ts';
import { type Located, problemOfNodes } from './located.ts';
import { nodeFacts } from './nodeFacts.ts';

/** `breaksContainers` are those that cannot run on a node without a pod CIDR. */
export const missingPodCidr = (nodes: readonly Node[], breaksContainers: readonly string[]): Located | undefined =>
  problemOfNodes({
    id: 'no-pod-cidr',
    severity: 'breaks',
    nodes: nodes.filter((node) => node.podCIDRs.length === 0),
    field: 'spec.podCIDRs',
    state: () => 'no pod CIDR',
    sentence: (names, count) =>
      count === 1 ? `${names} has no pod CIDR` : `${count} nodes have no pod CIDR: ${names}`,
    cause: 'The controller-manager hands them out, and its range may be used up.',
    fix: 'Start the controller-manager with --allocate-node-cidrs=true and a --cluster-cidr that is large enough.',
    breaksContainers,
  });

export const liesIn = (inner: Cidr, outer: Cidr): boolean =>
  outer.family === inner.family && inner.first >= outer.first && inner.last <= outer.last;

/** Sorted by their first address, a CIDR overlaps an earlier one if it begins before the furthest end so far. */
export function overlappingPodCidrs(nodes: readonly Node[]): Located | undefined {
  const found = new Set<Node>();
  const pairs: string[] = [];
  for (const family of [4, 6] as const) {
    const ranges = nodes
      .flatMap((node) => nodeFacts(node).podCidrs.map((cidr) => ({ node, cidr })))
      .flatMap(({ node, cidr }) => (cidr?.family === family ? [{ node, first: cidr.first, last: cidr.last }] : []))
      .sort((one, other) => (one.first < other.first ? -1 : one.first > other.first ? 1 : 0));
    let furthest = ranges[0];
    for (const range of ranges.slice(1)) {
      if (furthest !== undefined && range.first <= furthest.last && range.node !== furthest.node) {
        found.add(furthest.node).add(range.node);
        if (pairs.length < 3) pairs.push(`${furthest.node.meta.name} and ${range.node.meta.name}`);
      }
      if (furthest === undefined || range.last > furthest.last) furthest = range;
    }
  }
  return problemOfNodes({
    id: 'pod-cidrs-overlap',
    severity: 'breaks',
    nodes: [...found],
    field: 'spec.podCIDRs',
    state: (node) => `pod CIDR ${node.podCIDRs.join(', ')}`,
    sentence: () => `The pod CIDRs of ${pairs.join(', ')} overlap`,
    cause: 'Two pods can have the same address, and routes lead to one node only.',
    fix: 'Remove one of the nodes from the cluster and let it join again, so that it gets a pod CIDR of its own.',
  });
}
