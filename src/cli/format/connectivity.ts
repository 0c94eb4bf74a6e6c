import type { Connectivity, ConnectivityNode, ConnectivityPair, Incompleteness } from '../../policy/types.ts';
import { type ConnectionRow, formatAllowed, formatUnknown, portsByProtocol, rowsOf } from './connections.ts';
import { toCsv, toMarkdown } from './table.ts';

export type ConnectivityFormat = 'text' | 'json' | 'csv' | 'markdown' | 'dot';

export function formatConnectivity(
  connectivity: Connectivity,
  incomplete: readonly Incompleteness[],
  format: ConnectivityFormat,
): string {
  switch (format) {
    case 'text':
      return sortedRows(connectivity)
        .map(({ source, destination, connections }) => `${source} => ${destination} : ${connections}\n`)
        .join('');
    case 'json':
      return toJson(connectivity, incomplete);
    case 'csv':
      return toCsv(toTable(connectivity));
    case 'markdown':
      return toMarkdown(toTable(connectivity));
    case 'dot':
      return toDot(connectivity);
  }
}

function sortedRows(connectivity: Connectivity): readonly ConnectionRow[] {
  const rows: ConnectionRow[] = [];
  for (const pair of connectivity.pairs()) for (const row of rowsOf(pair)) rows.push(row);
  const key = ({ source, destination, connections }: ConnectionRow): string =>
    `${source} => ${destination} : ${connections}`;
  return rows
    .map((row) => ({ row, key: key(row) }))
    .sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0))
    .map(({ row }) => row);
}

const toTable = (connectivity: Connectivity) => ({
  columns: ['source', 'destination', 'connections'],
  rows: sortedRows(connectivity).map(({ source, destination, connections }) => [source, destination, connections]),
});

function toJson(connectivity: Connectivity, incomplete: readonly Incompleteness[]): string {
  const connections = [...connectivity.pairs()].map(pairToJson);
  connections.sort((one, other) => {
    const [a, b] = [
      `${one.source.label} => ${one.destination.label}`,
      `${other.source.label} => ${other.destination.label}`,
    ];
    return a < b ? -1 : a > b ? 1 : (one.family ?? 0) - (other.family ?? 0);
  });
  return `${JSON.stringify({ by: connectivity.by, connections, incomplete: incomplete.map(incompleteToJson) }, null, 2)}\n`;
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
function toDot(connectivity: Connectivity): string {
  const rows = sortedRows(connectivity);
  const lines: string[] = [];
  const namespaces = new Map<string, string[]>();
  const outside: string[] = [];
  const used = new Set(rows.flatMap(({ source, destination }) => [source, destination]));
  for (const node of connectivity.nodes) {
    if (node.kind !== 'pods') {
      if (used.has(node.label)) outside.push(`  ${dotText(node.label)} [shape=box, style=rounded];`);
      continue;
    }
    const list = namespaces.get(node.workload.namespace) ?? [];
    list.push(`    ${dotText(node.label)};`);
    namespaces.set(node.workload.namespace, list);
  }
  for (const [namespace, list] of [...namespaces].sort(([a], [b]) => (a < b ? -1 : 1))) {
    lines.push(
      `  subgraph ${dotText(`cluster_${namespace}`)} {`,
      `    label=${dotText(namespace)};`,
      ...list.sort(),
      '  }',
    );
  }
  lines.push(...outside.sort());
  for (const { source, destination, connections } of rows) {
    const style = connections.startsWith('unknown') ? ', style=dashed' : '';
    lines.push(`  ${dotText(source)} -> ${dotText(destination)} [label=${dotText(connections)}${style}];`);
  }
  return `digraph connectivity {\n  rankdir=LR;\n  node [shape=box];\n${lines.map((line) => `${line}\n`).join('')}}\n`;
}
