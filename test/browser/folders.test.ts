import assert from 'node:assert/strict';
import { join } from 'node:path';
import { projectFolder } from '../../scripts/lib/project.ts';
import { type ThemeKind } from './pages/workbench.ts';
import { useWorkbench } from './useWorkbench.ts';

const kinds: readonly ThemeKind[] = ['light', 'dark', 'hc-light', 'hc-dark'];

describe('the Clusters view without a cluster', () => {
  const running = useWorkbench();

  it('says that no kubeconfig was found and what to do', async () => {
    const { workbench } = running();
    await workbench.showContainer('Network Inspector');
    const words = await workbench.tree('Clusters').welcome();
    assert.match(words, /No kubeconfig has been found/);
    assert.match(words, /Open Folder as Cluster/);
  });
});

describe('the Clusters view with a folder of manifests', () => {
  const folder = join(projectFolder, 'test', 'fixtures', 'manifests');
  const running = useWorkbench({ folders: [folder] });
  const tree = () => running().workbench.tree('Clusters');

  it('lists the folder by its name', async () => {
    await running().workbench.showContainer('Network Inspector');
    await tree().waitForText(/^manifests {2}not connected$/m);
  });

  it('reads it when it is opened, and names the CNI', async () => {
    await tree().expand('manifests');
    await tree().waitForText(/Canal/);
    const [cluster] = await tree().rows();
    assert.equal(cluster?.expanded, true);
    assert.match(cluster.ariaLabel, /manifests/);
  });

  it('is drawn in each theme without a notification', async () => {
    const { workbench } = running();
    await workbench.widenSideBar(520);
    for (const kind of kinds) {
      await workbench.switchTheme(kind);
      await workbench.waitUntilIdle();
      await workbench.screenshot(`folder-${kind}`);
    }
    assert.deepEqual(await workbench.notifications.texts(), []);
  });
});
