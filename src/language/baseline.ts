import * as vscode from 'vscode';
import { Disposable, onDispose } from '../base/disposable.ts';
import { plainLabel } from '../base/plainLabel.ts';
import type { ClusterSource } from '../cluster/source.ts';
import { commands } from '../contributions.ts';
import { FolderBaseline, type PolicySources, trustedClusters } from './folderBaseline.ts';
import { policyStatus } from './policyStatus.ts';

/**
 * Which cluster the policies of each folder of the workspace are measured against. The status bar says that of the active
 * editor, with the age of its data.
 */
export class Baseline extends Disposable {
  readonly #sources: PolicySources;
  readonly #memory: vscode.Memento;
  readonly #changed = this.own(new vscode.EventEmitter<void>());
  readonly onDidChange = this.#changed.event;
  readonly #status = this.own(
    vscode.window.createStatusBarItem('networkInspector.policy', vscode.StatusBarAlignment.Right, 100),
  );
  readonly #folders = new Map<string, FolderBaseline>();
  /** That of the active editor, while it holds a policy. */
  #shown: FolderBaseline | undefined;

  constructor(sources: PolicySources, memory: vscode.Memento) {
    super();
    this.#sources = sources;
    this.#memory = memory;
    this.#status.name = vscode.l10n.t('Cluster of the Policies');
    this.#status.command = commands.choosePolicyCluster;
    const minute = setInterval(() => this.#draw(), 30_000);
    this.own(onDispose(() => clearInterval(minute)));
    this.own(
      vscode.workspace.onDidChangeWorkspaceFolders(({ removed }) => {
        for (const { uri } of removed) {
          this.#folders.get(uri.toString())?.dispose();
          this.#folders.delete(uri.toString());
        }
      }),
    );
    this.own(onDispose(() => this.#folders.forEach((folder) => folder.dispose())));
  }

  /** What a document is measured against. A document outside the workspace goes with its first folder. */
  of(uri: vscode.Uri | undefined): FolderBaseline {
    const own = uri === undefined ? undefined : vscode.workspace.getWorkspaceFolder(uri);
    const folder = own ?? vscode.workspace.workspaceFolders?.[0];
    const key = folder?.uri.toString() ?? '';
    let known = this.#folders.get(key);
    if (known === undefined) {
      known = new FolderBaseline(folder, this.#sources, this.#memory);
      this.#folders.set(key, known);
      known.onDidChange(() => {
        this.#draw();
        this.#changed.fire();
      });
    }
    return known;
  }

  /** A cluster that was shown before, also after another one has been chosen. */
  source(id: string): ClusterSource | undefined {
    return (
      trustedClusters(this.#sources).find((one) => one.id === id) ??
      [...this.#folders.values()].map(({ source }) => source).find((one) => one?.id === id)
    );
  }

  /** Says in the status bar what the document is measured against; nothing where there is none. */
  async show(uri: vscode.Uri | undefined): Promise<void> {
    this.#shown = uri === undefined ? undefined : this.of(uri);
    if (this.#shown === undefined) {
      this.#status.hide();
      return;
    }
    await this.#shown.use();
    this.#draw();
  }

  async pick(): Promise<void> {
    await this.#sources.ready();
    const uri = vscode.window.activeTextEditor?.document.uri;
    const none = {
      label: vscode.l10n.t('The manifests of the workspace'),
      description: vscode.l10n.t('no cluster is contacted'),
      id: '',
    };
    const items = [
      ...trustedClusters(this.#sources).map(({ id, name, snapshot }) => ({
        label: plainLabel(name),
        description: snapshot.connection?.server ?? '',
        id,
      })),
      none,
    ];
    const folders = vscode.workspace.workspaceFolders ?? [];
    const folder = uri === undefined ? undefined : vscode.workspace.getWorkspaceFolder(uri);
    const picked = await vscode.window.showQuickPick(items, {
      placeHolder:
        folders.length > 1 && folder !== undefined
          ? vscode.l10n.t('Cluster that the policies of {0} are measured against', folder.name)
          : vscode.l10n.t('Cluster that policies are measured against'),
    });
    if (picked !== undefined) await this.of(uri).choose(picked.id);
  }

  #draw(): void {
    if (this.#shown === undefined) return;
    const { text, tooltip } = policyStatus(this.#shown.source, vscode.l10n.t, Date.now());
    this.#status.text = text;
    this.#status.tooltip = tooltip;
    this.#status.show();
  }
}
