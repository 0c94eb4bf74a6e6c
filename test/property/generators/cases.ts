import fc from 'fast-check';
import { type Raw, textAt } from '../../unit/policy/reference/raw.ts';
import { type End, type Options, type Packet } from '../../unit/policy/reference/world.ts';
import { calicoPolicies } from './calicoPolicies.ts';
import { cluster } from './clusters.ts';
import { adminPolicies, networkPolicies } from './kubernetesPolicies.ts';
import { outside, pick } from './vocabulary.ts';

/** A cluster with its policies, an option set, and the packets to ask about. */
export interface Case {
  readonly objects: readonly Raw[];
  readonly options: Partial<Options>;
  readonly packets: readonly Packet[];
}

const packet: fc.Arbitrary<Packet> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(pick('TCP' as const, 'TCP' as const, 'UDP' as const, 'SCTP' as const), pick(80, 80, 81, 8080, 53, 1, 443))
      .map(([protocol, port]) => ({ protocol, port, family: 4 as const })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(pick('TCP' as const, 'UDP' as const), pick(80, 53, 8080))
      .map(([protocol, port]) => ({ protocol, port, family: 6 as const })),
  },
  {
    weight: 1,
    arbitrary: pick<Packet>(
      { protocol: 'ICMP', port: 8 * 256, family: 4 },
      { protocol: 'ICMP', port: 3 * 256 + 4, family: 4 },
      { protocol: 'ICMP', port: 128 * 256, family: 6 },
      { protocol: 'ICMPv6', port: 129 * 256, family: 6 },
      { protocol: 'ICMP', family: 4 },
      { protocol: 47, family: 4 },
      { protocol: 47, family: 6 },
      { protocol: 6, port: 80, family: 4 },
    ),
  },
);

const options: fc.Arbitrary<Partial<Options>> = fc.oneof(
  { weight: 6, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.constant({ missingNamespaces: 'unknown' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      ipBlockMatchesPods: fc.boolean(),
      baseline: pick('per-direction' as const, 'any' as const),
      hostNetworkPods: pick('undefined' as const, 'as-pods' as const, 'as-node' as const),
    }),
  },
);

export type Flavour = 'network policies' | 'admin policies' | 'Calico policies' | 'everything';

export const policiesOf = (flavour: Flavour): fc.Arbitrary<Raw[]> => {
  const lists = (...parts: fc.Arbitrary<Raw[]>[]): fc.Arbitrary<Raw[]> => fc.tuple(...parts).map((all) => all.flat());
  switch (flavour) {
    case 'network policies':
      return networkPolicies(5);
    case 'admin policies':
      return lists(networkPolicies(2), adminPolicies());
    case 'Calico policies':
      return lists(networkPolicies(1), calicoPolicies());
    case 'everything':
      return lists(networkPolicies(3), adminPolicies(), calicoPolicies());
  }
};

export const flavours: readonly Flavour[] = ['network policies', 'admin policies', 'Calico policies', 'everything'];

export const caseOf = (flavour: Flavour): fc.Arbitrary<Case> =>
  fc
    .tuple(cluster(), policiesOf(flavour), options, fc.array(packet, { minLength: 1, maxLength: 4 }))
    .map(([objects, rules, chosen, packets]) => ({ objects: [...objects, ...rules], options: chosen, packets }));

/** Pairs of ends of which at least one is a pod. */
export function pairsOf(objects: readonly Raw[]): (readonly [End, End])[] {
  const ends: End[] = outside.map((address) => ({ kind: 'address', address }));
  for (const object of objects) {
    const name = textAt(object, 'metadata', 'name');
    const namespace = textAt(object, 'metadata', 'namespace') ?? 'default';
    if (name === undefined) continue;
    if (object['kind'] === 'Pod') ends.push({ kind: 'pod', namespace, name });
    if (object['kind'] === 'Node') ends.push({ kind: 'node', name });
  }
  return ends.flatMap((from) =>
    ends.filter((to) => from.kind === 'pod' || to.kind === 'pod').map((to) => [from, to] as const),
  );
}
