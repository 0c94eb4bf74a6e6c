import { readFile } from 'node:fs/promises';
import { isObject, type JsonObject } from '../model/json.ts';
import { type KindKey, kindOf } from '../model/kinds.ts';
import type { ModelObject } from '../model/meta.ts';
import { readManifest } from './manifest.ts';
import type { ClusterSource } from './source.ts';

/**
 * An object as the server or the file has it, with the fields that a snapshot leaves out.
 *
 * @returns undefined where the file no longer holds it, or where the source has no way to read it.
 * @throws {ApiError} where the server does not give it.
 */
export async function readOriginal(
  source: ClusterSource,
  kind: KindKey,
  { meta }: ModelObject,
  signal: AbortSignal,
): Promise<JsonObject | undefined> {
  if (source.client !== undefined) {
    const answer = await source.client.get(objectPath(kind, meta.namespace, meta.name), { signal });
    return isObject(answer) ? answer : undefined;
  }
  const place = meta.source;
  if (place === undefined) return undefined;
  const text = await readFile(place.file, { encoding: 'utf8', signal }).catch(() => undefined);
  if (text === undefined) return undefined;
  return readManifest(text, place.file).objects.find(
    ({ source: at }) => at.document === place.document && at.item === place.item,
  )?.object;
}

/** The path of one object of a kind that is served in one version only. */
function objectPath(key: KindKey, namespace: string, name: string): string {
  const { apis, plural, namespaced } = kindOf(key);
  const api = apis[0];
  const root = api === undefined || api.group === '' ? '/api/v1' : `/apis/${api.group}/${api.version}`;
  const scope = namespaced ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${root}${scope}/${plural}/${encodeURIComponent(name)}`;
}
