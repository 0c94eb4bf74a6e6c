import type { CniEntryView, WorkloadView } from '../cniViewTypes.ts';
import { makesNetwork } from '../cni/definition.ts';
import { type Evidence, gapOf, isPending, referenceTo } from '../evidence.ts';
import { nodeFacts } from '../nodeFacts.ts';
import { formatNames } from '../problem.ts';
import {
  check,
  type Check,
  type CheckContext,
  counted,
  evidenceShown,
  type Finding,
  type Gap,
  nodeGaps,
} from './check.ts';
import { findingsOf } from './findings.ts';

/** The CNIs that give pods their network, as opposed to those that decide who may talk or only call others. */
const networksOf = ({ view }: CheckContext): readonly CniEntryView[] =>
  view.entries.filter(({ cni }) => makesNetwork(cni.role));

const agentsOf = (entries: readonly CniEntryView[]): readonly WorkloadView[] =>
  entries.flatMap(({ workloads }) => workloads.filter(({ role }) => role === 'agent'));

/** What is missing for the CNI to be told; nothing once one is known. */
function cniGaps({ view }: CheckContext): readonly Gap[] {
  const { cni } = view;
  if (cni.detected.some(({ role }) => makesNetwork(role))) return [];
  if (cni.state === 'pending') return [{ sentence: 'the CNI is not known yet', pending: true }];
  const gaps = cni.gaps.map(({ sentence }) => ({ sentence: sentence.replace(/^Cannot tell: /, ''), pending: false }));
  return gaps.length > 0 ? gaps : [{ sentence: 'no CNI that is known here was found', pending: false }];
}

export const withId = (findings: readonly Finding[], ...ids: readonly string[]): readonly Finding[] =>
  findings.filter(({ problem }) => ids.includes(problem.id));

/** Which CNI gives pods their network, and whether its agents do their work on each node. */
export function cniChecks(context: CheckContext): readonly Check[] {
  const { findings, nodes } = context;
  const entries = networksOf(context);
  const names = formatNames(entries.map(({ cni }) => cni.name));
  const agents = agentsOf(entries);
  const unseen =
    entries.length > 0 && agents.length === 0
      ? entries.some(({ cni }) => cni.id === 'provider-managed')
        ? 'The provider runs the agents where nobody else sees them.'
        : `${names} runs inside another program, which a Ready node has running.`
      : undefined;
  const gaps = cniGaps(context);
  const ofNodes = nodeGaps(context);
  const coverage = withId(findings, 'agent-missing', 'agent-doubled').filter(({ problem }) =>
    agents.some(({ workload }) => problem.subject.name === workload.meta.name),
  );
  const rivals = withId(findings, 'cni-conflict', 'cni-two-copies', 'k3s-two-flannels');
  const elsewhere = [...coverage, ...rivals];
  return [
    check({
      id: 'cni-known',
      title: 'A CNI gives pods their network',
      gaps,
      passed: () => ({
        sentence: entries.map(({ cni }) => cniWords(cni)).join('; '),
        evidence: entries.flatMap(({ cni }) => cni.evidence.slice(0, 3)),
      }),
    }),
    check({
      id: 'cni-single',
      title: 'No other CNI claims the same network',
      findings: rivals,
      gaps,
      passed: () => ({ sentence: `${names} alone makes it.` }),
    }),
    check({
      id: 'agents-everywhere',
      title: 'Every Ready Linux node runs one agent',
      findings: coverage,
      without: unseen ?? ofNodes.without,
      gaps: [...gaps, ...ofNodes.gaps, ...agents.flatMap(podGaps)],
      passed: () => ({
        sentence: `${counted(nodes.filter((node) => nodeFacts(node).ready).length, 'Ready node')}, each with a pod of ${formatNames(agents.map(({ workload }) => workload.meta.name))}.`,
        evidence: agents.map(countEvidence),
      }),
    }),
    check({
      id: 'agents-ready',
      title: 'The agents run and are ready',
      findings: agents
        .flatMap((agent) => findingsOf(findings, agent))
        .filter((finding) => !elsewhere.includes(finding)),
      without: unseen,
      gaps: [...gaps, ...agents.flatMap(stateGaps)],
      passed: () => ({ sentence: agents.map(readyWords).join('; '), evidence: agents.map(countEvidence) }),
    }),
    check({
      id: 'companions-ready',
      title: 'What the agents rely on runs',
      findings: companionsOf(entries).flatMap((companion) => findingsOf(findings, companion)),
      without: companionsOf(entries).length === 0 ? 'Nothing beside the agents was found.' : undefined,
      passed: () => ({
        sentence: companionsOf(entries).map(readyWords).join('; '),
        evidence: companionsOf(entries).map(countEvidence),
      }),
    }),
  ];
}

const companionsOf = (entries: readonly CniEntryView[]): readonly WorkloadView[] =>
  entries.flatMap(({ workloads }) => workloads.filter(({ role }) => role === 'companion'));

/** `Canal 3.32.1: Calico policy + Flannel VXLAN` */
export const cniWords = ({ name, version, title }: CniEntryView['cni']): string =>
  `${name}${version === undefined ? '' : ` ${version}`}${title === name ? '' : `: ${title}`}`;

/** `canal: 3 of 3 ready` */
export const readyWords = ({ workload, counts, words }: WorkloadView): string =>
  `${workload.meta.name}: ${counts === undefined ? words : `${counts.ready} of ${counts.desired} ready`}`;

export const countEvidence = ({ workload, words }: WorkloadView): Evidence => ({
  from: 'object',
  sentence: words,
  weight: 0,
  object: referenceTo(workload),
  field: 'status',
});

/** Which pods a workload has must be known before one of them can be missed. */
export function podGaps({ podsKnowledge, workload }: WorkloadView): readonly Gap[] {
  const sentence = gapOf(podsKnowledge, `pods of ${workload.meta.name}`);
  return sentence === undefined ? [] : [{ sentence, pending: isPending(podsKnowledge) }];
}

/** Whether a workload runs is known from its pods, or from what its controller counts. */
export const stateGaps = (view: WorkloadView): readonly Gap[] => (view.counts === undefined ? podGaps(view) : []);

/** What nodes say of themselves. */
export function nodeNetworkChecks(context: CheckContext): readonly Check[] {
  const { findings, nodes } = context;
  const ofNodes = nodeGaps(context);
  const said = nodes.filter((node) => nodeFacts(node).networkUnavailable !== undefined);
  const silent = nodes.filter((node) => nodeFacts(node).readyCondition?.status === 'Unknown');
  return [
    check({
      id: 'node-network-available',
      title: 'No node says that its network is unavailable',
      findings: withId(findings, 'network-unavailable'),
      ...ofNodes,
      passed: () => ({
        sentence:
          said.length === 0
            ? 'No node has the condition NetworkUnavailable, which only some networks set.'
            : `NetworkUnavailable is False on ${counted(said.length, 'node')}. It is written when an agent starts and says nothing of now.`,
        evidence: said.slice(0, evidenceShown).map((node) => ({
          from: 'object',
          sentence: `False: ${nodeFacts(node).networkUnavailable?.reason ?? ''}`,
          weight: 0,
          object: referenceTo(node),
          field: 'status.conditions[type=NetworkUnavailable]',
        })),
      }),
    }),
    check({
      id: 'node-cni-configured',
      title: 'Every kubelet finds a CNI configuration',
      findings: withId(findings, 'node-without-network'),
      ...ofNodes,
      passed: () => ({ sentence: 'No node is NotReady for want of a CNI.' }),
    }),
    check({
      id: 'nodes-answer',
      title: 'Every node answers',
      informs: true,
      findings: silent.length === 0 ? [] : [{ problem: silentNodes(silent) }],
      ...ofNodes,
      passed: () => ({ sentence: `${counted(nodes.length, 'Linux node')}, each known to the API server.` }),
    }),
  ];
}

function silentNodes(nodes: CheckContext['nodes']): Finding['problem'] {
  const names = formatNames(nodes.map(({ meta }) => meta.name));
  const [first] = nodes;
  return {
    id: 'node-silent',
    severity: 'may-break',
    subject: first === undefined ? { kind: 'Node', namespace: '', name: '' } : referenceTo(first),
    sentence: `${names} ${nodes.length === 1 ? 'does' : 'do'} not answer: Ready is Unknown`,
    cause: 'The kubelet has stopped reporting: the machine is down, or cut off from the API server.',
    fix: 'Look at the machine. What is said here of the pods on it is what was last heard.',
    evidence: nodes.slice(0, evidenceShown).map((node) => ({
      from: 'object',
      sentence: 'Unknown',
      weight: 0,
      object: referenceTo(node),
      field: 'status.conditions[type=Ready]',
    })),
    consequences: [],
  };
}
