import { type Cidr, type IpFamily, parseCidr } from '../model/address.ts';

/**
 * A set of addresses: ascending half-open ranges `[start, end)` for each family. The ends of IPv4 ranges reach 2³².
 */
export interface AddressSet {
  readonly v4: readonly number[];
  readonly v6: readonly bigint[];
}

export const noAddresses: AddressSet = { v4: [], v6: [] };

const v4All = 4294967296;
const v6All = 1n << 128n;

export const containsAddress = (set: AddressSet, family: IpFamily, address: number | bigint): boolean => {
  const bounds: readonly (number | bigint)[] = family === 4 ? set.v4 : set.v6;
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((bounds[middle] as number | bigint) <= address) low = middle + 1;
    else high = middle;
  }
  return (low & 1) === 1;
};

/** Every address of the family is in the set. */
export const coversFamily = (set: AddressSet, family: IpFamily): boolean =>
  family === 4
    ? set.v4.length === 2 && set.v4[0] === 0 && set.v4[1] === v4All
    : set.v6.length === 2 && set.v6[0] === 0n && set.v6[1] === v6All;

export const hasFamily = (set: AddressSet, family: IpFamily): boolean =>
  (family === 4 ? set.v4.length : set.v6.length) > 0;

function unionOf<T extends number | bigint>(ranges: (readonly [T, T])[]): T[] {
  ranges.sort((one, other) => (one[0] < other[0] ? -1 : one[0] > other[0] ? 1 : 0));
  const bounds: T[] = [];
  for (const [start, end] of ranges) {
    const last = bounds.length - 1;
    if (last > 0 && start <= (bounds[last] as T)) {
      if (end > (bounds[last] as T)) bounds[last] = end;
    } else bounds.push(start, end);
  }
  return bounds;
}

function difference<T extends number | bigint>(a: readonly T[], b: readonly T[]): T[] {
  if (b.length === 0) return [...a];
  const result: T[] = [];
  let i = 0;
  let j = 0;
  let inside = false;
  while (i < a.length || j < b.length) {
    const nextA = a[i];
    const nextB = b[j];
    const at = nextB === undefined || (nextA !== undefined && nextA <= nextB) ? (nextA as T) : nextB;
    if (nextA === at) i++;
    if (nextB === at) j++;
    const now = (i & 1) === 1 && (j & 1) === 0;
    if (now !== inside) {
      result.push(at);
      inside = now;
    }
  }
  return result;
}

export function addressesOf(blocks: readonly Cidr[]): AddressSet {
  const v4: [number, number][] = [];
  const v6: [bigint, bigint][] = [];
  for (const block of blocks) {
    if (block.family === 4) v4.push([block.first, block.last + 1]);
    else v6.push([block.first, block.last + 1n]);
  }
  return { v4: unionOf(v4), v6: unionOf(v6) };
}

export const withoutAddresses = (set: AddressSet, other: AddressSet): AddressSet => ({
  v4: difference(set.v4, other.v4),
  v6: difference(set.v6, other.v6),
});

/** A CIDR block; a bare address counts as the block of that address alone, as Calico's network sets have it. */
export function parseNet(text: string): Cidr | undefined {
  return text.includes('/') ? parseCidr(text) : parseCidr(text + (text.includes(':') ? '/128' : '/32'));
}
