import type { Container, Pod } from '../../model/pod.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import { type Evidence, isKnown, knowledgeOf, referenceTo } from '../evidence.ts';
import { formatNames, type Problem } from '../problem.ts';
import { cachedBy } from '../reading.ts';
import {
  check,
  type Check,
  type CheckContext,
  counted,
  evidenceShown,
  type Finding,
  type Gap,
  gapsIn,
} from './check.ts';

/** A sandbox is made within seconds, unless a volume or an image of the runtime keeps it waiting, in milliseconds. */
const makingMs = 120_000;

/** Two containers of a pod that say that they listen on one port, of which the pod has only one. */
interface SharedPort {
  readonly pod: Pod;
  readonly port: string;
  readonly containers: readonly string[];
  /** One of them does not run as it should, which the port may be the reason of. */
  readonly failing: boolean;
}

interface PodFacts {
  readonly sharedPorts: readonly SharedPort[];
  /** Since when its sandbox is awaited, in milliseconds since the epoch; absent where it is there or need not be. */
  readonly awaited?: number;
}

const podFacts = cachedBy((pod: Pod): PodFacts => {
  const containers = [...pod.spec.containers, ...pod.spec.initContainers.filter(({ sidecar }) => sidecar)];
  const sharedPorts = containers.length < 2 ? [] : sharedPortsOf(pod, containers);
  const condition = pod.conditions.find(({ type }) => type === 'PodReadyToStartContainers');
  const wanted = pod.phase === 'Pending' && pod.meta.deleted === undefined && pod.spec.nodeName !== undefined;
  const since = condition?.status === 'False' && wanted ? (condition.since ?? pod.meta.created) : undefined;
  return { sharedPorts, ...(since === undefined ? {} : { awaited: since }) };
});

function sharedPortsOf(pod: Pod, containers: readonly Container[]): readonly SharedPort[] {
  const users = new Map<string, Set<string>>();
  for (const { name, ports } of containers)
    for (const { port, protocol } of ports) {
      const key = `${port}/${protocol}`;
      const names = users.get(key);
      if (names === undefined) users.set(key, new Set([name]));
      else names.add(name);
    }
  return [...users].flatMap(([port, names]) => {
    if (names.size < 2) return [];
    const statuses = [...pod.containerStatuses, ...pod.initContainerStatuses].filter(({ name }) => names.has(name));
    return [{ pod, port, containers: [...names], failing: statuses.some(({ ready }) => !ready) }];
  });
}

interface AllPods {
  readonly sharedPorts: readonly SharedPort[];
  readonly awaiting: readonly Pod[];
  readonly total: number;
}

const allPods = cachedBy((pods: readonly Pod[]): AllPods => {
  const sharedPorts: SharedPort[] = [];
  const awaiting: Pod[] = [];
  for (const pod of pods) {
    const facts = podFacts(pod);
    if (facts.sharedPorts.length > 0) sharedPorts.push(...facts.sharedPorts);
    if (facts.awaited !== undefined) awaiting.push(pod);
  }
  return { sharedPorts, awaiting, total: pods.length };
});

/** `all 240 pods`, or how many where not all are read. */
function scopeWords(snapshot: ClusterSnapshot, total: number): string {
  if (isKnown(knowledgeOf(snapshot, 'pods'))) return `all ${counted(total, 'pod')}`;
  return `the ${counted(total, 'pod')} that ${total === 1 ? 'is' : 'are'} read for this page; others are not looked at`;
}

function podGaps(snapshot: ClusterSnapshot, total: number): readonly Gap[] {
  if (total > 0) return [];
  const gaps = gapsIn(snapshot, 'pods', 'pods');
  return gaps.length > 0 ? gaps : [{ sentence: 'there is no pod', pending: false }];
}

const nameOf = ({ meta }: Pod): string => `${meta.namespace}/${meta.name}`;

/** Whether the containers of a pod share a network, and do not get in each other’s way in it. */
export function podChecks({ snapshot }: CheckContext): readonly Check[] {
  const { sharedPorts, awaiting, total } = allPods(snapshot.list('pods'));
  const { asOf } = snapshot.content;
  const late = awaiting.filter((pod) => asOf - (podFacts(pod).awaited ?? asOf) > makingMs);
  const gaps = podGaps(snapshot, total);
  const scope = scopeWords(snapshot, total);
  return [
    check({
      id: 'sandboxes-made',
      title: 'Every started pod has a sandbox, whose network its containers share',
      findings: late.length === 0 ? [] : [{ problem: sandboxProblem(late) }],
      gaps,
      passed: () => ({ sentence: `No pod waits for one. Seen in ${scope}.` }),
    }),
    check({
      id: 'ports-distinct',
      title: 'No two containers of a pod declare the same port',
      informs: !sharedPorts.some(({ failing }) => failing),
      findings: portProblems(sharedPorts),
      gaps,
      passed: () => ({ sentence: `Seen in ${scope}.` }),
    }),
  ];
}

function sandboxProblem(pods: readonly Pod[]): Problem {
  const [first] = pods;
  const names = formatNames(pods.map(nameOf));
  return {
    id: 'sandbox-missing',
    severity: 'may-break',
    subject: first === undefined ? { kind: 'Pod', namespace: '', name: '' } : referenceTo(first),
    sentence: `${names} ${pods.length === 1 ? 'waits' : 'wait'} for a sandbox`,
    since: Math.min(...pods.flatMap((pod) => podFacts(pod).awaited ?? [])),
    cause: 'The runtime has not made it: the CNI’s plugin fails, or a volume is not there yet.',
    fix: 'Read the pod’s events: kubectl describe pod. FailedCreatePodSandBox names the plugin, FailedMount the volume.',
    evidence: pods.slice(0, evidenceShown).map((pod): Evidence => ({
      from: 'object',
      sentence: `${nameOf(pod)}: False`,
      weight: 0,
      object: referenceTo(pod),
      field: 'status.conditions[type=PodReadyToStartContainers]',
    })),
    consequences: [],
  };
}

/** The replicas of a workload have it alike: one problem for each owner. */
function portProblems(shared: readonly SharedPort[]): readonly Finding[] {
  const byOwner = Map.groupBy(shared, ({ pod, port, containers }) => {
    const owner = pod.meta.owners.find(({ controller }) => controller)?.name ?? pod.meta.name;
    return [pod.meta.namespace, owner, port, ...containers].join('|');
  });
  return [...byOwner.values()].flatMap((members) => {
    const [first] = members;
    if (first === undefined) return [];
    const failing = members.find((one) => one.failing) ?? first;
    const { pod, port, containers } = failing;
    return [
      {
        problem: {
          id: 'port-shared',
          severity: 'may-break' as const,
          subject: referenceTo(pod),
          sentence: `${formatNames(containers)} of ${nameOf(pod)} declare port ${port}${failing.failing ? ', and one of them is not ready' : ''}`,
          cause: 'The containers of a pod share one network: only the first to listen on a port gets it.',
          fix: 'Let one of them listen on another port, or leave out the declaration of the one that does not listen.',
          evidence: members.slice(0, evidenceShown).map((one): Evidence => ({
            from: 'object',
            sentence: `${nameOf(one.pod)}: ${one.containers.join(', ')} on ${port}`,
            weight: 0,
            object: referenceTo(one.pod),
            field: 'spec.containers[].ports[].containerPort',
          })),
          consequences: [],
        },
      },
    ];
  });
}
