import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { canalCluster } from '../unit/tree/canalCluster.ts';
import { run, untilWithin } from './support.ts';

const until = untilWithin(20_000);

const configuration = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('networkInspector');

/** What a person gets who selects the row that has the keyboard and copies its name. */
async function selectedName(): Promise<string> {
  await vscode.env.clipboard.writeText('');
  await run('networkInspector.copyName');
  return vscode.env.clipboard.readText();
}

describe('the Clusters view in the extension host', function () {
  this.timeout(60_000);
  let root: string;
  let folder: string;

  const writeDump = (items: readonly object[]): Promise<void> =>
    writeFile(join(folder, 'dump.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'network-inspector-workbench-'));
    folder = join(root, 'my cluster');
    await mkdir(folder);
    await writeDump(canalCluster(3, [2]));
  });
  after(async () => {
    await configuration().update('folders', undefined, vscode.ConfigurationTarget.Global);
    await run('workbench.action.closeAllEditors');
    await rm(root, { recursive: true, force: true });
  });

  it('opens a folder as a cluster, keeps it in the settings and selects it', async () => {
    await run('networkInspector.clusters.focus');
    await run('networkInspector.openFolder', folder);
    assert.deepEqual(configuration().get('folders'), [folder]);
    await until('the folder to be selected', async () => ((await selectedName()) === 'my cluster' ? true : undefined));
  });

  it('opens the same folder once', async () => {
    await run('networkInspector.openFolder', vscode.Uri.file(folder));
    assert.deepEqual(configuration().get('folders'), [folder]);
  });

  it('is walked with the keyboard to a container that fails', async () => {
    const kubeFlannel = await until('kube-flannel to be reached', async () => {
      await run('networkInspector.clusters.focus');
      await run('list.focusFirst');
      for (let step = 0; step < 8; step++) {
        await run('list.focusDown');
        await run('list.expand');
      }
      await run('list.focusFirst');
      for (let step = 0; step < 12; step++) {
        await run('list.focusDown');
        await run('list.toggleSelection');
        if ((await selectedName()).split('\n').includes('kube-flannel')) return true;
      }
      return undefined;
    });
    assert.equal(kubeFlannel, true);
    await run('list.clear');
  });

  // VS Code calls a command so whose row it is drawing anew.
  it('does nothing where it is not known which row was meant', async () => {
    await run('workbench.action.closeQuickOpen');
    await run('workbench.action.closeAllEditors');
    await until('the cluster to be selected', async () => {
      await run('networkInspector.clusters.focus');
      await run('list.focusFirst');
      await run('list.select');
      return (await selectedName()) === 'my cluster' || undefined;
    });
    await vscode.env.clipboard.writeText('');
    await run('networkInspector.copyName', undefined, undefined);
    assert.equal(await vscode.env.clipboard.readText(), '');
    await run('networkInspector.copyName', undefined, [undefined, undefined]);
    assert.equal(await vscode.env.clipboard.readText(), '');
    for (const command of ['why', 'connect', 'disconnect', 'openPod', 'openTerminal', 'describePod']) {
      let ended = false;
      void run(`networkInspector.${command}`, undefined, undefined).then(() => (ended = true));
      await until(`${command} to end without a question`, () => ended || undefined);
    }
    assert.equal(vscode.window.activeTextEditor, undefined);
  });

  it('explains the verdicts on the cluster in a read-only document that follows it', async () => {
    await writeDump(canalCluster(3, [2]));
    await run('networkInspector.clusters.focus');
    await run('list.focusFirst');
    await run('list.select');
    await run('networkInspector.why');
    const document = await until('the document', () => {
      const shown = vscode.window.activeTextEditor?.document;
      return shown?.uri.scheme === 'network-inspector-why' ? shown : undefined;
    });
    await until('the verdict', () => (document.getText().includes('CNI: Canal') ? true : undefined));
    assert.match(document.getText(), /^my cluster\n=+\n/);
    assert.match(document.getText(), /CNI: Canal 3\.32\.1\n-+\ncertain, \d+ of 100 points/);
    assert.match(document.getText(), /\+60 {2}The DaemonSet canal in kube-system has its pod label/);
    assert.match(document.getText(), /NetworkPolicy: enforces NetworkPolicy/);

    await writeDump(canalCluster(3).filter(({ kind }) => kind !== 'DaemonSet' && kind !== 'Pod'));
    await until('the document to say that Canal has gone', () =>
      document.getText().includes('Traces of') && !document.getText().includes('CNI: Canal') ? true : undefined,
    );
  });

  it('filters by a text that another extension gives', async () => {
    const select = async (): Promise<string> => {
      await run('networkInspector.clusters.focus');
      await run('list.focusFirst');
      await run('list.select');
      return selectedName();
    };
    await run('networkInspector.clearFilter');
    await until('the cluster', async () => ((await select()) === 'my cluster' ? true : undefined));
    await run('networkInspector.filter', 'nothing like it');
    await until('no row to be left', async () => ((await select()) === '' ? true : undefined));
    await run('networkInspector.clearFilter');
    await until('the cluster to be back', async () => ((await select()) === 'my cluster' ? true : undefined));
  });

  it('groups by server through a setting', async () => {
    await run('networkInspector.groupByServer');
    assert.equal(configuration().get('groupByServer'), true);
    await run('networkInspector.ungroup');
    assert.equal(configuration().get('groupByServer'), false);
    await configuration().update('groupByServer', undefined, vscode.ConfigurationTarget.Global);
  });

  it('survives settings of the wrong type', async () => {
    for (const [key, value] of [
      ['folders', 'not a list'],
      ['kubeconfigs', { a: 1 }],
      ['requestTimeout', 'soon'],
      ['refreshInterval', -5],
    ] as const)
      await configuration().update(key, value, vscode.ConfigurationTarget.Global);
    await run('networkInspector.refreshAll');
    for (const key of ['folders', 'kubeconfigs', 'requestTimeout', 'refreshInterval'])
      await configuration().update(key, undefined, vscode.ConfigurationTarget.Global);
    await run('networkInspector.openFolder', folder);
    assert.deepEqual(configuration().get('folders'), [folder]);
  });
});
