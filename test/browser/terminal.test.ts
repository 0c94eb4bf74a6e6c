import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { attemptOf } from '../../scripts/lib/attempts.ts';
import { startDemoCluster } from '../../scripts/lib/demoCluster.ts';
import { isObject, objectAt, objectsAt } from '../../src/model/json.ts';
import { type ControlPlane, startControlPlane } from '../control-plane/controlPlane.ts';
import { podNames } from '../control-plane/fill/containers.ts';
import { entryOf, type KubeconfigEntry, kubeconfigText } from '../control-plane/kubeconfig.ts';
import { type PolicyRule, readEverything } from '../control-plane/users.ts';
import { waitUntil } from '../control-plane/waitUntil.ts';
import { useWorkbench } from './useWorkbench.ts';

const readAndExec: readonly PolicyRule[] = [
  ...readEverything,
  { apiGroups: [''], resources: ['pods/exec', 'pods/attach'], verbs: ['create'] },
  { apiGroups: [''], resources: ['pods/ephemeralcontainers'], verbs: ['patch'] },
];

describe('the kubectl terminal', function () {
  this.timeout(180_000);
  let one: ControlPlane;
  let other: ControlPlane;
  let folder: string;
  let entries: readonly KubeconfigEntry[];
  let token = '';
  const running = useWorkbench(async () => {
    folder = await mkdtemp(join(tmpdir(), 'network-inspector-terminal-'));
    await chmod(folder, 0o700);
    await mkdir(kept(), { mode: 0o700 });
    // Of a process that is no longer there; no system gives out numbers as high as this one.
    await writeFile(join(kept(), 'kubeconfig-99999999-x'), 'left behind', { mode: 0o600 });
    [one, other] = await Promise.all([startDemoCluster(), startControlPlane({ simulate: false })]);
    const reader = await one.createUser('reader', { rules: readAndExec, credential: 'token' });
    assert.ok(reader.credential.kind === 'token');
    ({ token } = reader.credential);
    const entry = (name: string, plane: ControlPlane, more: Partial<KubeconfigEntry> = {}): KubeconfigEntry => ({
      ...entryOf(plane, name, { kind: 'certificate', pair: plane.administrator }),
      ...more,
    });
    entries = [
      entry('prod-one', one, { credential: reader.credential, namespace: 'kube-system' }),
      entry('other', other),
    ];
    return {
      kubeconfig: kubeconfigText(entries),
      settings: {
        'networkInspector.kubectl.path': one.kubectlProgram,
        'networkInspector.protectedContexts': ['prod-*'],
        'terminal.integrated.defaultProfile.linux': 'bash',
        'terminal.integrated.gpuAcceleration': 'off',
        'terminal.integrated.stickyScroll.enabled': false,
      },
      env: { XDG_RUNTIME_DIR: folder, PS1: '$ ', PROMPT_COMMAND: undefined },
      size: { width: 1800, height: 1000 },
    };
  });
  after(async () => {
    await Promise.all([one?.stop(), other?.stop()]);
    if (folder) await rm(folder, { recursive: true, force: true });
  });
  const tree = () => running().workbench.tree('Clusters');
  const terminal = () => running().workbench.terminal;
  const kept = () => join(folder, 'kubernetes-network-inspector');
  const files = async (): Promise<readonly string[]> => {
    const names = await readdir(kept()).catch(() => []);
    return names.map((name) => join(kept(), name));
  };
  const openOn = async (cluster: string): Promise<void> => {
    await tree().chooseFromContextMenu('Open kubectl Terminal', cluster);
    await terminal().waitUntilOpen();
    await running().workbench.statusBarItem(`${cluster}: `).waitFor();
  };

  before(async () => {
    await running().workbench.showContainer('Network Inspector');
    await running().workbench.widenSideBar(400);
    await tree().expand('prod-one');
    await tree().waitForText(/Canal {2}/);
  });

  it('removes what a crash has left behind before any terminal is opened', async () => {
    await waitUntil('the file to be gone', async () =>
      (await files()).every((name) => !name.includes('99999999')) ? true : undefined,
    );
  });

  it('is opened from the tree, named after its cluster and namespace, and marked as protected', async () => {
    await openOn('prod-one');
    await waitUntil('the terminal to be named', async () =>
      (await running().workbench.page.locator('.part.panel').innerText()).includes(
        'kubectl: prod-one / kube-system (protected)',
      )
        ? true
        : undefined,
    );
  });

  it('has a kubeconfig of its own that nobody else can read, with one cluster in it', async () => {
    const [file = '', ...rest] = await files();
    assert.deepEqual(rest, []);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.equal((await stat(kept())).mode & 0o777, 0o700);
    const text = await readFile(file, 'utf8');
    assert.ok(text.includes(one.server));
    assert.ok(!text.includes(other.server));
  });

  it('prints what Canal’s query prints', async () => {
    await terminal().send('kubectl -n kube-system get po --selector=k8s-app=canal');
    const text = await terminal().waitForScreen(/canal-\S+ +1\/2 +CrashLoopBackOff/);
    for (const name of await podNames(one, 'kube-system', 'k8s-app=canal')) assert.ok(text.includes(name), name);
    await running().workbench.screenshot('terminal-canal');
  });

  it('runs a ready-made query by the selector of the CNI itself', async () => {
    await tree().chooseFromContextMenu('Run kubectl Query…', 'prod-one');
    await running().workbench.quickInput.pick('Canal pods');
    await running().workbench.quickInput.waitUntilClosed();
    await terminal().waitForScreen(/kubectl -n kube-system get po --selector=k8s-app=canal -o wide[^]*NOMINATED NODE/);
  });

  it('stays on its cluster, beside another on another, whatever the user’s current context is', async () => {
    await openOn('other');
    const where = `kubectl config view --minify -o 'jsonpath={.clusters[0].cluster.server}{"\\n"}'`;
    await terminal().send(`${where}; kubectl config current-context`);
    await terminal().waitForScreen(new RegExp(`${other.server}\\s+other`));
    await writeFile(running().kubeconfig, kubeconfigText(entries, 'other'));
    await openOn('prod-one');
    await terminal().send(`clear; ${where}; kubectl config current-context; kubectl get nodes`);
    await terminal().waitForScreen(new RegExp(`${one.server}\\s+prod-one`));
    await terminal().waitForScreen(/node-8 +Ready/);
    await openOn('other');
    await terminal().send(`clear; ${where}; kubectl get nodes`);
    await terminal().waitForScreen(new RegExp(`${other.server}[^]*No resources found`));
    assert.equal((await files()).length, 2);
  });

  it('says in the status bar which cluster it is on, and how that stands', async () => {
    await openOn('prod-one');
    await running().workbench.statusBarItem('prod-one: connected').waitFor();
    await openOn('other');
    await running().workbench.statusBarItem('other: not connected').waitFor();
  });

  it('connects its cluster from there, whatever is selected in the view', async () => {
    const { workbench } = running();
    await openOn('other');
    if ((await workbench.statusBarItem('other: connected').count()) > 0)
      await tree().chooseFromContextMenu('Disconnect', 'other');
    await tree().select('Canal');
    await workbench.statusBarItem('other: not connected').click();
    await workbench.statusBarItem('other: connected').waitFor();
  });

  it('describes a pod in the terminal of its cluster', async () => {
    await tree().expand('prod-one', 'Canal', 'canal');
    const [pod = ''] = await podNames(one, 'kube-system', 'k8s-app=canal');
    await tree().chooseFromContextMenu('Describe', 'canal', pod);
    await terminal().waitForScreen(new RegExp(`assigned kube-system/${pod} to node-\\d`));
  });

  it('opens a shell in a container', async () => {
    const [pod = ''] = await podNames(one, 'kube-system', 'k8s-app=canal');
    await tree().expand('prod-one', 'Canal', 'canal', pod);
    await tree().chooseFromContextMenu('Open Shell in Container', 'canal', pod, 'calico-node');
    await terminal().waitForScreen(new RegExp(`exec -it ${pod} -c calico-node -- sh -c`));
    await terminal().waitForScreen(/exec (bash|sh)[^]*[$#] *$/);
    // The shell of the terminal itself has the kubeconfig that is its own; what runs in the container has not.
    await terminal().send('echo "kubeconfig=[$KUBECONFIG]"');
    await terminal().waitForScreen(/^kubeconfig=\[(?!.*network-inspector-terminal).*\]$/m);
    await running().workbench.screenshot('terminal-shell');
  });

  it('adds a container beside one that has no shell', async function () {
    const pods = await podNames(one, 'kube-system', 'k8s-app=canal');
    // A pod keeps such a container, so that another attempt takes another pod.
    const pod = pods[attemptOf(this.runnable())] ?? '';
    await running().workbench.runCommand('Terminal: Kill All Terminals');
    await tree().expand('prod-one', 'Canal', 'canal', pod);
    await tree().chooseFromContextMenu('Debug with a Container beside It', 'canal', pod, 'kube-flannel');
    await terminal().waitForScreen(new RegExp(`debug -it ${pod} --image=busybox:1.37 --target=kube-flannel`));
    const added = await waitUntil('the container to be added', async () => {
      const object = await one.api.get(`/api/v1/namespaces/kube-system/pods/${pod}`);
      const spec = objectAt(isObject(object) ? object : {}, 'spec');
      return objectsAt(spec, 'ephemeralContainers')[0];
    });
    assert.deepEqual([added['image'], added['targetContainerName']], ['busybox:1.37', 'kube-flannel']);
  });

  it('is among the profiles of the terminal, and asks for the cluster', async () => {
    const { workbench } = running();
    await workbench.runCommand('Terminal: Kill All Terminals');
    await workbench.runCommand('Create New Terminal (With Profile)');
    await workbench.quickInput.pick('kubectl (Cluster…)');
    await workbench.quickInput.pick('other');
    await workbench.quickInput.waitUntilClosed();
    await terminal().waitUntilOpen();
    await workbench.statusBarItem('other: ').waitFor();
    await terminal().send('kubectl config current-context; kubectl get nodes');
    await terminal().waitForScreen(/other\s+No resources found/);
  });

  it('leaves no file behind when it is closed', async () => {
    await running().workbench.runCommand('Terminal: Kill All Terminals');
    await waitUntil('the files to be gone', async () => ((await files()).length === 0 ? true : undefined), {
      seconds: 15,
    });
  });

  it('writes no credential to a log', async () => {
    const logs = await running().logs();
    assert.ok(!logs.includes(token));
    assert.ok(!logs.includes(one.administrator.key.slice(40, 100)));
  });
});

describe('the kubectl terminal without a usable kubectl', function () {
  this.timeout(120_000);
  let folder: string;
  const running = useWorkbench(async () => {
    folder = await mkdtemp(join(tmpdir(), 'network-inspector-kubectl-'));
    const old = join(folder, 'kubectl-1.20');
    await writeFile(old, `#!/bin/sh\necho '{"clientVersion":{"gitVersion":"v1.20.1","minor":"20"}}'\n`, {
      mode: 0o755,
    });
    const entry: KubeconfigEntry = {
      name: 'somewhere',
      server: 'https://192.0.2.1:6443',
      credential: { kind: 'none' },
    };
    return { kubeconfig: kubeconfigText([entry]), settings: { 'networkInspector.kubectl.path': old } };
  });
  after(async () => {
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  it('says that it is too old, which version is needed, and how to get it', async () => {
    const { workbench } = running();
    await workbench.showContainer('Network Inspector');
    await workbench.tree('Clusters').chooseFromContextMenu('Open kubectl Terminal', 'somewhere');
    await workbench.notifications.waitFor(/kubectl-1\.20 is v1\.20\.1; version 1\.26 or newer is needed/);
    await workbench.notifications.waitFor(/How to Install/);
  });
});
