import * as vscode from 'vscode';
import { commands, walkthroughs } from '../../contributions.ts';
import type { FilePlace } from '../clusters.ts';
import type { RowNode } from '../rowTree.ts';
import { whyUri } from '../whyDocument.ts';
import { clusterOf, type CommandContext, pickCluster, register, registerOnRows } from './selection.ts';

/** Documents, settings and the log. */
export function registerOpenCommands(
  { view, clusters }: CommandContext,
  log: vscode.LogOutputChannel,
  extensionId: string,
): readonly vscode.Disposable[] {
  const openFileOf = async ([node]: readonly RowNode[]): Promise<void> => {
    if (node === undefined) return;
    const { target } = node.row;
    const place = target.kind === 'file' ? target.place : clusterOf(node, clusters)?.file;
    if (place !== undefined) await openAt(place);
  };
  return [
    registerOnRows(commands.why, view, async (nodes) => {
      const [node] = nodes;
      const cluster =
        (node === undefined ? undefined : clusterOf(node, clusters)) ??
        (await pickCluster(
          clusters,
          vscode.l10n.t('Cluster whose verdicts to explain'),
          ({ source }) => source.state.kind === 'connected',
        ));
      if (cluster === undefined) return;
      const document = await vscode.workspace.openTextDocument(whyUri(cluster.source));
      await vscode.window.showTextDocument(document, { preview: true });
    }),
    registerOnRows(commands.openFile, view, openFileOf),
    registerOnRows(commands.openKubeconfig, view, openFileOf),
    register(commands.showLog, () => {
      log.show();
    }),
    register(commands.openSettings, () =>
      vscode.commands.executeCommand('workbench.action.openSettings', `@ext:${extensionId}`),
    ),
    register(commands.openWalkthrough, () =>
      vscode.commands.executeCommand('workbench.action.openWalkthrough', `${extensionId}#${walkthroughs.start}`, false),
    ),
  ];
}

async function openAt({ path, line }: FilePlace): Promise<void> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(path));
  const at = new vscode.Position(Math.min(Math.max(0, (line ?? 1) - 1), document.lineCount - 1), 0);
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(at, at) });
}
