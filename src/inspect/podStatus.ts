import type { ContainerState, ContainerStatus, Pod } from '../model/pod.ts';
import { ageAt } from '../model/age.ts';
import { cachedBy } from './reading.ts';

/** The columns READY, STATUS and RESTARTS of `kubectl get pod`. */
export interface PodStatus {
  readonly status: string;
  readonly ready: number;
  readonly total: number;
  readonly restarts: number;
  /** When a container last ended before it was started again, in milliseconds since the epoch. */
  readonly lastRestart?: number;
}

const endOf = (state: ContainerState | undefined): number | undefined =>
  state?.kind === 'terminated' ? state.finished : undefined;

const later = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined ? other : other === undefined ? one : Math.max(one, other);

const holds = (pod: Pod, type: string): boolean =>
  pod.conditions.some((condition) => condition.type === type && condition.status === 'True');

const endWord = (state: ContainerState & { readonly kind: 'terminated' }): string =>
  state.reason !== undefined && state.reason !== ''
    ? state.reason
    : state.signal !== undefined && state.signal !== 0
      ? `Signal:${state.signal}`
      : `ExitCode:${state.exitCode}`;

/** What an init container that is not done yet makes of the pod; undefined where it does not hold the pod up. */
function initWord(status: ContainerStatus, index: number, total: number): string {
  const { state } = status;
  if (state?.kind === 'terminated') return `Init:${endWord(state)}`;
  if (
    state?.kind === 'waiting' &&
    state.reason !== undefined &&
    state.reason !== '' &&
    state.reason !== 'PodInitializing'
  )
    return `Init:${state.reason}`;
  return `Init:${index}/${total}`;
}

/**
 * A pod in kubectl's own words. Sidecars, which are init containers that keep running, count as containers. Source:
 * kubernetes 1.36 `pkg/printers/internalversion`, `printPod`; older servers print `Completed` for a pod of which one
 * container is done and another has failed.
 */
export const podStatus = cachedBy((pod: Pod): PodStatus => {
  let status = pod.reason !== undefined && pod.reason !== '' ? pod.reason : (pod.phase ?? '');
  if (pod.conditions.some(({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated'))
    status = 'SchedulingGated';

  const sidecars = new Set(pod.spec.initContainers.filter(({ sidecar }) => sidecar).map(({ name }) => name));
  const total = pod.spec.containers.length + sidecars.size;
  let ready = 0;
  let restarts = 0;
  let sidecarRestarts = 0;
  let lastRestart: number | undefined;
  let lastSidecarRestart: number | undefined;
  let initializing = false;
  for (const [index, container] of pod.initContainerStatuses.entries()) {
    const sidecar = sidecars.has(container.name);
    restarts += container.restarts;
    lastRestart = later(lastRestart, endOf(container.lastState));
    if (sidecar) {
      sidecarRestarts += container.restarts;
      lastSidecarRestart = later(lastSidecarRestart, endOf(container.lastState));
    }
    if (container.state?.kind === 'terminated' && container.state.exitCode === 0) continue;
    if (sidecar && container.started === true) {
      if (container.ready) ready++;
      continue;
    }
    status = initWord(container, index, pod.spec.initContainers.length);
    initializing = true;
    break;
  }

  if (!initializing || holds(pod, 'Initialized')) {
    restarts = sidecarRestarts;
    lastRestart = lastSidecarRestart;
    let running = false;
    let failure: string | undefined;
    for (const container of pod.containerStatuses.toReversed()) {
      const { state } = container;
      restarts += container.restarts;
      lastRestart = later(lastRestart, endOf(container.lastState));
      if (state?.kind === 'waiting' && state.reason !== undefined && state.reason !== '') status = state.reason;
      else if (state?.kind === 'terminated') {
        status = endWord(state);
        if (state.exitCode !== 0) failure = status;
      } else if (container.ready && state?.kind === 'running') {
        running = true;
        ready++;
      }
    }
    // One container is done: the pod is what the others make of it.
    if (status === 'Completed') {
      if (running && holds(pod, 'Ready')) status = 'Running';
      else if (failure !== undefined) status = failure;
      else if (running) status = 'NotReady';
    }
  }

  if (pod.meta.deleted !== undefined && pod.reason === 'NodeLost') status = 'Unknown';
  else if (pod.meta.deleted !== undefined && pod.phase !== 'Succeeded' && pod.phase !== 'Failed')
    status = 'Terminating';

  return { status, ready, total, restarts, ...(lastRestart === undefined ? {} : { lastRestart }) };
});

/** The column RESTARTS: `12 (3m ago)`. */
export const formatRestarts = ({ restarts, lastRestart }: PodStatus, now: number): string =>
  restarts === 0 || lastRestart === undefined ? String(restarts) : `${restarts} (${ageAt(lastRestart, now)} ago)`;
