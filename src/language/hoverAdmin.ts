import { isObject, type JsonObject, numberAt, stringAt, stringsAt } from '../model/json.ts';
import { matchesSelector } from '../model/labels.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import { type LintContext, selectorOf } from '../policy/lint/context.ts';
import type { Path } from '../policy/lint/path.ts';
import { blockLines } from './hoverBlocks.ts';
import type { PortWords } from './hoverPorts.ts';
import { labelAt, labelLines, namespaceLines, nearMissLines } from './hoverSelectors.ts';
import { plural, someOf } from './podWords.ts';

/** A port of the cluster-wide kinds as one of NetworkPolicy: `portNumber`, `portRange`, a transport, or a name. */
export function adminPort(entry: unknown): PortWords | undefined {
  if (!isObject(entry)) return undefined;
  const name = stringAt(entry, 'namedPort') ?? stringAt(entry, 'destinationNamedPort');
  if (name !== undefined) return { port: name, anyProtocol: true };
  const number = entry['portNumber'];
  if (isObject(number)) return { protocol: stringAt(number, 'protocol'), port: numberAt(number, 'port') };
  const range = entry['portRange'];
  if (isObject(range))
    return { protocol: stringAt(range, 'protocol'), port: numberAt(range, 'start'), endPort: numberAt(range, 'end') };
  for (const transport of ['tcp', 'udp', 'sctp']) {
    const value = entry[transport];
    const port = isObject(value) ? value['destinationPort'] : undefined;
    if (!isObject(port)) continue;
    const protocol = transport.toUpperCase();
    if (!isObject(port['range'])) return { protocol, port: numberAt(port, 'number') };
    return { protocol, port: numberAt(port['range'], 'start'), endPort: numberAt(port['range'], 'end') };
  }
  return undefined;
}

/** What a subject or a peer of a cluster-wide policy chooses, beside its pods: namespaces, labels, addresses, nodes. */
export function choiceLines(
  choice: JsonObject,
  path: Path,
  chosenPods: number,
  context: LintContext,
): readonly string[] {
  const [part, index] = path;
  const pods = isObject(choice['pods']) ? choice['pods'] : undefined;
  const namespaceSelector = choice['namespaces'] ?? pods?.['namespaceSelector'];
  const namespaces = selectorOf(namespaceSelector);
  switch (part) {
    case 'networks': {
      const blocks = stringsAt(choice, 'networks');
      const meant = typeof index === 'number' ? blocks.slice(index, index + 1) : blocks.length === 1 ? blocks : [];
      return meant.flatMap((cidr) => blockLines({ cidr }, context.snapshot));
    }
    case 'nodes':
      return nodeLines(choice['nodes'], context.snapshot);
    case 'domainNames':
      return ['Cannot tell which addresses these names have: that is known only when they are looked up.'];
    default:
  }
  const lines = namespaces === undefined ? [] : [...namespaceLines(namespaceSelector, context)];
  const label = labelAt(choice, path);
  const candidates =
    namespaces === undefined ? [] : context.namespacesSelected(namespaces).flatMap((name) => context.in(name));
  if (label !== undefined)
    lines.push(
      ...(path.includes('podSelector')
        ? labelLines(
            label,
            candidates.map(({ labels }) => labels),
            'pod',
          )
        : labelLines(label, [...context.subjects.namespaces.values()], 'namespace')),
    );
  if (chosenPods === 0) lines.push(...nearMissLines(pods?.['podSelector'], candidates));
  return lines;
}

function nodeLines(selector: unknown, snapshot: ClusterSnapshot): readonly string[] {
  const wanted = selectorOf(selector);
  if (wanted === undefined) return [];
  const nodes = snapshot.list('nodes');
  const chosen = nodes.filter(({ meta }) => matchesSelector(wanted, meta.labels)).map(({ meta }) => meta.name);
  return [
    chosen.length === 0
      ? 'No node has these labels.'
      : `${plural(chosen.length, 'node')} of ${nodes.length}, and the pods on their network: ${someOf(chosen, 4)}.`,
  ];
}
