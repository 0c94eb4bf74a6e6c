import { join } from 'node:path';
import { isObject, numberAt, objectAt, objectsAt, stringAt } from '../../../src/model/json.ts';
import type { ControlPlane } from '../controlPlane.ts';
import { waitUntil } from '../waitUntil.ts';
import { calicoDefinitions, canalObjects } from './calicoResources.ts';
import { flannelStarted } from './nodes.ts';

const manifests = join(import.meta.dirname, '../../fixtures/manifests');

/** As `kubectl apply --server-side`, with whatever the file holds. @throws with kubectl's words. */
export async function applyFile(plane: ControlPlane, file: string): Promise<void> {
  await succeed(plane, ['apply', '--server-side', '--force-conflicts', '-f', file]);
}

export async function applyObjects(plane: ControlPlane, objects: readonly object[]): Promise<void> {
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
  await succeed(plane, ['apply', '--server-side', '--force-conflicts', '-f', '-'], list);
}

async function succeed(plane: ControlPlane, args: readonly string[], input?: string): Promise<void> {
  const { code, stderr } = await plane.kubectl(args, input === undefined ? {} : { input });
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
}

/** kube-proxy, CoreDNS and kubeadm's ConfigMap. */
export async function installKubeadm(plane: ControlPlane): Promise<void> {
  await applyFile(plane, join(manifests, 'kubeadm.yaml'));
}

/**
 * Canal on every node there is, healthy: its DaemonSet rolled out, its own resources written, and each node told as
 * flanneld tells it.
 */
export async function installCanal(plane: ControlPlane): Promise<void> {
  await applyCanal(plane);
  await rolledOut(plane, 'kube-system', 'canal');
  await flannelStarted(plane, await nodeNames(plane));
}

/** Canal's objects, whether or not anything makes pods of them. */
export async function applyCanal(plane: ControlPlane): Promise<void> {
  await applyObjects(plane, calicoDefinitions);
  await applyFile(plane, join(manifests, 'canal.yaml'));
  await succeed(plane, ['wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s']);
  await applyObjects(plane, canalObjects);
}

/** Calico without flannel, on every node there is. */
export async function installCalico(plane: ControlPlane): Promise<void> {
  await applyObjects(plane, calicoDefinitions);
  await applyFile(plane, join(manifests, 'calico.yaml'));
  await rolledOut(plane, 'kube-system', 'calico-node');
}

/** flannel alone, on every node there is. */
export async function installFlannel(plane: ControlPlane): Promise<void> {
  await applyFile(plane, join(manifests, 'flannel.yaml'));
  await rolledOut(plane, 'kube-flannel', 'kube-flannel-ds');
  await flannelStarted(plane, await nodeNames(plane));
}

/** Waits until every pod that a DaemonSet wants is there and ready. */
export async function rolledOut(plane: ControlPlane, namespace: string, name: string): Promise<void> {
  await waitUntil(`the DaemonSet ${name} to be rolled out`, async () => {
    const found = await plane.api.get(`/apis/apps/v1/namespaces/${namespace}/daemonsets/${name}`);
    const daemonSet = isObject(found) ? found : {};
    const status = objectAt(daemonSet, 'status');
    const desired = numberAt(status, 'desiredNumberScheduled') ?? 0;
    const observed = numberAt(status, 'observedGeneration') === numberAt(objectAt(daemonSet, 'metadata'), 'generation');
    return observed && desired > 0 && numberAt(status, 'numberReady') === desired ? true : undefined;
  });
}

async function nodeNames(plane: ControlPlane): Promise<readonly string[]> {
  const list = await plane.api.get('/api/v1/nodes');
  const nodes = objectsAt(isObject(list) ? list : {}, 'items');
  return nodes.map((node) => stringAt(objectAt(node, 'metadata'), 'name') ?? '');
}
