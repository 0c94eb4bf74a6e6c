import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntil } from '../control-plane/waitUntil.ts';
import type { RunningWorkbench } from './startWorkbench.ts';
import { useWorkbench } from './useWorkbench.ts';

const policy = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: api
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: api
`;

const manifests = `apiVersion: v1
kind: Namespace
metadata:
  name: payments
---
apiVersion: v1
kind: Namespace
metadata:
  name: shop
---
apiVersion: v1
kind: Pod
metadata: { name: api-0, namespace: shop, labels: { app: api } }
spec: { containers: [{ name: main }] }
`;

const overlay = (changes: string): string => `resources: [overlaid.yaml]\n${changes}`;

async function makeWorkspace(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'network-inspector-policies-'));
  await mkdir(join(folder, 'overlay'));
  await writeFile(join(folder, 'policy.yaml'), policy);
  await writeFile(join(folder, 'manifests.yaml'), manifests);
  await writeFile(join(folder, 'overlay', 'overlaid.yaml'), policy);
  await writeFile(join(folder, 'overlay', 'kustomization.yaml'), overlay('namePrefix: test-\n'));
  return folder;
}

const lens = ({ workbench }: RunningWorkbench, pattern: RegExp): Promise<true> =>
  waitUntil(
    `a lens like ${pattern}`,
    async () => {
      const lenses = await workbench.editor.codeLenses();
      return lenses.some((text) => pattern.test(text.replaceAll('\u00a0', ' '))) || undefined;
    },
    { seconds: 30 },
  );

const status = async ({ page }: RunningWorkbench): Promise<string> =>
  (await page.locator('.statusbar-item[id*="networkInspector.policy"]').allInnerTexts()).join(' ');

const plainEditor = {
  'editor.stickyScroll.enabled': false,
  'editor.occurrencesHighlight': 'off',
  'files.simpleDialog.enable': true,
};

describe('policies in a folder of the editor', function () {
  this.timeout(120_000);
  let folder: string;
  const running = useWorkbench(async () => {
    folder = await makeWorkspace();
    return { folders: ['media/samples/canal-problems'], workspace: folder, settings: plainEditor };
  });
  after(async () => {
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  // What is explained stands in a group of its own.
  beforeEach(() => running().workbench.runCommandIfOffered('View: Close All Editors'));

  const choose = async (name: string): Promise<void> => {
    const { workbench } = running();
    await workbench.runCommand('Network Inspector: Choose Cluster for Policies…');
    await workbench.quickInput.pick(name);
  };

  it('are measured against the manifests beside them until a cluster is chosen', async () => {
    const { workbench } = running();
    await workbench.editor.openFile('policy.yaml');
    await choose('The manifests of the workspace');
    await lens(running(), /^Selects 1 pod in shop · isolates ingress/);
  });

  it('keep the cluster that was chosen for the folder when the window is loaded again', async () => {
    const { workbench } = running();
    await workbench.editor.openFile('policy.yaml');
    await choose('canal-problems');
    await lens(running(), /^Selects 2 pods in shop · isolates ingress · enforced by Canal/);
    await workbench.reload();
    await workbench.editor.waitUntilOpen('policy.yaml');
    await lens(running(), /^Selects 2 pods in shop · isolates ingress · enforced by Canal/);
    assert.match(await status(running()), /canal-problems/);
  });

  it('lead from the name of a namespace to its manifest in the folder', async () => {
    const { workbench, page } = running();
    await workbench.editor.openFile('policy.yaml');
    await choose('canal-problems');
    await lens(running(), /^Selects 2 pods/);
    await workbench.editor.goTo(5, 15);
    await page.keyboard.press('F12');
    await workbench.editor.waitUntilOpen('manifests.yaml');
    await waitUntil('the line of the namespace', async () => {
      const place = await page.locator('.statusbar-item[id*="editor.selection"]').allInnerTexts();
      return place.some((text) => /Ln [5-9]\b/.test(text)) || undefined;
    });
  });

  it('explain a pair of pods in words', async () => {
    const { workbench } = running();
    await workbench.editor.openFile('policy.yaml');
    await choose('canal-problems');
    await lens(running(), /^Selects 2 pods/);
    await workbench.runCommand('Network Inspector: Explain a Pair of Pods under This Policy');
    const { quickInput } = workbench;
    await quickInput.type('web');
    const from = (await quickInput.items()).find(({ label }) => label.startsWith('web'))?.label ?? '';
    await quickInput.pick(from);
    await waitUntil(
      'the question for the other end',
      async () => (await quickInput.placeholder()).startsWith('Pod that web') || undefined,
    );
    await quickInput.type('api');
    const to = (await quickInput.items()).find(({ label }) => label.startsWith('api'))?.label ?? '';
    await quickInput.pick(to);
    await waitUntil(
      'the question for the port',
      async () => (await quickInput.message()).includes('Port of') || undefined,
    );
    await quickInput.type('TCP/8443');
    await quickInput.accept();
    const said = await workbench.editor.waitForText(/Ingress of the destination/);
    assert.match(said, /^shop\/web.* → shop\/api.*, TCP 8443$/m);
    assert.match(said, /Canal enforces NetworkPolicy\./);
  });

  it('are measured as kustomize makes them, and its patches are left alone', async () => {
    const { workbench } = running();
    const file = join(folder, 'overlay', 'kustomization.yaml');
    await writeFile(file, overlay('namespace: elsewhere\n'));
    await workbench.editor.openFile('overlaid.yaml');
    await choose('canal-problems');
    await lens(running(), /^Selects 0 pods/);
    await writeFile(file, overlay(''));
    await lens(running(), /^Selects 2 pods in shop/);
    await writeFile(file, overlay('patches: [{ path: other.yaml }]\n'));
    await lens(running(), /^Selects 2 pods in shop .*without kustomize’s patches/);
    for (const kind of ['light', 'hc-light', 'dark'] as const) {
      await workbench.switchTheme(kind);
      await workbench.screenshot(`policy-kustomize-${kind}`);
    }
    await writeFile(file, overlay('patches: [{ path: overlaid.yaml }]\n'));
    await lens(running(), /^Kustomize patch/);
  });

  it('are measured in a document without a file as soon as it is YAML, and the cluster is named', async () => {
    const { workbench } = running();
    await workbench.editor.openFile('policy.yaml');
    await choose('canal-problems');
    await lens(running(), /^Selects 2 pods/);
    await workbench.runCommand('File: New Untitled Text File');
    await workbench.editor.waitUntilOpen('Untitled');
    await workbench.editor.focus();
    await workbench.editor.insert(
      'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: all, namespace: shop }\nspec: {}\n',
    );
    try {
      await waitUntil('no cluster to be named', async () => (await status(running())) === '' || undefined);
      await workbench.runCommand('Change Language Mode');
      await workbench.quickInput.type('YAML');
      await workbench.quickInput.pick('YAML');
      await lens(running(), /^Selects \d+ pods in shop/);
      await waitUntil('the cluster', async () => (await status(running())).includes('canal-problems') || undefined);
    } finally {
      // To close it would ask what is to become of it.
      await workbench.runCommand('View: Revert and Close Editor');
    }
  });

  it('look as part of the editor in every theme', async () => {
    const { workbench } = running();
    await workbench.editor.openFile('policy.yaml');
    await choose('canal-problems');
    await lens(running(), /^Selects 2 pods/);
    for (const kind of ['light', 'dark', 'hc-light', 'hc-dark'] as const) {
      await workbench.switchTheme(kind);
      await workbench.hover.waitForText(workbench.editor.word('podSelector'), /2 pods in shop/);
      await workbench.screenshot(`policy-hover-${kind}`);
      await workbench.hover.close();
    }
  });
});

describe('policies in a folder that is not trusted', function () {
  this.timeout(120_000);
  let folder: string;
  let server: Server;
  let contacts = 0;
  const running = useWorkbench(async () => {
    folder = await makeWorkspace();
    server = createServer((socket) => {
      contacts++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const kubeconfig = `apiVersion: v1
kind: Config
current-context: prod
clusters: [{ name: prod, cluster: { server: "https://127.0.0.1:${port}" } }]
contexts: [{ name: prod, context: { cluster: prod, user: me } }]
users: [{ name: me, user: { token: secret } }]
`;
    return {
      kubeconfig,
      workspace: folder,
      restricted: true,
      settings: {
        ...plainEditor,
        'security.workspace.trust.enabled': true,
        'security.workspace.trust.startupPrompt': 'never',
        'security.workspace.trust.banner': 'never',
        'networkInspector.autoConnect': 'current',
      },
    };
  });
  after(async () => {
    server?.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  it('are measured against its files, and no cluster is offered or contacted', async () => {
    const { workbench } = running();
    await workbench.editor.openFile('policy.yaml');
    await lens(running(), /^Selects 1 pod in shop · isolates ingress/);
    await workbench.runCommand('Network Inspector: Choose Cluster for Policies…');
    const offered = (await workbench.quickInput.items()).map(({ label }) => label);
    await workbench.quickInput.cancel();
    assert.deepEqual(offered, ['The manifests of the workspace']);
    assert.equal(contacts, 0);
  });
});
