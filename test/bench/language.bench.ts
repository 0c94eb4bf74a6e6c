import { monitorEventLoopDelay } from 'node:perf_hooks';
import { PolicyService } from '../../src/cluster/policyService.ts';
import { mayHoldPolicy } from '../../src/language/gate.ts';
import { hoverAt } from '../../src/language/hover.ts';
import { emptyPeers } from '../../src/language/emptyPeers.ts';
import { isEdited, lensTitle, Measurer } from '../../src/language/measurement.ts';
import { PolicyTextReader } from '../../src/language/policyText.ts';
import type { ClusterSnapshot } from '../../src/model/snapshot.ts';
import type { Bench } from './bench.ts';
import { generateCluster, snapshotOf } from './generateCluster.ts';

/** Keystroke `index` in the value of a label, which sometimes matches pods and sometimes does not. */
const policy = (index: number, name = 'edited', namespace = 'ns-7'): string => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  podSelector:
    matchLabels:
      app: svc-${index % 12}
  policyTypes: [Ingress, Egress]
  ingress:
    - from:
        - namespaceSelector:
            matchLabels: { team: team-${index % 12} }
          podSelector:
            matchLabels: { tier: front }
      ports:
        - port: 8000
  egress:
    - to:
        - podSelector: {}
        - ipBlock: { cidr: 10.0.0.0/8 }
      ports:
        - port: ${8000 + (index % 50)}
`;

/** Where the pointer rests, one place after the other. */
const hovered = [
  ['spec', 'podSelector'],
  ['spec', 'ingress', 0, 'from', 0],
  ['spec', 'egress', 0, 'ports', 0, 'port'],
] as const;

/**
 * Times of one keystroke after another, in ms: text read, engine updated, lenses and one hover. Findings are part of it
 * in a file of one policy; in longer ones they follow in slices, policy by policy, whose times go to `slices`.
 */
async function keystrokes(
  snapshot: ClusterSnapshot,
  textOf: (index: number) => string,
  rounds: number,
  slices: number[] = [],
): Promise<readonly number[]> {
  const reader = new PolicyTextReader('bench');
  const measurer = new Measurer();
  const times: number[] = [];
  for (let index = 0; index < rounds; index++) {
    const text = textOf(index);
    const start = performance.now();
    const measurement = measurer.measure(snapshot, await reader.read(text));
    for (const written of measurement.text.policies) {
      lensTitle(measurement, written);
      isEdited(measurement, written);
      emptyPeers(measurement, written);
    }
    const [first] = measurement.text.policies;
    const path = hovered[index % hovered.length];
    if (first !== undefined && path !== undefined) hoverAt(measurement, first, path);
    const answered = performance.now() - start;
    for (const written of measurement.text.policies) {
      const begun = performance.now();
      measurement.findings(written);
      slices.push(performance.now() - begun);
    }
    times.push(measurement.text.policies.length === 1 ? performance.now() - start : answered);
  }
  // The first one reads the cluster, which the following find done.
  return times.slice(5).toSorted((one, other) => one - other);
}

/** What an edit changes for all pairs, asked of a thread that has the cluster already. */
async function measureEffect(snapshot: ClusterSnapshot, report: Parameters<Bench['run']>[0]): Promise<void> {
  const service = new PolicyService(new URL('../../src/cluster/policyWorker.ts', import.meta.url));
  service.use(snapshot);
  const times: number[] = [];
  const pauses: number[] = [];
  for (let index = 0; index < 6; index++) {
    const { overlay } = await new PolicyTextReader('bench').read(policy(index));
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const start = performance.now();
    await service.ask('diff', { by: 'workload' }, { overlay });
    times.push(performance.now() - start);
    delay.disable();
    pauses.push(delay.max / 1e6);
  }
  service.dispose();
  const middle = (all: readonly number[]): number =>
    at(
      all.slice(1).toSorted((one, other) => one - other),
      0.5,
    );
  const shared = { unit: 'ms', better: 'lower', against: '' } as const;
  report({
    ...shared,
    name: 'policies: effect of an edit on all pairs of 10,000 pods',
    value: middle(times),
    goal: 2000,
  });
  report({
    ...shared,
    name: 'policies: longest pause of the editor meanwhile',
    value: middle(pauses),
    goal: 50,
  });
}

const at = (times: readonly number[], share: number): number => times[Math.floor(times.length * share)] ?? 0;

export const bench: Bench = {
  name: 'language',
  run: async (report) => {
    const lower = { unit: 'ms', better: 'lower', against: '' } as const;
    const size = { namespaces: 100, workloads: 10, replicas: 10, policies: 13 };
    const snapshot = snapshotOf(generateCluster(size));
    const one = await keystrokes(snapshot, (index) => policy(index), 205);
    report({
      ...lower,
      name: 'policies: keystroke to lens, hover and findings, 10,000 pods and 1,300 policies, p95',
      value: at(one, 0.95),
      goal: 20,
    });
    const rest = Array.from({ length: 900 }, (_, index) => policy(index, `policy-${index}`, `ns-${index % 100}`));
    const slices: number[] = [];
    const long = await keystrokes(snapshot, (index) => [policy(index), ...rest].join('---\n'), 25, slices);
    report({
      ...lower,
      name: 'policies: keystroke in a file of 20,000 lines, p95',
      value: at(long, 0.95),
      goal: 50,
    });
    report({
      ...lower,
      name: 'policies: findings of one policy of such a file, longest',
      value: Math.max(...slices.slice(5 * 901)),
      goal: 50,
    });
    await measureEffect(snapshot, report);
    const plain = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  key: value\n---\n'.repeat(
      3000,
    );
    const gates: number[] = [];
    for (let round = 0; round < 50; round++) {
      const start = performance.now();
      mayHoldPolicy(`${plain}# ${round}`);
      gates.push(performance.now() - start);
    }
    report({
      ...lower,
      name: 'policies: look at a YAML file of 20,000 lines that has none, p95',
      value: at(
        gates.toSorted((a, b) => a - b),
        0.95,
      ),
      goal: 5,
    });
  },
};
