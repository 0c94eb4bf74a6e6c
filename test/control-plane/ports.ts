import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:net';

/**
 * Ports of 127.0.0.1 that were free a moment ago, all different. They lie below those that systems give to outgoing
 * connections (from 32768 on Linux, 49152 elsewhere): a server that is down for a while must find its port free when it
 * comes back, and a client that knocks meanwhile must not be connected to itself.
 */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = new Map<number, Server>();
  for (let attempt = 0; servers.size < count; attempt++) {
    if (attempt > 1_000) throw new Error('No free ports were found from 20000 to 32767.');
    const port = randomInt(20_000, 32_768);
    if (servers.has(port)) continue;
    const server = await listen(port).catch(() => undefined);
    if (server) servers.set(port, server);
  }
  await Promise.all([...servers.values()].map((server) => new Promise((resolve) => server.close(resolve))));
  return [...servers.keys()];
}

const listen = (port: number): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      resolve(server);
    });
  });
