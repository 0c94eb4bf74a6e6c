import { Agent, request } from 'node:https';
import { isObject, objectAt, stringAt } from '../../src/model/json.ts';
import type { KeyPair } from './certificates.ts';

/** etcd's gateway from JSON to gRPC (https://etcd.io/docs/v3.6/dev-guide/api_grpc_gateway/), as far as it is needed. */
export class EtcdClient {
  readonly #url: string;
  readonly #agent: Agent;

  constructor(url: string, certificateAuthority: string, pair: KeyPair) {
    this.#url = url;
    this.#agent = new Agent({
      keepAlive: true,
      maxSockets: 4,
      ca: certificateAuthority,
      cert: pair.certificate,
      key: pair.key,
    });
  }

  /** Writes all of them, in transactions of a hundred; four are under way at a time. */
  async putAll(entries: Iterable<readonly [key: string, value: Buffer]>): Promise<void> {
    const batches = batched(entries, 100)[Symbol.iterator]();
    const worker = async (): Promise<void> => {
      for (let next = batches.next(); !next.done; next = batches.next()) {
        const success = next.value.map(([key, value]) => ({
          requestPut: { key: Buffer.from(key).toString('base64'), value: value.toString('base64') },
        }));
        await this.#post('/v3/kv/txn', { success });
      }
    };
    await Promise.all([worker(), worker(), worker(), worker()]);
  }

  /**
   * Forgets all history but the newest, as the API server has it done every five minutes: what then asks for an older
   * resource version gets 410 from etcd.
   */
  async compact(): Promise<void> {
    const status = await this.#post('/v3/maintenance/status', {});
    const revision = stringAt(objectAt(status, 'header'), 'revision');
    await this.#post('/v3/kv/compaction', { revision, physical: true });
  }

  close(): void {
    this.#agent.destroy();
  }

  #post(path: string, body: object): Promise<Readonly<Record<string, unknown>>> {
    return new Promise((resolve, reject) => {
      const outgoing = request(new URL(path, this.#url), { method: 'POST', agent: this.#agent });
      outgoing.on('error', reject);
      outgoing.on('response', (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          if (incoming.statusCode !== 200) {
            reject(new Error(`etcd answered ${incoming.statusCode} to ${path}: ${text}`));
            return;
          }
          const answer: unknown = JSON.parse(text);
          resolve(isObject(answer) ? answer : {});
        });
      });
      outgoing.end(JSON.stringify(body));
    });
  }
}

function* batched<T>(elements: Iterable<T>, size: number): Generator<readonly T[]> {
  let batch: T[] = [];
  for (const element of elements) {
    batch.push(element);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
