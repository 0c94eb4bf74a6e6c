import type { Pod } from '../../model/pod.ts';
import type { WorkloadView } from '../cniViewTypes.ts';
import { coverageOf, coverageProblems } from '../coverage.ts';
import { isKnown, referenceTo } from '../evidence.ts';
import { problemOfNodes } from '../located.ts';
import { nodeFacts } from '../nodeFacts.ts';
import { podStatus } from '../podStatus.ts';
import type { Problem } from '../problem.ts';
import {
  check,
  type Check,
  type CheckContext,
  counted,
  evidenceShown,
  type Finding,
  found,
  type Gap,
  gapsIn,
  nodeGaps,
} from './check.ts';
import { countEvidence, podGaps, readyWords, stateGaps } from './cniChecks.ts';
import { findingsOf } from './findings.ts';
import { serviceProxyOf } from './serviceProxy.ts';

/** Whether something on each node turns the addresses of services into those of pods. */
export function serviceProxyChecks(context: CheckContext): readonly Check[] {
  const { snapshot, view, findings, nodes } = context;
  const proxy = serviceProxyOf(snapshot, view);
  const everywhere = 'Every Ready Linux node forwards to services';
  const ofNodes = nodeGaps(context);
  const gaps = [...gapsIn(snapshot, 'daemonSets', 'DaemonSets', { namespace: 'kube-system' }), ...ofNodes.gaps];
  switch (proxy.kind) {
    case 'kube-proxy': {
      const missing = uncovered(context, proxy.view);
      return [
        check({
          id: 'service-proxy-everywhere',
          title: everywhere,
          findings: missing,
          without: ofNodes.without,
          gaps: [...gaps, ...podGaps(proxy.view), ...unseenInFiles(context, proxy.view)],
          passed: () => ({
            sentence: `kube-proxy has a pod on each of ${counted(nodes.filter((node) => nodeFacts(node).ready).length, 'Ready node')}.`,
            evidence: [countEvidence(proxy.view)],
          }),
        }),
        check({
          id: 'service-proxy-ready',
          title: 'kube-proxy runs and is ready',
          findings: findingsOf(findings, proxy.view),
          gaps: stateGaps(proxy.view),
          passed: () => ({ sentence: readyWords(proxy.view), evidence: [countEvidence(proxy.view)] }),
        }),
      ];
    }
    case 'cni': {
      const entry = view.entries.find(({ cni }) => cni === proxy.cni);
      const agents = entry?.workloads.filter(({ role }) => role === 'agent') ?? [];
      const missing = findings.filter(
        ({ problem }) =>
          problem.id === 'agent-missing' && agents.some(({ workload }) => workload.meta.name === problem.subject.name),
      );
      return [
        check({
          id: 'service-proxy-everywhere',
          title: everywhere,
          findings: missing,
          gaps: [...gaps, ...agents.flatMap(podGaps)],
          passed: () => ({
            sentence: `${proxy.cni.name} does kube-proxy’s work: ${proxy.evidence.sentence}.`,
            evidence: [proxy.evidence],
          }),
        }),
        check({
          id: 'service-proxy-ready',
          title: `${proxy.cni.name}, in place of kube-proxy, runs and is ready`,
          findings: agents.flatMap((agent) => findingsOf(findings, agent)).filter((one) => !missing.includes(one)),
          gaps: agents.flatMap(stateGaps),
          passed: () => ({ sentence: agents.map(readyWords).join('; '), evidence: agents.map(countEvidence) }),
        }),
      ];
    }
    case 'static':
      return [
        check({
          id: 'service-proxy-everywhere',
          title: everywhere,
          findings: found([withoutStatic(context, proxy.pods)]),
          without: ofNodes.without,
          gaps,
          passed: () => ({
            sentence: `kube-proxy runs as a static pod on ${counted(proxy.pods.length, 'node')}.`,
            evidence: proxy.pods.slice(0, evidenceShown).map((pod) => ({
              from: 'object',
              sentence: podStatus(pod).status,
              weight: 0,
              object: referenceTo(pod),
              field: 'status',
            })),
          }),
        }),
      ];
    case 'hidden':
      return [
        check({
          id: 'service-proxy-everywhere',
          title: everywhere,
          without: proxy.sentence,
          passed: () => ({ sentence: '' }),
        }),
      ];
    case 'none': {
      const unsure = [...gaps, ...view.cni.gaps.map(({ sentence }) => ({ sentence, pending: false }))];
      const expected = withDaemonSet.has(view.type.id) && unsure.length === 0 && view.cni.detected.length > 0;
      return [
        check({
          id: 'service-proxy-everywhere',
          title: everywhere,
          findings: expected ? [{ problem: noProxy }] : [],
          gaps: [
            ...unsure,
            {
              sentence: 'no kube-proxy was found, and nothing that is known to replace it',
              pending: view.type.pending || view.cni.state === 'pending',
            },
          ],
          passed: () => ({ sentence: '' }),
        }),
      ];
    }
  }
}

/** A kubelet starts static pods before anything else, so a node has its own within seconds, in milliseconds. */
const startingMs = 120_000;

function withoutStatic({ snapshot, nodes }: CheckContext, pods: readonly Pod[]): Problem | undefined {
  const having = new Set(pods.flatMap((pod) => (podStatus(pod).ready > 0 ? (pod.spec.nodeName ?? []) : [])));
  const { asOf } = snapshot.content;
  return problemOfNodes({
    id: 'kube-proxy-missing',
    severity: 'may-break',
    nodes: nodes.filter(
      (node) =>
        nodeFacts(node).ready &&
        !having.has(node.meta.name) &&
        (node.meta.created === undefined || asOf - node.meta.created > startingMs),
    ),
    field: 'status.conditions[type=Ready]',
    state: () => 'Ready, without a ready static pod of kube-proxy',
    sentence: (names) => `kube-proxy has no ready pod on ${names}`,
    cause: 'The kubelet of the node does not start it from its file, or it fails there.',
    fix: 'Look at its log on the node, and at the directory of static pods there.',
  })?.problem;
}

/** Types of clusters whose kube-proxy is a DaemonSet, if they have one. */
const withDaemonSet: ReadonlySet<string> = new Set(['kubeadm', 'kind', 'minikube', 'eks', 'aks', 'k0s', 'talos']);

const noProxy: Problem = {
  id: 'kube-proxy-absent',
  severity: 'may-break',
  subject: { kind: 'DaemonSet', namespace: 'kube-system', name: 'kube-proxy' },
  sentence: 'There is no kube-proxy, and nothing that is known to replace it',
  cause: 'It was left out when the cluster was made, or removed, and the CNI is not configured to do its work.',
  fix: 'Let the CNI replace kube-proxy, or install it: kubeadm init phase addon kube-proxy.',
  evidence: [],
  consequences: [],
};

/** Files that hold other pods and none of kube-proxy’s leave them out; no cluster is like that. */
const unseenInFiles = (
  { snapshot }: Pick<CheckContext, 'snapshot'>,
  { pods }: Pick<WorkloadView, 'pods'>,
): readonly Gap[] =>
  snapshot.content.origin === 'folder' && pods.length === 0
    ? [{ sentence: 'the files contain no pod of kube-proxy', pending: false }]
    : [];

/** Ready nodes without a pod of kube-proxy. */
function uncovered(
  { snapshot, nodes }: CheckContext,
  { workload, pods, podsKnowledge }: WorkloadView,
): readonly Finding[] {
  if (!isKnown(podsKnowledge) || !isKnown(snapshot.knowledge('nodes'))) return [];
  if (unseenInFiles({ snapshot }, { pods }).length > 0) return [];
  const { uncovered: missing } = coverageOf(
    [workload],
    nodes,
    pods.map(({ pod }) => pod),
    snapshot.content.asOf,
  );
  return coverageProblems([workload], { uncovered: missing, doubled: [] }).map(({ problem }) => ({
    problem: { ...problem, id: 'kube-proxy-missing' },
  }));
}
