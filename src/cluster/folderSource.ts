import { type FSWatcher, watch } from 'node:fs';
import { basename, resolve } from 'node:path';
import { ClusterSnapshot } from '../model/snapshot.ts';
import { FolderReader } from './folderRead.ts';
import type { ManifestProblem } from './manifest.ts';
import { ManifestThread } from './manifestThread.ts';
import type { ClusterSource, ConnectionState, Disposable, Need } from './source.ts';

/** A cluster that is read from files: manifests, what `kubectl get -o yaml|json` printed, or a must-gather. */
export interface FolderSource extends ClusterSource {
  readonly origin: 'folder';
  /** What was not read, with file and line. */
  readonly problems: readonly ManifestProblem[];
}

/**
 * Nothing is read before `connect`. From then on the folder is read again when something in it changes.
 *
 * @param path a folder or a single file.
 */
export function openFolderSource(path: string, options: { readonly name?: string } = {}): FolderSource {
  const root = resolve(path);
  return new FolderClusterSource(root, options.name ?? basename(root));
}

/** Editors write a file in several steps, and a checkout writes many files. */
const settleMs = 250;
const maxWatched = 1000;

class FolderClusterSource implements FolderSource {
  readonly id: string;
  readonly name: string;
  readonly origin = 'folder';
  readonly client = undefined;
  state: ConnectionState = { kind: 'not-connected' };
  snapshot: ClusterSnapshot;
  problems: readonly ManifestProblem[] = [];

  readonly #root: string;
  readonly #thread = new ManifestThread();
  readonly #reader: FolderReader;
  readonly #listeners = new Set<() => void>();
  readonly #watchers: FSWatcher[] = [];
  #current: AbortController | undefined;
  #settling: NodeJS.Timeout | undefined;

  constructor(root: string, name: string) {
    this.id = `folder:${root}`;
    this.name = name;
    this.#root = root;
    this.#reader = new FolderReader(name, [root], (...read) => this.#thread.read(...read));
    this.snapshot = nothingRead(name);
  }

  onDidChange(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  /** A folder is read whole, whoever needs what. */
  need(): Need {
    return { update: () => undefined, dispose: () => undefined };
  }

  async connect(signal?: AbortSignal): Promise<void> {
    if (this.state.kind === 'connected') return;
    await this.#read(signal);
  }

  disconnect(): void {
    this.#stop();
    this.snapshot = nothingRead(this.name);
    this.problems = [];
    this.#become({ kind: 'not-connected' });
  }

  async refresh(): Promise<void> {
    await this.#read();
  }

  dispose(): void {
    this.#stop();
    this.#listeners.clear();
  }

  async #read(signal?: AbortSignal): Promise<void> {
    this.#current?.abort();
    const own = new AbortController();
    this.#current = own;
    const either = signal === undefined ? own.signal : AbortSignal.any([own.signal, signal]);
    if (this.state.kind !== 'connected') this.#become({ kind: 'connecting' });
    try {
      const { snapshot, problems, directories, files, objects } = await this.#reader.read(either);
      if (own.signal.aborted) return;
      this.problems = problems;
      this.snapshot = snapshot;
      this.#watch(directories.length === 0 ? [this.#root] : directories);
      if (objects > 0) this.#become({ kind: 'connected', checked: Date.now() });
      else this.#become({ kind: 'invalid', message: nothingFound(files, problems) });
    } catch {
      // Only a signal ends a read early. The newer read, or whoever disconnected, has set the state.
      if (!own.signal.aborted) this.#become({ kind: 'not-connected' });
    } finally {
      // The next change may be hours away.
      if (this.#current === own) this.#thread.close();
    }
  }

  #watch(paths: readonly string[]): void {
    this.#unwatch();
    for (const path of paths.slice(0, maxWatched)) {
      try {
        const watcher = watch(path, { persistent: false }, () => {
          clearTimeout(this.#settling);
          this.#settling = setTimeout(() => void this.#read(), settleMs);
        });
        watcher.on('error', () => {
          watcher.close();
        });
        this.#watchers.push(watcher);
      } catch {
        // The system allows no more watches, or the folder has gone: `refresh` still reads it.
        return;
      }
    }
  }

  #unwatch(): void {
    for (const watcher of this.#watchers.splice(0)) watcher.close();
  }

  #stop(): void {
    clearTimeout(this.#settling);
    this.#current?.abort();
    this.#unwatch();
  }

  #become(state: ConnectionState): void {
    this.state = state;
    for (const listener of [...this.#listeners]) listener();
  }
}

const nothingRead = (name: string): ClusterSnapshot =>
  new ClusterSnapshot({
    revision: 0,
    origin: 'folder',
    name,
    server: { versionKnowledge: { state: 'unread' }, groups: [], groupsKnowledge: { state: 'unread' } },
    tables: {},
    reads: [],
    asOf: 0,
  });

function nothingFound(files: number, problems: readonly ManifestProblem[]): string {
  const first = problems.find(({ severity }) => severity === 'error');
  if (first !== undefined) return `${first.file}:${first.line}: ${first.message}`;
  return files === 0
    ? 'No YAML or JSON file found. Choose a folder that holds manifests, a kubectl dump or a must-gather.'
    : `No Kubernetes object found in ${files === 1 ? 'the file' : `${files} files`}. Choose a folder that holds manifests, a kubectl dump or a must-gather.`;
}
