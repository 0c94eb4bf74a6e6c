import type { Labels } from '../model/labels.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import { declaredPorts, subjectsOf } from '../policy/lint/subjects.ts';
import { linePathAt } from './linePath.ts';
import { plural } from './podWords.ts';

/** What could be written at a place of a policy, out of the cluster. */
export interface Suggestion {
  readonly text: string;
  /** Beside it: how often it occurs. */
  readonly detail: string;
  /** A field's name, to be followed by a colon. */
  readonly isField: boolean;
  /** Most frequent first. */
  readonly count: number;
}

/**
 * Names that the cluster has for the place of the cursor: namespaces, labels and their values, ports, service accounts
 * and tiers. What the schema of the kind says is left to others.
 *
 * @param lines of the document that the cursor stands in
 */
export function suggestionsAt(
  snapshot: ClusterSnapshot,
  lines: readonly string[],
  index: number,
  column: number,
): readonly Suggestion[] {
  const place = linePathAt(lines, index, column);
  if (place === undefined) return [];
  const { fields, field, siblings } = place;
  const parent = fields.at(-1);
  const subjects = subjectsOf(snapshot);
  const namespace = namespaceOf(lines);
  const inPeer = fields.includes('from') || fields.includes('to');
  const pods = inPeer ? subjects.all : (subjects.byNamespace.get(namespace) ?? []);
  const ofNamespaces = fields.includes('namespaceSelector') || fields.includes('namespaces');
  const what = ofNamespaces ? 'namespace' : 'pod';
  const labels = (): readonly Labels[] =>
    ofNamespaces ? [...subjects.namespaces.values()] : pods.map((pod) => pod.labels);

  if (parent === 'matchLabels') return field === undefined ? keys(labels(), what, true) : values(labels(), field, what);
  if (parent === 'matchExpressions' && field === 'key') return keys(labels(), what, false);
  if (parent === 'values' && field === undefined && fields.at(-2) === 'matchExpressions') {
    const key = keyAbove(lines, index);
    return key === undefined ? [] : values(labels(), key, what);
  }
  if (parent === 'metadata' && field === 'namespace')
    return [...subjects.namespaces.keys()].map((text) => ({
      text,
      detail: plural(subjects.byNamespace.get(text)?.length ?? 0, 'pod'),
      isField: false,
      count: subjects.byNamespace.get(text)?.length ?? 0,
    }));
  if (parent === 'ports' && field === 'port') {
    const own = fields.includes('ingress') ? (subjects.byNamespace.get(namespace) ?? []) : subjects.all;
    const protocol = siblings.get('protocol')?.replace(/["']/g, '');
    const found = own.flatMap(declaredPorts).filter((port) => protocol === undefined || port.protocol === protocol);
    return [
      ...counted(found.map(({ port, protocol: over }) => [String(port), over] as const)),
      ...counted(
        found.flatMap(({ name, port, protocol: over }) =>
          name === undefined ? [] : [[name, `${over} ${port}`] as const],
        ),
      ),
    ];
  }
  if (field === 'tier')
    return snapshot
      .list('calicoTiers')
      .map(({ meta }) => ({ text: meta.name, detail: 'tier', isField: false, count: 0 }));
  if (parent === 'names' && fields.includes('serviceAccounts'))
    return counted(snapshot.list('serviceAccounts').map(({ meta }) => [meta.name, 'service account'] as const));
  return [];
}

/** The namespace that a document names below `metadata`, read from its lines; `default` where it names none. */
const namespaceOf = (lines: readonly string[]): string => {
  const at = lines.findIndex((text) => text.startsWith('metadata:'));
  for (const text of at < 0 ? [] : lines.slice(at)) {
    const match = /^(?:metadata:\s*\{.*?)?[\s{,]+namespace:\s*["']?([a-z0-9-]+)/.exec(text);
    if (match?.[1] !== undefined) return match[1];
    if (/^spec:/.test(text)) break;
  }
  return 'default';
};

function keys(all: readonly Labels[], what: string, isField: boolean): readonly Suggestion[] {
  const counts = new Map<string, number>();
  for (const labels of all) for (const key of Object.keys(labels)) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts].map(([text, count]) => ({ text, detail: plural(count, what), isField, count }));
}

function values(all: readonly Labels[], key: string, what: string): readonly Suggestion[] {
  const counts = new Map<string, number>();
  for (const labels of all) {
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
    if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].map(([text, count]) => ({ text, detail: plural(count, what), isField: false, count }));
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
