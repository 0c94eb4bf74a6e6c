import { definitionOf } from '../../inspect/cni/catalogue.ts';
import type { CniDefinition } from '../../inspect/cni/definition.ts';
import { detectCni } from '../../inspect/cni/detect.ts';
import type { Pod } from '../../model/pod.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import { ownerOf } from './relations.ts';

/** The CNI whose agent on its node the pod is; undefined for a pod that is none. */
export function agentOf(pod: Pod, snapshot: ClusterSnapshot): CniDefinition | undefined {
  const owner = ownerOf(pod, snapshot);
  const cni =
    owner === undefined ? undefined : detectCni(snapshot).detected.find(({ agents }) => agents.includes(owner));
  return cni && definitionOf(cni.id);
}
