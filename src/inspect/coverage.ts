import { type JsonObject, stringAt } from '../model/json.ts';
import { matchesLabels } from '../model/labels.ts';
import type { Node, Taint } from '../model/node.ts';
import { allowsNode } from '../model/nodeAffinity.ts';
import type { Pod } from '../model/pod.ts';
import type { Workload } from '../model/workload.ts';
import { type Located, problemOfNodes } from './located.ts';
import { nodeFacts } from './nodeFacts.ts';
import { referenceTo } from './evidence.ts';

/** A node must have been there for this long before a missing agent means anything. */
const joiningMs = 60_000;

export interface Coverage {
  readonly uncovered: readonly Node[];
  /** Nodes with more than one agent pod that is not ending. */
  readonly doubled: readonly Node[];
}

/**
 * Every Ready Linux node must have exactly one agent pod. A node that the agents' required affinity leaves out is not
 * missed: affinity is how providers keep an agent off nodes that have a network of another kind.
 */
export function coverageOf(
  agents: readonly Workload[],
  nodes: readonly Node[],
  pods: Iterable<Pod>,
  asOf: number,
): Coverage {
  const count = new Map<string, number>();
  for (const { spec, meta, phase } of pods) {
    if (spec.nodeName === undefined || meta.deleted !== undefined || phase === 'Failed' || phase === 'Succeeded')
      continue;
    count.set(spec.nodeName, (count.get(spec.nodeName) ?? 0) + 1);
  }
  const uncovered: Node[] = [];
  const doubled: Node[] = [];
  for (const node of nodes) {
    const pods = count.get(node.meta.name) ?? 0;
    if (pods > 1) doubled.push(node);
    if (pods > 0) continue;
    const { linux, ready, virtual, leaving } = nodeFacts(node);
    const young = node.meta.created !== undefined && asOf - node.meta.created < joiningMs;
    const meant = agents.some(({ template }) => allowsNode(template.requiredNodes, node.meta));
    if (linux && ready && !virtual && !leaving && !young && meant) uncovered.push(node);
  }
  return { uncovered, doubled };
}

/** Taints that the DaemonSet controller tolerates for every DaemonSet. */
const alwaysTolerated = new Set([
  'node.kubernetes.io/not-ready',
  'node.kubernetes.io/unreachable',
  'node.kubernetes.io/disk-pressure',
  'node.kubernetes.io/memory-pressure',
  'node.kubernetes.io/pid-pressure',
  'node.kubernetes.io/unschedulable',
  'node.kubernetes.io/network-unavailable',
]);

/** Source: core/v1 `Toleration.ToleratesTaint`. */
function tolerates(toleration: JsonObject, taint: Taint): boolean {
  const effect = stringAt(toleration, 'effect') ?? '';
  const key = stringAt(toleration, 'key') ?? '';
  if (effect !== '' && effect !== taint.effect) return false;
  if (key !== '' && key !== taint.key) return false;
  if (stringAt(toleration, 'operator') === 'Exists') return true;
  return key !== '' && (stringAt(toleration, 'value') ?? '') === (taint.value ?? '');
}

function reasonFor(agents: readonly Workload[], node: Node): string | undefined {
  for (const { template } of agents) {
    if (!matchesLabels(template.nodeSelector, node.meta.labels)) {
      const selector = Object.entries(template.nodeSelector).map(([key, value]) => `${key}=${value}`);
      return `its node selector ${selector.join(',')} leaves the node out`;
    }
    const taint = node.taints.find(
      (one) =>
        (one.effect === 'NoSchedule' || one.effect === 'NoExecute') &&
        !alwaysTolerated.has(one.key) &&
        !template.tolerations.some((toleration) => tolerates(toleration, one)),
    );
    if (taint !== undefined) {
      const value = taint.value === undefined || taint.value === '' ? '' : `=${taint.value}`;
      return `it does not tolerate the taint ${taint.key}${value}:${taint.effect}`;
    }
  }
  return undefined;
}

export function coverageProblems(agents: readonly Workload[], { uncovered, doubled }: Coverage): readonly Located[] {
  const [agent] = agents;
  if (agent === undefined) return [];
  const { name } = agent.meta;
  const subject = referenceTo(agent);
  const byReason = new Map<string | undefined, Node[]>();
  for (const node of uncovered) {
    const reason = reasonFor(agents, node);
    const list = byReason.get(reason);
    if (list === undefined) byReason.set(reason, [node]);
    else list.push(node);
  }
  const { current, desired } = agent.counts;
  const refused = current !== undefined && desired !== undefined && current < desired;
  const unexplained = refused
    ? 'The controller cannot create its pods, as when the namespace’s Pod Security level forbids them.'
    : undefined;
  return [
    ...[...byReason].map(([reason, nodes]) => {
      const cause = reason === undefined ? unexplained : `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`;
      return problemOfNodes({
        id: 'agent-missing',
        severity: 'breaks',
        level: 'agent',
        subject,
        nodes,
        field: 'status.conditions[type=Ready]',
        state: () => `Ready, without a pod of ${name}`,
        sentence: (names, count) =>
          count === 1 ? `${name} has no pod on ${names}` : `${name} has no pod on ${count} Ready nodes: ${names}`,
        ...(cause === undefined ? {} : { cause }),
        fix:
          reason === undefined
            ? `Look at the events of DaemonSet ${name}.`
            : `Change the DaemonSet, or the node, so that ${name} may run there.`,
      });
    }),
    problemOfNodes({
      id: 'agent-doubled',
      severity: 'may-break',
      level: 'agent',
      subject,
      nodes: doubled,
      field: 'metadata.name',
      state: () => `more than one pod of ${name}`,
      sentence: (names, count) => `${names} ${count === 1 ? 'has' : 'have'} more than one pod of ${name}`,
      cause: 'Two DaemonSets run the same agent, or pods of an older one are left.',
      fix: 'Remove the DaemonSet or the pods that are not meant.',
    }),
  ].filter((located) => located !== undefined);
}
