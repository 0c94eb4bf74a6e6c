import { Transform, type TransformCallback } from 'node:stream';

/** After so many bytes, or after so many whole lines and half of the next: a watch is a line for each event. */
export type Place = { readonly bytes: number } | { readonly lines: number };

export type Fault =
  /** The connection is reset instead of an answer. */
  | { readonly kind: 'reset' }
  /** The request is taken and never answered. */
  | { readonly kind: 'silence' }
  /** The answer comes, that much later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The body begins, and then the connection breaks. */
  | { readonly kind: 'cut'; readonly after: Place }
  /** The body begins, and then nothing more comes, with the connection open. */
  | { readonly kind: 'stall'; readonly after: Place }
  /** The body ends too early, and HTTP says that this was all of it. */
  | { readonly kind: 'truncate'; readonly after: Place }
  /** Another answer than the server's, which is not asked. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly retryAfterSeconds?: number;
      /** A Kubernetes Status that fits the code when absent. */
      readonly body?: string;
      readonly contentType?: string;
    }
  /** A watch that begins well and whose first event says that it has failed, as a server does that has lost its place. */
  | { readonly kind: 'watch-error'; readonly code: number };

const reasons: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  410: 'Expired',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

/** The object that the API server gives for an error. */
export const failureStatus = (code: number): object => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: `${reasons[code] ?? 'Failure'} of the fault proxy's making`,
  reason: reasons[code] ?? 'Unknown',
  code,
});

/** Lets the body pass up to a place and then calls back, once; the rest is swallowed. */
export class UpTo extends Transform {
  readonly #place: Place;
  readonly #reached: () => void;
  #passed = 0;
  /** The place was reached. */
  done = false;

  constructor(place: Place, reached: () => void) {
    super();
    this.#place = place;
    this.#reached = reached;
  }

  override _transform(chunk: Buffer, _encoding: string, callback: TransformCallback): void {
    if (this.done) {
      callback();
      return;
    }
    const end =
      'bytes' in this.#place ? this.#byBytes(chunk, this.#place.bytes) : this.#byLines(chunk, this.#place.lines);
    if (end === undefined) {
      callback(null, chunk);
      return;
    }
    this.done = true;
    this.push(chunk.subarray(0, end));
    this.#reached();
    callback();
  }

  #byBytes(chunk: Buffer, limit: number): number | undefined {
    const left = limit - this.#passed;
    this.#passed += chunk.length;
    return this.#passed >= limit ? left : undefined;
  }

  #byLines(chunk: Buffer, limit: number): number | undefined {
    let start = 0;
    while (this.#passed < limit) {
      const newline = chunk.indexOf(0x0a, start);
      if (newline < 0) return undefined;
      start = newline + 1;
      this.#passed += 1;
    }
    const newline = chunk.indexOf(0x0a, start);
    const length = (newline < 0 ? chunk.length : newline) - start;
    // Nothing of the next line has come yet.
    if (length === 0) return undefined;
    return start + Math.ceil(length / 2);
  }
}
