import { strict as assert } from 'node:assert';
import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FolderReader } from '../../../src/cluster/folderRead.ts';
import { readCniView } from '../../../src/inspect/cniView.ts';

const folder = fileURLToPath(new URL('../../../media/samples', import.meta.url));

/** Type, version and CNI as the first line of the tree says them; whether it enforces; the problems. */
const expected: Readonly<Record<string, readonly [line: string, enforcement: string, problems: readonly string[]]>> = {
  'canal-healthy': ['Upstream (kubeadm) v1.34.2 · Canal 3.32.1 · 4/4 ready', 'yes', []],
  'canal-problems': [
    'Upstream (kubeadm) v1.34.2 · Canal 3.32.1 · 3/5 ready',
    'yes',
    ['no-pod-cidr', 'flannel-backends-differ', 'agent-missing', 'image-pull', 'calico-half-upgraded'],
  ],
  eks: ['EKS v1.33.4-eks-99d6cc0 · AWS VPC CNI 1.20.1-eksbuild.3 · 3/3 ready', 'yes', []],
  'flannel-only': ['Upstream (kubeadm) v1.34.2 · Flannel 0.28.9 · 3/3 ready', 'no', ['policies-not-enforced']],
  rke2: ['RKE2 v1.33.4+rke2r1 · Canal 3.30.3-build20250909 · 3/3 ready', 'yes', []],
};

describe('the bundled sample clusters', () => {
  it('are these', () => {
    assert.deepEqual(readdirSync(folder).sort(), Object.keys(expected).sort());
  });

  for (const [name, [line, enforcement, problems]] of Object.entries(expected)) {
    it(`${name} reads "${line}"`, async () => {
      const read = await new FolderReader(name, [`${folder}/${name}`]).read();
      assert.deepEqual(read.problems, []);
      const view = readCniView(read.snapshot);
      assert.equal(`${view.type.name} ${view.version} · ${view.summary}`, line);
      assert.equal(view.cni.enforcement.verdict, enforcement);
      assert.deepEqual(
        view.problems.map(({ id }) => id),
        problems,
      );
      assert.ok(read.snapshot.list('networkPolicies').length >= 5, 'has policies to show');
      assert.ok(read.snapshot.list('services').length >= 4, 'has services to show');
    });

    it(`${name} is small`, () => {
      const files = readdirSync(`${folder}/${name}`).map((file) => statSync(`${folder}/${name}/${file}`).size);
      assert.ok(files.reduce((sum, size) => sum + size, 0) < 60_000);
    });
  }
});
