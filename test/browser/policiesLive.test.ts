import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDemoCluster } from '../../scripts/lib/demoCluster.ts';
import { type ControlPlane } from '../control-plane/controlPlane.ts';
import { type FaultProxy, startFaultProxy } from '../control-plane/faultProxy.ts';
import { applyObjects } from '../control-plane/fill/manifests.ts';
import { waitUntil } from '../control-plane/waitUntil.ts';
import { useWorkbench } from './useWorkbench.ts';

const policy = (app: string, peer = 'web'): string => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: api, namespace: shop }
spec:
  podSelector: { matchLabels: { app: ${app} } }
  ingress:
    - from:
        - podSelector: { matchLabels: { app: ${peer} } } # the front
`;

const pod = (name: string, app: string): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace: 'shop', name, labels: { app } },
  spec: { automountServiceAccountToken: false, containers: [{ name: 'main', image: 'registry.example.com/main:1' }] },
});

describe('a policy in the editor, measured against a real API server', function () {
  this.timeout(180_000);
  let plane: ControlPlane;
  let proxy: FaultProxy;
  let workspace: string;
  const running = useWorkbench(async () => {
    plane = await startDemoCluster();
    proxy = await startFaultProxy(plane);
    await applyObjects(plane, [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }]);
    await waitUntil('the service account', async () => {
      const { code } = await plane.kubectl(['-n', 'shop', 'get', 'serviceaccount', 'default']);
      return code === 0 || undefined;
    });
    await applyObjects(plane, [pod('api-0', 'api'), pod('other-0', 'other'), pod('web-0', 'web')]);
    workspace = await mkdtemp(join(tmpdir(), 'network-inspector-policies-'));
    await writeFile(join(workspace, 'policy.yaml'), policy('api'));
    return {
      kubeconfig: proxy.kubeconfig,
      folders: ['media/samples/canal-problems'],
      workspace,
      settings: {
        '[yaml]': { 'editor.autoIndent': 'none' },
        'editor.autoClosingBrackets': 'never',
        'editor.stickyScroll.enabled': false,
      },
    };
  });
  after(async () => {
    await proxy?.stop();
    await plane?.stop();
    if (workspace) await rm(workspace, { recursive: true, force: true });
  });

  const lens = (pattern: RegExp, seconds = 30): Promise<true> =>
    waitUntil(
      `a lens like ${pattern}`,
      async () => {
        const lenses = await running().workbench.editor.codeLenses();
        return lenses.some((text) => pattern.test(text.replaceAll('\u00a0', ' '))) || undefined;
      },
      { seconds },
    );
  const status = async (): Promise<string> =>
    (await running().page.locator('.statusbar-item[id*="networkInspector.policy"]').allInnerTexts()).join(' ');
  /** From the top, where the lines above the policy are in sight. */
  const replaceAll = async (text: string): Promise<void> => {
    const { workbench, page } = running();
    await workbench.editor.replaceAll(text);
    await page.keyboard.press('ControlOrMeta+Home');
  };
  const choose = async (name: string): Promise<void> => {
    const { workbench } = running();
    await workbench.runCommand('Network Inspector: Choose Cluster for Policies…');
    await workbench.quickInput.pick(name);
  };

  beforeEach(() => running().workbench.editor.openFile('policy.yaml'));

  it('is counted against the cluster that is chosen', async () => {
    const { workbench } = running();
    await workbench.runCommand('Network Inspector: Choose Cluster for Policies…');
    const [first] = await workbench.quickInput.items();
    await workbench.quickInput.pick(first?.label ?? '');
    await lens(/^Selects 1 pod in shop · isolates ingress · enforced by Canal/);
    assert.match(await status(), new RegExp(first?.label ?? '-'));
  });

  it('follows a label that kubectl sets', async () => {
    await plane.kubectl(['-n', 'shop', 'label', 'pod', 'other-0', 'app=api', '--overwrite']);
    await lens(/^Selects 2 pods in shop/);
  });

  it('follows the text that is not saved', async () => {
    const { workbench } = running();
    await replaceAll(policy('web', 'webb'));
    await lens(/^Selects 1 pod in shop/);
    await lens(/^Peer matches 0 pods/);
    await workbench.hover.waitForText(workbench.editor.word('podSelector'), /1 pod in shop: web-0/);
    await workbench.hover.close();
    await workbench.screenshot('policy-live');
  });

  it('is mended by a quick fix', async () => {
    const { workbench, page } = running();
    await replaceAll(policy('web', 'webb'));
    await lens(/^Peer matches 0 pods/);
    await workbench.editor.word('webb').click();
    await page.keyboard.press('F8');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+.');
    await page.locator('.action-widget .action', { hasText: 'Change to app=web' }).click();
    await waitUntil(
      'the text to be mended',
      async () => /app: web \} \} # the front/.test(await workbench.editor.text()) || undefined,
    );
  });

  it('loses its line while the text cannot be read, and has it back', async () => {
    const { workbench } = running();
    await replaceAll(policy('api').replace('} } #', '} #'));
    await waitUntil('an error', async () => (await workbench.editor.squiggles()).error > 0 || undefined);
    await replaceAll(policy('api'));
    await waitUntil('no error', async () => (await workbench.editor.squiggles()).error === 0 || undefined);
    await lens(/^Selects 2 pods in shop/);
  });

  it('leads to the object of the cluster, which is shown as it is now', async () => {
    const { workbench, page } = running();
    await applyObjects(plane, [
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: 'api', namespace: 'shop' },
        spec: { podSelector: { matchLabels: { app: 'api' } }, policyTypes: ['Ingress'] },
      },
    ]);
    await replaceAll(policy('api'));
    await lens(/Compare with the cluster/);
    await workbench.editor.goTo(3, 20);
    await page.keyboard.press('F12');
    await workbench.editor.waitUntilOpen('api.yaml');
    const shown = await workbench.editor.waitForText(/uid: /);
    assert.match(shown, /^# NetworkPolicy shop\/api in .*, read only\. Without managedFields\.$/m);
    assert.doesNotMatch(shown, /manager:|fieldsV1/);
    await plane.kubectl(['-n', 'shop', 'label', 'networkpolicy', 'api', 'team=first', '--overwrite']);
    await workbench.editor.waitForText(/team: first/, 30_000);
    await workbench.screenshot('policy-live-object');
    await plane.kubectl(['-n', 'shop', 'delete', 'networkpolicy', 'api', '--ignore-not-found']);
    await workbench.editor.waitForText(/is not in /, 30_000);
  });

  it('says how old its numbers are while the cluster does not answer', async () => {
    await proxy.reach('open');
    await plane.kubectl(['-n', 'shop', 'label', 'pod', 'other-0', 'app=api', '--overwrite']);
    await replaceAll(policy('api'));
    await lens(/^Selects 2 pods in shop · isolates ingress · enforced by Canal(?! · as of)/, 90);
    await proxy.reach('refusing');
    await lens(/^Selects 2 pods in shop .* as of \d\d:\d\d/, 90);
    await waitUntil('the status bar', async () => /as of/.test(await status()) || undefined);
    await running().workbench.screenshot('policy-cluster-lost');
    await plane.kubectl(['-n', 'shop', 'label', 'pod', 'other-0', 'app=other', '--overwrite']);
    await proxy.reach('open');
    await lens(/^Selects 1 pod in shop · isolates ingress · enforced by Canal(?! · as of)/, 90);
    assert.doesNotMatch(await status(), /as of/);
  });

  it('is counted against another cluster when that is chosen', async () => {
    await choose('canal-problems');
    await lens(/^Selects 2 pods in shop · isolates ingress · enforced by Canal/);
    assert.match(await status(), /canal-problems/);
  });

  it('raises no notification for any of it', async () => {
    assert.deepEqual(await running().workbench.notifications.texts(), []);
  });
});
