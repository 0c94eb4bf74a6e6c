import { booleanAt, defined, isObject, objectAt, stringAt } from '../../model/json.ts';
import { ApiError } from '../apiError.ts';
import type {
  AccessAnswer,
  AccessQuestion,
  ClusterClient,
  ExecOptions,
  ExecResult,
  LogOptions,
  PodName,
  RequestOptions,
  WriteRequest,
} from '../client.ts';
import type { Transport } from '../transport/transport.ts';
import { exec } from './exec.ts';
import { textLines } from './textLines.ts';

/** A container may say nothing for days. */
const noStallMs = 2_147_483_647;

/** Requests on behalf of a view, through the connection of a live source. */
export class LiveClient implements ClusterClient {
  readonly #transport: () => Transport;

  /** `transport` gives the connection at the time of each request, or throws why there is none. */
  constructor(transport: () => Transport) {
    this.#transport = transport;
  }

  async get(path: string, options: RequestOptions = {}): Promise<unknown> {
    return this.#transport().json({ path, ...options });
  }

  async mayI(access: AccessQuestion, options: RequestOptions = {}): Promise<AccessAnswer> {
    const review = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: access },
    };
    const answer = await this.#transport().json({
      method: 'POST',
      path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      body: { type: 'application/json', text: JSON.stringify(review) },
      ...options,
    });
    const status = objectAt(isObject(answer) ? answer : {}, 'status');
    const allowed = booleanAt(status, 'allowed');
    if (allowed === undefined) throw new ApiError({ reason: 'malformed' }, 'the access review has no answer');
    return defined({ allowed, reason: stringAt(status, 'reason') || undefined });
  }

  async *logs(pod: PodName, { signal, timeoutMs, ...options }: LogOptions = {}): AsyncGenerator<string, void, void> {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(options)) if (value !== undefined) query.set(name, String(value));
    const path = `/api/v1/namespaces/${encodeURIComponent(pod.namespace)}/pods/${encodeURIComponent(pod.name)}/log?${query}`;
    const response = await this.#transport().send({
      path,
      accept: '*/*',
      ...(options.follow === true ? { stallMs: noStallMs } : {}),
      ...defined({ signal, timeoutMs }),
    });
    try {
      yield* textLines(response.body);
    } finally {
      response.cancel();
    }
  }

  async exec(pod: PodName, options: ExecOptions): Promise<ExecResult> {
    return exec(this.#transport(), pod, options);
  }

  async write({ method, path, body, type }: WriteRequest, options: RequestOptions = {}): Promise<unknown> {
    const sent = { type: type ?? 'application/json', text: JSON.stringify(body) };
    return this.#transport().json({ method, path, body: sent, ...options });
  }
}
