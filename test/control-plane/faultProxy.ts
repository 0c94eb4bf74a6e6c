import { X509Certificate } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer as createHttpsServer, request as httpsRequest } from 'node:https';
import { createServer as createNetServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { type Duplex, PassThrough } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { ControlPlane } from './controlPlane.ts';
import { type Fault, failureStatus, UpTo } from './faults.ts';
import { frontProxyHeaders, frontProxyName } from './frontProxy.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { freePorts } from './ports.ts';
import { type Match, matches, readRequest, type Request } from './requests.ts';
import type { User } from './users.ts';

export interface SeenRequest extends Request {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly user: string | undefined;
  /** Of the answer's head; absent until it comes. */
  readonly status: number | undefined;
  /** The answer has ended, well or not. */
  readonly ended: boolean;
}

export interface FaultHandle {
  /** How often it has struck. */
  readonly hits: number;
  clear(): void;
}

/** A server that stands in front of the API server, says what it was asked, and does it harm when told to. */
export interface FaultProxy {
  /** `https://127.0.0.1:PORT`, with a certificate of the control plane's authority. */
  readonly server: string;
  /** The path of a kubeconfig of the cluster administrator that leads here. */
  readonly kubeconfig: string;
  /** Everything that was asked since the start or `forget`, in order. */
  readonly requests: readonly SeenRequest[];
  /** TCP connections taken since the start or `forget`, so that a client that only knocks is seen as well. */
  readonly connections: number;

  /** A kubeconfig of another user that leads here. */
  kubeconfigOf(user: User): Promise<string>;
  count(match?: Match): number;
  /** Empties `requests` and `connections`. */
  forget(): void;
  /**
   * From the next request on, those that match meet the fault; as often as `times` says, else until it is cleared. The
   * fault that was added last goes first.
   */
  add(match: Match, fault: Fault, times?: number): FaultHandle;
  /** Removes all faults. What already stalls goes on stalling; `drop` ends it. */
  clear(): void;
  /** Breaks the connections of the answers that are under way, watches above all. Gives their number. */
  drop(match?: Match): number;
  /**
   * `refusing`: nobody listens, as when the server is down. `silent`: connections are taken and nothing is ever said,
   * as behind a firewall. Both break what is open.
   */
  reach(state: 'open' | 'refusing' | 'silent'): Promise<void>;
  stop(): Promise<void>;
}

interface Rule {
  readonly match: Match;
  readonly fault: Fault;
  left: number;
  hits: number;
}

interface Exchange {
  seen: SeenRequest;
  readonly end: () => void;
}

export async function startFaultProxy(plane: ControlPlane): Promise<FaultProxy> {
  // The API server believes in a token for ten seconds after it was revoked, for which nobody needs to wait here.
  const isRefused = (client: Client): boolean => client.expired || plane.tokens.wasRevoked(client.token ?? '');
  const pair = plane.authority.issue({ commonName: 'fault proxy', hosts: ['127.0.0.1', 'localhost'] });
  const front = plane.authority.issue({ commonName: frontProxyName });
  // A token has to speak for itself: the API server would take the proxy's certificate before it.
  const plain = new Agent({ keepAlive: true, ca: plane.authority.certificate });
  const trusted = new Agent({
    keepAlive: true,
    ca: plane.authority.certificate,
    cert: front.certificate,
    key: front.key,
  });

  const rules: Rule[] = [];
  const exchanges = new Set<Exchange>();
  const sockets = new Set<Socket>();
  let requests: SeenRequest[] = [];
  let connections = 0;
  let state: 'open' | 'refusing' | 'silent' = 'open';

  const strike = (request: Request): Fault | undefined => {
    const rule = rules.findLast((candidate) => candidate.left > 0 && matches(request, candidate.match));
    if (!rule) return undefined;
    rule.left -= 1;
    rule.hits += 1;
    return rule.fault;
  };

  const begin = (request: Request, user: string | undefined, end: () => void): Exchange => {
    const exchange = { seen: { ...request, at: Date.now(), user, status: undefined, ended: false }, end };
    exchanges.add(exchange);
    requests.push(exchange.seen);
    return exchange;
  };
  const note = (exchange: Exchange, change: { readonly status?: number; readonly ended?: boolean }): void => {
    const index = requests.lastIndexOf(exchange.seen);
    exchange.seen = { ...exchange.seen, ...change };
    if (index >= 0) requests[index] = exchange.seen;
    if (change.ended) exchanges.delete(exchange);
  };

  const handle = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const client = clientOf(incoming);
    const request = readRequest(incoming.method ?? 'GET', incoming.url ?? '/');
    const exchange = begin(request, client.user, () => outgoing.destroy());
    outgoing.on('close', () => {
      note(exchange, { ended: true });
    });
    const answer = (status: number, headers: Readonly<Record<string, string>>, body: string): void => {
      note(exchange, { status });
      incoming.resume();
      outgoing.writeHead(status, headers).end(body);
    };

    const fault = isRefused(client) ? ({ kind: 'answer', status: 401 } as const) : strike(request);
    switch (fault?.kind) {
      case 'reset':
        incoming.socket.destroy();
        return;
      case 'silence':
        incoming.resume();
        return;
      case 'answer':
        answer(
          fault.status,
          {
            'content-type': fault.contentType ?? 'application/json',
            ...(fault.retryAfterSeconds !== undefined && { 'retry-after': String(fault.retryAfterSeconds) }),
          },
          fault.body ?? JSON.stringify(failureStatus(fault.status)),
        );
        return;
      case 'watch-error':
        answer(
          200,
          { 'content-type': 'application/json' },
          `${JSON.stringify({ type: 'ERROR', object: failureStatus(fault.code) })}\n`,
        );
        return;
      case 'delay':
        setTimeout(forward, fault.ms);
        return;
      case 'cut':
      case 'stall':
      case 'truncate':
      case undefined:
        forward();
        return;
    }

    function forward(): void {
      const upstream = httpsRequest(new URL(incoming.url ?? '/', plane.server), {
        method: incoming.method ?? 'GET',
        headers: client.headers,
        agent: client.viaCertificate ? trusted : plain,
      });
      outgoing.on('close', () => upstream.destroy());
      upstream.on('error', () => outgoing.destroy());
      upstream.on('response', (reply) => {
        note(exchange, { status: reply.statusCode ?? 0 });
        // The length may come out differently, and connections are each side's own matter.
        const headers = without(reply.headers, 'content-length', 'connection', 'keep-alive');
        outgoing.writeHead(reply.statusCode ?? 0, headers);
        // A watch says nothing for a while; its head must not wait for the first event.
        outgoing.flushHeaders();
        const damage = damaged(fault, outgoing);
        reply.on('error', () => outgoing.destroy());
        reply.on('close', () => {
          if (!reply.complete) outgoing.destroy();
        });
        reply.pipe(damage);
        damage.pipe(outgoing, { end: false });
        damage.on('end', () => {
          if (!(damage instanceof UpTo && damage.done)) outgoing.end();
        });
      });
      incoming.pipe(upstream);
    }
  };

  const server = createHttpsServer(
    {
      cert: pair.certificate,
      key: pair.key,
      ca: plane.authority.certificate,
      requestCert: true,
      rejectUnauthorized: false,
    },
    handle,
  );
  server.keepAliveTimeout = 60_000;
  server.on('clientError', (_error, socket) => socket.destroy());
  server.on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    const client = clientOf(incoming);
    const exchange = begin(readRequest(incoming.method ?? 'GET', incoming.url ?? '/'), client.user, () =>
      socket.destroy(),
    );
    socket.on('close', () => {
      note(exchange, { ended: true });
    });
    tunnel(plane.server, incoming, client, client.viaCertificate ? trusted : plain, socket, head, (status) => {
      note(exchange, { status });
    });
  });

  const listener = createNetServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    if (state === 'silent') socket.resume();
    else server.emit('connection', socket);
  });
  listener.unref();
  const [port = 0] = await freePorts(1);
  await listen(listener, port);
  const url = `https://127.0.0.1:${port}`;
  const entry = { server: url, certificateAuthority: plane.authority.certificate };
  const kubeconfig = join(plane.folder, `administrator-${port}.kubeconfig`);
  await writeKubeconfig(kubeconfig, [
    { ...entry, name: 'fault-proxy', credential: { kind: 'certificate', pair: plane.administrator } },
  ]);

  const breakAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      listener.close(() => {
        resolve();
      });
      breakAll();
    });

  return {
    server: url,
    kubeconfig,
    get requests() {
      return requests;
    },
    get connections() {
      return connections;
    },
    kubeconfigOf: async (user) => {
      const file = join(plane.folder, `${encodeURIComponent(user.name)}-${port}.kubeconfig`);
      await writeKubeconfig(file, [{ ...entry, name: user.name, credential: user.credential }]);
      return file;
    },
    count: (match = {}) => requests.filter((request) => matches(request, match)).length,
    forget: () => {
      requests = [];
      connections = 0;
    },
    add: (match, fault, times = Number.POSITIVE_INFINITY) => {
      const rule: Rule = { match, fault, left: times, hits: 0 };
      rules.push(rule);
      return {
        get hits() {
          return rule.hits;
        },
        clear: () => {
          rule.left = 0;
        },
      };
    },
    clear: () => {
      rules.length = 0;
    },
    drop: (match = {}) => {
      const dropped = [...exchanges].filter((exchange) => matches(exchange.seen, match));
      for (const exchange of dropped) exchange.end();
      return dropped.length;
    },
    reach: async (next) => {
      if (next === state) return;
      if (state === 'refusing') await listen(listener, port);
      state = next;
      if (next === 'refusing') await close();
      else breakAll();
    },
    stop: async () => {
      if (state !== 'refusing') await close();
      plain.destroy();
      trusted.destroy();
    },
  };
}

const without = (headers: IncomingHttpHeaders, ...names: readonly string[]): IncomingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));

/** The body on its way to the client, and what becomes of it. */
function damaged(fault: Fault | undefined, outgoing: ServerResponse): PassThrough | UpTo {
  switch (fault?.kind) {
    case 'cut':
      // What was written before has to leave first.
      return new UpTo(fault.after, () => setTimeout(() => outgoing.destroy(), 50));
    case 'stall':
      return new UpTo(fault.after, () => undefined);
    case 'truncate':
      return new UpTo(fault.after, () => setTimeout(() => outgoing.end(), 50));
    default:
      return new PassThrough();
  }
}

interface Client {
  readonly user: string | undefined;
  readonly viaCertificate: boolean;
  readonly token: string | undefined;
  /** What TLS itself does not look at here: the API server would answer 401. */
  readonly expired: boolean;
  /** As they go on to the API server. */
  readonly headers: IncomingHttpHeaders;
}

function clientOf(incoming: IncomingMessage): Client {
  const headers = without(incoming.headers, 'host');
  const raw = incoming.socket instanceof TLSSocket ? incoming.socket.getPeerCertificate().raw : undefined;
  const token = /^Bearer (.+)$/.exec(incoming.headers.authorization ?? '')?.[1];
  if (raw === undefined) return { user: undefined, viaCertificate: false, token, expired: false, headers };
  const certificate = new X509Certificate(raw);
  const field = (name: string): readonly string[] =>
    certificate.subject
      .split('\n')
      .filter((line) => line.startsWith(`${name}=`))
      .map((line) => line.slice(name.length + 1));
  const user = field('CN')[0] ?? '';
  return {
    user,
    viaCertificate: true,
    token,
    expired: Date.parse(certificate.validTo) < Date.now(),
    headers: {
      ...headers,
      [frontProxyHeaders.user.toLowerCase()]: user,
      [frontProxyHeaders.group.toLowerCase()]: [...field('O'), 'system:authenticated'],
    },
  };
}

/** exec and port-forward: after the handshake both sides just talk. */
function tunnel(
  server: string,
  incoming: IncomingMessage,
  client: Client,
  agent: Agent,
  socket: Duplex,
  head: Buffer,
  onStatus: (status: number) => void,
): void {
  const upstream = httpsRequest(new URL(incoming.url ?? '/', server), {
    method: incoming.method ?? 'GET',
    headers: client.headers,
    agent,
  });
  const answer = (reply: IncomingMessage): void => {
    onStatus(reply.statusCode ?? 0);
    const lines = [`HTTP/1.1 ${reply.statusCode} ${reply.statusMessage}`];
    for (let index = 0; index < reply.rawHeaders.length; index += 2)
      lines.push(`${reply.rawHeaders[index]}: ${reply.rawHeaders[index + 1]}`);
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  };
  upstream.on('error', () => socket.destroy());
  upstream.on('upgrade', (reply, other, otherHead) => {
    answer(reply);
    socket.write(otherHead);
    other.write(head);
    socket.pipe(other).pipe(socket);
    socket.on('close', () => other.destroy());
    socket.on('error', () => other.destroy());
    other.on('close', () => socket.destroy());
    other.on('error', () => socket.destroy());
  });
  upstream.on('response', (reply) => {
    // Refused: its body goes on as it is, chunks and all, until the connection closes.
    answer(reply);
    reply.resume();
    socket.end();
  });
  upstream.end();
}

const listen = (listener: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(port, '127.0.0.1', () => {
      listener.off('error', reject);
      resolve();
    });
  });
