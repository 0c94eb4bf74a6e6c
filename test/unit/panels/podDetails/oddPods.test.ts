import assert from 'node:assert/strict';
import type { JsonObject } from '../../../../src/model/json.ts';
import { readPod } from '../../../../src/model/pod.ts';
import { PodHistory } from '../../../../src/panels/podDetails/history.ts';
import { podPage } from '../../../../src/panels/podDetails/podPage.ts';
import type { Section, Value } from '../../../../src/panels/page.ts';
import { canalPod, snapshotOf } from '../../../webview/canalPod.ts';
import { sectionWords, words } from './words.ts';

/** What a value of another shape than it should have would leave behind. */
const leftovers = /\bundefined\b|\bnull\b|\bNaN\b|\[object |Infinity|-0\b/;

/** A random number from 0 to below `below`, the same ones in each run. Source: Park and Miller's generator. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

const oddities: readonly unknown[] = [
  null,
  7,
  -1,
  1e300,
  '',
  'x',
  true,
  false,
  [],
  [null],
  ['x', 3],
  {},
  { a: null },
  [{}],
];

/** The value with some of its parts left out or of another type. */
function spoil(value: unknown, random: (below: number) => number, rate: number): unknown {
  if (random(rate) === 0) return oddities[random(oddities.length)];
  if (Array.isArray(value)) return value.map((element) => spoil(element, random, rate));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(() => random(rate) !== 0)
      .map(([key, inner]) => [key, spoil(inner, random, rate)]),
  );
}

const objectsOnly = (value: unknown): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};

/** Everything that is read, but for parts of the object itself. */
const shown = (sections: readonly Section[], facts: readonly Value[]): string =>
  [
    words(facts),
    ...sections.map((section) =>
      sectionWords({ ...section, blocks: section.blocks.filter(({ kind }) => kind !== 'code') }),
    ),
  ].join('\n');

/** Every field there is, of some value that is allowed. */
const full: JsonObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: canalPod().raw['metadata'],
  spec: {
    ...objectsOnly(canalPod().raw['spec']),
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'Gt', values: ['3'] }] }],
        },
        preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: { matchFields: [] } }],
      },
      podAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { topologyKey: 'rack', namespaces: ['x'], labelSelector: { matchLabels: { a: 'b' } } },
        ],
      },
    },
    topologySpreadConstraints: [{ maxSkew: 2, topologyKey: 'rack', minDomains: 3 }],
    dnsConfig: { options: [{ name: 'ndots', value: '5' }] },
    securityContext: { runAsUser: 1, supplementalGroups: [1, 2], seLinuxOptions: { level: 's0' } },
    resourceClaims: [{ name: 'gpu', resourceClaimTemplateName: 'gpus' }],
    hostAliases: [{ ip: '1.2.3.4', hostnames: ['a'] }],
    ephemeralContainers: [{ name: 'debug', targetContainerName: 'calico-node' }],
  },
  status: {
    ...objectsOnly(canalPod().raw['status']),
    resize: 'Proposed',
    observedGeneration: 2,
    resourceClaimStatuses: [{ name: 'gpu', resourceClaimName: 'gpu-x' }],
  },
};

describe('the page of a pod of any shape', () => {
  it('is made, and shows no leftovers of what is missing or of another type', () => {
    const input = canalPod();
    for (let seed = 1; seed <= 150; seed++) {
      const random = generator(seed * 7919);
      const raw = objectsOnly(spoil(full, random, 4 + random(40)));
      const usage = new Map([
        ['calico-node', { cpu: [0, 1e300, 5][random(3)] ?? 0, memory: [0, 1e300][random(2)] ?? 0 }],
      ]);
      const pod = readPod(raw);
      const page = podPage({ ...input, raw, pod, snapshot: snapshotOf([]), usage }, { kind: 'live' });
      const history = new PodHistory();
      history.observe(pod, true, 0);
      for (const at of [0, 15_000]) history.measure(usage, at);
      const section = history.section(20_000, raw);
      const text = shown([...page.sections, ...(section === undefined ? [] : [section])], page.header.facts);
      const found = leftovers.exec(text);
      assert.ok(
        found === null,
        `seed ${seed}: …${text.slice(Math.max(0, (found?.index ?? 0) - 80), (found?.index ?? 0) + 40)}…`,
      );
    }
  });

  it('has no field without a value', () => {
    const input = canalPod();
    for (let seed = 1; seed <= 60; seed++) {
      const random = generator(seed * 104_729);
      const raw = objectsOnly(spoil(full, random, 4 + random(40)));
      const { sections } = podPage({ ...input, raw, pod: readPod(raw), snapshot: snapshotOf([]) }, { kind: 'live' });
      const all = (list: readonly Section[]): readonly Section[] =>
        list.flatMap((section) => [section, ...all(section.sections ?? [])]);
      for (const { blocks, id } of all(sections))
        for (const block of blocks)
          if (block.kind === 'fields')
            for (const { label, values } of block.fields)
              assert.ok(
                values.length > 0 && values.every((value) => words(value).trim() !== ''),
                `seed ${seed}: ${id}, ${label}: ${JSON.stringify(values)}`,
              );
    }
  });
});
