import type { ClusterClient } from '../client.ts';
import type { Transport } from '../transport/transport.ts';

/** Requests on behalf of a view, through the connection of a live source. */
export class LiveClient implements ClusterClient {
  readonly #transport: () => Transport;

  /** `transport` gives the connection at the time of each request, or throws why there is none. */
  constructor(transport: () => Transport) {
    this.#transport = transport;
  }

  get(path: string, options: { readonly signal?: AbortSignal; readonly timeoutMs?: number } = {}): Promise<unknown> {
    return this.#transport().json({ path, ...options });
  }
}
