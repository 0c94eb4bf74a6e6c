import assert from 'node:assert/strict';
import { attemptOf } from '../../scripts/lib/attempts.ts';
import { type ControlPlane } from '../control-plane/controlPlane.ts';
import { crashLooping, podNames, setContainers } from '../control-plane/fill/containers.ts';
import { applyObjects } from '../control-plane/fill/manifests.ts';
import { entryOf, kubeconfigText } from '../control-plane/kubeconfig.ts';
import { type PolicyRule } from '../control-plane/users.ts';
import { waitUntil } from '../control-plane/waitUntil.ts';
import { canalOn, startExhaustedCluster } from './exhaustedCluster.ts';
import { PodPage } from './pages/podPage.ts';
import { useWorkbench } from './useWorkbench.ts';

/** Everything that the tree and the page read, and no logs. In RBAC `*` would mean subresources too. */
const withoutLogs: readonly PolicyRule[] = [
  {
    apiGroups: [''],
    resources: ['namespaces', 'nodes', 'pods', 'services', 'configmaps', 'events', 'serviceaccounts'],
    verbs: ['get', 'list', 'watch'],
  },
  { apiGroups: ['apps', 'discovery.k8s.io', 'networking.k8s.io'], resources: ['*'], verbs: ['get', 'list', 'watch'] },
];

const namespace = 'kube-system';
const container = 'kube-flannel';

describe('the page of a Canal pod on a real API server', function () {
  this.timeout(180_000);
  let plane: ControlPlane;
  let secret = '';
  let failing = '';
  let words = '';
  const running = useWorkbench(async () => {
    ({ plane, failing, words } = await startExhaustedCluster());
    const log = { namespace, pod: failing, container };
    await plane.kubelet?.setLog(log, ['I1124 09:00:00.000000 1 main.go:211] starting'], ['E1124 the run before']);
    const limited = await plane.createUser('no-logs', { rules: withoutLogs, credential: 'token' });
    assert.ok(limited.credential.kind === 'token');
    secret = limited.credential.token;
    const entries = [
      entryOf(plane, 'admin', { kind: 'certificate', pair: plane.administrator }),
      entryOf(plane, 'no-logs', limited.credential),
    ];
    return { kubeconfig: kubeconfigText(entries), size: { width: 1600, height: 1000 } };
  });
  after(() => plane?.stop());
  const tree = () => running().workbench.tree('Clusters');
  const pod = () => new PodPage(running().workbench.webview());
  const otherPods = async (): Promise<readonly string[]> =>
    (await podNames(plane, namespace, 'k8s-app=canal')).filter((name) => name !== failing);

  before(async () => {
    await running().workbench.showContainer('Network Inspector');
    await running().workbench.widenSideBar(480);
    await tree().expand('admin', 'Canal', 'canal', failing);
  });

  it('is opened from the tree and says what is wrong, why, and what to do', async () => {
    await tree().pressInline('Open Pod Details', 'canal', failing);
    await pod().waitFor(failing);
    await pod().waitForText(/12 restarts/);
    const wrong = pod().section('What is wrong');
    await wrong.waitFor();
    const text = await wrong.innerText();
    assert.match(text, /node-5 has no pod CIDR/);
    assert.match(text, /kube-flannel on node-5 is in CrashLoopBackOff after 12 restarts/);
    assert.match(text, /Cause .*pod cidr not assigned/);
    assert.match(text, /What to do .*--allocate-node-cidrs/);
    assert.match(await pod().header.innerText(), /admin\s*›\s*kube-system/);
    await running().workbench.screenshot('pod-details-live');
  });

  it('says that there are no measurements, and how to have some', async () => {
    await pod().waitForText(/the cluster serves no metrics/);
  });

  it('offers what its row offers: the command is copied with its context', async () => {
    await pod().button('Copy kubectl Command').click();
    await waitUntil('the command to be copied', async () => {
      const text = await running().page.evaluate<string>('navigator.clipboard.readText()');
      return text.includes(`--context=admin -n kube-system describe pod ${failing}`) ? true : undefined;
    });
  });

  it('says what the user may do with it', async () => {
    await pod().open('Security');
    await pod().waitForText(/run commands in it/);
    assert.match(await pod().section('Security').innerText(), /You may\s+read its logs/);
  });

  it('follows a change of the pod without being asked', async function () {
    const restarts = 12 + attemptOf(this.runnable());
    await setContainers(
      plane,
      { namespace, name: failing },
      { [container]: crashLooping(restarts, 1, 'Error', words) },
    );
    await pod().waitForText(`${String(restarts)} restarts`, 3000);
  });

  it('gives its page to the next pod, and has one of its own when it is kept', async () => {
    const [other = ''] = await otherPods();
    const titles = async (): Promise<readonly string[]> =>
      (await running().workbench.editorTitles()).filter((title) => title.startsWith('canal-')).toSorted();
    await tree().pressInline('Open Pod Details', 'canal', other);
    await pod().waitFor(other);
    await pod().section('Containers').waitFor();
    assert.deepEqual(await titles(), [other]);
    await tree().pressInline('Open Pod Details', 'canal', failing);
    await pod().waitFor(failing);
    await pod().button('Keep This Page for the Pod').click();
    await pod().button('Let the Next Pod Take This Page').waitFor();
    await tree().pressInline('Open Pod Details', 'canal', other);
    await pod().waitFor(other);
    assert.deepEqual(await titles(), [other, failing].toSorted());
    await tree().pressInline('Open Pod Details', 'canal', failing);
    await pod().waitFor(failing);
  });

  it('shows what has become of the pod when it is seen again', async function () {
    const [other = ''] = await otherPods();
    await tree().pressInline('Open Pod Details', 'canal', other);
    await pod().waitFor(other);
    const restarts = 20 + attemptOf(this.runnable());
    await setContainers(
      plane,
      { namespace, name: failing },
      { [container]: crashLooping(restarts, 1, 'Error', words) },
    );
    await running().workbench.runCommand('View: Close Editor');
    await pod().waitFor(failing);
    await pod().waitForText(`${String(restarts)} restarts`);
  });

  it('follows the log of a container as it is written', async function () {
    await pod().showLogs();
    await pod().chooseContainer(container);
    await pod().logLines.filter({ hasText: 'starting' }).waitFor();
    const attempt = `attempt ${String(attemptOf(this.runnable()))}`;
    await waitUntil('the page to follow', async () =>
      (await pod().logState.innerText()).includes('following') ? true : undefined,
    );
    const written = `E1124 09:00:01.000000 1 main.go:333] ${words} <b>bold</b> \u001b[31m${attempt}\u001b[0m`;
    await plane.kubelet?.appendLog({ namespace, pod: failing, container }, [written]);
    await pod()
      .logLines.filter({ hasText: `${words} <b>bold</b> ${attempt}` })
      .waitFor();
    await running().workbench.screenshot('pod-details-log');
  });

  it('shows the log of the run before', async () => {
    await pod().tickPreviousRun();
    await pod().logLines.filter({ hasText: 'E1124 the run before' }).waitFor();
  });

  it('is back after the window was reloaded, on the tab that was open', async () => {
    await pod().showLogs();
    await running().workbench.reload();
    await pod().waitFor(failing);
    await pod().logLines.filter({ hasText: 'E1124 the run before' }).waitFor({ timeout: 30_000 });
    await pod().showDetails();
    await pod().section('What is wrong').waitFor();
  });

  it('says who may not read logs what is missing', async () => {
    await running().workbench.runCommand('View: Close All Editors');
    await running().workbench.showContainer('Network Inspector');
    await tree().expand('no-logs', 'Canal', 'canal', failing);
    await tree().pressInline('Open Pod Details', 'no-logs', 'Canal', 'canal', failing);
    await pod().waitFor(failing);
    await pod().section('What is wrong').waitFor();
    await pod().showLogs();
    await pod().waitForText(/your account may not get pods\/log in kube-system/);
    await running().workbench.screenshot('pod-details-log-forbidden');
    await pod().showDetails();
    await pod().open('Security');
    await pod()
      .section('Security')
      .getByText(/get pods\/log/)
      .first()
      .waitFor();
    await running().workbench.runCommand('View: Close All Editors');
  });

  it('opens as YAML beside what was applied last, and stands still when it is paused', async () => {
    const applied = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: failing, namespace },
      spec: { hostname: 'once' },
    };
    const note = `kubectl.kubernetes.io/last-applied-configuration=${JSON.stringify(applied)}`;
    await plane.kubectl(['-n', namespace, 'annotate', '--overwrite', 'pod', failing, note]);
    await running().workbench.runCommand('View: Close All Editors');
    await tree().expand('admin', 'Canal', 'canal');
    await tree().pressInline('Open Pod Details', 'admin', 'Canal', 'canal', failing);
    await pod().waitFor(failing);
    await pod().choosePace('Paused');
    await pod().waitForText(/^Paused: what is shown was so at /);
    await pod().open('YAML');
    await pod().button('Compare with Last Applied').click();
    const { page, workbench } = running();
    const editor = page.locator('.monaco-diff-editor');
    await editor.locator('.view-line', { hasText: 'hostname: once' }).first().waitFor();
    await editor.locator('.view-line', { hasText: 'generateName: canal-' }).first().waitFor();
    await workbench.screenshot('pod-details-last-applied');
    await workbench.runCommand('View: Close All Editors');
  });

  it('says which policies select a pod, and what they isolate', async () => {
    const spec = { podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } }, policyTypes: ['Ingress'] };
    const metadata = { name: 'guard-dns', namespace };
    await applyObjects(plane, [{ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata, spec }]);
    await running().workbench.runCommand('View: Close All Editors');
    const [dns = ''] = await podNames(plane, namespace, 'k8s-app=kube-dns');
    await running().workbench.runCommand('Network Inspector: Open Pod Details');
    const { quickInput } = running().workbench;
    for (const choice of ['admin', namespace, dns]) await quickInput.pick(choice);
    await pod().waitFor(dns);
    await pod().waitForText(/isolated: only what a policy admits/);
    const text = await pod().section('Network').innerText();
    assert.match(text, /kube-system\/guard-dns \(NetworkPolicy, ingress\)/);
    assert.match(text, /open: no policy isolates it/);
    assert.match(text, /kube-dns/);
    await running().workbench.screenshot('pod-details-policies');
    await running().workbench.runCommand('View: Close All Editors');
  });

  it('says that its pod was deleted, keeps what was known, and opens the one that took its place', async () => {
    // At a second attempt another pod has taken the place of the first.
    const doomed = await waitUntil('the pod on the last node', () => canalOn(plane, 'node-5'));
    await setContainers(plane, { namespace, name: doomed }, { [container]: crashLooping(12, 1, 'Error', words) });
    await running().workbench.runCommand('View: Close All Editors');
    await tree().expand('admin', 'Canal', 'canal');
    await tree().pressInline('Open Pod Details', 'admin', 'Canal', 'canal', doomed);
    await pod().waitFor(doomed);
    await pod().section('What is wrong').waitFor();
    await plane.kubectl(['-n', namespace, 'delete', 'pod', doomed, '--force', '--grace-period=0']);
    await pod().waitForText(/was deleted/, 20_000);
    assert.match(await pod().section('What is wrong').innerText(), /CrashLoopBackOff/);
    await pod()
      .button(/^Open canal-/)
      .waitFor({ timeout: 20_000 });
    await running().workbench.screenshot('pod-details-deleted');
    const replacement = await waitUntil('the replacement', () => canalOn(plane, 'node-5'));
    await pod().button(`Open ${replacement}`).click();
    await new PodPage(running().workbench.webview()).waitFor(replacement);
  });

  it('writes no credential to a log', async () => {
    const logs = await running().logs();
    assert.ok(logs.length > 0);
    assert.ok(!logs.includes(secret));
    assert.ok(!logs.includes(plane.administrator.key.slice(40, 100)));
  });
});
