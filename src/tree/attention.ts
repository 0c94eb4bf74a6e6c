import { Disposable, onDispose } from '../base/disposable.ts';
import type { ClusterSource, Need } from '../cluster/source.ts';
import { interestsOf } from '../inspect/interests.ts';
import { type Interest, interestKey } from '../model/snapshot.ts';

interface Attended {
  readonly source: ClusterSource;
  readonly need: Need;
  readonly listener: { dispose(): void };
  interests: string;
}

/**
 * Tells the sources that somebody looks at what the view needs of them. What it needs depends on what is known so far:
 * the ConfigMaps of a CNI are asked for once that CNI has been seen.
 */
export class Attention extends Disposable {
  readonly #attended = new Map<string, Attended>();

  constructor() {
    super();
    this.own(onDispose(() => this.attendTo([])));
  }

  get sources(): readonly ClusterSource[] {
    return [...this.#attended.values()].map(({ source }) => source);
  }

  /** Looks at these clusters and at no others. */
  attendTo(sources: readonly ClusterSource[]): void {
    const wanted = new Set(sources);
    for (const [id, { source, listener, need }] of this.#attended) {
      if (wanted.has(source)) continue;
      this.#attended.delete(id);
      listener.dispose();
      need.dispose();
    }
    for (const source of sources) if (!this.#attended.has(source.id)) this.#attend(source);
  }

  #attend(source: ClusterSource): void {
    const interests = interestsOf(source.snapshot);
    const attended: Attended = {
      source,
      need: source.need(interests),
      listener: source.onDidChange(() => {
        const now = interestsOf(source.snapshot);
        const key = keyOf(now);
        if (key === attended.interests) return;
        attended.interests = key;
        attended.need.update(now);
      }),
      interests: keyOf(interests),
    };
    this.#attended.set(source.id, attended);
  }
}

const keyOf = (interests: readonly Interest[]): string => interests.map(interestKey).sort().join('\n');
