import type { ClusterSource, Disposable } from '../cluster/source.ts';

/** The clusters that a page can be about, as the extension knows them. */
export interface Sources {
  /** False until the configured clusters have been read for the first time. */
  readonly loaded: boolean;
  find(id: string): ClusterSource | undefined;
  /** Called when a cluster appears, goes or is replaced. */
  onDidChange(listener: () => void): Disposable;
}
