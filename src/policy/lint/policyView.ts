import { isObject, type JsonObject, objectsAt, stringsAt } from '../../model/json.ts';
import type { KindKey } from '../../model/kinds.ts';
import type { RawObject } from '../../model/objects.ts';
import type { Direction, PolicyRef } from '../types.ts';
import type { Path } from './path.ts';

/** A rule of a policy with its place in the document. */
export interface RuleView {
  readonly direction: Direction;
  readonly index: number;
  readonly path: Path;
  readonly rule: JsonObject;
  /** `from` or `to`. */
  readonly peersField: 'from' | 'to';
  /** Objects only; their place in the list is kept. Empty means everything, for NetworkPolicy. */
  readonly peers: readonly { readonly peer: JsonObject; readonly path: Path }[];
}

export const policyRef = (table: KindKey, { kind, meta }: RawObject): PolicyRef => ({
  table,
  kind,
  namespace: meta.namespace,
  name: meta.name,
  ...(meta.source === undefined ? {} : { source: meta.source }),
});

const listAt = (object: JsonObject, field: string): readonly unknown[] => {
  const value = object[field];
  return Array.isArray(value) ? (value as unknown[]) : [];
};

/** The rules of a spec with `ingress[].from` and `egress[].to`, as all but Calico's have. */
export function rulesOf(spec: JsonObject, direction: Direction): readonly RuleView[] {
  const peersField = direction === 'ingress' ? 'from' : 'to';
  return listAt(spec, direction).flatMap((rule, index) => {
    if (!isObject(rule)) return [];
    const path = ['spec', direction, index];
    const peers = listAt(rule, peersField).flatMap((peer, at) =>
      isObject(peer) ? [{ peer, path: [...path, peersField, at] }] : [],
    );
    return [{ direction, index, path, rule, peersField, peers }];
  });
}

export const directions: readonly Direction[] = ['ingress', 'egress'];

/**
 * Which directions a NetworkPolicy governs. Source: NetworkPolicySpec.policyTypes and its defaults: ingress, and egress
 * where it has rules for it.
 */
export function governedBy(spec: JsonObject): ReadonlySet<Direction> {
  const types = stringsAt(spec, 'policyTypes');
  if (types.length === 0)
    return new Set(objectsAt(spec, 'egress').length > 0 ? (['ingress', 'egress'] as const) : (['ingress'] as const));
  const governed = new Set<Direction>();
  if (types.includes('Ingress')) governed.add('ingress');
  if (types.includes('Egress')) governed.add('egress');
  return governed;
}
