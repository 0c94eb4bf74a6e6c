import type { ClusterSnapshot, Interest } from '../model/snapshot.ts';
import type { ClusterClient } from './client.ts';

/**
 * How a cluster stands. Each state has its own words and icon; none of them is an empty cluster. Times are
 * milliseconds since the epoch.
 */
export type ConnectionState =
  | { readonly kind: 'not-connected' }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected'; readonly checked: number }
  /** 401: the server does not know who is asking. */
  | { readonly kind: 'unauthorized'; readonly message: string }
  /** 403 on everything that was asked. */
  | { readonly kind: 'forbidden'; readonly verb: string; readonly resource: string }
  | { readonly kind: 'unreachable'; readonly message: string; readonly retryAt?: number }
  | { readonly kind: 'timed-out'; readonly seconds: number; readonly retryAt?: number }
  | {
      readonly kind: 'credential-plugin';
      readonly command: string;
      readonly args: readonly string[];
      /** The program is not there, as opposed to: it ran and failed. */
      readonly missing: boolean;
      /** Names the command, and says how it failed. */
      readonly message: string;
      readonly stderr: string;
      readonly installHint?: string;
    }
  | { readonly kind: 'certificate'; readonly message: string }
  /**
   * The kubeconfig entry or the folder cannot be used; `elsewhere` where a file is at fault that the entry names, which
   * nobody watches.
   */
  | { readonly kind: 'invalid'; readonly message: string; readonly elsewhere?: true }
  /** Anything else that the server answered, and a retry is on its way. */
  | { readonly kind: 'failed'; readonly message: string; readonly retryAt?: number };

export interface Disposable {
  dispose(): void;
}

/** What one view needs at the moment. Reads that nobody needs are paused. */
export interface Need extends Disposable {
  update(interests: readonly Interest[]): void;
}

/**
 * Where snapshots of one cluster come from. Nothing above it knows whether it is a server or a folder. Nothing is
 * contacted before `connect`.
 */
export interface ClusterSource extends Disposable {
  /** Unique among sources and the same after a restart. */
  readonly id: string;
  readonly name: string;
  readonly origin: 'live' | 'folder';
  readonly state: ConnectionState;
  /** Never absent: before the first read it is empty and says that nothing has been read. */
  readonly snapshot: ClusterSnapshot;
  /** Logs, exec, access reviews, writes. A folder has none. */
  readonly client: ClusterClient | undefined;
  /**
   * A kubeconfig with nothing but this cluster, for kubectl, with the namespace that commands go to. It may hold
   * credentials. Absent where there is no server.
   */
  kubectlConfig?(namespace?: string): string | undefined;
  /** Called after `state` or `snapshot` has changed. Changes that come in a burst are reported together. */
  onDidChange(listener: () => void): Disposable;
  need(interests: readonly Interest[]): Need;
  /** Resolves when the first answer or failure is in `state`; never rejects. */
  connect(signal?: AbortSignal): Promise<void>;
  disconnect(): void;
  /** Confirms now what is being read, instead of waiting for the watch or the next retry. */
  refresh(): Promise<void>;
}
