import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startDemoCluster } from '../../scripts/lib/demoCluster.ts';
import { isObject, numberAt, objectAt, stringAt } from '../../src/model/json.ts';
import type { ControlPlane } from '../control-plane/controlPlane.ts';
import { podNames } from '../control-plane/fill/containers.ts';
import { applyObjects } from '../control-plane/fill/manifests.ts';
import { entryOf, kubeconfigText } from '../control-plane/kubeconfig.ts';
import { readEverything } from '../control-plane/users.ts';
import { waitUntil } from '../control-plane/waitUntil.ts';
import { useWorkbench } from './useWorkbench.ts';

const namespace = 'kube-system';
const budgetPath = `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets/canal`;

/** One cluster as an administrator, as one who may only read, and as a protected context. */
async function contextsOf(plane: ControlPlane): Promise<string> {
  const reader = await plane.createUser('reader', { rules: readEverything });
  const administrator = { kind: 'certificate', pair: plane.administrator } as const;
  return kubeconfigText([
    entryOf(plane, 'admin', administrator),
    entryOf(plane, 'reader', reader.credential),
    entryOf(plane, 'prod-one', administrator),
  ]);
}

const uidOf = async (plane: ControlPlane, pod: string): Promise<string | undefined> => {
  const found = await plane.api.get(`/api/v1/namespaces/${namespace}/pods/${pod}`).catch(() => undefined);
  return isObject(found) ? stringAt(objectAt(found, 'metadata'), 'uid') : undefined;
};

describe('changing a cluster where the user has turned that on', function () {
  this.timeout(180_000);
  let plane: ControlPlane;
  const running = useWorkbench(async () => {
    plane = await startDemoCluster();
    return {
      kubeconfig: await contextsOf(plane),
      settings: {
        'networkInspector.writes.enabled': true,
        'networkInspector.protectedContexts': ['prod-*'],
        'window.dialogStyle': 'custom',
      },
      size: { width: 1500, height: 1000 },
    };
  });
  after(() => plane?.stop());
  const tree = () => running().workbench.tree('Clusters');
  const notifications = () => running().workbench.notifications;
  /** A pod that is well and stays, whatever an attempt before has done. */
  const aPod = async (): Promise<string> => {
    const names = await podNames(plane, namespace, 'k8s-app=canal');
    return names.at(-1) ?? '';
  };
  const choose = async (item: string, cluster: string, pod: string): Promise<void> => {
    await tree().expand(cluster, 'Canal', 'canal');
    await tree().chooseFromContextMenu(item, cluster, 'Canal', 'canal', pod);
  };

  before(async () => {
    await running().workbench.showContainer('Network Inspector');
    await running().workbench.widenSideBar(480);
  });
  beforeEach(async () => {
    await plane.api.delete(budgetPath).catch(() => undefined);
    for (const cluster of ['admin', 'reader', 'prod-one'])
      await tree()
        .collapse(cluster)
        .catch(() => undefined);
  });

  it('restarts a pod after it has said what will happen, and its controller makes another', async () => {
    const pod = await aPod();
    const before = await uidOf(plane, pod);
    await choose('Restart Pod…', 'admin', pod);
    const text = await notifications().dialogText();
    assert.ok(text.includes(`Restart pod ${pod} in ${namespace} of admin?`), text);
    assert.match(text, /DaemonSet canal makes a new one on node-\d/);
    assert.match(text, /of its 8 pods are ready now/);
    await running().workbench.screenshot('restart-pod');
    assert.equal(await uidOf(plane, pod), before, 'nothing is done before the answer');
    await notifications().pressInDialog('Restart Pod');
    await waitUntil('the pod to go', async () => ((await uidOf(plane, pod)) === before ? undefined : true));
    await waitUntil('another to come', async () => {
      const names = await podNames(plane, namespace, 'k8s-app=canal');
      return (names.length === 8 && !names.includes(pod)) || undefined;
    });
  });

  it('does nothing when the answer is no', async () => {
    const pod = await aPod();
    const before = await uidOf(plane, pod);
    await choose('Delete Pod…', 'admin', pod);
    await notifications().dialogText();
    await notifications().pressInDialog('Cancel');
    assert.equal(await uidOf(plane, pod), before);
  });

  it('tells that a PodDisruptionBudget refuses, and asks nothing', async () => {
    const pod = await aPod();
    const before = await uidOf(plane, pod);
    await applyObjects(plane, [
      {
        apiVersion: 'policy/v1',
        kind: 'PodDisruptionBudget',
        metadata: { namespace, name: 'canal' },
        spec: { minAvailable: 8, selector: { matchLabels: { 'k8s-app': 'canal' } } },
      },
    ]);
    await waitUntil('the budget to be counted', async () => {
      const budget = await plane.api.get(budgetPath);
      const status = objectAt(isObject(budget) ? budget : {}, 'status');
      return (numberAt(status, 'observedGeneration') ?? 0) > 0 || undefined;
    });
    await choose('Restart Pod…', 'admin', pod);
    await notifications().waitFor(/A PodDisruptionBudget does not allow it now: Cannot evict pod/);
    await running().workbench.screenshot('restart-pod-budget');
    assert.equal(await uidOf(plane, pod), before);
  });

  it('names the verb and the resource to who has no right to', async () => {
    const pod = await aPod();
    await choose('Delete Pod…', 'reader', pod);
    await notifications().waitFor(/your account may not delete pods in kube-system/);
    await choose('Restart Pod…', 'reader', pod);
    await notifications().waitFor(/your account may not create pods\/eviction in kube-system, nor delete pods/);
    await tree().expand('reader', 'Canal');
    await tree().chooseFromContextMenu('Restart Pods of Workload…', 'reader', 'Canal', 'canal');
    await notifications().waitFor(/your account may not patch daemonsets.apps in kube-system/);
  });

  it('has the name of a protected context typed', async () => {
    const pod = await aPod();
    const before = await uidOf(plane, pod);
    const { quickInput } = running().workbench;
    await choose('Delete Pod…', 'prod-one', pod);
    await notifications().dialogText();
    await notifications().pressInDialog('Delete Pod');
    await quickInput.waitUntilOpen();
    await quickInput.type('prod-two');
    await running().page.getByText('This is not the name of the context.').waitFor();
    assert.equal(await uidOf(plane, pod), before);
    await quickInput.type('prod-one');
    await quickInput.accept();
    await waitUntil('the pod to go', async () => ((await uidOf(plane, pod)) === before ? undefined : true));
  });

  it('restarts the pods of a workload as kubectl does', async () => {
    await tree().expand('admin', 'Canal');
    await tree().chooseFromContextMenu('Restart Pods of Workload…', 'admin', 'Canal', 'canal');
    const text = await notifications().dialogText();
    assert.match(text, /Restart all pods of DaemonSet canal in kube-system of admin\?/);
    await notifications().pressInDialog('Restart Pods');
    await waitUntil('the template to be changed', async () => {
      const set = await plane.api.get(`/apis/apps/v1/namespaces/${namespace}/daemonsets/canal`);
      const spec = objectAt(isObject(set) ? set : {}, 'spec');
      const annotations = objectAt(objectAt(objectAt(spec, 'template'), 'metadata'), 'annotations');
      return stringAt(annotations, 'kubectl.kubernetes.io/restartedAt') !== undefined || undefined;
    });
  });
});

describe('changing a cluster where nobody has turned that on', function () {
  this.timeout(180_000);
  let plane: ControlPlane;
  let pod = '';
  const running = useWorkbench(async () => {
    plane = await startDemoCluster();
    [, pod = ''] = await podNames(plane, namespace, 'k8s-app=canal');
    return { kubeconfig: plane.kubeconfig, size: { width: 1500, height: 1000 } };
  });
  after(() => plane?.stop());
  const tree = () => running().workbench.tree('Clusters');

  before(async () => {
    await running().workbench.showContainer('Network Inspector');
    await tree().expand('control-plane', 'Canal', 'canal', pod);
  });

  it('is not offered', async () => {
    const items = await tree().contextMenuItems('control-plane', 'Canal', 'canal', pod);
    assert.ok(items.includes('Describe'), items.join());
    assert.deepEqual(
      items.filter((item) => /Restart|Delete/.test(item)),
      [],
    );
  });

  it('is not done for a key that calls it either', async () => {
    const before = await uidOf(plane, pod);
    const folder = join(running().server.dataFolder, 'data', 'User');
    const object = { kind: 'Pod', namespace, name: pod };
    const row = { row: { target: { kind: 'object', source: 'any', object } } };
    await mkdir(folder, { recursive: true });
    await writeFile(
      join(folder, 'keybindings.json'),
      JSON.stringify([{ key: 'ctrl+alt+9', command: 'networkInspector.deletePod', args: row }]),
    );
    await running().workbench.reload();
    // The extension registers what it does some time after the window is drawn.
    await waitUntil('to be told', async () => {
      await running().page.keyboard.press('Control+Alt+9');
      const texts = await running().workbench.notifications.texts();
      return texts.some((text) => /Nothing is written to clusters: .*writes\.enabled is off/.test(text)) || undefined;
    });
    assert.equal(await uidOf(plane, pod), before);
  });
});
