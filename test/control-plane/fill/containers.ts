import { isObject, objectAt, objectsAt, stringAt, type JsonObject } from '../../../src/model/json.ts';
import type { ControlPlane } from '../controlPlane.ts';
import { heldAnnotation } from './nodes.ts';

/** As in a pod's status. */
export interface ContainerState {
  readonly waiting?: { readonly reason: string; readonly message?: string };
  readonly running?: { readonly startedAt: string };
  readonly terminated?: {
    readonly exitCode: number;
    readonly reason?: string;
    readonly message?: string;
    readonly signal?: number;
    readonly startedAt?: string;
    readonly finishedAt?: string;
  };
}

/** What of a container's status is to change; the rest stays. */
export interface ContainerChange {
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
  readonly ready?: boolean;
  readonly started?: boolean;
  readonly restartCount?: number;
  readonly imageID?: string;
}

/** A container that has failed `restarts` times, the last time a minute ago, and waits to be started again. */
export const crashLooping = (restarts: number, exitCode = 1, reason = 'Error', message?: string): ContainerChange => ({
  ready: false,
  started: false,
  restartCount: restarts,
  state: {
    waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container' },
  },
  lastState: {
    terminated: {
      exitCode,
      reason,
      ...(message !== undefined && { message }),
      startedAt: new Date(Date.now() - 62_000).toISOString().replace(/\.\d+/, ''),
      finishedAt: new Date(Date.now() - 60_000).toISOString().replace(/\.\d+/, ''),
    },
  },
});

/** A container that runs and is ready, after as many restarts. */
export const running = (restarts = 0): ContainerChange => ({
  ready: true,
  started: true,
  restartCount: restarts,
  state: { running: { startedAt: new Date().toISOString().replace(/\.\d+/, '') } },
});

export interface PodKey {
  readonly namespace: string;
  readonly name: string;
}

/**
 * Writes containers' statuses as a kubelet would, by their names, init containers among them. Phase and conditions
 * follow: a pod with an init container that has not completed is Pending, and one with a container that is not ready
 * is not Ready. The simulated kubelet leaves the pod alone from then on.
 */
export async function setContainers(
  plane: ControlPlane,
  pod: PodKey,
  changes: Readonly<Record<string, ContainerChange>>,
): Promise<void> {
  const path = `/api/v1/namespaces/${pod.namespace}/pods/${pod.name}`;
  const held = await plane.api.mergePatch(path, { metadata: { annotations: { [heldAnnotation]: 'true' } } });
  const found = isObject(held) ? held : {};
  const status = objectAt(found, 'status');
  const init = changed(objectsAt(status, 'initContainerStatuses'), changes);
  const containers = changed(objectsAt(status, 'containerStatuses'), changes);
  const names = [...init, ...containers].map((container) => container['name']);
  const unknown = Object.keys(changes).filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`The pod ${pod.name} has no container ${unknown.join(', ')}.`);

  const initialized = init.every((container) => objectAt(objectAt(container, 'state'), 'terminated')['exitCode'] === 0);
  const ready = initialized && containers.every((container) => container['ready'] === true);
  const now = new Date().toISOString().replace(/\.\d+/, '');
  const condition = (type: string, holds: boolean): object => ({
    type,
    status: holds ? 'True' : 'False',
    lastTransitionTime: now,
    ...(!holds && { reason: 'ContainersNotReady' }),
  });
  await setPodStatus(plane, pod, {
    phase: initialized ? 'Running' : 'Pending',
    initContainerStatuses: init,
    containerStatuses: initialized ? containers : containers.map(notStarted),
    conditions: [
      { type: 'PodScheduled', status: 'True', lastTransitionTime: stringAt(status, 'startTime') ?? now },
      condition('Initialized', initialized),
      condition('ContainersReady', ready),
      condition('Ready', ready),
    ],
  });
}

/** Merges fields into a pod's status (RFC 7396: lists are replaced), and keeps the simulated kubelet off. */
export async function setPodStatus(plane: ControlPlane, pod: PodKey, status: object): Promise<void> {
  const path = `/api/v1/namespaces/${pod.namespace}/pods/${pod.name}`;
  await plane.api.mergePatch(path, { metadata: { annotations: { [heldAnnotation]: 'true' } } });
  await plane.api.mergePatch(`${path}/status`, { status });
}

/** Names of pods by label, such as `k8s-app=canal`, sorted. */
export async function podNames(plane: ControlPlane, namespace: string, selector: string): Promise<readonly string[]> {
  const query = new URLSearchParams({ labelSelector: selector });
  const list = await plane.api.get(`/api/v1/namespaces/${namespace}/pods?${query}`);
  const pods = objectsAt(isObject(list) ? list : {}, 'items');
  return pods.map((pod) => stringAt(objectAt(pod, 'metadata'), 'name') ?? '').sort();
}

const changed = (
  statuses: readonly JsonObject[],
  changes: Readonly<Record<string, ContainerChange>>,
): readonly JsonObject[] => statuses.map((status) => ({ ...status, ...changes[stringAt(status, 'name') ?? ''] }));

const notStarted = (status: JsonObject): JsonObject => ({
  ...status,
  ready: false,
  started: false,
  state: { waiting: { reason: 'PodInitializing' } },
});
