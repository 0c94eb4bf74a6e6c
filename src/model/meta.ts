import { booleanAt, defined, type JsonObject, objectAt, objectsAt, stringAt, stringMapAt, timeAt } from './json.ts';

/** Where an object was written, when it came from a file or an editor. Lines count from 1. */
export interface SourceRange {
  readonly file: string;
  readonly line: number;
  readonly endLine: number;
  /** The document's place in a multi-document file, and its place in a `List`, both from 0. */
  readonly document: number;
  readonly item?: number;
}

export interface OwnerReference {
  readonly kind: string;
  readonly name: string;
  readonly uid?: string;
  readonly controller: boolean;
}

export interface ObjectMeta {
  readonly name: string;
  /** Empty for cluster-scoped objects. */
  readonly namespace: string;
  readonly uid?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly owners: readonly OwnerReference[];
  /** Milliseconds since the epoch. */
  readonly created?: number;
  readonly deleted?: number;
  readonly generation?: number;
  readonly source?: SourceRange;
}

/** What every object in a snapshot has. Unchanged objects keep their identity from one snapshot to the next. */
export interface ModelObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly meta: ObjectMeta;
}

const noOwners: readonly OwnerReference[] = Object.freeze([]);

export function readMeta(object: JsonObject, source?: SourceRange): ObjectMeta {
  const meta = objectAt(object, 'metadata');
  const owners = objectsAt(meta, 'ownerReferences');
  const generation = meta['generation'];
  return defined({
    name: stringAt(meta, 'name') ?? stringAt(meta, 'generateName') ?? '',
    namespace: stringAt(meta, 'namespace') ?? '',
    uid: stringAt(meta, 'uid'),
    labels: stringMapAt(meta, 'labels'),
    annotations: stringMapAt(meta, 'annotations'),
    owners:
      owners.length === 0
        ? noOwners
        : owners.map((owner) =>
            defined({
              kind: stringAt(owner, 'kind') ?? '',
              name: stringAt(owner, 'name') ?? '',
              uid: stringAt(owner, 'uid'),
              controller: booleanAt(owner, 'controller') ?? false,
            }),
          ),
    created: timeAt(meta, 'creationTimestamp'),
    deleted: timeAt(meta, 'deletionTimestamp'),
    generation: typeof generation === 'number' ? generation : undefined,
    source,
  });
}

/** `namespace/name`, or `name` for cluster-scoped objects: unique within a kind. */
export const objectKey = (meta: Pick<ObjectMeta, 'namespace' | 'name'>): string =>
  meta.namespace === '' ? meta.name : `${meta.namespace}/${meta.name}`;

export interface Condition {
  readonly type: string;
  /** `True`, `False` or `Unknown`. */
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  /** Milliseconds since the epoch. */
  readonly since?: number;
}

export const readConditions = (status: JsonObject): readonly Condition[] =>
  objectsAt(status, 'conditions').map((condition) =>
    defined({
      type: stringAt(condition, 'type') ?? '',
      status: stringAt(condition, 'status') ?? 'Unknown',
      reason: stringAt(condition, 'reason'),
      message: stringAt(condition, 'message'),
      since: timeAt(condition, 'lastTransitionTime'),
    }),
  );
