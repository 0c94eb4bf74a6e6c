import type * as vscode from 'vscode';
import { Disposable, onDispose } from '../base/disposable.ts';
import type { PolicyService } from '../cluster/policyService.ts';
import type { ClusterSnapshot, OverlayDocument } from '../model/snapshot.ts';
import type { ConnectivityDiff } from '../policy/types.ts';

/** The thread holds a copy of the cluster, which is let go when nobody has asked for a while. In milliseconds. */
const idleMs = 5 * 60_000;

/** Answers about all pairs of pods, which take too long for the thread that the editor's extensions share. */
export class Reachability extends Disposable {
  readonly #worker: string;
  #service: Promise<PolicyService> | undefined;
  #idle: NodeJS.Timeout | undefined;

  /** `extension` is the folder of the extension, which holds the worker's program. */
  constructor(extension: vscode.Uri) {
    super();
    this.#worker = `${extension.fsPath}/dist/policyWorker.js`;
    this.own(onDispose(() => this.#let()));
  }

  /**
   * What changes when documents are applied to a cluster.
   *
   * @param progress `0` to `1`
   * @throws the signal's reason
   */
  async diff(
    snapshot: ClusterSnapshot,
    overlay: readonly OverlayDocument[],
    signal: AbortSignal,
    progress: (share: number) => void,
  ): Promise<ConnectivityDiff> {
    clearTimeout(this.#idle);
    this.#service ??= import('../cluster/policyService.ts').then(
      ({ PolicyService }) => new PolicyService(this.#worker),
    );
    const service = await this.#service;
    try {
      service.use(snapshot);
      return await service.ask(
        'diff',
        { by: 'workload' },
        { overlay, signal, progress: (done, total) => progress(total === 0 ? 0 : done / total) },
      );
    } finally {
      clearTimeout(this.#idle);
      this.#idle = setTimeout(() => this.#let(), idleMs);
    }
  }

  #let(): void {
    clearTimeout(this.#idle);
    void this.#service?.then((service) => service.dispose());
    this.#service = undefined;
  }
}
