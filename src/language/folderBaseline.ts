import * as vscode from 'vscode';
import { Disposable, onDispose } from '../base/disposable.ts';
import type { ClusterSource, Disposable as Subscription, Need } from '../cluster/source.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import { policyInterests } from './interests.ts';

/** The clusters that policies can be measured against. */
export interface PolicySources {
  readonly list: readonly ClusterSource[];
  ready(): Promise<void>;
  onDidChange(listener: () => void): Subscription;
}

/** None while the workspace is not trusted: its files must not lead to a cluster being contacted. */
export const trustedClusters = ({ list }: PolicySources): readonly ClusterSource[] =>
  vscode.workspace.isTrusted ? list : [];

const remembered = 'policy.cluster';

/**
 * The cluster that the policies of one folder of the workspace are measured against. Without one it is the manifests of
 * the folder.
 */
export class FolderBaseline extends Disposable {
  readonly #folder: vscode.WorkspaceFolder | undefined;
  readonly #sources: PolicySources;
  readonly #memory: vscode.Memento;
  readonly #changed = this.own(new vscode.EventEmitter<void>());
  readonly onDidChange = this.#changed.event;
  #manifests: Promise<ClusterSource> | undefined;
  #source: ClusterSource | undefined;
  #need: Need | undefined;
  #following: Subscription | undefined;
  #used: Promise<void> | undefined;

  constructor(folder: vscode.WorkspaceFolder | undefined, sources: PolicySources, memory: vscode.Memento) {
    super();
    this.#folder = folder;
    this.#sources = sources;
    this.#memory = memory;
    this.own(sources.onDidChange(() => void this.#choose()));
    this.own(vscode.workspace.onDidGrantWorkspaceTrust(() => void this.#choose()));
    this.own(onDispose(() => this.#let()));
  }

  /** Undefined before the first policy has been looked at. */
  get snapshot(): ClusterSnapshot | undefined {
    return this.#source?.snapshot;
  }

  get source(): ClusterSource | undefined {
    return this.#source;
  }

  get isUsed(): boolean {
    return this.#used !== undefined;
  }

  /** A policy is being looked at: from now on the cluster is read. */
  use(): Promise<void> {
    return (this.#used ??= this.#sources.ready().then(() => this.#choose()));
  }

  /** Takes the cluster with this id, or the manifests of the folder where it is empty, now and after a restart. */
  async choose(id: string): Promise<void> {
    await this.#memory.update(this.#key, id);
    await (this.isUsed ? this.#choose() : this.use());
  }

  /** The manifests of the folder as a cluster; undefined where it is not on disk. */
  async manifests(): Promise<ClusterSource | undefined> {
    const folder = this.#folder;
    if (folder?.uri.scheme !== 'file') return undefined;
    this.#manifests ??= import('../cluster/folderSource.ts').then(({ openFolderSource }) =>
      this.own(openFolderSource(folder.uri.fsPath, { name: folder.name })),
    );
    return this.#manifests;
  }

  get #key(): string {
    return this.#folder === undefined ? remembered : `${remembered}:${this.#folder.uri.toString()}`;
  }

  async #choose(): Promise<void> {
    if (!this.isUsed || this.disposed) return;
    const clusters = trustedClusters(this.#sources);
    // Before choices were kept for each folder there was one for the workspace.
    const wanted = this.#memory.get<string>(this.#key) ?? this.#memory.get<string>(remembered);
    const found =
      clusters.find(({ id }) => id === wanted) ??
      // A cluster that is open anyway is a good guess; another one is not contacted unasked.
      (wanted === undefined ? clusters.find(({ state }) => state.kind === 'connected') : undefined) ??
      (await this.manifests());
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

  #update(): void {
    const source = this.#source;
    if (source !== undefined) this.#need?.update(policyInterests(source.snapshot));
    this.#changed.fire();
  }
}
