import type { Node } from '../../model/node.ts';
import type { Interest, ClusterSnapshot } from '../../model/snapshot.ts';
import type { CniView } from '../cniViewTypes.ts';
import { type Evidence, gapOf, isPending, knowledgeOf } from '../evidence.ts';
import { type Problem, worst } from '../problem.ts';

/**
 * `warning`: it may break something, or will. `does-not-apply`: the cluster is made so that there is nothing to check,
 * or nobody outside of the provider sees it.
 */
export type CheckResult = 'passed' | 'warning' | 'failed' | 'cannot-tell' | 'does-not-apply';

/** Something that is wrong, and what explains it where something else does. */
export interface Finding {
  readonly problem: Problem;
  readonly root?: Problem;
}

/** Half of what pods need to reach each other: on one node, and from node to node. */
export type Reach = 'same-node' | 'across-nodes';

/** One thing that was looked at. */
export interface Check {
  /** The same from one reading to the next: `agents-ready`. */
  readonly id: string;
  /** What holds where it passes: "Every Ready Linux node runs an agent". */
  readonly title: string;
  readonly result: CheckResult;
  /** What was found, or why it cannot be told or does not apply. */
  readonly sentence: string;
  readonly findings: readonly Finding[];
  readonly evidence: readonly Evidence[];
  /** It is worth knowing and decides nothing. */
  readonly informs: boolean;
  /** What it needs is still on its way. */
  readonly pending: boolean;
  /** Absent where it concerns both. */
  readonly reach?: Reach;
}

/** What the checks look at. */
export interface CheckContext {
  readonly snapshot: ClusterSnapshot;
  readonly view: CniView;
  /** All that is wrong with the CNI, its nodes, kube-proxy and DNS: causes and what follows from them, side by side. */
  readonly findings: readonly Finding[];
  /** Linux nodes that have their network from an agent or a process on them, whether Ready or not, and are here to stay. */
  readonly nodes: readonly Node[];
}

export interface CheckInput {
  readonly id: string;
  readonly title: string;
  readonly findings?: readonly Finding[];
  /** Why there is nothing to check. */
  readonly without?: string | undefined;
  readonly gaps?: readonly Gap[];
  /** What was found where nothing is wrong. */
  readonly passed: () => { readonly sentence: string; readonly evidence?: readonly Evidence[] };
  readonly informs?: boolean;
  readonly reach?: Reach;
}

/** Something that was to be read and is not known. */
export interface Gap {
  readonly sentence: string;
  readonly pending: boolean;
}

/** What is not known of a kind; `what` names its objects, as "nodes" does. Empty where all is known. */
export function gapsIn(
  snapshot: ClusterSnapshot,
  kind: Interest['kind'],
  what: string,
  scope: Omit<Interest, 'kind'> = {},
): readonly Gap[] {
  const knowledge = knowledgeOf(snapshot, kind, scope);
  const sentence =
    snapshot.content.origin === 'folder' && knowledge.state === 'unavailable'
      ? knowledge.reason
      : gapOf(knowledge, what);
  return sentence === undefined ? [] : [{ sentence, pending: isPending(knowledge) }];
}

/** What is wrong comes first: it stays wrong whatever else is not known. */
export function check(input: CheckInput): Check {
  const { id, title, findings = [], without, gaps = [], passed, informs = false, reach } = input;
  const common = { id, title, findings, informs, pending: false, ...(reach === undefined ? {} : { reach }) };
  const [first] = findings;
  if (first !== undefined) {
    const problems = findings.map(({ problem }) => problem);
    const more = findings.length - 1;
    return {
      ...common,
      result: worst(problems) === 'breaks' ? 'failed' : 'warning',
      sentence: `${first.problem.sentence}${more === 0 ? '' : `, and ${more} more`}`,
      evidence: problems.flatMap(({ evidence }) => evidence),
    };
  }
  if (without !== undefined) return { ...common, result: 'does-not-apply', sentence: without, evidence: [] };
  const [gap] = gaps;
  if (gap !== undefined)
    return {
      ...common,
      result: 'cannot-tell',
      sentence: gaps.map(({ sentence }) => sentence).join('; '),
      evidence: [],
      pending: gaps.some(({ pending }) => pending),
    };
  return { ...common, result: 'passed', evidence: [], ...passed() };
}

/** What is not known of the nodes, or why there is nothing to check on them. */
export function nodeGaps({ snapshot, nodes }: Pick<CheckContext, 'snapshot' | 'nodes'>): {
  readonly gaps: readonly Gap[];
  readonly without?: string;
} {
  const gaps = gapsIn(snapshot, 'nodes', 'nodes');
  if (gaps.length > 0 || nodes.length > 0) return { gaps };
  return snapshot.table('nodes').size === 0
    ? { gaps: [{ sentence: 'there is no node', pending: false }] }
    : { gaps, without: 'No node has agents of the cluster: the provider makes the network of each.' };
}

export const found = (problems: readonly (Problem | undefined)[]): readonly Finding[] =>
  problems.flatMap((problem) => (problem === undefined ? [] : [{ problem }]));

/** `1 node`, `3 nodes`. */
export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

export const evidenceShown = 10;
