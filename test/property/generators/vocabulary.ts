import fc from 'fast-check';
import { type Raw } from '../../unit/policy/reference/raw.ts';

/**
 * Few words, used everywhere, so that selectors meet labels, blocks meet addresses and ports meet ports often enough
 * for every verdict to occur.
 */

export const namespaces = ['x', 'y', 'z'] as const;
export const blocks = [
  '0.0.0.0/0',
  '10.0.0.0/8',
  '10.1.0.0/16',
  '10.1.0.0/30',
  '10.1.0.2/31',
  '10.1.0.1/32',
  '10.1.0.77/24',
  '10.0.0.0/30',
  '203.0.113.0/24',
  '203.0.113.128/25',
  '::/0',
  'fd01::/16',
  'fd01::2/127',
  'fd01::1/128',
  '2001:db8::/32',
] as const;
export const outside = ['203.0.113.5', '203.0.113.200', '192.0.2.1', '2001:db8::5', '10.1.0.250'] as const;
export const portNumbers = [1, 53, 80, 81, 8080] as const;
export const portNames = ['http', 'dns', 'web'] as const;
export const protocols = ['TCP', 'UDP', 'SCTP'] as const;

/** Most of the time the first, now and then one of the others. */
export const mostly = <T>(usual: fc.Arbitrary<T>, ...others: fc.Arbitrary<T>[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 12, arbitrary: usual }, ...others.map((arbitrary) => ({ weight: 1, arbitrary })));

export const sometimes = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

export const pick = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

/** An object without the fields that are undefined. `null` stays: the API takes it for absent, and so must we. */
export function fields(shape: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<Raw> {
  return fc
    .record(shape)
    .map((record) => Object.fromEntries(Object.entries(record).filter((entry) => entry[1] !== undefined)));
}

export const few = <T>(arbitrary: fc.Arbitrary<T>, minLength = 0, maxLength = 3): fc.Arbitrary<T[]> =>
  fc.array(arbitrary, { minLength, maxLength });

/** Objects named by their place: `name-0`, `name-1` … */
export const numbered = (prefix: string, objects: fc.Arbitrary<Raw[]>): fc.Arbitrary<Raw[]> =>
  objects.map((list) =>
    list.map((object, index) => ({
      ...object,
      metadata: { ...(object['metadata'] as Raw), name: `${prefix}${index}` },
    })),
  );

const keysFor = {
  pod: { app: ['a', 'b'], track: ['s', 'c'] },
  namespace: { team: ['red', 'blue'], env: ['prod', 'dev'] },
  node: { zone: ['east', 'west'] },
} as const;
export type Labelled = keyof typeof keysFor;

const entriesFor = (what: Labelled): [string, readonly string[]][] => Object.entries(keysFor[what]);

export function labels(what: Labelled): fc.Arbitrary<Raw> {
  return fields(
    Object.fromEntries(
      entriesFor(what).map(([key, values]) => [key, pick<string | undefined>(...values, ...values, undefined)]),
    ),
  );
}

/** `metav1.LabelSelector`, `{}` and what the API would refuse included. */
export function labelSelector(what: Labelled): fc.Arbitrary<Raw> {
  const entries = entriesFor(what);
  const keys = entries.map(([key]) => key);
  const values = entries.flatMap(([, all]) => all);
  const matchLabels = fc
    .constantFrom(...entries)
    .chain(([key, all]) => pick(...all).map((value) => ({ [key]: value })));
  const named =
    what === 'namespace' ? [pick(...namespaces).map((name) => ({ 'kubernetes.io/metadata.name': name }))] : [];
  const expression = fc.oneof(
    {
      weight: 6,
      arbitrary: fields({
        key: pick(...keys, 'absent'),
        operator: pick('In', 'NotIn'),
        values: few(pick(...values), 1, 2),
      }),
    },
    {
      weight: 4,
      arbitrary: fields({
        key: pick(...keys),
        operator: pick('Exists', 'DoesNotExist'),
        values: pick<unknown>(undefined, [], null),
      }),
    },
    {
      weight: 1,
      arbitrary: fields({
        key: pick(...keys),
        operator: pick('In', 'NotIn', 'Exists', 'Equals', undefined),
        values: pick<unknown>(undefined, [], [values[0]]),
      }),
    },
  );
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    { weight: 5, arbitrary: fields({ matchLabels: fc.oneof(matchLabels, ...named) }) },
    { weight: 3, arbitrary: fields({ matchExpressions: few(expression, 1, 2) }) },
    { weight: 1, arbitrary: fields({ matchLabels, matchExpressions: few(expression, 0, 1) }) },
    { weight: 1, arbitrary: fc.constant({ matchLabels: null, matchExpressions: [] }) },
  );
}

export const block = mostly<string>(
  pick(...blocks),
  pick('nonsense', '10.0.0.1', '10.0.0.0/40', '10.0.0/8', 'fd01::/200', ''),
);
