import { formatSelector } from '../model/labels.ts';
import type { Node } from '../model/node.ts';
import type { ClusterSnapshot, Knowledge } from '../model/snapshot.ts';
import type { Workload } from '../model/workload.ts';
import type { PodView, WorkloadView } from './cniViewTypes.ts';
import type { CniDefinition } from './cni/definition.ts';
import { isKnown, isPending, knowledgeOf, referenceTo } from './evidence.ts';
import { expectationsOf } from './expectations.ts';
import type { Located } from './located.ts';
import { podHealth } from './podHealth.ts';
import { podsOfWorkload } from './workloadPods.ts';

/** How well the pods of a workload are known. */
export function podKnowledge(snapshot: ClusterSnapshot, { meta, selector }: Workload): Knowledge {
  const labelSelector = selector === undefined ? '' : formatSelector(selector);
  return knowledgeOf(snapshot, 'pods', {
    namespace: meta.namespace,
    ...(labelSelector === '' ? {} : { labelSelector }),
  });
}

export function podViews(
  snapshot: ClusterSnapshot,
  workload: Workload,
  agent: boolean,
  definition?: CniDefinition,
): readonly PodView[] {
  const expectations = expectationsOf(workload, agent, definition);
  const asOf = snapshot.content.asOf;
  return podsOfWorkload(snapshot, workload).map((pod) => podHealth(pod, expectations, asOf));
}

/** Those with problems first; the others stay in the order in which they were listed. */
export function problemsFirst(pods: readonly PodView[]): readonly PodView[] {
  const breaking: PodView[] = [];
  const doubtful: PodView[] = [];
  const rest: PodView[] = [];
  for (const pod of pods)
    (pod.severity === 'breaks' ? breaking : pod.severity === 'may-break' ? doubtful : rest).push(pod);
  return breaking.length + doubtful.length === 0 ? pods : [...breaking, ...doubtful, ...rest];
}

type Counts = NonNullable<WorkloadView['counts']>;

export function countsOf(workload: Workload): Counts | undefined {
  const { counts, kind } = workload;
  // A Deployment whose status is empty has no ready pod; its `observedGeneration` tells that from a manifest.
  const reported =
    counts.observedGeneration !== undefined ||
    counts.current !== undefined ||
    counts.ready !== undefined ||
    (kind === 'DaemonSet' && counts.desired !== undefined);
  if (!reported) return undefined;
  return {
    desired: counts.desired ?? 1,
    ready: counts.ready ?? 0,
    updated: counts.updated ?? 0,
    misscheduled: counts.misscheduled ?? 0,
  };
}

/** `48 desired, 47 ready, 48 up to date, 1 node not covered` */
export function workloadWords(
  counts: Counts | undefined,
  rollingOut: boolean,
  uncovered: readonly Node[],
  pods: readonly PodView[],
): string {
  const words: string[] = [];
  if (counts === undefined) words.push(pods.length === 0 ? 'no status' : `${pods.length} pods`);
  else {
    words.push(`${counts.desired} desired`, `${counts.ready} ready`, `${counts.updated} up to date`);
    if (counts.misscheduled > 0) words.push(`${counts.misscheduled} misscheduled`);
    if (rollingOut) words.push('rolling out');
  }
  if (uncovered.length > 0) words.push(`${uncovered.length} node${uncovered.length === 1 ? '' : 's'} not covered`);
  return words.join(', ');
}

export function isRollingOut({ counts, meta }: Workload, known: Counts | undefined): boolean {
  if (known === undefined) return false;
  const seen = counts.observedGeneration;
  if (seen !== undefined && meta.generation !== undefined && seen < meta.generation) return true;
  return known.updated < known.desired;
}

/** What the counts say where the pods themselves may not be read. */
export function problemOfCounts(
  workload: Workload,
  counts: Counts | undefined,
  knowledge: Knowledge,
): Located | undefined {
  if (counts === undefined || isKnown(knowledge) || isPending(knowledge) || counts.ready >= counts.desired)
    return undefined;
  const subject = referenceTo(workload);
  const sentence = `${workload.meta.name} has ${counts.ready} of ${counts.desired} pods ready`;
  return {
    level: 'agent',
    nodes: new Set(),
    problem: {
      id: 'pods-not-ready',
      severity: 'breaks',
      subject,
      sentence,
      evidence: [{ from: 'object', sentence, weight: 0, object: subject, field: 'status' }],
      consequences: [],
    },
  };
}
