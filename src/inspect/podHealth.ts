import type { Container, ContainerStatus, Pod } from '../model/pod.ts';
import type { ContainerKind, ContainerView, PodView } from './cniViewTypes.ts';
import { containerWords, type Ended, exitMeaning, exitWords } from './containerWords.ts';
import { type Evidence, referenceTo } from './evidence.ts';
import { podStatus } from './podStatus.ts';
import { bySeverity, type Problem, type Severity, worst } from './problem.ts';

/** What a pod is judged by beside itself. Results are remembered by its identity, so keep one for equal workloads. */
export interface PodExpectations {
  /** A node needs it: what is wrong with it breaks its node. Anything else may break something. */
  readonly agent: boolean;
  /** Containers without any probe: that they are ready only means that they run. */
  readonly unprobed: ReadonlySet<string>;
  readonly roles: Readonly<Record<string, string>>;
}

const minute = 60_000;
/** What a pod may take to start, image pulls included, before it counts as stuck. */
const startingMs = 2 * minute;
/** How long a restart is news: where nothing probes the container, and where a probe watches it. */
const recentUnprobedMs = 60 * minute;
const recentMs = 10 * minute;

/** A judgement and until when it holds if the pod does not change; times in milliseconds since the epoch. */
interface Judged {
  readonly view: PodView;
  readonly from: number;
  readonly until: number;
}

const judged = new WeakMap<PodExpectations, WeakMap<Pod, Judged>>();

/** A pod with its containers in words and what is wrong with it, at the time `asOf`. */
export function podHealth(pod: Pod, expectations: PodExpectations, asOf: number): PodView {
  let byPod = judged.get(expectations);
  if (byPod === undefined) judged.set(expectations, (byPod = new WeakMap<Pod, Judged>()));
  const known = byPod.get(pod);
  if (known !== undefined && asOf >= known.from && asOf < known.until) return known.view;
  const judgement = judge(pod, expectations, asOf);
  byPod.set(pod, judgement);
  return judgement.view;
}

/** Waiting reasons that are part of an orderly start. */
const starting = new Set(['', 'ContainerCreating', 'PodInitializing']);
const pullFailures = new Set([
  'ImagePullBackOff',
  'ErrImagePull',
  'ErrImageNeverPull',
  'InvalidImageName',
  'ImageInspectError',
  'RegistryUnavailable',
]);
const configFailures = new Set(['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError']);

interface Finding {
  readonly id: string;
  readonly severity: Severity;
  readonly container: string;
  readonly state: string;
  readonly field?: string;
  readonly since?: number;
  readonly cause?: string;
  readonly fix?: string;
}

function judge(pod: Pod, expectations: PodExpectations, asOf: number): Judged {
  let until = Number.POSITIVE_INFINITY;
  const before = (time: number): boolean => {
    if (asOf < time) until = Math.min(until, time);
    return asOf < time;
  };
  const statuses = new Map<string, ContainerStatus>();
  for (const status of pod.containerStatuses) statuses.set(status.name, status);
  for (const status of pod.initContainerStatuses) statuses.set(status.name, status);

  const findings: Finding[] = [];
  const view = (container: Container, kind: ContainerKind): ContainerView => {
    const status = statuses.get(container.name);
    const role = Object.hasOwn(expectations.roles, container.name) ? expectations.roles[container.name] : undefined;
    const finding =
      pod.meta.deleted === undefined ? judgeContainer(pod, container, kind, status, expectations, before) : undefined;
    if (finding !== undefined) findings.push(finding);
    return {
      name: container.name,
      kind,
      image: container.image,
      ready: status?.ready ?? false,
      restarts: status?.restarts ?? 0,
      words: containerWords(kind, status),
      ...(role === undefined ? {} : { role }),
      ...(status?.state === undefined ? {} : { state: status.state }),
      ...(status?.lastState === undefined ? {} : { lastState: status.lastState }),
      ...(finding === undefined ? {} : { severity: finding.severity }),
    };
  };
  const containers = [
    ...pod.spec.containers.map((container) => view(container, 'main')),
    ...pod.spec.initContainers.map((container) => view(container, container.sidecar ? 'sidecar' : 'init')),
  ];

  const ofPod = judgePod(pod, expectations, before);
  // A pod that is not scheduled, evicted or lost has no containers that could explain it.
  const problems = (ofPod === undefined ? findings.map((finding) => toProblem(pod, finding)) : [ofPod]).sort(
    bySeverity,
  );
  const severity = worst(problems);
  const node = pod.spec.nodeName;
  const [ip] = pod.podIPs;
  return {
    from: asOf,
    until,
    view: {
      pod,
      status: podStatus(pod),
      containers,
      problems,
      ...(node === undefined ? {} : { node }),
      ...(ip === undefined ? {} : { ip }),
      ...(severity === undefined ? {} : { severity }),
    },
  };
}

function judgeContainer(
  pod: Pod,
  { name, image }: Container,
  kind: ContainerKind,
  status: ContainerStatus | undefined,
  { agent, unprobed }: PodExpectations,
  before: (time: number) => boolean,
): Finding | undefined {
  const list = kind === 'main' ? 'containerStatuses' : 'initContainerStatuses';
  const find = (id: string, severity: Severity, state: string, more: Partial<Finding> = {}): Finding => ({
    id,
    severity: agent ? severity : 'may-break',
    container: name,
    state,
    field: `status.${list}[${name}]`,
    ...more,
  });
  const state = status?.state;
  if (status === undefined || state === undefined) return undefined;
  const last = status.lastState?.kind === 'terminated' ? status.lastState : undefined;
  const began = pod.started ?? pod.meta.created;

  if (state.kind === 'waiting') {
    const reason = state.reason ?? '';
    if (starting.has(reason)) {
      // Only the container whose turn it is can be stuck; main containers wait for the init containers.
      const waitsForOthers = reason === 'PodInitializing' || (kind !== 'main' && reason === '');
      if (waitsForOthers || began === undefined || before(began + startingMs)) return undefined;
      return find('stuck-creating', 'breaks', `is still being created`, {
        since: began,
        fix: 'Look at the pod’s events: they say what the kubelet waits for.',
      });
    }
    if (pullFailures.has(reason))
      return find('image-pull', 'breaks', `cannot be started: ${reason}`, {
        ...(began === undefined ? {} : { since: began }),
        cause: state.message ?? `The image ${image} cannot be pulled.`,
        fix: 'Check the image’s name, its registry and the pull secret, and whether the node reaches the registry.',
      });
    if (configFailures.has(reason))
      return find('config-missing', 'breaks', `cannot be started: ${reason}`, {
        ...(began === undefined ? {} : { since: began }),
        ...(state.message === undefined ? {} : { cause: state.message }),
        fix: 'Create the ConfigMap, Secret or key that the message names.',
      });
    return find(
      kind === 'init' ? 'init-failing' : 'crash-loop',
      'breaks',
      `is in ${reason} after ${restarts(status.restarts)}${last === undefined ? '' : `, last with ${exitWords(last)}`}`,
      ended(pod, name, last, true),
    );
  }

  if (state.kind === 'terminated') {
    if (state.exitCode === 0 && (state.signal ?? 0) === 0) {
      if (kind !== 'main' || pod.phase === 'Succeeded') return undefined;
      // Containers of a DaemonSet or Deployment are not meant to end.
      return find('exited', 'may-break', 'has ended', state.finished === undefined ? {} : { since: state.finished });
    }
    return find(
      kind === 'init' ? 'init-failing' : 'exited',
      'breaks',
      `ended with ${exitWords(state)}`,
      ended(pod, name, state, false),
    );
  }

  if (kind === 'init') {
    if (state.started === undefined || before(state.started + startingMs)) return undefined;
    return find('init-stuck', 'breaks', 'does not finish', {
      since: state.started,
      fix: `Read its log: kubectl logs -n ${pod.meta.namespace} ${pod.meta.name} -c ${name}`,
    });
  }

  if (last?.finished !== undefined && status.restarts > 0) {
    const unwatched = unprobed.has(name);
    const many = status.restarts >= (unwatched ? 3 : 5);
    if (many && before(last.finished + (unwatched ? recentUnprobedMs : recentMs)))
      return find(
        'restarting',
        unwatched && agent && before(last.finished + recentMs) ? 'breaks' : 'may-break',
        `keeps restarting: ${restarts(status.restarts)}, last with ${exitWords(last)}`,
        {
          ...ended(pod, name, last, true),
          ...(unwatched ? { cause: `${name} has no probe, so it counts as ready whenever its process runs.` } : {}),
        },
      );
  }
  if (!status.ready) {
    const start = state.started ?? began;
    if (start === undefined || before(start + startingMs)) return undefined;
    const readySince = pod.conditions.find(({ type }) => type === 'ContainersReady')?.since;
    return find('not-ready', 'breaks', 'runs and is not ready', {
      since: readySince ?? start,
      fix: `Read its log and the pod’s events: its readiness probe fails.`,
    });
  }
  return undefined;
}

function ended(pod: Pod, container: string, last: Ended | undefined, restarted: boolean): Partial<Finding> {
  if (last === undefined) return {};
  const { finished, exitCode, reason, message } = last;
  const meaning = exitMeaning(exitCode, reason);
  const cause =
    message !== undefined && message.trim() !== ''
      ? message.trim()
      : meaning === undefined
        ? undefined
        : `${meaning.slice(0, 1).toUpperCase()}${meaning.slice(1)}.`;
  return {
    ...(finished === undefined ? {} : { since: finished }),
    ...(cause === undefined ? {} : { cause }),
    fix: afterEnd(pod, container, last, restarted),
  };
}

/** What to do about a container that ended, by how it ended. Its last words are in the log of the run before once it was started again. */
function afterEnd({ meta }: Pod, container: string, { exitCode, reason }: Ended, restarted: boolean): string {
  const read = `kubectl logs -n ${meta.namespace} ${meta.name} -c ${container}${restarted ? ' --previous' : ''}`;
  if (reason === 'OOMKilled') return 'Raise the container’s memory limit.';
  switch (exitCode) {
    case 0:
      return `Its program ends by itself, and is not meant to: check its command. Its last words: ${read}`;
    case 126:
    case 127:
      return 'Correct the container’s command, or take an image that has it.';
    case 137:
      return `Look at the pod’s events for a failed liveness probe, and at its node for a lack of memory. Its last words: ${read}`;
    default:
      return `Read what it wrote before it ended: ${read}`;
  }
}

export const restarts = (count: number): string => (count === 1 ? '1 restart' : `${count} restarts`);

function judgePod(pod: Pod, { agent }: PodExpectations, before: (time: number) => boolean): Problem | undefined {
  const subject = referenceTo(pod);
  const problem = (id: string, severity: Severity, sentence: string, more: Partial<Problem>): Problem => ({
    id,
    severity: agent ? severity : 'may-break',
    subject,
    sentence,
    evidence: [],
    consequences: [],
    ...more,
  });
  const { name, created, deleted } = pod.meta;
  if (pod.reason === 'NodeLost')
    return problem(
      'node-lost',
      'may-break',
      `${name} is Unknown: its node ${pod.spec.nodeName ?? ''} does not answer`,
      {
        ...(deleted === undefined ? {} : { since: deleted }),
      },
    );
  if (deleted !== undefined) {
    // The deletion time already includes the grace that the pod was given.
    if (before(deleted + startingMs)) return undefined;
    return problem('stuck-terminating', 'may-break', `${name} is still Terminating`, {
      since: deleted,
      cause: 'The kubelet has not confirmed its end, or a finalizer holds it.',
      fix: `Check that node ${pod.spec.nodeName ?? ''} is Ready.`,
    });
  }
  const scheduled = pod.conditions.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status === 'False') {
    if (scheduled.reason === 'SchedulingGated') return undefined;
    if (created !== undefined && before(created + 10_000)) return undefined;
    const since = scheduled.since ?? created;
    return problem('unschedulable', 'breaks', `${name} is Pending: no node takes it`, {
      ...(scheduled.message === undefined ? {} : { cause: scheduled.message }),
      ...(since === undefined ? {} : { since }),
    });
  }
  if (pod.phase === 'Failed')
    return problem('pod-failed', 'breaks', `${name} has failed${pod.reason === undefined ? '' : `: ${pod.reason}`}`, {
      ...(pod.message === undefined ? {} : { cause: pod.message }),
    });
  return undefined;
}

function toProblem(pod: Pod, { id, severity, container, state, field, since, cause, fix }: Finding): Problem {
  const where = pod.spec.nodeName === undefined ? '' : ` on ${pod.spec.nodeName}`;
  const sentence = `${container}${where} ${state}`;
  const evidence: Evidence = {
    from: 'object',
    sentence,
    weight: 0,
    object: referenceTo(pod),
    ...(field === undefined ? {} : { field }),
  };
  return {
    id,
    severity,
    subject: referenceTo(pod),
    container,
    sentence,
    evidence: [evidence],
    consequences: [],
    ...(since === undefined ? {} : { since }),
    ...(cause === undefined ? {} : { cause }),
    ...(fix === undefined ? {} : { fix }),
  };
}
