import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import https, { createServer, type RequestOptions } from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import type { TLSSocket } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { ApiError, type ApiFailure } from '../../../../src/cluster/apiError.ts';
import type { Credential, Credentials } from '../../../../src/cluster/credentials/credentials.ts';
import type { ClusterEntry } from '../../../../src/cluster/kubeconfig/entries.ts';
import { Transport, type TransportOptions } from '../../../../src/cluster/transport/transport.ts';
import { CertificateAuthority } from '../../../control-plane/certificates.ts';
import { type Asked, connectProxy, httpServer, type Listening, socksProxy } from './servers.ts';

const anonymous: Credentials = { get: () => Promise.resolve({ headers: {} }), invalidate: () => false };

const entry = (server: string, more: Partial<ClusterEntry> = {}): ClusterEntry => ({
  name: 'k',
  file: '/kubeconfig',
  server,
  insecureSkipTlsVerify: false,
  disableCompression: false,
  ...more,
});

describe('a request to an API server', () => {
  const closing: { close(): void }[] = [];
  afterEach(() => {
    for (const open of closing.splice(0)) open.close();
  });

  const serve = async (handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> => {
    const server = await httpServer(handle);
    closing.push(server);
    return `http://127.0.0.1:${server.port}`;
  };
  const transport = (cluster: ClusterEntry, options: TransportOptions = {}, credentials = anonymous): Transport => {
    const made = new Transport(cluster, credentials, { env: {}, timeoutMs: 500, stallMs: 300, ...options });
    closing.push(made);
    return made;
  };
  const failure = async (promise: Promise<unknown>): Promise<ApiFailure> => {
    const error: unknown = await promise.then(
      () => assert.fail('it fails'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof ApiError, String(error));
    return error.failure;
  };

  it('keeps the path of the server before its own', async () => {
    const server = await serve((request, response) => response.end(JSON.stringify({ url: request.url })));
    assert.deepEqual(await transport(entry(`${server}/k8s/clusters/c-1/`)).json({ path: '/api/v1/pods?limit=1' }), {
      url: '/k8s/clusters/c-1/api/v1/pods?limit=1',
    });
  });

  it('tells a server without TLS from a certificate that is not trusted', async () => {
    const server = await serve((_request, response) => response.end('{}'));
    const made = transport(entry(server.replace('http:', 'https:')));
    assert.deepEqual(await failure(made.json({ path: '/version' })), { reason: 'malformed' });
  });

  it('says in time that there is no answer, and that an answer has stopped', async () => {
    const silent = await serve(() => undefined);
    assert.deepEqual(await failure(transport(entry(silent)).json({ path: '/version' })), {
      reason: 'timed-out',
      seconds: 0.5,
    });
    const stalling = await serve((_request, response) => response.write('{"a":'));
    assert.deepEqual(await failure(transport(entry(stalling)).json({ path: '/version' })), {
      reason: 'timed-out',
      seconds: 0.3,
    });
  });

  it('goes over a new connection after one gave no answer, however many old ones wait for their use', async () => {
    const lost = new Set<unknown>();
    const seen = new Set<unknown>();
    const server = await serve((request, response) => {
      seen.add(request.socket);
      if (lost.has(request.socket)) return;
      setTimeout(() => response.end('{}'), 20);
    });
    const made = transport(entry(server), { timeoutMs: 200 });
    const ask = (): Promise<unknown> => made.json({ path: '/version' });
    await Promise.all([ask(), ask(), ask()]);
    assert.equal(seen.size, 3);
    // As a firewall forgets them: nothing comes back, and nobody says that they are gone.
    for (const socket of seen) lost.add(socket);
    assert.equal((await failure(ask())).reason, 'timed-out');
    assert.deepEqual(await ask(), {});
    for (const socket of seen) lost.add(socket);
    made.dropIdle();
    assert.deepEqual(await ask(), {}, 'and when it is told to');
  });

  it('does not take a slow reader for a slow server', async () => {
    const server = await serve((_request, response) => response.end('{"a":1}'));
    const response = await transport(entry(server)).send({ path: '/version' });
    await new Promise((resolve) => setTimeout(resolve, 500));
    const chunks: Buffer[] = [];
    for await (const chunk of response.body) {
      chunks.push(chunk);
      await new Promise((resolve) => setTimeout(resolve, 400));
    }
    assert.equal(Buffer.concat(chunks).toString(), '{"a":1}');
  });

  it('ends when it is cancelled, before and within the answer', async () => {
    const server = await serve((_request, response) => response.write('{"a":'));
    const cancel = new AbortController();
    const reading = transport(entry(server)).json({ path: '/version', signal: cancel.signal });
    setTimeout(() => cancel.abort(), 50);
    assert.deepEqual(await failure(reading), { reason: 'aborted' });
    assert.deepEqual(await failure(transport(entry(server)).json({ path: '/version', signal: AbortSignal.abort() })), {
      reason: 'aborted',
    });
  });

  it('unpacks gzip, and notices when it is cut', async () => {
    const body = gzipSync(JSON.stringify({ text: 'x'.repeat(10_000) }));
    const server = await serve((request, response) => {
      response.setHeader('content-encoding', 'gzip');
      response.setHeader('x-accept', request.headers['accept-encoding'] ?? '');
      if (request.url === '/whole') response.end(body);
      else response.end(body.subarray(0, 40));
    });
    const made = transport(entry(server));
    assert.deepEqual(await made.json({ path: '/whole' }), { text: 'x'.repeat(10_000) });
    assert.deepEqual(await failure(made.json({ path: '/cut' })), { reason: 'truncated' });
  });

  it('is truncated when the connection breaks within the answer', async () => {
    const server = await serve((_request, response) => {
      response.setHeader('content-length', '100');
      response.write('{"a":1');
      setTimeout(() => response.destroy(), 20);
    });
    assert.deepEqual(await failure(transport(entry(server)).json({ path: '/version' })), { reason: 'truncated' });
  });

  it('is sent again when the kept connection was closed meanwhile', async () => {
    let served = 0;
    const server = await serve((request, response) => {
      served++;
      response.end('{}');
      // As a load balancer does: the answer is whole, and then the connection goes without a word.
      if (served === 1) setTimeout(() => request.socket.resetAndDestroy(), 5);
    });
    const made = transport(entry(server));
    await made.json({ path: '/version' });
    await new Promise((resolve) => setTimeout(resolve, 5));
    await made.json({ path: '/version' });
    assert.equal(served, 2);
  });

  it('uses one connection for requests that follow one another', async () => {
    const ports = new Set<number>();
    const server = await serve((request, response) => {
      ports.add(request.socket.remotePort ?? 0);
      response.end('{}');
    });
    const made = transport(entry(server));
    for (let request = 0; request < 20; request++) await made.json({ path: '/version' });
    assert.equal(ports.size, 1);
  });

  it('that is refused says what and where, in RBAC words, and the server’s own', async () => {
    const server = await serve((request, response) => {
      const status = Number(request.url?.split('?')[0]?.split('/').at(-1));
      response.statusCode = Number.isNaN(status) ? 403 : status;
      if (response.statusCode === 429) response.setHeader('retry-after', '7');
      response.end(JSON.stringify({ kind: 'Status', message: 'no, says the server' }));
    });
    const made = transport(entry(server));
    assert.deepEqual(await failure(made.json({ path: '/apis/apps/v1/namespaces/shop/daemonsets?limit=5' })), {
      reason: 'forbidden',
      verb: 'list',
      resource: 'daemonsets.apps',
      namespace: 'shop',
    });
    assert.deepEqual(await failure(made.json({ path: '/api/v1/nodes?watch=1' })), {
      reason: 'forbidden',
      verb: 'watch',
      resource: 'nodes',
    });
    assert.deepEqual(await failure(made.json({ path: '/api/v1/namespaces/shop/pods/web-0/log' })), {
      reason: 'forbidden',
      verb: 'get',
      resource: 'pods/log',
      namespace: 'shop',
    });
    assert.deepEqual(await failure(made.json({ path: '/api/v1/namespaces/shop' })), {
      reason: 'forbidden',
      verb: 'get',
      resource: 'namespaces',
    });
    assert.deepEqual(await failure(made.json({ path: '/429' })), { reason: 'too-many-requests', retryAfter: 7000 });
    assert.deepEqual(await failure(made.json({ path: '/503' })), { reason: 'server', status: 503 });
    assert.deepEqual(await failure(made.json({ path: '/422' })), { reason: 'rejected', status: 422 });
    await assert.rejects(made.json({ path: '/404' }), {
      message: 'no, says the server',
      failure: { reason: 'not-found' },
    });
  });

  it('tells a closed port, an unknown host and what is not HTTP apart', async () => {
    const closed = await httpServer(() => undefined);
    closed.close();
    await assert.rejects(transport(entry(`http://127.0.0.1:${closed.port}`)).json({ path: '/' }), {
      failure: { reason: 'unreachable' },
      message: 'connection refused',
    });
    await assert.rejects(
      transport(entry('http://no-such-host.invalid'), { timeoutMs: 5_000 }).json({ path: '/' }),
      (error) => error instanceof ApiError && error.reason === 'unreachable' && /host/.test(error.message),
    );
  });

  it('sends every group to impersonate in a header of its own', async () => {
    const server = await serve((request, response) => response.end(JSON.stringify(request.rawHeaders)));
    const headers = { 'Impersonate-User': 'eve', 'Impersonate-Group': ['ops', 'dev,x'] };
    const credentials: Credentials = { get: () => Promise.resolve({ headers }), invalidate: () => false };
    const raw = await transport(entry(server), {}, credentials).json({ path: '/' });
    assert.ok(Array.isArray(raw));
    const groups = raw.flatMap((name: unknown, index) =>
      name === 'Impersonate-Group' ? [raw[index + 1] as unknown] : [],
    );
    assert.deepEqual(groups, ['ops', 'dev,x']);
  });

  it('is tried a second time after 401 only if there is another credential to try', async () => {
    const seen: (string | undefined)[] = [];
    const server = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.statusCode = request.headers.authorization === 'Bearer new' ? 200 : 401;
      response.end('{}');
    });
    let token = 'old';
    const credentials = (renew: boolean): Credentials => ({
      get: (): Promise<Credential> => Promise.resolve({ headers: { Authorization: `Bearer ${token}` } }),
      invalidate: () => {
        if (renew) token = 'new';
        return renew;
      },
    });
    assert.deepEqual(await failure(transport(entry(server), {}, credentials(false)).json({ path: '/' })), {
      reason: 'unauthorized',
    });
    assert.deepEqual(seen.splice(0), ['Bearer old']);
    await transport(entry(server), {}, credentials(true)).json({ path: '/' });
    assert.deepEqual(seen, ['Bearer old', 'Bearer new']);
  });

  // As VS Code does with every request of an extension, except to this machine.
  describe('in a program that takes agents away', () => {
    const authority = new CertificateAuthority('unit');
    const host = 'api.cluster.example';
    const serverPair = authority.issue({ commonName: 'server', hosts: [host] });
    const client = authority.issue({ commonName: 'ada' });
    const original = https.request;
    let port: number;
    let seen: { readonly user: string | undefined; readonly host: string | undefined }[];

    beforeEach(async () => {
      seen = [];
      const server = createServer(
        { cert: serverPair.certificate, key: serverPair.key, ca: authority.certificate, requestCert: true },
        (request, response) => {
          const { subject } = (request.socket as TLSSocket).getPeerCertificate();
          seen.push({ user: subject?.CN?.toString(), host: request.headers.host });
          response.end('{"ok":true}');
        },
      );
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address();
      port = typeof address === 'object' && address !== null ? address.port : 0;
      closing.push({
        close: () => {
          server.close();
          server.closeAllConnections();
        },
      });
      https.request = ((options: RequestOptions, done?: (response: IncomingMessage) => void) => {
        const { agent, ...rest } = options;
        return original(rest.host === 'localhost' ? { ...rest, agent } : rest, done);
      }) as typeof https.request;
      syncBuiltinESMExports();
    });
    afterEach(() => {
      https.request = original;
      syncBuiltinESMExports();
    });

    const connect = async (): Promise<Transport> => {
      const proxy = await connectProxy([], port);
      closing.push(proxy);
      const credential: Credential = { headers: {}, certificate: { cert: client.certificate, key: client.key } };
      const credentials: Credentials = { get: () => Promise.resolve(credential), invalidate: () => false };
      const certificateAuthorityData = Buffer.from(authority.certificate).toString('base64');
      const proxyUrl = `http://127.0.0.1:${proxy.port}`;
      return transport(entry(`https://${host}/k8s`, { certificateAuthorityData, proxyUrl }), {}, credentials);
    };

    it('keeps its proxy and its client certificate', async () => {
      assert.deepEqual(await (await connect()).json({ path: '/version' }), { ok: true });
      assert.deepEqual(seen, [{ user: 'ada', host }]);
    });

    it('lends them to other clients as well', async () => {
      const made = await connect();
      const { agent, headers } = await made.connectionOptions();
      const url = new URL(`${made.localServer}/version`);
      assert.equal(url.pathname, '/k8s/version');
      const { hostname, pathname: path } = url;
      const options = { host: hostname, port: url.port, path, agent, headers: { ...headers } as OutgoingHttpHeaders };
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        https.request(options, resolve).on('error', reject).end();
      });
      response.resume();
      assert.equal(response.statusCode, 200);
      assert.deepEqual(seen, [{ user: 'ada', host }]);
    });
  });

  describe('through a proxy', () => {
    const authority = new CertificateAuthority('unit');
    const pair = authority.issue({ commonName: 'server', hosts: ['api.cluster.example', '127.0.0.1'] });
    let server: Listening;

    beforeEach(async () => {
      const behind = createServer({ cert: pair.certificate, key: pair.key }, (_request, response) =>
        response.end('{"ok":true}'),
      );
      behind.listen(0, '127.0.0.1');
      await once(behind, 'listening');
      const address = behind.address();
      server = {
        port: typeof address === 'object' && address !== null ? address.port : 0,
        close: () => behind.closeAllConnections(),
      };
      closing.push(server, { close: () => behind.close() });
    });
    const trusted = { certificateAuthorityData: Buffer.from(authority.certificate).toString('base64') };

    it('of HTTP reaches a server by its name, with user and password', async () => {
      const asked: Asked[] = [];
      const proxy = await connectProxy(asked, server.port, 'p@ss');
      closing.push(proxy);
      const made = transport(
        entry('https://api.cluster.example', { ...trusted, proxyUrl: `http://ada:p%40ss@127.0.0.1:${proxy.port}` }),
      );
      assert.deepEqual(await made.json({ path: '/version' }), { ok: true });
      assert.deepEqual(await made.json({ path: '/version' }), { ok: true });
      assert.deepEqual(asked, [{ host: 'api.cluster.example', port: 443, user: 'ada:p@ss' }]);
    });

    it('of HTTP that refuses is named, without its password', async () => {
      const proxy = await connectProxy([], server.port, 'right');
      closing.push(proxy);
      const proxyUrl = `http://ada:wrong@127.0.0.1:${proxy.port}`;
      await assert.rejects(
        transport(entry('https://api.cluster.example', { ...trusted, proxyUrl })).json({ path: '/' }),
        {
          failure: { reason: 'unreachable' },
          message: `the proxy asks for a user and a password (proxy 127.0.0.1:${proxy.port})`,
        },
      );
    });

    it('of the environment is used as kubectl uses it', async () => {
      const asked: Asked[] = [];
      const proxy = await connectProxy(asked, server.port);
      closing.push(proxy);
      const env = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
      await transport(entry('https://api.cluster.example:6443', trusted), { env }).json({ path: '/' });
      assert.deepEqual(asked, [{ host: 'api.cluster.example', port: 6443 }]);
    });

    it('of SOCKS5 reaches a server by its name and by its address, with user and password', async () => {
      const asked: Asked[] = [];
      const proxy = await socksProxy(asked, server.port, 'secret');
      closing.push(proxy);
      const proxyUrl = `socks5://ada:secret@127.0.0.1:${proxy.port}`;
      await transport(entry('https://api.cluster.example', { ...trusted, proxyUrl })).json({ path: '/' });
      await transport(
        entry('https://[2001:db8::17]:6443', { ...trusted, proxyUrl, tlsServerName: 'api.cluster.example' }),
      ).json({ path: '/' });
      await transport(entry('https://10.1.2.3', { ...trusted, proxyUrl, tlsServerName: 'api.cluster.example' })).json({
        path: '/',
      });
      assert.deepEqual(asked, [
        { host: 'api.cluster.example', port: 443, user: 'ada' },
        { host: '20010db8000000000000000000000017', port: 6443, user: 'ada' },
        { host: '10.1.2.3', port: 443, user: 'ada' },
      ]);
    });

    it('does not weaken the check of the server', async () => {
      const proxy = await connectProxy([], server.port);
      closing.push(proxy);
      const proxyUrl = `http://127.0.0.1:${proxy.port}`;
      const other = entry('https://another.example', { ...trusted, proxyUrl });
      assert.deepEqual(await failure(transport(other).json({ path: '/' })), { reason: 'certificate' });
      const untrusted = entry('https://api.cluster.example', { proxyUrl });
      assert.deepEqual(await failure(transport(untrusted, { timeoutMs: 5_000 }).json({ path: '/' })), {
        reason: 'certificate',
      });
    });
  });
});
