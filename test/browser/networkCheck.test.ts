import assert from 'node:assert/strict';
import { type ControlPlane, startControlPlane } from '../control-plane/controlPlane.ts';
import { crashLooping, running as healthy, setContainers } from '../control-plane/fill/containers.ts';
import { installCanal, installKubeadm } from '../control-plane/fill/manifests.ts';
import { createNodes, nodeName } from '../control-plane/fill/nodes.ts';
import { entryOf, kubeconfigText } from '../control-plane/kubeconfig.ts';
import { waitUntil } from '../control-plane/waitUntil.ts';
import { canalOn } from './exhaustedCluster.ts';
import { PodPage } from './pages/podPage.ts';
import { useWorkbench } from './useWorkbench.ts';

const namespace = 'kube-system';
const podToPod = 'Pods reach each other without NAT';
const read = ['get', 'list', 'watch'];
/** All that the check reads but nodes. */
const withoutNodes = [
  { apiGroups: [''], resources: ['namespaces', 'pods', 'services', 'configmaps', 'events'], verbs: read },
  { apiGroups: ['apps', 'discovery.k8s.io', 'networking.k8s.io'], resources: ['*'], verbs: read },
];

describe('the check of a cluster’s network on a real API server', function () {
  this.timeout(180_000);
  let plane: ControlPlane;
  let agent = '';
  const running = useWorkbench(async () => {
    plane = await startControlPlane();
    await createNodes(plane, 4);
    await installKubeadm(plane);
    await installCanal(plane);
    agent = await waitUntil('Canal to come to the second node', () => canalOn(plane, nodeName(2)));
    const limited = await plane.createUser('no-nodes', { rules: withoutNodes, credential: 'token' });
    const entries = [
      entryOf(plane, 'admin', { kind: 'certificate', pair: plane.administrator }),
      entryOf(plane, 'no-nodes', limited.credential),
    ];
    return { kubeconfig: kubeconfigText(entries), size: { width: 1500, height: 1000 } };
  });
  after(() => plane?.stop());
  const workbench = () => running().workbench;
  const tree = () => workbench().tree('Clusters');
  const page = () => new PodPage(workbench().webview());
  const verdict = async (title: string): Promise<string> =>
    (await page().section(title).locator('summary').first().innerText()).replace(/\s+/g, ' ');
  const become = (title: string, expected: RegExp): Promise<true> =>
    waitUntil(`${title} to be ${String(expected)}`, async () =>
      expected.test(await verdict(title).catch(() => '')) ? true : undefined,
    );
  const mend = () => setContainers(plane, { namespace, name: agent }, { 'kube-flannel': healthy(0) });
  const spoil = () =>
    setContainers(
      plane,
      { namespace, name: agent },
      { 'kube-flannel': crashLooping(12, 1, 'Error', 'failed to read the subnet') },
    );
  const open = async (cluster: string): Promise<void> => {
    await tree().chooseFromContextMenu('Check Network', cluster);
    await page().header.locator('p.where', { hasText: cluster }).waitFor({ timeout: 30_000 });
  };

  before(async () => {
    await workbench().showContainer('Network Inspector');
    await workbench().widenSideBar(360);
  });

  it('is opened from the cluster’s row, which it opens, and is calm about a network that works', async () => {
    await mend();
    await open('admin');
    await become(podToPod, /holds/);
    await page().open(podToPod);
    await page().waitForText('Every Ready Linux node runs one agent');
    const text = await page().section(podToPod).innerText();
    assert.match(text, /4 Ready nodes, each with a pod of canal/);
    assert.match(text, /spec\.podCIDRs/);
    assert.ok(!/failed|Error/.test(text), text);
    await workbench().screenshot('network-check-healthy');
  });

  it('names the node, the cause and what to do, and turns once it is mended, without a reload', async () => {
    await open('admin');
    await page().header.evaluate((header) => header.setAttribute('data-seen', 'before'));
    await spoil();
    await become(podToPod, /broken/);
    const wrong = page().section('What is wrong');
    await wrong.waitFor();
    const text = await wrong.innerText();
    assert.match(text, new RegExp(`kube-flannel on ${nodeName(2)} is in CrashLoopBackOff after 12 restarts`));
    assert.match(text, /Cause.*failed to read the subnet/);
    assert.match(text, /What to do/);
    await workbench().screenshot('network-check-broken');
    await mend();
    await become(podToPod, /holds/);
    assert.equal(await page().header.getAttribute('data-seen'), 'before', 'the page is the same');
  });

  it('leads to the pod that is broken, and back from its page', async () => {
    await spoil();
    await open('admin');
    await become(podToPod, /broken/);
    await page()
      .section('What is wrong')
      .getByRole('button', { name: `Open ${agent}` })
      .click();
    await page().waitFor(agent);
    await page().choose('Run CNI Check');
    await page().waitFor('Network Check');
    await mend();
  });

  it('says which right is missing where it cannot tell', async () => {
    await open('no-nodes');
    await become(podToPod, /cannot tell.*not allowed to list nodes/);
    await workbench().screenshot('network-check-forbidden');
  });

  it('is back after the window was reloaded', async () => {
    await mend();
    await open('admin');
    await become(podToPod, /holds/);
    await workbench().reload();
    await workbench().showContainer('Network Inspector');
    await page().waitFor('Network Check');
    await become(podToPod, /holds/);
  });
});
