import type {
  Connections,
  Connectivity,
  ConnectivityNode,
  ConnectivityPair,
  Incompleteness,
} from '../../policy/types.ts';
import { type ConnectionRow, formatAllowed, formatUnknown, portsByProtocol, rowsOf } from './connections.ts';
import { orderedPairs } from './pairs.ts';
import { csvLine, markdownHead, markdownLine } from './table.ts';

export type ConnectivityFormat = 'text' | 'json' | 'csv' | 'markdown' | 'dot';

/** All pairs in a format, in pieces: a large cluster has more of them than one string can hold. */
export function formatConnectivity(
  connectivity: Connectivity,
  incomplete: readonly Incompleteness[],
  format: ConnectivityFormat,
): Iterable<string> {
  switch (format) {
    case 'text':
      return toLines(
        connectivity,
        '',
        ({ source, destination, connections }) => `${source} => ${destination} : ${connections}\n`,
      );
    case 'json':
      return toJson(connectivity, incomplete);
    case 'csv':
      return toLines(connectivity, csvLine(columns), (row) => csvLine(cells(row)));
    case 'markdown':
      return toLines(connectivity, markdownHead(columns), (row) => markdownLine(cells(row)));
    case 'dot':
      return toDot(connectivity);
  }
}

const columns = ['source', 'destination', 'connections'];

const cells = ({ source, destination, connections }: ConnectionRow): readonly string[] => [
  source,
  destination,
  connections,
];

const sameWords = (one: Connections, other: Connections): boolean =>
  one === other || (formatAllowed(one) === formatAllowed(other) && formatUnknown(one) === formatUnknown(other));

const sameInAll = (one: Connections, other: Connections): boolean =>
  sameWords(one, other) && one.icmp === other.icmp && one.other === other.other;

function* toLines(connectivity: Connectivity, head: string, toLine: (row: ConnectionRow) => string): Iterable<string> {
  if (head !== '') yield head;
  for (const pairs of orderedPairs(connectivity, sameWords)) yield pairs.flatMap(rowsOf).map(toLine).join('');
}

function* toJson(connectivity: Connectivity, incomplete: readonly Incompleteness[]): Iterable<string> {
  yield `{\n  "by": ${JSON.stringify(connectivity.by)},\n  "connections": [`;
  let separator = '\n';
  for (const pairs of orderedPairs(connectivity, sameInAll)) {
    let text = '';
    for (const pair of pairs) {
      text += `${separator}    ${JSON.stringify(pairToJson(pair))}`;
      separator = ',\n';
    }
    if (text !== '') yield text;
  }
  yield `\n  ],\n  "incomplete": ${JSON.stringify(incomplete.map(incompleteToJson), null, 2).replaceAll('\n', '\n  ')}\n}\n`;
}

function pairToJson({ from, to, connections, family }: ConnectivityPair) {
  return {
    source: endToJson(from),
    destination: endToJson(to),
    ...(family === undefined ? {} : { family }),
    connections: formatAllowed(connections),
    allowed: connections.all ? 'all' : portsByProtocol(connections.allowed),
    ...(formatUnknown(connections) === undefined
      ? {}
      : { unknown: portsByProtocol(connections.unknown), reasons: connections.reasons }),
    icmp: connections.icmp,
    otherProtocols: connections.other,
  };
}

function endToJson(node: ConnectivityNode) {
  switch (node.kind) {
    case 'pods':
      return {
        label: node.label,
        ...node.workload,
        pods: node.podCount,
        ...(node.part === undefined ? {} : { part: node.part }),
        ...(node.hostNetwork ? { hostNetwork: true } : {}),
      };
    case 'external':
      return { label: node.label, kind: 'External', first: node.first, last: node.last };
    case 'ingress-controller':
      return { label: node.label, kind: 'IngressController' };
  }
}

const incompleteToJson = ({ kind, text, policy, path }: Incompleteness) => ({
  kind,
  text,
  ...(policy === undefined ? {} : { policy: { kind: policy.kind, namespace: policy.namespace, name: policy.name } }),
  ...(path === undefined ? {} : { path }),
});

const dotText = (text: string): string =>
  `"${text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replace(/[\r\n]+/g, ' ')}"`;

/** Graphviz: workloads in a cluster for each namespace. What cannot be decided is dashed, and says so in words. */
function* toDot(connectivity: Connectivity): Iterable<string> {
  yield 'digraph connectivity {\n  rankdir=LR;\n  node [shape=box];\n';
  const namespaces = new Map<string, string[]>();
  for (const node of connectivity.nodes) {
    if (node.kind !== 'pods') continue;
    const list = namespaces.get(node.workload.namespace) ?? [];
    list.push(`    ${dotText(node.label)};\n`);
    namespaces.set(node.workload.namespace, list);
  }
  for (const [namespace, list] of [...namespaces].sort(([one], [other]) => (one < other ? -1 : 1)))
    yield `  subgraph ${dotText(`cluster_${namespace}`)} {\n    label=${dotText(namespace)};\n${list.sort().join('')}  }\n`;
  const outside = new Set<string>();
  for (const pairs of orderedPairs(connectivity, sameWords)) {
    let text = '';
    for (const pair of pairs) {
      for (const end of [pair.from, pair.to]) {
        if (end.kind === 'pods' || outside.has(end.label)) continue;
        outside.add(end.label);
        text += `  ${dotText(end.label)} [style=rounded];\n`;
      }
      for (const { source, destination, connections } of rowsOf(pair)) {
        const style = connections.startsWith('unknown') ? ', style=dashed' : '';
        text += `  ${dotText(source)} -> ${dotText(destination)} [label=${dotText(connections)}${style}];\n`;
      }
    }
    yield text;
  }
  yield '}\n';
}
