import assert from 'node:assert/strict';
import { attemptOf } from '../../scripts/lib/attempts.ts';
import { startDemoCluster } from '../../scripts/lib/demoCluster.ts';
import { type ControlPlane } from '../control-plane/controlPlane.ts';
import {
  crashLooping,
  podNames,
  running as runningContainer,
  setContainers,
} from '../control-plane/fill/containers.ts';
import { waitUntil } from '../control-plane/waitUntil.ts';
import { useWorkbench } from './useWorkbench.ts';

describe('a real API server in the Clusters view', function () {
  this.timeout(180_000);
  let plane: ControlPlane;
  const running = useWorkbench(async () => {
    plane = await startDemoCluster();
    return { kubeconfig: plane.kubeconfig, size: { width: 1280, height: 1000 } };
  });
  after(() => plane?.stop());
  const tree = () => running().workbench.tree('Clusters');

  it('is not contacted before it is opened', async () => {
    await running().workbench.showContainer('Network Inspector');
    await tree().waitForText(/^control-plane {2}not connected$/m);
  });

  it('shows its type, its CNI and how many of its nodes are ready', async () => {
    await tree().expand('control-plane');
    await tree().waitForText(/^control-plane {2}Upstream \(kubeadm\) v1\.\d+\.\d+ · Canal 3\.\d+\.\d+ · \d\/8 ready$/m);
    await tree().waitForText(/Canal {2}.*enforces NetworkPolicy · 1 problem/);
  });

  it('names the pods of Canal as kubectl does', async () => {
    await tree().expand('control-plane', 'Canal', 'canal');
    const pods = await podNames(plane, 'kube-system', 'k8s-app=canal');
    const shown = (await tree().rows()).map((row) => row.label).filter((label) => label.startsWith('canal-'));
    assert.equal(pods.length, 8);
    assert.deepEqual(shown.toSorted(), pods);
  });

  it('shows a container that begins to crash-loop within two seconds, and keeps the shape of the tree', async function () {
    const [, name = ''] = await podNames(plane, 'kube-system', 'k8s-app=canal');
    await tree().expand('control-plane', 'Canal', 'canal', name);
    await tree().select('canal', name, 'calico-node');
    const shape = async () =>
      (await tree().rows()).map(({ label, expanded }) => `${label} ${String(expanded)}`).toSorted();
    const before = await shape();
    const restarts = 2 + attemptOf(this.runnable());
    await setContainers(
      plane,
      { namespace: 'kube-system', name },
      { 'calico-node': crashLooping(restarts, 137, 'OOMKilled') },
    );
    await tree().waitForText(new RegExp(`${name} {2}.*CrashLoopBackOff · ${String(restarts)} restarts`), 2000);
    await tree().waitForText(/calico-node {2}waiting: CrashLoopBackOff/, 2000);
    assert.deepEqual(await shape(), before);
    assert.deepEqual(
      (await tree().rows()).filter((row) => row.selected).map((row) => row.label),
      ['calico-node'],
    );
    await running().workbench.widenSideBar(520);
    await running().workbench.screenshot('live-crash-loop');
  });

  it('opens the pod whose button is pressed, however often the rows above it are drawn anew', async () => {
    const { workbench } = running();
    await tree().expand('control-plane', 'Canal', 'canal');
    const [, , changing = '', one = '', other = ''] = await podNames(plane, 'kube-system', 'k8s-app=canal');
    const key = { namespace: 'kube-system', name: changing };
    let asked = false;
    let over = false;
    // Each time the cluster, Canal and its DaemonSet say another number.
    const changes = (async () => {
      for (let restarts = 1; !over; restarts++) {
        const change = restarts % 2 === 0 ? runningContainer(restarts) : crashLooping(restarts);
        await setContainers(plane, key, { 'calico-node': change });
      }
    })();
    try {
      for (let turn = 0; turn < 8; turn++) {
        const pod = turn % 2 === 0 ? one : other;
        const isOpen = async (): Promise<boolean> =>
          (await workbench.editorTitles()).some((title) => title.includes(pod));
        await waitUntil(`the page of ${pod}`, async () => {
          await tree().pressInline('Open Pod Details', 'canal', pod);
          const either = async () => (await isOpen()) || (await workbench.quickInput.isOpen()) || undefined;
          await waitUntil('the page, or a question', either, { seconds: 2 });
          asked ||= await workbench.quickInput.isOpen();
          return true;
        });
        assert.ok(!asked, 'nobody asks which pod was meant');
      }
    } finally {
      over = true;
      await changes;
      await setContainers(plane, key, { 'calico-node': runningContainer(100) });
    }
  });
});
