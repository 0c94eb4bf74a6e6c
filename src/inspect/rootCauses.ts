import { type Evidence, referenceTo } from './evidence.ts';
import type { Level, Located } from './located.ts';
import { bySeverity, formatNames, type Problem } from './problem.ts';
import type { PodView } from './cniViewTypes.ts';
import type { Workload } from '../model/workload.ts';

const evidenceShown = 10;

/** Whether `root` accounts for something that is wrong on `nodes`: each of them is among its own. */
const covers = (root: Located, nodes: ReadonlySet<string> | undefined): boolean =>
  root.nodes === undefined || (nodes !== undefined && nodes.size > 0 && nodes.isSubsetOf(root.nodes));

const explains = (root: Located, container: string | undefined, nodes: ReadonlySet<string> | undefined): boolean =>
  container !== undefined && root.breaksContainers?.includes(container) === true && covers(root, nodes);

/** What several pods have in common, without what each says of itself. */
const commonStates: Readonly<Record<string, string>> = {
  'stuck-creating': 'is still being created',
  'image-pull': 'cannot be started for want of its image',
  'config-missing': 'cannot be started for want of its configuration',
  'crash-loop': 'exits again and again',
  'init-failing': 'fails',
  'init-stuck': 'does not finish',
  exited: 'has ended',
  restarting: 'keeps restarting',
  'not-ready': 'runs and is not ready',
};

const commonPodStates: Readonly<Record<string, string>> = {
  'node-lost': 'do not answer',
  'stuck-terminating': 'are still Terminating',
  unschedulable: 'are Pending: no node takes them',
  'pod-failed': 'have failed',
};

/**
 * The problems of a workload's pods, one for all that fail alike for the same reason: a cluster in which every node
 * has the same trouble has one problem.
 */
export function problemsOfPods(
  workload: Workload,
  pods: readonly PodView[],
  level: Level,
  roots: readonly Located[],
): readonly Located[] {
  const groups = new Map<string, { problem: Problem; node: string | undefined }[]>();
  for (const { node, problems } of pods)
    for (const problem of problems) {
      const nodes = node === undefined ? undefined : new Set([node]);
      const root = roots.findIndex((one) => explains(one, problem.container, nodes));
      const key = [root, problem.id, problem.container ?? '', problem.severity].join('|');
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [{ problem, node }]);
      else group.push({ problem, node });
    }
  return [...groups.values()].map((members): Located => {
    const nodes = new Set(members.flatMap(({ node }) => node ?? []));
    const [first] = members;
    if (first === undefined) throw new Error('A group has members');
    return { level, nodes, problem: members.length === 1 ? first.problem : together(workload, members) };
  });
}

function together(
  workload: Workload,
  members: readonly { readonly problem: Problem; readonly node: string | undefined }[],
): Problem {
  const [{ problem: first } = { problem: undefined }] = members;
  if (first === undefined) throw new Error('A group has members');
  const problems = members.map(({ problem }) => problem);
  const times = problems.flatMap(({ since }) => since ?? []);
  const nodes = [...new Set(members.flatMap(({ node }) => node ?? []))].sort();
  const where = nodes.length > 0 ? ` on ${nodes.length > 3 ? `${nodes.length} nodes: ` : ''}${formatNames(nodes)}` : '';
  const same = <T>(of: (problem: Problem) => T): T | undefined =>
    problems.every((problem) => of(problem) === of(first)) ? of(first) : undefined;
  const cause = same((problem) => problem.cause);
  const sentence =
    first.container === undefined
      ? `${members.length} pods of ${workload.meta.name} ${commonPodStates[first.id] ?? 'have a problem'}${where}`
      : `${first.container} ${commonStates[first.id] ?? 'has a problem'}${where}`;
  return {
    id: first.id,
    severity: first.severity,
    subject: referenceTo(workload),
    sentence,
    evidence: problems
      .slice(0, evidenceShown)
      .map(
        (problem): Evidence =>
          problem.evidence[0] ?? { from: 'object', sentence: problem.sentence, weight: 0, object: problem.subject },
      ),
    consequences: [],
    ...(first.container === undefined ? {} : { container: first.container }),
    ...(times.length === 0 ? {} : { since: Math.min(...times) }),
    ...(cause === undefined ? {} : { cause }),
    ...(first.fix === undefined || same((problem) => problem.fix) === undefined ? {} : { fix: first.fix }),
  };
}

const levels: readonly Level[] = ['configuration', 'agent', 'node', 'service'];

/**
 * Puts each problem below the one that explains it and returns those that nothing explains, the worst first. A wrong
 * configuration explains the containers that read it; a failing agent explains what its node says; both explain the
 * services whose pods stand on those nodes.
 */
export function rootCauses(found: readonly Located[]): readonly Problem[] {
  const consequences = new Map<Located, Problem[]>();
  const roots: Located[] = [];
  const note = (root: Located, problem: Problem): void => {
    const list = consequences.get(root);
    if (list === undefined) consequences.set(root, [problem]);
    else list.push(problem);
  };
  for (const level of levels)
    for (const located of found) {
      if (located.level !== level) continue;
      const root = roots.find((one) => {
        if (one.level === level || one.problem.severity !== 'breaks') return false;
        if (level === 'agent') return explains(one, located.problem.container, located.nodes);
        if (one.level === 'agent') return covers(one, located.nodes);
        // What is wrong everywhere has to have stopped an agent before it can be blamed for a node or a service.
        const effective = one.nodes !== undefined || consequences.has(one);
        return one.breaksContainers !== undefined && effective && covers(one, located.nodes);
      });
      if (root === undefined) roots.push(located);
      else note(root, located.problem);
    }
  return roots
    .map((root): Problem => {
      const list = consequences.get(root);
      return list === undefined ? root.problem : { ...root.problem, consequences: list };
    })
    .sort(bySeverity);
}
