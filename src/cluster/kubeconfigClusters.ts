import { ExecPlugins, type ExecPluginOptions } from './credentials/execPlugin.ts';
import type { KubeconfigProblem, KubeContext } from './kubeconfig/entries.ts';
import { type KubeconfigSources, kubeconfigSources, loadKubeconfig } from './kubeconfig/load.ts';
import { watchFiles, type WatchTiming } from './kubeconfig/watch.ts';
import { type LiveOptions, LiveSource } from './live/liveSource.ts';
import type { Disposable } from './source.ts';

export interface KubeconfigCluster {
  readonly source: LiveSource;
  readonly context: KubeContext;
  /** It is the `current-context` of kubectl's own configuration. */
  readonly current: boolean;
  /** The file to give to kubectl by `--kubeconfig`, where it is not one that kubectl reads by itself. */
  readonly kubeconfig?: string;
}

export interface KubeconfigSettings {
  /** Files beside those that kubectl reads. */
  readonly further?: readonly string[];
  /** Where `KUBECONFIG`, the proxy variables and the plugins' environment come from. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface KubeconfigClustersOptions {
  readonly live?: Omit<LiveOptions, 'plugins' | 'env'>;
  readonly plugins?: Omit<ExecPluginOptions, 'env'>;
  readonly watch?: Partial<WatchTiming>;
}

/** The clusters of the user's kubeconfig files, kept in step with the files. Connections that are not concerned stay. */
export class KubeconfigClusters implements Disposable {
  readonly #options: KubeconfigClustersOptions;
  readonly #listeners = new Set<() => void>();
  #settings: KubeconfigSettings = {};
  #plugins = new ExecPlugins();
  #sources: KubeconfigSources = { own: [], further: [] };
  #watcher: Disposable | undefined;
  #list: readonly KubeconfigCluster[] = [];
  #problems: readonly KubeconfigProblem[] = [];
  #loaded = false;
  #generation = 0;
  #disposed = false;

  constructor(options: KubeconfigClustersOptions = {}) {
    this.#options = options;
  }

  /** False until the files have been read for the first time. */
  get loaded(): boolean {
    return this.#loaded;
  }

  /** In the order of the files. A context that cannot be used is there too, with the state `invalid`. */
  get list(): readonly KubeconfigCluster[] {
    return this.#list;
  }

  /** What of the files cannot be used and belongs to no context. */
  get problems(): readonly KubeconfigProblem[] {
    return this.#problems;
  }

  /** The files that are read, whether they are there or not. */
  get files(): readonly string[] {
    return [...this.#sources.own, ...this.#sources.further];
  }

  /** Called after `list` or `problems` has changed; not when a source changes. */
  onDidChange(listener: () => void): Disposable {
    const own = (): void => listener();
    this.#listeners.add(own);
    return { dispose: () => void this.#listeners.delete(own) };
  }

  /** Reads the files and watches them from then on. A new environment makes new sources. */
  async configure(settings: KubeconfigSettings = {}): Promise<void> {
    if (this.#disposed) return;
    if (settings.env !== this.#settings.env || !this.#loaded) {
      const env = settings.env === undefined ? {} : { env: settings.env };
      this.#plugins = new ExecPlugins({ ...this.#options.plugins, ...env });
      this.#replace([], this.#problems);
    }
    this.#settings = settings;
    this.#sources = kubeconfigSources(settings.env, settings.further);
    this.#watcher?.dispose();
    const watcher = watchFiles(this.files, () => void this.reload(), this.#options.watch);
    this.#watcher = watcher;
    // What is written after this is seen.
    await watcher.ready;
    await this.reload();
  }

  /** Reads the files now. Never rejects. */
  async reload(): Promise<void> {
    const generation = ++this.#generation;
    const { contexts, problems } = await loadKubeconfig(this.#sources);
    if (generation !== this.#generation || this.#disposed) return;
    const before = new Map(this.#list.map((cluster) => [cluster.context.id, cluster]));
    const list = contexts.map((context): KubeconfigCluster => {
      const known = before.get(context.id);
      const source = known !== undefined && sameEntry(known.context, context) ? known.source : this.#open(context);
      const kubeconfig = this.#sources.own.includes(context.file) ? {} : { kubeconfig: context.file };
      return { source, context, current: context.current, ...kubeconfig };
    });
    const first = !this.#loaded;
    this.#loaded = true;
    const changed = !sameList(this.#list, list) || JSON.stringify(this.#problems) !== JSON.stringify(problems);
    if (!changed && !first) return;
    this.#replace(list, problems);
    for (const listener of [...this.#listeners]) listener();
  }

  dispose(): void {
    this.#disposed = true;
    this.#watcher?.dispose();
    this.#listeners.clear();
    this.#replace([], []);
  }

  #open(context: KubeContext): LiveSource {
    const env = this.#settings.env === undefined ? {} : { env: this.#settings.env };
    return new LiveSource(context, { ...this.#options.live, ...env, plugins: this.#plugins });
  }

  #replace(list: readonly KubeconfigCluster[], problems: readonly KubeconfigProblem[]): void {
    const kept = new Set(list.map(({ source }) => source));
    const gone = this.#list.filter(({ source }) => !kept.has(source));
    this.#list = list;
    this.#problems = problems;
    for (const { source } of gone) source.dispose();
  }
}

const entryOf = (context: KubeContext): string => JSON.stringify({ ...context, current: false });

const sameEntry = (a: KubeContext, b: KubeContext): boolean => entryOf(a) === entryOf(b);

const sameList = (a: readonly KubeconfigCluster[], b: readonly KubeconfigCluster[]): boolean =>
  a.length === b.length &&
  a.every(({ source, current }, index) => source === b[index]?.source && current === b[index]?.current);
