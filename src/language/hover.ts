import type { Document, Node, Pair } from 'yaml';
import { gapOf } from '../inspect/evidence.ts';
import { enforcementWords } from '../inspect/enforcement.ts';
import type { Path } from '../policy/lint/path.ts';
import type { PeerSelection, PodRef, Selection } from '../policy/types.ts';
import type { Measurement } from './measurement.ts';
import type { WrittenPolicy } from './policyText.ts';

/** The field or element that stands at a place of the document: its path, from the root of the document. */
export function pathAt(document: Document, offset: number): Path {
  const path: (string | number)[] = [];
  let node: unknown = document.contents;
  for (;;) {
    const next = stepInto(node, offset);
    if (next === undefined) return path;
    path.push(next.step);
    if (next.onKey) return path;
    node = next.node;
  }
}

interface Step {
  readonly step: string | number;
  readonly node: unknown;
  readonly onKey: boolean;
}

const within = (node: unknown, offset: number): boolean => {
  const range = typeof node === 'object' && node !== null && 'range' in node ? (node as Node).range : undefined;
  return range !== undefined && range !== null && offset >= range[0] && offset <= range[1];
};

function stepInto(node: unknown, offset: number): Step | undefined {
  if (typeof node !== 'object' || node === null || !('items' in node) || !Array.isArray(node.items)) return undefined;
  for (const [index, item] of (node.items as unknown[]).entries()) {
    if (typeof item === 'object' && item !== null && 'key' in item && 'value' in item) {
      const { key, value } = item as Pair;
      const name = typeof key === 'object' && key !== null && 'value' in key ? String(key.value) : '';
      if (within(key, offset)) return { step: name, node: value, onKey: true };
      if (within(value, offset)) return { step: name, node: value, onKey: false };
    } else if (within(item, offset)) return { step: index, node: item, onKey: false };
  }
  return undefined;
}

const shownPods = 10;

const byNamespace = (pods: readonly PodRef[]): readonly (readonly [string, readonly string[]])[] =>
  [...Map.groupBy(pods, ({ namespace }) => namespace)].map(
    ([namespace, list]) => [namespace, list.map(({ name }) => name)] as const,
  );

/** Lines of text, to be escaped: `7 pods in shop: web-0, web-1 and 5 more`. */
function podLines(pods: readonly PodRef[]): readonly string[] {
  return byNamespace(pods).map(([namespace, names]) => {
    const rest = names.length - shownPods;
    const list = names.slice(0, shownPods).join(', ');
    return `${names.length} ${names.length === 1 ? 'pod' : 'pods'} in ${namespace}: ${list}${rest > 0 ? ` and ${rest} more` : ''}`;
  });
}

/** What a hover says, as plain lines; the first is the sentence. */
export function hoverAt(measurement: Measurement, written: WrittenPolicy, path: Path): readonly string[] {
  const selection = measurement.selection(written);
  const { snapshot, cni } = measurement;
  const gap = gapOf(snapshot.knowledge('pods'), 'pods are');
  const enforcement =
    cni.detected.length === 0 ? [] : [`${cni.detected[0]?.name ?? ''} ${enforcementWords[cni.enforcement.verdict]}.`];
  if (selection === undefined) return [];
  if (gap !== undefined) return [`Cannot tell which pods are meant: ${gap}.`];
  const [root, section, index, list, peer] = path;
  if (root === 'kind' || root === 'metadata') return [...policySentence(written, selection), ...enforcement];
  if (root !== 'spec') return [];
  if (section === 'podSelector' || section === 'selector' || section === 'subject')
    return [...selected(selection), ...enforcement];
  if (section === 'policyTypes') return typesSentence(selection);
  if (section !== 'ingress' && section !== 'egress') return [];
  if (index === undefined) return directionSentence(selection, section, written);
  const rule = selection.rules.find((one) => one.rule.direction === section && one.rule.index === Number(index));
  if (rule === undefined) return [];
  if (list === 'from' || list === 'to') {
    const chosen = peer === undefined ? rule.peers : rule.peers.filter((one) => one.index === Number(peer));
    return chosen.flatMap((one) => peerLines(one));
  }
  return [];
}

const count = (pods: readonly PodRef[]): string => {
  const namespaces = new Set(pods.map(({ namespace }) => namespace)).size;
  return `${pods.length} ${pods.length === 1 ? 'pod' : 'pods'} in ${namespaces} ${namespaces === 1 ? 'namespace' : 'namespaces'}`;
};

function peerLines({ everything, pods, unknownPods, blocks }: PeerSelection): readonly string[] {
  if (everything) return ['Everything: every pod, every node, and every address outside the cluster.'];
  const lines: string[] = [];
  if (blocks.length > 0)
    lines.push(`Addresses ${blocks.join(', ')}${pods.length > 0 ? `, which contain ${count(pods)}` : ''}.`);
  else lines.push(pods.length === 0 ? 'Matches no pod.' : `Matches ${count(pods)}.`);
  lines.push(...podLines(pods));
  if (unknownPods.length > 0)
    lines.push(`Cannot tell for ${unknownPods.length} more, whose addresses or namespaces are not known.`);
  return lines;
}

function selected({ pods, hostNetworkPods, unknownPods }: Selection): readonly string[] {
  const lines = [pods.length === 0 ? 'Selects no pod.' : `Selects ${count(pods)}.`, ...podLines(pods)];
  if (hostNetworkPods.length > 0)
    lines.push(
      `${hostNetworkPods.length} more match and are on their node’s network: most network plugins do not apply the policy to them.`,
    );
  if (unknownPods.length > 0) lines.push(`Cannot tell for ${unknownPods.length} more.`);
  return lines;
}

const typesSentence = ({ directions }: Selection): readonly string[] => [
  directions.length === 0
    ? 'The policy governs no direction.'
    : `Governs ${directions.toSorted().reverse().join(' and ')}. Without policyTypes it is ingress, and egress where there are egress rules.`,
];

function directionSentence(
  { directions, rules }: Selection,
  direction: 'ingress' | 'egress',
  { kind }: WrittenPolicy,
): readonly string[] {
  if (!directions.includes(direction)) return [`These rules have no effect: the policy does not govern ${direction}.`];
  const own = rules.filter(({ rule }) => rule.direction === direction);
  if (kind !== 'networkPolicies') return [`${own.length} rules, of which the first that matches decides.`];
  if (own.length === 0)
    return [`No rule: the selected pods are isolated for ${direction}, and this policy admits nothing.`];
  const open = own.some(({ peers }) => peers.some(({ everything }) => everything));
  return [
    `The selected pods are isolated for ${direction}; this policy admits what at least one of its ${own.length} rules matches.`,
    ...(open ? ['One of them has no peers: it admits every source and destination, outside addresses included.'] : []),
  ];
}

function policySentence({ policy, kind }: WrittenPolicy, selection: Selection): readonly string[] {
  const { pods, directions } = selection;
  const verb = kind === 'networkPolicies' ? 'isolates' : 'governs';
  const own = (direction: string): number => selection.rules.filter(({ rule }) => rule.direction === direction).length;
  const rules = directions
    .map((direction) => `${own(direction)} ${direction} ${own(direction) === 1 ? 'rule' : 'rules'}`)
    .join(' and ');
  return [
    `${policy.meta.name} ${verb} ${count(pods)} for ${directions.toSorted().reverse().join(' and ') || 'no direction'}, with ${rules || 'no rule'}.`,
    ...podLines(pods),
  ];
}
