import assert from 'node:assert/strict';
import { startDemoCluster } from '../../scripts/lib/demoCluster.ts';
import type { ControlPlane } from '../control-plane/controlPlane.ts';
import { podNames } from '../control-plane/fill/containers.ts';
import { applyObjects } from '../control-plane/fill/manifests.ts';
import { waitUntil } from '../control-plane/waitUntil.ts';
import { PodPage } from './pages/podPage.ts';
import { useWorkbench } from './useWorkbench.ts';

const namespace = 'kube-system';
const dnsPolicy = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { namespace, name: 'dns' },
  spec: {
    podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
    policyTypes: ['Ingress'],
    ingress: [{ ports: [{ protocol: 'UDP', port: 53 }] }],
  },
};

describe('what is done about a pod from its page and its row', function () {
  this.timeout(180_000);
  let plane: ControlPlane;
  let dns = '';
  let canal: readonly string[] = [];
  const running = useWorkbench(async () => {
    plane = await startDemoCluster();
    await applyObjects(plane, [dnsPolicy]);
    [dns = ''] = await podNames(plane, namespace, 'k8s-app=kube-dns');
    canal = await podNames(plane, namespace, 'k8s-app=canal');
    return {
      kubeconfig: plane.kubeconfig,
      settings: {
        'networkInspector.kubectl.path': plane.kubectlProgram,
        'networkInspector.writes.enabled': true,
        'terminal.integrated.defaultProfile.linux': 'bash',
        'terminal.integrated.gpuAcceleration': 'off',
        'terminal.integrated.stickyScroll.enabled': false,
      },
      env: { PS1: '$ ', PROMPT_COMMAND: undefined },
      size: { width: 1700, height: 1000 },
    };
  });
  after(() => plane?.stop());
  const workbench = () => running().workbench;
  const tree = () => workbench().tree('Clusters');
  const page = () => new PodPage(workbench().webview());
  const row = (pod: string) => ['control-plane', 'coredns', pod];

  before(async () => {
    await workbench().showContainer('Network Inspector');
    await workbench().widenSideBar(420);
    await tree().expand('control-plane', 'coredns');
  });
  /** On its details, whatever the test before has left open. */
  const open = async (): Promise<PodPage> => {
    await tree().pressInline('Open Pod Details', ...row(dns));
    await page().waitFor(dns);
    await page().showDetails();
    return page();
  };

  it('opens a terminal whose kubectl goes to the pod’s namespace', async () => {
    await (await open()).choose(`Open kubectl Terminal in ${namespace}`);
    await workbench().terminal.waitUntilOpen();
    await waitUntil('the terminal to be named', async () => {
      const text = await running().page.locator('.part.panel').innerText();
      return text.includes(`kubectl: control-plane / ${namespace}`) || undefined;
    });
    await workbench().terminal.send('kubectl get po --selector=k8s-app=canal -o name');
    await workbench().terminal.waitForScreen(new RegExp(`pod/${canal[0] ?? ''}`));
  });

  it('names the policies that select the pod, and opens the one that is chosen as the cluster has it', async () => {
    const { quickInput, editor } = workbench();
    await (await open()).button('Show Policies for This Pod').click();
    await waitUntil('the policies', async () => ((await quickInput.items()).length > 0 ? true : undefined));
    const [item] = await quickInput.items();
    assert.match(item?.label ?? '', /dns/);
    assert.match(item?.description ?? '', /NetworkPolicy · kube-system/);
    const shown = await running().page.locator('.quick-input-widget').innerText();
    assert.match(shown, /Ingress: only what a rule admits\. Egress: everything is let through\./);
    await workbench().screenshot('pod-policies');
    await quickInput.accept();
    await editor.waitForText(/kind: NetworkPolicy[^]*k8s-app: kube-dns/);
  });

  it('says of a pod on its node’s network that policies do not reliably apply', async () => {
    const { quickInput } = workbench();
    await tree().expand('control-plane', 'Canal', 'canal');
    await tree().chooseFromContextMenu('Show Policies for This Pod', 'control-plane', 'Canal', 'canal', canal[1] ?? '');
    await waitUntil('the answer', async () => ((await quickInput.items()).length > 0 ? true : undefined));
    assert.match((await quickInput.items())[0]?.label ?? '', /uses the node’s network/);
    await quickInput.cancel();
  });

  it('shows any object of the view as YAML', async () => {
    await tree().chooseFromContextMenu('Show YAML', ...row(dns));
    await workbench().editor.waitForText(/kind: Pod[^]*k8s-app: kube-dns/);
    await tree().chooseFromContextMenu('Show YAML', 'control-plane', 'coredns');
    await workbench().editor.waitForText(/kind: Deployment/);
  });

  it('restarts the pod from its page, which then leads to the one that took its place', async () => {
    const [pod = ''] = await podNames(plane, namespace, 'k8s-app=kube-dns');
    dns = pod;
    await (await open()).choose('Restart Pod…');
    const text = await workbench().notifications.dialogText();
    assert.match(text, /ReplicaSet coredns-\w+ \(Deployment coredns\) makes a new one/);
    await workbench().notifications.pressInDialog('Restart Pod');
    await page().waitForText('This pod was deleted at', 60_000);
    await page()
      .button(/^Open coredns-/)
      .click();
    await waitUntil(
      'the page of another pod',
      async () => !(await page().header.innerText()).includes(pod) || undefined,
    );
  });
});
