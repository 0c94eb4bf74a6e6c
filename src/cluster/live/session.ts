import { defined, isObject, stringAt } from '../../model/json.ts';
import type { ServerVersion } from '../../model/snapshot.ts';
import { ApiError } from '../apiError.ts';
import type { Transport } from '../transport/transport.ts';
import { Backoff, sleep } from './backoff.ts';
import { discover, type Discovery } from './discovery.ts';
import type { LiveTiming } from './timing.ts';

/** What a session tells its source. */
export interface SessionEvents {
  /** The server answers, though it may not tell its version. */
  up(version: ServerVersion | ApiError): void;
  /** `down`: nothing gets through, as opposed to: the server answers, but not as it should. */
  failed(error: ApiError, retryAt: number | undefined, down: boolean): void;
  discovered(result: Discovery | ApiError): void;
  /** The machine has slept: open connections may lead nowhere, and nobody will say so. */
  woke(): void;
}

/** One connection from `connect` to `disconnect`: checks that the server answers, and waits or gives up when it does not. */
export class Session {
  readonly transport: Transport;
  readonly #timing: LiveTiming;
  readonly #events: SessionEvents;
  readonly #closed = new AbortController();
  readonly #backoff: Backoff;
  readonly firstAnswer: Promise<void>;
  #resolveFirst: () => void = () => undefined;
  #upWaiters: (() => void)[] = [];
  #answerWaiters: (() => void)[] = [];
  #isUp = false;
  /** The last question failed, whether or not the server is there. */
  #failing = false;
  #answered = false;
  #wake: AbortController | undefined;
  /** What a read has found out before the loop. */
  #trouble: ApiError | undefined;
  #probing: Promise<ApiError | undefined> | undefined;
  /** The question that is under way. */
  #attempt: AbortController | undefined;
  #discovery: Promise<Discovery | undefined> | undefined;
  answeredAt = 0;

  constructor(transport: Transport, timing: LiveTiming, events: SessionEvents) {
    this.transport = transport;
    this.#timing = timing;
    this.#events = events;
    this.#backoff = new Backoff(timing.firstReconnectMs, timing.longestReconnectMs);
    this.firstAnswer = new Promise((resolve) => {
      this.#resolveFirst = resolve;
    });
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** The server answers, and as it should. */
  get isWell(): boolean {
    return this.#isUp && !this.#failing;
  }

  /** The first attempt has come to an end. */
  get answered(): boolean {
    return this.#answered;
  }

  start(): void {
    void this.#run();
  }

  close(): void {
    this.#closed.abort();
    this.transport.close();
    this.#attempt?.abort();
    this.#wake?.abort();
    this.#release();
    this.#tell();
  }

  up(signal: AbortSignal): Promise<void> {
    if (this.#isUp || signal.aborted || this.#closed.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.#upWaiters.push(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  /**
   * The user acts: no waiting, no giving up, and no old connections. A question that is under way is asked anew, as it may
   * have gone where nothing comes back from.
   */
  retryNow(): void {
    if (this.isWell) return;
    this.#backoff.reset();
    this.transport.dropIdle();
    this.#attempt?.abort();
    this.#wake?.abort();
  }

  nextAnswer(): Promise<void> {
    return this.#closed.signal.aborted
      ? Promise.resolve()
      : new Promise((resolve) => this.#answerWaiters.push(resolve));
  }

  /** What the server serves; undefined if it does not say. */
  async discovery(signal: AbortSignal): Promise<Discovery | undefined> {
    await this.up(signal);
    return (this.#discovery ??= this.rediscover());
  }

  rediscover(): Promise<Discovery | undefined> {
    const found = discover(this.transport, this.#closed.signal).then(
      (discovery) => {
        this.#events.discovered(discovery);
        return discovery;
      },
      (error: unknown) => {
        if (this.#discovery === found) this.#discovery = undefined;
        if (error instanceof ApiError && error.reason !== 'aborted') this.#events.discovered(error);
        return undefined;
      },
    );
    this.#discovery = found;
    return found;
  }

  /** Asks the server, once for all who ask at the same time. */
  async isDown(error: ApiError): Promise<boolean> {
    if (!this.#isUp) return true;
    if (error.reason === 'credential-plugin' || error.reason === 'credentials') {
      this.#down(error, undefined);
      return true;
    }
    const problem = await this.#probe(this.#timing.heartbeatTimeoutMs);
    if (problem === undefined || !isDown(problem)) return false;
    // The loop takes it from here.
    this.#isUp = false;
    this.#trouble = problem;
    this.#wake?.abort();
    return true;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closed;
    let error = await this.#probe();
    for (let beats = 1; !signal.aborted; beats++) {
      const wake = new AbortController();
      this.#wake = wake;
      if (error === undefined) {
        const slept = await this.#rest(wake.signal);
        if (signal.aborted) return;
        if (slept) {
          this.transport.dropIdle();
          this.#events.woke();
        }
        error = this.#trouble ?? (await this.#probe(this.#timing.heartbeatTimeoutMs));
        this.#trouble = undefined;
        if (error === undefined && beats % beatsPerDiscovery === 0) void this.rediscover();
      } else {
        const wait = isFinal(error) ? undefined : this.#backoff.next();
        this.#down(error, wait === undefined ? undefined : Date.now() + wait);
        await sleep(wait ?? 2_147_483_647, wake.signal);
        if (signal.aborted) return;
        error = await this.#probe();
      }
    }
  }

  /** Waits for the next heartbeat. True where the machine has slept, or this process was halted, and it is due at once. */
  async #rest(signal: AbortSignal): Promise<boolean> {
    const { heartbeatMs, sleepCheckMs, wakeSpreadMs } = this.#timing;
    for (let left = heartbeatMs; left > 0 && !signal.aborted; left -= sleepCheckMs) {
      const began = Date.now();
      await sleep(Math.min(left, sleepCheckMs), signal);
      if (Date.now() - began < sleepCheckMs + shortestSleepMs) continue;
      await sleep(Math.random() * wakeSpreadMs, signal);
      return true;
    }
    return false;
  }

  #probe(timeoutMs?: number): Promise<ApiError | undefined> {
    return (this.#probing ??= this.#askUntilAnswered(timeoutMs).finally(() => {
      this.#probing = undefined;
      this.#attempt = undefined;
    }));
  }

  async #askUntilAnswered(timeoutMs: number | undefined): Promise<ApiError | undefined> {
    for (;;) {
      const attempt = new AbortController();
      this.#attempt = attempt;
      const error = await this.#ask(timeoutMs, attempt.signal);
      if (!attempt.signal.aborted || this.#closed.signal.aborted) return error;
    }
  }

  /** `/version` is open to all who are signed in, small, and says something worth knowing. */
  async #ask(timeoutMs: number | undefined, signal: AbortSignal): Promise<ApiError | undefined> {
    try {
      // Together with the first question; after a failure it waits until there was an answer.
      if (!this.#answered) void this.rediscover();
      const answer = await this.transport.json({ path: '/version', signal, ...defined({ timeoutMs }) });
      if (!signal.aborted) this.#up(readVersion(answer));
      return undefined;
    } catch (caught) {
      if (signal.aborted) return undefined;
      const error = caught instanceof ApiError ? caught : new ApiError({ reason: 'malformed' }, String(caught));
      if (error.reason !== 'forbidden' && error.reason !== 'not-found') return error;
      this.#up(error);
      return undefined;
    }
  }

  #up(version: ServerVersion | ApiError): void {
    this.answeredAt = Date.now();
    this.#backoff.reset();
    this.#isUp = true;
    this.#failing = false;
    this.#events.up(version);
    if (this.#discovery === undefined) void this.rediscover();
    this.#release();
    this.#tell();
  }

  #down(error: ApiError, retryAt: number | undefined): void {
    const down = isDown(error);
    this.#failing = true;
    if (down) this.#isUp = false;
    this.#events.failed(error, retryAt, down);
    this.#tell();
  }

  #release(): void {
    const waiting = this.#upWaiters;
    this.#upWaiters = [];
    for (const resolve of waiting) resolve();
  }

  #tell(): void {
    this.#answered = true;
    this.#resolveFirst();
    const waiting = this.#answerWaiters;
    this.#answerWaiters = [];
    for (const resolve of waiting) resolve();
  }
}

/** A busy process comes late by less. */
const shortestSleepMs = 10_000;

/** Without the definitions being read, a new API shows after so many heartbeats. */
const beatsPerDiscovery = 4;

/** Failures that go away only when the user does something; retrying them locks accounts. */
const isFinal = ({ reason }: Pick<ApiError, 'reason'>): boolean =>
  reason === 'unauthorized' || reason === 'credential-plugin' || reason === 'credentials';

/** An answer of any kind means that the server is there. */
const isDown = ({ reason }: Pick<ApiError, 'reason'>): boolean =>
  reason === 'unreachable' ||
  reason === 'timed-out' ||
  reason === 'certificate' ||
  reason === 'truncated' ||
  isFinal({ reason });

const readVersion = (answer: unknown): ServerVersion =>
  isObject(answer)
    ? defined({ gitVersion: stringAt(answer, 'gitVersion') ?? 'unknown', platform: stringAt(answer, 'platform') })
    : { gitVersion: 'unknown' };
