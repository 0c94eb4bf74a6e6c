import { ApiError } from '../cluster/apiError.ts';
import type { ClusterClient } from '../cluster/client.ts';
import { isObject, type JsonObject, numberAt, objectAt, objectsAt, stringAt, stringMapAt } from '../model/json.ts';
import { matchesSelector, readLabelSelector } from '../model/labels.ts';
import type { Seen } from './requests.ts';

/** What could not be read, and why. */
export interface Gap {
  readonly gap: string;
}

export const isGap = (value: object | undefined): value is Gap => value !== undefined && 'gap' in value;

/** Who makes a pod anew, and how it stands. */
export interface Controller {
  readonly kind: string;
  readonly name: string;
  /** Absent where the controller is of a kind that is not known here. */
  readonly desired?: number;
  readonly ready?: number;
  /** The Deployment of a ReplicaSet. */
  readonly owner?: { readonly kind: string; readonly name: string };
}

export interface Budget {
  readonly name: string;
  readonly disruptionsAllowed: number;
}

export interface PodFacts {
  readonly seen: Seen;
  readonly node?: string;
  /** Seconds. */
  readonly grace: number;
  /** Since when it has been told to go, as the server writes times. */
  readonly deletionTimestamp?: string;
  /** The kubelet runs it from a file on its node; what the server has is a picture of it. */
  readonly isStatic: boolean;
  /** It has emptyDir volumes, which go with it. */
  readonly losesFiles: boolean;
  readonly controller: { readonly kind: string; readonly name: string } | undefined;
  readonly controllerState: Controller | Gap | undefined;
  readonly budgets: readonly Budget[] | Gap;
  readonly mayEvict: boolean;
  readonly mayDelete: boolean;
}

const kinds: Readonly<Record<string, string>> = {
  DaemonSet: '/apis/apps/v1/namespaces/{}/daemonsets',
  ReplicaSet: '/apis/apps/v1/namespaces/{}/replicasets',
  StatefulSet: '/apis/apps/v1/namespaces/{}/statefulsets',
  Job: '/apis/batch/v1/namespaces/{}/jobs',
  ReplicationController: '/api/v1/namespaces/{}/replicationcontrollers',
};

/** @throws {ApiError} where the pod itself cannot be read, or the server does not say what the user may do. */
export async function readPodFacts(
  client: ClusterClient,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  signal: AbortSignal,
): Promise<PodFacts> {
  const base = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}`;
  const may = async (verb: string, subresource?: string): Promise<boolean> =>
    (
      await client.mayI(
        { verb, resource: 'pods', ...(subresource !== undefined && { subresource }), namespace, name },
        { signal },
      )
    ).allowed;
  const answer = await client.get(base, { signal });
  const pod = isObject(answer) ? answer : {};
  const meta = objectAt(pod, 'metadata');
  const spec = objectAt(pod, 'spec');
  const controller = controllerOf(meta);
  const [controllerState, budgets, mayEvict, mayDelete] = await Promise.all([
    controller === undefined ? undefined : orGap(() => readController(client, namespace, controller, signal)),
    orGap(() => readBudgets(client, namespace, stringMapAt(meta, 'labels'), signal)),
    may('create', 'eviction'),
    may('delete'),
  ]);
  const node = stringAt(spec, 'nodeName');
  const deletionTimestamp = stringAt(meta, 'deletionTimestamp');
  return {
    seen: seenOf(meta),
    ...(node !== undefined && { node }),
    grace: numberAt(spec, 'terminationGracePeriodSeconds') ?? 30,
    ...(deletionTimestamp !== undefined && { deletionTimestamp }),
    isStatic: controller?.kind === 'Node' || 'kubernetes.io/config.mirror' in objectAt(meta, 'annotations'),
    losesFiles: objectsAt(spec, 'volumes').some((volume) => isObject(volume['emptyDir'])),
    controller,
    controllerState,
    budgets,
    mayEvict,
    mayDelete,
  };
}

export const seenOf = (meta: JsonObject): Seen => ({
  namespace: stringAt(meta, 'namespace') ?? '',
  name: stringAt(meta, 'name') ?? '',
  uid: stringAt(meta, 'uid') ?? '',
  resourceVersion: stringAt(meta, 'resourceVersion') ?? '',
});

function controllerOf(meta: JsonObject): { readonly kind: string; readonly name: string } | undefined {
  const owner = objectsAt(meta, 'ownerReferences').find(({ controller }) => controller === true);
  return owner && { kind: stringAt(owner, 'kind') ?? '', name: stringAt(owner, 'name') ?? '' };
}

async function readController(
  client: ClusterClient,
  namespace: string,
  { kind, name }: { readonly kind: string; readonly name: string },
  signal: AbortSignal,
): Promise<Controller> {
  const path = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (path === undefined) return { kind, name };
  const answer = await client.get(`${path.replace('{}', encodeURIComponent(namespace))}/${encodeURIComponent(name)}`, {
    signal,
  });
  const object = isObject(answer) ? answer : {};
  const [spec, status] = [objectAt(object, 'spec'), objectAt(object, 'status')];
  const owner = controllerOf(objectAt(object, 'metadata'));
  const desired =
    kind === 'DaemonSet'
      ? numberAt(status, 'desiredNumberScheduled')
      : kind === 'Job'
        ? undefined
        : numberAt(spec, 'replicas');
  return {
    kind,
    name,
    ...(desired !== undefined && {
      desired,
      ready: numberAt(status, kind === 'DaemonSet' ? 'numberReady' : 'readyReplicas') ?? 0,
    }),
    ...(owner !== undefined && { owner }),
  };
}

/** Those that count the pod. An empty selector selects every pod of the namespace. Source: PodDisruptionBudget, policy/v1. */
async function readBudgets(
  client: ClusterClient,
  namespace: string,
  labels: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<readonly Budget[]> {
  const path = `/apis/policy/v1/namespaces/${encodeURIComponent(namespace)}/poddisruptionbudgets`;
  const list = await client.get(path, { signal });
  return objectsAt(isObject(list) ? list : {}, 'items')
    .filter(({ spec }) => isObject(spec) && isObject(spec['selector']))
    .filter((budget) => matchesSelector(readLabelSelector(objectAt(objectAt(budget, 'spec'), 'selector')), labels))
    .map((budget) => ({
      name: stringAt(objectAt(budget, 'metadata'), 'name') ?? '',
      disruptionsAllowed: numberAt(objectAt(budget, 'status'), 'disruptionsAllowed') ?? 0,
    }));
}

async function orGap<T>(read: () => Promise<T>): Promise<T | Gap> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { failure } = error;
    return { gap: failure.reason === 'forbidden' ? `${failure.verb} ${failure.resource}` : error.message };
  }
}

export interface WorkloadFacts {
  readonly seen: Seen;
  readonly desired: number;
  readonly ready: number;
  /** Pods are replaced only when somebody deletes them. */
  readonly onDelete: boolean;
  /** A Deployment that does not roll out what changes. */
  readonly paused: boolean;
  /** All pods go before the first new one comes. */
  readonly recreate: boolean;
  readonly mayPatch: boolean;
}

/** @throws {ApiError} */
export async function readWorkloadFacts(
  client: ClusterClient,
  plural: string,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  signal: AbortSignal,
): Promise<WorkloadFacts> {
  const path = `/apis/apps/v1/namespaces/${encodeURIComponent(namespace)}/${plural}/${encodeURIComponent(name)}`;
  const [answer, access] = await Promise.all([
    client.get(path, { signal }),
    client.mayI({ verb: 'patch', group: 'apps', resource: plural, namespace, name }, { signal }),
  ]);
  const object = isObject(answer) ? answer : {};
  const [spec, status] = [objectAt(object, 'spec'), objectAt(object, 'status')];
  const strategy = stringAt(objectAt(spec, 'updateStrategy'), 'type') ?? stringAt(objectAt(spec, 'strategy'), 'type');
  return {
    seen: seenOf(objectAt(object, 'metadata')),
    desired: numberAt(spec, 'replicas') ?? numberAt(status, 'desiredNumberScheduled') ?? 0,
    ready: numberAt(status, 'readyReplicas') ?? numberAt(status, 'numberReady') ?? 0,
    onDelete: strategy === 'OnDelete',
    paused: spec['paused'] === true,
    recreate: strategy === 'Recreate',
    mayPatch: access.allowed,
  };
}
