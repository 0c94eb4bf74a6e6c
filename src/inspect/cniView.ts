import type { Node } from '../model/node.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import type { Workload } from '../model/workload.ts';
import { calicoChecks } from './calicoChecks.ts';
import { copies, policiesIgnored, twoFlannels } from './clusterChecks.ts';
import { readClusterType } from './clusterType.ts';
import { definitionOf } from './cni/catalogue.ts';
import type { CniDefinition } from './cni/definition.ts';
import type { DetectedCni } from './cni/cniReading.ts';
import { detectCni } from './cni/detect.ts';
import { agentCounts, pathTo, summaryOf } from './cniSummary.ts';
import type { CniEntryView, CniView, PodView, WorkloadView } from './cniViewTypes.ts';
import { type Coverage, coverageOf, coverageProblems } from './coverage.ts';
import { dnsProblems } from './dnsProblems.ts';
import { isKnown } from './evidence.ts';
import { flannelConfig } from './flannelBackend.ts';
import { flannelChecks } from './flannelChecks.ts';
import type { Located } from './located.ts';
import { nodeChecks } from './nodeChecks.ts';
import { type Problem, worst } from './problem.ts';
import { reading } from './reading.ts';
import { problemsOfPods, rootCauses } from './rootCauses.ts';
import { flannelSilent, withSilentFlannel } from './silentFlannel.ts';
import { companionsOf, coreDnsOf, kubeProxyOf } from './systemWorkloads.ts';
import {
  countsOf,
  isRollingOut,
  podKnowledge,
  podViews,
  problemOfCounts,
  problemsFirst,
  workloadWords,
} from './workloadView.ts';

/** Everything that the Clusters view shows below a cluster, and `inspect` prints. */
export const readCniView = reading((snapshot): CniView => {
  const type = readClusterType(snapshot);
  const cni = detectCni(snapshot);
  const nodes = snapshot.list('nodes');
  const configuration: Located[] = [];
  for (const detected of cni.detected) configuration.push(...configurationProblems(snapshot, detected));
  const found: Located[] = [...configuration];
  for (const problem of [...cni.problems, ...copies(cni), ...twoFlannels(snapshot, type.id, cni)])
    found.push({ level: 'configuration', nodes: undefined, problem });

  const entries = cni.detected.map((detected) => entryOf(snapshot, detected, configuration, found));
  found.push(...nodeChecks(nodes), ...policiesIgnored(snapshot, cni));
  const system = systemViews(snapshot, configuration, found);

  const problems = rootCauses(found);
  const severity = worst(problems);
  const agents = agentCounts(entries);
  const version = snapshot.server.version?.gitVersion;
  return {
    type,
    cni,
    entries,
    system,
    problems,
    summary: summaryOf(cni, agents),
    firstProblem: pathTo(problems[0], [...entries.flatMap(({ workloads }) => workloads), ...system]),
    ...(version === undefined ? {} : { version }),
    ...(severity === undefined ? {} : { severity }),
    ...(agents === undefined ? {} : { agents }),
  };
});

const usesFlannel = (id: string): boolean => id === 'canal' || id === 'flannel' || id === 'k3s-flannel';

function configurationProblems(snapshot: ClusterSnapshot, cni: DetectedCni): readonly Located[] {
  if (usesFlannel(cni.id)) {
    const own = flannelChecks(snapshot.list('nodes'), cni.id === 'k3s-flannel' ? undefined : flannelConfig(snapshot));
    return cni.id === 'canal' ? [...own, ...calicoChecks(snapshot, cni)] : own;
  }
  return cni.id === 'calico' || cni.id === 'calico-policy-only' ? calicoChecks(snapshot, cni) : [];
}

function entryOf(
  snapshot: ClusterSnapshot,
  cni: DetectedCni,
  configuration: readonly Located[],
  found: Located[],
): CniEntryView {
  const definition = definitionOf(cni.id);
  const nodes = snapshot.list('nodes');
  const own: Located[] = [];
  const workloads: WorkloadView[] = [];

  const known = cni.agents.every((agent) => isKnown(podKnowledge(snapshot, agent)));
  const podsOf = new Map(cni.agents.map((agent) => [agent, podViews(snapshot, agent, true, definition)]));
  const agentPods = [...podsOf.values()].flat();
  const coverage: Coverage =
    cni.agents.length > 0 && known && isKnown(snapshot.knowledge('nodes'))
      ? coverageOf(
          cni.agents,
          nodes,
          agentPods.map(({ pod }) => pod),
          snapshot.content.asOf,
        )
      : { uncovered: [], doubled: [] };
  const rolling = cni.agents.some((agent) => isRollingOut(agent, countsOf(agent)));
  own.push(...coverageProblems(cni.agents, rolling ? { ...coverage, doubled: [] } : coverage));

  const silent =
    usesFlannel(cni.id) && cni.agents.length > 0 ? flannelSilent(nodes, agentPods, snapshot.content.asOf) : undefined;
  if (silent !== undefined) own.push(silent);

  for (const [index, agent] of cni.agents.entries()) {
    const pods = (podsOf.get(agent) ?? []).map((pod) => withSilentFlannel(pod, silent));
    const view = workloadView(snapshot, agent, 'agent', pods, index === 0 ? coverage.uncovered : []);
    const count = problemOfCounts(agent, view.counts, view.podsKnowledge);
    own.push(...problemsOfPods(agent, podsOf.get(agent) ?? [], 'agent', configuration));
    if (count !== undefined) own.push(count);
    workloads.push(view);
  }
  if (definition !== undefined)
    for (const companion of companionsOf(snapshot, definition, cni.agents)) {
      const pods = podViews(snapshot, companion, false, definition);
      own.push(...problemsOfPods(companion, pods, 'service', configuration));
      workloads.push(workloadView(snapshot, companion, 'companion', pods, []));
    }

  found.push(...own);
  const problems = rootCauses([...configuration.filter(({ problem }) => concerns(cni, problem)), ...own]);
  const severity = worst(problems);
  return {
    cni,
    workloads,
    problems,
    notes: [...cni.notes, ...configurationNotes(snapshot, definition)],
    ...(severity === undefined ? {} : { severity }),
  };
}

const concerns = ({ id }: DetectedCni, problem: Problem): boolean =>
  problem.id.startsWith('calico-') ? id === 'canal' || id.startsWith('calico') : usesFlannel(id);

function configurationNotes(snapshot: ClusterSnapshot, definition: CniDefinition | undefined): readonly string[] {
  if (definition?.id !== 'canal') return [];
  const holder = flannelConfig(snapshot)?.holder;
  return holder?.data['veth_mtu'] === '0'
    ? [
        `veth_mtu is 0 in ${holder.meta.name}: pods get the host’s MTU, although the overlay takes 50 bytes of it. Large packets between nodes may be lost; the host’s MTU less 50 is safe.`,
      ]
    : [];
}

function workloadView(
  snapshot: ClusterSnapshot,
  workload: Workload,
  role: WorkloadView['role'],
  pods: readonly PodView[],
  uncovered: readonly Node[],
): WorkloadView {
  const counts = countsOf(workload);
  const rollingOut = isRollingOut(workload, counts);
  const podsKnowledge = podKnowledge(snapshot, workload);
  const short = counts !== undefined && counts.ready < counts.desired && !isKnown(podsKnowledge);
  const severity =
    uncovered.length > 0 ? 'breaks' : (worst(pods.flatMap((pod) => pod.problems)) ?? (short ? 'may-break' : undefined));
  return {
    workload,
    role,
    words: workloadWords(counts, rollingOut, uncovered, pods),
    rollingOut,
    uncovered,
    pods: problemsFirst(pods),
    podsKnowledge,
    ...(counts === undefined ? {} : { counts }),
    ...(severity === undefined ? {} : { severity }),
  };
}

function systemViews(
  snapshot: ClusterSnapshot,
  configuration: readonly Located[],
  found: Located[],
): readonly WorkloadView[] {
  const views: WorkloadView[] = [];
  const kubeProxy = kubeProxyOf(snapshot);
  if (kubeProxy !== undefined) {
    const pods = podViews(snapshot, kubeProxy, true);
    const view = workloadView(snapshot, kubeProxy, 'kube-proxy', pods, []);
    const count = problemOfCounts(kubeProxy, view.counts, view.podsKnowledge);
    found.push(...problemsOfPods(kubeProxy, pods, 'agent', configuration));
    if (count !== undefined) found.push(count);
    views.push(view);
  }
  const dns = coreDnsOf(snapshot);
  if (dns !== undefined) {
    const pods = podViews(snapshot, dns, false);
    const view = workloadView(snapshot, dns, 'dns', pods, []);
    const problems = dnsProblems(dns, view, configuration);
    // DNS can be down without a pod that has a problem: there may be none.
    const isDown = problems.some(({ problem }) => problem.severity === 'breaks');
    views.push(isDown ? { ...view, severity: 'breaks' } : view);
    found.push(...problems);
  }
  return views;
}
