import { isObject, objectAt, objectsAt, stringAt } from '../../src/model/json.ts';
import { type ControlPlane, startControlPlane } from '../control-plane/controlPlane.ts';
import { crashLooping, setContainers } from '../control-plane/fill/containers.ts';
import { installCanal, installKubeadm } from '../control-plane/fill/manifests.ts';
import { createNodes, nodeName, nodeObject } from '../control-plane/fill/nodes.ts';
import { waitUntil } from '../control-plane/waitUntil.ts';

export interface ExhaustedCluster {
  readonly plane: ControlPlane;
  /** The Canal pod whose flannel cannot start. */
  readonly failing: string;
  /** What that flannel says when it ends. */
  readonly words: string;
}

/**
 * A cluster whose pod network has room for four nodes and which has five: the fifth gets no pod CIDR, and the flannel on
 * it ends with what flannel prints then.
 */
export async function startExhaustedCluster(): Promise<ExhaustedCluster> {
  const plane = await startControlPlane({ clusterCidr: '10.244.0.0/22' });
  try {
    await createNodes(plane, 4);
    await installKubeadm(plane);
    await installCanal(plane);
    await plane.api.create('/api/v1/nodes', nodeObject(5));
    const last = nodeName(5);
    const failing = await waitUntil('Canal to come to the fifth node', () => canalOn(plane, last));
    const words = `Failed to acquire lease: node "${last}" pod cidr not assigned`;
    await setContainers(
      plane,
      { namespace: 'kube-system', name: failing },
      { 'kube-flannel': crashLooping(12, 1, 'Error', words) },
    );
    return { plane, failing, words };
  } catch (error) {
    await plane.stop();
    throw error;
  }
}

/** The name of the Canal pod that runs on the node; undefined until it does. */
export async function canalOn(plane: ControlPlane, node: string): Promise<string | undefined> {
  const query = new URLSearchParams({ labelSelector: 'k8s-app=canal', fieldSelector: `spec.nodeName=${node}` });
  const list = await plane.api.get(`/api/v1/namespaces/kube-system/pods?${query}`);
  const runs = objectsAt(isObject(list) ? list : {}, 'items').find(
    (pod) =>
      stringAt(objectAt(pod, 'status'), 'phase') === 'Running' && !('deletionTimestamp' in objectAt(pod, 'metadata')),
  );
  return runs && stringAt(objectAt(runs, 'metadata'), 'name');
}
