import { basename } from 'node:path';
import { Disposable, onDispose } from '../base/disposable.ts';
import type { FolderSource } from '../cluster/folderSource.ts';
import type { KubeconfigCluster, KubeconfigClusters } from '../cluster/kubeconfigClusters.ts';
import type { ClusterSource, ConnectionState } from '../cluster/source.ts';
import type { Cluster, ClusterFault, Clusters } from './clusters.ts';

/** What the user's settings say about clusters. */
export interface ClusterSettings {
  readonly folders: readonly string[];
  /** Kubeconfig files beside kubectl's own; undefined where none may be read, as in a workspace that is not trusted. */
  readonly kubeconfigs: readonly string[] | undefined;
  readonly requestTimeoutMs: number;
  readonly credentialPluginTimeoutMs: number;
}

/** The clusters of the user's kubeconfig files and of the folders he opened. The code that reads them is loaded late. */
export class ConfiguredClusters extends Disposable implements Clusters {
  loaded = false;
  #kubeconfig: KubeconfigClusters | undefined;
  #timeouts = '';
  #list: readonly Cluster[] = [];
  #contexts: readonly Cluster[] = [];
  readonly #folders = new Map<string, Cluster>();
  readonly #listeners = new Set<() => void>();
  /** As it was last told: a source that is replaced has let go of its connection before anybody can ask. */
  readonly #states = new WeakMap<ClusterSource, ConnectionState['kind']>();
  readonly #settings: () => ClusterSettings;
  #configuring: Promise<void> | undefined;

  /** `settings` gives what holds when it is called. */
  constructor(settings: () => ClusterSettings) {
    super();
    this.#settings = settings;
    this.own(
      onDispose(() => {
        this.#kubeconfig?.dispose();
        for (const { source } of this.#folders.values()) source.dispose();
      }),
    );
  }

  get list(): readonly Cluster[] {
    return this.#list;
  }

  get faults(): readonly ClusterFault[] {
    return (this.#kubeconfig?.problems ?? []).map(({ file, line, message }) => ({
      place: { path: file, ...(line === undefined ? {} : { line }) },
      message,
    }));
  }

  ready(): Promise<void> {
    return (this.#configuring ??= this.#configure());
  }

  /** The settings have changed. What nobody has asked for yet is read when somebody does. One change after the other. */
  async reconfigure(): Promise<void> {
    if (this.#configuring === undefined) return;
    this.#configuring = this.#configuring.then(() => this.#configure());
    await this.#configuring;
  }

  /** Keeps the clusters that stay. */
  async #configure(): Promise<void> {
    if (this.disposed) return;
    const settings = this.#settings();
    await Promise.all([this.#configureFolders(settings), this.#configureKubeconfig(settings)]);
    this.loaded = true;
    this.#changed();
  }

  onDidChange(listener: () => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  async #configureFolders({ folders }: ClusterSettings): Promise<void> {
    const kept = new Map(this.#folders);
    this.#folders.clear();
    if (folders.length > 0) {
      const { openFolderSource } = await import('../cluster/folderSource.ts');
      for (const folder of folders)
        this.#folders.set(
          folder,
          kept.get(folder) ?? folderCluster(folder, openFolderSource(folder, { name: basename(folder) })),
        );
    }
    for (const [folder, { source }] of kept) if (!this.#folders.has(folder)) source.dispose();
  }

  async #configureKubeconfig(settings: ClusterSettings): Promise<void> {
    const { kubeconfigs, requestTimeoutMs, credentialPluginTimeoutMs } = settings;
    const timeouts = `${requestTimeoutMs} ${credentialPluginTimeoutMs}`;
    if (kubeconfigs === undefined || timeouts !== this.#timeouts) {
      this.#kubeconfig?.dispose();
      this.#kubeconfig = undefined;
    }
    if (kubeconfigs === undefined) return;
    if (this.#kubeconfig === undefined) {
      const { KubeconfigClusters } = await import('../cluster/kubeconfigClusters.ts');
      this.#timeouts = timeouts;
      this.#kubeconfig = new KubeconfigClusters({
        live: { timeoutMs: requestTimeoutMs },
        plugins: { timeoutMs: credentialPluginTimeoutMs },
      });
      this.#kubeconfig.onDidChange(() => this.#changed());
    }
    await this.#kubeconfig.configure({ further: kubeconfigs });
  }

  #changed(): void {
    if (this.disposed || !this.loaded) return;
    const before = new Map(this.#contexts.map((cluster) => [cluster.source.id, cluster]));
    this.#contexts = (this.#kubeconfig?.list ?? []).map((cluster) =>
      this.#follow(before.get(cluster.source.id), contextCluster(cluster)),
    );
    this.#list = [...this.#contexts, ...this.#folders.values()];
    for (const listener of this.#listeners) listener();
  }

  /**
   * An entry that is rewritten while its cluster is in use is another source. The user's choice to have it connected
   * holds, and what was known stays in sight until the new one has answered.
   */
  #follow(before: Cluster | undefined, now: Cluster): Cluster {
    if (before?.source === now.source)
      return { ...now, ...(before.earlier === undefined ? {} : { earlier: before.earlier }) };
    const { source } = now;
    source.onDidChange(() => this.#states.set(source, source.state.kind));
    const state = before === undefined ? undefined : this.#states.get(before.source);
    if (before === undefined || state === undefined || state === 'not-connected' || source.state.kind === 'invalid')
      return now;
    void source.connect();
    return { ...now, earlier: before.source.snapshot };
  }
}

const contextCluster = ({ source, context, current, kubeconfig }: KubeconfigCluster): Cluster => ({
  source,
  current,
  file: {
    path: context.problem?.file ?? context.file,
    ...(context.problem?.line === undefined ? {} : { line: context.problem.line }),
  },
  ...(kubeconfig === undefined ? {} : { kubeconfig }),
  ...(context.user?.exec === undefined ? {} : { credentialPlugin: context.user.exec }),
});

const folderCluster = (folder: string, source: FolderSource): Cluster => ({
  source,
  current: false,
  folder,
  problems: () => source.problems,
});
