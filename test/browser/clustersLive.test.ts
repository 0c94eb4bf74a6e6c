import assert from 'node:assert/strict';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDemoCluster } from '../../scripts/lib/demoCluster.ts';
import { type ControlPlane } from '../control-plane/controlPlane.ts';
import { type FaultProxy, startFaultProxy } from '../control-plane/faultProxy.ts';
import { type Fault } from '../control-plane/faults.ts';
import {
  crashLooping,
  podNames,
  running as runningContainer,
  setContainers,
} from '../control-plane/fill/containers.ts';
import { entryOf, kubeconfigText, type KubeconfigEntry } from '../control-plane/kubeconfig.ts';
import { readEverything } from '../control-plane/users.ts';
import { waitUntil } from '../control-plane/waitUntil.ts';
import { type TreeView } from './pages/treeView.ts';
import { useWorkbench } from './useWorkbench.ts';

/** A pod as one of the two shows it; restarts without their age, which each counts in its own words. */
interface ShownPod {
  readonly name: string;
  readonly ready: string;
  readonly status: string;
  readonly restarts: number;
  readonly node: string;
}

async function kubectlPods(plane: ControlPlane): Promise<readonly ShownPod[]> {
  const args = ['-n', 'kube-system', 'get', 'po', '--selector=k8s-app=canal', '-o', 'wide', '--no-headers'];
  const { stdout, stderr, code } = await plane.kubectl(args);
  assert.equal(code, 0, stderr);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [name = '', ready = '', status = '', restarts = '', , , node = ''] = line.split(/\s{2,}/);
      return { name, ready, status, restarts: Number.parseInt(restarts, 10), node };
    })
    .sort((one, other) => one.name.localeCompare(other.name));
}

async function treePods(tree: TreeView): Promise<readonly ShownPod[]> {
  const rows = await tree.rows();
  return rows
    .filter(({ label, level }) => level === 4 && label.startsWith('canal-'))
    .map(({ label, description }) => {
      const [node = '', ready = '', status = '', restarts = '0'] = description.split(' · ');
      return { name: label, ready, status, restarts: Number.parseInt(restarts, 10), node };
    })
    .sort((one, other) => one.name.localeCompare(other.name));
}

/** Waits until the tree says what kubectl says, and tells the difference when it does not. */
async function equalsKubectl(plane: ControlPlane, tree: TreeView, seconds = 60): Promise<void> {
  const wanted = await kubectlPods(plane);
  let shown: readonly ShownPod[] = [];
  try {
    await waitUntil(
      'the tree to equal kubectl',
      async () => {
        shown = await treePods(tree);
        return JSON.stringify(shown) === JSON.stringify(wanted) ? true : undefined;
      },
      { seconds },
    );
  } catch {
    assert.deepEqual(shown, wanted, await tree.text());
  }
}

describe('the Clusters view on a server that misbehaves', function () {
  this.timeout(180_000);
  let plane: ControlPlane;
  let proxy: FaultProxy;
  const running = useWorkbench(async () => {
    plane = await startDemoCluster();
    proxy = await startFaultProxy(plane);
    return {
      kubeconfig: proxy.kubeconfig,
      // Longer than the slow answers below take.
      settings: { 'networkInspector.requestTimeout': 8 },
      size: { width: 1280, height: 1000 },
    };
  });
  after(async () => {
    await proxy?.stop();
    await plane?.stop();
  });
  const tree = () => running().workbench.tree('Clusters');
  let context = '';
  let restarts = 20;

  /** A change that only a client notices which is still, or again, in touch with the server. */
  const changeSomething = async (): Promise<void> => {
    const [, , name = ''] = await podNames(plane, 'kube-system', 'k8s-app=canal');
    await setContainers(plane, { namespace: 'kube-system', name }, { 'kube-flannel': runningContainer(++restarts) });
  };

  before(async () => {
    await running().workbench.showContainer('Network Inspector');
    await running().workbench.widenSideBar(640);
    await tree().waitForText(/not connected/);
    context = (await tree().rows())[0]?.label ?? '';
    await tree().expand(context, 'Canal', 'canal');
    await equalsKubectl(plane, tree());
  });

  afterEach(async () => {
    proxy.clear();
    await proxy.reach('open');
    const server = plane.component('kube-apiserver');
    if (!server.running) await server.start();
  });

  it('shows what kubectl prints', async () => {
    await changeSomething();
    await equalsKubectl(plane, tree(), 5);
  });

  it('shows what goes on changing without a pause, while it does', async () => {
    const [, , name = ''] = await podNames(plane, 'kube-system', 'k8s-app=canal');
    const first = restarts;
    let over = false;
    const changes = (async () => {
      while (!over) await changeSomething();
    })();
    try {
      await waitUntil(
        'the tree to follow',
        async () => (await treePods(tree())).some((pod) => pod.name === name && pod.restarts > first + 5) || undefined,
        { seconds: 10 },
      );
    } finally {
      over = true;
      await changes;
    }
    await equalsKubectl(plane, tree());
  });

  const faults: readonly (readonly [string, Fault])[] = [
    ['breaks off an answer', { kind: 'cut', after: { bytes: 3000 } }],
    ['breaks off a watch in the middle of an event', { kind: 'cut', after: { lines: 1 } }],
    ['ends an answer too early', { kind: 'truncate', after: { bytes: 3000 } }],
    ['has forgotten where the watch was (410)', { kind: 'watch-error', code: 410 }],
    ['answers 410', { kind: 'answer', status: 410 }],
    ['is busy (429)', { kind: 'answer', status: 429, retryAfterSeconds: 1 }],
    ['fails (500)', { kind: 'answer', status: 500 }],
    ['is not there (503)', { kind: 'answer', status: 503 }],
    ['resets connections', { kind: 'reset' }],
    ['is slow', { kind: 'delay', ms: 3000 }],
  ];
  for (const [what, fault] of faults) {
    it(`is right again after a server that ${what}`, async () => {
      const before = (await tree().rows()).map(({ label }) => label);
      const strikes = [proxy.add({ resource: 'pods' }, fault, 3), proxy.add({ resource: 'daemonsets' }, fault, 2)];
      proxy.drop();
      await changeSomething();
      await waitUntil('the fault to strike', async () => strikes.every(({ hits }) => hits > 0) || undefined);
      await equalsKubectl(plane, tree());
      assert.deepEqual(
        (await tree().rows()).map(({ label }) => label),
        before,
        'the tree keeps its shape',
      );
    });
  }

  // By itself it notices after the ten seconds for which an event may be silent.
  it('is right again after a server that stops in the middle of an event, at once when the user refreshes', async () => {
    const strike = proxy.add({ resource: 'pods', verb: 'watch' }, { kind: 'stall', after: { bytes: 200 } }, 1);
    proxy.drop();
    await waitUntil('the fault to strike', async () => strike.hits > 0 || undefined);
    await changeSomething();
    await running().workbench.runCommand('Network Inspector: Refresh Clusters');
    await equalsKubectl(plane, tree(), 20);
  });

  it('says since when it is cut off, keeps what it knew in sight, and is right again once it is not', async () => {
    await proxy.reach('refusing');
    await tree().waitForText(new RegExp(`^${context}  unreachable: .* · as of \\d\\d:\\d\\d.* · Canal `, 'm'), 60_000);
    assert.equal((await treePods(tree())).length, 8);
    await running().workbench.screenshot('clusters-unreachable');
    await changeSomething();
    await proxy.reach('open');
    await equalsKubectl(plane, tree());
    await tree().waitForText(new RegExp(`^${context}  Upstream`, 'm'));
  });

  it('notices a server that falls silent', async () => {
    await proxy.reach('silent');
    await tree().waitForText(/no answer in \d+ s/, 90_000);
    // Before it answers: by then it may have been found by itself.
    await tree().pressInline('Retry', context);
    await proxy.reach('open');
    await changeSomething();
    await equalsKubectl(plane, tree());
  });

  it('survives an API server that is killed and started again', async () => {
    const server = plane.component('kube-apiserver');
    await server.kill();
    await tree().waitForText(new RegExp(`^${context}  (?!Upstream)`, 'm'), 60_000);
    await server.start();
    await changeSomething();
    await equalsKubectl(plane, tree(), 90);
  });

  it('raises no notification for any of it', async () => {
    assert.deepEqual(await running().workbench.notifications.texts(), []);
  });
});

describe('the Clusters view with other users’ eyes', function () {
  this.timeout(180_000);
  let plane: ControlPlane;
  let proxy: FaultProxy;
  let folder: string;
  let kubeconfig: string;
  let entries: KubeconfigEntry[];
  const running = useWorkbench(async () => {
    plane = await startDemoCluster();
    proxy = await startFaultProxy(plane);
    folder = await mkdtemp(join(tmpdir(), 'network-inspector-users-'));
    kubeconfig = join(folder, 'config');
    const entry = (name: string, credential: KubeconfigEntry['credential']): KubeconfigEntry => ({
      ...entryOf(plane, name, credential),
      server: proxy.server,
    });
    const reader = await plane.createUser('reader', { rules: readEverything, credential: 'token' });
    const limited = await plane.createUser('limited', {
      rules: [{ apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'list', 'watch'] }],
    });
    const nobody = await plane.createUser('nobody');
    entries = [
      entry('reader', reader.credential),
      entry('limited', limited.credential),
      entry('nobody', nobody.credential),
      entry('no-plugin', { kind: 'exec', command: 'no-such-plugin', installHint: 'Install it from example.com' }),
      entry('bad-plugin', { kind: 'exec', command: 'sh', args: ['-c', 'echo the session has expired >&2; exit 1'] }),
    ];
    await writeFile(kubeconfig, kubeconfigText(entries), { mode: 0o600 });
    return { kubeconfig, size: { width: 1280, height: 1000 } };
  });
  after(async () => {
    await proxy?.stop();
    await plane?.stop();
    if (folder) await rm(folder, { recursive: true, force: true });
  });
  const tree = () => running().workbench.tree('Clusters');
  const row = async (label: string) => (await tree().rows()).find((one) => one.label === label);

  before(async () => {
    await running().workbench.showContainer('Network Inspector');
    await running().workbench.widenSideBar(640);
    await tree().waitForText(/^bad-plugin {2}not connected$/m);
  });

  it('says who may not read kube-system what is missing, and calls it neither empty nor healthy', async () => {
    await tree().expand('limited');
    await tree().waitForText(/Cannot tell: not allowed to list daemonsets/);
    await tree().waitForText(/^limited {2}.*cannot tell which CNI/m);
    assert.equal((await row('limited'))?.icon, 'question');
    await tree().collapse('limited');
  });

  it('says that a user may not do anything', async () => {
    await tree().expand('nobody');
    await tree().waitForText(/^nobody {2}.*(no access: |cannot tell which CNI)/m);
    await tree().collapse('nobody');
  });

  it('says that a credential plugin is missing, and how to get it', async () => {
    await tree().expand('no-plugin');
    await tree().waitForText(/^no-plugin {2}credential plugin not found: no-such-plugin$/m);
    await tree().waitForText(/Install it from example\.com/);
    assert.equal((await row('no-plugin'))?.icon, 'terminal');
    await tree().collapse('no-plugin');
  });

  it('says what a credential plugin said, and runs it in a terminal', async () => {
    await tree().expand('bad-plugin');
    await tree().waitForText(/^bad-plugin {2}credential plugin failed: sh$/m);
    await tree().waitForText(/the session has expired/);
    await running().workbench.screenshot('clusters-credential-plugin');
    await tree().pressInline('Run Credential Plugin in Terminal', 'bad-plugin');
    await running().workbench.waitUntilIdle();
    await running().workbench.terminal.waitForText(/the session has expired/);
    await tree().collapse('bad-plugin');
  });

  it('notices a token that expires, asks nothing more until told to, and goes on with a new one', async () => {
    await tree().expand('reader', 'Canal', 'canal');
    await equalsKubectl(plane, tree());
    const [first] = entries;
    assert.ok(first?.credential.kind === 'token');
    plane.tokens.revoke(first.credential.token);
    // The server ends each watch after a few minutes, and then hears the token again.
    proxy.drop();
    await tree().waitForText(/^reader {2}signed out: .*as of/m, 40_000);
    assert.equal((await row('reader'))?.icon, 'key');
    await running().workbench.screenshot('clusters-signed-out');

    // What `aws eks update-kubeconfig` and its like do: the file is replaced with a new token in it.
    const token = plane.tokens.issue('reader', [], 3600);
    entries = [{ ...first, credential: { kind: 'token', token } }, ...entries.slice(1)];
    const unfinished = `${kubeconfig}.new`;
    await writeFile(unfinished, kubeconfigText(entries), { mode: 0o600 });
    await rename(unfinished, kubeconfig);
    await tree().waitForText(/^reader {2}Upstream/m, 30_000);
    const [name = ''] = await podNames(plane, 'kube-system', 'k8s-app=canal');
    await setContainers(plane, { namespace: 'kube-system', name }, { 'kube-flannel': crashLooping(33, 2) });
    await equalsKubectl(plane, tree());
  });

  it('follows a kubeconfig that is rewritten: contexts come and go, and those in use stay', async () => {
    const shape = (await treePods(tree())).length;
    const [first] = entries;
    assert.ok(first);
    await writeFile(kubeconfig, kubeconfigText([first, { ...first, name: 'newcomer' }]));
    await tree().waitForText(/^newcomer {2}not connected$/m);
    const labels = (await tree().rows()).filter(({ level }) => level === 1).map(({ label }) => label);
    assert.deepEqual(labels, ['reader', 'newcomer']);
    assert.match((await row('reader'))?.description ?? '', /^Upstream/);
    assert.equal((await treePods(tree())).length, shape);
  });

  it('says where a kubeconfig is broken, and mends itself with it', async () => {
    const [first] = entries;
    assert.ok(first);
    const text = kubeconfigText([first]);
    await writeFile(kubeconfig, `${text}  - [broken\n`);
    await tree().waitForText(/^config {2}line \d+ · Not valid YAML/m);
    await tree().pressInline('Open Kubeconfig', 'config');
    await running().workbench.editor.waitUntilOpen('config');
    await writeFile(kubeconfig, text);
    await tree().waitForText(/^reader {2}/m);
    assert.equal(await row('config'), undefined);
  });
});
