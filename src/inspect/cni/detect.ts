import { matchesLabels } from '../../model/labels.ts';
import type { Node } from '../../model/node.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import type { TemplateContainer, Workload } from '../../model/workload.ts';
import { readClusterType } from '../clusterType.ts';
import { servesGroup } from '../clusterType/signals.ts';
import { cannotTellEnforcement, type Enforcement } from '../enforcement.ts';
import {
  type Confidence,
  type Evidence,
  gapEvidence,
  isKnown,
  isPending,
  knowledgeOf,
  referenceTo,
} from '../evidence.ts';
import type { Problem } from '../problem.ts';
import { cachedBy, reading } from '../reading.ts';
import { containerOf, imageTag, withoutV } from './agent.ts';
import { catalogue, definitionOf, withoutAgent } from './catalogue.ts';
import type { AgentSignature, CniContext, CniDefinition, CniRole } from './definition.ts';

export interface DetectedCni {
  readonly id: string;
  readonly name: string;
  /** What does which part: "Calico policy + Flannel VXLAN". */
  readonly title: string;
  /** Without a leading `v`; absent where no image, label or object tells it. */
  readonly version?: string;
  readonly role: CniRole;
  readonly confidence: Confidence;
  /** Out of 100. */
  readonly score: number;
  /** The strongest first. */
  readonly evidence: readonly Evidence[];
  readonly enforcement: Enforcement;
  /** The DaemonSets of its agents; empty where it runs inside something else. */
  readonly agents: readonly Workload[];
  readonly notes: readonly string[];
}

/** Signs of a CNI that does not run: what a removed one left behind, or one whose agents may not be seen. */
export type CniTrace = Pick<DetectedCni, 'id' | 'name' | 'confidence' | 'score' | 'evidence'>;

export interface CniReading {
  /**
   * `known`: everything needed was read. `pending`: some of it is still on its way. `cannot-tell`: no CNI was found, and
   * what would show one may not be read; `gaps` says what.
   */
  readonly state: 'known' | 'pending' | 'cannot-tell';
  /** Those that make or police the network first, helpers such as Multus last. */
  readonly detected: readonly DetectedCni[];
  readonly traces: readonly CniTrace[];
  readonly gaps: readonly Evidence[];
  /** For the cluster as a whole. */
  readonly enforcement: Enforcement;
  readonly problems: readonly Problem[];
}

const weights = {
  agent: 60,
  /** Containers without the labels, as a chart that renames labels makes them. */
  containersOnly: 45,
  /** The labels without the containers. */
  labelsOnly: 20,
  image: 15,
  configMap: 10,
  apiGroup: 5,
  nodeAnnotation: 5,
  networkReason: 5,
};

/** From this score on a CNI is reported as running. */
const enough = 60;
const aTrace = 20;

/** The namespaces in which agents are looked for where DaemonSets of all namespaces may not be listed. */
export const agentNamespaces: readonly string[] = [
  'kube-system',
  'kube-flannel',
  'calico-system',
  'tigera-operator',
  'cilium',
  'ovn-kubernetes',
  'openshift-ovn-kubernetes',
  'openshift-sdn',
  'openshift-multus',
];

interface Match {
  readonly agent: Workload;
  readonly weight: number;
  readonly sentence: string;
}

function matchAgent(signature: AgentSignature, agent: Workload, snapshot: ClusterSnapshot): Match | undefined {
  const names = agent.template.containers.map(({ name }) => name);
  if (signature.without?.some((name) => names.includes(name)) === true) return undefined;
  const named = signature.names?.includes(agent.meta.name);
  if (named === false) return undefined;
  const labelled = signature.labels.some((labels) => matchesLabels(labels, agent.template.labels));
  const complete = signature.containers.every((choice) => choice.some((name) => names.includes(name)));
  const identified = labelled || named === true;
  if (!identified && !(complete && signature.containers.length > 0)) return undefined;
  if (signature.when !== undefined && !signature.when(agent, snapshot)) return undefined;
  const where = `DaemonSet ${agent.meta.name} in ${agent.meta.namespace}`;
  const written = signature.containers.map((choice) => choice.find((name) => names.includes(name)) ?? choice[0]);
  const containers =
    written.length === 0 ? '' : `the container${written.length > 1 ? 's' : ''} ${written.join(' and ')}`;
  if (complete && identified)
    return {
      agent,
      weight: weights.agent,
      sentence: containers === '' ? `The ${where} is its agent` : `The ${where} has its pod label and ${containers}`,
    };
  if (complete)
    return {
      agent,
      weight: weights.containersOnly,
      sentence: `The ${where} has ${containers}, under other pod labels`,
    };
  return { agent, weight: weights.labelsOnly, sentence: `The ${where} has its pod label and not its containers` };
}

const annotationPrefixes = [
  ...new Set([...catalogue, ...withoutAgent].flatMap(({ nodeAnnotations }) => nodeAnnotations)),
];

/** The annotation prefixes of the catalogue that a node shows, and its reason for `NetworkUnavailable`. */
const signsOfNode = cachedBy((node: Node): { readonly prefixes: readonly string[]; readonly reason?: string } => {
  const keys = Object.keys(node.meta.annotations);
  const prefixes = annotationPrefixes.filter((prefix) => keys.some((key) => key.startsWith(prefix)));
  const reason = node.conditions.find(({ type }) => type === 'NetworkUnavailable')?.reason;
  return { prefixes, ...(reason === undefined ? {} : { reason }) };
});

interface Seen {
  readonly node: Node;
  count: number;
}

const nodeSigns = cachedBy((nodes: readonly Node[]) => {
  const annotations = new Map<string, Seen>();
  const reasons = new Map<string, Seen>();
  const note = (map: Map<string, Seen>, key: string, node: Node): void => {
    const known = map.get(key);
    if (known === undefined) map.set(key, { node, count: 1 });
    else known.count++;
  };
  for (const node of nodes) {
    const { prefixes, reason } = signsOfNode(node);
    for (const prefix of prefixes) note(annotations, prefix, node);
    if (reason !== undefined) note(reasons, reason, node);
  }
  return { annotations, reasons };
});

/** All containers, those named `first` before the others. */
function* containersOf(
  workloads: readonly Workload[],
  first: string | undefined,
): Iterable<readonly [Workload, TemplateContainer]> {
  for (const wanted of [true, false])
    for (const workload of workloads)
      for (const container of workload.template.containers)
        if ((container.name === first) === wanted) yield [workload, container];
}

/** The signs beside an agent. `explained` leaves out those that a CNI which was found accounts for. */
function collateral(
  definition: CniDefinition,
  snapshot: ClusterSnapshot,
  workloads: readonly Workload[],
  explained: (sign: string) => boolean,
): readonly Evidence[] {
  const evidence: Evidence[] = [];
  for (const [workload, { image, name }] of containersOf(workloads, definition.versionContainer)) {
    if (!definition.images.some((pattern) => pattern.test(image))) continue;
    evidence.push({
      from: 'object',
      sentence: `The container ${name} runs the image ${image}`,
      weight: weights.image,
      object: referenceTo(workload),
      field: 'spec.template.spec.containers[].image',
    });
    break;
  }
  for (const { namespace, name } of definition.configMaps) {
    const configMap = snapshot.table('configMaps').get(namespace, name);
    if (configMap === undefined) continue;
    evidence.push({
      from: 'object',
      sentence: `The ConfigMap ${namespace}/${name} exists`,
      weight: weights.configMap,
      object: referenceTo(configMap),
    });
    break;
  }
  const group = definition.apiGroups.find((name) => !explained(name) && servesGroup(snapshot, name));
  if (group !== undefined)
    evidence.push({
      from: 'server',
      sentence: `The server serves the API group ${group}`,
      weight: weights.apiGroup,
      field: 'groups',
    });
  const { annotations, reasons } = nodeSigns(snapshot.list('nodes'));
  const prefix = definition.nodeAnnotations.find((name) => !explained(name) && annotations.has(name));
  const annotated = prefix === undefined ? undefined : annotations.get(prefix);
  if (annotated !== undefined)
    evidence.push({
      from: 'object',
      sentence: `Nodes carry annotations ${prefix}…`,
      weight: weights.nodeAnnotation,
      object: referenceTo(annotated.node),
      field: `metadata.annotations["${prefix}…"]`,
      count: annotated.count,
    });
  const reason = definition.networkReasons.find((name) => !explained(name) && reasons.has(name));
  const reasoned = reason === undefined ? undefined : reasons.get(reason);
  if (reasoned !== undefined)
    evidence.push({
      from: 'object',
      sentence: `Nodes give ${reason} as the reason of NetworkUnavailable`,
      weight: weights.networkReason,
      object: referenceTo(reasoned.node),
      field: 'status.conditions[type=NetworkUnavailable].reason',
      count: reasoned.count,
    });
  return evidence;
}

interface Candidate {
  readonly definition: CniDefinition;
  readonly agents: readonly Workload[];
  readonly evidence: readonly Evidence[];
  readonly score: number;
}

const total = (evidence: readonly Evidence[]): number => evidence.reduce((sum, { weight }) => sum + weight, 0);

const byWeight = (evidence: readonly Evidence[]): readonly Evidence[] =>
  [...evidence].sort((one, other) => other.weight - one.weight);

/** The agent's image, else its label, else what Calico writes of itself. */
function versionOf(
  { versionContainer }: CniDefinition,
  agents: readonly Workload[],
  snapshot: ClusterSnapshot,
): string | undefined {
  for (const agent of agents) {
    const container = versionContainer === undefined ? undefined : containerOf(agent, versionContainer);
    const tag = imageTag(container?.image ?? '');
    if (tag !== undefined) return withoutV(tag);
  }
  for (const { template, meta } of agents) {
    const label = template.labels['app.kubernetes.io/version'] ?? meta.labels['app.kubernetes.io/version'];
    if (label !== undefined) return withoutV(label);
  }
  if (versionContainer === 'calico-node' && agents.length > 0)
    for (const { spec } of snapshot.list('calicoClusterInformations')) {
      const written = spec['calicoVersion'];
      if (typeof written === 'string' && written !== '') return withoutV(written);
    }
  return undefined;
}

const roleOf = (definition: CniDefinition, context: CniContext): CniRole =>
  typeof definition.role === 'function' ? definition.role(context) : definition.role;

export const makesNetwork = (role: CniRole): boolean => role === 'network' || role === 'network-and-policy';

const roleRank: Readonly<Record<CniRole, number>> = { 'network-and-policy': 0, network: 0, policy: 1, meta: 2 };

function daemonSetKnowledge(snapshot: ClusterSnapshot): {
  readonly gaps: readonly Evidence[];
  readonly pending: boolean;
} {
  const everywhere = knowledgeOf(snapshot, 'daemonSets');
  if (isKnown(everywhere)) return { gaps: [], pending: false };
  const where = agentNamespaces.map((namespace) => knowledgeOf(snapshot, 'daemonSets', { namespace }));
  // Only kube-system is sure to exist and is where most agents are; a namespace that nobody asked for says nothing.
  const [system = everywhere] = where;
  if (isKnown(system)) return { gaps: [], pending: false };
  const gap = gapEvidence(system, 'daemonsets in kube-system') ?? gapEvidence(everywhere, 'daemonsets');
  return { gaps: gap === undefined ? [] : [gap], pending: isPending(system) };
}

/**
 * Which CNIs run, with what each is founded on. An agent with its label and containers is enough; image, ConfigMap, API
 * group, node annotation and condition add to it, and without an agent are only traces: they outlive a removal.
 */
export const detectCni = reading((snapshot): CniReading => {
  const daemonSets = snapshot.list('daemonSets');
  const clusterType = readClusterType(snapshot);
  const { gaps: daemonSetGaps, pending } = daemonSetKnowledge(snapshot);

  const matches = new Map<CniDefinition, Match[]>();
  const rest: Workload[] = [];
  for (const daemonSet of daemonSets) {
    let best: { definition: CniDefinition; match: Match } | undefined;
    for (const definition of catalogue) {
      if (definition.agent === undefined) continue;
      const match = matchAgent(definition.agent, daemonSet, snapshot);
      if (match !== undefined && (best === undefined || match.weight > best.match.weight)) best = { definition, match };
    }
    if (best === undefined) rest.push(daemonSet);
    else {
      const list = matches.get(best.definition);
      if (list === undefined) matches.set(best.definition, [best.match]);
      else list.push(best.match);
    }
  }

  const candidates: Candidate[] = [];
  for (const [definition, found] of matches) {
    const agents = found.map(({ agent }) => agent);
    const heaviest = Math.max(...found.map(({ weight }) => weight));
    const evidence = byWeight([
      ...found.map(({ agent, weight, sentence }, index): Evidence => ({
        from: 'object',
        sentence,
        weight: index === found.findIndex((match) => match.weight === heaviest) ? weight : 0,
        object: referenceTo(agent),
      })),
      ...collateral(definition, snapshot, agents, () => false),
    ]);
    candidates.push({ definition, agents, evidence, score: total(evidence) });
  }

  const running = candidates.filter(({ score }) => score >= enough);
  const found = new Set(running.map(({ definition }) => definition.id));
  const contextOf = (agents: readonly Workload[]): CniContext => ({
    snapshot,
    agents,
    found,
    clusterType: clusterType.id,
  });
  if (!running.some(({ definition, agents }) => makesNetwork(roleOf(definition, contextOf(agents))))) {
    for (const definition of withoutAgent) {
      // A provider's network is concluded from what is not there, so what is there must be known.
      if (definition.id === 'provider-managed' && (pending || daemonSetGaps.length > 0)) continue;
      const sentence = definition.embedded?.({ snapshot, clusterType: clusterType.id });
      if (sentence === undefined) continue;
      const declared: Evidence = {
        from: 'object',
        sentence,
        weight: weights.agent,
      };
      const evidence = [declared, ...collateral(definition, snapshot, [], () => false)];
      running.push({ definition, agents: [], evidence, score: total(evidence) });
      found.add(definition.id);
      break;
    }
  }

  const explained = new Set(
    running.flatMap(({ definition }) => [
      ...definition.apiGroups,
      ...definition.nodeAnnotations,
      ...definition.networkReasons,
    ]),
  );
  const traces: CniTrace[] = [];
  for (const definition of catalogue) {
    if (found.has(definition.id)) continue;
    const candidate = candidates.find((one) => one.definition === definition);
    const evidence =
      candidate?.evidence ?? byWeight(collateral(definition, snapshot, rest, (sign) => explained.has(sign)));
    const score = total(evidence);
    if (score >= aTrace) traces.push({ id: definition.id, name: definition.name, confidence: 'hint', score, evidence });
  }

  const detected = running
    .map(({ definition, agents, evidence, score }): DetectedCni => {
      const context = contextOf(agents);
      const version = versionOf(definition, agents, snapshot);
      return {
        id: definition.id,
        name: definition.name,
        title: definition.title?.(context) ?? definition.name,
        role: roleOf(definition, context),
        confidence: definition.id === 'provider-managed' ? 'likely' : 'certain',
        score: Math.min(score, 100),
        evidence,
        enforcement: definition.enforcement(context),
        agents,
        notes: definition.notes ?? [],
        ...(version === undefined ? {} : { version }),
      };
    })
    .sort((one, other) => roleRank[one.role] - roleRank[other.role] || other.score - one.score);

  const gaps = [...daemonSetGaps];
  for (const { id, configMaps } of detected.flatMap(({ id }) => definitionOf(id) ?? [])) {
    const [first] = configMaps;
    if (
      first === undefined ||
      configMaps.some(({ namespace, name }) => snapshot.table('configMaps').get(namespace, name))
    )
      continue;
    const scope = { namespace: first.namespace, fieldSelector: `metadata.name=${first.name}` };
    const gap = gapEvidence(snapshot.knowledge('configMaps', scope), `ConfigMaps of ${id}`);
    if (gap !== undefined) gaps.push(gap);
  }

  const state =
    detected.length > 0 ? 'known' : pending ? 'pending' : daemonSetGaps.length > 0 ? 'cannot-tell' : 'known';
  return {
    state,
    detected,
    traces,
    gaps,
    enforcement: clusterEnforcement(detected, state, daemonSetGaps),
    problems: conflicts(detected),
  };
});

function clusterEnforcement(
  detected: readonly DetectedCni[],
  state: CniReading['state'],
  gaps: readonly Evidence[],
): Enforcement {
  if (detected.length === 0) {
    if (state === 'pending') return cannotTellEnforcement('The CNI is not known yet.');
    if (state === 'cannot-tell') return cannotTellEnforcement('The CNI is not known.', ...gaps);
    return cannotTellEnforcement('No known CNI runs in this cluster.');
  }
  const acting = detected.filter(({ role }) => role !== 'meta');
  const networks = acting.filter(({ role }) => makesNetwork(role));
  const verdicts = new Set(networks.map(({ enforcement }) => enforcement.verdict));
  if (networks.length > 1 && verdicts.size > 1)
    return cannotTellEnforcement(
      `${networks.map(({ name }) => name).join(' and ')} both claim the network, and not both enforce.`,
      ...networks.flatMap(({ enforcement }) => enforcement.evidence),
    );
  for (const verdict of ['yes', 'unknown', 'no'] as const) {
    const decisive = acting.find(({ enforcement }) => enforcement.verdict === verdict);
    if (decisive !== undefined) return decisive.enforcement;
  }
  return cannotTellEnforcement('Only a meta-plugin was found; the CNI that it calls is not known.');
}

function conflicts(detected: readonly DetectedCni[]): readonly Problem[] {
  const networks = detected.filter(({ role }) => makesNetwork(role));
  const [one, other] = networks;
  if (one === undefined || other === undefined) return [];
  const files = networks.flatMap(({ id }) => definitionOf(id)?.confFile ?? []).sort();
  const agent = other.agents[0] ?? one.agents[0];
  const subject = agent === undefined ? { kind: 'Cluster', namespace: '', name: '' } : referenceTo(agent);
  return [
    {
      id: 'cni-conflict',
      severity: 'breaks',
      subject,
      sentence: `${networks.map(({ name }) => name).join(' and ')} both make the pod network`,
      ...(files[0] === undefined
        ? {}
        : {
            cause: `On a node that has both, the kubelet takes the first file by name in /etc/cni/net.d: ${files.join(' before ')}.`,
          }),
      fix: 'Remove the one that is not meant, with its DaemonSet and its file in /etc/cni/net.d, then make the pods again.',
      evidence: networks.flatMap(({ evidence }) => evidence.slice(0, 1)),
      consequences: [],
    },
  ];
}
