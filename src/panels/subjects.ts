import type { ClusterSource, Disposable } from '../cluster/source.ts';

/** The clusters that a page can be about, as the extension knows them. */
export interface Sources {
  readonly list: readonly ClusterSource[];
  /** Resolves when the configured clusters have been read for the first time. */
  ready(): Promise<void>;
  /** That of the kubeconfig's current context. */
  current(): ClusterSource | undefined;
  /** The file that a cluster is configured in, where kubectl has to be told of it. */
  kubeconfigOf(id: string): string | undefined;
  /** Called when a cluster appears, goes or is replaced. */
  onDidChange(listener: () => void): Disposable;
}

export const sourceOf = ({ list }: Sources, id: string): ClusterSource | undefined =>
  list.find((source) => source.id === id);
