import fc from 'fast-check';
import { dump } from 'js-yaml';
import { inspect } from 'node:util';
import { kindOfObject } from '../../src/model/kinds.ts';
import { diffConnectivity } from '../../src/policy/diff.ts';
import { buildEngine } from '../../src/policy/engine.ts';
import { type EngineOptions, type PolicyEngine, type PolicyRef, type RuleRef } from '../../src/policy/types.ts';
import { type Raw } from '../unit/policy/reference/raw.ts';
import { governs as calicoGoverns } from '../unit/policy/reference/calicoPolicy.ts';
import { governs } from '../unit/policy/reference/networkPolicy.ts';
import { groupOf, nameOf, namespaceOf, type Options, type Packet } from '../unit/policy/reference/world.ts';
import {
  connectivityDisagreements,
  diffDisagreements,
  explainDisagreements,
  exposureDisagreements,
  linesOf,
  noShares,
  podLabels,
  selectionDisagreements,
  type Shares,
  workloadDisagreements,
  workloadExplainDisagreements,
} from './agreement.ts';
import { type Case, caseOf, type Flavour, pairsOf } from './generators/cases.ts';
import { edit } from './generators/edits.ts';
import { hostileCase } from './generators/hostile.ts';
import { reduced } from './reduce.ts';
import { type SnapshotShape, snapshotOf } from './snapshots.ts';

/** Something that must hold for every case. The predicate throws with what is wrong. */
export interface Property {
  readonly name: string;
  /** Cases of this property for each that the run was asked for, at most 1: some are dear. */
  readonly share: number;
  readonly check: (
    flavour: Flavour,
    shares: Shares,
  ) => fc.IPropertyWithHooks<unknown[]> | fc.IAsyncPropertyWithHooks<unknown[]>;
}

export function engineOptions({ ipBlockMatchesPods, baseline, hostNetworkPods }: Partial<Options>): EngineOptions {
  return {
    ...(ipBlockMatchesPods === undefined ? {} : { ipBlockMatchesPods }),
    ...(baseline === undefined ? {} : { baseline }),
    ...(hostNetworkPods === undefined ? {} : { hostNetworkPods }),
  };
}

/** Namespaces that nobody knows are those of a cluster whose namespaces may not be read. */
export const shapeOf = ({ missingNamespaces }: Partial<Options>): SnapshotShape =>
  missingNamespaces === 'unknown' ? { origin: 'live', forbidden: ['namespaces'] } : { origin: 'folder' };

const engineOf = (objects: readonly Raw[], options: Partial<Options>): PolicyEngine =>
  buildEngine(snapshotOf(objects, shapeOf(options)), engineOptions(options));

/** A failed case as what a person would apply to a cluster to see it. */
export class Disagreement extends Error {
  constructor(found: readonly string[], objects: readonly Raw[], options: Partial<Options>, more = '') {
    const yaml = objects.map((object) => dump(object, { noRefs: true, flowLevel: 3 })).join('---\n');
    super(
      `${found.slice(0, 5).join('\n')}\n(${found.length} in all)\noptions: ${JSON.stringify(options)}\n${more}---\n${yaml}`,
    );
  }
}

function assertNone(found: readonly string[], objects: readonly Raw[], options: Partial<Options>, more?: string): void {
  if (found.length > 0) throw new Disagreement(found, objects, options, more);
}

/** What is found, and what is still found when everything else is taken away. */
function assertNothing(
  find: (objects: readonly Raw[]) => string[],
  { objects, options }: Pick<Case, 'objects' | 'options'>,
): void {
  if (find(objects).length === 0) return;
  const small = reduced(objects, (smaller) => find(smaller).length > 0);
  throw new Disagreement(find(small), small, options);
}

const differences = (one: readonly string[], other: readonly string[], names: readonly [string, string]): string[] => [
  ...one.filter((line) => !other.includes(line)).map((line) => `only ${names[0]}: ${line}`),
  ...other.filter((line) => !one.includes(line)).map((line) => `only ${names[1]}: ${line}`),
];

export const properties: readonly Property[] = [
  {
    name: 'explain says what the reference says',
    share: 1,
    check: (flavour, shares) =>
      fc.property(caseOf(flavour), (chosen) => {
        const counted = noShares();
        const find = (objects: readonly Raw[]): string[] =>
          explainDisagreements(engineOf(objects, chosen.options), { ...chosen, objects }, counted);
        assertNothing(find, chosen);
        for (const verdict of ['allow', 'deny', 'unknown'] as const) shares[verdict] += counted[verdict];
      }),
  },
  {
    name: 'connectivity says what the reference says',
    share: 1,
    check: (flavour) =>
      fc.property(caseOf(flavour), (chosen) => {
        const find = (objects: readonly Raw[]): string[] =>
          connectivityDisagreements(engineOf(objects, chosen.options).connectivityNow({ by: 'pod' }), {
            ...chosen,
            objects,
          });
        assertNothing(find, chosen);
      }),
  },
  {
    name: 'the view by workload says what its pods say',
    share: 0.3,
    check: (flavour) =>
      fc.property(caseOf(flavour), (chosen) => {
        const find = (objects: readonly Raw[]): string[] => {
          const engine = engineOf(objects, chosen.options);
          const byPod = engine.connectivityNow({ by: 'pod' });
          return workloadDisagreements(byPod, engine.connectivityNow({ by: 'workload' }), objects);
        };
        assertNothing(find, chosen);
      }),
  },
  {
    name: 'explain says of a workload what it says of its pods',
    share: 0.2,
    check: (flavour) =>
      fc.property(caseOf(flavour), (chosen) => {
        const find = (objects: readonly Raw[]): string[] =>
          workloadExplainDisagreements(engineOf(objects, chosen.options), { ...chosen, objects });
        assertNothing(find, chosen);
      }),
  },
  {
    name: 'policies select the pods that the reference says',
    share: 0.3,
    check: (flavour) =>
      fc.property(caseOf(flavour), (chosen) => {
        const find = (objects: readonly Raw[]): string[] =>
          selectionDisagreements(engineOf(objects, chosen.options), { ...chosen, objects });
        assertNothing(find, chosen);
      }),
  },
  {
    name: 'after edits, an updated engine is a new engine',
    share: 0.5,
    check: (flavour) =>
      fc.property(
        caseOf(flavour),
        fc.array(edit(flavour), { minLength: 1, maxLength: 4 }),
        ({ objects, options, packets }, edits) => {
          let engine = engineOf(objects, options);
          linesOf(engine.connectivityNow({ by: 'pod' }));
          let current = [...objects];
          edits.forEach((step, index) => {
            current = step.apply(current);
            const snapshot = snapshotOf(current, shapeOf(options));
            engine = engine.update(snapshot);
            const fresh = buildEngine(snapshot, engineOptions(options));
            // Now and then several edits come before anybody looks.
            if (index % 2 === 1 && index < edits.length - 1) return;
            const found = (['pod', 'workload'] as const).flatMap((by) =>
              differences(linesOf(engine.connectivityNow({ by })), linesOf(fresh.connectivityNow({ by })), [
                'updated',
                'new',
              ]),
            );
            for (const [from, to] of pairsOf(current)) {
              for (const packet of packets.slice(0, 1)) {
                const [one, other] = [engine, fresh].map((each) => each.verdict({ from, to, ...packet }));
                if (one !== other) found.push(`${JSON.stringify({ from, to, packet })}: updated ${one}, new ${other}`);
              }
            }
            const done = edits.slice(0, index + 1).map(({ name }) => `# then ${name}\n`);
            assertNone(found, objects, options, done.join(''));
          });
        },
      ),
  },
  {
    name: 'a diff names what differs between two states',
    share: 0.3,
    check: (flavour) =>
      fc.asyncProperty(
        caseOf(flavour),
        fc.array(edit(flavour), { minLength: 1, maxLength: 3 }),
        async ({ objects, options }, edits) => {
          const changed = edits.reduce<Raw[]>((current, step) => step.apply(current), [...objects]);
          const [before, after] = [engineOf(objects, options), engineOf(changed, options)];
          const diff = await diffConnectivity(before, after, { by: 'pod' });
          const views = [before.connectivityNow({ by: 'pod' }), after.connectivityNow({ by: 'pod' })] as const;
          const pods = [...new Set([...podLabels(objects), ...podLabels(changed)])];
          const done = edits.map(({ name }) => `# then ${name}\n`).join('');
          assertNone(diffDisagreements(diff, views, pods), objects, options, done);
        },
      ),
  },
  {
    name: 'what is called redundant or shadowed can go',
    share: 0.2,
    check: (flavour) =>
      fc.asyncProperty(caseOf(flavour), async ({ objects, options }) => {
        const whole = engineOf(objects, options);
        const coverage = await whole.coverage();
        const found: string[] = [];
        const compare = async (rest: readonly Raw[], what: string): Promise<void> => {
          const other = engineOf(rest, options);
          // Without any IPv6 in it, a state says nothing about IPv6.
          if (String(other.connectivityNow().families) !== String(whole.connectivityNow().families)) return;
          const { changes } = await diffConnectivity(whole, other, { by: 'pod' });
          for (const { kind, from, to } of changes.slice(0, 1))
            found.push(`${what}, but without it: ${kind} ${from} > ${to}`);
        };
        for (const policy of coverage.redundant) {
          const rest = objects.filter((object) => !isObjectOf(object, policy));
          await compare(rest, `${policy.kind} ${policy.name} is called redundant`);
        }
        for (const { policy, rule, by } of coverage.shadowed) {
          const rest = objects.map((object) => (isObjectOf(object, policy) ? withoutRule(object, rule) : object));
          await compare(
            rest,
            `${policy.kind} ${policy.name} ${rule.direction} ${rule.index} is called shadowed: ${by}`,
          );
        }
        assertNone(found, objects, options);
      }),
  },
  {
    name: 'exposure counts what the pairs say',
    share: 0.3,
    check: (flavour) =>
      fc.asyncProperty(caseOf(flavour), async ({ objects, options }) => {
        const engine = engineOf(objects, options);
        assertNone(exposureDisagreements(await engine.exposure(), engine.connectivityNow()), objects, options);
      }),
  },
  {
    name: 'the order of the objects does not matter',
    share: 0.3,
    check: (flavour) =>
      fc.property(
        caseOf(flavour).chain((chosen) =>
          fc
            .shuffledSubarray([...chosen.objects], { minLength: chosen.objects.length })
            .map((shuffled) => ({ ...chosen, shuffled })),
        ),
        (chosen) => {
          const lines = (objects: readonly Raw[]): string[] =>
            (['pod', 'workload'] as const).flatMap((by) =>
              linesOf(engineOf(objects, chosen.options).connectivityNow({ by })),
            );
          assertNone(
            differences(lines(chosen.objects), lines(chosen.shuffled), ['in order', 'shuffled']),
            chosen.objects,
            chosen.options,
          );
        },
      ),
  },
  {
    name: 'nothing that a file may hold breaks it',
    share: 0.5,
    check: (flavour) =>
      fc.property(hostileCase(flavour), ({ objects, options, packets }) => {
        const find = (some: readonly Raw[]): string[] => {
          try {
            useEverything(some, options, packets);
            return [];
          } catch (error) {
            return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
          }
        };
        const [problem] = find(objects);
        if (problem === undefined) return;
        const small = reduced(objects, (smaller) => find(smaller).length > 0);
        throw new Error(`${find(small)[0]}\n${inspect(small, { depth: 12, maxStringLength: 60, maxArrayLength: 5 })}`);
      }),
  },
];

const isObjectOf = (object: Raw, { table, namespace, name }: PolicyRef): boolean =>
  kindOfObject(String(object['apiVersion']), String(object['kind']))?.key === table &&
  nameOf(object) === name &&
  namespaceOf(object) === namespace;

/** The policy without one of its rules; what it governs stays, though it may follow from its rules. */
function withoutRule(object: Raw, { direction, index }: RuleRef): Raw {
  const spec = object['spec'] as Raw;
  const calico = groupOf(object).endsWith('projectcalico.org');
  const governed = (calico ? calicoGoverns : governs)(object, 'egress') ? ['Egress'] : [];
  if ((calico ? calicoGoverns : governs)(object, 'ingress')) governed.push('Ingress');
  const types = groupOf(object) === 'policy.networking.k8s.io' ? {} : { [calico ? 'types' : 'policyTypes']: governed };
  return { ...object, spec: { ...spec, ...types, [direction]: (spec[direction] as unknown[]).toSpliced(index, 1) } };
}

/** Asks an engine everything it can be asked. */
export function useEverything(
  objects: readonly Raw[],
  options: Partial<Options>,
  packets: readonly Packet[],
): PolicyEngine {
  const engine = engineOf(objects, options);
  for (const [from, to] of pairsOf(objects))
    for (const packet of packets.slice(0, 1)) engine.explain({ from, to, ...packet });
  linesOf(engine.connectivityNow({ by: 'pod' }));
  linesOf(engine.connectivityNow({ by: 'workload' }));
  for (const policy of engine.policies) engine.selects(policy);
  for (const pod of engine.snapshot.list('pods')) engine.selectedBy(pod.meta);
  engine.update(snapshotOf(objects.slice(1))).connectivityNow({ by: 'pod' });
  return engine;
}
