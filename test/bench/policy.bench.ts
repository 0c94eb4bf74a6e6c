import { isObject, type JsonObject } from '../../src/model/json.ts';
import { kindOf } from '../../src/model/kinds.ts';
import type { ClusterSnapshot } from '../../src/model/snapshot.ts';
import { ClusterSnapshot as Snapshot } from '../../src/model/snapshot.ts';
import { diffConnectivity } from '../../src/policy/diff.ts';
import { buildEngine } from '../../src/policy/engine.ts';
import type { ConnectivityCounts, PolicyEngine } from '../../src/policy/types.ts';
import type { Bench, Figure } from './bench.ts';
import { type ClusterInput, type ClusterSize, generateCluster, snapshotOf } from './generateCluster.ts';

const cluster = (namespaces: number, policies: number, more: Partial<ClusterSize> = {}): ClusterSize => ({
  namespaces,
  workloads: 10,
  replicas: 10,
  policies,
  ...more,
});

const time = <T>(work: () => T): { readonly ms: number; readonly value: T } => {
  const start = performance.now();
  const value = work();
  return { ms: performance.now() - start, value };
};

const timeAsync = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await work();
  return performance.now() - start;
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
  /** The input of the last round. */
  readonly text: string;
  readonly parse: number;
  readonly project: number;
  readonly build: number;
  /** Building in the first round. */
  readonly first: number;
}

/**
 * A text that nobody has seen before is parsed, projected and built from, one after the other, as a run of the program does
 * it; medians of the rounds. Each round has names, labels and addresses of its own: what is left of the round before is warm
 * code, not answers. Each step pays for the garbage that it and the steps before it in its round have made.
 */
function measure(size: ClusterSize, rounds: number): Measured {
  const parsing: number[] = [];
  const projecting: number[] = [];
  const building: number[] = [];
  let text = '';
  for (let round = 0; round < rounds; round++) {
    // One flat string, as reading a file gives it.
    text = Buffer.from(JSON.stringify(generateCluster({ ...size, seed: round + 1 }))).toString();
    globalThis.gc?.();
    const parsed = time(() => parse(text));
    const projected = time(() => snapshotOf(parsed.value));
    const built = time(() => allPairs(projected.value));
    parsing.push(parsed.ms);
    projecting.push(projected.ms);
    building.push(built.ms);
  }
  const [first = 0] = building;
  return { text, parse: median(parsing), project: median(projecting), build: median(building), first };
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

/** 2,000 nodes that a policy tells apart, each with a pod on its network, beside 10,000 other pods. */
function hosts(report: (figure: Figure) => void): void {
  const input = generateCluster(cluster(100, 13));
  const node = (index: number): string => `172.16.${index >> 8}.${index & 255}`;
  const numbers = Array.from({ length: 2000 }, (_, index) => index);
  const snapshot = snapshotOf({
    ...input,
    nodes: numbers.map((index) => ({
      metadata: { name: `n-${index}`, labels: { zone: `z-${index % 3}` } },
      status: { addresses: [{ type: 'InternalIP', address: node(index) }] },
    })),
    pods: [
      ...(input.pods ?? []),
      ...numbers.map((index) => ({
        metadata: { name: `agent-${index}`, namespace: 'kube-system', labels: { app: 'agent' } },
        spec: { hostNetwork: true, nodeName: `n-${index}`, containers: [] },
        status: { podIPs: [{ ip: node(index) }] },
      })),
    ],
    adminNetworkPolicies: [
      {
        apiVersion: 'policy.networking.k8s.io/v1alpha1',
        kind: 'AdminNetworkPolicy',
        metadata: { name: 'nodes' },
        spec: {
          priority: 1,
          subject: { namespaces: {} },
          egress: [{ action: 'Allow', to: [{ nodes: { matchLabels: { zone: 'z-1' } } }] }],
        },
      },
    ],
  });
  report(seconds('policy: 2,000 nodes told apart, with host-network pods', time(() => allPairs(snapshot)).ms, 10));
}

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
  report(seconds('policy: 10,000 pods each its own class, own port', classes.ms, 10));
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
  report(seconds('policy: 10,000 rules of own block and port, listed', distinct.ms, 10));
}

const seconds = (name: string, ms: number, goal: number): Figure => ({
  name,
  value: ms / 1000,
  unit: 's',
  goal,
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
  async run(report) {
    // A caller has the code warm; what the first round costs is a figure of its own.
    const small = measure(cluster(10, 13), 100);
    report(ratio('policy: build + all pairs, 1,000 pods', small.build, small.parse, 2));
    const middle = measure(cluster(100, 13), 25);
    report(ratio('policy: build + all pairs, 10,000 pods', middle.build, middle.parse, 1));
    report(ratio('policy: the same from parsed JSON, 10,000 pods', middle.project + middle.build, middle.parse, 3));
    report(ratio('policy: the first 10,000 pods', middle.first, middle.parse, 5));
    const dual = measure(cluster(100, 13, { dualStack: true }), 15);
    report(ratio('policy: build + all pairs, 10,000 dual-stack pods', dual.build, dual.parse, 5));

    const input = parse(JSON.stringify(generateCluster(cluster(100, 13))));
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
    const after = engine.update(edited(snapshot, 'networkPolicies', editedPolicy(3)));
    const compared = await timeAsync(() => diffConnectivity(engine, after, { by: 'pod' }));
    report(seconds('policy: diff of all pairs by pod, 10,000 pods', compared, 5));

    const large = measure(cluster(500, 13), 15);
    report(ratio('policy: build + all pairs, 50,000 pods', large.build, large.parse, 1.5));
    report(megabytes('policy: memory, 50,000 pods', memory(large.text), 300));
    const whole = allPairs(snapshotOf(parse(large.text))).engine;
    report(ratio('policy: exposure, 50,000 pods', await timeAsync(() => whole.exposure()), large.parse, 5));
    report(ratio('policy: coverage, 50,000 pods', await timeAsync(() => whole.coverage()), large.parse, 5));
    const huge = measure(cluster(1000, 75), 5);
    report(ratio('policy: build + all pairs, 100,000 pods, 75,000 policies', huge.build, huge.parse, 3));
    report(megabytes('policy: memory, 100,000 pods, 75,000 policies', memory(huge.text), 1000));
    adversarial(report);
    hosts(report);
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
