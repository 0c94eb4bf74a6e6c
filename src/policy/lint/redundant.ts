import { objectsAt } from '../../model/json.ts';
import type { RawObject } from '../../model/objects.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import type { Coverage, PolicyEngine, RunOptions } from '../types.ts';
import { selectorOf, selectsEverything } from './context.ts';
import { type Finding, Reporter } from './finding.ts';

/**
 * Policies without which nothing changes, as the engine has found out. A policy that isolates all pods of a namespace and
 * allows nothing is a backstop for pods to come, and left alone.
 */
export function findRedundantPolicies(snapshot: ClusterSnapshot, { redundant }: Coverage): readonly Finding[] {
  return redundant.flatMap((ref) => {
    const policy = snapshot.table(ref.table).get(ref.namespace, ref.name) as RawObject | undefined;
    if (policy === undefined || isBackstop(policy)) return [];
    const reporter = new Reporter(ref);
    const message = `With the pods that are here, this ${ref.kind} changes nothing: without it every connection would be allowed or denied as it is.`;
    reporter.report('redundant-policy', ['metadata', 'name'], message);
    return reporter.findings;
  });
}

/** The same, asked of an engine. Nothing where policies are not evaluated that may be what makes the difference. */
export async function redundantIn(engine: PolicyEngine, run: RunOptions = {}): Promise<readonly Finding[]> {
  if (engine.incomplete.some(({ kind }) => kind !== 'staged')) return [];
  return findRedundantPolicies(engine.snapshot, await engine.coverage(run));
}

function isBackstop({ spec }: RawObject): boolean {
  const selector = selectorOf(spec['podSelector']);
  const allowsNothing = objectsAt(spec, 'ingress').length === 0 && objectsAt(spec, 'egress').length === 0;
  return allowsNothing && (selector === undefined || selectsEverything(selector));
}
