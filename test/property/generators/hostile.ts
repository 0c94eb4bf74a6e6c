import fc from 'fast-check';
import { isRaw, type Raw } from '../../unit/policy/reference/raw.ts';
import { type Case, caseOf, type Flavour } from './cases.ts';

/** A value that nobody expects where it stands. */
export const oddity: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    undefined,
    true,
    false,
    0,
    -1,
    1.5,
    1e308,
    -1e308,
    NaN,
    Infinity,
    2 ** 53,
    '',
    ' ',
    '0',
    '*',
    [],
    {},
  ),
  fc.constantFrom<unknown>(
    [null],
    [[]],
    [[[[]]]],
    [{}],
    { '': '' },
    ['x', 1, null, {}],
    '\u0000',
    '💥',
    '__proto__',
    'constructor',
  ),
  fc
    .constantFrom<() => unknown>(
      () => 'x'.repeat(10_000),
      () => Array.from({ length: 1_000 }, () => ({})),
      () => Array.from({ length: 1_000 }, (_, index) => `10.${index % 256}.0.0/16`),
      () => nested(500, (inner) => [inner]),
      () => nested(500, (inner) => ({ podSelector: inner, matchLabels: inner, from: [inner] })),
      () => cyclic(),
      () => JSON.parse('{"__proto__": {"polluted": true}, "constructor": "x", "toString": null}') as unknown,
      () => '('.repeat(2_000),
      () => '!'.repeat(2_000) + 'all()',
    )
    .map((make) => make()),
);

const nested = (depth: number, wrap: (inner: unknown) => unknown): unknown => {
  let value: unknown = {};
  for (let level = 0; level < depth; level++) value = wrap(value);
  return value;
};

/** As YAML aliases make it. */
export function cyclic(): Record<string, unknown> {
  const object: Record<string, unknown> = { action: 'Allow', podSelector: {} };
  Object.assign(object, {
    from: [object],
    to: [object],
    ports: [object],
    source: object,
    ingress: [object],
    matchLabels: object,
  });
  return object;
}

interface Place {
  readonly path: readonly (string | number)[];
}

function placesIn(value: unknown, path: readonly (string | number)[] = []): Place[] {
  const here: Place[] = path.length === 0 ? [] : [{ path }];
  if (Array.isArray(value)) return [...here, ...value.flatMap((entry, index) => placesIn(entry, [...path, index]))];
  if (isRaw(value)) return [...here, ...Object.keys(value).flatMap((key) => placesIn(value[key], [...path, key]))];
  return here;
}

function replacedAt(value: unknown, path: readonly (string | number)[], by: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return by;
  if (Array.isArray(value))
    return value.map((entry, index) => (index === first ? replacedAt(entry, rest, by) : (entry as unknown)));
  return isRaw(value) ? { ...value, [first]: replacedAt(value[first], rest, by) } : value;
}

/** A case in which some values of some objects, at any level, are something else. Kinds and names stay now and then. */
export const hostileCase = (flavour: Flavour): fc.Arbitrary<Case> =>
  fc
    .tuple(caseOf(flavour), fc.array(fc.tuple(fc.nat(), fc.nat(), oddity), { minLength: 1, maxLength: 6 }))
    .map(([chosen, changes]) => {
      const objects: Raw[] = [...chosen.objects];
      for (const [which, where, by] of changes) {
        const index = which % objects.length;
        const object = objects[index];
        // Where the original has something: what was put in may be without end.
        const places = placesIn(chosen.objects[index]).filter(
          ({ path }) => path[0] !== 'apiVersion' && path[0] !== 'kind',
        );
        const place = places[where % Math.max(places.length, 1)];
        if (object === undefined || place === undefined) continue;
        const changed = replacedAt(object, place.path, by);
        if (isRaw(changed)) objects[index] = changed;
      }
      return { ...chosen, objects };
    });
