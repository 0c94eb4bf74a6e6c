import type { WorkloadView } from '../cniViewTypes.ts';
import type { Problem } from '../problem.ts';
import type { Finding } from './check.ts';

/** Causes and what follows from them, side by side. */
export const flatten = (problems: readonly Problem[]): readonly Finding[] =>
  problems.flatMap((root): readonly Finding[] => [
    { problem: root },
    ...root.consequences.map((problem) => ({ problem, root })),
  ]);

/** What is wrong with a workload or one of its pods. */
export function findingsOf(findings: readonly Finding[], { workload, pods }: WorkloadView): readonly Finding[] {
  if (findings.length === 0) return [];
  const { namespace, name } = workload.meta;
  return findings.filter(({ problem: { subject } }) => {
    if (subject.namespace !== namespace) return false;
    if (subject.kind === workload.kind) return subject.name === name;
    return subject.kind === 'Pod' && pods.some(({ pod }) => pod.meta.name === subject.name);
  });
}
