import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { ClusterSnapshot, OverlayDocument } from '../model/snapshot.ts';
import type { EngineOptions } from '../policy/types.ts';
import {
  changeBetween,
  type FromWorker,
  type PolicyOperation,
  type PolicyOperations,
  slicesOf,
  type ToWorker,
  withoutObjects,
} from './policyMessages.ts';
import type { Disposable } from './source.ts';

export interface PolicyRun {
  /** The answer is no longer wanted: the promise is rejected at once, and the worker stops at its next step. */
  readonly signal?: AbortSignal;
  /** `done` of `total` objects, rows, pairs … as `what` says; at most ten times a second. */
  readonly progress?: (done: number, total: number, what: string) => void;
  /** Unsaved documents, laid over the snapshot for this one question. */
  readonly overlay?: readonly OverlayDocument[];
}

/** The worker has ended before it answered. */
export class PolicyWorkerError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PolicyWorkerError';
  }
}

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly progress: PolicyRun['progress'];
  readonly stopListening: () => void;
}

/** Reachability of one cluster, computed in a thread of its own, which is started by the first question. */
export class PolicyService implements Disposable {
  readonly #file: string | URL;
  readonly #options: EngineOptions;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  /** What the worker has, and what it should have before the next question. */
  #sent: ClusterSnapshot | undefined;
  #snapshot: ClusterSnapshot | undefined;
  #asked = 0;
  /** Snapshots and questions are sent one after the other. */
  #line: Promise<void> = Promise.resolve();
  #disposed = false;

  /** `file` is the worker's program: `policyWorker` beside this file, or in `dist/`. */
  constructor(file: string | URL, options: EngineOptions = {}) {
    this.#file = file;
    this.#options = options;
  }

  /** The snapshot that further questions are about. Only what has changed is sent, and only once something is asked. */
  use(snapshot: ClusterSnapshot): void {
    this.#snapshot = snapshot;
  }

  /**
   * Asks about the snapshot that was last given to `use`. Questions may overlap; each gets the snapshot of its time.
   *
   * @throws the signal's reason; {@link PolicyWorkerError} where the worker ends or fails.
   */
  ask<K extends PolicyOperation>(
    operation: K,
    ask: PolicyOperations[K]['ask'],
    { signal, progress, overlay = [] }: PolicyRun = {},
  ): Promise<PolicyOperations[K]['answer']> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      if (this.#disposed) throw new PolicyWorkerError('The policy service has been closed.');
      const snapshot = this.#snapshot;
      if (snapshot === undefined) throw new PolicyWorkerError('No snapshot has been given.');
      const id = ++this.#asked;
      const cancel = (): void => {
        this.#settle(id)?.reject(signal?.reason);
        if (this.#worker !== undefined) post(this.#worker, { kind: 'cancel', id });
      };
      signal?.addEventListener('abort', cancel, { once: true });
      this.#waiting.set(id, {
        resolve: (answer) => {
          resolve(answer as PolicyOperations[K]['answer']);
        },
        reject,
        progress,
        stopListening: () => {
          signal?.removeEventListener('abort', cancel);
        },
      });
      this.#line = this.#line.then(() => this.#put(snapshot, { kind: 'ask', id, operation, ask, overlay }));
    });
  }

  /** Never throws: what goes wrong is told to whoever asked. */
  async #put(snapshot: ClusterSnapshot, question: Extract<ToWorker, { kind: 'ask' }>): Promise<void> {
    const { id } = question;
    try {
      if (!this.#waiting.has(id)) return;
      const worker = (this.#worker ??= this.#start());
      worker.ref();
      await this.#send(worker, snapshot, this.#waiting.get(id)?.progress);
      // Given up in the meantime, or another worker would have to be asked.
      if (this.#waiting.has(id) && this.#worker === worker) post(worker, question);
    } catch (error) {
      // Half a snapshot may have been sent.
      if (this.#sent !== snapshot) this.#end(new PolicyWorkerError('The snapshot cannot be sent.', { cause: error }));
      else this.#settle(id)?.reject(error);
    }
  }

  async #send(worker: Worker, snapshot: ClusterSnapshot, progress: PolicyRun['progress']): Promise<void> {
    if (this.#sent === snapshot) return;
    const change = changeBetween(this.#sent, snapshot);
    const total = change.tables.reduce((sum, { upserts }) => sum + upserts.length, 0);
    let done = 0;
    let told = 0;
    for (const slice of slicesOf(change)) {
      if (this.#worker !== worker) return;
      post(worker, { kind: 'objects', ...slice });
      done += slice.objects.length;
      if (performance.now() - told > 100) {
        told = performance.now();
        progress?.(done, total, 'objects');
      }
      await pause();
    }
    if (this.#worker !== worker) return;
    post(worker, { kind: 'snapshot', change: withoutObjects(change), options: this.#options });
    this.#sent = snapshot;
  }

  dispose(): void {
    this.#disposed = true;
    this.#end(new PolicyWorkerError('The policy service has been closed.'));
  }

  #start(): Worker {
    const worker = new Worker(this.#file);
    // Waiting for an answer keeps the program alive, an idle worker does not.
    worker.unref();
    worker.on('message', (message: FromWorker) => {
      this.#receive(message);
    });
    const ended = (message: string, cause?: unknown): void => {
      if (this.#worker === worker) this.#end(new PolicyWorkerError(message, { cause }));
    };
    worker.on('error', (error) => {
      ended('The policy worker failed.', error);
    });
    worker.on('exit', (code) => {
      ended(`The policy worker ended with code ${code}.`);
    });
    return worker;
  }

  #receive(message: FromWorker): void {
    if (message.kind === 'progress') {
      this.#waiting.get(message.id)?.progress?.(message.done, message.total, message.what);
      return;
    }
    const waiting = this.#settle(message.id);
    if (message.kind === 'answer') waiting?.resolve(message.answer);
    else waiting?.reject(new PolicyWorkerError(message.message));
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#worker?.unref();
    waiting?.stopListening();
    return waiting;
  }

  /** A later question starts another worker and sends the whole snapshot again. */
  #end(error: PolicyWorkerError): void {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#sent = undefined;
    for (const id of [...this.#waiting.keys()]) this.#settle(id)?.reject(error);
    void worker?.terminate();
  }
}

const pause = promisify(setImmediate);

const post = (worker: Worker, message: ToWorker): void => {
  worker.postMessage(message);
};
