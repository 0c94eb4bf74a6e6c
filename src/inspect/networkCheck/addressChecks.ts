import type { Node } from '../../model/node.ts';
import { clusterCidr, type ClusterCidr } from '../clusterCidr.ts';
import { definitionOf } from '../cni/catalogue.ts';
import { makesNetwork } from '../cni/definition.ts';
import { type Evidence, referenceTo } from '../evidence.ts';
import { problemOfNodes } from '../located.ts';
import { nodeFacts } from '../nodeFacts.ts';
import { liesIn, missingPodCidr, overlappingPodCidrs } from '../podCidrs.ts';
import type { Problem } from '../problem.ts';
import { cachedBy } from '../reading.ts';
import { check, type Check, type CheckContext, counted, evidenceShown, found, nodeGaps } from './check.ts';
import { withId } from './cniChecks.ts';

const usesFlannel = (id: string): boolean => id === 'canal' || id === 'flannel' || id === 'k3s-flannel';

/** What flannel’s own checks say for flannel, for other CNIs that give pods addresses of their node’s pod CIDR. */
const elsewhere = cachedBy((nodes: readonly Node[]): readonly Problem[] => {
  return [missingPodCidr(nodes, []), overlappingPodCidrs(nodes)].flatMap((located) => located?.problem ?? []);
});

/** Linux nodes that have their network from an agent or a process on them, and are here to stay. */
export const nodesHere = cachedBy((nodes: readonly Node[]): readonly Node[] =>
  nodes.filter((node) => {
    const { linux, virtual, leaving } = nodeFacts(node);
    return linux && !virtual && !leaving;
  }),
);

/** Whether every pod can have an address of its own that routes lead to. */
export function addressChecks(context: CheckContext): readonly Check[] {
  const { snapshot, view, nodes } = context;
  const networks = view.cni.detected.filter(({ role }) => makesNetwork(role));
  const taking = networks.find(({ id }) => definitionOf(id)?.usesPodCidr === true);
  const [network] = networks;
  const ofNodes = nodeGaps(context);
  const without =
    network !== undefined && taking === undefined
      ? `${network.name} does not give pods addresses of their node’s pod CIDR.`
      : ofNodes.without;
  const gaps = [
    ...ofNodes.gaps,
    ...(network === undefined ? [{ sentence: 'the CNI is not known', pending: view.cni.state === 'pending' }] : []),
  ];
  const own = taking === undefined || usesFlannel(taking.id) ? [] : found(elsewhere(nodes));
  const findings = [...context.findings, ...own];
  const range = clusterCidr(snapshot);
  return [
    check({
      id: 'pod-cidr-present',
      title: 'Every node has a pod CIDR',
      findings: withId(findings, 'no-pod-cidr', 'too-many-pod-cidrs', 'ipv6-not-enabled'),
      without,
      gaps,
      passed: () => ({
        sentence: `${counted(nodes.length, 'node')}, ${shownCidrs(nodes)}.`,
        evidence: nodes.slice(0, evidenceShown).map(cidrEvidence),
      }),
    }),
    check({
      id: 'pod-cidrs-disjoint',
      title: 'No two pod CIDRs overlap',
      reach: 'across-nodes',
      findings: withId(findings, 'pod-cidrs-overlap'),
      without: without ?? (nodes.length === 1 ? 'There is one node.' : undefined),
      gaps,
      passed: () => ({ sentence: `The pod CIDRs of ${counted(nodes.length, 'node')} are disjoint.` }),
    }),
    check({
      id: 'pod-cidr-in-range',
      title: 'Every pod CIDR lies in the cluster’s',
      reach: 'across-nodes',
      findings: [
        ...withId(findings, 'pod-cidr-outside-network'),
        ...(taking === undefined || range === undefined ? [] : found([outside(nodes, range)])),
      ],
      without:
        without ?? (range === undefined && gaps.length === 0 ? 'Nothing in the cluster says its CIDR.' : undefined),
      gaps,
      passed: () => ({
        sentence: `All lie in ${range?.text ?? ''}.`,
        evidence: range === undefined ? [] : [range.evidence],
      }),
    }),
  ];
}

const shownCidrs = (nodes: readonly Node[]): string => {
  const cidrs = nodes.slice(0, 3).map((node) => node.podCIDRs.join(' and '));
  return nodes.length > cidrs.length ? `${cidrs.join(', ')} and so on` : cidrs.join(', ');
};

const cidrEvidence = (node: Node): Evidence => ({
  from: 'object',
  sentence: node.podCIDRs.join(', '),
  weight: 0,
  object: referenceTo(node),
  field: 'spec.podCIDRs',
});

/** Against what flannel is configured with, flannel’s own check says it; that is the worse of the two. */
function outside(nodes: readonly Node[], { cidrs, text, evidence }: ClusterCidr): Problem | undefined {
  if (evidence.field?.includes('net-conf.json') === true) return undefined;
  const strays = nodes.filter((node) =>
    nodeFacts(node).podCidrs.some((cidr) => {
      const ranges = cidrs.filter(({ family }) => family === cidr?.family);
      return cidr !== undefined && ranges.length > 0 && !ranges.some((range) => liesIn(cidr, range));
    }),
  );
  return problemOfNodes({
    id: 'pod-cidr-outside-cluster',
    severity: 'may-break',
    nodes: strays,
    field: 'spec.podCIDRs',
    state: (node) => `pod CIDR ${node.podCIDRs.join(', ')}`,
    sentence: (names, count) =>
      `The pod CIDR${count === 1 ? '' : 's'} of ${names} ${count === 1 ? 'is' : 'are'} outside the cluster’s ${text}`,
    cause:
      'The cluster’s CIDR was changed after the nodes had joined, or the CNI gives out addresses of another range.',
    fix: 'Let the controller-manager, kube-proxy and the CNI have the same cluster CIDR, and let the nodes join again.',
  })?.problem;
}
