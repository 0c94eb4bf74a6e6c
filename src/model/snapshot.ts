import { isObject, type JsonObject, stringAt } from './json.ts';
import { kindOfObject, type KindKey, type ModelKinds } from './kinds.ts';
import { type ModelObject, objectKey, type SourceRange } from './meta.ts';

/**
 * How well something is known. `forbidden` is never shown as absent, `loading` never as zero, and `stale` always with
 * its age. Times are milliseconds since the epoch.
 */
export type Knowledge =
  /** Nobody has asked for it. */
  | { readonly state: 'unread' }
  | { readonly state: 'loading' }
  | { readonly state: 'loaded' }
  /** The server does not serve this kind: none exists. */
  | { readonly state: 'absent' }
  | { readonly state: 'forbidden'; readonly verb: string; readonly resource: string; readonly namespace?: string }
  | { readonly state: 'unavailable'; readonly reason: string }
  /** It was loaded and has not been confirmed since. */
  | { readonly state: 'stale'; readonly since: number; readonly reason: string };

/** What a view needs to know: objects of one kind, all of them or those that the given fields narrow it to. */
export interface Interest {
  readonly kind: KindKey;
  readonly namespace?: string;
  /** In the API's own syntax. */
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

export const interestKey = (interest: Interest): string =>
  [interest.kind, interest.namespace ?? '', interest.labelSelector ?? '', interest.fieldSelector ?? ''].join('|');

/** An interest and how well it is known. */
export interface Read {
  readonly interest: Interest;
  readonly knowledge: Knowledge;
  /** Nobody has needed it for a while: it is not being read. */
  readonly paused?: boolean;
}

/** What the kubeconfig says about a cluster: hints, to be believed less than what its API says. */
export interface ConnectionFacts {
  readonly context: string;
  /** The namespace of the context, where it names one. */
  readonly namespace?: string;
  readonly server?: string;
  /** The proxy that it is reached through, without a password, and what names it: `proxy-url` or an environment variable. */
  readonly proxy?: { readonly url: string; readonly from: string };
  /** The credential plugin's command. */
  readonly execCommand?: string;
  readonly execArgs?: readonly string[];
  /** The path of the certificate authority file, where it is a path. */
  readonly certificateAuthority?: string;
}

export interface ServerVersion {
  /** As served, e.g. `v1.34.2+rke2r1`. */
  readonly gitVersion: string;
  readonly platform?: string;
}

export interface ApiGroup {
  /** The core group is the empty string. */
  readonly name: string;
  readonly versions: readonly string[];
}

/** What is known of the server itself. */
export interface ServerFacts {
  readonly version?: ServerVersion;
  readonly versionKnowledge: Knowledge;
  readonly groups: readonly ApiGroup[];
  readonly groupsKnowledge: Knowledge;
}

/** The objects of one kind. Immutable; indexes are built at first use. */
export class ObjectTable<T extends ModelObject> {
  static readonly empty: ObjectTable<never> = new ObjectTable<never>(new Map<string, never>());

  readonly #byKey: ReadonlyMap<string, T>;
  #items: readonly T[] | undefined;
  #byNamespace: Map<string, T[]> | undefined;

  constructor(byKey: ReadonlyMap<string, T>) {
    this.#byKey = byKey;
  }

  static of<T extends ModelObject>(objects: Iterable<T>): ObjectTable<T> {
    const byKey = new Map<string, T>();
    for (const object of objects) byKey.set(objectKey(object.meta), object);
    return new ObjectTable(byKey);
  }

  get size(): number {
    return this.#byKey.size;
  }

  get items(): readonly T[] {
    return (this.#items ??= [...this.#byKey.values()]);
  }

  get(namespace: string, name: string): T | undefined {
    return this.#byKey.get(objectKey({ namespace, name }));
  }

  in(namespace: string): readonly T[] {
    if (this.#byNamespace === undefined) {
      this.#byNamespace = new Map();
      for (const item of this.items) {
        const list = this.#byNamespace.get(item.meta.namespace);
        if (list === undefined) this.#byNamespace.set(item.meta.namespace, [item]);
        else list.push(item);
      }
    }
    return this.#byNamespace.get(namespace) ?? [];
  }

  /** A table with `upserts` put in place and the keys in `deletes` left out. */
  with(upserts: Iterable<T>, deletes: Iterable<string> = []): ObjectTable<T> {
    const byKey = new Map(this.#byKey);
    for (const key of deletes) byKey.delete(key);
    for (const object of upserts) byKey.set(objectKey(object.meta), object);
    return new ObjectTable(byKey);
  }
}

export type ObjectTables = { readonly [K in KindKey]?: ObjectTable<ModelKinds[K]> };

export interface SnapshotContent {
  readonly revision: number;
  /** A live cluster or a folder of files. */
  readonly origin: 'live' | 'folder';
  /** The cluster's name as the user knows it: the context, or the folder. */
  readonly name: string;
  readonly connection?: ConnectionFacts;
  readonly server: ServerFacts;
  readonly tables: ObjectTables;
  readonly reads: readonly Read[];
  /** When the newest part of it was confirmed, in milliseconds since the epoch. */
  readonly asOf: number;
}

/** A document of an unsaved editor, laid over a snapshot. */
export interface OverlayDocument {
  readonly object: JsonObject;
  readonly source?: SourceRange;
}

const unread: Knowledge = Object.freeze({ state: 'unread' });

/** From best known to worst. */
const rank: Readonly<Record<Knowledge['state'], number>> = {
  loaded: 0,
  absent: 1,
  stale: 2,
  loading: 3,
  unavailable: 4,
  forbidden: 5,
  unread: 6,
};

const covers = (have: Interest, want: Omit<Interest, 'kind'>): boolean =>
  (have.namespace === undefined || have.namespace === want.namespace) &&
  (have.labelSelector === undefined || have.labelSelector === want.labelSelector) &&
  (have.fieldSelector === undefined || have.fieldSelector === want.fieldSelector);

/** A cluster at one moment. Everything shown is read from it. */
export class ClusterSnapshot {
  readonly content: SnapshotContent;

  constructor(content: SnapshotContent) {
    this.content = content;
  }

  get revision(): number {
    return this.content.revision;
  }

  get name(): string {
    return this.content.name;
  }

  get server(): ServerFacts {
    return this.content.server;
  }

  get connection(): ConnectionFacts | undefined {
    return this.content.connection;
  }

  /** The objects that are known; ask `knowledge` before taking their absence for a fact. */
  table<K extends KindKey>(kind: K): ObjectTable<ModelKinds[K]> {
    return (this.content.tables[kind] as ObjectTable<ModelKinds[K]> | undefined) ?? ObjectTable.empty;
  }

  list<K extends KindKey>(kind: K): readonly ModelKinds[K][] {
    return this.table(kind).items;
  }

  /** How well the objects of `kind` within `scope` are known: by the best of the reads that cover the whole scope. */
  knowledge(kind: KindKey, scope: Omit<Interest, 'kind'> = {}): Knowledge {
    let best = unread;
    for (const { interest, knowledge } of this.content.reads) {
      if (interest.kind === kind && covers(interest, scope) && rank[knowledge.state] < rank[best.state])
        best = knowledge;
    }
    return best;
  }

  /** This snapshot with `documents` laid over it: what the cluster would be if they were applied. */
  with(documents: readonly OverlayDocument[]): ClusterSnapshot {
    const upserts = new Map<KindKey, ModelObject[]>();
    for (const { object, source } of documents) {
      const descriptor = isObject(object)
        ? kindOfObject(stringAt(object, 'apiVersion') ?? '', stringAt(object, 'kind') ?? '')
        : undefined;
      if (descriptor === undefined) continue;
      const list = upserts.get(descriptor.key) ?? [];
      list.push(withDefaultNamespace(descriptor.read(object, source), descriptor.namespaced));
      upserts.set(descriptor.key, list);
    }
    const tables: Record<string, ObjectTable<ModelObject>> = { ...(this.content.tables as object) };
    for (const [key, objects] of upserts) tables[key] = (tables[key] ?? ObjectTable.of<ModelObject>([])).with(objects);
    return new ClusterSnapshot({ ...this.content, tables: tables as ObjectTables });
  }
}

/** As kubectl applies it: a namespaced object without a namespace goes to `default`, a cluster-scoped one has none. */
export function withDefaultNamespace<T extends ModelObject>(object: T, namespaced: boolean): T {
  const namespace = namespaced ? object.meta.namespace || 'default' : '';
  return namespace === object.meta.namespace ? object : { ...object, meta: { ...object.meta, namespace } };
}
