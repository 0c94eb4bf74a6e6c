/** Kubernetes objects as a YAML parser hands them over. Nothing here shares code with the program under test. */
export type Raw = { readonly [field: string]: unknown };

export const isRaw = (value: unknown): value is Raw =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value at a path of fields, or undefined; `null` counts as absent, as it does in the API. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let current = value;
  for (const field of path) {
    if (!isRaw(current) || !Object.hasOwn(current, field)) return undefined;
    current = current[field];
  }
  return current === null ? undefined : current;
}

export const textAt = (value: unknown, ...path: readonly string[]): string | undefined => {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : undefined;
};

export const numberAt = (value: unknown, ...path: readonly string[]): number | undefined => {
  const found = at(value, ...path);
  return typeof found === 'number' ? found : undefined;
};

export const listAt = (value: unknown, ...path: readonly string[]): readonly unknown[] => {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
};

export const textsAt = (value: unknown, ...path: readonly string[]): readonly string[] =>
  listAt(value, ...path).filter((entry) => typeof entry === 'string');

/** A string map; plain YAML scalars are meant as text. */
export function labelsAt(value: unknown, ...path: readonly string[]): Map<string, string> {
  const found = at(value, ...path);
  const labels = new Map<string, string>();
  if (!isRaw(found)) return labels;
  for (const [key, text] of Object.entries(found)) {
    if (typeof text === 'string' || typeof text === 'number' || typeof text === 'boolean')
      labels.set(key, String(text));
  }
  return labels;
}
