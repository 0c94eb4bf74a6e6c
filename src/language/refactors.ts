// eslint-disable-next-line @typescript-eslint/no-restricted-imports -- this file is itself loaded by import()
import { isMap, isSeq, type Node } from 'yaml';
import { valueAt } from '../policy/lint/finding.ts';
import type { Path } from '../policy/lint/path.ts';
import { governedBy } from '../policy/lint/policyView.ts';
import { type Edit, fixEdits } from './fixEdits.ts';
import type { WrittenPolicy } from './policyText.ts';

/** A change that is not wrong to make, for a place of a NetworkPolicy. */
export interface Refactor {
  readonly title: string;
  readonly edits: readonly Edit[];
  /** It changes whom a rule names. */
  readonly isOfPeers: boolean;
}

/**
 * What could be made of the policy at `path`.
 *
 * @param path of the cursor, from the root of the policy
 */
export function refactorsAt(written: WrittenPolicy, path: Path): readonly Refactor[] {
  const parsed = written.parsed();
  if (parsed === undefined || written.kind !== 'networkPolicies') return [];
  const { document, root } = parsed;
  const { policy, slice } = written;
  const found: Refactor[] = [];
  const add = (title: string, edits: readonly Edit[] | undefined, isOfPeers = false): void => {
    if (edits !== undefined) found.push({ title, edits, isOfPeers });
  };
  if (!Array.isArray(policy.spec['policyTypes'])) {
    const governed = governedBy(policy.spec);
    const value = [...(governed.has('ingress') ? ['Ingress'] : []), ...(governed.has('egress') ? ['Egress'] : [])];
    const title = `Write out policyTypes: ${value.join(', ')}, as it is now`;
    add(title, fixEdits(slice, document, root, { kind: 'set', title, path: ['spec', 'policyTypes'], value }));
  }
  const [spec, direction, rule, field, index] = path;
  const isPeer = spec === 'spec' && (field === 'from' || field === 'to') && typeof index === 'number';
  if (isPeer && (direction === 'ingress' || direction === 'egress') && rule !== undefined) {
    const list: Path = ['spec', direction, rule, field];
    const node: unknown = document.getIn([...root, ...list, index], true);
    if (
      isMap(node) &&
      node.flow !== true &&
      node.items.length === 2 &&
      node.has('podSelector') &&
      node.has('namespaceSelector')
    )
      add('Make two peers of it: either is then enough (OR)', splitEdits(slice, node.items[1]?.key as Node), true);
    const next = valueAt(policy.spec, [direction, rule, field, index + 1]);
    const own = valueAt(policy.spec, [direction, rule, field, index]);
    if (fieldsOf(own) !== undefined && fieldsOf(next) !== undefined && fieldsOf(own) !== fieldsOf(next)) {
      const title = 'Make one peer of it and the next: both have to hold then (AND)';
      const from = [...list, index + 1];
      add(title, fixEdits(slice, document, root, { kind: 'merge', title, path: [...list, index], from }), true);
    }
  }
  if (root.length === 0 && !isSeq(document.contents)) add(...defaultDeny(written));
  return found;
}

/** `podSelector` or `namespaceSelector`, where a peer has that field alone. */
function fieldsOf(peer: unknown): string | undefined {
  const [only, ...more] = typeof peer === 'object' && peer !== null ? Object.keys(peer) : [];
  return more.length === 0 && (only === 'podSelector' || only === 'namespaceSelector') ? only : undefined;
}

/** The second field of a block map gets a dash of its own. */
function splitEdits(text: string, key: Node): readonly Edit[] | undefined {
  const start = key.range?.[0];
  if (start === undefined || text.slice(start - 2, start) !== '  ') return undefined;
  return [{ start: start - 2, end: start, text: '- ' }];
}

/** A document after this one that isolates the rest of the namespace. */
function defaultDeny({ policy, slice }: WrittenPolicy): [string, readonly Edit[] | undefined] {
  const { namespace } = policy.meta;
  const title = `Add a default deny for ${namespace} after it`;
  if (slice.trimStart().startsWith('{')) return [title, undefined];
  const end = slice.trimEnd().length;
  const breaks = slice.includes('\r\n') ? '\r\n' : '\n';
  const lines = [
    '',
    '---',
    'apiVersion: networking.k8s.io/v1',
    'kind: NetworkPolicy',
    'metadata:',
    '  name: default-deny',
    `  namespace: ${namespace}`,
    'spec:',
    '  podSelector: {}',
    '  policyTypes: [Ingress, Egress]',
  ];
  return [title, [{ start: end, end, text: lines.join(breaks) }]];
}
