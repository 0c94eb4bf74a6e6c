import { type Labels, type LabelSelector, matchesSelector, readLabelSelector } from '../../model/labels.ts';
import { isObject } from '../../model/json.ts';
import type { KindKey } from '../../model/kinds.ts';
import type { RawObject } from '../../model/objects.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import { type Subject, type Subjects, subjectsOf } from './subjects.ts';

/** Whether the cluster's network plugin makes policies of a kind take effect, as far as that is known. */
export interface KindEnforcement {
  readonly verdict: 'yes' | 'no' | 'unknown';
  /** One sentence. */
  readonly reason: string;
}

export interface LintOptions {
  /** Without it nothing is said about enforcement. */
  readonly enforcement?: (kind: KindKey) => KindEnforcement | undefined;
}

/** What the rules ask of a snapshot, with care for what is not known. */
export class LintContext {
  readonly snapshot: ClusterSnapshot;
  readonly options: LintOptions;
  readonly subjects: Subjects;
  /** A whole cluster rather than manifests of a part of it: what is not there does not exist. */
  readonly whole: boolean;

  constructor(snapshot: ClusterSnapshot, options: LintOptions) {
    this.snapshot = snapshot;
    this.options = options;
    this.subjects = subjectsOf(snapshot);
    this.whole = snapshot.content.origin === 'live' || snapshot.table('nodes').size > 0;
  }

  in(namespace: string): readonly Subject[] {
    return this.subjects.byNamespace.get(namespace) ?? [];
  }

  /** Whether the pods of a namespace, or of all, are known well enough to say that one is missing. */
  podsKnown(namespace?: string): boolean {
    const known = this.isKnown('pods', namespace);
    if (!known || this.whole) return known;
    return namespace === undefined ? this.subjects.all.length > 0 : this.in(namespace).length > 0;
  }

  namespacesKnown(): boolean {
    return this.isKnown('namespaces', undefined);
  }

  servicesKnown(namespace: string): boolean {
    return this.isKnown('services', namespace);
  }

  namespacesSelected(selector: LabelSelector): readonly string[] {
    const found: string[] = [];
    for (const [name, labels] of this.subjects.namespaces) if (matchesSelector(selector, labels)) found.push(name);
    return found;
  }

  policies(kind: KindKey): readonly RawObject[] {
    return this.snapshot.list(kind) as readonly RawObject[];
  }

  isKnown(kind: KindKey, namespace: string | undefined): boolean {
    const { state } = this.snapshot.knowledge(kind, namespace === undefined ? {} : { namespace });
    return state === 'loaded' || state === 'stale' || state === 'absent';
  }
}

/** `undefined` where there is no selector: absent or null. */
export const selectorOf = (value: unknown): LabelSelector | undefined =>
  isObject(value) ? readLabelSelector(value) : undefined;

export const selectsEverything = ({ matchLabels, matchExpressions }: LabelSelector): boolean =>
  Object.keys(matchLabels).length === 0 && matchExpressions.length === 0;

export const selected = (selector: LabelSelector, subjects: readonly Subject[]): readonly Subject[] =>
  selectsEverything(selector) ? subjects : subjects.filter(({ labels }) => matchesSelector(selector, labels));

/** Keys and values that a selector asks for, with their place in it. */
export interface SelectorTerm {
  readonly path: readonly (string | number)[];
  readonly key: string;
  /** The single value that is asked for, where there is one. */
  readonly value: string | undefined;
}

export function termsOf({ matchLabels, matchExpressions }: LabelSelector): readonly SelectorTerm[] {
  const terms: SelectorTerm[] = Object.entries(matchLabels).map(([key, value]) => ({
    path: ['matchLabels', key],
    key,
    value,
  }));
  matchExpressions.forEach(({ key, operator, values }, index) => {
    if (operator !== 'In' && operator !== 'Exists') return;
    const [only] = values;
    terms.push({
      path: values.length === 1 ? ['matchExpressions', index, 'values', 0] : ['matchExpressions', index, 'key'],
      key,
      value: operator === 'In' && values.length === 1 ? only : undefined,
    });
  });
  return terms;
}

export type LabelSets = Iterable<Labels>;
