import * as vscode from 'vscode';
import { changeSetting, setting } from '../../base/settings.ts';
import { commands } from '../../contributions.ts';
import { clustersOf, type CommandContext, register, registerOnRows } from './selection.ts';

/** Which clusters the user wants to see, and where. */
export function registerKeepCommands({ view, clusters, state }: CommandContext): readonly vscode.Disposable[] {
  const keep = (id: (typeof commands)[keyof typeof commands], set: 'favourites' | 'hidden', value: boolean) =>
    registerOnRows(id, view, (nodes) => {
      state.keep(
        set,
        clustersOf(nodes, clusters).map(({ source }) => source.id),
        value,
      );
    });
  return [
    keep(commands.addFavourite, 'favourites', true),
    keep(commands.removeFavourite, 'favourites', false),
    keep(commands.hide, 'hidden', true),
    keep(commands.unhide, 'hidden', false),
    register(commands.openFolder, async (argument) => {
      const folders = await chosenFolders(argument);
      const before = setting('networkInspector.folders');
      const added = folders.filter((folder) => !before.includes(folder));
      if (added.length > 0) await changeSetting('networkInspector.folders', [...before, ...added]);
      await clusters.ready();
      const opened = clusters.list.find(({ folder }) => folder === folders[0]);
      if (opened !== undefined) await view.open(opened.source.id);
    }),
    registerOnRows(commands.closeFolder, view, async (nodes) => {
      const closed = clustersOf(nodes, clusters).map(({ folder }) => folder);
      const left = setting('networkInspector.folders').filter((folder) => !closed.includes(folder));
      await changeSetting('networkInspector.folders', left);
    }),
  ];
}

/** From the explorer's menu, from another extension, or from the dialog. */
async function chosenFolders(argument: unknown): Promise<readonly string[]> {
  if (argument instanceof vscode.Uri) return [argument.fsPath];
  if (typeof argument === 'string') return [argument];
  const picked = await vscode.window.showOpenDialog({
    canSelectFolders: true,
    canSelectFiles: false,
    canSelectMany: true,
    openLabel: vscode.l10n.t('Open as Cluster'),
    title: vscode.l10n.t('Manifests, kubectl get -o yaml output, or a must-gather'),
  });
  return (picked ?? []).map(({ fsPath }) => fsPath);
}
