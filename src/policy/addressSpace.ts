import type { IpFamily } from '../model/address.ts';
import type { AddressSet } from './addressSet.ts';

/** Neighbouring addresses that the same sets contain. */
export interface AddressRange<T extends number | bigint> {
  readonly first: T;
  readonly last: T;
  /** Ranges with the same region are in the same sets. */
  readonly region: number;
}

class FamilySpace<T extends number | bigint> {
  readonly ranges: readonly AddressRange<T>[];
  /** One address of each region. */
  readonly samples: readonly T[];
  readonly #starts: readonly T[];

  constructor(sets: readonly (readonly T[])[], zero: T, end: T, previous: (bound: T) => T) {
    // A sweep over all bounds. Two ranges are in the same sets where the exclusive or of the sets' marks is the same.
    const marks: [number, number][] = sets.map((_, index) => markOf(index));
    const toggles = new Map<T, [number, number]>([[zero, [0, 0]]]);
    sets.forEach((bounds, index) => {
      const mark = marks[index] as [number, number];
      for (const bound of bounds) {
        const toggle = toggles.get(bound);
        if (toggle === undefined) toggles.set(bound, [mark[0], mark[1]]);
        else {
          toggle[0] ^= mark[0];
          toggle[1] ^= mark[1];
        }
      }
    });
    const starts = [...toggles.keys()].filter((bound) => bound < end).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    const regions = new Map<string, number>();
    const ranges: AddressRange<T>[] = [];
    const samples: T[] = [];
    let high = 0;
    let low = 0;
    starts.forEach((first, index) => {
      const toggle = toggles.get(first) as [number, number];
      high ^= toggle[0];
      low ^= toggle[1];
      const key = `${high},${low}`;
      let region = regions.get(key);
      if (region === undefined) {
        region = regions.size;
        regions.set(key, region);
        samples.push(first);
      }
      const last = previous(starts[index + 1] ?? end);
      const before = ranges.at(-1);
      if (before?.region === region) ranges[ranges.length - 1] = { first: before.first, last, region };
      else ranges.push({ first, last, region });
    });
    this.ranges = ranges;
    this.samples = samples;
    this.#starts = ranges.map((range) => range.first);
  }

  regionOf(address: T): number {
    return this.ranges[this.#rangeAt(address)]?.region ?? 0;
  }

  /** The regions that lie within half-open bounds; the space must have been cut there. Ascending. */
  regionsWithin(bounds: readonly T[]): number[] {
    const found = new Set<number>();
    for (let index = 0; index < bounds.length; index += 2) {
      const end = bounds[index + 1] as T;
      for (let at = this.#rangeAt(bounds[index] as T); at < this.ranges.length; at++) {
        const range = this.ranges[at] as AddressRange<T>;
        if (range.first >= end) break;
        found.add(range.region);
      }
    }
    return [...found].sort((a, b) => a - b);
  }

  #rangeAt(address: T): number {
    const starts = this.#starts;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((starts[middle] as T) <= address) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Two 32-bit numbers that look random and are the same in every run. */
function markOf(index: number): [number, number] {
  const mix = (seed: number): number => {
    let value = Math.imul(seed ^ (seed >>> 16), 0x21f0aaad);
    value = Math.imul(value ^ (value >>> 15), 0x735a2d97);
    return (value ^ (value >>> 15)) | 0;
  };
  return [mix(index * 2 + 0x9e3779b9), mix(index * 2 + 1 + 0x3c6ef372)];
}

/** All addresses, cut where a policy's blocks begin and end. */
export class AddressSpace {
  readonly v4: FamilySpace<number>;
  readonly v6: FamilySpace<bigint>;
  /** Whether any block tells addresses of the family apart. */
  readonly cuts4: boolean;
  readonly cuts6: boolean;
  readonly mentions6: boolean;

  constructor(sets: readonly AddressSet[]) {
    this.v4 = new FamilySpace(
      sets.map((set) => set.v4).filter((bounds) => bounds.length > 0),
      0,
      4294967296,
      (bound) => bound - 1,
    );
    this.v6 = new FamilySpace(
      sets.map((set) => set.v6).filter((bounds) => bounds.length > 0),
      0n,
      1n << 128n,
      (bound) => bound - 1n,
    );
    this.cuts4 = this.v4.samples.length > 1;
    this.cuts6 = this.v6.samples.length > 1;
    this.mentions6 = sets.some((set) => set.v6.length > 0);
  }

  regionCount(family: IpFamily): number {
    return family === 4 ? this.v4.samples.length : this.v6.samples.length;
  }
}
