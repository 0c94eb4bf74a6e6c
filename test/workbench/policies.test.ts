import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { chooseFirstCluster, run, untilWithin } from './support.ts';

const until = untilWithin(10_000);

const open = async (content: string, language = 'yaml'): Promise<vscode.TextDocument> => {
  const document = await vscode.workspace.openTextDocument({ content, language });
  await vscode.window.showTextDocument(document);
  return document;
};

const lensesOf = async (document: vscode.TextDocument): Promise<readonly vscode.CodeLens[]> =>
  (await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri)) ?? [];
const titlesOf = async (document: vscode.TextDocument): Promise<readonly string[]> =>
  (await lensesOf(document)).map(({ command }) => command?.title ?? '');

const place = (document: vscode.TextDocument, text: string): vscode.Position => {
  const at = document.getText().indexOf(text);
  assert.ok(at >= 0, `${text} is not in the document`);
  return document.positionAt(at + 1);
};

async function hoverOver(document: vscode.TextDocument, text: string): Promise<string> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    document.uri,
    place(document, text),
  );
  return hovers
    .flatMap(({ contents }) => contents)
    .map((content) => (content instanceof vscode.MarkdownString ? content.value : ''))
    .join('\n')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('\\', '');
}

const own = (document: vscode.TextDocument): readonly vscode.Diagnostic[] =>
  vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === 'Network Inspector');

const diagnosticOf = (document: vscode.TextDocument, code: string): Promise<vscode.Diagnostic> =>
  until(`the diagnostic ${code}`, () => own(document).find((one) => codeOf(one) === code));

const codeOf = ({ code }: vscode.Diagnostic): unknown => (typeof code === 'object' ? code.value : code);

async function edit(document: vscode.TextDocument, from: string, to: string): Promise<void> {
  const at = document.getText().indexOf(from);
  assert.ok(at >= 0, `${from} is not in the document`);
  const change = new vscode.WorkspaceEdit();
  change.replace(document.uri, new vscode.Range(document.positionAt(at), document.positionAt(at + from.length)), to);
  await vscode.workspace.applyEdit(change);
}

const api = `# who reaches the API
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: api
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: api # the API
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app: webb # the front
`;
const all = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: ledger
  namespace: payments
spec:
  podSelector: {}
  ingress: [{}]
`;

describe('policies in the editor', function () {
  this.timeout(30_000);
  let root: string;

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'network-inspector-policies-'));
    const extension = vscode.extensions.getExtension('kubernetes-network-inspector.kubernetes-network-inspector');
    assert.ok(extension);
    await cp(join(extension.extensionPath, 'media', 'samples', 'canal-problems'), join(root, 'shop cluster'), {
      recursive: true,
    });
    await extension.activate();
  });
  after(async () => {
    await vscode.workspace
      .getConfiguration('networkInspector')
      .update('folders', undefined, vscode.ConfigurationTarget.Global);
    await run('workbench.action.closeAllEditors');
    await rm(root, { recursive: true, force: true });
  });

  it('are checked by themselves where there is no cluster', async () => {
    const document = await open(`${all}  policyTypes: [ingress]\n`);
    const diagnostic = await diagnosticOf(document, 'invalid-policy-type');
    assert.equal(document.getText(diagnostic.range), 'ingress');
    assert.equal(diagnostic.severity, vscode.DiagnosticSeverity.Error);
    const linked = await until(
      'the link to what the code means',
      () => own(document).flatMap(({ code }) => (typeof code === 'object' ? [code.target] : []))[0],
    );
    const explained = await vscode.workspace.openTextDocument(linked.with({ fragment: '' }));
    assert.equal(explained.lineAt(Number(linked.fragment.slice(1)) - 1).text, '### invalid-policy-type');
    assert.match((await titlesOf(document))[0] ?? '', /^Cannot tell which pods it selects/);
  });

  it('are measured against the cluster that is chosen', async () => {
    const document = await open(`${api}---\n${all}`);
    await run('networkInspector.openFolder', join(root, 'shop cluster'));
    await chooseFirstCluster(until);
    const titles = await until('the counts', async () => {
      const found = await titlesOf(document);
      return found.some((title) => title.startsWith('Selects 2 pods in shop')) ? found : undefined;
    });
    assert.ok(titles.includes('Selects 2 pods in shop · isolates ingress · enforced by Canal'), titles.join('\n'));
    assert.ok(titles.includes('Selects 1 pod in payments · isolates ingress · enforced by Canal'), titles.join('\n'));
    assert.ok(titles.includes('Peer matches 0 pods'));
    assert.ok(titles.includes('Compare with the cluster'));
  });

  it('follow the text as it is typed', async () => {
    const document = await open(api);
    await diagnosticOf(document, 'peer-matches-nothing');
    await edit(document, 'app: api', 'tier: data');
    const titles = await until('the new count', async () => {
      const found = await titlesOf(document);
      return found[0]?.startsWith('Selects 1 pod ') === true ? found : undefined;
    });
    assert.match(titles[0] ?? '', /in shop · isolates ingress/);
  });

  it('are explained on hover, with nothing taken for markup', async () => {
    const document = await open(`${api}---\n${all}`);
    assert.match(await hoverOver(document, 'podSelector'), /Selects 2 pods in 1 namespace\..*enforces NetworkPolicy/s);
    assert.match(await hoverOver(document, 'ingress: [{}]'), /admits everything/);
    assert.match(await hoverOver(document, 'app: webb'), /app on pods there: /);
  });

  it('are mended by a quick fix that keeps comments', async () => {
    const document = await open(api);
    const diagnostic = await diagnosticOf(document, 'peer-matches-nothing');
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      diagnostic.range,
      vscode.CodeActionKind.QuickFix.value,
    );
    const action = actions.find(({ title }) => /web/.test(title));
    assert.ok(action?.edit, actions.map(({ title }) => title).join('\n') || 'no action');
    await vscode.workspace.applyEdit(action.edit);
    assert.equal(document.getText(), api.replace('app: webb #', 'app: web #'));
    await until('the finding to go', () =>
      own(document).some((one) => codeOf(one) === 'peer-matches-nothing') ? undefined : true,
    );
  });

  it('lose only the document that does not parse, and have it back when it is mended', async () => {
    const document = await open(`${api}---\n${all}`);
    await edit(document, 'podSelector: {}', 'podSelector: {');
    const error = await until('the error', () => own(document).find(({ severity }) => severity === 0));
    assert.ok(error.range.start.line >= 16, `line ${error.range.start.line}`);
    const titles = await titlesOf(document);
    assert.equal(titles.filter((title) => title.startsWith('Selects ')).length, 1);
    await edit(document, 'podSelector: {', 'podSelector: {}');
    await until('both', async () =>
      (await titlesOf(document)).filter((title) => title.startsWith('Selects ')).length === 2 ? true : undefined,
    );
    await until('no error', () => (own(document).some(({ severity }) => severity === 0) ? undefined : true));
  });

  it('are found in JSON, in a List, with Windows line endings and behind anchors', async () => {
    const json = await open(
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'List',
        items: [
          {
            apiVersion: 'networking.k8s.io/v1',
            kind: 'NetworkPolicy',
            metadata: { name: 'api', namespace: 'shop' },
            spec: { podSelector: { matchLabels: { app: 'api' } } },
          },
        ],
      }),
      'json',
    );
    assert.match((await titlesOf(json))[0] ?? '', /^Selects 2 pods in shop/);
    const windows = await open(`${api}---\n${all}`.replaceAll('\n', '\r\n'));
    const peer = (await lensesOf(windows)).find(({ command }) => command?.title === 'Peer matches 0 pods');
    assert.equal(windows.lineAt(peer?.range.start.line ?? 0).text.trim(), '- podSelector:');
    const anchored = await open(
      api
        .replace('podSelector:\n    matchLabels', 'podSelector: &it\n    matchLabels')
        .replace(/- podSelector:[^]*$/, '- podSelector: *it\n'),
    );
    assert.match(await hoverOver(anchored, '- podSelector: *it'), /Pods with app=api in shop/);
  });

  it('show the effect of an edit in a read-only document', async () => {
    const document = await open(api.replace('webb', 'web'));
    await titlesOf(document);
    await run('networkInspector.showPolicyEffect');
    const effect = await until('the effect', () =>
      vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'network-inspector-policy'),
    );
    assert.match(effect.getText(), /applied to shop cluster\n=+\n\n(Newly|Allowed)/);
    assert.match(effect.getText(), /^shop\/api\[Deployment\] → shop\/db\[StatefulSet\]: was TCP 5432$/m);
  });

  it('are compared with the object of the cluster', async () => {
    await run('workbench.action.closeAllEditors');
    const document = await open(api);
    await titlesOf(document);
    await run('networkInspector.comparePolicy');
    const tab = await until('the comparison', () => {
      const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
      return input instanceof vscode.TabInputTextDiff ? input : undefined;
    });
    assert.equal(tab.modified.toString(), document.uri.toString());
    const live = await vscode.workspace.openTextDocument(tab.original);
    assert.match(live.getText(), /^apiVersion: networking.k8s.io\/v1\nkind: NetworkPolicy\nmetadata:\n {2}name: api/);
    assert.match(live.getText(), /port: 8443/);
  });

  it('are left alone in a file that holds none', async () => {
    const document = await open('apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec: { containers: [] }\n');
    assert.deepEqual(await titlesOf(document), []);
    assert.deepEqual(own(document), []);
    assert.equal(await hoverOver(document, 'kind'), '');
  });
});
