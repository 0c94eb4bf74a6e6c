/**
 * Reading untrusted JSON. Every object that reaches the program comes from a server, a file or an editor and may have
 * any shape, so readers ask for a type and get `undefined` where the value is something else.
 */

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const noFields: JsonObject = Object.freeze({});

/** The field as an object, or an empty one. */
export const objectAt = (parent: JsonObject, field: string): JsonObject => {
  const value = parent[field];
  return isObject(value) ? value : noFields;
};

/** The field as a list of objects; other elements are dropped. */
export const objectsAt = (parent: JsonObject, field: string): readonly JsonObject[] => {
  const value = parent[field];
  return Array.isArray(value) ? value.filter(isObject) : [];
};

export const stringAt = (parent: JsonObject, field: string): string | undefined => {
  const value = parent[field];
  return typeof value === 'string' ? value : undefined;
};

/** The field as a list of strings; other elements are dropped. */
export const stringsAt = (parent: JsonObject, field: string): readonly string[] => {
  const value = parent[field];
  return Array.isArray(value) ? value.filter((element) => typeof element === 'string') : [];
};

export const numberAt = (parent: JsonObject, field: string): number | undefined => {
  const value = parent[field];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
};

export const booleanAt = (parent: JsonObject, field: string): boolean | undefined => {
  const value = parent[field];
  return typeof value === 'boolean' ? value : undefined;
};

/** The field as a string-to-string map. Numbers and booleans become text, as YAML's plain scalars are meant. */
export const stringMapAt = (parent: JsonObject, field: string): Readonly<Record<string, string>> => {
  const value = parent[field];
  if (!isObject(value)) return noStrings;
  const map: Record<string, string> = {};
  let empty = true;
  for (const key of Object.keys(value)) {
    const text = value[key];
    if (typeof text === 'string') defineOwn(map, key, text);
    else if (typeof text === 'number' || typeof text === 'boolean') defineOwn(map, key, String(text));
    else continue;
    empty = false;
  }
  return empty ? noStrings : map;
};

const noStrings: Readonly<Record<string, string>> = Object.freeze({});

/** `map[key] = value`, also for the key `__proto__`, which a plain assignment would take for the prototype. */
const defineOwn = (map: Record<string, string>, key: string, value: string): void => {
  if (key === '__proto__')
    Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
  else map[key] = value;
};

/** An RFC 3339 time as milliseconds since the epoch. */
export const timeAt = (parent: JsonObject, field: string): number | undefined => {
  const text = stringAt(parent, field);
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
};

type OptionalKeys<T> = { [K in keyof T]: undefined extends T[K] ? K : never }[keyof T];

/** `source` without the fields that are undefined, so that optional fields are absent rather than undefined. */
export function defined<T extends object>(
  source: T,
): { [K in Exclude<keyof T, OptionalKeys<T>>]: T[K] } & { [K in OptionalKeys<T>]?: Exclude<T[K], undefined> } {
  const result: Partial<T> = {};
  for (const key of Object.keys(source) as (keyof T)[]) if (source[key] !== undefined) result[key] = source[key];
  return result as never;
}
