import type { ObjectMeta, OwnerReference } from '../model/meta.ts';
import type { Pod } from '../model/pod.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import type { Workload } from '../model/workload.ts';
import { workloadKinds } from './kinds.ts';
import type { WorkloadRef } from './types.ts';

const tableOfKind: Readonly<Record<string, (typeof workloadKinds)[number]>> = {
  Deployment: 'deployments',
  StatefulSet: 'statefulSets',
  DaemonSet: 'daemonSets',
  ReplicaSet: 'replicaSets',
  ReplicationController: 'replicationControllers',
  Job: 'jobs',
  CronJob: 'cronJobs',
};

/** A pod that has ended has no network, and its address may be another pod's by now. */
export const isFinished = (pod: Pod): boolean => pod.phase === 'Succeeded' || pod.phase === 'Failed';

const controllerOf = (meta: ObjectMeta): OwnerReference | undefined =>
  meta.owners.find((owner) => owner.controller) ?? meta.owners[0];

/** Finds the topmost known owner of pods. Pods of one owner get the same object. */
export class Owners {
  readonly #snapshot: ClusterSnapshot;
  readonly #live: boolean;
  readonly #known = new Map<string, Map<string, WorkloadRef>>();
  readonly #interned = new Map<string, WorkloadRef>();

  constructor(snapshot: ClusterSnapshot) {
    this.#snapshot = snapshot;
    this.#live = snapshot.content.origin === 'live';
  }

  of(pod: Pod): WorkloadRef {
    const { meta } = pod;
    const owner = controllerOf(meta);
    // A static pod is mirrored with its node as owner.
    if (owner === undefined || owner.kind === 'Node')
      return { kind: 'Pod', namespace: meta.namespace, name: meta.name };
    let inNamespace = this.#known.get(meta.namespace);
    if (inNamespace === undefined) this.#known.set(meta.namespace, (inNamespace = new Map()));
    const key = `${owner.kind}/${owner.name}`;
    let workload = inNamespace.get(key);
    if (workload === undefined) {
      workload = this.#resolve(owner, meta);
      inNamespace.set(key, workload);
    }
    return workload;
  }

  #resolve(owner: OwnerReference, pod: ObjectMeta): WorkloadRef {
    const { namespace } = pod;
    let { kind, name } = owner;
    for (let depth = 0; depth < 8; depth++) {
      const table = Object.hasOwn(tableOfKind, kind) ? tableOfKind[kind] : undefined;
      const object = table === undefined ? undefined : this.#snapshot.table(table).get(namespace, name);
      const above = object === undefined ? this.#guess(kind, name, pod) : controllerOf(object.meta);
      if (above === undefined) break;
      kind = above.kind;
      name = above.name;
    }
    // Several owners may lead to one: the ReplicaSets of a Deployment that is being rolled out.
    const ref = { kind, namespace, name };
    const known = this.#interned.get(workloadKey(ref));
    if (known === undefined) this.#interned.set(workloadKey(ref), ref);
    return known ?? ref;
  }

  /**
   * The owner of an owner that is not in the snapshot. A ReplicaSet is its Deployment's name and the pod template's hash,
   * a Job of a CronJob is the CronJob's name and a time; either must be there, except that a live cluster's ReplicaSets
   * need not have been read.
   */
  #guess(kind: string, name: string, pod: ObjectMeta): { readonly kind: string; readonly name: string } | undefined {
    const dash = name.lastIndexOf('-');
    if (dash <= 0) return undefined;
    const stem = name.slice(0, dash);
    if (kind === 'ReplicaSet') {
      const sure = this.#live && pod.labels['pod-template-hash'] === name.slice(dash + 1);
      return sure || this.#snapshot.table('deployments').get(pod.namespace, stem) !== undefined
        ? { kind: 'Deployment', name: stem }
        : undefined;
    }
    if (kind === 'Job' && this.#snapshot.table('cronJobs').get(pod.namespace, stem) !== undefined)
      return { kind: 'CronJob', name: stem };
    return undefined;
  }
}

const workloadKey = ({ kind, namespace, name }: WorkloadRef): string => `${kind}/${namespace}/${name}`;

/** Its owner is in the snapshot too, and stands for the pods. */
function hasOwner(snapshot: ClusterSnapshot, { meta }: Workload): boolean {
  const owner = controllerOf(meta);
  const table = owner !== undefined && Object.hasOwn(tableOfKind, owner.kind) ? tableOfKind[owner.kind] : undefined;
  return (
    owner !== undefined && table !== undefined && snapshot.table(table).get(meta.namespace, owner.name) !== undefined
  );
}

/** One pod as a workload's template describes it: no address, no node. */
function standIn(workload: Workload): Pod {
  const { meta, template, kind } = workload;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    meta: {
      name: meta.name,
      namespace: meta.namespace,
      labels: template.labels,
      annotations: {},
      owners: [{ kind, name: meta.name, controller: true }],
      ...(meta.source === undefined ? {} : { source: meta.source }),
    },
    spec: template.spec,
    podIPs: [],
    conditions: [],
    containerStatuses: [],
    initContainerStatuses: [],
  };
}

/** A finished pod as the template it was made from. */
function again(pod: Pod): Pod {
  const { apiVersion, kind, meta, spec, conditions, containerStatuses, initContainerStatuses } = pod;
  return { apiVersion, kind, meta, spec, podIPs: [], conditions, containerStatuses, initContainerStatuses };
}

/**
 * The pods that policies are about: those of the snapshot that have not ended, and one for each workload that was
 * written in a file and has none. From files, a workload of which only ended pods are known stands for its next one.
 */
export function podsOf(snapshot: ClusterSnapshot, owners: Owners = new Owners(snapshot)): readonly Pod[] {
  const pods = snapshot.list('pods');
  const folder = snapshot.content.origin === 'folder';
  const written: Workload[] = [];
  for (const table of workloadKinds) {
    for (const workload of snapshot.table(table).items)
      if (folder || workload.meta.source !== undefined) written.push(workload);
  }
  const ended = folder && pods.some(isFinished);
  if (written.length === 0 && !ended) return pods;
  const running = new Set<string>();
  for (const pod of pods) if (!isFinished(pod)) running.add(workloadKey(owners.of(pod)));
  const added: Pod[] = [];
  for (const workload of written) {
    const self = { kind: workload.kind, namespace: workload.meta.namespace, name: workload.meta.name };
    if (running.has(workloadKey(self)) || hasOwner(snapshot, workload)) continue;
    running.add(workloadKey(self));
    added.push(standIn(workload));
  }
  if (ended) {
    for (const pod of pods) {
      if (!isFinished(pod)) continue;
      const owner = owners.of(pod);
      if (owner.kind === 'Pod' || running.has(workloadKey(owner))) continue;
      running.add(workloadKey(owner));
      added.push(again(pod));
    }
  }
  return added.length === 0 ? pods : [...pods, ...added];
}
