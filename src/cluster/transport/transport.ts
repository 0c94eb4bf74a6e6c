import * as http from 'node:http';
import * as https from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { type Access, accessOf, ApiError, errorOfNetwork, errorOfStatus, retryAfter } from '../apiError.ts';
import type { Credential, Credentials } from '../credentials/credentials.ts';
import type { ClusterEntry } from '../kubeconfig/entries.ts';
import { type ChosenProxy, hostOf, proxyFor } from './proxy.ts';
import { serverTrust } from './trust.ts';
import { openTunnel } from './tunnel.ts';

export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query, from the server's root: `/api/v1/nodes?limit=500`. */
  readonly path: string;
  readonly accept?: string;
  readonly body?: { readonly type: string; readonly text: string };
  readonly signal?: AbortSignal;
  /** Until the answer's first byte. */
  readonly timeoutMs?: number;
  /** Between two parts of the answer's body. */
  readonly stallMs?: number;
}

/** An answer of 2xx. Its body must be read to the end or cancelled. */
export interface ApiResponse {
  readonly status: number;
  readonly contentType: string;
  readonly body: AsyncIterable<Buffer>;
  cancel(): void;
}

export interface TransportOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly userAgent?: string;
  readonly timeoutMs?: number;
  readonly stallMs?: number;
}

const defaultTimeoutMs = 15_000;
const defaultStallMs = 30_000;
const longestErrorBody = 65_536;

/**
 * HTTP to one API server: kept-alive connections, TLS and proxies as kubectl has them, a time limit on every step, and
 * one kind of error. An answer that is not 2xx is an ApiError.
 */
export class Transport {
  readonly #cluster: ClusterEntry;
  readonly #server: URL;
  readonly #prefix: string;
  readonly #credentials: Credentials;
  readonly #options: TransportOptions;
  readonly #proxy: ChosenProxy | undefined;
  readonly #compress: boolean;
  #agent: { readonly identity: string; readonly agent: http.Agent } | undefined;
  #closed = false;

  constructor(cluster: ClusterEntry, credentials: Credentials, options: TransportOptions = {}) {
    this.#cluster = cluster;
    this.#server = serverUrl(cluster);
    this.#prefix = this.#server.pathname.replace(/\/+$/, '');
    this.#credentials = credentials;
    this.#options = options;
    this.#proxy = proxyFor(this.#server, cluster.proxyUrl, options.env);
    // Within one machine packing costs more than it saves.
    this.#compress = !cluster.disableCompression && !isThisMachine(this.#server);
  }

  /**
   * The URL under which another HTTP client of Node is to ask, with `connectionOptions`. Its host stands for the server's,
   * which the agent knows: VS Code takes agents away from requests to all hosts but this machine.
   */
  get localServer(): string {
    return `${this.#server.protocol}//localhost:${this.#port}${this.#prefix}`;
  }

  /** What another HTTP client needs in order to use this connection. */
  async connectionOptions(
    signal?: AbortSignal,
  ): Promise<{ readonly agent: http.Agent; readonly headers: Credential['headers'] }> {
    const credential = await this.#credentials.get(signal);
    return { agent: await this.#agentFor(credential), headers: { ...credential.headers, Host: this.#server.host } };
  }

  get #port(): number {
    return Number(this.#server.port) || (this.#server.protocol === 'https:' ? 443 : 80);
  }

  async send(request: ApiRequest): Promise<ApiResponse> {
    const access = accessOf(request.method ?? 'GET', request.path);
    for (let attempt = 0; ; attempt++) {
      if (this.#closed || request.signal?.aborted === true) throw cancelled();
      const credential = await this.#credentials.get(request.signal);
      const response = await this.#exchange(request, credential, access);
      if (response instanceof ApiError) {
        // Only a credential that can become another one is worth a second try.
        if (response.reason === 'unauthorized' && attempt === 0 && this.#credentials.invalidate(credential)) continue;
        throw response;
      }
      return response;
    }
  }

  /** The whole body as JSON. */
  async json(request: ApiRequest): Promise<unknown> {
    const response = await this.send(request);
    const chunks: Buffer[] = [];
    for await (const chunk of response.body) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString('utf8');
    try {
      return JSON.parse(text) as unknown;
    } catch (cause) {
      throw new ApiError({ reason: 'malformed' }, 'the answer is not JSON', { cause });
    }
  }

  /**
   * Closes connections that wait for their next use. Where one was given up without an answer, a firewall or a sleeping
   * machine has usually taken the others too, and each would have to be given up in its turn.
   */
  dropIdle(): void {
    closeFree(this.#agent?.agent);
  }

  close(): void {
    this.#closed = true;
    this.#agent?.agent.destroy();
    this.#agent = undefined;
  }

  /** An answer that is not 2xx comes as a value, because 401 is decided upon by the caller. */
  async #exchange(request: ApiRequest, credential: Credential, access: Access): Promise<ApiResponse | ApiError> {
    const agent = await this.#agentFor(credential);
    let response: http.IncomingMessage;
    try {
      response = await this.#request(request, credential, agent);
    } catch (error) {
      // A kept-alive connection may be closed by the server in the moment in which it is used again.
      if (!(error instanceof ReusedConnectionError) || (request.method ?? 'GET') !== 'GET')
        throw errorOfNetwork(unwrap(error));
      response = await this.#request(request, credential, agent).catch((second: unknown) => {
        throw errorOfNetwork(unwrap(second));
      });
    }
    const status = response.statusCode ?? 0;
    const body = readBody(response, request.stallMs ?? this.#options.stallMs ?? defaultStallMs, request.signal);
    if (status >= 200 && status < 300) {
      return {
        status,
        contentType: response.headers['content-type'] ?? '',
        body,
        cancel: () => void response.destroy(),
      };
    }
    const text = await head(body, longestErrorBody);
    response.destroy();
    return errorOfStatus(status, text, access, retryAfter(response.headers['retry-after'], Date.now()));
  }

  #request(request: ApiRequest, credential: Credential, agent: http.Agent): Promise<http.IncomingMessage> {
    const timeoutMs = request.timeoutMs ?? this.#options.timeoutMs ?? defaultTimeoutMs;
    const { signal, body } = request;
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(cancelled());
        return;
      }
      // In VS Code `https.request` is not Node's: it replaces the agent, and with it the proxy, the client certificate and
      // the kept-alive connections (setting `http.proxySupport`). What it wraps is this.
      const outgoing = new http.ClientRequest({
        agent,
        protocol: this.#server.protocol,
        method: request.method ?? 'GET',
        host: hostOf(this.#server),
        port: this.#port,
        path: this.#prefix + request.path,
        headers: {
          Accept: request.accept ?? 'application/json',
          'Accept-Encoding': this.#compress ? 'gzip' : 'identity',
          'User-Agent': this.#options.userAgent ?? 'kubernetes-network-inspector',
          ...credential.headers,
          ...(body === undefined ? {} : { 'Content-Type': body.type, 'Content-Length': Buffer.byteLength(body.text) }),
        },
      });
      const finish = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
      };
      const fail = (error: unknown): void => {
        finish();
        outgoing.destroy();
        reject(error instanceof Error ? error : new Error(String(error)));
      };
      const timer = setTimeout(() => {
        closeFree(agent);
        fail(noAnswer(timeoutMs));
      }, timeoutMs);
      const abort = (): void => fail(cancelled());
      signal?.addEventListener('abort', abort, { once: true });
      outgoing.on('error', (error) => fail(outgoing.reusedSocket ? new ReusedConnectionError(error) : error));
      outgoing.once('response', (response) => {
        finish();
        resolve(response);
      });
      outgoing.end(body?.text);
    });
  }

  /** A client certificate belongs to the connection, so a new certificate needs a new pool. */
  async #agentFor(credential: Credential): Promise<http.Agent> {
    const identity =
      credential.certificate === undefined ? '' : `${credential.certificate.cert}${credential.certificate.key}`;
    if (this.#agent?.identity === identity) return this.#agent.agent;
    const agent = this.#ledToServer(await this.#createAgent(credential));
    if (this.#closed) {
      agent.destroy();
      throw cancelled();
    }
    if (this.#agent?.identity === identity) {
      agent.destroy();
      return (this.#agent as { agent: http.Agent }).agent;
    }
    // Requests under way on the old one finish there.
    closeFree(this.#agent?.agent);
    this.#agent = { identity, agent };
    return agent;
  }

  /** Whatever host it is asked for. */
  #ledToServer(agent: http.Agent): http.Agent {
    const create = agent.createConnection.bind(agent);
    const target = { host: hostOf(this.#server), port: this.#port };
    agent.createConnection = (options, callback) => create({ ...options, ...target }, callback);
    return agent;
  }

  async #createAgent(credential: Credential): Promise<http.Agent> {
    const pool = { keepAlive: true, keepAliveMsecs: 30_000, maxFreeSockets: 8, scheduling: 'lifo' as const };
    const timeoutMs = this.#options.timeoutMs ?? defaultTimeoutMs;
    if (this.#server.protocol === 'http:')
      return this.#proxy === undefined ? new http.Agent(pool) : new PlainTunnelAgent(this.#proxy.url, timeoutMs, pool);
    const trust = await serverTrust(this.#cluster, this.#server);
    const options: https.AgentOptions = { ...pool, ...trust, ...credential.certificate };
    return this.#proxy === undefined
      ? new https.Agent(options)
      : new TlsTunnelAgent(this.#proxy.url, timeoutMs, options);
  }
}

/** kubectl takes a server without a scheme for plain HTTP. */
export const serverUrl = ({ server }: Pick<ClusterEntry, 'server'>): URL =>
  new URL(/^[a-z]+:\/\//i.test(server) ? server : `http://${server}`);

/** An error on a connection that had served before: nothing is known yet about the server. */
class ReusedConnectionError extends Error {
  constructor(cause: unknown) {
    super('connection closed', { cause });
  }
}

function closeFree(agent: http.Agent | undefined): void {
  for (const sockets of Object.values(agent?.freeSockets ?? {})) sockets?.forEach((socket) => socket.destroy());
}

const unwrap = (error: unknown): unknown => (error instanceof ReusedConnectionError ? error.cause : error);

const cancelled = (): ApiError => new ApiError({ reason: 'aborted' }, 'cancelled');

const noAnswer = (timeoutMs: number): ApiError => {
  const seconds = Math.round(timeoutMs / 100) / 10;
  return new ApiError({ reason: 'timed-out', seconds }, `no answer in ${seconds} s`);
};

const isThisMachine = (server: URL): boolean => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(server.hostname);

/** The body's bytes, unpacked. Fails with an ApiError when they stop coming, end early, or nobody wants them any more. */
async function* readBody(
  response: http.IncomingMessage,
  stallMs: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer, void, void> {
  const packed = response.headers['content-encoding'] === 'gzip';
  const stream = packed ? response.pipe(createGunzip()) : response;
  if (packed) response.once('error', (error) => stream.destroy(error));
  let failure: ApiError | undefined;
  const stop = (error: ApiError): void => {
    failure ??= error;
    response.destroy(error);
    stream.destroy(error);
  };
  const abort = (): void => stop(cancelled());
  if (signal?.aborted === true) abort();
  signal?.addEventListener('abort', abort, { once: true });
  const chunks = stream[Symbol.asyncIterator]();
  try {
    for (;;) {
      // Runs only while waiting: a slow reader is not a slow server.
      const timer = setTimeout(() => {
        const seconds = Math.round(stallMs / 100) / 10;
        stop(new ApiError({ reason: 'timed-out', seconds }, `the answer stopped for ${seconds} s`));
      }, stallMs);
      let next: IteratorResult<unknown>;
      try {
        next = await chunks.next();
      } catch (error) {
        throw (
          failure ?? new ApiError({ reason: 'truncated' }, 'the connection was cut during the answer', { cause: error })
        );
      } finally {
        clearTimeout(timer);
      }
      if (next.done === true) {
        if (failure !== undefined) throw failure;
        return;
      }
      if (Buffer.isBuffer(next.value)) yield next.value;
    }
  } finally {
    signal?.removeEventListener('abort', abort);
    if (!response.complete) response.destroy();
  }
}

/** The first `limit` bytes of a body as text; a body that breaks off is as good as it got. */
async function head(body: AsyncIterable<Buffer>, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= limit) break;
    }
  } catch (error) {
    if (error instanceof ApiError && error.reason === 'aborted') throw error;
  }
  return Buffer.concat(chunks).toString('utf8', 0, limit);
}

type Connected = (error: Error | null, stream: Duplex) => void;

const tunnelled = (
  proxy: URL,
  timeoutMs: number,
  options: http.ClientRequestArgs,
  connected: (socket: Socket) => void,
  failed: (error: Error) => void,
): void => {
  openTunnel(proxy, options.host ?? 'localhost', Number(options.port), timeoutMs).then(connected, (error: unknown) =>
    failed(error instanceof Error ? error : new Error(String(error))),
  );
};

/** The types want a stream beside the error; Node does not look at it. */
const noStream = undefined as unknown as Duplex;

class PlainTunnelAgent extends http.Agent {
  readonly #proxy: URL;
  readonly #timeoutMs: number;

  constructor(proxy: URL, timeoutMs: number, options: http.AgentOptions) {
    super(options);
    this.#proxy = proxy;
    this.#timeoutMs = timeoutMs;
  }

  override createConnection(options: http.ClientRequestArgs, callback?: Connected): null {
    tunnelled(
      this.#proxy,
      this.#timeoutMs,
      options,
      (socket) => callback?.(null, socket),
      (error) => callback?.(error, noStream),
    );
    return null;
  }
}

class TlsTunnelAgent extends https.Agent {
  readonly #proxy: URL;
  readonly #timeoutMs: number;

  constructor(proxy: URL, timeoutMs: number, options: https.AgentOptions) {
    super(options);
    this.#proxy = proxy;
    this.#timeoutMs = timeoutMs;
  }

  override createConnection(options: https.RequestOptions, callback?: Connected): null {
    tunnelled(
      this.#proxy,
      this.#timeoutMs,
      options,
      (socket) => {
        const secured = super.createConnection({ ...options, socket } as https.RequestOptions);
        if (secured) callback?.(null, secured);
      },
      (error) => callback?.(error, noStream),
    );
    return null;
  }
}
