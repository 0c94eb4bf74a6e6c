import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { startDemoCluster } from '../../scripts/lib/demoCluster.ts';
import { type ControlPlane } from '../control-plane/controlPlane.ts';
import { podNames } from '../control-plane/fill/containers.ts';
import { waitUntil } from '../control-plane/waitUntil.ts';
import { useWorkbench } from './useWorkbench.ts';

const port = 9091;

describe('forwarding a port of a pod by kubectl and a real API server', function () {
  this.timeout(180_000);
  let plane: ControlPlane;
  let server: Server;
  let pod = '';
  const running = useWorkbench(async () => {
    server = createServer((request, response) => response.end(`felix ${request.url ?? ''}`));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    plane = await startDemoCluster();
    await plane.kubelet?.setPort(port, address.port);
    [, pod = ''] = await podNames(plane, 'kube-system', 'k8s-app=canal');
    return {
      kubeconfig: plane.kubeconfig,
      settings: { 'networkInspector.kubectl.path': plane.kubectlProgram },
      size: { width: 1400, height: 900 },
    };
  });
  after(async () => {
    await plane?.stop();
    server?.close();
  });

  const { tree, quickInput, status } = {
    tree: () => running().workbench.tree('Clusters'),
    quickInput: () => running().workbench.quickInput,
    status: () => running().workbench.statusBarItem(/localhost:\d+/),
  };
  const ask = async (localPort: string): Promise<string> =>
    (await fetch(`http://127.0.0.1:${localPort}/metrics`, { signal: AbortSignal.timeout(5000) })).text();
  const forward = async (): Promise<string> => {
    await tree().expand('control-plane', 'Canal', 'canal');
    await tree().chooseFromContextMenu('Forward Port…', 'canal', pod);
    await quickInput().waitUntilOpen();
    await quickInput().type(String(port));
    await quickInput().accept();
    await status().waitFor({ timeout: 30_000 });
    return /localhost:(\d+)/.exec(await status().innerText())?.[1] ?? '';
  };
  const stopAll = async (): Promise<void> => {
    while ((await status().count()) > 0) {
      await running().workbench.runCommand('Network Inspector: Show Forwarded Ports');
      await running().page.locator('.quick-input-list .monaco-list-row').first().hover();
      await running().page.getByRole('button', { name: 'Stop Forwarding' }).first().click();
      await quickInput().waitUntilClosed();
      await status().waitFor({ state: 'hidden' });
    }
  };

  beforeEach(async () => {
    await running().workbench.showContainer('Network Inspector');
    await stopAll();
  });

  it('reaches what answers in the pod, and is listed with its pod until it is stopped', async () => {
    const localPort = await forward();
    assert.equal(await ask(localPort), 'felix /metrics');
    await running().workbench.runCommand('Network Inspector: Show Forwarded Ports');
    await quickInput().waitUntilOpen();
    assert.deepEqual(
      (await quickInput().items()).map(({ label, description }) => [label, description]),
      [[`localhost:${localPort}`, `kube-system/${pod}:${String(port)}`]],
    );
    await running().workbench.screenshot('forwarded-ports');
    await quickInput().cancel();
    await stopAll();
    await assert.rejects(ask(localPort));
  });

  it('says that it has ended when the way to the pod is gone', async () => {
    const localPort = await forward();
    assert.equal(await ask(localPort), 'felix /metrics');
    // The kubelet is started anew, and with it goes the way to the pod.
    await plane.kubelet?.setPort(port + 1, 9);
    await waitUntil('the forwarding to end', async () => {
      await ask(localPort).catch(() => undefined);
      return (await status().count()) === 0 ? true : undefined;
    });
    await running().workbench.notifications.waitFor(
      new RegExp(`forwarding of port ${String(port)} of ${pod} has ended`),
    );
  });
});
