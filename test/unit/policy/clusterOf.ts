import { load } from 'js-yaml';
import { isObject, type JsonObject, stringAt } from '../../../src/model/json.ts';
import { kindOfObject } from '../../../src/model/kinds.ts';
import type { ModelObject } from '../../../src/model/meta.ts';
import {
  ClusterSnapshot,
  ObjectTable,
  type ObjectTables,
  type Read,
  withDefaultNamespace,
} from '../../../src/model/snapshot.ts';

/** A snapshot of objects in YAML, several to a text, parted by `---`. Live only where reads are given. */
export function clusterOf(text: string, reads?: readonly Read[]): ClusterSnapshot {
  const tables = new Map<string, ModelObject[]>();
  for (const part of text.split(/^---$/m)) {
    if (part.trim() === '') continue;
    const object = load(part) as unknown;
    if (!isObject(object)) continue;
    const { key, model } = readObject(object);
    const list = tables.get(key);
    if (list === undefined) tables.set(key, [model]);
    else list.push(model);
  }
  return new ClusterSnapshot({
    revision: 1,
    origin: reads === undefined ? 'folder' : 'live',
    name: 'test',
    server: { versionKnowledge: { state: 'unread' }, groups: [], groupsKnowledge: { state: 'unread' } },
    tables: Object.fromEntries([...tables].map(([key, list]) => [key, ObjectTable.of(list)])) as ObjectTables,
    reads: reads ?? [],
    asOf: 0,
  });
}

function readObject(object: JsonObject): { readonly key: string; readonly model: ModelObject } {
  const descriptor = kindOfObject(stringAt(object, 'apiVersion') ?? '', stringAt(object, 'kind') ?? '');
  if (descriptor === undefined) throw new RangeError(`no kind that is read: ${JSON.stringify(object)}`);
  const model: ModelObject = descriptor.read(object);
  return { key: descriptor.key, model: withDefaultNamespace(model, descriptor.namespaced) };
}

export const pod = (namespace: string, name: string, labels: string, more = ''): string => `
apiVersion: v1
kind: Pod
metadata: { namespace: ${namespace}, name: ${name}, labels: { ${labels} } }
${more === '' ? 'spec: {}' : more}
---`;

export const policy = (namespace: string, name: string, spec: string): string => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { namespace: ${namespace}, name: ${name} }
spec: ${spec}
---`;
