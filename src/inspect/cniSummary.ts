import type { CniReading } from './cni/cniReading.ts';
import type { CniEntryView, CniView, WorkloadView } from './cniViewTypes.ts';
import { type ObjectReference, referenceTo } from './evidence.ts';
import type { Problem } from './problem.ts';

/** Of the first CNI that has agents and is no mere helper. */
export function agentCounts(entries: readonly CniEntryView[]): CniView['agents'] {
  for (const { cni, workloads } of entries) {
    if (cni.role === 'meta') continue;
    let ready = 0;
    let desired = 0;
    let counted = false;
    for (const { role, counts } of workloads) {
      if (role !== 'agent' || counts === undefined) continue;
      counted = true;
      ready += counts.ready;
      desired += counts.desired;
    }
    if (counted) return { ready, desired };
  }
  return undefined;
}

/** `Canal 3.32.1 · 47/48 ready` */
export function summaryOf({ state, detected, gaps }: CniReading, agents: CniView['agents']): string {
  const names = detected
    .filter(({ role }) => role !== 'meta')
    .map(({ name, version }) => (version === undefined ? name : `${name} ${version}`));
  if (names.length === 0) {
    if (state === 'pending') return 'CNI not known yet';
    if (state === 'cannot-tell') return gaps[0]?.sentence ?? 'Cannot tell the CNI';
    return 'No known CNI';
  }
  const ready = agents === undefined ? '' : ` · ${agents.ready}/${agents.desired} ready`;
  return `${names.join(' + ')}${ready}`;
}

/**
 * From the workload down to the container, so that a tree can open there. Where a root cause is no part of a workload, the
 * way leads to what follows from it.
 */
export function pathTo(problem: Problem | undefined, workloads: readonly WorkloadView[]): readonly ObjectReference[] {
  if (problem === undefined) return [];
  for (const one of [problem, ...problem.consequences]) {
    const path = pathInto(one, workloads);
    if (path.length > 0) return path;
  }
  return [problem.subject];
}

function pathInto(problem: Problem, workloads: readonly WorkloadView[]): readonly ObjectReference[] {
  for (const { workload, pods } of workloads) {
    const own = workload.meta.namespace === problem.subject.namespace && workload.meta.name === problem.subject.name;
    const pod = pods.find(({ pod, problems }) =>
      own && problem.subject.kind === workload.kind
        ? problems.some(({ id, container }) => id === problem.id && container === problem.container)
        : problem.subject.kind === 'Pod' &&
          pod.meta.name === problem.subject.name &&
          pod.meta.namespace === problem.subject.namespace,
    );
    if (pod === undefined) {
      if (own) return [referenceTo(workload)];
      continue;
    }
    const { namespace } = pod.pod.meta;
    return [
      referenceTo(workload),
      referenceTo(pod.pod),
      ...(problem.container === undefined ? [] : [{ kind: 'Container', namespace, name: problem.container }]),
    ];
  }
  return [];
}
