import type { ClusterSnapshot } from '../model/snapshot.ts';

/** A pure function of a snapshot, computed once per snapshot. */
export function reading<T>(compute: (snapshot: ClusterSnapshot) => T): (snapshot: ClusterSnapshot) => T {
  return cachedBy(compute);
}

/**
 * `compute`, remembered for as long as its argument lives. Objects and tables keep their identity from one snapshot to
 * the next unless they change, so what is cached by them is not computed again when something else changes.
 */
export function cachedBy<K extends object, T>(compute: (key: K) => T): (key: K) => T {
  const known = new WeakMap<K, { readonly value: T }>();
  return (key) => {
    const hit = known.get(key);
    if (hit !== undefined) return hit.value;
    const value = compute(key);
    known.set(key, { value });
    return value;
  };
}
