import { isObject, type JsonObject, stringAt } from '../../model/json.ts';
import type { KindDescriptor, KindKey, ModelKinds } from '../../model/kinds.ts';
import { objectKey } from '../../model/meta.ts';
import { ObjectTable } from '../../model/snapshot.ts';
import { Sharing } from './sharing.ts';

interface Entry<T> {
  readonly object: T;
  /** `uid` and `resourceVersion` of the object as it was read. */
  readonly uid: string;
  readonly version: string;
}

/**
 * The objects of one kind, as several reads of that kind see them. An object is there while one of them has it, and
 * keeps its identity while its `resourceVersion` stays the same.
 */
export class KindStore<K extends KindKey = KindKey> {
  readonly #descriptor: KindDescriptor<K>;
  readonly #entries = new Map<string, Entry<ModelKinds[K]>>();
  readonly #keysOf = new Map<string, Set<string>>();
  readonly #sharing = new Sharing();
  #changed = false;
  #table: ObjectTable<ModelKinds[K]> = ObjectTable.empty;

  constructor(descriptor: KindDescriptor<K>) {
    this.#descriptor = descriptor;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** What `read` now sees. `type` says what list items leave out. Returns the object's key. */
  put(read: string, object: JsonObject, type: { readonly apiVersion: string; readonly kind: string }): string {
    const metadata = object['metadata'];
    const meta = isObject(metadata) ? metadata : {};
    const key = objectKey({ namespace: stringAt(meta, 'namespace') ?? '', name: stringAt(meta, 'name') ?? '' });
    const uid = stringAt(meta, 'uid') ?? '';
    const version = stringAt(meta, 'resourceVersion') ?? '';
    this.#keys(read).add(key);
    const known = this.#entries.get(key);
    if (known !== undefined && known.uid === uid && (known.version === version || isOlder(version, known.version)))
      return key;
    const projected = this.#sharing.apply(this.#descriptor.read('kind' in object ? object : { ...type, ...object }));
    this.#entries.set(key, { object: projected, uid, version });
    this.#changed = true;
    return key;
  }

  /** `read` does not see the object any more. When it `reads everything`, nobody does. */
  remove(read: string, key: string, everything: boolean): void {
    if (everything) for (const keys of this.#keysOf.values()) keys.delete(key);
    else this.#keysOf.get(read)?.delete(key);
    this.#collect(key);
  }

  /** The end of a list: what `read` saw before and is not in it has gone. */
  retain(read: string, seen: ReadonlySet<string>, everything: boolean): void {
    for (const key of [...this.#keys(read)]) if (!seen.has(key)) this.remove(read, key, everything);
  }

  /** `read` is over, and what only it saw with it. */
  drop(read: string): void {
    const keys = this.#keysOf.get(read);
    this.#keysOf.delete(read);
    for (const key of keys ?? []) this.#collect(key);
  }

  /** Whether there is something that nobody has seen in a table. */
  get changed(): boolean {
    return this.#changed;
  }

  /** The objects as of now; the same table as before if nothing has changed. */
  table(): ObjectTable<ModelKinds[K]> {
    if (this.#changed) {
      this.#changed = false;
      const byKey = new Map<string, ModelKinds[K]>();
      for (const [key, { object }] of this.#entries) byKey.set(key, object);
      this.#table = new ObjectTable(byKey);
    }
    return this.#table;
  }

  #keys(read: string): Set<string> {
    let keys = this.#keysOf.get(read);
    if (keys === undefined) this.#keysOf.set(read, (keys = new Set()));
    return keys;
  }

  #collect(key: string): void {
    for (const keys of this.#keysOf.values()) if (keys.has(key)) return;
    if (this.#entries.delete(key)) this.#changed = true;
  }
}

/** Whether `version` comes before `known`. Source: KEP-5504, resource versions compare as whole numbers. */
function isOlder(version: string, known: string): boolean {
  if (!/^\d+$/.test(version) || !/^\d+$/.test(known)) return false;
  return version.length === known.length ? version < known : version.length < known.length;
}
