import { stringify } from 'yaml'; // eslint-disable-line @typescript-eslint/no-restricted-imports -- this file is itself loaded by import()
import { isObject, type JsonObject } from '../model/json.ts';

/** Fields that the server keeps for itself: nobody writes them into a file. */
const serverFields = new Set([
  'managedFields',
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'generation',
  'selfLink',
]);
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** An object as it could have been written, its fields in the order of `like` so that a comparison shows what differs. */
export function liveYaml(object: JsonObject, like: JsonObject): string {
  return stringify(inOrderOf(withoutServerFields(object), like), { lineWidth: 0 });
}

/** An object as the server has it, but for what is there for the sake of programs that write it. */
export function readableYaml(object: JsonObject): string {
  const { metadata } = object;
  const shown = isObject(metadata)
    ? { ...object, metadata: withoutFields(metadata, new Set(['managedFields'])) }
    : object;
  // A server may name the kind first; nobody writes it so.
  return stringify(inOrderOf(shown, { apiVersion: '', kind: '' }), { lineWidth: 0 });
}

function withoutServerFields(object: JsonObject): JsonObject {
  const rest = Object.fromEntries(Object.entries(object).filter(([name]) => name !== 'status'));
  const { metadata } = rest;
  return isObject(metadata) ? { ...rest, metadata: withoutFields(metadata, serverFields) } : rest;
}

/** Metadata without these fields, and without what kubectl keeps there of the last file that was applied. */
function withoutFields(metadata: JsonObject, fields: ReadonlySet<string>): JsonObject {
  const own = Object.fromEntries(Object.entries(metadata).filter(([name]) => !fields.has(name)));
  const { annotations } = own;
  if (isObject(annotations) && lastApplied in annotations) {
    const others = Object.entries(annotations).filter(([name]) => name !== lastApplied);
    if (others.length === 0) delete own['annotations'];
    else own['annotations'] = Object.fromEntries(others);
  }
  return own;
}

function inOrderOf(value: unknown, like: unknown): unknown {
  if (Array.isArray(value))
    return value.map((element: unknown, index) => inOrderOf(element, Array.isArray(like) ? like[index] : undefined));
  if (!isObject(value)) return value;
  const model = isObject(like) ? like : {};
  const names = [...Object.keys(model).filter((name) => name in value), ...Object.keys(value)];
  return Object.fromEntries([...new Set(names)].map((name) => [name, inOrderOf(value[name], model[name])]));
}
