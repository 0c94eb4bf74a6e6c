import { type MessagePort, parentPort } from 'node:worker_threads';
import type { ClusterSnapshot, OverlayDocument } from '../model/snapshot.ts';
import { diffConnectivity } from '../policy/diff.ts';
import { buildEngine } from '../policy/engine.ts';
import type { EngineOptions, PolicyEngine, RunOptions } from '../policy/types.ts';
import {
  applyChange,
  type FromWorker,
  type ObjectSlice,
  type PackedPairs,
  type PolicyOperation,
  type PolicyOperations,
  type ToWorker,
  withObjects,
} from './policyMessages.ts';

/** Keeps the engine of one cluster and answers questions about it. */
class Host {
  readonly #port: MessagePort;
  readonly #running = new Map<number, AbortController>();
  #snapshot: ClusterSnapshot | undefined;
  /** Of the snapshot that is being sent. */
  #received: ObjectSlice[] = [];
  #options: EngineOptions = {};
  /** Of the snapshot; absent until somebody asks. */
  #engine: PolicyEngine | undefined;
  /** The engine of the last snapshot that was asked about, from which the next one is made. */
  #last: PolicyEngine | undefined;

  constructor(port: MessagePort) {
    this.#port = port;
    port.on('message', (message: ToWorker) => {
      this.#receive(message);
    });
  }

  #receive(message: ToWorker): void {
    switch (message.kind) {
      case 'objects':
        this.#received.push(message);
        break;
      case 'snapshot':
        this.#snapshot = applyChange(this.#snapshot, withObjects(message.change, this.#received));
        this.#received = [];
        this.#options = message.options;
        this.#last = this.#engine ?? this.#last;
        this.#engine = undefined;
        break;
      case 'cancel':
        this.#running.get(message.id)?.abort();
        break;
      case 'ask':
        void this.#answer(message);
    }
  }

  async #answer({ id, operation, ask, overlay }: Extract<ToWorker, { kind: 'ask' }>): Promise<void> {
    const controller = new AbortController();
    this.#running.set(id, controller);
    let told = 0;
    const run: RunOptions = {
      signal: controller.signal,
      progress: (done, total, what) => {
        if (performance.now() - told < 100) return;
        told = performance.now();
        this.#send({ kind: 'progress', id, done, total, what });
      },
    };
    try {
      const answer = await this.#perform(operation, ask as never, overlay, run);
      const buffers = isPacked(answer) ? [answer.pairs.buffer] : [];
      this.#port.postMessage({ kind: 'answer', id, answer } satisfies FromWorker, buffers);
    } catch (error) {
      this.#send({ kind: 'failure', id, message: error instanceof Error ? error.message : String(error) });
    } finally {
      this.#running.delete(id);
    }
  }

  #send(message: FromWorker): void {
    this.#port.postMessage(message);
  }

  #base(): PolicyEngine {
    if (this.#engine !== undefined) return this.#engine;
    if (this.#snapshot === undefined) throw new Error('no snapshot has been given');
    this.#engine = this.#last?.update(this.#snapshot) ?? buildEngine(this.#snapshot, this.#options);
    this.#last = undefined;
    return this.#engine;
  }

  async #perform<K extends PolicyOperation>(
    operation: K,
    ask: PolicyOperations[K]['ask'] & { readonly by: 'workload' | 'pod' },
    overlay: readonly OverlayDocument[],
    run: RunOptions,
  ): Promise<unknown> {
    const base = this.#base();
    const engine = overlay.length === 0 ? base : base.update(base.snapshot.with(overlay));
    const wanted = ask as unknown as { [P in PolicyOperation]: PolicyOperations[P]['ask'] }[PolicyOperation];
    switch (operation) {
      case 'counts':
        return (await engine.connectivity({ by: 'workload' }, run)).counts;
      case 'pairs':
        return pack(engine, ask.by, run);
      case 'explain':
        return engine.explain((wanted as PolicyOperations['explain']['ask']).question);
      case 'selects':
        return engine.selects((wanted as PolicyOperations['selects']['ask']).policy);
      case 'selectedBy':
        return engine.selectedBy((wanted as PolicyOperations['selectedBy']['ask']).pod);
      case 'exposure':
        return engine.exposure(run);
      case 'coverage':
        return engine.coverage(run);
      case 'incomplete':
        return engine.incomplete;
      case 'diff':
        return diffConnectivity(base, engine, { by: ask.by }, run);
      default:
        throw new Error(`unknown operation ${String(operation)}`);
    }
  }
}

const isPacked = (answer: unknown): answer is PackedPairs =>
  typeof answer === 'object' && answer !== null && 'pairs' in answer && answer.pairs instanceof Int32Array;

async function pack(engine: PolicyEngine, by: 'workload' | 'pod', run: RunOptions): Promise<PackedPairs> {
  const all = await engine.connectivity({ by }, run);
  const { nodes, counts } = all;
  const indexes = new Map(nodes.map(({ id }, index) => [id, index]));
  const connections = new Map<PackedPairs['connections'][number], number>();
  let packed = new Int32Array(4096);
  let used = 0;
  let slice = performance.now();
  for (const { from, to, connections: flow, family } of all.pairs()) {
    let index = connections.get(flow);
    if (index === undefined) connections.set(flow, (index = connections.size));
    if (used + 4 > packed.length) {
      const larger = new Int32Array(packed.length * 2);
      larger.set(packed);
      packed = larger;
    }
    packed[used++] = indexes.get(from.id) ?? -1;
    packed[used++] = indexes.get(to.id) ?? -1;
    packed[used++] = index;
    packed[used++] = family ?? 0;
    if (performance.now() - slice < 20) continue;
    // Lets a cancellation come in.
    run.progress?.(indexes.get(from.id) ?? 0, nodes.length, 'pairs');
    await new Promise((resolve) => setTimeout(resolve, 0));
    run.signal?.throwIfAborted();
    slice = performance.now();
  }
  return { nodes, counts, connections: [...connections.keys()], pairs: packed.slice(0, used) };
}

if (parentPort !== null) new Host(parentPort);
