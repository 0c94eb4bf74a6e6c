import { Disposable, onDispose } from '../base/disposable.ts';
import type { ClusterSource, Need } from '../cluster/source.ts';
import { type InterestOptions, interestsOf } from '../inspect/interests.ts';
import { type Interest, interestKey } from '../model/snapshot.ts';

/** A cluster that somebody looks at, and how closely. */
export interface Look {
  readonly source: ClusterSource;
  /** kube-proxy's row is open: its pods, one for each node, are wanted too. */
  readonly kubeProxyPods: boolean;
  /** `namespace/name` of the DaemonSets whose rows are open. */
  readonly openDaemonSets: ReadonlySet<string>;
}

interface Attended {
  readonly source: ClusterSource;
  options: InterestOptions;
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
  attendTo(looks: readonly Look[]): void {
    const wanted = new Set(looks.map(({ source }) => source));
    for (const [id, { source, listener, need }] of this.#attended) {
      if (wanted.has(source)) continue;
      this.#attended.delete(id);
      listener.dispose();
      need.dispose();
    }
    for (const look of looks) {
      const attended = this.#attended.get(look.source.id);
      if (attended === undefined) this.#attend(look);
      else {
        attended.options = optionsOf(look);
        update(attended);
      }
    }
  }

  #attend(look: Look): void {
    const { source } = look;
    const options = optionsOf(look);
    const interests = interestsOf(source.snapshot, options);
    const attended: Attended = {
      source,
      options,
      need: source.need(interests),
      listener: source.onDidChange(() => {
        update(attended);
      }),
      interests: keyOf(interests),
    };
    this.#attended.set(source.id, attended);
  }
}

/** Says what is needed now, where that is another thing than before. */
function update(attended: Attended): void {
  const { source, need, options } = attended;
  const interests = interestsOf(source.snapshot, options);
  const key = keyOf(interests);
  if (key === attended.interests) return;
  attended.interests = key;
  need.update(interests);
}

const optionsOf = ({ kubeProxyPods, openDaemonSets }: Look): InterestOptions => ({ kubeProxyPods, openDaemonSets });

const keyOf = (interests: readonly Interest[]): string => interests.map(interestKey).sort().join('\n');
