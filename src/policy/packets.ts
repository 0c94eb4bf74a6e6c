import type { PortRange, ProtocolPorts } from './types.ts';

/**
 * Sets of packets by what a policy can see of them besides addresses: protocol and destination port, or ICMP type and
 * code. All packets lie on one line, so that a set is a list of bounds: TCP ports, UDP ports, SCTP ports, ICMP
 * (type × 256 + code), ICMPv6, then one place for each other IP protocol.
 */
export type PacketSet = number;

const portCount = 65536;
export const tcpStart = 0;
export const udpStart = portCount;
export const sctpStart = 2 * portCount;
export const icmpStart = 3 * portCount;
export const icmp6Start = 4 * portCount;
export const otherStart = 5 * portCount;
export const packetCount = otherStart + 256;

export const nothing: PacketSet = 0;
export const everyPacket: PacketSet = 1;

type Bounds = readonly number[];

/** Two interned numbers as one; small ones stay within the integers that need no allocation. */
export const pairKey = (one: number, other: number): number =>
  one < 0x8000 && other < 0x8000 ? one * 0x8000 + other : -1 - (one * 0x4000000 + other);

/** Interned sets: equal sets have equal numbers, and what has been computed once is looked up. */
export class PacketSets {
  readonly #sets: Bounds[] = [];
  readonly #byHash = new Map<number, PacketSet[]>();
  readonly #and = new Map<number, PacketSet>();
  readonly #or = new Map<number, PacketSet>();
  readonly #minus = new Map<number, PacketSet>();
  /** TCP, UDP and SCTP, without their port 0, which is on no wire. */
  readonly ports: PacketSet;
  /** Everything else. */
  readonly portless: PacketSet;

  constructor() {
    this.#intern([]);
    this.#intern([0, packetCount]);
    this.ports = this.#intern([1, udpStart, udpStart + 1, sctpStart, sctpStart + 1, icmpStart]);
    this.portless = this.#intern([icmpStart, packetCount]);
  }

  get size(): number {
    return this.#sets.length;
  }

  bounds(set: PacketSet): Bounds {
    return this.#sets[set] ?? [];
  }

  range(start: number, end: number): PacketSet {
    return end <= start ? nothing : this.#intern([start, end]);
  }

  /** The union of half-open ranges `[start, end)` in any order. */
  ofRanges(ranges: readonly (readonly [number, number])[]): PacketSet {
    const [only] = ranges;
    if (only === undefined) return nothing;
    if (ranges.length === 1) return this.range(only[0], only[1]);
    const ascending = ranges.every(
      (range, index) => index === 0 || (ranges[index - 1] as [number, number])[0] <= range[0],
    );
    const sorted = ascending ? ranges : [...ranges].sort((one, other) => one[0] - other[0]);
    const bounds: number[] = [];
    for (const [start, end] of sorted) {
      if (end <= start) continue;
      const last = bounds.length - 1;
      if (last > 0 && start <= (bounds[last] as number)) {
        if (end > (bounds[last] as number)) bounds[last] = end;
      } else bounds.push(start, end);
    }
    return this.#intern(bounds);
  }

  and(one: PacketSet, other: PacketSet): PacketSet {
    if (one === other || other === everyPacket) return one;
    if (one === everyPacket) return other;
    if (one === nothing || other === nothing) return nothing;
    const key = one < other ? pairKey(one, other) : pairKey(other, one);
    let result = this.#and.get(key);
    if (result === undefined) {
      result = this.#combine(one, other, 3);
      this.#and.set(key, result);
    }
    return result;
  }

  or(one: PacketSet, other: PacketSet): PacketSet {
    if (one === other || other === nothing) return one;
    if (one === nothing) return other;
    if (one === everyPacket || other === everyPacket) return everyPacket;
    const key = one < other ? pairKey(one, other) : pairKey(other, one);
    let result = this.#or.get(key);
    if (result === undefined) {
      result = this.#combine(one, other, 1);
      this.#or.set(key, result);
    }
    return result;
  }

  minus(one: PacketSet, other: PacketSet): PacketSet {
    if (other === nothing) return one;
    if (one === other || one === nothing || other === everyPacket) return nothing;
    const key = pairKey(one, other);
    let result = this.#minus.get(key);
    if (result === undefined) {
      result = this.#combine(one, other, 2);
      this.#minus.set(key, result);
    }
    return result;
  }

  /** The union of many sets at once, so that no set in between is built. */
  union(sets: readonly PacketSet[]): PacketSet {
    if (sets.length < 8) return sets.reduce((all, set) => this.or(all, set), nothing);
    const distinct = new Set(sets);
    if (distinct.has(everyPacket)) return everyPacket;
    const ranges: [number, number][] = [];
    for (const set of distinct) {
      const bounds = this.bounds(set);
      for (let index = 0; index < bounds.length; index += 2)
        ranges.push([bounds[index] as number, bounds[index + 1] as number]);
    }
    return this.ofRanges(ranges);
  }

  contains(set: PacketSet, packet: number): boolean {
    if (set <= 1) return set === everyPacket;
    const bounds = this.bounds(set);
    let low = 0;
    let high = bounds.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((bounds[middle] as number) <= packet) low = middle + 1;
      else high = middle;
    }
    return (low & 1) === 1;
  }

  /** One sweep over both lists of bounds. `mode`: 1 union, 2 difference, 3 intersection. */
  #combine(one: PacketSet, other: PacketSet, mode: 1 | 2 | 3): PacketSet {
    const a = this.bounds(one);
    const b = this.bounds(other);
    const result: number[] = [];
    let i = 0;
    let j = 0;
    let inside = false;
    while (i < a.length || j < b.length) {
      const at = Math.min(a[i] ?? Infinity, b[j] ?? Infinity);
      if (a[i] === at) i++;
      if (b[j] === at) j++;
      const inA = (i & 1) === 1;
      const inB = (j & 1) === 1;
      const now = mode === 1 ? inA || inB : mode === 2 ? inA && !inB : inA && inB;
      if (now !== inside) {
        result.push(at);
        inside = now;
      }
    }
    return this.#intern(result);
  }

  #intern(bounds: Bounds): PacketSet {
    let hash = bounds.length;
    for (const bound of bounds) hash = (Math.imul(hash, 0x01000193) ^ bound) | 0;
    const bucket = this.#byHash.get(hash);
    if (bucket !== undefined) {
      for (const candidate of bucket) if (sameBounds(this.bounds(candidate), bounds)) return candidate;
    }
    const set = this.#sets.push(bounds) - 1;
    if (bucket === undefined) this.#byHash.set(hash, [set]);
    else bucket.push(set);
    return set;
  }
}

const sameBounds = (one: Bounds, other: Bounds): boolean => {
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index++) if (one[index] !== other[index]) return false;
  return true;
};

const starts = { SCTP: sctpStart, TCP: tcpStart, UDP: udpStart } as const;
export type PortProtocol = keyof typeof starts;
export const portProtocols: readonly PortProtocol[] = ['SCTP', 'TCP', 'UDP'];

export const isPortProtocol = (text: string): text is PortProtocol => Object.hasOwn(starts, text);

/** Where a protocol's ports begin on the line of packets. */
export const startOf = (protocol: PortProtocol): number => starts[protocol];

const numbers: Readonly<Record<number, [number, number]>> = {
  1: [icmpStart, icmp6Start],
  6: [tcpStart, udpStart],
  17: [udpStart, sctpStart],
  58: [icmp6Start, otherStart],
  132: [sctpStart, icmpStart],
};

/** The half-open range of an IP protocol number's packets. */
export const rangeOfProtocol = (protocol: number): readonly [number, number] =>
  numbers[protocol] ?? [otherStart + protocol, otherStart + protocol + 1];

/** The ports of a set by protocol, in alphabetical order; port 0 is on no wire and left out. */
export function portsOf(sets: PacketSets, set: PacketSet): readonly ProtocolPorts[] {
  const list: ProtocolPorts[] = [];
  const bounds = sets.bounds(set);
  for (const protocol of portProtocols) {
    const start = starts[protocol];
    const ranges: PortRange[] = [];
    for (let index = 0; index < bounds.length; index += 2) {
      const first = Math.max((bounds[index] as number) - start, 1);
      const last = Math.min((bounds[index + 1] as number) - start, portCount) - 1;
      if (first <= last) ranges.push({ first, last });
    }
    if (ranges.length > 0) list.push({ protocol, ranges });
  }
  return list;
}
