import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { attemptOf } from '../../scripts/lib/attempts.ts';
import { projectFolder } from '../../scripts/lib/project.ts';
import { canalCluster, canalPod, node } from '../unit/tree/canalCluster.ts';
import { type ThemeKind } from './pages/workbench.ts';
import { useWorkbench } from './useWorkbench.ts';

const samples = join(projectFolder, 'media', 'samples');
const sample = (name: string): string => join(samples, name);
const kinds: readonly ThemeKind[] = ['light', 'dark', 'hc-light', 'hc-dark'];
const twoContexts = (server: string, file = 'config'): string => `apiVersion: v1
kind: Config
clusters: [{ name: one, cluster: { server: "${server}" } }]
users: [{ name: me, user: { token: "${file}" } }]
contexts:
  - { name: admin@one, context: { cluster: one, user: me } }
  - { name: me@one, context: { cluster: one, user: me } }
`;

describe('the Clusters view with the sample clusters', function () {
  this.timeout(120_000);
  const running = useWorkbench({
    folders: ['canal-healthy', 'canal-problems', 'flannel-only'].map(sample),
    kubeconfig: twoContexts('https://192.0.2.1:6443'),
    size: { width: 1280, height: 1000 },
  });
  const tree = () => running().workbench.tree('Clusters');
  const page = () => running().page;
  const labels = async (level: number) =>
    (await tree().rows()).filter((row) => row.level === level).map(({ label }) => label);

  /** Takes back what an attempt that broke off has kept. */
  const leaveNothingKept = async (): Promise<void> => {
    await running().workbench.runCommandIfOffered('Network Inspector: Show Hidden Clusters');
    await tree().waitForText(/^me@one /m);
    for (const [item, label] of [
      ['Stop Hiding', 'me@one'],
      ['Remove from Favourites', 'flannel-only'],
    ] as const)
      if ((await tree().contextMenuItems(label)).includes(item)) await tree().chooseFromContextMenu(item, label);
    await running().workbench.runCommandIfOffered('Network Inspector: Leave Out Hidden Clusters');
  };
  const says = (pattern: RegExp) => waitFor(async () => pattern.test(await tree().message()));

  before(async () => {
    await running().workbench.showContainer('Network Inspector');
    await running().workbench.widenSideBar(640);
    await tree().waitForText(/canal-problems/);
  });

  it('lists contexts and folders, and has contacted none', async () => {
    const rows = await tree().rows();
    assert.deepEqual(
      rows.map(({ label, description }) => `${label} ${description}`),
      ['admin@one', 'me@one', 'canal-healthy', 'canal-problems', 'flannel-only'].map((name) => `${name} not connected`),
    );
    for (const row of rows) assert.equal(row.icon, 'circle-outline');
  });

  it('opens a cluster down to its first problem, and says each state aloud', async () => {
    await tree().expand('canal-problems');
    await tree().waitForText(/kube-flannel {2}waiting: CrashLoopBackOff/);
    const rows = await tree().rows();
    const pod = rows.find(({ label }) => label === 'canal-x7k2p');
    assert.equal(pod?.icon, 'error');
    assert.match(pod.ariaLabel, /Pod canal-x7k2p, CrashLoopBackOff, 1 of 2 containers ready, 12 restarts/);
    assert.match(rows.find(({ label }) => label === 'canal-problems')?.ariaLabel ?? '', /\d+ problems/);
  });

  it('is quiet about a healthy cluster', async () => {
    await tree().expand('canal-healthy');
    await tree().waitForText(/^canal-healthy {2}Upstream \(kubeadm\) v1\.\d+\.\d+ · Canal .* · 4\/4 ready$/m);
    const rows = await tree().rows();
    const from = rows.findIndex(({ label }) => label === 'canal-healthy');
    const to = rows.findIndex(({ label }) => label === 'canal-problems');
    for (const { icon } of rows.slice(from, to)) assert.ok(!['error', 'warning', 'question'].includes(icon), icon);
  });

  it('says that a CNI does not enforce', async () => {
    await tree().expand('flannel-only');
    await tree().waitForText(/Flannel {2}.*does not enforce NetworkPolicy/);
  });

  it('explains itself on hover, as a table', async () => {
    const text = await tree().tooltip('canal-problems', 'Canal');
    assert.match(text, /Felix, in the calico-node container, enforces NetworkPolicy/);
    assert.match(text, /\+\d+\s+The DaemonSet canal in kube-system/);
  });

  it('explains its verdicts in a document that cannot be edited', async () => {
    const { workbench } = running();
    await tree().pressInline('Why?', 'canal-healthy');
    await workbench.editor.waitUntilOpen('canal-healthy');
    const text = await workbench.editor.waitForText(/CNI: Canal/);
    assert.match(text, /Cluster type\n-+\nUpstream \(kubeadm\) \(certain\)/);
    assert.match(text, /NetworkPolicy: enforces NetworkPolicy/);
    await workbench.runCommand('View: Close All Editors');
  });

  it('offers at most two actions on a row, and the rest in its menu', async () => {
    const items = await tree().contextMenuItems('canal-healthy');
    assert.deepEqual(items, [
      'Refresh',
      'Why?',
      'Check Network',
      'Add to Favourites',
      'Hide',
      'Close Folder',
      'Copy Name',
    ]);
  });

  it('leaves everything but problems', async function () {
    const { workbench } = running();
    if (attemptOf(this.runnable()) > 1) await workbench.runCommandIfOffered('Network Inspector: Show Everything');
    await tree().pressHeader('Show Problems Only');
    await tree().waitForText(/^canal-healthy .*\n {2}No problems$/m);
    await says(/^filtered: problems only, \d+ of \d+ pods$/);
    assert.ok(!(await labels(4)).includes('canal-j6v3m'));
    await workbench.screenshot('clusters-problems-only');
    await tree().pressHeader('Show Everything');
    await tree().waitForText(/canal-j6v3m/);
    await waitFor(async () => !(await tree().pane.locator('.message').isVisible()));
  });

  it('is filtered while the text is typed, and Escape takes it back', async function () {
    const { workbench } = running();
    if (attemptOf(this.runnable()) > 1) await workbench.runCommandIfOffered('Network Inspector: Clear Filter');
    await tree().waitForText(/canal-j6v3m/);
    await tree().focus();
    await page().keyboard.press('ControlOrMeta+Alt+F');
    await workbench.quickInput.waitUntilOpen();
    await workbench.quickInput.type('x7k2p');
    await tree().waitForText(/canal-x7k2p/);
    await says(/^filtered: x7k2p, 1 of \d+ pods, 1 of 5 clusters$/);
    assert.deepEqual(await labels(4), ['canal-x7k2p']);
    await workbench.screenshot('clusters-filtered');
    await workbench.quickInput.cancel();
    await tree().waitForText(/canal-j6v3m/);

    await tree().pressHeader('Filter Clusters');
    await workbench.quickInput.waitUntilOpen();
    await workbench.quickInput.type('nothing like it');
    await workbench.quickInput.accept();
    await waitFor(async () => /No cluster matches the filter/.test(await tree().welcome()));
    await workbench.screenshot('clusters-filter-empty');
    await tree().pane.getByText('Clear Filter', { exact: true }).click();
    await tree().waitForText(/canal-j6v3m/);
  });

  it('is used with the keyboard alone', async () => {
    await tree().collapse('canal-healthy', 'Canal');
    await page().mouse.move(1000, 500);
    await tree().focus();
    await page().keyboard.press('Home');
    // To the first folder, into it and down to its CNI; Enter selects, which is what commands act on.
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'Enter']) await page().keyboard.press(key);
    await tree().waitForText(/^ {4}canal {2}DaemonSet 4 desired/m);
    await page().keyboard.press('ControlOrMeta+C');
    await waitFor(async () => (await clipboard()) === 'Canal');
    await page().keyboard.press('ArrowDown');
    await page().keyboard.press('Enter');
    await page().keyboard.press('Shift+F10');
    const menu = page().locator('.monaco-menu:visible').first();
    await menu.waitFor();
    assert.match(await menu.innerText(), /Copy kubectl Command|Copy Name/);
    await page().keyboard.press('Escape');
    await menu.waitFor({ state: 'hidden' });
    await page().keyboard.press('ControlOrMeta+C');
    await waitFor(async () => (await clipboard()) === 'canal');
  });

  const clipboard = (): Promise<string> => page().evaluate('navigator.clipboard.readText()');

  it('copies names and addresses', async () => {
    await page().mouse.move(1000, 500);
    await tree().chooseFromContextMenu('Copy IP Address', 'canal-x7k2p');
    await waitFor(async () => /^\d+\.\d+\.\d+\.\d+$/.test(await clipboard()));
    await tree().chooseFromContextMenu('Copy Name', 'canal-x7k2p');
    await waitFor(async () => (await clipboard()) === 'canal-x7k2p');
  });

  it('keeps favourites first and hides what is hidden', async function () {
    const { workbench } = running();
    if (attemptOf(this.runnable()) > 1) await leaveNothingKept();
    await tree().chooseFromContextMenu('Add to Favourites', 'flannel-only');
    await waitFor(async () => (await labels(1))[0] === 'flannel-only');
    await tree().chooseFromContextMenu('Hide', 'me@one');
    await waitFor(async () => !(await labels(1)).includes('me@one'));
    await workbench.runCommand('Network Inspector: Show Hidden Clusters');
    await tree().waitForText(/^me@one {2}not connected · hidden$/m);
    await tree().chooseFromContextMenu('Stop Hiding', 'me@one');
    await tree().waitForText(/^me@one {2}not connected$/m);
    await workbench.runCommand('Network Inspector: Leave Out Hidden Clusters');
    await tree().chooseFromContextMenu('Remove from Favourites', 'flannel-only');
    await waitFor(async () => (await labels(1))[0] === 'admin@one');
  });

  it('is refreshed beside the watch as often as the user chooses', async () => {
    const { workbench } = running();
    const { quickInput } = workbench;
    for (const choice of ['Every 10 s', 'Every 30 s', 'Off']) {
      await workbench.runCommand('Network Inspector: Set Refresh Interval…');
      assert.deepEqual(
        (await quickInput.items()).map(({ label }) => label),
        ['Off', 'Every 10 s', 'Every 20 s', 'Every 30 s'],
      );
      await quickInput.pick(choice);
      await quickInput.waitUntilClosed();
      await waitFor(async () => {
        await workbench.runCommand('Network Inspector: Set Refresh Interval…');
        const now = (await quickInput.items()).find(({ description }) => description === 'now');
        await quickInput.cancel();
        return now?.label === choice;
      });
    }
  });

  it('groups contexts that share a server', async function () {
    const { workbench } = running();
    if (attemptOf(this.runnable()) > 1)
      await workbench.runCommandIfOffered('Network Inspector: List Contexts One by One');
    await tree().waitForText(/^admin@one/m);
    await workbench.runCommand('Network Inspector: Group Contexts by Server');
    await tree().waitForText(/^192\.0\.2\.1:6443 {2}2 contexts\n {2}admin@one {2}not connected\n {2}me@one/m);
    await workbench.runCommand('Network Inspector: List Contexts One by One');
    await tree().waitForText(/^admin@one/m);
  });

  it('reads as well in every theme, wide and narrow', async () => {
    const { workbench } = running();
    await tree().select('canal-x7k2p', 'kube-flannel');
    for (const [name, width] of [
      ['wide', 640],
      ['narrow', 200],
    ] as const) {
      await workbench.widenSideBar(width);
      for (const kind of kinds) {
        await workbench.switchTheme(kind);
        await workbench.waitUntilIdle();
        await workbench.screenshot(`clusters-${name}-${kind}`);
      }
    }
    assert.deepEqual(await workbench.notifications.texts(), []);
  });
});

describe('the Clusters view in a workspace that is not trusted', function () {
  this.timeout(120_000);
  const running = useWorkbench(
    {
      kubeconfig: twoContexts('https://127.0.0.1:9'),
      workspace: sample('eks'),
      restricted: true,
      settings: {
        'security.workspace.trust.enabled': true,
        'security.workspace.trust.startupPrompt': 'never',
        'security.workspace.trust.banner': 'never',
        'networkInspector.autoConnect': 'current',
      },
    },
    { startAgain: true },
  );

  it('reads no kubeconfig, contacts nothing and says so, until the workspace is trusted', async () => {
    const { workbench, page } = running();
    await workbench.showContainer('Network Inspector');
    const tree = workbench.tree('Clusters');
    await waitFor(async () => /in Restricted Mode/.test(await tree.welcome()));
    await workbench.screenshot('clusters-restricted');
    await workbench.runCommand('Workspaces: Manage Workspace Trust');
    await page.getByText('Trust', { exact: true }).first().click();
    await tree.waitForText(/^admin@one {2}not connected$/m);
  });
});

describe('the Clusters view that is told to connect by itself', function () {
  this.timeout(120_000);
  // Nobody listens there.
  const kubeconfig = `${twoContexts('https://127.0.0.1:9')}current-context: me@one\n`;

  describe('to the current context', () => {
    const running = useWorkbench({ kubeconfig, settings: { 'networkInspector.autoConnect': 'current' } });

    it('contacts that one once the view is seen, opens it, and no other', async () => {
      await running().workbench.showContainer('Network Inspector');
      const tree = running().workbench.tree('Clusters');
      await tree.waitForText(/^me@one {2}unreachable: connection refused\n {2}Check the network/m);
      await tree.waitForText(/^admin@one {2}not connected$/m);
    });
  });

  describe('to those that were connected before', () => {
    const settings = { 'networkInspector.autoConnect': 'recent' };
    const running = useWorkbench({ kubeconfig, settings }, { startAgain: true });

    it('contacts in the next window what was connected in this one', async () => {
      await running().workbench.showContainer('Network Inspector');
      const before = running().workbench.tree('Clusters');
      await before.waitForText(/^admin@one {2}not connected\nme@one {2}not connected$/m);
      await before.expand('admin@one');
      await before.waitForText(/^admin@one {2}unreachable/m);

      const next = await running().open();
      await next.showContainer('Network Inspector');
      await next.tree('Clusters').waitForText(/^admin@one {2}unreachable/m);
      await next.tree('Clusters').waitForText(/^me@one {2}not connected$/m);
    });
  });
});

describe('the Clusters view with a large folder', function () {
  this.timeout(120_000);
  let folder: string;
  const long = 'n'.repeat(253);
  const running = useWorkbench(
    async () => {
      folder = await mkdtemp(join(tmpdir(), 'network-inspector-large-'));
      const broken = Array.from({ length: 130 }, (_, index) => index * 9 + 1);
      const items = [...canalCluster(1200, broken), node(long, 1201), canalPod(`canal-${'p'.repeat(247)}`, long, true)];
      const list = { apiVersion: 'v1', kind: 'List', items };
      await writeFile(join(folder, 'dump.json'), JSON.stringify(list));
      await writeFile(join(folder, 'broken.yaml'), 'apiVersion: v1\nkind: Pod\nmetadata:\n\tname: tab\n');
      return { folders: [folder], size: { width: 1280, height: 1000 } };
    },
    { startAgain: true },
  );
  after(async () => {
    if (folder) await rm(folder, { recursive: true, force: true });
  });
  const tree = () => running().workbench.tree('Clusters');
  const end = async (): Promise<void> => {
    await tree().focus();
    await running().page.keyboard.press('End');
  };

  beforeEach(async () => {
    await running().workbench.showContainer('Network Inspector');
    await running().workbench.widenSideBar(640);
    await tree().expand(folder.split('/').at(-1) ?? '');
  });

  it('shows problems first, in pages, and never thousands of rows', async () => {
    await tree().waitForText(/CrashLoopBackOff/);
    await running().workbench.screenshot('clusters-many-problems');
    await end();
    const more = await tree().find('Show 31 More');
    assert.match((await more.getAttribute('aria-label')) ?? '', /100 of 131 shown/);
    await tree().select('Show 31 More');
    await waitFor(async () => !/Show 31 More/.test(await tree().text()));
    await end();
    await tree().waitForText(/1,070 without a problem/);
    await tree().expand('1,070 without a problem');
    await end();
    await tree().find('Show 100 More');
  });

  it('names the file and the line that could not be read, and opens it there', async () => {
    const { workbench, page } = running();
    await tree().focus();
    for (const key of ['Home', 'ArrowDown', 'ArrowRight']) await page.keyboard.press(key);
    await tree().waitForText(/^ {2}1 document not read as written\n {4}broken\.yaml {2}line 4/m);
    for (const key of ['ArrowDown', 'Enter']) await page.keyboard.press(key);
    await workbench.editor.waitUntilOpen('broken.yaml');
    await workbench.editor.waitForText(/name: tab/);
  });

  it('holds names of 253 characters', async () => {
    const { workbench, page } = running();
    await workbench.runCommand('Network Inspector: Filter Clusters…');
    await workbench.quickInput.waitUntilOpen();
    await workbench.quickInput.type('ppppp');
    await workbench.quickInput.accept();
    await tree().focus();
    await page.keyboard.press('Home');
    await tree().expand('canal', `canal-${'p'.repeat(247)}`);
    await running().workbench.screenshot('clusters-long-names');
  });
});

async function waitFor(holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 10_000;
  while (!(await holds())) {
    if (Date.now() > end) assert.fail('it did not come about within 10 s');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
