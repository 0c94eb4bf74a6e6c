import type { CniEntryView, CniView, PodView, WorkloadView } from '../inspect/cniViewTypes.ts';
import { isKnown, isPending, type ObjectReference } from '../inspect/evidence.ts';
import { type Problem, problemKey } from '../inspect/problem.ts';
import type { Node } from '../model/node.ts';
import { contains, type Filter, isFiltering } from './filter.ts';

/** A workload with what the filter leaves of it. */
export interface VisibleWorkload {
  readonly view: WorkloadView;
  readonly pods: readonly PodView[];
  readonly uncovered: readonly Node[];
}

export interface VisibleEntry {
  readonly view: CniEntryView;
  readonly workloads: readonly VisibleWorkload[];
  /** Problems that no row below shows: of nodes, of objects that are missing. */
  readonly problems: readonly Problem[];
}

export interface Visible {
  readonly entries: readonly VisibleEntry[];
  readonly system: readonly VisibleWorkload[];
  readonly problems: readonly Problem[];
  /** Pods that are left, and all pods. */
  readonly matched: number;
  readonly total: number;
}

const podMatches = (filter: Filter, { pod, status, node, ip, containers }: PodView): boolean =>
  contains(filter, pod.meta.name, status.status, node, ip) ||
  containers.some(({ name, words }) => contains(filter, name, words));

/** `whole`: a row above matches the text, so that everything below it is wanted. */
function visibleWorkload(view: WorkloadView, filter: Filter, whole: boolean): VisibleWorkload | undefined {
  const { workload } = view;
  const all = whole || contains(filter, workload.meta.name);
  const pods = view.pods.filter(
    (pod) => (!filter.problemsOnly || pod.severity !== undefined) && (all || podMatches(filter, pod)),
  );
  const uncovered = all ? view.uncovered : view.uncovered.filter(({ meta }) => contains(filter, meta.name));
  // Pods that may not be read may have problems.
  const unknown = !isKnown(view.podsKnowledge) && !isPending(view.podsKnowledge);
  const own = all && (!filter.problemsOnly || view.severity !== undefined || unknown);
  return own || pods.length > 0 || uncovered.length > 0 ? { view, pods, uncovered } : undefined;
}

const keyOf = ({ kind, namespace, name }: ObjectReference): string => `${kind}/${namespace}/${name}`;

/** What a row of its own shows: workloads, their pods, and nodes that an agent does not cover. */
function shownBelow(workloads: readonly WorkloadView[]): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const { workload, pods } of workloads) {
    keys.add(keyOf({ kind: workload.kind, namespace: workload.meta.namespace, name: workload.meta.name }));
    for (const { pod, problems } of pods)
      if (problems.length > 0) keys.add(keyOf({ kind: 'Pod', namespace: pod.meta.namespace, name: pod.meta.name }));
  }
  return keys;
}

const problemMatches = (filter: Filter, { subject, sentence }: Problem): boolean =>
  contains(filter, subject.name, sentence);

export function visiblePart(view: CniView, filter: Filter, clusterMatches: boolean): Visible {
  const workloads = [...view.entries.flatMap((entry) => entry.workloads), ...view.system];
  const shown = shownBelow(workloads);
  const total = workloads.reduce((sum, { pods }) => sum + pods.length, 0);
  const loose = (problems: readonly Problem[], whole: boolean): readonly Problem[] =>
    problems.filter(
      (problem) => !shown.has(keyOf(problem.subject)) && (whole || clusterMatches || problemMatches(filter, problem)),
    );

  const entries = view.entries.flatMap((entry): VisibleEntry[] => {
    const whole = clusterMatches || contains(filter, entry.cni.name, entry.cni.title);
    const kept = entry.workloads.flatMap((workload) => visibleWorkload(workload, filter, whole) ?? []);
    const problems = loose(entry.problems, whole);
    const own = whole && (!filter.problemsOnly || entry.severity !== undefined);
    return own || kept.length > 0 || problems.length > 0 ? [{ view: entry, workloads: kept, problems }] : [];
  });
  const system = view.system.flatMap((workload) => visibleWorkload(workload, filter, clusterMatches) ?? []);
  const ofEntries = new Set(view.entries.flatMap(({ problems }) => problems.map(problemKey)));
  const kept = [...entries.flatMap((entry) => entry.workloads), ...system];
  return {
    entries,
    system,
    problems: loose(
      view.problems.filter((problem) => !ofEntries.has(problemKey(problem))),
      false,
    ),
    matched: isFiltering(filter) ? kept.reduce((sum, { pods }) => sum + pods.length, 0) : total,
    total,
  };
}
