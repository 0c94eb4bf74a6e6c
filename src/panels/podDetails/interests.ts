import type { ClusterSnapshot, Interest } from '../../model/snapshot.ts';
import { interestsOf } from '../../inspect/interests.ts';
import { formatSelector } from '../../model/labels.ts';
import { selectionInterests } from './policyKinds.ts';
import { ownerOf } from './relations.ts';

const ownerKinds = {
  DaemonSet: 'daemonSets',
  Deployment: 'deployments',
  StatefulSet: 'statefulSets',
  ReplicaSet: 'replicaSets',
  Job: 'jobs',
} as const;

/** What the page of one pod reads: the pod, and what stands around it. Its siblings once its owner's selector is known. */
export function podInterests(snapshot: ClusterSnapshot, namespace: string, name: string): readonly Interest[] {
  const interests: Interest[] = [
    // Whether the CNI enforces policy, and what is wrong with it that may be the cause of what is wrong here.
    ...interestsOf(snapshot),
    { kind: 'pods', namespace, fieldSelector: `metadata.name=${name}` },
    { kind: 'events', namespace, fieldSelector: `involvedObject.kind=Pod,involvedObject.name=${name}` },
    { kind: 'services', namespace },
    { kind: 'endpointSlices', namespace },
    ...selectionInterests(namespace, snapshot.table('pods').get(namespace, name)?.spec.serviceAccount),
  ];
  const pod = snapshot.table('pods').get(namespace, name);
  if (pod === undefined) return interests;
  const controller = pod.meta.owners.find((owner) => owner.controller);
  if (controller === undefined || !Object.hasOwn(ownerKinds, controller.kind)) return interests;
  const kind = ownerKinds[controller.kind as keyof typeof ownerKinds];
  interests.push({ kind, namespace, fieldSelector: `metadata.name=${controller.name}` });
  const selector = ownerOf(pod, snapshot)?.selector;
  const labelSelector = selector === undefined ? '' : formatSelector(selector);
  if (labelSelector !== '') interests.push({ kind: 'pods', namespace, labelSelector });
  return interests;
}
