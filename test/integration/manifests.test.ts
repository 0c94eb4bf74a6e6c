import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readCniView } from '../../src/inspect/cniView.ts';
import type { CniView } from '../../src/inspect/cniViewTypes.ts';
import { interestsOf } from '../../src/inspect/interests.ts';
import { type ControlPlane, startControlPlane } from '../control-plane/controlPlane.ts';
import { applyCanal, applyFile, installCalico, installFlannel, rolledOut } from '../control-plane/fill/manifests.ts';
import { createNodes } from '../control-plane/fill/nodes.ts';
import { openSource, until } from './liveCluster.ts';

const nodes = 2;

/** What the Clusters view reads of the cluster, once everything that it asks for is known. */
async function look(plane: ControlPlane): Promise<CniView> {
  const source = await openSource(plane.kubeconfig, [], { timeoutMs: 10_000 });
  try {
    const need = source.need(interestsOf(source.snapshot));
    await source.connect();
    await until(
      source,
      'all of it to be read and ready',
      () => {
        need.update(interestsOf(source.snapshot));
        const { agents } = readCniView(source.snapshot);
        return (
          source.snapshot.content.reads.every(({ knowledge: { state } }) => state === 'loaded' || state === 'absent') &&
          agents?.ready === nodes
        );
      },
      60,
    );
    return readCniView(source.snapshot);
  } finally {
    source.dispose();
  }
}

const said = ({ cni }: CniView): readonly string[] => [
  ...cni.detected.map(({ name, version, confidence, enforcement }) =>
    [name, version ?? 'without a version', confidence, enforcement.verdict].join(' '),
  ),
  ...cni.traces.map(({ name }) => `traces of ${name}`),
];

describe('a CNI whose manifest was applied to a real API server', function () {
  this.timeout(180_000);
  let plane: ControlPlane;
  beforeEach(async () => {
    plane = await startControlPlane();
    await createNodes(plane, nodes);
  });
  afterEach(() => plane.stop());

  it('is Canal, which enforces', async () => {
    await applyCanal(plane);
    await rolledOut(plane, 'kube-system', 'canal');
    assert.deepEqual(said(await look(plane)), ['Canal 3.32.1 certain yes']);
  });

  it('is Calico, which enforces', async () => {
    await installCalico(plane);
    assert.deepEqual(said(await look(plane)), ['Calico 3.32.1 certain yes']);
  });

  it('is flannel, which does not', async () => {
    await installFlannel(plane);
    assert.deepEqual(said(await look(plane)), ['Flannel 0.28.9 certain no']);
  });

  // Files are called by what they install: `canal-v3.32.1.yaml`, `kube-flannel-v0.28.9.yml`.
  it('is what the name of each file in the folder NETWORK_INSPECTOR_MANIFESTS says', async function () {
    const folder = process.env['NETWORK_INSPECTOR_MANIFESTS'];
    if (!folder) this.skip();
    this.timeout(10 * 60_000);
    const enforces: Readonly<Record<string, string>> = { calico: 'yes', canal: 'yes', flannel: 'no' };
    for (const file of (await readdir(folder)).filter((name) => /\.ya?ml$/.test(name)).sort()) {
      const [, name = '', version = ''] = /^(?:kube-)?(\w+)-v(.+)\.ya?ml$/.exec(file) ?? [];
      const own = await startControlPlane();
      try {
        await createNodes(own, nodes);
        await applyFile(own, join(folder, file));
        const verdict = enforces[name] ?? 'unknown';
        assert.deepEqual(
          said(await look(own)).map((text) => text.toLowerCase()),
          [`${name} ${version} certain ${verdict}`],
          file,
        );
      } finally {
        await own.stop();
      }
    }
  });
});
