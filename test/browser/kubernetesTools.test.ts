import assert from 'node:assert/strict';
import { startDemoCluster } from '../../scripts/lib/demoCluster.ts';
import { type ControlPlane } from '../control-plane/controlPlane.ts';
import { podNames } from '../control-plane/fill/containers.ts';
import { PodPage } from './pages/podPage.ts';
import { useWorkbench } from './useWorkbench.ts';

const command = 'Open Pod Details';

describe('a pod in the view of the Kubernetes extension', function () {
  this.timeout(180_000);
  let plane: ControlPlane;
  let pod = '';
  const running = useWorkbench(async () => {
    plane = await startDemoCluster();
    [pod = ''] = await podNames(plane, 'kube-system', 'k8s-app=canal');
    return {
      kubeconfig: plane.kubeconfig,
      otherExtensions: ['test/browser/kubernetesTools'],
      env: { NETWORK_INSPECTOR_TEST_POD: `kube-system/${pod}` },
    };
  });
  after(() => plane?.stop());
  const tree = () => running().workbench.tree('Clusters');

  before(async () => {
    await running().workbench.showContainer('Kubernetes');
  });

  it('opens its page, on the cluster of the current context, which is contacted for it', async () => {
    await tree().chooseFromContextMenu(command, pod);
    const page = new PodPage(running().workbench.webview());
    await page.waitFor(pod);
    await page.section('What is wrong').waitFor();
    assert.match(await page.header.innerText(), /control-plane\s*›\s*kube-system/);
    await running().workbench.screenshot('kubernetes-extension');
  });

  it('is the only kind of object there that is offered one', async () => {
    const items = await tree().contextMenuItems('kube-dns');
    assert.deepEqual(items, ['Load']);
  });
});
