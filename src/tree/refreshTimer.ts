import { Disposable, onDispose } from '../base/disposable.ts';
import { onSettingChanged, setting } from '../base/settings.ts';
import type { ClusterSource } from '../cluster/source.ts';

/** Confirms what is being read as often as `networkInspector.refreshInterval` says, beside the watch. */
export class RefreshTimer extends Disposable {
  readonly #sources: () => readonly ClusterSource[];
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(sources: () => readonly ClusterSource[]) {
    super();
    this.#sources = sources;
    this.own(
      onSettingChanged(['networkInspector.refreshInterval'], () => {
        this.#start();
      }),
    );
    this.own(onDispose(() => clearInterval(this.#timer)));
    this.#start();
  }

  #start(): void {
    clearInterval(this.#timer);
    const seconds = setting('networkInspector.refreshInterval');
    if (seconds <= 0) return;
    this.#timer = setInterval(
      () => {
        for (const source of this.#sources()) void source.refresh();
      },
      Math.max(seconds, 5) * 1000,
    );
  }
}
