import { type ControlPlane, startControlPlane } from '../../test/control-plane/controlPlane.ts';
import { crashLooping, podNames, setContainers } from '../../test/control-plane/fill/containers.ts';
import { installCanal, installKubeadm } from '../../test/control-plane/fill/manifests.ts';
import { createNodes } from '../../test/control-plane/fill/nodes.ts';
import { BinariesError } from '../tools/controlPlaneBinaries.ts';
import { say, step } from './progress.ts';
import { ScriptError } from './scriptError.ts';

/** A real API server with eight simulated nodes, Canal on all of them, and one flannel that crash-loops. */
export async function startDemoCluster(): Promise<ControlPlane> {
  const plane = await step('Starting a control plane (built by Go the first time, about seven minutes)', start);
  try {
    await step('Registering 8 nodes and installing Canal (about 20 s)', async () => {
      await createNodes(plane, 8);
      await installKubeadm(plane);
      await installCanal(plane);
      const [pod] = await podNames(plane, 'kube-system', 'k8s-app=canal');
      if (pod === undefined) return;
      const change = crashLooping(12, 1, 'Error', 'failed to find a pod CIDR for this node');
      await setContainers(plane, { namespace: 'kube-system', name: pod }, { 'kube-flannel': change });
    });
    return plane;
  } catch (error) {
    await plane.stop();
    throw error;
  }
}

async function start(): Promise<ControlPlane> {
  try {
    return await startControlPlane({ log: say });
  } catch (error) {
    if (error instanceof BinariesError) throw new ScriptError(error.message);
    throw error;
  }
}
