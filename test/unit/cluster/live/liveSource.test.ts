import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import type { KubeContext } from '../../../../src/cluster/kubeconfig/entries.ts';
import { LiveSource } from '../../../../src/cluster/live/liveSource.ts';
import { httpServer, type Listening } from '../transport/servers.ts';

/** A server with one ConfigMap, whose watches never say a word. */
class SilentServer {
  value = 'before';
  version = 1;
  lists = 0;
  listening: Listening | undefined;

  async start(): Promise<KubeContext> {
    this.listening = await httpServer((request, response) => {
      this.#answer(new URL(request.url ?? '/', 'http://server'), response);
    });
    const cluster = {
      name: 'k',
      file: '/kubeconfig',
      server: `http://127.0.0.1:${this.listening.port}`,
      insecureSkipTlsVerify: false,
      disableCompression: false,
    };
    return { id: 'context:k', name: 'k', file: '/kubeconfig', current: true, cluster };
  }

  #answer({ pathname, searchParams }: URL, response: ServerResponse): void {
    const send = (body: object): void => void response.end(JSON.stringify(body));
    if (pathname === '/version') send({ gitVersion: 'v1.34.2' });
    else if (pathname === '/apis') send({ kind: 'APIGroupList', groups: [] });
    else if (searchParams.has('watch')) response.flushHeaders();
    else {
      this.lists++;
      const metadata = { name: 'settings', namespace: 'shop', uid: 'u', resourceVersion: String(this.version) };
      const list = {
        kind: 'ConfigMapList',
        apiVersion: 'v1',
        metadata: { resourceVersion: String(this.version) },
        items: [{ metadata, data: { value: this.value } }],
      };
      // After everything else that a refresh asks for, which would be told together with it.
      setTimeout(() => send(list), 50);
    }
  }
}

const until = async (what: string, holds: () => boolean): Promise<void> => {
  const end = Date.now() + 5_000;
  while (!holds()) {
    assert.ok(Date.now() < end, `waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

describe('a live source whose watch has lost touch', () => {
  it('shows what a refresh brings, although it was never in doubt', async () => {
    const server = new SilentServer();
    const source = new LiveSource(await server.start(), { env: {}, timing: { doubtMs: 60_000, coalesceMs: 5 } });
    try {
      source.need([{ kind: 'configMaps', namespace: 'shop' }]);
      await source.connect();
      const shown = (): string | undefined =>
        source.snapshot.table('configMaps').get('shop', 'settings')?.data['value'];
      await until('the first list', () => shown() === 'before');
      const { snapshot } = source;
      Object.assign(server, { value: 'after', version: 2 });
      await source.refresh();
      await until('what has changed to be shown', () => shown() === 'after');
      assert.notEqual(source.snapshot, snapshot);
      assert.equal(server.lists, 2);

      const known = source.snapshot.table('configMaps');
      await source.refresh();
      assert.equal(source.snapshot.table('configMaps'), known, 'what is the same stays the same');
    } finally {
      source.dispose();
      server.listening?.close();
    }
  });
});
