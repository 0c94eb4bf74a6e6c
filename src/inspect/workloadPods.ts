import { formatSelector, matchesSelector } from '../model/labels.ts';
import type { Pod } from '../model/pod.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import type { Workload } from '../model/workload.ts';
import { cachedBy } from './reading.ts';

interface PodsByOwner {
  readonly owned: ReadonlyMap<string, readonly Pod[]>;
  readonly ownerless: readonly Pod[];
}

/** A Deployment's pods belong to its ReplicaSets, which are named after it with a hash. */
function ownerKey(pod: Pod): string | undefined {
  const owner = pod.meta.owners.find(({ controller }) => controller) ?? pod.meta.owners[0];
  if (owner === undefined) return undefined;
  if (owner.kind !== 'ReplicaSet') return `${owner.kind}/${owner.name}`;
  const dash = owner.name.lastIndexOf('-');
  return dash < 0 ? `ReplicaSet/${owner.name}` : `Deployment/${owner.name.slice(0, dash)}`;
}

const podsByOwner = cachedBy((pods: readonly Pod[]): PodsByOwner => {
  const owned = new Map<string, Pod[]>();
  const ownerless: Pod[] = [];
  for (const pod of pods) {
    const key = ownerKey(pod);
    if (key === undefined) {
      ownerless.push(pod);
      continue;
    }
    const list = owned.get(key);
    if (list === undefined) owned.set(key, [pod]);
    else list.push(pod);
  }
  return { owned, ownerless };
});

/** The pods of a workload: by their owner, and by its selector those that name no owner, as in a shortened dump. */
export function podsOfWorkload(snapshot: ClusterSnapshot, { kind, meta, selector }: Workload): readonly Pod[] {
  const { owned, ownerless } = podsByOwner(snapshot.table('pods').in(meta.namespace));
  const own = owned.get(`${kind}/${meta.name}`) ?? [];
  if (ownerless.length === 0 || selector === undefined || formatSelector(selector) === '') return own;
  const matching = ownerless.filter((pod) => matchesSelector(selector, pod.meta.labels));
  return matching.length === 0 ? own : [...own, ...matching];
}
