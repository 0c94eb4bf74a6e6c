import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectFolder } from '../../scripts/lib/project.ts';
import { useWorkbench } from './useWorkbench.ts';

/** What a kubeconfig or a folder may be called by whoever wrote it: an icon, links, HTML and a table's end. */
const hostile = '$(error) [run](command:workbench.action.reloadWindow) <img src=x onerror=alert(1)> | **b**';
/** A name of a folder has no slash; this one has everything else. */
const folderName = '$(flame) [run](command:workbench.action.reloadWindow) <b> **b**';

describe('names that want to be more than names', function () {
  this.timeout(120_000);
  let root: string;
  const running = useWorkbench(async () => {
    root = await mkdtemp(join(tmpdir(), 'network-inspector-names-'));
    const folder = join(root, folderName);
    await mkdir(folder);
    await cp(join(projectFolder, 'media', 'samples', 'canal-problems'), folder, { recursive: true });
    const context = JSON.stringify(hostile);
    return {
      folders: [folder],
      kubeconfig: `apiVersion: v1
kind: Config
clusters: [{ name: ${context}, cluster: { server: "https://127.0.0.1:9" } }]
users: [{ name: me, user: { token: x } }]
contexts: [{ name: ${context}, context: { cluster: ${context}, user: me } }]
`,
    };
  });
  after(async () => {
    if (root) await rm(root, { recursive: true, force: true });
  });
  const tree = () => running().workbench.tree('Clusters');
  const page = () => running().page;

  before(async () => {
    await running().workbench.showContainer('Network Inspector');
    await running().workbench.widenSideBar(640);
    await tree().find(folderName);
  });

  it('stay names in the tree, and icons stand only where we put them', async () => {
    const rows = await tree().rows();
    assert.deepEqual(
      rows.map(({ label, icon }) => [label, icon]),
      [
        [hostile, 'circle-outline'],
        [folderName, 'circle-outline'],
      ],
    );
    for (const name of [hostile, folderName])
      assert.equal(await (await tree().find(name)).locator('.label-name .codicon').count(), 0);
  });

  it('stay names in a tooltip: no icon, no link, no picture', async () => {
    for (const name of [hostile, folderName]) {
      const text = await tree().tooltip(name);
      assert.ok(text.includes(name), text);
      const hover = page().locator('.monaco-hover:visible, .workbench-hover:visible').first();
      assert.equal(await hover.locator('a, img, .codicon, b').count(), 0, await hover.innerHTML());
      await running().workbench.screenshot(name === hostile ? 'hostile-context' : 'hostile-folder');
      await running().workbench.closeOverlays();
    }
  });

  it('stay names in a choice, and can be chosen', async () => {
    const { workbench } = running();
    await workbench.runCommand('Network Inspector: Connect');
    const items = await workbench.quickInput.items();
    assert.deepEqual(
      items.map(({ label }) => label),
      [hostile, folderName],
    );
    assert.equal(await page().locator('.quick-input-list .label-name .codicon').count(), 0);
    await workbench.screenshot('hostile-choice');
    await workbench.quickInput.pick(folderName);
    await tree().waitForText(/Upstream \(kubeadm\)/);
    assert.deepEqual(await workbench.notifications.texts(), []);
  });
});
