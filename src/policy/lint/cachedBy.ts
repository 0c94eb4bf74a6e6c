/** `compute`, remembered for as long as its argument lives. */
export function cachedBy<K extends object, T>(compute: (key: K) => T): (key: K) => T {
  const known = new WeakMap<K, { readonly value: T }>();
  return (key) => {
    const hit = known.get(key) ?? { value: compute(key) };
    known.set(key, hit);
    return hit.value;
  };
}
