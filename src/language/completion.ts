import type { Labels } from '../model/labels.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import { declaredPorts, type Subject, type Subjects, subjectsOf } from '../policy/lint/subjects.ts';
import { flowPathAt } from './flowPath.ts';
import { type LinePath, linePathAt } from './linePath.ts';
import { longSelectorAt } from './longSelector.ts';
import { plural } from './podWords.ts';
import { isSelectorField, selectorSuggestions } from './selectorSuggestions.ts';
import { keysOf, type Suggestion, valuesOf } from './suggestion.ts';

/**
 * Names that the cluster has for the place of the cursor: namespaces, labels and their values, ports, service accounts,
 * services and tiers. What the schema of the kind says is left to others.
 *
 * @param lines of the document that the cursor stands in
 * @param index of the line of the cursor, from 0
 * @param column characters before the cursor
 */
export function suggestionsAt(
  snapshot: ClusterSnapshot,
  lines: readonly string[],
  index: number,
  column: number,
): readonly Suggestion[] {
  const head = headOf(lines);
  const place =
    (head.isCalico ? longSelectorAt(lines, index, column) : undefined) ??
    flowPathAt(lines, index, column) ??
    linePathAt(lines, index, column);
  if (place === undefined) return [];
  const { fields, field } = place;
  const parent = fields.at(-1);
  const subjects = subjectsOf(snapshot);
  if (head.isCalico && field !== undefined && isSelectorField(field, parent))
    return selectorSuggestions(snapshot, place, head.namespace);

  const inPeer = fields.includes('from') || fields.includes('to');
  const own = head.namespace === undefined ? subjects.all : (subjects.byNamespace.get(head.namespace) ?? []);
  const ofNamespaces = /^(?:namespaceSelector|namespaces)$/.test(fields.findLast((one) => choosing.has(one)) ?? '');
  const labels = (): readonly Labels[] =>
    ofNamespaces ? [...subjects.namespaces.values()] : (inPeer ? subjects.all : own).map((pod) => pod.labels);
  const what = ofNamespaces ? 'namespace' : 'pod';

  if (parent === 'matchLabels')
    return field === undefined ? keysOf(labels(), what, true) : valuesOf(labels(), field, what);
  if (parent === 'matchExpressions' && field === 'key') return keysOf(labels(), what, false);
  if (parent === 'values' && field === undefined && fields.at(-2) === 'matchExpressions') {
    const key = place.siblings.get('key')?.replaceAll(/["']/g, '') ?? keyAbove(lines, index);
    return key === undefined ? [] : valuesOf(labels(), key, what);
  }
  if (field === 'namespace' && (parent === 'metadata' || parent === 'services')) return namespaces(subjects);
  if (isPort(place, head.isCalico)) return ports(place, fields.includes('ingress') ? own : subjects.all);
  if (field === 'tier' && head.isCalico)
    return snapshot
      .list('calicoTiers')
      .map(({ meta }) => ({ text: meta.name, detail: 'tier', isField: false, count: 0 }));
  if (parent === 'names' && fields.at(-2) === 'serviceAccounts')
    return counted(snapshot.list('serviceAccounts').map(({ meta }) => [meta.name, 'service account'] as const));
  if (parent === 'services' && field === 'name') {
    const namespace = place.siblings.get('namespace') ?? head.namespace;
    return snapshot
      .list('services')
      .filter(({ meta }) => namespace === undefined || meta.namespace === namespace)
      .map(({ meta }) => ({ text: meta.name, detail: `service in ${meta.namespace}`, isField: false, count: 0 }));
  }
  return [];
}

const choosing: ReadonlySet<string> = new Set(['podSelector', 'namespaceSelector', 'namespaces']);

interface Head {
  /** Undefined for the kinds that hold for the whole cluster. */
  readonly namespace: string | undefined;
  readonly isCalico: boolean;
}

/** What a document says of itself, read from its lines. */
function headOf(lines: readonly string[]): Head {
  const stated = (field: string): string =>
    lines
      .map((text) => new RegExp(`^[\\s{,]*(?:-\\s+)?["']?${field}["']?\\s*:\\s*["']?([^\\s"'#,]+)`).exec(text)?.[1])
      .find((value) => value !== undefined) ?? '';
  const clusterWide = /^(?:(?:Baseline)?Admin|Cluster|(?:Staged)?Global)NetworkPolicy$/.test(stated('kind'));
  return {
    namespace: clusterWide ? undefined : namespaceOf(lines),
    isCalico: stated('apiVersion').includes('projectcalico.org/'),
  };
}

/** The namespace that a document names below `metadata`; `default` where it names none. */
function namespaceOf(lines: readonly string[]): string {
  const at = lines.findIndex((text) => /(?:^|[\s{,])["']?metadata["']?\s*:/.test(text));
  for (const text of at < 0 ? [] : lines.slice(at)) {
    const match = /(?:^|[\s{,])["']?namespace["']?\s*:\s*["']?([a-z0-9-]+)/.exec(text);
    if (match?.[1] !== undefined) return match[1];
    if (/^\s*["']?spec["']?\s*:/.test(text)) break;
  }
  return 'default';
}

const namespaces = ({ namespaces: all, byNamespace }: Subjects): readonly Suggestion[] =>
  [...all.keys()].map((text) => {
    const count = byNamespace.get(text)?.length ?? 0;
    return { text, detail: plural(count, 'pod'), isField: false, count };
  });

/** Whether a port's number or name is written here, in any of the kinds. */
function isPort({ fields, field }: LinePath, isCalico: boolean): boolean {
  const parent = fields.at(-1);
  if (field === 'port') return parent === 'ports' || parent === 'portNumber';
  if (field === 'number') return parent === 'destinationPort';
  if (field === 'namedPort') return parent === 'ports';
  if (field === 'destinationNamedPort') return parent === 'protocols';
  return isCalico && field === undefined && (parent === 'ports' || parent === 'notPorts');
}

function ports({ fields, field, siblings }: LinePath, pods: readonly Subject[]): readonly Suggestion[] {
  const stated = siblings.get('protocol')?.replaceAll(/["']/g, '');
  const transport = fields.at(-1) === 'destinationPort' ? fields.at(-2)?.toUpperCase() : stated;
  const found = pods.flatMap(declaredPorts).filter((port) => transport === undefined || port.protocol === transport);
  const numbers = counted(found.map(({ port, protocol }) => [String(port), protocol] as const)).map((one) => ({
    ...one,
    mayBeNumber: true,
  }));
  const names = counted(
    found.flatMap(({ name, port, protocol }) => (name === undefined ? [] : [[name, `${protocol} ${port}`] as const])),
  );
  switch (field) {
    case 'namedPort':
    case 'destinationNamedPort':
      return names;
    case 'number':
      return numbers;
    default:
      return fields.at(-1) === 'portNumber' ? numbers : [...numbers, ...names];
  }
}

/** Texts with a note, each once. */
function counted(all: readonly (readonly [text: string, note: string])[]): readonly Suggestion[] {
  const found = new Map<string, { readonly notes: Set<string>; count: number }>();
  for (const [text, note] of all) {
    const one = found.get(text) ?? { notes: new Set<string>(), count: 0 };
    one.notes.add(note);
    one.count++;
    found.set(text, one);
  }
  return [...found].map(([text, { notes, count }]) => ({
    text,
    detail: [...notes].toSorted().slice(0, 3).join(', '),
    isField: false,
    count,
  }));
}

/** The `key:` of the element of `matchExpressions` whose values the cursor stands among. */
function keyAbove(lines: readonly string[], index: number): string | undefined {
  for (let at = index; at >= 0 && at > index - 100; at--) {
    const match = /^\s*(?:-\s+)?key:\s*["']?([^\s"'#]+)/.exec(lines[at] ?? '');
    if (match !== null) return match[1];
    if (/^\s*(?:-\s+)?matchExpressions:/.test(lines[at] ?? '')) return undefined;
  }
  return undefined;
}
