import type { Interest } from '../../src/model/snapshot.ts';

export type ListingMode = 'cni' | 'whole';

export interface ListingResult {
  /** From the click that opens a cluster until what is wanted is known. */
  readonly ms: number;
  /** The longest time for which nothing else had its turn. */
  readonly stallMs: number;
  /** The same in processor time of the main thread, which leaves out what the machine gave to other processes. */
  readonly stallCpuMs: number;
  /** Held after a garbage collection, the code included. */
  readonly megabytes: number;
}

const [, , kubeconfig = '', mode = 'cni'] = process.argv;

const cpuMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};
let stallMs = 0;
let stallCpuMs = 0;
let beat = performance.now();
let cpuBeat = cpuMs();
const heart = setInterval(() => {
  const now = performance.now();
  const cpuNow = cpuMs();
  stallMs = Math.max(stallMs, now - beat - 1);
  stallCpuMs = Math.max(stallCpuMs, cpuNow - cpuBeat);
  beat = now;
  cpuBeat = cpuNow;
}, 1);

// The view's code is loaded when the first cluster is opened.
const began = performance.now();
const { loadKubeconfig } = await import('../../src/cluster/kubeconfig/load.ts');
const { LiveSource } = await import('../../src/cluster/live/liveSource.ts');
const { interestsOf } = await import('../../src/inspect/interests.ts');
const { contexts } = await loadKubeconfig({ own: [kubeconfig], further: [] });
const [context] = contexts;
if (context === undefined) throw new Error('no context');
// Compiling is not listing.
stallMs = 0;
stallCpuMs = 0;

const source = new LiveSource(context);
const canal: Interest = { kind: 'pods', namespace: 'kube-system', labelSelector: 'k8s-app=canal' };
const whole: readonly Interest[] = [{ kind: 'pods' }, { kind: 'nodes' }];
const interests = (): readonly Interest[] =>
  mode === 'cni' ? interestsOf(source.snapshot) : [...interestsOf(source.snapshot), ...whole];
const wanted = mode === 'cni' ? [canal] : whole;
const isKnown = ({ kind, ...scope }: Interest): boolean => source.snapshot.knowledge(kind, scope).state === 'loaded';

const need = source.need(interests());
await new Promise<void>((resolve) => {
  source.onDidChange(() => {
    need.update(interests());
    if (wanted.every(isKnown)) resolve();
  });
  void source.connect();
});
const ms = performance.now() - began;
clearInterval(heart);
const listed = source.snapshot.list('pods').length;
if (listed < 5_000) throw new Error(`${listed} pods`);
globalThis.gc?.();
globalThis.gc?.();
const { heapUsed, external } = process.memoryUsage();
const result: ListingResult = { ms, stallMs, stallCpuMs, megabytes: (heapUsed + external) / 1e6 };
process.send?.(result);
source.dispose();
process.disconnect();
