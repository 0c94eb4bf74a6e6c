import { Agent, request } from 'node:https';
import { isObject, stringAt } from '../../src/model/json.ts';
import type { KeyPair } from './certificates.ts';

export type Verb = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface ApiAnswer {
  readonly status: number;
  /** Parsed, or the text where it is not JSON. */
  readonly body: unknown;
}

export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  readonly status: number;

  constructor(verb: Verb, path: string, answer: ApiAnswer) {
    const said = isObject(answer.body) ? stringAt(answer.body, 'message') : String(answer.body);
    super(`${verb} ${path}: ${answer.status} ${said ?? ''}`);
    this.status = answer.status;
  }
}

export interface ApiClientOptions {
  /** `https://127.0.0.1:PORT` */
  readonly server: string;
  /** PEM of the authority to trust. */
  readonly certificateAuthority: string;
  readonly credentials: KeyPair;
}

/**
 * The plainest client of an API server: what the tests fill a cluster with. It shares nothing with the code under test,
 * so that a mistake in one does not hide one in the other. Connections are kept and reused, up to 32.
 */
export class ApiClient {
  readonly #options: ApiClientOptions;
  readonly #agent: Agent;

  constructor(options: ApiClientOptions) {
    this.#options = options;
    this.#agent = new Agent({
      keepAlive: true,
      maxSockets: 32,
      ca: options.certificateAuthority,
      cert: options.credentials.certificate,
      key: options.credentials.key,
    });
  }

  get = (path: string): Promise<unknown> => this.#ask('GET', path);
  create = (path: string, object: object): Promise<unknown> => this.#ask('POST', path, object);
  replace = (path: string, object: object): Promise<unknown> => this.#ask('PUT', path, object);
  delete = (path: string, options: object = {}): Promise<unknown> => this.#ask('DELETE', path, options);

  /** RFC 7396: an object's fields are set, `null` removes one, a list replaces a list. */
  mergePatch = (path: string, patch: object): Promise<unknown> =>
    this.#ask('PATCH', path, patch, 'application/merge-patch+json');

  /** As `kubectl apply --server-side --force-conflicts`. */
  apply = (path: string, object: object): Promise<unknown> =>
    this.#ask('PATCH', `${path}?fieldManager=control-plane&force=true`, object, 'application/apply-patch+yaml');

  /** The object in the encoding that the API server also stores it in. */
  async getProtobuf(path: string): Promise<Buffer> {
    const { status, content } = await this.#exchange('GET', path, undefined, '', 'application/vnd.kubernetes.protobuf');
    if (status !== 200) throw new ApiFailure('GET', path, { status, body: content.toString('utf8') });
    return content;
  }

  /** Any status is an answer. @throws when the connection fails. */
  async send(verb: Verb, path: string, body?: object, contentType = 'application/json'): Promise<ApiAnswer> {
    const { status, content } = await this.#exchange(verb, path, body, contentType, 'application/json');
    return { status, body: parsed(content.toString('utf8')) };
  }

  #exchange(
    verb: Verb,
    path: string,
    body: object | undefined,
    contentType: string,
    accept: string,
  ): Promise<{ readonly status: number; readonly content: Buffer }> {
    return new Promise((resolve, reject) => {
      const content = body === undefined ? undefined : JSON.stringify(body);
      const outgoing = request(new URL(path, this.#options.server), {
        method: verb,
        agent: this.#agent,
        headers: {
          accept,
          ...(content === undefined
            ? {}
            : { 'content-type': contentType, 'content-length': Buffer.byteLength(content) }),
        },
      });
      outgoing.on('error', reject);
      outgoing.on('response', (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          resolve({ status: incoming.statusCode ?? 0, content: Buffer.concat(chunks) });
        });
      });
      outgoing.end(content);
    });
  }

  close(): void {
    this.#agent.destroy();
  }

  async #ask(verb: Verb, path: string, body?: object, contentType?: string): Promise<unknown> {
    const answer = await this.send(verb, path, body, contentType);
    if (answer.status < 200 || answer.status > 299) throw new ApiFailure(verb, path, answer);
    return answer.body;
  }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
