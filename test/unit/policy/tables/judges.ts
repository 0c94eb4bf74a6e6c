import { buildEngine } from '../../../../src/policy/engine.ts';
import { engineOptions, shapeOf } from '../../../property/properties.ts';
import { connectivityDisagreements } from '../../../property/agreement.ts';
import { snapshotOf } from '../../../property/snapshots.ts';
import { type Raw } from '../reference/raw.ts';
import { decide } from '../reference/reference.ts';
import { type Options, World } from '../reference/world.ts';
import { type Probe } from './notation.ts';

/** Something that says whether a packet may pass: the reference, and the engine. */
export interface Judge {
  readonly name: string;
  readonly judge: (objects: readonly Raw[], options: Partial<Options>) => (probe: Probe) => Answer | undefined;
}

export interface Answer {
  readonly verdict: string;
  readonly egress: string;
  readonly ingress: string;
}

export const judges: readonly Judge[] = [
  {
    name: 'reference',
    judge: (objects, options) => {
      const world = new World(objects, options);
      return (probe) => decide(world, probe.from, probe.to, probe.packet);
    },
  },
  {
    name: 'engine',
    judge: (objects, options) => {
      const engine = buildEngine(snapshotOf(objects, shapeOf(options)), engineOptions(options));
      return ({ from, to, packet }) => {
        const said = engine.explain({ from, to, ...packet });
        // An end that is not there is nothing to ask about.
        if (said.basis === 'unknown-endpoint') return undefined;
        return { verdict: said.verdict, egress: said.egress.verdict, ingress: said.ingress.verdict };
      };
    },
  },
];

/**
 * Where all pairs of pods, which are told by classes of pods that are alike, differ from the reference in one of the
 * packets. `explain` looks at each pod itself and would not show it.
 */
export function wrongPairs(objects: readonly Raw[], options: Partial<Options>, probes: readonly Probe[]): string[] {
  const engine = buildEngine(snapshotOf(objects, shapeOf(options)), engineOptions(options));
  // Pairs have one verdict for all protocols that go by number.
  const packets = probes.map(({ packet }) => packet).filter(({ protocol }) => typeof protocol === 'string');
  return connectivityDisagreements(engine.connectivityNow({ by: 'pod' }), { objects, options, packets });
}
