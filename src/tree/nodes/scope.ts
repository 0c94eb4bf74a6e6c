import type { CniView } from '../../inspect/cniViewTypes.ts';
import type { KubectlScope } from '../../base/kubectlLine.ts';
import type { Rendering } from '../rendering.ts';
import { formatReference, type ObjectReference } from '../../inspect/evidence.ts';
import type { Problem } from '../../inspect/problem.ts';
import { cachedBy } from '../../inspect/reading.ts';

/** What the rows of one cluster share. */
export interface ClusterScope {
  readonly rendering: Rendering;
  /** The id of the cluster's source. */
  readonly source: string;
  /** The id of the cluster's row, which the ids below begin with. */
  readonly id: string;
  readonly view: CniView;
  /** Absent for a folder, which kubectl cannot reach. */
  readonly kubectl?: KubectlScope;
}

const sameObject = (one: ObjectReference, other: ObjectReference): boolean =>
  one.kind === other.kind && one.namespace === other.namespace && one.name === other.name;

/** Every problem, what follows from it included, by the object that it is about. */
const problemsByObject = cachedBy((view: CniView): ReadonlyMap<string, readonly Problem[]> => {
  const every = view.problems.flatMap((problem) => [problem, ...problem.consequences]);
  return Map.groupBy(every, ({ subject }) => formatReference(subject));
});

export const problemsOf = ({ view }: ClusterScope, object: ObjectReference): readonly Problem[] =>
  problemsByObject(view).get(formatReference(object)) ?? [];

/** Whether the way from the cluster to its first problem leads through this object. */
export const leadsToProblem = ({ view }: ClusterScope, object: ObjectReference): boolean =>
  view.firstProblem.some((step) => sameObject(step, object));
