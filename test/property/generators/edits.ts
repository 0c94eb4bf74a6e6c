import fc from 'fast-check';
import { type Raw } from '../../unit/policy/reference/raw.ts';
import { cluster } from './clusters.ts';
import { labels, pick } from './vocabulary.ts';
import { type Flavour, policiesOf } from './cases.ts';

/** A change of a cluster: what a watch or an editor would bring. Objects that it leaves alone keep their identity. */
export interface Edit {
  readonly name: string;
  readonly apply: (objects: readonly Raw[]) => Raw[];
}

const isPolicy = (object: Raw): boolean =>
  !['Pod', 'Namespace', 'Node', 'ServiceAccount'].includes(String(object['kind']));

/** The object at a place, counted around, among those that `which` holds for. */
function replaced(
  objects: readonly Raw[],
  which: (object: Raw) => boolean,
  place: number,
  change: (object: Raw) => Raw[],
): Raw[] {
  const candidates = objects.filter(which);
  const chosen = candidates[place % Math.max(candidates.length, 1)];
  return objects.flatMap((object) => (object === chosen ? change(object) : [object]));
}

const relabelled = (object: Raw, own: Raw): Raw => ({
  ...object,
  metadata: { ...(object['metadata'] as Raw), labels: own },
});

export const edit = (flavour: Flavour): fc.Arbitrary<Edit> =>
  fc.oneof(
    fc.tuple(fc.nat(9), labels('pod')).map(([place, own]) => ({
      name: `pod ${place} gets the labels ${JSON.stringify(own)}`,
      apply: (objects: readonly Raw[]) =>
        replaced(
          objects,
          (object) => object['kind'] === 'Pod',
          place,
          (object) => [relabelled(object, own)],
        ),
    })),
    fc.tuple(fc.nat(9), labels('namespace')).map(([place, own]) => ({
      name: `namespace ${place} gets the labels ${JSON.stringify(own)}`,
      apply: (objects: readonly Raw[]) =>
        replaced(
          objects,
          (object) => object['kind'] === 'Namespace',
          place,
          (object) => [relabelled(object, own)],
        ),
    })),
    fc.nat(9).map((place) => ({
      name: `object ${place} goes away`,
      apply: (objects: readonly Raw[]) =>
        replaced(
          objects,
          () => true,
          place,
          () => [],
        ),
    })),
    fc.nat(9).map((place) => ({
      name: `policy ${place} goes away`,
      apply: (objects: readonly Raw[]) => replaced(objects, isPolicy, place, () => []),
    })),
    policiesOf(flavour).map((policies) => ({
      name: `${policies.length} policies are applied`,
      apply: (objects: readonly Raw[]) => merged(objects, policies),
    })),
    fc.tuple(cluster(), fc.nat(3)).map(([others, count]) => ({
      name: `${count + 1} objects of another cluster are applied`,
      apply: (objects: readonly Raw[]) => merged(objects, others.slice(-count - 1)),
    })),
    // One object alone: a tier's order, a network set's addresses, a pod's node, a rule of a policy.
    fc.tuple(policiesOf(flavour), fc.nat(20)).map(([policies, place]) => ({
      name: `one object is applied`,
      apply: (objects: readonly Raw[]) =>
        merged(objects, policies.slice(place % Math.max(policies.length, 1)).slice(0, 1)),
    })),
    fc.tuple(cluster(), fc.nat(20)).map(([others, place]) => ({
      name: `one object of the cluster is applied`,
      apply: (objects: readonly Raw[]) => merged(objects, others.slice(place % others.length).slice(0, 1)),
    })),
    pick<Edit>({ name: 'nothing changes', apply: (objects: readonly Raw[]) => [...objects] }),
  );

const key = (object: Raw): string => {
  const meta = object['metadata'] as Raw;
  return [String(object['apiVersion']).replace(/\/.*/, ''), object['kind'], meta['namespace'], meta['name']].join('|');
};

/** As `kubectl apply` does it: an object of the same name is replaced. */
function merged(objects: readonly Raw[], applied: readonly Raw[]): Raw[] {
  const fresh = new Map(applied.map((object) => [key(object), object]));
  const kept = objects.map((object) => {
    const replacement = fresh.get(key(object));
    fresh.delete(key(object));
    return replacement ?? object;
  });
  return [...kept, ...fresh.values()];
}
