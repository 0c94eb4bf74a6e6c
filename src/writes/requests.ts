import type { WriteRequest } from '../cluster/client.ts';

/** An object as it was seen: what is written is written to this one and to no other of its name. */
export interface Seen {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
}

/** Kinds whose pods are replaced one after another when their template changes. */
export const restartable = { Deployment: 'deployments', DaemonSet: 'daemonsets', StatefulSet: 'statefulsets' } as const;
export type RestartableKind = keyof typeof restartable;

export const isRestartable = (kind: string): kind is RestartableKind => Object.hasOwn(restartable, kind);

const dryRunOf = (dryRun: boolean): { dryRun?: readonly ['All'] } => (dryRun ? { dryRun: ['All'] } : {});

const podPath = ({ namespace, name }: Seen): string =>
  `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}`;

const preconditions = ({ uid, resourceVersion }: Seen) => ({ preconditions: { uid, resourceVersion } });

/** Deletes the pod if its PodDisruptionBudgets allow it. Source: Eviction API, policy/v1. */
export const evictPod = (pod: Seen, dryRun: boolean): WriteRequest => ({
  method: 'POST',
  path: `${podPath(pod)}/eviction`,
  body: {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { namespace: pod.namespace, name: pod.name },
    deleteOptions: { ...preconditions(pod), ...dryRunOf(dryRun) },
  },
});

export const deletePod = (pod: Seen, dryRun: boolean): WriteRequest => ({
  method: 'DELETE',
  path: podPath(pod),
  body: { apiVersion: 'v1', kind: 'DeleteOptions', ...preconditions(pod), ...dryRunOf(dryRun) },
});

/**
 * Changes the template of a workload's pods as `kubectl rollout restart` does. The version is left out: its status changes
 * all the time, and the restart means the same whatever that is.
 */
export const restartWorkload = (
  kind: RestartableKind,
  { namespace, name, uid }: Seen,
  at: Date,
  dryRun: boolean,
): WriteRequest => ({
  method: 'PATCH',
  path: `/apis/apps/v1/namespaces/${encodeURIComponent(namespace)}/${restartable[kind]}/${encodeURIComponent(name)}?fieldManager=network-inspector${dryRun ? '&dryRun=All' : ''}`,
  type: 'application/strategic-merge-patch+json',
  body: {
    metadata: { uid },
    spec: {
      template: {
        metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': at.toISOString().replace(/\.\d+Z$/, 'Z') } },
      },
    },
  },
});
