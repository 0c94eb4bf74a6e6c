import type { Basis } from './types.ts';

/**
 * Three-valued truth with reasons: `no`, `yes`, or a set of bits that say why it cannot be known. The lowest bit is
 * `yes`, so that `and` and `or` are a few instructions.
 */
export type Tri = number;

export const no: Tri = 0;
export const yes: Tri = 1;

const bases: readonly (readonly [Basis, string])[] = [
  ['unknown-address', 'the address of a pod is not known'],
  ['unknown-namespace', 'the labels of a namespace are not known'],
  ['unknown-policies', 'policies could not be read'],
  ['unknown-domain', 'a rule names domains, whose addresses are not known'],
  ['unknown-http', 'a rule matches HTTP requests'],
  ['unknown-host-endpoint', 'a Calico host endpoint guards the node'],
  ['unknown-reference', 'something that a policy refers to is not known'],
  ['unknown-service-account', 'the labels of a service account are not known'],
  ['unknown-source-port', 'a rule matches source ports'],
  ['undefined-host-network', 'how pods on the host network are matched is left to the plugin'],
  ['undefined-protocol', 'NetworkPolicy does not say what happens to this protocol'],
  ['undefined-order', 'policies of equal priority disagree'],
];

/** The bit of a reason: a `Tri` that is neither yes nor no. */
export function because(basis: Basis): Tri {
  const index = bases.findIndex(([name]) => name === basis);
  if (index < 0) throw new RangeError(`${basis} is not a reason for being unknown`);
  return 2 << index;
}

/** The reasons in a set of bits, the most telling first. */
export function reasonsOf(mask: Tri): readonly { readonly basis: Basis; readonly text: string }[] {
  const list: { basis: Basis; text: string }[] = [];
  bases.forEach(([basis, text], index) => {
    if ((mask & (2 << index)) !== 0) list.push({ basis, text });
  });
  return list;
}

export const and = (one: Tri, other: Tri): Tri => {
  if (one === 0 || other === 0) return 0;
  if (one === 1) return other;
  return other === 1 ? one : one | other;
};

export const or = (one: Tri, other: Tri): Tri => (one === 1 || other === 1 ? 1 : one | other);

export const not = (value: Tri): Tri => (value === 0 ? 1 : value === 1 ? 0 : value);

export const fromBoolean = (value: boolean): Tri => (value ? 1 : 0);
