import * as vscode from 'vscode';
import { Disposable, onDispose } from '../base/disposable.ts';
import type { ClusterSource, Disposable as Subscription, Need } from '../cluster/source.ts';
import { commands } from '../contributions.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import { policyInterests } from './interests.ts';

/** The clusters that policies can be measured against. */
export interface PolicySources {
  readonly list: readonly ClusterSource[];
  ready(): Promise<void>;
  onDidChange(listener: () => void): Subscription;
}

const remembered = 'policy.cluster';

/**
 * The cluster that the policies of the editor are measured against, said in the status bar with the age of its data.
 * Without one it is the manifests of the workspace.
 */
export class Baseline extends Disposable {
  readonly #sources: PolicySources;
  readonly #memory: vscode.Memento;
  readonly #changed = this.own(new vscode.EventEmitter<void>());
  readonly onDidChange = this.#changed.event;
  readonly #status = this.own(
    vscode.window.createStatusBarItem('networkInspector.policy', vscode.StatusBarAlignment.Right, 100),
  );
  #workspace: ClusterSource | undefined;
  #source: ClusterSource | undefined;
  #need: Need | undefined;
  #following: Subscription | undefined;
  #used = false;

  constructor(sources: PolicySources, memory: vscode.Memento) {
    super();
    this.#sources = sources;
    this.#memory = memory;
    this.#status.name = vscode.l10n.t('Cluster of the Policies');
    this.#status.command = commands.choosePolicyCluster;
    this.own(sources.onDidChange(() => void this.#choose()));
    this.own(vscode.workspace.onDidGrantWorkspaceTrust(() => void this.#choose()));
    const minute = setInterval(() => this.#draw(), 30_000);
    this.own(onDispose(() => clearInterval(minute)));
    this.own(onDispose(() => this.#let()));
  }

  /** Undefined before the first policy has been looked at. */
  get snapshot(): ClusterSnapshot | undefined {
    return this.#source?.snapshot;
  }

  get source(): ClusterSource | undefined {
    return this.#source;
  }

  /** None while the workspace is not trusted: its files must not lead to a cluster being contacted. */
  get #clusters(): readonly ClusterSource[] {
    return vscode.workspace.isTrusted ? this.#sources.list : [];
  }

  /** A policy is being looked at: from now on the cluster is read. */
  async use(): Promise<void> {
    if (this.#used) return;
    this.#used = true;
    await this.#sources.ready();
    await this.#choose();
  }

  show(visible: boolean): void {
    if (visible && this.#used) {
      this.#draw();
      this.#status.show();
    } else this.#status.hide();
  }

  async pick(): Promise<void> {
    await this.#sources.ready();
    const none = {
      label: vscode.l10n.t('The manifests of the workspace'),
      description: vscode.l10n.t('no cluster is contacted'),
      id: '',
    };
    const items = [
      ...this.#clusters.map(({ id, name, snapshot }) => ({
        label: name,
        description: snapshot.connection?.server ?? '',
        id,
      })),
      none,
    ];
    const picked = await vscode.window.showQuickPick(items, {
      placeHolder: vscode.l10n.t('Cluster that policies are measured against'),
    });
    if (picked === undefined) return;
    await this.#memory.update(remembered, picked.id);
    this.#used = true;
    await this.#choose();
  }

  async #choose(): Promise<void> {
    if (!this.#used || this.disposed) return;
    const wanted = this.#memory.get<string>(remembered);
    const found =
      this.#clusters.find(({ id }) => id === wanted) ??
      // A cluster that is open anyway is a good guess; another one is not contacted unasked.
      (wanted === undefined ? this.#clusters.find(({ state }) => state.kind === 'connected') : undefined) ??
      (await this.#manifests());
    if (found === this.#source) return;
    this.#let();
    this.#source = found;
    if (found !== undefined) {
      this.#need = found.need(policyInterests(found.snapshot));
      this.#following = found.onDidChange(() => this.#update());
      if (found.state.kind === 'not-connected') void found.connect();
    }
    this.#update();
  }

  #let(): void {
    this.#need?.dispose();
    this.#following?.dispose();
    this.#need = undefined;
    this.#following = undefined;
  }

  async #manifests(): Promise<ClusterSource | undefined> {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    if (this.#workspace !== undefined || folder?.uri.scheme !== 'file') return this.#workspace;
    const { openFolderSource } = await import('../cluster/folderSource.ts');
    this.#workspace = this.own(openFolderSource(folder.uri.fsPath, { name: folder.name }));
    return this.#workspace;
  }

  #update(): void {
    const source = this.#source;
    if (source !== undefined) this.#need?.update(policyInterests(source.snapshot));
    this.#draw();
    this.#changed.fire();
  }

  #draw(): void {
    const source = this.#source;
    if (source === undefined) {
      this.#status.text = `$(shield) ${vscode.l10n.t('no cluster')}`;
      this.#status.tooltip = vscode.l10n.t(
        'Policies are checked by themselves. Choose a cluster to measure them against.',
      );
      return;
    }
    const { state, snapshot, name, origin } = source;
    const plain = name.replaceAll('$(', '$ (');
    const pods = snapshot.knowledge('pods');
    const tooltip = (text: string): string => `${text}\n${vscode.l10n.t('Click to choose another cluster.')}`;
    if (origin === 'folder') {
      this.#status.text = `$(shield) ${plain}`;
      this.#status.tooltip = tooltip(vscode.l10n.t('Policies are measured against the files of {0}.', name));
    } else if (pods.state === 'stale' || (state.kind !== 'connected' && state.kind !== 'connecting')) {
      const since = pods.state === 'stale' ? pods.since : snapshot.content.asOf;
      const minutes = Math.max(0, Math.floor((Date.now() - since) / 60_000));
      const time = new Date(since).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
      this.#status.text =
        since === 0
          ? `$(circle-outline) ${plain}: ${vscode.l10n.t('not connected')}`
          : `$(history) ${plain}: ${
              minutes < 1 ? vscode.l10n.t('as of {0}', time) : vscode.l10n.t('as of {0}, {1} min ago', time, minutes)
            }`;
      this.#status.tooltip = tooltip(
        pods.state === 'stale' ? pods.reason : vscode.l10n.t('{0} is not connected.', name),
      );
    } else if (pods.state === 'loaded') {
      this.#status.text = `$(shield) ${plain}`;
      this.#status.tooltip = tooltip(vscode.l10n.t('Policies are measured against {0}, live.', name));
    } else {
      this.#status.text = `$(loading~spin) ${plain}`;
      this.#status.tooltip = tooltip(vscode.l10n.t('{0} is being read.', name));
    }
  }
}
