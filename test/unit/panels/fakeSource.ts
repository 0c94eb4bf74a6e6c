import type { ClusterClient, LogOptions } from '../../../src/cluster/client.ts';
import type { ClusterSource, ConnectionState } from '../../../src/cluster/source.ts';
import type { ClusterSnapshot, Interest } from '../../../src/model/snapshot.ts';

/** A live cluster whose snapshots and answers a test gives. */
export class FakeSource implements ClusterSource {
  readonly id = 'a';
  readonly name = 'prod-eu';
  readonly origin = 'live';
  state: ConnectionState = { kind: 'connected', checked: 0 };
  snapshot: ClusterSnapshot;
  /** What is needed at the moment; undefined while nobody needs anything. */
  needed: readonly Interest[] | undefined;
  refreshed = 0;
  get: (path: string) => Promise<unknown> = () => Promise.resolve({});
  mayI = true;
  logs: (options: LogOptions) => AsyncIterable<string> = async function* () {};
  readonly #listeners = new Set<() => void>();

  constructor(snapshot: ClusterSnapshot) {
    this.snapshot = snapshot;
  }

  get client(): ClusterClient {
    return {
      get: (path) => this.get(path),
      mayI: () => Promise.resolve({ allowed: this.mayI }),
      logs: (_, options = {}) => this.logs(options),
      exec: () => Promise.reject(new Error('not asked for')),
      write: () => Promise.reject(new Error('not asked for')),
    };
  }

  change(snapshot: ClusterSnapshot): void {
    this.snapshot = snapshot;
    for (const listener of this.#listeners) listener();
  }

  onDidChange(listener: () => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  need(interests: readonly Interest[]): { update(interests: readonly Interest[]): void; dispose(): void } {
    this.needed = interests;
    return {
      update: (changed) => {
        this.needed = changed;
      },
      dispose: () => {
        this.needed = undefined;
      },
    };
  }

  connect(): Promise<void> {
    return Promise.resolve();
  }

  disconnect(): void {
    this.state = { kind: 'not-connected' };
  }

  refresh(): Promise<void> {
    this.refreshed++;
    return Promise.resolve();
  }

  dispose(): void {
    this.#listeners.clear();
  }
}
