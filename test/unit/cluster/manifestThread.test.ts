import assert from 'node:assert/strict';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FoundFile } from '../../../src/cluster/folderFiles.ts';
import { readManifestFile } from '../../../src/cluster/manifestFile.ts';
import { ManifestThread } from '../../../src/cluster/manifestThread.ts';

describe('a large file of manifests', () => {
  let root: string;
  let thread: ManifestThread;

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'network-inspector-thread-'));
  });
  beforeEach(() => {
    thread = new ManifestThread();
  });
  afterEach(() => {
    thread.close();
  });
  after(() => rm(root, { recursive: true, force: true }));

  const write = async (name: string, text: string): Promise<FoundFile> => {
    const path = join(root, name);
    await writeFile(path, text);
    const { size, mtimeMs } = await stat(path);
    return { path, size, modified: mtimeMs };
  };
  const pod = (index: number): object => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `web-${index}`,
      namespace: 'shop',
      labels: { app: 'web' },
      annotations: { note: 'x'.repeat(300) },
    },
    spec: { nodeName: `node-${index}`, containers: [{ name: 'main', image: 'web:1' }] },
  });
  const large = (): Promise<FoundFile> => {
    const items = Array.from({ length: 730 }, (_, index) => pod(index));
    return write('pods.json', JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  };

  it('is read in another thread to the same objects and problems', async () => {
    const file = await large();
    assert.ok(file.size > 200_000);
    const read = await thread.read(file);
    assert.equal(read.objects.length, 730);
    assert.deepEqual(read, await readManifestFile(file));
    const broken = await write(
      'broken.yaml',
      `${'# a comment\n'.repeat(20_000)}apiVersion: v1\nkind: Pod\nmetadata: [\n`,
    );
    const faulty = await thread.read(broken);
    assert.deepEqual(faulty, await readManifestFile(broken));
    assert.equal(faulty.problems.length, 1);
  });

  it('leaves room for other things while it is taken over', async () => {
    const file = await large();
    let turns = 0;
    const beat = setInterval(() => turns++, 0);
    await thread.read(file);
    clearInterval(beat);
    assert.ok(turns > 3, `${turns} turns`);
  });

  it('is let go of when it is no longer wanted, and read again when it is', async () => {
    const file = await large();
    const wanted = new AbortController();
    const reading = thread.read(file, wanted.signal);
    wanted.abort(new Error('never mind'));
    await assert.rejects(reading, /never mind/);
    assert.equal((await thread.read(file)).objects.length, 730);
  });

  it('is read in this thread where there is no other', async () => {
    const alone = new ManifestThread(join(root, 'no-such-program.js'));
    assert.equal((await alone.read(await large())).objects.length, 730);
    alone.close();
  });

  it('that is too much for the thread is said to be, and is not tried here', async () => {
    const program = join(root, 'full.mjs');
    await writeFile(
      program,
      "import { parentPort } from 'node:worker_threads';\nparentPort.postMessage({ kind: 'ready' });\nparentPort.on('message', () => process.exit(134));\n",
    );
    const full = new ManifestThread(program);
    const { objects, problems } = await full.read(await large());
    assert.equal(objects.length, 0);
    assert.deepEqual(
      problems.map(({ code, severity }) => [code, severity]),
      [['too-large', 'error']],
    );
    full.close();
  });
});
