import { gapOf } from '../inspect/evidence.ts';
import { isObject } from '../model/json.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import { contextOf } from '../policy/calico/context.ts';
import { CalicoSelectorError, matchesCalico, parseCalicoSelector } from '../policy/calico/selector.ts';
import { valueAt } from '../policy/lint/finding.ts';
import type { Path } from '../policy/lint/path.ts';
import { no } from '../policy/tri.ts';
import type { RuleRef } from '../policy/types.ts';
import type { Measurement } from './measurement.ts';
import type { WrittenPolicy } from './policyText.ts';

/** A peer that is about pods and matches none: where it stands, and the words for the line above it. */
export interface EmptyPeer {
  readonly path: Path;
  readonly title: string;
}

/** Nothing is said of peers that also mean addresses, nodes or names: no pod need be among them. */
export function emptyPeers(measurement: Measurement, written: WrittenPolicy): readonly EmptyPeer[] {
  const { snapshot } = measurement;
  if (gapOf(snapshot.knowledge('pods'), '') !== undefined) return [];
  const pathOf = written.kind.startsWith('calico') ? calicoPath : peerPath;
  return (measurement.selection(written)?.rules ?? []).flatMap(({ rule, peers }) =>
    peers
      .filter(
        ({ everything, pods, unknownPods, blocks }) =>
          !everything && pods.length + unknownPods.length + blocks.length === 0,
      )
      .flatMap(({ index }) => pathOf(written, rule, index, snapshot) ?? [])
      .map((path) => ({ path, title: 'Peer matches 0 pods' })),
  );
}

/** Wrapped, because a path is a list itself. */
type Found = readonly [Path] | undefined;

const ofPods: ReadonlySet<string> = new Set(['podSelector', 'namespaceSelector', 'namespaces', 'pods']);

function peerPath({ policy }: WrittenPolicy, { direction, index }: RuleRef, at: number): Found {
  const path = [direction, index, direction === 'ingress' ? 'from' : 'to', at];
  const peer = valueAt(policy.spec, path);
  const fields = isObject(peer) ? Object.keys(peer) : [];
  return fields.length > 0 && fields.every((field) => ofPods.has(field)) ? [['spec', ...path]] : undefined;
}

const ofEndpoints: ReadonlySet<string> = new Set([
  'selector',
  'notSelector',
  'namespaceSelector',
  'serviceAccounts',
  'ports',
  'notPorts',
]);

function calicoPath(
  { policy }: WrittenPolicy,
  { direction, index }: RuleRef,
  _at: number,
  snapshot: ClusterSnapshot,
): Found {
  const path = [direction, index, direction === 'ingress' ? 'source' : 'destination'];
  const entity = valueAt(policy.spec, path);
  if (!isObject(entity) || !Object.keys(entity).every((field) => ofEndpoints.has(field))) return undefined;
  const { selector, namespaceSelector } = entity;
  // What is in no namespace is a network set or a host.
  if (typeof namespaceSelector === 'string' && namespaceSelector.includes('global(')) return undefined;
  if (snapshot.table('calicoHostEndpoints').size > 0 || mayMatchSets(selector, snapshot)) return undefined;
  return [['spec', ...path]];
}

function mayMatchSets(selector: unknown, snapshot: ClusterSnapshot): boolean {
  const { networkSets } = contextOf(snapshot);
  if (networkSets.length === 0) return false;
  if (typeof selector !== 'string') return true;
  try {
    const parsed = parseCalicoSelector(selector);
    return networkSets.some(({ lookup, namespace }) => matchesCalico(parsed, lookup, namespace === undefined) !== no);
  } catch (error) {
    if (error instanceof CalicoSelectorError) return true;
    throw error;
  }
}
