import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import { isObject, objectAt, stringAt } from '../../src/model/json.ts';
import type { KeyPair } from './certificates.ts';

interface Holder {
  readonly user: string;
  readonly groups: readonly string[];
  readonly expires: number;
}

/**
 * Answers the API server's question whose a bearer token is (authentication.k8s.io/v1 TokenReview). A static token file
 * is read once and service account tokens live for at least ten minutes, and the tests need tokens that expire while
 * they watch.
 */
export class TokenAuthority {
  readonly #holders = new Map<string, Holder>();
  readonly #revoked = new Set<string>();
  readonly #server: Server;

  constructor(pair: KeyPair) {
    this.#server = createServer({ cert: pair.certificate, key: pair.key }, (incoming, outgoing) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const review: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
        outgoing.setHeader('content-type', 'application/json');
        outgoing.end(JSON.stringify(this.#answer(review)));
      });
    });
    this.#server.unref();
  }

  /** Gives the URL for the API server. */
  listen(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', () => {
        const address = this.#server.address();
        if (address === null || typeof address === 'string') throw new Error('A TCP address was expected.');
        resolve(`https://127.0.0.1:${address.port}/`);
      });
    });
  }

  /** A new token of the user, which the API server takes until it expires. */
  issue(user: string, groups: readonly string[], lifetimeSeconds: number): string {
    const token = randomBytes(24).toString('base64url');
    this.#holders.set(token, { user, groups, expires: Date.now() + lifetimeSeconds * 1000 });
    return token;
  }

  /** The API server answers 401 to it within ten seconds, for which it remembers what it was told before. */
  revoke(token: string): void {
    this.#holders.delete(token);
    this.#revoked.add(token);
  }

  wasRevoked(token: string): boolean {
    return this.#revoked.has(token);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #answer(review: unknown): object {
    const token = isObject(review) ? (stringAt(objectAt(review, 'spec'), 'token') ?? '') : '';
    const holder = this.#holders.get(token);
    const known = holder !== undefined && holder.expires > Date.now();
    return {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenReview',
      status: known
        ? { authenticated: true, user: { username: holder.user, groups: holder.groups } }
        : { authenticated: false },
    };
  }
}
