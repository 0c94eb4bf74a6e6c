import { isObject, type JsonObject, objectsAt, objectAt, stringAt } from '../model/json.ts';
import type { ClusterClient, RequestOptions } from './client.ts';

/** As many as client-go asks for at a time. */
const pageSize = 500;

/**
 * The objects below an API path, page by page, for a question that is asked once; what is shown and followed comes from
 * a source's snapshot. @throws {ApiError} on the page that cannot be had
 */
export async function* listAll(
  client: ClusterClient,
  path: string,
  options?: RequestOptions,
): AsyncGenerator<JsonObject, void> {
  let next = '';
  do {
    const more = next === '' ? '' : `&continue=${encodeURIComponent(next)}`;
    const page = await client.get(`${path}?limit=${pageSize}${more}`, options);
    if (!isObject(page)) return;
    yield* objectsAt(page, 'items');
    next = stringAt(objectAt(page, 'metadata'), 'continue') ?? '';
  } while (next !== '');
}
