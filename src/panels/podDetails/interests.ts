import type { ClusterSnapshot, Interest } from '../../model/snapshot.ts';
import { servesGroup } from '../../inspect/clusterType/signals.ts';
import { interestsOf } from '../../inspect/interests.ts';
import { formatSelector } from '../../model/labels.ts';
import { selectionInterests } from './policyKinds.ts';
import { ownerChain, ownerOf, ownerTable } from './relations.ts';

/** What the page of one pod reads: the pod, and what stands around it. Its siblings once its owner's selector is known. */
export function podInterests(snapshot: ClusterSnapshot, namespace: string, name: string): readonly Interest[] {
  const interests: Interest[] = [
    // Whether the CNI enforces policy, and what is wrong with it that may be the cause of what is wrong here.
    ...interestsOf(snapshot),
    // The size of packets that Calico was told; one object for the cluster, and one for a node that differs.
    ...(servesGroup(snapshot, 'crd.projectcalico.org') ? [{ kind: 'calicoFelixConfigurations' as const }] : []),
    { kind: 'pods', namespace, fieldSelector: `metadata.name=${name}` },
    { kind: 'events', namespace, fieldSelector: `involvedObject.kind=Pod,involvedObject.name=${name}` },
    { kind: 'services', namespace },
    { kind: 'endpointSlices', namespace },
    ...selectionInterests(namespace, snapshot.table('pods').get(namespace, name)?.spec.serviceAccount),
  ];
  const pod = snapshot.table('pods').get(namespace, name);
  if (pod === undefined) return interests;
  for (const owner of ownerChain(pod, snapshot)) {
    const table = ownerTable(owner.kind);
    if (table !== undefined) interests.push({ kind: table, namespace, fieldSelector: `metadata.name=${owner.name}` });
  }
  const selector = ownerOf(pod, snapshot)?.selector;
  const labelSelector = selector === undefined ? '' : formatSelector(selector);
  if (labelSelector !== '') interests.push({ kind: 'pods', namespace, labelSelector });
  return interests;
}
