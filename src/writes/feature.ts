import * as vscode from 'vscode';
import { Disposable } from '../base/disposable.ts';
import { componentLog } from '../base/log.ts';
import { isProtected } from '../base/protectedContexts.ts';
import { registerRowCommand } from '../base/rowCommand.ts';
import { objectOfRow, type ObjectTarget } from '../base/rowTarget.ts';
import { setting } from '../base/settings.ts';
import type { ClusterSource } from '../cluster/source.ts';
import { type CommandId, commands } from '../contributions.ts';
import type { Outcome, WriteTarget, WriteUi } from './change.ts';

type Change = (target: WriteTarget, kind: string, ui: WriteUi, signal: AbortSignal) => Promise<Outcome | undefined>;

const saidMs = 8000;

/**
 * What changes a cluster: off until the user turns it on, asked about each time, and only on what was chosen. The code of it
 * is loaded with the first use.
 */
export class WritesFeature extends Disposable {
  readonly #sources: { readonly list: readonly ClusterSource[] };
  readonly #channel: vscode.LogOutputChannel;
  readonly #closed = new AbortController();

  constructor(channel: vscode.LogOutputChannel, sources: { readonly list: readonly ClusterSource[] }) {
    super();
    this.#channel = channel;
    this.#sources = sources;
    const ofPod =
      (change: 'restart' | 'delete'): Change =>
      async (target, kind, ui, signal) =>
        kind === 'Pod' ? (await import('./change.ts')).changePod(change, target, ui, signal) : undefined;
    this.#command(commands.restartPod, ofPod('restart'));
    this.#command(commands.deletePod, ofPod('delete'));
    this.#command(commands.restartWorkload, async (target, kind, ui, signal) => {
      const { isRestartable } = await import('./requests.ts');
      return isRestartable(kind) ? (await import('./change.ts')).restartPodsOf(kind, target, ui, signal) : undefined;
    });
    this.own({ dispose: () => this.#closed.abort() });
  }

  #command(id: CommandId, change: Change): void {
    this.own(
      registerRowCommand(id, async (row) => {
        // Before anything else: a key or another extension may have called it, whatever the menus offer.
        if (!isOn()) return sayOff();
        const chosen = objectOfRow(row);
        const source = this.#sources.list.find((one) => one.id === chosen?.source);
        if (chosen === undefined || source === undefined) {
          const words = vscode.l10n.t('Choose this on a row of the Clusters view, or on the page of a pod.');
          return void vscode.window.showInformationMessage(words);
        }
        await this.#carryOut(source, chosen, change);
      }),
    );
  }

  async #carryOut(source: ClusterSource, { kind, namespace, name }: ObjectTarget, change: Change): Promise<void> {
    const { client } = source;
    if (client === undefined) {
      const words = vscode.l10n.t('{0} is a folder: there is no cluster to change.', source.name);
      return void vscode.window.showInformationMessage(words);
    }
    const guarded = isProtected(source.name, setting('networkInspector.protectedContexts'));
    const target = { client, context: source.name, guarded, namespace, name };
    const outcome = await change(target, kind, ui, this.#closed.signal);
    const log = componentLog(this.#channel, 'writes');
    switch (outcome?.kind) {
      case 'done':
        log.info(`${source.name}: ${outcome.words}`);
        vscode.window.setStatusBarMessage(outcome.words, saidMs);
        return;
      case 'refused':
        log.info(`${source.name}: ${outcome.words}`);
        void vscode.window.showWarningMessage(outcome.words);
        return;
      case 'off':
        return sayOff();
      case 'cancelled':
      case undefined:
    }
  }
}

const isOn = (): boolean => vscode.workspace.isTrusted && setting('networkInspector.writes.enabled');

const ui: WriteUi = {
  t: vscode.l10n.t,
  enabled: isOn,
  async confirm({ message, detail, button }) {
    return (await vscode.window.showWarningMessage(message, { modal: true, detail }, button)) === button;
  },
  async typeName(context) {
    const typed = await vscode.window.showInputBox({
      title: vscode.l10n.t('{0} is protected', context),
      prompt: vscode.l10n.t('Type {0} to go on, or press Escape.', context),
      ignoreFocusOut: true,
      validateInput: (text) =>
        text === context || text === '' ? undefined : vscode.l10n.t('This is not the name of the context.'),
    });
    return typed === context;
  },
};

async function sayOff(): Promise<void> {
  const settings = vscode.l10n.t('Open Settings');
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t('Nothing is written to clusters: {0} is off.', 'networkInspector.writes.enabled'),
    settings,
  );
  if (answer === settings)
    await vscode.commands.executeCommand('workbench.action.openSettings', 'networkInspector.writes.enabled');
}
