import assert from 'node:assert/strict';
import type { ClusterClient } from '../../../src/cluster/client.ts';
import { listAll } from '../../../src/cluster/listAll.ts';

describe('listing everything below a path', () => {
  const listing = (pages: Readonly<Record<string, unknown>>) => {
    const asked: string[] = [];
    const client: Pick<ClusterClient, 'get'> = {
      get: (path) => {
        asked.push(path);
        return Promise.resolve(pages[path]);
      },
    };
    return { client: client as ClusterClient, asked };
  };

  const all = async (client: ClusterClient): Promise<readonly unknown[]> => {
    const objects: unknown[] = [];
    for await (const object of listAll(client, '/api/v1/pods')) objects.push(object);
    return objects;
  };

  it('goes on until the server has no more', async () => {
    const { client, asked } = listing({
      '/api/v1/pods?limit=500': { metadata: { continue: 'a/b=' }, items: [{ n: 1 }, { n: 2 }] },
      '/api/v1/pods?limit=500&continue=a%2Fb%3D': { metadata: {}, items: [{ n: 3 }] },
    });
    assert.deepEqual(await all(client), [{ n: 1 }, { n: 2 }, { n: 3 }]);
    assert.equal(asked.length, 2);
  });

  it('asks for no page that is not wanted', async () => {
    const { client, asked } = listing({
      '/api/v1/pods?limit=500': { metadata: { continue: 'more' }, items: [{ n: 1 }] },
    });
    const objects = listAll(client, '/api/v1/pods');
    assert.deepEqual(await objects.next(), { done: false, value: { n: 1 } });
    await objects.return();
    assert.equal(asked.length, 1);
  });

  it('ends at an answer that is no list', async () => {
    const { client } = listing({});
    assert.deepEqual(await all(client), []);
  });
});
