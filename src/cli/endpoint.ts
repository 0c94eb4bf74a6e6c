import { parseIp } from '../model/address.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import { workloadKinds } from '../policy/kinds.ts';
import type { Endpoint } from '../policy/types.ts';

/**
 * What `NAMESPACE/NAME`, `NAMESPACE/NAME[Kind]` or an address means in a snapshot: a pod before a workload before, as a
 * destination, a service.
 *
 * @returns a sentence where it means nothing.
 */
export function findEndpoint(text: string, snapshot: ClusterSnapshot, destination: boolean): Endpoint | string {
  if (parseIp(text) !== undefined) return { kind: 'address', address: text };
  const match = /^([^/[\]]+)\/([^/[\]]+)(?:\[(\w+)\])?$/.exec(text);
  const [, namespace, name, kind] = match ?? [];
  if (namespace === undefined || name === undefined) return `${text} is neither NAMESPACE/NAME nor an IP address.`;
  const wanted = (of: string): boolean => kind === undefined || kind === of;
  if (wanted('Pod') && snapshot.table('pods').get(namespace, name) !== undefined)
    return { kind: 'pod', namespace, name };
  if (kind !== 'Pod' && kind !== 'Service' && hasWorkload(snapshot, namespace, name, kind))
    return { kind: 'workload', namespace, name, ...(kind === undefined ? {} : { workloadKind: kind }) };
  if (destination && wanted('Service') && snapshot.table('services').get(namespace, name) !== undefined)
    return { kind: 'service', namespace, name };
  const similar = similarNames(snapshot, namespace, name, destination);
  const hint = similar.length === 0 ? '' : ` There is ${similar.join(', ')}.`;
  return `There is no pod${destination ? ', workload or service' : ' or workload'} ${text}.${hint}`;
}

function hasWorkload(snapshot: ClusterSnapshot, namespace: string, name: string, kind: string | undefined): boolean {
  const own = workloadKinds.some((table) => {
    const found = snapshot.table(table).get(namespace, name);
    return found !== undefined && (kind === undefined || found.kind === kind);
  });
  if (own) return true;
  // A dump may hold pods without the objects that own them.
  return snapshot
    .table('pods')
    .in(namespace)
    .some(({ meta }) =>
      meta.owners.some((owner) => owner.name === name && (kind === undefined || owner.kind === kind)),
    );
}

const mostSimilar = 3;

/** Names in the same namespace that contain the one that was asked for, or are contained in it; or in other namespaces. */
function similarNames(
  snapshot: ClusterSnapshot,
  namespace: string,
  name: string,
  services: boolean,
): readonly string[] {
  const found = new Set<string>();
  for (const table of [...workloadKinds, 'pods', ...(services ? (['services'] as const) : [])] as const) {
    for (const { meta } of snapshot.list(table)) {
      const near = meta.namespace === namespace && (meta.name.includes(name) || name.includes(meta.name));
      if (near || meta.name === name) found.add(`${meta.namespace}/${meta.name}`);
      if (found.size >= mostSimilar) return [...found];
    }
  }
  return [...found];
}
