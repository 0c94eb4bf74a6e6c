import type { ModelObject } from '../model/meta.ts';
import { ClusterSnapshot, ObjectTable } from '../model/snapshot.ts';
import { readCniView } from './cniView.ts';

/** So many nodes and pods are read within a few milliseconds. */
const partSize = 200;

const prepared = new WeakSet<readonly ModelObject[]>();
const seen = new WeakSet<ModelObject>();

function unseen<T extends ModelObject>(objects: readonly T[]): readonly T[] {
  if (prepared.has(objects)) return [];
  return objects.filter((object) => !seen.has(object));
}

/**
 * What makes the next `readCniView` short where thousands of objects are new, in steps between which other things may have
 * their turn. The readings remember what they find out about each object, so each step reads a part of the cluster and
 * forgets the answer.
 */
export function* prepareCniView(snapshot: ClusterSnapshot): Generator<void, void> {
  const all = [snapshot.list('nodes'), snapshot.list('pods')] as const;
  const [nodes, pods] = [unseen(all[0]), unseen(all[1])];
  const count = Math.max(nodes.length, pods.length);
  if (count > partSize)
    for (let from = 0; from < count; from += partSize) {
      const tables = {
        ...snapshot.content.tables,
        nodes: ObjectTable.of(nodes.slice(from, from + partSize)),
        pods: ObjectTable.of(pods.slice(from, from + partSize)),
      };
      readCniView(new ClusterSnapshot({ ...snapshot.content, tables }));
      yield;
    }
  for (const object of nodes) seen.add(object);
  for (const object of pods) seen.add(object);
  for (const list of all) prepared.add(list);
}
