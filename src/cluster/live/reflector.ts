import { isObject, type JsonObject, objectAt, stringAt } from '../../model/json.ts';
import type { KindDescriptor } from '../../model/kinds.ts';
import { objectKey } from '../../model/meta.ts';
import { type Interest, interestKey, type Knowledge } from '../../model/snapshot.ts';
import { accessOf, ApiError, errorOfStatusObject, knowledgeOfError } from '../apiError.ts';
import type { ApiResponse, Transport } from '../transport/transport.ts';
import { Backoff, sleep } from './backoff.ts';
import { linesOf } from './jsonLines.ts';
import type { KindStore } from './kindStore.ts';
import { ListDecoder, type ListHead } from './listDecoder.ts';
import { breathe, mustBreathe } from './pace.ts';

/** What a reflector needs of the connection that it reads through. */
export interface ReflectorHost {
  readonly transport: Transport;
  readonly timing: ReflectorTiming;
  /** Resolves once the server answers; at once if it does. */
  up(signal: AbortSignal): Promise<void>;
  /** Paths to try, the best first, such as `/apis/apps/v1`; none if the server does not serve the kind. */
  paths(kind: KindDescriptor, signal: AbortSignal): Promise<readonly string[]>;
  /** Says whether a failure is the connection's, in which case `up` waits until that is mended, or the read's own. */
  isConnectionDown(error: ApiError): Promise<boolean>;
  /** Knowledge or objects have changed. */
  changed(): void;
}

/** Milliseconds. */
export interface ReflectorTiming {
  /** A watch that says nothing for so long, bookmarks included, is opened anew. */
  readonly watchIdleMs: number;
  /** So is one that stops for so long in the middle of an event, of which a server writes all at once. */
  readonly watchStallMs: number;
  /** How long what is known counts as known while a broken watch is being resumed. */
  readonly doubtMs: number;
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
  /** The server is asked to end a watch after between one and two times this, in seconds. */
  readonly watchSeconds: number;
  readonly pageSize: number;
}

export const reflectorTiming: ReflectorTiming = {
  watchIdleMs: 90_000,
  watchStallMs: 10_000,
  doubtMs: 1_000,
  firstRetryMs: 250,
  longestRetryMs: 15_000,
  watchSeconds: 300,
  pageSize: 500,
};

/** A list that was interrupted goes on where it was, unless the server has forgotten it. */
interface PartialList {
  readonly path: string;
  readonly token: string;
  readonly seen: Set<string>;
}

/**
 * Keeps one read in step with the server: lists in pages, watches from there, resumes after an interruption, lists anew
 * when the server no longer knows where we were, and retries for ever, except after a refusal.
 */
export class Reflector {
  readonly interest: Interest;
  readonly #kind: KindDescriptor;
  readonly #store: KindStore;
  readonly #host: ReflectorHost;
  readonly #key: string;
  /** Begins anew when a list succeeds. */
  readonly #listBackoff: Backoff;
  /** Begins anew when a watch lasts or tells something. */
  readonly #watchBackoff: Backoff;
  #knowledge: Knowledge = { state: 'unread' };
  /** When the server last said something about this read. */
  #confirmed: number | undefined;
  /** Where to watch from. Undefined: list first. */
  #version: string | undefined;
  #path: string | undefined;
  #partial: PartialList | undefined;
  #listing = false;
  /** How often in a row a list ran out before its end. */
  #expired = 0;
  /** How often in a row the server did not know where a watch was to go on that had only just begun. */
  #lost = 0;
  /** How often in a row it was refused what it was allowed before. */
  #refusals = 0;
  /** How often in a row it was refused with 401 while the API server took the credential. */
  #unauthorized = 0;
  #cycle: AbortController | undefined;
  /** The loop that reads at the moment; an older one ends when it notices. */
  #loop: object | undefined;
  #doubt: NodeJS.Timeout | undefined;
  #settled: (() => void)[] = [];

  constructor(interest: Interest, kind: KindDescriptor, store: KindStore, host: ReflectorHost) {
    this.interest = interest;
    this.#kind = kind;
    this.#store = store;
    this.#host = host;
    this.#key = interestKey(interest);
    this.#listBackoff = new Backoff(host.timing.firstRetryMs, host.timing.longestRetryMs);
    this.#watchBackoff = new Backoff(host.timing.firstRetryMs, host.timing.longestRetryMs);
  }

  get knowledge(): Knowledge {
    return this.#knowledge;
  }

  get confirmed(): number | undefined {
    return this.#confirmed;
  }

  get running(): boolean {
    return this.#loop !== undefined;
  }

  start(): void {
    if (this.running) return;
    const loop = {};
    this.#loop = loop;
    if (this.#knowledge.state === 'unread') this.#set({ state: 'loading' });
    void this.#run(loop);
  }

  /** Stops reading and keeps what is known, with its age. */
  stop(reason: string): void {
    if (!this.running) return;
    this.#loop = undefined;
    this.#cycle?.abort();
    this.#clearDoubt();
    this.#settle();
    if (this.#confirmed !== undefined && isHeld(this.#knowledge))
      this.#set({ state: 'stale', since: this.#confirmed, reason });
    else if (this.#knowledge.state === 'loading') this.#set({ state: 'unread' });
  }

  /** The connection is gone: waits until it is back. */
  interrupt(error: ApiError): void {
    if (!this.running) return;
    if (isHeld(this.#knowledge) || this.#knowledge.state === 'loading' || this.#knowledge.state === 'unavailable')
      this.#set(knowledgeOfError(error, this.#confirmed));
    this.#cycle?.abort();
    this.#settle();
  }

  /** Goes on at once if it is waiting, for instance because discovery has changed. */
  wake(): void {
    if (this.#knowledge.state !== 'loaded') this.#cycle?.abort();
  }

  /** Opens the watch anew where it is: the connection that it runs on may be dead. */
  reopen(reason: string): void {
    if (this.#listing || this.#knowledge.state !== 'loaded') return;
    this.#startDoubt(reason);
    this.#cycle?.abort();
  }

  /** Lists anew, and resolves when that has succeeded or failed. */
  refresh(): Promise<void> {
    if (!this.running) return Promise.resolve();
    return new Promise((resolve) => {
      this.#settled.push(resolve);
      // A list that is under way will do: a large one would never end if each refresh began it anew.
      if (this.#listing) return;
      this.#version = undefined;
      this.#partial = undefined;
      this.#listBackoff.reset();
      this.#watchBackoff.reset();
      this.#cycle?.abort();
    });
  }

  async #run(loop: object): Promise<void> {
    while (this.#loop === loop) {
      const cycle = new AbortController();
      this.#cycle = cycle;
      try {
        await this.#host.up(cycle.signal);
        if (cycle.signal.aborted) continue;
        this.#path ??= await this.#findPath(cycle.signal);
        if (cycle.signal.aborted) continue;
        if (this.#path === undefined) {
          this.#forget({ state: 'absent' });
          await sleep(maxDelay, cycle.signal);
          continue;
        }
        if (this.#version === undefined) {
          this.#listing = true;
          await this.#list(this.#path, cycle.signal).finally(() => {
            this.#listing = false;
          });
        }
        await this.#watch(this.#path, this.#version ?? '', cycle.signal);
      } catch (error) {
        if (cycle.signal.aborted) continue;
        await this.#failed(asApiError(error), cycle.signal);
      }
    }
  }

  /** With more than one candidate, the first that does not answer 404. */
  async #findPath(signal: AbortSignal): Promise<string | undefined> {
    const paths = await this.#host.paths(this.#kind, signal);
    if (paths.length < 2) return paths[0];
    for (const path of paths) {
      try {
        const response = await this.#host.transport.send({ path: `${this.#url(path)}?limit=1`, signal });
        response.cancel();
        return path;
      } catch (error) {
        if (!(error instanceof ApiError) || error.reason !== 'not-found') throw error;
      }
    }
    return undefined;
  }

  async #failed(error: ApiError, signal: AbortSignal): Promise<void> {
    const watching = this.#version !== undefined;
    const backoff = watching ? this.#watchBackoff : this.#listBackoff;
    switch (error.failure.reason) {
      case 'gone':
        this.#version = undefined;
        this.#partial = undefined;
        if ((watching ? ++this.#lost : ++this.#expired) > 1) await sleep(backoff.next(), signal);
        return;
      case 'forbidden':
      case 'not-found':
        await this.#refused(error, signal);
        return;
      case 'unauthorized':
      case 'unreachable':
      case 'timed-out':
      case 'certificate':
      case 'credential-plugin':
      case 'credentials':
        if (await this.#host.isConnectionDown(error)) {
          if (!signal.aborted) this.#set(knowledgeOfError(error, this.#confirmed));
          this.#settle();
          return;
        }
        if (error.reason !== 'unauthorized') break;
        // The API server accepts what it was just asked with, which may be a newer credential than this read's.
        if (++this.#unauthorized === 1) break;
        // An extension's server refuses what the API server accepts. Asking again would run credential plugins in vain.
        this.#set(knowledgeOfError(error, this.#confirmed));
        this.#settle();
        await sleep(maxDelay, signal);
        return;
      case 'malformed':
        // What was missed is unknown.
        this.#version = undefined;
        break;
      case 'truncated':
      case 'rejected':
      case 'too-many-requests':
      case 'server':
      case 'aborted':
        break;
    }
    if (signal.aborted) return;
    this.#set(knowledgeOfError(error, this.#confirmed));
    this.#settle();
    const asked = 'retryAfter' in error.failure ? (error.failure.retryAfter ?? 0) : 0;
    await sleep(Math.max(backoff.next(), Math.min(asked, longestRetryAfter)), signal);
  }

  /**
   * What was never allowed is asked for once. What was allowed a moment ago is doubted first, and asked for a few times
   * more: a server that has just started refuses until it has read its roles, and does not know all definitions yet.
   */
  async #refused(error: ApiError, signal: AbortSignal): Promise<void> {
    this.#path = undefined;
    if (this.#confirmed !== undefined || this.#refusals > 0) this.#refusals++;
    const known = this.#confirmed;
    if (known !== undefined && this.#refusals <= doubtedRefusals) {
      this.#set({ state: 'stale', since: known, reason: error.message });
      this.#settle();
    } else this.#forget(knowledgeOfError(error, undefined));
    const final = this.#refusals === 0 || this.#refusals > mostRefusals;
    await sleep(final ? maxDelay : this.#host.timing.firstRetryMs * 4 ** this.#refusals, signal);
  }

  #url(path: string): string {
    const { namespace } = this.interest;
    const scope =
      namespace === undefined || !this.#kind.namespaced ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
    return `${path}${scope}/${this.#kind.plural}`;
  }

  #query(parameters: Readonly<Record<string, string>>): string {
    const query = new URLSearchParams(parameters);
    const { labelSelector, fieldSelector } = this.interest;
    if (labelSelector !== undefined) query.set('labelSelector', labelSelector);
    if (fieldSelector !== undefined) query.set('fieldSelector', fieldSelector);
    return query.toString();
  }

  /** A read without selectors sees every object of its scope. */
  get #seesAll(): boolean {
    return this.interest.labelSelector === undefined && this.interest.fieldSelector === undefined;
  }

  async #list(path: string, signal: AbortSignal): Promise<void> {
    if (!isHeld(this.#knowledge)) this.#set({ state: 'loading' });
    else this.#startDoubt('is being read again');
    const partial = this.#partial?.path === path ? this.#partial : { path, token: '', seen: new Set<string>() };
    this.#partial = partial;
    // A list that keeps running out before its end is asked for in one piece.
    const whole = this.#expired > 2;
    const request = (token: string): Promise<ApiResponse> => {
      const query = this.#query({
        ...(whole ? {} : { limit: String(this.#host.timing.pageSize) }),
        ...(token === '' ? {} : { continue: token }),
      });
      return this.#host.transport.send({ path: `${this.#url(path)}?${query}`, signal });
    };
    let response = await request(partial.token);
    for (;;) {
      let next: Promise<ApiResponse> | undefined;
      const onHead = (head: ListHead): void => {
        if (head.continue === '' || next !== undefined) return;
        // The server writes the next page while this one is read.
        next = request(head.continue);
        next.catch(() => undefined);
      };
      let head: ListHead;
      try {
        head = await this.#page(response, partial.seen, onHead);
      } catch (error) {
        void next?.then(
          (unread) => unread.cancel(),
          () => undefined,
        );
        throw error;
      }
      if (signal.aborted) {
        void next?.then(
          (unread) => unread.cancel(),
          () => undefined,
        );
        return;
      }
      if (head.continue === '') {
        this.#store.retain(this.#key, partial.seen, this.#seesAll);
        this.#partial = undefined;
        this.#expired = 0;
        this.#listBackoff.reset();
        this.#version = head.resourceVersion;
        this.#loaded();
        // What was known may have counted as known all the while, and be another thing now.
        if (this.#store.changed) this.#host.changed();
        return;
      }
      this.#partial = { path, token: head.continue, seen: partial.seen };
      response = await (next ?? request(head.continue));
    }
  }

  async #page(response: ApiResponse, seen: Set<string>, onHead: (head: ListHead) => void): Promise<ListHead> {
    const decoder = new ListDecoder();
    const type = {
      apiVersion: this.#kind.apis[0] === undefined ? '' : apiVersionOf(this.#kind.apis[0]),
      kind: this.#kind.kind,
    };
    let itemType = type;
    let told = false;
    for await (const chunk of blocksOf(response.body)) {
      for (const item of decoder.push(chunk)) {
        if (!told && decoder.head !== undefined) {
          told = true;
          itemType = { apiVersion: decoder.head.apiVersion, kind: this.#kind.kind };
          onHead(decoder.head);
        }
        seen.add(this.#store.put(this.#key, item, itemType));
        if (mustBreathe()) await breathe();
      }
    }
    return decoder.end();
  }

  async #watch(path: string, version: string, signal: AbortSignal): Promise<void> {
    const { timing, transport } = this.#host;
    const seconds = Math.round(timing.watchSeconds * (1 + Math.random()));
    const query = this.#query({
      watch: '1',
      allowWatchBookmarks: 'true',
      resourceVersion: version,
      timeoutSeconds: String(seconds),
    });
    const url = `${this.#url(path)}?${query}`;
    const opened = Date.now();
    const response = await transport.send({ path: url, signal, stallMs: timing.watchIdleMs });
    this.#loaded();
    let events = 0;
    const hasServed = (): boolean => events > 0 || Date.now() - opened > 4 * timing.firstRetryMs;
    try {
      for await (const line of linesOf(response.body, { stallMs: timing.watchStallMs })) {
        this.#event(line, url);
        events++;
        if (mustBreathe()) await breathe();
        if (signal.aborted) return;
      }
      this.#confirmed = Date.now();
    } catch (error) {
      const { reason } = asApiError(error);
      // Cut or silent: what was seen until then holds, and the next watch begins there.
      if (signal.aborted || (reason !== 'truncated' && reason !== 'timed-out' && reason !== 'unreachable')) throw error;
    } finally {
      response.cancel();
      if (hasServed()) {
        this.#lost = 0;
        this.#watchBackoff.reset();
      }
    }
    this.#startDoubt('the watch was interrupted');
    if (!hasServed()) await sleep(this.#watchBackoff.next(), signal);
  }

  #event(line: string, url: string): void {
    let event: unknown;
    try {
      event = JSON.parse(line);
    } catch (cause) {
      throw new ApiError({ reason: 'malformed' }, 'an event of the watch is not JSON', { cause });
    }
    const object = isObject(event) ? event['object'] : undefined;
    if (!isObject(event) || !isObject(object))
      throw new ApiError({ reason: 'malformed' }, 'the watch sent something else than an event');
    const type = stringAt(event, 'type');
    if (type === 'ERROR') throw errorOfStatusObject(object, accessOf('GET', url));
    this.#confirmed = Date.now();
    if (type === 'ADDED' || type === 'MODIFIED') this.#store.put(this.#key, object, { apiVersion: '', kind: '' });
    else if (type === 'DELETED') this.#store.remove(this.#key, keyOf(object), this.#seesAll);
    const version = stringAt(objectAt(object, 'metadata'), 'resourceVersion');
    if (version !== undefined) this.#version = version;
    if (type !== 'BOOKMARK') this.#host.changed();
  }

  #loaded(): void {
    this.#confirmed = Date.now();
    this.#refusals = 0;
    this.#unauthorized = 0;
    this.#clearDoubt();
    this.#set({ state: 'loaded' });
    this.#settle();
  }

  /** There is nothing to be read: what was known is not kept. */
  #forget(knowledge: Knowledge): void {
    this.#version = undefined;
    this.#partial = undefined;
    this.#confirmed = undefined;
    this.#clearDoubt();
    this.#store.drop(this.#key);
    this.#set(knowledge);
    this.#settle();
  }

  #startDoubt(reason: string): void {
    this.#doubt ??= setTimeout(() => {
      if (this.running && this.#knowledge.state === 'loaded' && this.#confirmed !== undefined)
        this.#set({ state: 'stale', since: this.#confirmed, reason });
    }, this.#host.timing.doubtMs);
  }

  #clearDoubt(): void {
    clearTimeout(this.#doubt);
    this.#doubt = undefined;
  }

  #set(knowledge: Knowledge): void {
    if (knowledge.state !== 'loaded') this.#clearDoubt();
    if (sameKnowledge(this.#knowledge, knowledge)) return;
    this.#knowledge = knowledge;
    this.#host.changed();
  }

  #settle(): void {
    const waiting = this.#settled;
    this.#settled = [];
    for (const resolve of waiting) resolve();
  }
}

/** TLS hands out at most 16 KiB at a time; the fewer items are torn in two, the better. */
const blockSize = 131_072;

async function* blocksOf(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  let parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    parts.push(chunk);
    size += chunk.length;
    if (size < blockSize) continue;
    yield Buffer.concat(parts);
    parts = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(parts);
}

/** The longest that a timer can wait: until something else wakes. */
const maxDelay = 2_147_483_647;
const longestRetryAfter = 120_000;
/** After five seconds of them a refusal is believed, and after a minute and a half no longer questioned. */
const doubtedRefusals = 2;
const mostRefusals = 4;

const isHeld = (knowledge: Knowledge): boolean => knowledge.state === 'loaded' || knowledge.state === 'stale';

const sameKnowledge = (a: Knowledge, b: Knowledge): boolean =>
  a.state === b.state && JSON.stringify(a) === JSON.stringify(b);

const apiVersionOf = ({ group, version }: { group: string; version: string }): string =>
  group === '' ? version : `${group}/${version}`;

const keyOf = (object: JsonObject): string => {
  const meta = objectAt(object, 'metadata');
  return objectKey({ namespace: stringAt(meta, 'namespace') ?? '', name: stringAt(meta, 'name') ?? '' });
};

const asApiError = (error: unknown): ApiError =>
  error instanceof ApiError
    ? error
    : new ApiError({ reason: 'malformed' }, error instanceof Error ? error.message : String(error), { cause: error });
