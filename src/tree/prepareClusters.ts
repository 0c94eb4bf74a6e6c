import { breathe, mustBreathe } from '../cluster/live/pace.ts';
import type { ClusterSource } from '../cluster/source.ts';
import { prepareCniView } from '../inspect/prepare.ts';

/** Works out a little at a time what rows of thousands of new nodes and pods are made of, until nothing new has come. */
export async function prepareClusters(sources: readonly ClusterSource[]): Promise<void> {
  for (const source of sources) {
    let snapshot;
    while (snapshot !== source.snapshot) {
      snapshot = source.snapshot;
      const steps = prepareCniView(snapshot);
      while (steps.next().done !== true) if (mustBreathe()) await breathe();
    }
  }
}
