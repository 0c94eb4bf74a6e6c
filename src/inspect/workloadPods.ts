import { formatSelector, matchesSelector } from '../model/labels.ts';
import type { Pod } from '../model/pod.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import type { Workload } from '../model/workload.ts';
import { cachedBy } from './reading.ts';

/** Pods by the kind and the name of what they belong to; a map for each kind, as keys put together are slow to make. */
interface PodsByOwner {
  readonly owned: ReadonlyMap<string, ReadonlyMap<string, readonly Pod[]>>;
  readonly ownerless: readonly Pod[];
}

/** A Deployment's pods belong to its ReplicaSets, which are named after it with a hash. */
const deploymentOf = (replicaSet: string): string | undefined => {
  const dash = replicaSet.lastIndexOf('-');
  return dash < 0 ? undefined : replicaSet.slice(0, dash);
};

const podsByOwner = cachedBy((pods: readonly Pod[]): PodsByOwner => {
  const owned = new Map<string, Map<string, Pod[]>>();
  const ownerless: Pod[] = [];
  for (const pod of pods) {
    const { owners } = pod.meta;
    const owner = owners.find(({ controller }) => controller) ?? owners[0];
    if (owner === undefined) {
      ownerless.push(pod);
      continue;
    }
    const deployment = owner.kind === 'ReplicaSet' ? deploymentOf(owner.name) : undefined;
    const kind = deployment === undefined ? owner.kind : 'Deployment';
    const name = deployment ?? owner.name;
    let byName = owned.get(kind);
    if (byName === undefined) owned.set(kind, (byName = new Map<string, Pod[]>()));
    const list = byName.get(name);
    if (list === undefined) byName.set(name, [pod]);
    else list.push(pod);
  }
  return { owned, ownerless };
});

/** The pods of a workload: by their owner, and by its selector those that name no owner, as in a shortened dump. */
export function podsOfWorkload(snapshot: ClusterSnapshot, { kind, meta, selector }: Workload): readonly Pod[] {
  const { owned, ownerless } = podsByOwner(snapshot.table('pods').in(meta.namespace));
  const own = owned.get(kind)?.get(meta.name) ?? [];
  if (ownerless.length === 0 || selector === undefined || formatSelector(selector) === '') return own;
  const matching = ownerless.filter((pod) => matchesSelector(selector, pod.meta.labels));
  return matching.length === 0 ? own : [...own, ...matching];
}
