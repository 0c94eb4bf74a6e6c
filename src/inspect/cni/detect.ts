import type { ClusterSnapshot } from '../../model/snapshot.ts';
import type { Workload } from '../../model/workload.ts';
import { readClusterType } from '../clusterType.ts';
import { type Evidence, gapEvidence, isKnown, isPending, knowledgeOf, referenceTo } from '../evidence.ts';
import { reading } from '../reading.ts';
import { containerOf, imageTag, withoutV } from './agent.ts';
import { type Match, matchAgent } from './agentMatch.ts';
import { configurationOf } from './configuration.ts';
import { catalogue, withoutAgent } from './catalogue.ts';
import type { CniReading, CniTrace, DetectedCni } from './cniReading.ts';
import { type CniContext, type CniDefinition, type CniRole, makesNetwork } from './definition.ts';
import { signsOf } from './signs.ts';
import { clusterEnforcement, conflicts } from './together.ts';
import { weights } from './weights.ts';

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

interface Candidate {
  readonly definition: CniDefinition;
  readonly agents: readonly Workload[];
  readonly evidence: readonly Evidence[];
  readonly score: number;
}

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

/** Each DaemonSet goes to the definition that it fits best and, of equals, to the first. */
function recogniseAgents(snapshot: ClusterSnapshot): {
  readonly agents: ReadonlyMap<CniDefinition, readonly Match[]>;
  readonly others: readonly Workload[];
} {
  const agents = new Map<CniDefinition, Match[]>();
  const others: Workload[] = [];
  for (const daemonSet of snapshot.list('daemonSets')) {
    let best: { readonly definition: CniDefinition; readonly match: Match } | undefined;
    for (const definition of catalogue) {
      if (definition.agent === undefined) continue;
      const match = matchAgent(definition.agent, daemonSet, snapshot);
      if (match !== undefined && (best === undefined || match.weight > best.match.weight)) best = { definition, match };
    }
    if (best === undefined) {
      others.push(daemonSet);
      continue;
    }
    const list = agents.get(best.definition);
    if (list === undefined) agents.set(best.definition, [best.match]);
    else list.push(best.match);
  }
  return { agents, others };
}

/** Several DaemonSets of one CNI weigh as much as the best of them. */
function candidateOf(definition: CniDefinition, matches: readonly Match[], snapshot: ClusterSnapshot): Candidate {
  const agents = matches.map(({ agent }) => agent);
  const [best, ...rest] = [...matches].sort((one, other) => other.weight - one.weight);
  const evidence = [...(best === undefined ? [] : [best]), ...rest.map((match) => ({ ...match, weight: 0 }))].map(
    ({ agent, weight, sentence }): Evidence => ({ from: 'object', sentence, weight, object: referenceTo(agent) }),
  );
  return candidate(definition, agents, [...evidence, ...signsOf(definition, snapshot, agents, () => false)]);
}

const candidate = (
  definition: CniDefinition,
  agents: readonly Workload[],
  evidence: readonly Evidence[],
): Candidate => ({
  definition,
  agents,
  evidence: [...evidence].sort((one, other) => other.weight - one.weight),
  score: evidence.reduce((sum, { weight }) => sum + weight, 0),
});

/**
 * Whether its DaemonSets are still there and want no pod, as when a node selector that no node has keeps a replaced CNI
 * away. Without nodes that says nothing.
 */
const isParked = ({ agents }: Candidate, snapshot: ClusterSnapshot): boolean =>
  snapshot.table('nodes').size > 0 && agents.length > 0 && agents.every(({ counts }) => counts.desired === 0);

/** A CNI that runs where no DaemonSet shows it. What is concluded from their absence needs them to be known. */
function hiddenCni(snapshot: ClusterSnapshot, clusterType: string, agentsKnown: boolean): Candidate | undefined {
  for (const definition of withoutAgent) {
    if (definition.concludedFromAbsence === true && !agentsKnown) continue;
    const sign = definition.embedded?.({ snapshot, clusterType });
    if (sign === undefined) continue;
    const declared: Evidence = { from: 'object', weight: weights.agent, ...sign };
    return candidate(definition, [], [declared, ...signsOf(definition, snapshot, [], () => false)]);
  }
  return undefined;
}

/** What is left of CNIs that do not run. What a running one accounts for is no trace of another. */
function tracesOf(
  snapshot: ClusterSnapshot,
  running: readonly Candidate[],
  candidates: readonly Candidate[],
  others: readonly Workload[],
): readonly CniTrace[] {
  const explained = new Set(
    running.flatMap(({ definition: { apiGroups, nodeAnnotations, networkReasons } }) => [
      ...apiGroups,
      ...nodeAnnotations,
      ...networkReasons,
    ]),
  );
  return catalogue.flatMap((definition) => {
    if (running.some((one) => one.definition === definition)) return [];
    const { evidence, score } =
      candidates.find((one) => one.definition === definition) ??
      candidate(
        definition,
        [],
        signsOf(definition, snapshot, others, (sign) => explained.has(sign)),
      );
    const { id, name } = definition;
    return score >= aTrace ? [{ id, name, confidence: 'hint' as const, score, evidence }] : [];
  });
}

function detectedOf({ definition, agents, evidence, score }: Candidate, context: CniContext): DetectedCni {
  const { id, name, title, enforcement, notes = [], concludedFromAbsence } = definition;
  const version = versionOf(definition, agents, context.snapshot);
  const effect = enforcement(context);
  const sure = concludedFromAbsence !== true && (evidence[0]?.weight ?? 0) >= weights.agent;
  return {
    id,
    name,
    title: title?.(context) ?? name,
    role: roleOf(definition, context),
    confidence: sure ? 'certain' : 'likely',
    score: Math.min(score, 100),
    evidence,
    // Where nothing but the agent's presence decides, its presence is the evidence.
    enforcement: effect.evidence.length > 0 ? effect : { ...effect, evidence: evidence.slice(0, 1) },
    agents,
    notes,
    ...(version === undefined ? {} : { version }),
  };
}

/** The ConfigMaps, or Secrets in their place, that would say more and may not be read. */
function configurationGaps(snapshot: ClusterSnapshot, running: readonly Candidate[]): readonly Evidence[] {
  return running.flatMap(({ definition, agents }) => {
    const places = configurationOf(definition, agents);
    const [first] = places;
    if (first === undefined) return [];
    if (places.some(({ kind, namespace, name }) => snapshot.table(kind).get(namespace, name) !== undefined)) return [];
    const scope = { namespace: first.namespace, fieldSelector: `metadata.name=${first.name}` };
    const what = `${first.kind === 'secrets' ? 'Secrets' : 'ConfigMaps'} of ${definition.name}`;
    return gapEvidence(snapshot.knowledge(first.kind, scope), what) ?? [];
  });
}

/**
 * Which CNIs run, with what each is founded on. An agent with its label and containers is enough; image, ConfigMap, API
 * group, node annotation and condition add to it, and without an agent are only traces: they outlive a removal.
 */
export const detectCni = reading((snapshot): CniReading => {
  const clusterType = readClusterType(snapshot).id;
  const { gaps: daemonSetGaps, pending } = daemonSetKnowledge(snapshot);
  const { agents, others } = recogniseAgents(snapshot);
  const candidates = [...agents].map(([definition, matches]) => candidateOf(definition, matches, snapshot));
  const running = candidates.filter((one) => one.score >= enough && !isParked(one, snapshot));
  const found = new Set(running.map(({ definition }) => definition.id));
  const contextOf = ({ agents }: Candidate): CniContext => ({ snapshot, agents, found, clusterType });
  if (!running.some((one) => makesNetwork(roleOf(one.definition, contextOf(one))))) {
    const hidden = hiddenCni(snapshot, clusterType, !pending && daemonSetGaps.length === 0);
    if (hidden !== undefined) {
      running.push(hidden);
      found.add(hidden.definition.id);
    }
  }
  const detected = running
    .map((one) => detectedOf(one, contextOf(one)))
    .sort((one, other) => roleRank[one.role] - roleRank[other.role] || other.score - one.score);
  const state =
    detected.length > 0 ? 'known' : pending ? 'pending' : daemonSetGaps.length > 0 ? 'cannot-tell' : 'known';
  return {
    state,
    detected,
    traces: tracesOf(snapshot, running, candidates, others),
    gaps: [...daemonSetGaps, ...configurationGaps(snapshot, running)],
    enforcement: clusterEnforcement(detected, state, daemonSetGaps),
    problems: conflicts(detected),
  };
});
