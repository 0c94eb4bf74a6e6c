import { strict as assert } from 'node:assert';
import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type FolderSource, openFolderSource } from '../../../src/cluster/folderSource.ts';

const pod = (name: string, more = ''): string => `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\n${more}`;

describe('a folder as a cluster', () => {
  let root: string;
  let source: FolderSource;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'folder-source-'));
    source = openFolderSource(join(root, 'shop'));
  });

  afterEach(async () => {
    source.dispose();
    await rm(root, { recursive: true });
  });

  const write = async (files: Readonly<Record<string, string | Buffer>>): Promise<void> => {
    for (const [name, text] of Object.entries(files)) {
      const path = join(root, 'shop', name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
    }
  };
  const pods = (): string[] => source.snapshot.list('pods').map(({ meta }) => `${meta.namespace}/${meta.name}`);
  const problems = (): string[] =>
    source.problems.map(({ file, line, code }) => `${file.slice(root.length + 6)}:${line} ${code}`);
  const changed = (): Promise<void> =>
    new Promise((resolve) => {
      const subscription = source.onDidChange(() => {
        subscription.dispose();
        resolve();
      });
    });

  it('reads nothing before it is opened', async () => {
    await write({ 'a.yaml': pod('a') });
    assert.equal(source.state.kind, 'not-connected');
    assert.equal(source.snapshot.knowledge('pods').state, 'unread');
    assert.equal(source.name, 'shop');
  });

  it('reads manifests of a tree and knows them all', async () => {
    await write({
      'a.yaml': pod('a'),
      'deep/er/b.json': JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'b', namespace: 'x' } }),
      'notes.txt': 'x',
    });
    await source.connect();
    assert.equal(source.state.kind, 'connected');
    assert.deepEqual(pods(), ['default/a', 'x/b']);
    assert.equal(source.snapshot.knowledge('nodes').state, 'loaded');
    assert.equal(source.snapshot.table('pods').get('default', 'a')?.meta.source?.file, join(root, 'shop', 'a.yaml'));
  });

  it('reads a must-gather, where an object may stand twice', async () => {
    const web = `apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  namespace: shop\n  uid: 1-2\n`;
    await write({
      'cluster-scoped-resources/core/nodes/n1.yaml':
        'apiVersion: v1\nkind: Node\nmetadata: {name: n1}\nstatus: {nodeInfo: {kubeletVersion: v1.9.0}}\n',
      'cluster-scoped-resources/core/nodes/n2.yaml':
        'apiVersion: v1\nkind: Node\nmetadata: {name: n2}\nstatus: {nodeInfo: {kubeletVersion: v1.29.1+abc}}\n',
      'namespaces/shop/core/pods.yaml': `apiVersion: v1\nkind: PodList\nitems:\n- metadata: {name: web, namespace: shop, uid: 1-2}\n  status: {phase: Running}\n`,
      'namespaces/shop/pods/web/web.yaml': web,
      'namespaces/shop/pods/web/web/logs/current.log': 'apiVersion: v1\n',
    });
    await source.connect();
    assert.deepEqual(pods(), ['shop/web']);
    assert.deepEqual(problems(), []);
    assert.equal(source.snapshot.server.version?.gitVersion, 'v1.29.1+abc');
  });

  it('takes the version from kubectl and the API groups from what is there', async () => {
    await write({
      'version.json': JSON.stringify({ serverVersion: { gitVersion: 'v1.34.2' } }),
      'crd.yaml':
        'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a.b.io}\nspec: {group: b.io, names: {kind: A, plural: a}, versions: [{name: v2}]}\n',
      'other.yaml': 'apiVersion: c.io/v1\nkind: C\nmetadata: {name: c}\n',
    });
    await source.connect();
    assert.equal(source.snapshot.server.version?.gitVersion, 'v1.34.2');
    assert.deepEqual(
      source.snapshot.server.groups.map(({ name, versions }) => `${name}/${versions.join()}`),
      ['apiextensions.k8s.io/v1', 'c.io/v1', 'b.io/v2'],
    );
  });

  it('says so when it cannot tell the version', async () => {
    await write({ 'a.yaml': pod('a') });
    await source.connect();
    assert.equal(source.snapshot.server.version, undefined);
    assert.equal(source.snapshot.server.versionKnowledge.state, 'unavailable');
  });

  it('uses the last of two objects with one name, and says which', async () => {
    await write({
      'a.yaml': pod('a', '  labels: {v: "1"}\n'),
      'b.yaml': pod('a', '  labels: {v: "2"}\n'),
      'c.yaml': pod('a', '  labels: {v: "2"}\n'),
    });
    await source.connect();
    assert.equal(source.snapshot.table('pods').get('default', 'a')?.meta.labels['v'], '2');
    assert.deepEqual(problems(), ['b.yaml:1 duplicate-object']);
  });

  it('reports what cannot be read and reads the rest', async () => {
    await write({ 'a.yaml': pod('a'), 'bad.yaml': `${pod('b')}---\n: [\n`, 'binary.yaml': Buffer.from([1, 0, 2]) });
    await source.connect();
    assert.deepEqual(pods(), ['default/a', 'default/b']);
    assert.deepEqual(problems(), ['bad.yaml:7 syntax', 'binary.yaml:1 not-text']);
  });

  it('leaves alone what is hidden, installed, or a link to somewhere else', async () => {
    await write({ 'a.yaml': pod('a'), '.git/b.yaml': pod('b'), 'node_modules/c.yaml': pod('c') });
    await writeFile(join(root, 'outside.yaml'), pod('outside'));
    await symlink(join(root, 'outside.yaml'), join(root, 'shop', 'link.yaml'));
    await symlink(root, join(root, 'shop', 'up'));
    await source.connect();
    assert.deepEqual(pods(), ['default/a']);
  });

  it('takes no patch of a kustomization for an object', async () => {
    await write({
      'overlay/kustomization.yaml': 'resources: [a.yaml]\npatches: [{ path: ../patches/a.yaml }]\n',
      'overlay/a.yaml': pod('a'),
      'patches/a.yaml': pod('a', '  labels: { team: b }\n'),
    });
    await source.connect();
    assert.deepEqual(
      source.snapshot.list('pods').map(({ meta }) => meta.labels),
      [{}],
    );
    assert.deepEqual(problems(), ['overlay/kustomization.yaml:1 kustomization', 'patches/a.yaml:1 kustomization']);
  });

  it('reads objects as the kustomizations above them make them, and again when those change', async () => {
    await write({
      'kustomization.yaml': 'namespace: shop\nresources: [apps]\n',
      'apps/kustomization.yaml': 'resources: [web.yaml]\nnamePrefix: test-\n',
      'apps/web.yaml': pod('web'),
      'other.yaml': pod('other'),
    });
    await source.connect();
    assert.deepEqual([...pods()].sort(), ['default/other', 'shop/test-web']);
    assert.deepEqual(problems(), []);
    const [other] = source.snapshot.list('pods').filter(({ meta }) => meta.name === 'other');
    await write({ 'kustomization.yaml': 'namespace: bookshop\nresources: [apps]\n' });
    await source.refresh();
    assert.deepEqual([...pods()].sort(), ['bookshop/test-web', 'default/other']);
    assert.ok(source.snapshot.list('pods').includes(other as never), 'what no kustomization names is read again');
  });

  it('is invalid where there is nothing to read', async () => {
    await source.connect();
    assert.deepEqual(source.state.kind === 'invalid' && source.state.message.includes('no such file or folder'), true);
    await write({ 'values.yaml': 'replicas: 2\n' });
    await source.refresh();
    assert.match(source.state.kind === 'invalid' ? source.state.message : '', /No Kubernetes object found in the file/);
  });

  it('keeps unchanged objects the same when it reads again', async () => {
    await write({ 'a.yaml': pod('a'), 'b.yaml': pod('b') });
    await source.connect();
    const before = source.snapshot;
    await write({ 'b.yaml': pod('b2') });
    await utimes(join(root, 'shop', 'b.yaml'), 1, 1);
    await source.refresh();
    assert.deepEqual(pods(), ['default/a', 'default/b2']);
    assert.ok(source.snapshot.revision > before.revision);
    assert.equal(source.snapshot.list('pods')[0], before.list('pods')[0]);
  });

  it('follows changes on disk until it is closed', async () => {
    await write({ 'deep/a.yaml': pod('a') });
    await source.connect();
    const change = changed();
    await write({ 'deep/b.yaml': pod('b') });
    await change;
    assert.deepEqual(pods(), ['default/a', 'default/b']);
    source.disconnect();
    assert.equal(source.state.kind, 'not-connected');
    assert.deepEqual(pods(), []);
  });
});
