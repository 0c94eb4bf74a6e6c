import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isObject, objectAt, stringAt } from '../../src/model/json.ts';
import { type ControlPlane, startControlPlane } from './controlPlane.ts';
import { crashLooping, podNames, running, setContainers } from './fill/containers.ts';
import { applyFile, installCalico, installCanal, installFlannel, installKubeadm } from './fill/manifests.ts';
import { createNodes, setNodeConditions } from './fill/nodes.ts';
import { waitUntil } from './waitUntil.ts';

const canal = ['-n', 'kube-system', 'get', 'po', '--selector=k8s-app=canal'];

/** The table that kubectl prints, by the first column. */
const rows = (stdout: string): ReadonlyMap<string, readonly string[]> =>
  new Map(
    stdout
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split(/\s{2,}/))
      .map(([name = '', ...columns]) => [name, columns]),
  );

describe('twenty simulated nodes with Canal', () => {
  let plane: ControlPlane;
  let pods: readonly string[];

  before(async () => {
    plane = await startControlPlane();
    await createNodes(plane, 20);
    await installCanal(plane);
    await installKubeadm(plane);
    pods = await podNames(plane, 'kube-system', 'k8s-app=canal');
  });
  after(() => plane.stop());

  const print = async (...args: readonly string[]): Promise<string> => {
    const { stdout, stderr, code } = await plane.kubectl(args);
    assert.equal(code, 0, stderr);
    return stdout;
  };
  const container = (index: number, name: string): { namespace: string; pod: string; container: string } => ({
    namespace: 'kube-system',
    pod: pods[index] ?? '',
    container: name,
  });

  it('run a Canal pod each, with both containers', async () => {
    const found = [...rows(await print(...canal)).values()];
    assert.equal(found.length, 20);
    for (const columns of found) assert.deepEqual(columns.slice(0, 3), ['2/2', 'Running', '0']);
  });

  it('look as flanneld leaves them', async () => {
    const node = await plane.api.get('/api/v1/nodes/node-7');
    const annotations = objectAt(objectAt(isObject(node) ? node : {}, 'metadata'), 'annotations');
    assert.equal(stringAt(annotations, 'flannel.alpha.coreos.com/backend-type'), 'vxlan');
    assert.equal(stringAt(annotations, 'flannel.alpha.coreos.com/public-ip'), '192.168.0.7');
    assert.match(await print('describe', 'node', 'node-7'), /NetworkUnavailable +False .*FlannelIsUp/);
  });

  it('give pods addresses from their own pod CIDRs', async () => {
    const cidrs = await print(
      'get',
      'nodes',
      '-o',
      'jsonpath={range .items[*]}{.metadata.name} {.spec.podCIDR}{"\\n"}{end}',
    );
    const found = await waitUntil('CoreDNS to run', async () => {
      const path = 'jsonpath={range .items[*]}{.spec.nodeName} {.status.podIP}{"\\n"}{end}';
      const lines = await print('-n', 'kube-system', 'get', 'po', '-l', 'k8s-app=kube-dns', '-o', path);
      const pairs = lines
        .trimEnd()
        .split('\n')
        .map((line) => line.split(' '));
      return pairs.length === 2 && pairs.every(([, ip]) => ip) ? pairs : undefined;
    });
    for (const [node = '', ip = ''] of found) {
      const cidr = new RegExp(`^${node} (.*)\\.0/24$`, 'm').exec(cidrs)?.[1];
      assert.ok(cidr !== undefined && ip.startsWith(`${cidr}.`), `${ip} on ${node} of ${cidr ?? 'no CIDR'}`);
    }
  });

  it('show a container that crash-loops, and one that has come back', async () => {
    const key = { namespace: 'kube-system', name: pods[0] ?? '' };
    await setContainers(plane, key, { 'kube-flannel': crashLooping(12, 1, 'Error', 'no subnet') });
    const failing = rows(await print(...canal)).get(key.name);
    assert.deepEqual(failing?.slice(0, 2), ['1/2', 'CrashLoopBackOff']);
    assert.match(failing?.[2] ?? '', /^12 \(\d+s ago\)|^12 \(1m/);
    await waitUntil('the DaemonSet to count it', async () =>
      (await print('-n', 'kube-system', 'get', 'ds', 'canal')).includes('19') ? true : undefined,
    );
    await setContainers(plane, key, { 'kube-flannel': running(13) });
    assert.deepEqual(
      rows(await print(...canal))
        .get(key.name)
        ?.slice(0, 2),
      ['2/2', 'Running'],
    );
  });

  it('show an init container that crash-loops, and leave it so', async () => {
    const key = { namespace: 'kube-system', name: pods[1] ?? '' };
    await setContainers(plane, key, { 'install-cni': crashLooping(3, 2) });
    assert.deepEqual(
      rows(await print(...canal))
        .get(key.name)
        ?.slice(0, 2),
      ['0/2', 'Init:CrashLoopBackOff'],
    );
    // kwok would have made it ready within this time.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    assert.deepEqual(
      rows(await print(...canal))
        .get(key.name)
        ?.slice(0, 2),
      ['0/2', 'Init:CrashLoopBackOff'],
    );
  });

  it('refuse a status for a container that is not there', async () => {
    const key = { namespace: 'kube-system', name: pods[2] ?? '' };
    await assert.rejects(setContainers(plane, key, { flannel: running() }), /has no container flannel/);
  });

  it('show a node that is not ready', async () => {
    const message = 'container runtime network not ready';
    await setNodeConditions(plane, 'node-20', [{ type: 'Ready', status: 'False', reason: 'KubeletNotReady', message }]);
    assert.equal(rows(await print('get', 'nodes')).get('node-20')?.[0], 'NotReady');
  });

  it('answer with the log of a container, of its previous run, and with what is added', async () => {
    const key = container(3, 'kube-flannel');
    await plane.kubelet?.setLog(key, ['first', 'second'], ['before the crash']);
    const logs = ['-n', key.namespace, 'logs', key.pod, '-c', key.container];
    assert.equal(await print(...logs), 'first\nsecond\n');
    assert.equal(await print(...logs, '--previous'), 'before the crash\n');
    assert.equal(await print(...logs, '--tail=1'), 'second\n');
    await plane.kubelet?.appendLog(key, ['third']);
    assert.equal(await print(...logs), 'first\nsecond\nthird\n');
    assert.match(await print('-n', key.namespace, 'logs', key.pod, '-c', 'calico-node'), /simulated/);
  });

  it('run a command for exec', async () => {
    const key = container(4, 'calico-node');
    const stdout = await print('-n', key.namespace, 'exec', key.pod, '-c', key.container, '--', 'echo', 'hello');
    assert.equal(stdout, 'hello\n');
  });

  it('run flannel alone and Calico alone as well', async () => {
    await installFlannel(plane);
    await installCalico(plane);
    assert.match(await print('-n', 'kube-flannel', 'get', 'ds', 'kube-flannel-ds', '--no-headers'), /-ds +20 +20 +20 /);
    assert.match(await print('-n', 'kube-system', 'get', 'ds', 'calico-node', '--no-headers'), /node +20 +20 +20 /);
  });

  it('take every manifest in the folder that NETWORK_INSPECTOR_MANIFESTS names', async function () {
    const folder = process.env['NETWORK_INSPECTOR_MANIFESTS'];
    if (!folder) this.skip();
    this.timeout(5 * 60_000);
    for (const name of (await readdir(folder)).filter((file) => /\.ya?ml$/.test(file)).sort())
      await applyFile(plane, join(folder, name));
  });
});
