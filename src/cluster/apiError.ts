import { defined, isObject, type JsonObject, objectAt, objectsAt, stringAt } from '../model/json.ts';
import type { Knowledge } from '../model/snapshot.ts';
import type { ConnectionState } from './source.ts';

/** What went wrong with a request, for code to decide by. Durations are milliseconds. */
export type ApiFailure =
  /** 401, also after the credentials were fetched anew. */
  | { readonly reason: 'unauthorized' }
  /** 403. The core group's resources have no group: `pods`; others read `daemonsets.apps`. */
  | { readonly reason: 'forbidden'; readonly verb: string; readonly resource: string; readonly namespace?: string }
  | { readonly reason: 'not-found' }
  /** 410: the version asked for is no longer kept. */
  | { readonly reason: 'gone' }
  /** 400, 409, 422 and the like: the server understood and refuses. */
  | { readonly reason: 'rejected'; readonly status: number }
  /** 429: `budget` where an eviction is refused by a PodDisruptionBudget, and not for the load of the server. */
  | { readonly reason: 'too-many-requests'; readonly retryAfter?: number; readonly budget?: true }
  | { readonly reason: 'server'; readonly status: number; readonly retryAfter?: number }
  /** No connection: refused, reset, no such host, no route, or a proxy that does not let through. */
  | { readonly reason: 'unreachable' }
  | { readonly reason: 'timed-out'; readonly seconds: number }
  | { readonly reason: 'certificate' }
  | {
      readonly reason: 'credential-plugin';
      readonly command: string;
      readonly args: readonly string[];
      readonly missing: boolean;
      readonly stderr: string;
      readonly installHint?: string;
    }
  /** The kubeconfig's credentials cannot be used: a file that cannot be read, or a kind no longer supported. */
  | { readonly reason: 'credentials' }
  /** The answer ended before it was complete. */
  | { readonly reason: 'truncated' }
  /** The answer is not what the API promises. */
  | { readonly reason: 'malformed' }
  | { readonly reason: 'aborted' };

/** Every failure of a request. The message is for people, `failure` is for code. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly failure: ApiFailure;

  constructor(failure: ApiFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }

  get reason(): ApiFailure['reason'] {
    return this.failure.reason;
  }
}

/** What a request asks of the API, in RBAC's words. */
export interface Access {
  readonly verb: string;
  readonly resource: string;
  readonly namespace?: string;
}

const verbs: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };

/** RBAC's view of a request. A path outside the API's resources is its own resource, as in a `nonResourceURLs` rule. */
export function accessOf(method: string, path: string): Access {
  const question = path.indexOf('?');
  const query = question < 0 ? '' : path.slice(question + 1);
  const parts = (question < 0 ? path : path.slice(0, question)).split('/').filter((part) => part !== '');
  const group = parts[0] === 'apis' ? parts[1] : '';
  let rest = parts[0] === 'api' ? parts.slice(2) : parts[0] === 'apis' ? parts.slice(3) : [];
  let namespace: string | undefined;
  if (rest[0] === 'namespaces' && rest.length > 2) {
    namespace = rest[1];
    rest = rest.slice(2);
  }
  const [plural, name, subresource] = rest;
  if (plural === undefined) return { verb: method.toLowerCase(), resource: `/${parts.join('/')}` };
  const resource = group === undefined || group === '' ? plural : `${plural}.${group}`;
  const verb =
    verbs[method] ?? (name !== undefined ? 'get' : new URLSearchParams(query).has('watch') ? 'watch' : 'list');
  return defined({ verb, resource: subresource === undefined ? resource : `${resource}/${subresource}`, namespace });
}

/** A `Status` object; empty where the body is none. */
function statusOf(body: string): JsonObject {
  try {
    const status: unknown = JSON.parse(body);
    return isObject(status) ? status : {};
  } catch {
    return {};
  }
}

/** The server's own sentence from a `Status` object, where the body is one. */
export const statusMessage = (body: string): string | undefined => stringAt(statusOf(body), 'message');

/** Source: Eviction API, policy/v1 `DisruptionBudgetCause`. */
const isBudget = (body: string): boolean =>
  objectsAt(objectAt(statusOf(body), 'details'), 'causes').some(
    (cause) => stringAt(cause, 'reason') === 'DisruptionBudget',
  );

/** `Retry-After` in milliseconds; both seconds and dates are allowed. Source: RFC 9110, 10.2.3. */
export function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** The error for an answer that is not 2xx. `body` is what the server sent with it. */
export function errorOfStatus(status: number, body: string, access: Access, wait?: number): ApiError {
  const said = statusMessage(body);
  const pause = wait === undefined ? {} : { retryAfter: wait };
  switch (status) {
    case 401:
      return new ApiError({ reason: 'unauthorized' }, said ?? 'the server does not accept the credentials');
    case 403:
      return new ApiError(
        { reason: 'forbidden', ...access },
        said ?? `not allowed to ${access.verb} ${access.resource}`,
      );
    case 404:
      return new ApiError({ reason: 'not-found' }, said ?? `${access.resource} not found`);
    case 410:
      return new ApiError({ reason: 'gone' }, said ?? 'the version asked for is no longer kept');
    case 429:
      return new ApiError(
        { reason: 'too-many-requests', ...pause, ...(isBudget(body) && { budget: true as const }) },
        said ?? 'too many requests',
      );
    default:
      return status >= 400 && status < 500
        ? new ApiError({ reason: 'rejected', status }, said ?? `the server answered ${status}`)
        : new ApiError({ reason: 'server', status, ...pause }, said ?? `the server answered ${status}`);
  }
}

/** The error for a `Status` object that came as an event of a watch. */
export function errorOfStatusObject(status: unknown, access: Access): ApiError {
  const object = isObject(status) ? status : {};
  const code = typeof object['code'] === 'number' ? object['code'] : 500;
  const seconds = objectAt(object, 'details')['retryAfterSeconds'];
  return errorOfStatus(code, JSON.stringify(object), access, typeof seconds === 'number' ? seconds * 1000 : undefined);
}

const unreachable: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  ECONNABORTED: 'connection closed',
  EPIPE: 'connection closed',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the host name cannot be resolved at the moment',
  EHOSTUNREACH: 'no route to the host',
  EHOSTDOWN: 'the host is down',
  ENETUNREACH: 'no route to the network',
  ENETDOWN: 'the network is down',
  EADDRNOTAVAIL: 'no free local address',
};

const certificate: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "the server's certificate has expired",
  CERT_NOT_YET_VALID: "the server's certificate is not valid yet",
  DEPTH_ZERO_SELF_SIGNED_CERT:
    "the server's certificate is signed by itself, and the kubeconfig names no authority for it",
  SELF_SIGNED_CERT_IN_CHAIN: "the server's certificate comes from an authority that is not trusted",
  UNABLE_TO_GET_ISSUER_CERT: "the server's certificate comes from an authority that is not trusted",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "the server's certificate comes from an authority that is not trusted",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "the server's certificate comes from an authority that is not trusted",
  CERT_SIGNATURE_FAILURE: "the server's certificate does not match its authority",
};

/** The error for what Node's network code throws. */
export function errorOfNetwork(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (!(error instanceof Error)) return new ApiError({ reason: 'unreachable' }, String(error));
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const options = { cause: error };
  if (error.name === 'AbortError') return new ApiError({ reason: 'aborted' }, 'cancelled', options);
  const known = unreachable[code];
  if (known !== undefined) return new ApiError({ reason: 'unreachable' }, known, options);
  if (code === 'ETIMEDOUT') return new ApiError({ reason: 'unreachable' }, 'connection timed out', options);
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return new ApiError(
      { reason: 'certificate' },
      `the server's certificate is for another name: ${error.message}`,
      options,
    );
  }
  const trust = certificate[code];
  if (trust !== undefined) return new ApiError({ reason: 'certificate' }, trust, options);
  // OpenSSL's word for an answer that is no TLS at all.
  if (/wrong version number|packet length too long/.test(error.message))
    return new ApiError({ reason: 'malformed' }, 'the answer is not TLS, and the kubeconfig says https', options);
  if (/^(ERR_TLS|ERR_SSL|ERR_OSSL|CERT_|UNABLE_TO_|CRL_|HOSTNAME_MISMATCH|EPROTO|INVALID_CA|PATH_LENGTH)/.test(code)) {
    return new ApiError({ reason: 'certificate' }, `no TLS connection: ${error.message}`, options);
  }
  if (code.startsWith('HPE_')) return new ApiError({ reason: 'malformed' }, 'the answer is not HTTP', options);
  if (code.startsWith('Z_')) return new ApiError({ reason: 'truncated' }, 'the answer ended early', options);
  return new ApiError({ reason: 'unreachable' }, error.message, options);
}

/** How a connection stands after a failure, for those failures that are the connection's and not one resource's. */
export function stateOfError(error: ApiError, retryAt?: number): ConnectionState {
  const { failure } = error;
  const retry = retryAt === undefined ? {} : { retryAt };
  switch (failure.reason) {
    case 'unauthorized':
      return { kind: 'unauthorized', message: error.message };
    case 'forbidden':
      return { kind: 'forbidden', verb: failure.verb, resource: failure.resource };
    case 'unreachable':
    case 'truncated':
      return { kind: 'unreachable', message: error.message, ...retry };
    case 'timed-out':
      return { kind: 'timed-out', seconds: failure.seconds, ...retry };
    case 'certificate':
      return { kind: 'certificate', message: error.message };
    case 'credential-plugin': {
      const { command, args, missing, stderr, installHint } = failure;
      const { message } = error;
      return { kind: 'credential-plugin', command, args, missing, message, stderr, ...defined({ installHint }) };
    }
    case 'credentials':
      return { kind: 'invalid', message: error.message, elsewhere: true };
    case 'aborted':
      return { kind: 'not-connected' };
    case 'not-found':
    case 'gone':
    case 'rejected':
    case 'too-many-requests':
    case 'server':
    case 'malformed':
      return { kind: 'failed', message: error.message, ...retry };
  }
}

/** What is known of a kind after a failure to read it. `confirmed` is when it was last known to be right. */
export function knowledgeOfError(error: ApiError, confirmed: number | undefined): Knowledge {
  const { failure } = error;
  if (failure.reason === 'forbidden') return { state: 'forbidden', ...defined(accessOnly(failure)) };
  if (failure.reason === 'not-found') return { state: 'absent' };
  if (confirmed !== undefined) return { state: 'stale', since: confirmed, reason: error.message };
  return { state: 'unavailable', reason: error.message };
}

const accessOnly = ({ verb, resource, namespace }: Access): Access => defined({ verb, resource, namespace });
