import type { Node } from '../model/node.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import type { Workload } from '../model/workload.ts';
import { calicoChecks } from './calicoChecks.ts';
import { readClusterType } from './clusterType.ts';
import { definitionOf } from './cni/catalogue.ts';
import type { CniDefinition } from './cni/definition.ts';
import { type CniReading, detectCni, type DetectedCni } from './cni/detect.ts';
import type { CniEntryView, CniView, ContainerView, PodView, WorkloadView } from './cniViewTypes.ts';
import { type Coverage, coverageOf, coverageProblems } from './coverage.ts';
import { isKnown, type ObjectReference, referenceTo } from './evidence.ts';
import { flannelConfig } from './flannelBackend.ts';
import { flannelChecks } from './flannelChecks.ts';
import { k3sFlag } from './k3sArguments.ts';
import { type Located, problemOfNodes } from './located.ts';
import { nodeChecks } from './nodeChecks.ts';
import { nodeFacts } from './nodeFacts.ts';
import { type Problem, worst } from './problem.ts';
import { reading } from './reading.ts';
import { problemsOfPods, rootCauses } from './rootCauses.ts';
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
  const configMap = definition.configMaps
    .map(({ namespace, name }) => snapshot.table('configMaps').get(namespace, name))
    .find((one) => one !== undefined);
  return configMap?.data['veth_mtu'] === '0'
    ? [
        'veth_mtu is 0 in canal-config: pods get the host’s MTU, although the overlay takes 50 bytes of it. Large packets between nodes may be lost; the host’s MTU less 50 is safe.',
      ]
    : [];
}

/**
 * flannel writes to its node once it has a subnet. A container that runs beside a node without that has none; without
 * a probe it counts as ready all the same. Where no node has the annotations, their prefix may have been changed, and
 * nothing follows.
 */
function flannelSilent(nodes: readonly Node[], pods: readonly PodView[], asOf: number): Located | undefined {
  if (!nodes.some((node) => nodeFacts(node).flannel !== undefined)) return undefined;
  const byName = new Map(nodes.map((node) => [node.meta.name, node]));
  const silent = pods.flatMap(({ pod, node, containers }) => {
    const found = byName.get(node ?? '');
    if (found === undefined || nodeFacts(found).flannel !== undefined) return [];
    const flannel = containers.find(isFlannel);
    const started = flannel?.state?.kind === 'running' ? flannel.state.started : undefined;
    const settled = started === undefined || asOf - started > 120_000;
    return pod.meta.deleted === undefined && flannel?.state?.kind === 'running' && settled ? [found] : [];
  });
  return problemOfNodes({
    id: 'flannel-silent',
    severity: 'breaks',
    level: 'agent',
    nodes: silent,
    field: 'metadata.annotations',
    state: () => 'no annotation of flannel’s',
    sentence: (names) => `kube-flannel runs on ${names} and has not taken a subnet`,
    cause: 'It has not written its annotations to the node, so other nodes send it nothing.',
    fix: 'Read its log, then delete the pod so that it starts anew.',
  });
}

const isFlannel = ({ name, kind }: ContainerView): boolean =>
  kind === 'main' && (name === 'kube-flannel' || name === 'flannel');

function withSilentFlannel(view: PodView, silent: Located | undefined): PodView {
  if (silent === undefined || view.node === undefined || silent.nodes?.has(view.node) !== true) return view;
  return {
    ...view,
    severity: 'breaks',
    containers: view.containers.map((container) =>
      isFlannel(container) ? { ...container, severity: 'breaks', words: `${container.words}, no subnet` } : container,
    ),
    problems: [...view.problems, { ...silent.problem, subject: referenceTo(view.pod) }],
  };
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
    views.push(view);
    found.push(...dnsProblems(dns, view, configuration));
  }
  return views;
}

/** While one DNS pod is ready, names resolve; with none, almost everything fails. */
function dnsProblems(
  dns: Workload,
  { counts, pods }: WorkloadView,
  configuration: readonly Located[],
): readonly Located[] {
  const failing = pods.filter(({ severity }) => severity !== undefined);
  if (counts === undefined || counts.ready > 0 || counts.desired === 0)
    return problemsOfPods(dns, pods, 'service', configuration);
  const [first] = failing;
  const cause = first?.problems[0]?.sentence;
  const since = first?.problems[0]?.since;
  const sentence = `Cluster DNS is down: ${dns.meta.name} has none of ${counts.desired} pods ready`;
  return [
    {
      level: 'service',
      nodes: new Set(pods.flatMap(({ node }) => node ?? [])),
      problem: {
        id: 'dns-down',
        severity: 'breaks',
        subject: referenceTo(dns),
        sentence,
        evidence: [{ from: 'object', sentence, weight: 0, object: referenceTo(dns), field: 'status.readyReplicas' }],
        consequences: [],
        ...(cause === undefined ? {} : { cause: `${cause}.` }),
        ...(since === undefined ? {} : { since }),
      },
    },
  ];
}

/** Two DaemonSets of one CNI, unless they divide the nodes among them, as flannel's old ones for each architecture did. */
function copies({ detected }: CniReading): readonly Problem[] {
  return detected.flatMap(({ name, agents }) => {
    const divided = new Set(agents.map(({ template }) => JSON.stringify(template.nodeSelector))).size === agents.length;
    const [first] = agents;
    if (agents.length < 2 || divided || first === undefined) return [];
    const where = agents.map(({ meta }) => `${meta.namespace}/${meta.name}`);
    return [
      {
        id: 'cni-two-copies',
        severity: 'breaks' as const,
        subject: referenceTo(first),
        sentence: `${name} runs twice: ${where.join(' and ')}`,
        cause: 'It was installed again in another namespace or under another name.',
        fix: 'Remove the copy that is not meant.',
        evidence: agents.map((agent) => ({
          from: 'object' as const,
          sentence: `DaemonSet ${agent.meta.namespace}/${agent.meta.name}`,
          weight: 0,
          object: referenceTo(agent),
        })),
        consequences: [],
      },
    ];
  });
}

/** Canal on k3s needs k3s's own flannel switched off: both use the same port and the same annotations. */
function twoFlannels(snapshot: ClusterSnapshot, type: string, { detected }: CniReading): readonly Problem[] {
  const own = detected.find(({ id, agents }) => (id === 'canal' || id === 'flannel') && agents.length > 0);
  const [agent] = own?.agents ?? [];
  if (type !== 'k3s' || own === undefined || agent === undefined) return [];
  if (k3sFlag(snapshot, '--flannel-backend') === 'none') return [];
  return [
    {
      id: 'k3s-two-flannels',
      severity: 'breaks',
      subject: referenceTo(agent),
      sentence: `${own.name} runs beside the flannel that k3s runs itself`,
      cause: 'Both use UDP port 8472 and write the same annotations.',
      fix: 'Start the k3s servers with --flannel-backend=none --disable-network-policy.',
      evidence: [
        {
          from: 'object',
          sentence: 'The k3s servers were not started with --flannel-backend=none',
          weight: 0,
          field: 'metadata.annotations["k3s.io/node-args"]',
        },
      ],
      consequences: [],
    },
  ];
}

function policiesIgnored(snapshot: ClusterSnapshot, { enforcement, detected }: CniReading): readonly Located[] {
  const policies = snapshot.list('networkPolicies');
  const [first] = policies;
  if (enforcement.verdict !== 'no' || first === undefined) return [];
  const names = detected.filter(({ role }) => role !== 'meta').map(({ name }) => name);
  const count = policies.length;
  return [
    {
      level: 'configuration',
      nodes: undefined,
      problem: {
        id: 'policies-not-enforced',
        severity: 'may-break',
        subject: referenceTo(first),
        sentence: `${count === 1 ? '1 NetworkPolicy has' : `${count} NetworkPolicies have`} no effect: ${names.join(' and ')} ${names.length === 1 ? 'does' : 'do'} not enforce ${count === 1 ? 'it' : 'them'}`,
        cause: enforcement.reason,
        evidence: enforcement.evidence,
        consequences: [],
        ...(enforcement.fix === undefined ? {} : { fix: enforcement.fix }),
      },
    },
  ];
}

function agentCounts(entries: readonly CniEntryView[]): CniView['agents'] {
  for (const { cni, workloads } of entries) {
    if (cni.role === 'meta') continue;
    let ready = 0;
    let desired = 0;
    let counted = false;
    for (const { role, counts } of workloads) {
      if (role !== 'agent' || counts === undefined) continue;
      counted = true;
      ready += counts.ready;
      desired += counts.desired;
    }
    if (counted) return { ready, desired };
  }
  return undefined;
}

function summaryOf({ state, detected, gaps }: CniReading, agents: CniView['agents']): string {
  const names = detected
    .filter(({ role }) => role !== 'meta')
    .map(({ name, version }) => (version === undefined ? name : `${name} ${version}`));
  if (names.length === 0) {
    if (state === 'pending') return 'CNI not known yet';
    if (state === 'cannot-tell') return gaps[0]?.sentence ?? 'Cannot tell the CNI';
    return 'No known CNI';
  }
  const ready = agents === undefined ? '' : ` · ${agents.ready}/${agents.desired} ready`;
  return `${names.join(' + ')}${ready}`;
}

/**
 * From the workload down to the container, so that a tree can open there. Where a root cause is no part of a workload, the
 * way leads to what follows from it.
 */
function pathTo(problem: Problem | undefined, workloads: readonly WorkloadView[]): readonly ObjectReference[] {
  if (problem === undefined) return [];
  for (const one of [problem, ...problem.consequences]) {
    const path = pathInto(one, workloads);
    if (path.length > 0) return path;
  }
  return [problem.subject];
}

function pathInto(problem: Problem, workloads: readonly WorkloadView[]): readonly ObjectReference[] {
  for (const { workload, pods } of workloads) {
    const own = workload.meta.namespace === problem.subject.namespace && workload.meta.name === problem.subject.name;
    const pod = pods.find(({ pod, problems }) =>
      own && problem.subject.kind === workload.kind
        ? problems.some(({ id, container }) => id === problem.id && container === problem.container)
        : problem.subject.kind === 'Pod' &&
          pod.meta.name === problem.subject.name &&
          pod.meta.namespace === problem.subject.namespace,
    );
    if (pod === undefined) {
      if (own) return [referenceTo(workload)];
      continue;
    }
    const { namespace } = pod.pod.meta;
    return [
      referenceTo(workload),
      referenceTo(pod.pod),
      ...(problem.container === undefined ? [] : [{ kind: 'Container', namespace, name: problem.container }]),
    ];
  }
  return [];
}
