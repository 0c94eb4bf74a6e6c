import { strict as assert } from 'node:assert';
import { judges, wrongPairs } from './judges.ts';
import { clusterObjects, documents, endOf, type Probe } from './notation.ts';
import { type Scenario, scenarios, type Step } from './upstreamTables.ts';
import { type Raw } from '../reference/raw.ts';

const path = (pod: string): string => `${pod[0]}/${pod[1]}`;

export function objectsOf(scenario: Scenario, step: Step): Raw[] {
  const pods = scenario.pods.split(' ');
  const namespaces = [...new Set(pods.map((pod) => pod[0] ?? ''))];
  const labels = (name: string): string => step.labels?.[name] ?? '';
  const ports = ['TCP', 'UDP', 'SCTP']
    .flatMap((protocol) => [80, 81].map((port) => `:serve-${port}-${protocol.toLowerCase()}=${port}/${protocol}`))
    .join(' ');
  const address = (pod: string): string => `10.${' xyz'.indexOf(pod[0] ?? '')}.0.${' abc'.indexOf(pod[1] ?? '')}`;
  const cluster = [
    ...namespaces.map((name) => `ns ${name} ns=${name} ${labels(name)}`),
    ...pods.map((pod) => `pod ${path(pod)} pod=${pod[1]} ${labels(pod)} ${ports} ${address(pod)}`),
  ].join('\n');
  return [
    ...clusterObjects(cluster),
    ...Object.entries(step.policies).flatMap(([key, spec]) =>
      documents(`
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {namespace: ${key.split('/')[0]}, name: ${key.split('/')[1]}}
spec: ${spec}`),
    ),
  ];
}

/** All pairs of different pods, with the verdict that the step expects. */
export function probesOf(scenario: Scenario, step: Step): Probe[] {
  const pods = scenario.pods.split(' ');
  const like = (pattern: string, pod: string): boolean =>
    [...pattern.padEnd(2, '*')].every((letter, index) => letter === '*' || letter === pod[index]);
  return Object.entries(step.denied).flatMap(([packet, patterns]) => {
    const [protocol = '', port] = packet.split(' ');
    return pods.flatMap((from) =>
      pods
        .filter((to) => to !== from)
        .map((to) => {
          const denied = patterns.split(' ').some((text) => {
            const [pattern = '', ...exceptions] = text.split('!');
            const [source, destination] = pattern.split('>');
            if (source === undefined || destination === undefined) return false;
            const open = source.includes('*') ? from : to;
            return like(source, from) && like(destination, to) && !exceptions.includes(open);
          });
          return {
            line: `${from} > ${to} ${packet}`,
            from: endOf(path(from)),
            to: endOf(path(to)),
            packet: { protocol: protocol as 'TCP' | 'UDP' | 'SCTP', port: Number(port), family: 4 as const },
            expected: [denied ? 'deny' : 'allow'],
          };
        }),
    );
  });
}

for (const { name, judge } of judges) {
  describe(`upstream situations, by the ${name}`, () => {
    for (const scenario of scenarios) {
      it(`${scenario.number}: ${scenario.name}`, () => {
        for (const step of scenario.steps) {
          const ask = judge(objectsOf(scenario, step), {});
          const said = probesOf(scenario, step).map((probe) => [probe.line, ask(probe)?.verdict]);
          assert.deepEqual(
            said,
            probesOf(scenario, step).map((probe) => [probe.line, probe.expected[0]]),
          );
        }
      });
    }
  });
}

describe('upstream situations, in all pairs of the engine', () => {
  for (const scenario of scenarios) {
    it(`${scenario.number}: ${scenario.name}`, () => {
      for (const step of scenario.steps)
        assert.deepEqual(wrongPairs(objectsOf(scenario, step), {}, probesOf(scenario, step)), []);
    });
  }
});
