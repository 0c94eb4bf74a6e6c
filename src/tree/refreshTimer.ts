import { Disposable, onDispose } from '../base/disposable.ts';
import type { ClusterSource } from '../cluster/source.ts';

/** The shortest interval, in seconds: whoever writes 0.1 into settings.json does not mean the cluster any good. */
const shortest = 5;

/**
 * Confirms what is being read as often as the user wants it, beside the watch. Only where the server answers: a refresh of
 * any other cluster is a retry, which waits for its time or, after a refused credential, for the user.
 */
export class RefreshTimer extends Disposable {
  readonly #sources: () => readonly ClusterSource[];
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(sources: () => readonly ClusterSource[]) {
    super();
    this.#sources = sources;
    this.own(onDispose(() => clearInterval(this.#timer)));
  }

  /** From now on; 0 is off. */
  every(seconds: number): void {
    clearInterval(this.#timer);
    if (!(seconds > 0)) return;
    this.#timer = setInterval(
      () => {
        for (const source of this.#sources()) if (source.state.kind === 'connected') void source.refresh();
      },
      Math.max(seconds, shortest) * 1000,
    );
  }
}
