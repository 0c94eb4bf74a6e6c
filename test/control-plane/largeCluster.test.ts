import assert from 'node:assert/strict';
import { isObject, type JsonObject, objectAt, objectsAt, stringAt } from '../../src/model/json.ts';
import { type ControlPlane, startControlPlane } from './controlPlane.ts';
import { running, setContainers } from './fill/containers.ts';
import { fillLargeCluster } from './fill/largeCluster.ts';

describe('a large cluster, in small', () => {
  const size = { nodes: 30, pods: 120, broken: 2 };
  let plane: ControlPlane;

  before(async () => {
    plane = await startControlPlane({ simulate: false });
    await fillLargeCluster(plane, size);
  });
  after(() => plane.stop());

  const list = async (path: string): Promise<readonly JsonObject[]> => {
    const answer = await plane.api.get(path);
    return objectsAt(isObject(answer) ? answer : {}, 'items');
  };
  const metadata = (object: JsonObject): JsonObject => objectAt(object, 'metadata');

  it('has as many ready nodes as were asked for, and each its own addresses', async () => {
    const { stdout } = await plane.kubectl(['get', 'nodes', '--no-headers']);
    const lines = stdout.trimEnd().split('\n');
    assert.equal(lines.length, size.nodes);
    for (const line of lines) assert.match(line, /^node-\d{5} +Ready /);
    const nodes = await list('/api/v1/nodes');
    const cidrs = nodes.map((node) => stringAt(objectAt(node, 'spec'), 'podCIDR'));
    const tunnels = nodes.map(
      (node) => objectAt(metadata(node), 'annotations')['flannel.alpha.coreos.com/backend-data'],
    );
    assert.equal(new Set(cidrs).size, size.nodes);
    assert.equal(new Set(tunnels).size, size.nodes);
  });

  it('has a Canal pod on each node, and as many broken ones as were asked for', async () => {
    const { stdout } = await plane.kubectl(['-n', 'kube-system', 'get', 'po', '-l', 'k8s-app=canal', '--no-headers']);
    const lines = stdout.trimEnd().split('\n');
    assert.equal(lines.length, size.nodes);
    assert.equal(lines.filter((line) => line.includes('CrashLoopBackOff')).length, size.broken);
    assert.equal(lines.filter((line) => / 2\/2 +Running /.test(line)).length, size.nodes - size.broken);
    const daemonSet = await plane.kubectl(['-n', 'kube-system', 'get', 'ds', 'canal', '--no-headers']);
    assert.match(daemonSet.stdout, /^canal +30 +30 +28 +30 +28 /);
  });

  it('has no two pods with the same uid, and no address outside its node', async () => {
    const pods = await list('/api/v1/pods');
    assert.equal(pods.length, size.nodes + size.pods);
    assert.equal(new Set(pods.map((pod) => metadata(pod)['uid'])).size, pods.length);
    const nodes = new Map((await list('/api/v1/nodes')).map((node) => [metadata(node)['name'], node]));
    for (const pod of pods) {
      const node = nodes.get(objectAt(pod, 'spec')['nodeName']);
      assert.ok(node);
      const cidr = stringAt(objectAt(node, 'spec'), 'podCIDR') ?? '';
      const hostIP = objectsAt(objectAt(node, 'status'), 'addresses')[0]?.['address'];
      const { podIP, hostIP: podHostIP } = objectAt(pod, 'status');
      assert.equal(podHostIP, hostIP);
      if (objectAt(pod, 'spec')['hostNetwork'] === true) assert.equal(podIP, hostIP);
      else assert.ok(String(podIP).startsWith(cidr.replace(/\.0\/24$/, '.')), `${String(podIP)} in ${cidr}`);
    }
  });

  it('can be changed through the API server as any other', async () => {
    const pods = await list('/api/v1/namespaces/kube-system/pods?labelSelector=k8s-app%3Dcanal');
    const broken = pods.find((pod) =>
      objectsAt(objectAt(pod, 'status'), 'containerStatuses').some((container) => container['ready'] === false),
    );
    const name = stringAt(metadata(broken ?? {}), 'name') ?? '';
    await setContainers(plane, { namespace: 'kube-system', name }, { 'kube-flannel': running(13) });
    const { stdout } = await plane.kubectl(['-n', 'kube-system', 'get', 'po', name, '--no-headers']);
    assert.match(stdout, / 2\/2 +Running +13 /);
  });
});
