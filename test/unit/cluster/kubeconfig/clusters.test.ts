import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { KubeconfigClusters } from '../../../../src/cluster/kubeconfigClusters.ts';

const kubeconfig = (...names: readonly string[]): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': names[0],
    clusters: names.map((name) => ({ name, cluster: { server: `https://${name}.example:6443` } })),
    users: names.map((name) => ({ name, user: { token: `token-of-${name}` } })),
    contexts: names.map((name) => ({ name, context: { cluster: name, user: name } })),
  });

describe('the clusters of kubeconfig files', () => {
  let folder: string;
  let clusters: KubeconfigClusters;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kubeconfig-'));
    clusters = new KubeconfigClusters({ watch: { settleMs: 10, pollMs: 50 } });
  });
  afterEach(async () => {
    clusters.dispose();
    await rm(folder, { recursive: true });
  });

  const names = (): string[] => clusters.list.map(({ context }) => context.name);
  const until = async (condition: () => boolean): Promise<void> => {
    const end = Date.now() + 5000;
    while (!condition()) {
      assert.ok(Date.now() < end, `the clusters are ${names().join(', ')} and stay so`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const env = (...files: readonly string[]): { KUBECONFIG: string } => ({ KUBECONFIG: files.join(delimiter) });

  it('appear when a file that was missing is created, folder and all', async () => {
    const file = join(folder, 'later', '.kube', 'config');
    await clusters.configure({ env: env(file) });
    assert.deepEqual(names(), []);
    await mkdir(join(folder, 'later', '.kube'), { recursive: true });
    await writeFile(file, kubeconfig('alpha'));
    await until(() => names().join() === 'alpha');
  });

  it('keep their source, and with it their connection, while their own entry stays as it is', async () => {
    const file = join(folder, 'config');
    await writeFile(file, kubeconfig('alpha', 'beta'));
    await clusters.configure({ env: env(file) });
    const [alpha, beta] = clusters.list.map(({ source }) => source);
    await writeFile(file, kubeconfig('gamma', 'alpha', 'beta').replace('token-of-beta', 'another'));
    await until(() => names().length === 3);
    assert.equal(clusters.list.find(({ context }) => context.name === 'alpha')?.source, alpha);
    assert.notEqual(clusters.list.find(({ context }) => context.name === 'beta')?.source, beta);
    assert.deepEqual(
      clusters.list.filter(({ current }) => current).map(({ context }) => context.name),
      ['gamma'],
    );
  });

  it('follow a file that is replaced by a rename', async () => {
    const file = join(folder, 'config');
    await writeFile(file, kubeconfig('alpha'));
    await clusters.configure({ env: env(file) });
    await writeFile(`${file}.new`, kubeconfig('beta'));
    await rename(`${file}.new`, file);
    await until(() => names().join() === 'beta');
  });

  it('follow a symbolic link that is turned to another file, also further up the path', async () => {
    await mkdir(join(folder, 'one'));
    await mkdir(join(folder, 'two'));
    await writeFile(join(folder, 'one', 'config'), kubeconfig('alpha'));
    await writeFile(join(folder, 'two', 'config'), kubeconfig('beta'));
    await symlink('one', join(folder, '..data'));
    await symlink(join('..data', 'config'), join(folder, 'config'));
    await clusters.configure({ env: env(join(folder, 'config')) });
    assert.deepEqual(names(), ['alpha']);
    await symlink('two', join(folder, '..tmp'));
    await rename(join(folder, '..tmp'), join(folder, '..data'));
    await until(() => names().join() === 'beta');
  });

  it('go when the file goes, and no localhost:8080 takes their place', async () => {
    const file = join(folder, 'config');
    await writeFile(file, kubeconfig('alpha'));
    await clusters.configure({ env: env(file) });
    await unlink(file);
    await until(() => names().length === 0);
  });

  it('of further files stand beside those of the same name', async () => {
    const own = join(folder, 'config');
    const further = join(folder, 'k3s.yaml');
    await writeFile(own, kubeconfig('default'));
    await writeFile(further, kubeconfig('default'));
    await clusters.configure({ env: env(own), further: [further] });
    assert.deepEqual(names(), ['default', 'default']);
    const [first, second] = clusters.list;
    assert.notEqual(first?.source.id, second?.source.id);
    assert.equal(first?.kubeconfig, undefined);
    assert.equal(second?.kubeconfig, further);
    assert.deepEqual([first?.current, second?.current], [true, false]);
  });

  it('of good files are there beside a broken one, whose place is told', async () => {
    const good = join(folder, 'good');
    const broken = join(folder, 'broken');
    await writeFile(good, kubeconfig('alpha'));
    await writeFile(broken, 'clusters:\n- name: x\n  cluster: {server: [\n');
    await clusters.configure({ env: env(broken, good) });
    assert.deepEqual(names(), ['alpha']);
    assert.equal(clusters.problems.length, 1);
    assert.equal(clusters.problems[0]?.file, broken);
    assert.equal(clusters.problems[0]?.line, 4);
  });
});
