import { isObject, type JsonObject } from '../../src/model/json.ts';
import { kindOf } from '../../src/model/kinds.ts';
import type { ClusterSnapshot } from '../../src/model/snapshot.ts';
import { ClusterSnapshot as Snapshot } from '../../src/model/snapshot.ts';
import { buildEngine } from '../../src/policy/engine.ts';
import type { ConnectivityCounts, PolicyEngine } from '../../src/policy/types.ts';
import type { Bench, Figure } from './bench.ts';
import { type ClusterInput, type ClusterSize, generateCluster, snapshotOf } from './generateCluster.ts';

const cluster = (namespaces: number, policies: number): ClusterSize => ({
  namespaces,
  workloads: 10,
  replicas: 10,
  policies,
});

const time = <T>(work: () => T): { readonly ms: number; readonly value: T } => {
  const start = performance.now();
  const value = work();
  return { ms: performance.now() - start, value };
};

const median = (list: readonly number[]): number => list.toSorted((a, b) => a - b)[list.length >> 1] ?? 0;

const parse = (text: string): ClusterInput => {
  const value: unknown = JSON.parse(text);
  return isObject(value) ? (value as ClusterInput) : {};
};

const allPairs = (
  snapshot: ClusterSnapshot,
): { readonly engine: PolicyEngine; readonly counts: ConnectivityCounts } => {
  const engine = buildEngine(snapshot);
  return { engine, counts: engine.connectivityNow().counts };
};

interface Measured {
  readonly text: string;
  readonly parse: number;
  readonly project: number;
  readonly build: number;
  readonly first: number;
}

/** The same objects in a snapshot of which nobody has yet asked for a list. */
const untouched = ({ content }: ClusterSnapshot): ClusterSnapshot => {
  const tables = Object.entries(content.tables).map(([key, table]) => [key, table.with([])] as const);
  return new Snapshot({ ...content, tables: Object.fromEntries(tables) });
};

/**
 * Parsing, projecting and building, each over and over: what one of them leaves to be collected is then not charged to the
 * others.
 */
function measure(size: ClusterSize, rounds: number): Measured {
  const text = JSON.stringify(generateCluster(size));
  const repeat = (work: () => unknown): readonly number[] => Array.from({ length: rounds }, () => time(work).ms);
  const input = parse(text);
  const snapshot = snapshotOf(input);
  const first = time(() => allPairs(untouched(snapshot))).ms;
  const parsed = repeat(() => parse(text));
  const projected = repeat(() => snapshotOf(input));
  const built: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const fresh = untouched(snapshot);
    built.push(time(() => allPairs(fresh)).ms);
  }
  return { text, parse: median(parsed), project: median(projected), build: median(built), first };
}

/** What building adds to the heap, garbage that has not been collected included, in MB. */
function memory(text: string): number {
  const snapshot = snapshotOf(parse(text));
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const kept = allPairs(snapshot);
  const after = process.memoryUsage().heapUsed;
  if (kept.counts.podPairs < 0) throw new RangeError('unreachable');
  return (after - before) / 1_000_000;
}

/** The snapshot with one object read again. */
function edited(snapshot: ClusterSnapshot, key: 'pods' | 'networkPolicies', object: JsonObject): ClusterSnapshot {
  const { content } = snapshot;
  const table = snapshot.table(key).with([kindOf(key).read(object)] as never);
  return new Snapshot({ ...content, revision: content.revision + 1, tables: { ...content.tables, [key]: table } });
}

/** Times `rounds` edits, each on top of the one before. */
function edits(
  start: { readonly snapshot: ClusterSnapshot; readonly engine: PolicyEngine },
  rounds: number,
  edit: (snapshot: ClusterSnapshot, round: number) => ClusterSnapshot,
): number {
  let { snapshot, engine } = start;
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    snapshot = edit(snapshot, round);
    const next = snapshot;
    const before: PolicyEngine = engine;
    const updated = time(() => {
      const result = before.update(next);
      return { result, counts: result.connectivityNow().counts };
    });
    engine = updated.value.result;
    times.push(updated.ms);
  }
  return median(times);
}

const editedPolicy = (round: number): JsonObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'to-svc-3', namespace: `ns-${round % 50}` },
  spec: {
    podSelector: { matchLabels: { app: 'svc-3' } },
    ingress: [
      {
        from: [{ podSelector: { matchLabels: { app: `svc-${round % 10}` } } }],
        ports: [{ port: 8000 + (round % 100) }],
      },
    ],
  },
});

const editedPod = (input: ClusterInput, round: number): JsonObject => {
  const pod = input.pods?.[round * 37 + 5] ?? {};
  const meta = isObject(pod['metadata']) ? pod['metadata'] : {};
  return {
    ...pod,
    metadata: { ...meta, labels: { app: `svc-${round % 10}`, tier: round % 2 === 0 ? 'front' : 'mid' } },
  };
};

function adversarial(report: (figure: Figure) => void): void {
  const pods: JsonObject[] = [];
  const networkPolicies: JsonObject[] = [];
  for (let index = 0; index < 10_000; index++) {
    pods.push({
      metadata: { name: `p-${index}`, namespace: `ns-${index % 10}`, labels: { id: `v${index}` } },
      status: { podIPs: [{ ip: `10.9.${index >> 8}.${index & 255}` }] },
    });
    networkPolicies.push({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: `n-${index}`, namespace: `ns-${index % 10}` },
      spec: {
        podSelector: { matchLabels: { id: `v${index}` } },
        ingress: [
          {
            from: [{ podSelector: { matchLabels: { id: `v${(index + 10) % 10_000}` } } }],
            ports: [{ port: index + 1 }],
          },
        ],
      },
    });
  }
  const snapshot = snapshotOf({ pods, networkPolicies });
  const classes = time(() => allPairs(snapshot));
  report(seconds('policy: 10,000 pods each its own class, own port', classes.ms));
  const ports = snapshotOf({
    pods: pods.slice(0, 10),
    networkPolicies: [
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: 'ports', namespace: 'ns-0' },
        spec: {
          podSelector: {},
          ingress: Array.from({ length: 10_000 }, (_, index) => ({
            from: [{ ipBlock: { cidr: `172.${16 + (index >> 12)}.${(index >> 4) & 255}.${(index & 15) * 16}/28` } }],
            ports: [{ port: 2 * index + 1 }],
          })),
        },
      },
    ],
  });
  const distinct = time(() => {
    const { engine } = allPairs(ports);
    let pairs = 0;
    for (const pair of engine.connectivityNow().pairs()) pairs += pair.connections.allowed.length;
    return pairs;
  });
  report(seconds('policy: 10,000 rules of own block and port, listed', distinct.ms));
}

const seconds = (name: string, ms: number): Figure => ({
  name,
  value: ms / 1000,
  unit: 's',
  goal: 10,
  better: 'lower',
  against: '',
});

const ratio = (name: string, ms: number, beside: number, goal: number): Figure => ({
  name,
  value: ms / beside,
  unit: '×',
  goal,
  better: 'lower',
  against: `${ms.toFixed(2)} ms; JSON.parse of the same input ${beside.toFixed(1)} ms`,
});

/**
 * The reachability engine beside `JSON.parse` of its input. Building starts from a snapshot of model objects, which is what
 * a source has at hand; the figure "from parsed JSON" has the projection to those objects in it as well.
 */
export const bench: Bench = {
  name: 'policy',
  run(report) {
    // A caller has the code warm; what the first round costs is a figure of its own.
    const small = measure(cluster(10, 13), 100);
    report(ratio('policy: build + all pairs, 1,000 pods', small.build, small.parse, 2));
    const middle = measure(cluster(100, 13), 25);
    report(ratio('policy: build + all pairs, 10,000 pods', middle.build, middle.parse, 1));
    report(ratio('policy: the same from parsed JSON, 10,000 pods', middle.project + middle.build, middle.parse, 3));
    report(ratio('policy: the first 10,000 pods', middle.first, middle.parse, 5));

    const input = parse(middle.text);
    const snapshot = snapshotOf(input);
    const { engine } = allPairs(snapshot);
    const policy = edits({ snapshot, engine }, 41, (before, round) =>
      edited(before, 'networkPolicies', editedPolicy(round)),
    );
    report(ratio('policy: one policy edited → counts', policy, middle.parse, 0.05));
    const pod = edits({ snapshot, engine }, 41, (before, round) => edited(before, 'pods', editedPod(input, round)));
    report(ratio("policy: one pod's labels changed → counts", pod, middle.parse, 0.05));
    const explains: number[] = [];
    for (let round = 0; round < 101; round++) {
      const question = {
        from: { kind: 'pod', namespace: `ns-${round % 100}`, name: 'svc-2-3' },
        to: { kind: 'pod', namespace: `ns-${(round * 7) % 100}`, name: `svc-${round % 10}-1` },
        protocol: 'TCP',
        port: 8000,
      } as const;
      explains.push(time(() => engine.explain(question)).ms);
    }
    report(ratio('policy: explain', median(explains), middle.parse, 0.02));

    const large = measure(cluster(500, 13), 7);
    report(ratio('policy: build + all pairs, 50,000 pods', large.build, large.parse, 1.5));
    report(megabytes('policy: memory, 50,000 pods', memory(large.text), 300));
    const huge = measure(cluster(1000, 75), 3);
    report(ratio('policy: build + all pairs, 100,000 pods, 75,000 policies', huge.build, huge.parse, 3));
    report(megabytes('policy: memory, 100,000 pods, 75,000 policies', memory(huge.text), 1000));
    adversarial(report);
    return Promise.resolve();
  },
};

const megabytes = (name: string, value: number, goal: number): Figure => ({
  name,
  value,
  unit: 'MB',
  goal,
  better: 'lower',
  against: '',
});
