import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntil } from '../control-plane/waitUntil.ts';
import { useWorkbench } from './useWorkbench.ts';

const policy = (app: string): string => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: own
spec:
  podSelector:
    matchLabels:
      app: ${app}
`;

const namespace = (name: string): string => `apiVersion: v1
kind: Namespace
metadata:
  name: ${name}
---
`;

const pods = (count: number, app: string): string =>
  Array.from(
    { length: count },
    (_, index) => `apiVersion: v1
kind: Pod
metadata: { name: ${app}-${String(index)}, labels: { app: ${app} } }
spec: { containers: [{ name: main }] }
---
`,
  ).join('');

/** Two folders that know nothing of each other, each with a kustomization that sets its namespace. */
async function makeWorkspace(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'network-inspector-folders-'));
  const make = async (name: string, files: Readonly<Record<string, string>>): Promise<void> => {
    await mkdir(join(root, name));
    for (const [file, text] of Object.entries(files)) await writeFile(join(root, name, file), text);
  };
  await make('shop', {
    'kustomization.yaml': 'namespace: shop\nresources: [shop-policy.yaml, shop-pods.yaml]\n',
    'shop-policy.yaml': policy('api'),
    'shop-pods.yaml': namespace('shop') + pods(2, 'api'),
  });
  await make('pay', {
    'kustomization.yaml': 'namespace: pay\nresources: [pay-policy.yaml, pay-pods.yaml]\n',
    'pay-policy.yaml': policy('ledgerr'),
    'pay-pods.yaml': namespace('pay') + pods(3, 'ledger'),
  });
  const file = join(root, 'both.code-workspace');
  await writeFile(file, JSON.stringify({ folders: [{ path: 'shop' }, { path: 'pay' }] }));
  return file;
}

describe('policies in two folders of one window, without a mouse', function () {
  this.timeout(120_000);
  let file: string | undefined;
  const running = useWorkbench(async () => {
    file = await makeWorkspace();
    return {
      folders: ['media/samples/canal-problems'],
      workspace: file,
      settings: { 'editor.stickyScroll.enabled': false, 'files.simpleDialog.enable': true },
    };
  });
  after(async () => {
    if (file !== undefined) await rm(join(file, '..'), { recursive: true, force: true });
  });

  // What was changed by an earlier attempt is thrown away, so that the file is as it is on disk.
  beforeEach(async () => {
    await running().workbench.runCommandIfOffered('File: Revert File');
    await running().workbench.runCommandIfOffered('View: Close All Editors');
  });

  const lens = (pattern: RegExp): Promise<true> =>
    waitUntil(
      `a lens like ${String(pattern)}`,
      async () => {
        const lenses = await running().workbench.editor.codeLenses();
        return lenses.some((text) => pattern.test(text.replaceAll('\u00a0', ' '))) || undefined;
      },
      { seconds: 30 },
    );
  const status = async (): Promise<string> =>
    (await running().page.locator('.statusbar-item[id*="networkInspector.policy"]').allInnerTexts()).join(' ');
  const choose = async (name: string): Promise<void> => {
    const { workbench } = running();
    await workbench.runCommand('Network Inspector: Choose Cluster for Policies…');
    await workbench.quickInput.pick(name);
  };

  it('are measured against the manifests of their own folder, as its kustomization makes them', async () => {
    const { workbench } = running();
    await workbench.editor.openFile('shop-policy.yaml');
    await choose('The manifests of the workspace');
    await lens(/^Selects 2 pods in shop · isolates ingress/);
    await waitUntil('the folder in the status bar', async () => (await status()).includes('shop') || undefined);
    await workbench.editor.openFile('pay-policy.yaml');
    await choose('The manifests of the workspace');
    await lens(/^Selects 0 pods/);
    await waitUntil('the folder in the status bar', async () => (await status()).includes('pay') || undefined);
  });

  it('keep to their own cluster when the other folder is given one', async () => {
    const { workbench } = running();
    await workbench.editor.openFile('pay-policy.yaml');
    await choose('canal-problems');
    await waitUntil('the cluster in the status bar', async () =>
      (await status()).includes('canal-problems') ? true : undefined,
    );
    await workbench.editor.openFile('shop-policy.yaml');
    await choose('The manifests of the workspace');
    await lens(/^Selects 2 pods in shop · isolates ingress(?!.*Canal)/);
    await workbench.editor.openFile('pay-policy.yaml');
    await waitUntil('the cluster in the status bar', async () =>
      (await status()).includes('canal-problems') ? true : undefined,
    );
  });

  it('are mended with Ctrl+.', async () => {
    const { workbench, page } = running();
    await workbench.editor.openFile('pay-policy.yaml');
    await choose('The manifests of the workspace');
    await waitUntil('the finding', async () => ((await workbench.editor.squiggles()).warning > 0 ? true : undefined));
    await workbench.editor.goTo(6, 6);
    await page.keyboard.press('ControlOrMeta+.');
    const actions = page.locator('.action-widget');
    await actions.getByText('ledger', { exact: false }).first().waitFor();
    await page.keyboard.press('Enter');
    await workbench.editor.waitForText(/app: ledger$/m);
    await lens(/^Selects 3 pods in pay/);
  });

  it('say what they select at the cursor', async () => {
    const { workbench, page } = running();
    await workbench.editor.openFile('shop-policy.yaml');
    await choose('The manifests of the workspace');
    await lens(/^Selects 2 pods in shop/);
    await workbench.editor.goTo(6, 6);
    await workbench.runCommand('Show or Focus Hover');
    await waitUntil('the hover', async () =>
      (await workbench.hover.text()).includes('Selects all pods of shop: 2') ? true : undefined,
    );
    assert.match(await workbench.hover.text(), /As kustomize makes it: namespace shop\./);
    await page.keyboard.press('Escape');
  });

  it('show what a selector selects as references', async () => {
    const { workbench, page } = running();
    await workbench.editor.openFile('shop-policy.yaml');
    await choose('The manifests of the workspace');
    await lens(/^Selects 2 pods in shop/);
    await workbench.editor.goTo(8, 13);
    await page.keyboard.press('Shift+F12');
    const peek = page.locator('.reference-zone-widget');
    await peek.getByText('shop-pods.yaml').first().waitFor();
    await page.keyboard.press('Escape');
    await peek.waitFor({ state: 'hidden' });
  });
});
