import { type JsonObject } from '../../src/model/json.ts';
import { allKinds, type KindKey, kindOfObject } from '../../src/model/kinds.ts';
import { type ModelObject } from '../../src/model/meta.ts';
import { ClusterSnapshot, ObjectTable, type ObjectTables, withDefaultNamespace } from '../../src/model/snapshot.ts';
import { type Raw } from '../unit/policy/reference/raw.ts';

export interface SnapshotShape {
  readonly origin: 'folder' | 'live';
  /** Kinds that could not be read. */
  readonly forbidden?: readonly KindKey[];
}

let revision = 0;

/** As in a live source, an object that has not changed is the same object in every snapshot. */
const models = new WeakMap<Raw, ModelObject>();

/** A snapshot of raw objects, as a source would make it. Objects of kinds that the model does not know are left out. */
export function snapshotOf(objects: readonly Raw[], shape: SnapshotShape = { origin: 'folder' }): ClusterSnapshot {
  const lists = new Map<KindKey, ModelObject[]>();
  for (const object of objects) {
    const descriptor = kindOfObject(String(object['apiVersion']), String(object['kind']));
    if (descriptor === undefined) continue;
    const list = lists.get(descriptor.key) ?? [];
    const model =
      models.get(object) ?? withDefaultNamespace(descriptor.read(object as JsonObject), descriptor.namespaced);
    models.set(object, model);
    list.push(model);
    lists.set(descriptor.key, list);
  }
  const tables = Object.fromEntries([...lists].map(([key, list]) => [key, ObjectTable.of(list)])) as ObjectTables;
  return new ClusterSnapshot({
    revision: ++revision,
    origin: shape.origin,
    name: 'test',
    server: { versionKnowledge: { state: 'loaded' }, groups: [], groupsKnowledge: { state: 'loaded' } },
    tables,
    reads: allKinds.map(({ key, plural }) => ({
      interest: { kind: key },
      knowledge: shape.forbidden?.includes(key)
        ? { state: 'forbidden', verb: 'list', resource: plural }
        : { state: 'loaded' },
    })),
    asOf: 0,
  });
}
