import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { chooseFirstCluster, run, untilWithin } from './support.ts';

const until = untilWithin(20_000);

const ask = <T>(command: string, ...args: unknown[]): Thenable<T | undefined> =>
  vscode.commands.executeCommand<T>(command, ...args);

const configure = (key: string, value: unknown): Thenable<void> =>
  vscode.workspace.getConfiguration('networkInspector').update(key, value, vscode.ConfigurationTarget.Global);

/** A document with the text, and the place of the mark `‸` that is taken out of it. */
async function openMarked(marked: string): Promise<{ document: vscode.TextDocument; position: vscode.Position }> {
  const at = marked.indexOf('‸');
  const content = marked.replace('‸', '');
  const document = await vscode.workspace.openTextDocument({ content, language: 'yaml' });
  await vscode.window.showTextDocument(document);
  return { document, position: document.positionAt(Math.max(0, at)) };
}

const policy = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: api
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: api
  ingress:
    - from:
        - podSelector: { matchLabels: { app: web } }
`;

describe('help with policies in the editor', function () {
  this.timeout(60_000);
  let root: string;
  let folder: string;

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'network-inspector-help-'));
    const extension = vscode.extensions.getExtension('kubernetes-network-inspector.kubernetes-network-inspector');
    assert.ok(extension);
    folder = join(root, 'shop cluster');
    await cp(join(extension.extensionPath, 'media', 'samples', 'canal-problems'), folder, { recursive: true });
    await extension.activate();
    await run('networkInspector.openFolder', folder);
    await chooseFirstCluster(until);
  });
  after(async () => {
    await configure('folders', undefined);
    await configure('policy.inlayHints', undefined);
    await configure('policy.hover', undefined);
    await run('workbench.action.closeAllEditors');
    await rm(root, { recursive: true, force: true });
  });

  /** The measured cluster has been read once its pods are counted. */
  const measured = (document: vscode.TextDocument): Promise<true> =>
    until('the count of pods', async () => {
      const lenses = (await ask<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri)) ?? [];
      return lenses.some(({ command }) => command?.title.startsWith('Selects ') === true) || undefined;
    });

  const completed = async (marked: string): Promise<readonly string[]> => {
    const { document, position } = await openMarked(marked);
    await measured(document);
    const list = await ask<vscode.CompletionList>('vscode.executeCompletionItemProvider', document.uri, position);
    return (list?.items ?? []).flatMap(({ label }) =>
      typeof label === 'object' && label.description !== undefined ? [`${label.label} (${label.description})`] : [],
    );
  };

  it('completes labels, namespaces and ports out of the cluster', async () => {
    const values = await completed(policy.replace('app: api', 'app: ‸'));
    assert.ok(values.includes('api (2 pods)'), values.join('\n'));
    const peers = await completed(policy.replace('app: web', 'app: ‸'));
    assert.ok(
      peers.some((one) => one.startsWith('web (')),
      peers.join('\n'),
    );
    const namespaces = await completed(policy.replace('namespace: shop', 'namespace: ‸shop'));
    assert.ok(
      namespaces.some((one) => one.startsWith('payments (')),
      namespaces.join('\n'),
    );
    const ports = await completed(`${policy}      ports: [{ port: ‸ }]\n`);
    assert.ok(
      ports.some((one) => one.startsWith('8443 (TCP')),
      ports.join('\n'),
    );
  });

  it('completes a Calico selector', async () => {
    const text = `apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: { name: a, namespace: shop }\nspec:\n  selector: app == ‸\n`;
    const values = await completed(text);
    assert.ok(values.includes("'api' (2 pods)"), values.join('\n'));
  });

  it('shows counts at the end of lines as soon as that is turned on', async () => {
    const { document } = await openMarked(policy);
    await measured(document);
    const whole = new vscode.Range(0, 0, document.lineCount, 0);
    const hints = async (): Promise<readonly string[]> =>
      ((await ask<vscode.InlayHint[]>('vscode.executeInlayHintProvider', document.uri, whole)) ?? []).map(
        ({ label, position }) => `${position.line + 1}: ${String(label)}`,
      );
    assert.deepEqual(await hints(), []);
    await configure('policy.inlayHints', true);
    const shown = await until('the hints', async () => {
      const found = await hints();
      return found.length > 0 ? found : undefined;
    });
    assert.equal(shown[0], '7: 2 pods');
    assert.match(shown[1] ?? '', /^12: \d+ pods?$/);
    await configure('policy.inlayHints', false);
    await until('no hints', async () => ((await hints()).length === 0 ? true : undefined));
  });

  it('stops a part as soon as its setting is turned off', async () => {
    const { document } = await openMarked(policy);
    await measured(document);
    const at = new vscode.Position(6, 4);
    const hovers = async (): Promise<number> =>
      ((await ask<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, at)) ?? []).length;
    await configure('policy.hover', undefined);
    await until('a hover', async () => ((await hovers()) > 0 ? true : undefined));
    await configure('policy.hover', false);
    await until('no hover', async () => ((await hovers()) === 0 ? true : undefined));
    await configure('policy.hover', undefined);
    await until('a hover again', async () => ((await hovers()) > 0 ? true : undefined));
  });

  it('outlines each policy with its rules', async () => {
    const { document } = await openMarked(`${policy}---\n${policy.replace('name: api', 'name: other')}`);
    const symbols = (await ask<vscode.DocumentSymbol[]>('vscode.executeDocumentSymbolProvider', document.uri)) ?? [];
    assert.deepEqual(
      symbols.map(({ name, detail, children }) => [name, detail, ...children.map((child) => child.name)]),
      [
        ['api', 'NetworkPolicy', 'ingress rule 1'],
        ['other', 'NetworkPolicy', 'ingress rule 1'],
      ],
    );
  });

  it('goes from a namespace and from the name of a policy to where they stand', async () => {
    const lineOf = async (marked: string): Promise<string> => {
      const { document, position } = await openMarked(marked);
      await measured(document);
      const found = (await ask<vscode.Location[]>('vscode.executeDefinitionProvider', document.uri, position)) ?? [];
      assert.equal(found.length, 1);
      const [place] = found;
      assert.ok(place);
      const target = await vscode.workspace.openTextDocument(place.uri);
      return target.getText(new vscode.Range(place.range.start.line, 0, place.range.start.line + 5, 0));
    };
    assert.match(
      await lineOf(policy.replace('namespace: shop', 'namespace: sh‸op')),
      /kind: Namespace\n[^]*name: shop/,
    );
    assert.match(await lineOf(policy.replace('name: api', 'name: a‸pi')), /kind: NetworkPolicy\n[^]*name: api/);
  });

  it('lists the pods that a selector and a peer select', async () => {
    const filesOf = async (marked: string): Promise<number> => {
      const { document, position } = await openMarked(marked);
      await measured(document);
      const found = (await ask<vscode.Location[]>('vscode.executeReferenceProvider', document.uri, position)) ?? [];
      assert.ok(found.every(({ uri }) => uri.fsPath.startsWith(folder)));
      return found.length;
    };
    assert.equal(await filesOf(policy.replace('podSelector:\n', 'podS‸elector:\n')), 2);
    assert.ok((await filesOf(policy.replace('- podSelector', '- podS‸elector'))) > 0);
  });

  it('leads from a finding to the service that it speaks of', async () => {
    const { document } = await openMarked(`${policy}      ports: [{ port: 443 }]\n`);
    await measured(document);
    const finding = await until('the finding', () =>
      vscode.languages
        .getDiagnostics(document.uri)
        .find(({ code }) => (typeof code === 'object' ? code.value : code) === 'service-port'),
    );
    const [related] = finding.relatedInformation ?? [];
    assert.match(related?.message ?? '', /^Service shop\/api sends port 443 to /);
    assert.ok(related?.location.uri.fsPath.startsWith(folder));
  });

  it('says, when nobody types, that nothing would change without a policy', async () => {
    const { document } = await openMarked(
      `${policy.replace('name: api', 'name: one')}---\n${policy.replace('name: api', 'name: two')}`,
    );
    await measured(document);
    const found = await until('the finding', () =>
      vscode.languages
        .getDiagnostics(document.uri)
        .find(({ code }) => (typeof code === 'object' ? code.value : code) === 'redundant-policy'),
    );
    assert.match(document.getText(found.range), /^(one|two)$/);
    assert.deepEqual(found.tags, [vscode.DiagnosticTag.Unnecessary]);
  });

  it('leaves a Helm template alone, and says so above it', async () => {
    const { document } = await openMarked(policy.replace('name: api', 'name: {{ .Release.Name }}-api'));
    const titles = await until('the line above', async () => {
      const lenses = (await ask<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri)) ?? [];
      return lenses.length > 0 ? lenses.map(({ command }) => command?.title) : undefined;
    });
    assert.deepEqual(titles, ['Helm template, not evaluated here']);
    const hint = await until('the hint', () =>
      vscode.languages.getDiagnostics(document.uri).find(({ source }) => source === 'Network Inspector'),
    );
    assert.equal(hint.severity, vscode.DiagnosticSeverity.Hint);
    assert.match(hint.message, /helm template/);
  });
});
