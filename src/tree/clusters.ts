import type { ExecEntry } from '../cluster/kubeconfig/entries.ts';
import type { ClusterSource, Disposable } from '../cluster/source.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';

/** A cluster that can be shown. */
export interface Cluster {
  readonly source: ClusterSource;
  /** The kubeconfig's current context. */
  readonly current: boolean;
  /** A folder that the user opened and may close; the value of the setting that names it. */
  readonly folder?: string;
  /** The file that says how to reach it, and the line where it does. */
  readonly file?: FilePlace;
  /** That file, where kubectl has to be told of it. */
  readonly kubeconfig?: string;
  /** The program that its user signs in with, as the kubeconfig has it run. Its environment may hold secrets. */
  readonly credentialPlugin?: ExecEntry;
  /** What was known before its kubeconfig entry was rewritten, to be shown until the source has answered. */
  readonly earlier?: ClusterSnapshot;
  /** What of a folder was not read. */
  readonly problems?: () => readonly FileProblem[];
}

export interface FilePlace {
  readonly path: string;
  /** From 1. */
  readonly line?: number;
}

/** A document that was not read as it is written. */
export interface FileProblem {
  readonly file: string;
  readonly line: number;
  readonly severity: 'error' | 'warning' | 'note';
  readonly message: string;
}

/** A kubeconfig, or a part of one, that cannot be used. */
export interface ClusterFault {
  readonly place: FilePlace;
  readonly message: string;
}

/** Every cluster there is to show, in the order of the files that name them. */
export interface Clusters {
  /** False until the files have been read for the first time. */
  readonly loaded: boolean;
  readonly list: readonly Cluster[];
  readonly faults: readonly ClusterFault[];
  /** Resolves when the files have been read; reads them if nobody has asked before. */
  ready(): Promise<void>;
  /** Called when a cluster appears, goes or is replaced; not when one changes. */
  onDidChange(listener: () => void): Disposable;
}
