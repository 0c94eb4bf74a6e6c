import type { KindKey } from '../model/kinds.ts';
import { type ModelObject, objectKey } from '../model/meta.ts';
import type { Pod } from '../model/pod.ts';
import {
  ClusterSnapshot,
  ObjectTable,
  type ObjectTables,
  type OverlayDocument,
  type SnapshotContent,
} from '../model/snapshot.ts';
import { foreignKinds, policyKinds, stagedKinds, workloadKinds } from '../policy/kinds.ts';
import type {
  Connections,
  ConnectivityCounts,
  ConnectivityDiff,
  ConnectivityNode,
  ConnectivityPair,
  Coverage,
  EngineOptions,
  Explanation,
  Exposure,
  Incompleteness,
  PodRef,
  PolicyRef,
  Question,
  SelectedBy,
  Selection,
} from '../policy/types.ts';

/** The tables that reachability is read from. Nothing else of a snapshot is sent to the worker. */
export const policyTables: readonly KindKey[] = [
  'nodes',
  'namespaces',
  'pods',
  'services',
  'endpointSlices',
  'serviceAccounts',
  ...workloadKinds,
  'ingresses',
  'routes',
  ...policyKinds,
  'calicoHostEndpoints',
  ...stagedKinds,
  ...foreignKinds.map(([table]) => table),
];

export interface TableChange {
  readonly key: KindKey;
  /** The table as a whole has been put in the place of the old one. */
  readonly whole: boolean;
  readonly upserts: readonly ModelObject[];
  readonly deletes: readonly string[];
}

export interface ObjectSlice {
  readonly key: KindKey;
  readonly objects: readonly ModelObject[];
}

/** A snapshot as what is different from the one before. The first is different from nothing. */
export interface SnapshotChange {
  readonly content: Omit<SnapshotContent, 'tables' | 'connection'>;
  readonly tables: readonly TableChange[];
}

const tableOf = (snapshot: ClusterSnapshot | undefined, key: KindKey): ObjectTable<ModelObject> =>
  (snapshot?.content.tables[key] as ObjectTable<ModelObject> | undefined) ?? ObjectTable.empty;

/** Objects keep their identity while they do not change, so tables are compared without looking into them. */
export function changeBetween(before: ClusterSnapshot | undefined, after: ClusterSnapshot): SnapshotChange {
  const { tables: _tables, connection: _connection, ...content } = after.content;
  void _tables;
  void _connection;
  const tables = policyTables.flatMap((key) => {
    const old = tableOf(before, key);
    const now = tableOf(after, key);
    if (old === now) return [];
    const known = new Set(old.items);
    const upserts = now.items.filter((object) => !known.has(object));
    const kept = new Set(now.items.map(({ meta }) => objectKey(meta)));
    const deletes = old.items.map(({ meta }) => objectKey(meta)).filter((name) => !kept.has(name));
    if (upserts.length === 0 && deletes.length === 0) return [];
    const whole = upserts.length + deletes.length > now.size / 2;
    return [whole ? { key, whole, upserts: now.items, deletes: [] } : { key, whole, upserts, deletes }];
  });
  return { content, tables };
}

/** The other side of `changeBetween`. What has not changed keeps its identity. */
export function applyChange(before: ClusterSnapshot | undefined, { content, tables }: SnapshotChange): ClusterSnapshot {
  const next: Partial<Record<KindKey, ObjectTable<ModelObject>>> = {};
  for (const key of policyTables) {
    const table = tableOf(before, key);
    if (table.size > 0) next[key] = table;
  }
  for (const { key, whole, upserts, deletes } of tables)
    next[key] = (whole ? ObjectTable.of<ModelObject>([]) : tableOf(before, key)).with(upserts, deletes);
  return new ClusterSnapshot({ ...content, tables: next as ObjectTables });
}

const none: readonly never[] = [];

const isPod = (object: ModelObject): object is Pod => object.kind === 'Pod';

/** A pod's state, which is most of what is known of it, says nothing about reachability and is not copied. */
const leanPod = ({ apiVersion, kind, meta, spec, phase, podIPs, hostIP }: Pod): Pod => ({
  apiVersion,
  kind,
  meta: { ...meta, annotations: {} },
  spec,
  ...(phase === undefined ? {} : { phase }),
  podIPs,
  ...(hostIP === undefined ? {} : { hostIP }),
  conditions: none,
  containerStatuses: none,
  initContainerStatuses: none,
});

/** So many objects are copied at a time: copying them takes a few milliseconds of the thread that sends them. */
const sliceSize = 500;

/** The objects of a change in pieces small enough to be copied without a pause of the thread that sends them. */
export function* slicesOf({ tables }: SnapshotChange): Iterable<ObjectSlice> {
  for (const { key, upserts } of tables) {
    for (let from = 0; from < upserts.length; from += sliceSize) {
      const objects = upserts.slice(from, from + sliceSize);
      yield { key, objects: objects.map((object) => (isPod(object) ? leanPod(object) : object)) };
    }
  }
}

/** A change whose objects have been sent before it. */
export const withoutObjects = ({ content, tables }: SnapshotChange): SnapshotChange => ({
  content,
  tables: tables.map((table) => ({ ...table, upserts: none })),
});

/** The other side of `slicesOf` and `withoutObjects`. */
export function withObjects({ content, tables }: SnapshotChange, slices: readonly ObjectSlice[]): SnapshotChange {
  const byKey = Map.groupBy(slices, ({ key }) => key);
  return {
    content,
    tables: tables.map((table) => ({
      ...table,
      upserts: (byKey.get(table.key) ?? []).flatMap(({ objects }) => objects),
    })),
  };
}

/** What can be asked, with what is answered. */
export interface PolicyOperations {
  counts: { readonly ask: Record<never, never>; readonly answer: ConnectivityCounts };
  pairs: { readonly ask: { readonly by: 'workload' | 'pod' }; readonly answer: PackedPairs };
  explain: { readonly ask: { readonly question: Question }; readonly answer: Explanation };
  selects: {
    readonly ask: { readonly policy: Pick<PolicyRef, 'table' | 'namespace' | 'name'> };
    readonly answer: Selection | undefined;
  };
  selectedBy: { readonly ask: { readonly pod: PodRef }; readonly answer: SelectedBy | undefined };
  exposure: { readonly ask: Record<never, never>; readonly answer: readonly Exposure[] };
  coverage: { readonly ask: Record<never, never>; readonly answer: Coverage };
  incomplete: { readonly ask: Record<never, never>; readonly answer: readonly Incompleteness[] };
  /** From the snapshot to the snapshot with the overlay laid over it. */
  diff: { readonly ask: { readonly by: 'workload' | 'pod' }; readonly answer: ConnectivityDiff };
}

export type PolicyOperation = keyof PolicyOperations;

/** All pairs in a form that is sent between threads without being copied object by object. */
export interface PackedPairs {
  readonly nodes: readonly ConnectivityNode[];
  readonly counts: ConnectivityCounts;
  /** Each distinct set of connections once. */
  readonly connections: readonly Connections[];
  /** Four numbers a pair: source and destination (indexes of `nodes`), index of `connections`, family or 0 for both. */
  readonly pairs: Int32Array<ArrayBuffer>;
}

export function unpackPairs({ nodes, connections, pairs }: PackedPairs): readonly ConnectivityPair[] {
  const list: ConnectivityPair[] = [];
  for (let at = 0; at < pairs.length; at += 4) {
    const from = nodes[pairs[at] ?? -1];
    const to = nodes[pairs[at + 1] ?? -1];
    const flow = connections[pairs[at + 2] ?? -1];
    if (from === undefined || to === undefined || flow === undefined) continue;
    const family = pairs[at + 3];
    list.push({ from, to, connections: flow, ...(family === 4 || family === 6 ? { family } : {}) });
  }
  return list;
}

export type ToWorker =
  /** Objects of the snapshot that is about to follow. */
  | ({ readonly kind: 'objects' } & ObjectSlice)
  | { readonly kind: 'snapshot'; readonly change: SnapshotChange; readonly options: EngineOptions }
  | {
      readonly kind: 'ask';
      readonly id: number;
      readonly operation: PolicyOperation;
      readonly ask: unknown;
      readonly overlay: readonly OverlayDocument[];
    }
  | { readonly kind: 'cancel'; readonly id: number };

export type FromWorker =
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly message: string }
  | {
      readonly kind: 'progress';
      readonly id: number;
      readonly done: number;
      readonly total: number;
      readonly what: string;
    };
