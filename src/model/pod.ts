import { booleanAt, defined, type JsonObject, numberAt, objectAt, objectsAt, stringAt, timeAt } from './json.ts';
import { type Condition, type ModelObject, readConditions, readMeta, type SourceRange } from './meta.ts';

export interface ContainerPort {
  readonly name?: string;
  readonly port: number;
  /** `TCP` (the default), `UDP` or `SCTP`. */
  readonly protocol: string;
  readonly hostPort?: number;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly ports: readonly ContainerPort[];
  /** An init container that keeps running: `restartPolicy: Always`. */
  readonly sidecar: boolean;
}

export type ContainerState =
  | { readonly kind: 'waiting'; readonly reason?: string; readonly message?: string }
  | { readonly kind: 'running'; readonly started?: number }
  | {
      readonly kind: 'terminated';
      readonly reason?: string;
      readonly message?: string;
      readonly exitCode: number;
      readonly signal?: number;
      readonly started?: number;
      readonly finished?: number;
    };

export interface ContainerStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly started?: boolean;
  readonly restarts: number;
  readonly image: string;
  readonly imageId?: string;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
}

/** The fields of a pod spec that a pod and a workload's template share. */
export interface PodSpec {
  readonly hostNetwork: boolean;
  readonly nodeName?: string;
  readonly serviceAccount: string;
  readonly containers: readonly Container[];
  readonly initContainers: readonly Container[];
  readonly readinessGates: readonly string[];
}

/** A pod as the program reads it; the pod page fetches the whole object. Times are milliseconds since the epoch. */
export interface Pod extends ModelObject {
  readonly kind: 'Pod';
  readonly spec: PodSpec;
  readonly phase?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly podIPs: readonly string[];
  readonly hostIP?: string;
  readonly started?: number;
  readonly conditions: readonly Condition[];
  readonly containerStatuses: readonly ContainerStatus[];
  readonly initContainerStatuses: readonly ContainerStatus[];
}

const none: readonly never[] = Object.freeze([]);

const readPort = (port: JsonObject): ContainerPort =>
  defined({
    name: stringAt(port, 'name'),
    port: numberAt(port, 'containerPort') ?? 0,
    protocol: stringAt(port, 'protocol') ?? 'TCP',
    hostPort: numberAt(port, 'hostPort'),
  });

const readContainers = (spec: JsonObject, field: string): readonly Container[] => {
  const containers = objectsAt(spec, field);
  if (containers.length === 0) return none;
  return containers.map((container) => {
    const ports = objectsAt(container, 'ports');
    return {
      name: stringAt(container, 'name') ?? '',
      image: stringAt(container, 'image') ?? '',
      ports: ports.length === 0 ? none : ports.map(readPort),
      sidecar: stringAt(container, 'restartPolicy') === 'Always',
    };
  });
};

export function readPodSpec(spec: JsonObject): PodSpec {
  const gates = objectsAt(spec, 'readinessGates');
  return defined({
    hostNetwork: booleanAt(spec, 'hostNetwork') ?? false,
    nodeName: stringAt(spec, 'nodeName'),
    serviceAccount: stringAt(spec, 'serviceAccountName') ?? stringAt(spec, 'serviceAccount') ?? 'default',
    containers: readContainers(spec, 'containers'),
    initContainers: readContainers(spec, 'initContainers'),
    readinessGates: gates.length === 0 ? none : gates.map((gate) => stringAt(gate, 'conditionType') ?? ''),
  });
}

const readState = (state: JsonObject): ContainerState | undefined => {
  if ('terminated' in state) {
    const terminated = objectAt(state, 'terminated');
    return {
      kind: 'terminated',
      exitCode: numberAt(terminated, 'exitCode') ?? 0,
      ...defined({
        reason: stringAt(terminated, 'reason'),
        message: stringAt(terminated, 'message'),
        signal: numberAt(terminated, 'signal'),
        started: timeAt(terminated, 'startedAt'),
        finished: timeAt(terminated, 'finishedAt'),
      }),
    };
  }
  if ('running' in state) {
    return { kind: 'running', ...defined({ started: timeAt(objectAt(state, 'running'), 'startedAt') }) };
  }
  if ('waiting' in state) {
    const waiting = objectAt(state, 'waiting');
    return {
      kind: 'waiting',
      ...defined({ reason: stringAt(waiting, 'reason'), message: stringAt(waiting, 'message') }),
    };
  }
  return undefined;
};

/** `field` names one of the lists of a pod's status: that of containers, of init containers or of ephemeral ones. */
export const readContainerStatuses = (status: JsonObject, field: string): readonly ContainerStatus[] => {
  const statuses = objectsAt(status, field);
  if (statuses.length === 0) return none;
  return statuses.map((container) =>
    defined({
      name: stringAt(container, 'name') ?? '',
      ready: booleanAt(container, 'ready') ?? false,
      started: booleanAt(container, 'started'),
      restarts: numberAt(container, 'restartCount') ?? 0,
      image: stringAt(container, 'image') ?? '',
      imageId: stringAt(container, 'imageID'),
      state: readState(objectAt(container, 'state')),
      lastState: readState(objectAt(container, 'lastState')),
    }),
  );
};

const readPodIPs = (status: JsonObject): readonly string[] => {
  const addresses = objectsAt(status, 'podIPs').map((entry) => stringAt(entry, 'ip') ?? '');
  const found = addresses.filter((address) => address !== '');
  if (found.length > 0) return found;
  const single = stringAt(status, 'podIP');
  return single === undefined || single === '' ? none : [single];
};

export function readPod(object: JsonObject, source?: SourceRange): Pod {
  const status = objectAt(object, 'status');
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    meta: readMeta(object, source),
    spec: readPodSpec(objectAt(object, 'spec')),
    podIPs: readPodIPs(status),
    conditions: readConditions(status),
    containerStatuses: readContainerStatuses(status, 'containerStatuses'),
    initContainerStatuses: readContainerStatuses(status, 'initContainerStatuses'),
    ...defined({
      phase: stringAt(status, 'phase'),
      reason: stringAt(status, 'reason'),
      message: stringAt(status, 'message'),
      hostIP: stringAt(status, 'hostIP'),
      started: timeAt(status, 'startTime'),
    }),
  };
}
