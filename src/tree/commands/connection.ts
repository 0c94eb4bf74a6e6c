import * as vscode from 'vscode';
import { changeSetting, setting } from '../../base/settings.ts';
import { commands } from '../../contributions.ts';
import type { Cluster } from '../clusters.ts';
import { commandLine, shellKind } from '../../base/shell.ts';
import { clustersOf, type CommandContext, pickCluster, register, registerOnRows } from './selection.ts';

/** Connect, disconnect, refresh, and the way out of a failed credential plugin. */
export function registerConnectionCommands({ view, clusters, state }: CommandContext): readonly vscode.Disposable[] {
  const { t } = vscode.l10n;

  const connect = async (chosen: readonly Cluster[]): Promise<void> => {
    state.keep(
      'recent',
      chosen.map(({ source }) => source.id),
      true,
    );
    const [first] = chosen;
    if (first !== undefined && chosen.length === 1) await view.open(first.source.id);
    await Promise.all(chosen.map(({ source }) => source.connect()));
  };

  return [
    registerOnRows(commands.connect, view, async (nodes, argument) => {
      const selected =
        typeof argument === 'string'
          ? clusters.list.filter(({ source }) => source.id === argument)
          : clustersOf(nodes, clusters);
      if (selected.length > 0) return connect(selected);
      const picked = await pickCluster(
        clusters,
        t('Cluster to connect'),
        ({ source }) => source.state.kind !== 'connected',
      );
      return picked === undefined ? undefined : connect([picked]);
    }),
    registerOnRows(commands.retry, view, (nodes) => connect(clustersOf(nodes, clusters))),
    registerOnRows(commands.disconnect, view, async (nodes) => {
      let selected = clustersOf(nodes, clusters);
      if (selected.length === 0) {
        const picked = await pickCluster(
          clusters,
          t('Cluster to disconnect'),
          ({ source }) => source.state.kind !== 'not-connected',
        );
        selected = picked === undefined ? [] : [picked];
      }
      for (const { source } of selected) source.disconnect();
      state.keep(
        'recent',
        selected.map(({ source }) => source.id),
        false,
      );
    }),
    registerOnRows(commands.refresh, view, (nodes) =>
      inView(() => Promise.all(clustersOf(nodes, clusters).map(({ source }) => source.refresh()))),
    ),
    register(commands.refreshAll, () =>
      inView(() =>
        Promise.all(
          clusters.list
            .filter(({ source }) => source.state.kind !== 'not-connected')
            .map(({ source }) => source.refresh()),
        ),
      ),
    ),
    register(commands.setRefreshInterval, async () => {
      const now = setting('networkInspector.refreshInterval');
      const choices = [0, 10, 20, 30].map((seconds) => ({
        label: seconds === 0 ? t('Off') : t('Every {0} s', seconds),
        description: seconds === now ? t('now') : seconds === 0 ? t('the watch alone') : '',
        seconds,
      }));
      const picked = await vscode.window.showQuickPick(choices, {
        placeHolder: t('Confirm what is shown, besides watching for changes'),
      });
      if (picked !== undefined) await changeSetting('networkInspector.refreshInterval', picked.seconds);
    }),
    registerOnRows(commands.runCredentialPlugin, view, (nodes) => {
      for (const { source, credentialPlugin } of clustersOf(nodes, clusters)) {
        if (source.state.kind !== 'credential-plugin' || credentialPlugin === undefined) continue;
        const { command, args } = credentialPlugin;
        // Often what names the account: without it one signs in to another.
        const env = Object.fromEntries(credentialPlugin.env.map(({ name, value }) => [name, value]));
        const terminal = vscode.window.createTerminal({ name: t('Sign in: {0}', source.name), env });
        terminal.show();
        terminal.sendText(commandLine([command, ...args], shellKind(vscode.env.shell, process.platform)));
      }
    }),
  ];
}

/** The view's own progress bar. */
const inView = (task: () => Promise<unknown>): Thenable<unknown> =>
  vscode.window.withProgress({ location: { viewId: 'networkInspector.clusters' } }, task);
