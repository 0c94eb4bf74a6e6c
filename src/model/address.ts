/** IP addresses and CIDR blocks as numbers. IPv4 addresses are unsigned 32-bit numbers, IPv6 addresses are bigints. */

export type IpFamily = 4 | 6;

export type IpAddress = { readonly family: 4; readonly value: number } | { readonly family: 6; readonly value: bigint };

export function parseIpv4(text: string): number | undefined {
  let value = 0;
  let octet = -1;
  let dots = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 46) {
      if (octet < 0 || ++dots > 3) return undefined;
      value = value * 256 + octet;
      octet = -1;
    } else if (code >= 48 && code <= 57) {
      if (octet === 0) return undefined;
      octet = octet < 0 ? code - 48 : octet * 10 + code - 48;
      if (octet > 255) return undefined;
    } else return undefined;
  }
  return dots === 3 && octet >= 0 ? value * 256 + octet : undefined;
}

export function parseIpv6(text: string): bigint | undefined {
  let body = text;
  let tail: number[] = [];
  const lastColon = text.lastIndexOf(':');
  if (lastColon < 0) return undefined;
  if (text.includes('.', lastColon)) {
    const embedded = parseIpv4(text.slice(lastColon + 1));
    if (embedded === undefined) return undefined;
    tail = [Math.floor(embedded / 65536), embedded % 65536];
    body = text.slice(0, lastColon);
    if (body.endsWith(':')) body += ':';
  }
  const halves = body.split('::');
  if (halves.length > 2) return undefined;
  const groups = (half: string): number[] | undefined => {
    if (half === '') return [];
    const list: number[] = [];
    for (const group of half.split(':')) {
      if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return undefined;
      list.push(Number.parseInt(group, 16));
    }
    return list;
  };
  const head = groups(halves[0] ?? '');
  const rest = halves.length === 2 ? groups(halves[1] ?? '') : [];
  if (head === undefined || rest === undefined) return undefined;
  const missing = 8 - head.length - rest.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  let value = 0n;
  for (const group of [...head, ...Array<number>(missing).fill(0), ...rest, ...tail])
    value = (value << 16n) | BigInt(group);
  return value;
}

export function parseIp(text: string): IpAddress | undefined {
  const v4 = parseIpv4(text);
  if (v4 !== undefined) return { family: 4, value: v4 };
  const v6 = parseIpv6(text);
  return v6 === undefined ? undefined : { family: 6, value: v6 };
}

export type Cidr =
  | {
      readonly family: 4;
      readonly prefix: number;
      readonly first: number;
      readonly last: number;
      readonly canonical: boolean;
    }
  | {
      readonly family: 6;
      readonly prefix: number;
      readonly first: bigint;
      readonly last: bigint;
      readonly canonical: boolean;
    };

/** `canonical` is false where host bits were set; they are masked away. */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return undefined;
  const length = text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(length) || (length.length > 1 && length.startsWith('0'))) return undefined;
  const prefix = Number(length);
  const ip = parseIp(text.slice(0, slash));
  if (ip === undefined) return undefined;
  if (ip.family === 4) {
    if (prefix > 32) return undefined;
    const size = 2 ** (32 - prefix);
    const first = Math.floor(ip.value / size) * size;
    return { family: 4, prefix, first, last: first + size - 1, canonical: first === ip.value };
  }
  if (prefix > 128) return undefined;
  const size = 1n << BigInt(128 - prefix);
  const first = (ip.value / size) * size;
  return { family: 6, prefix, first, last: first + size - 1n, canonical: first === ip.value };
}

export const formatIpv4 = (value: number): string =>
  `${Math.floor(value / 16777216)}.${Math.floor(value / 65536) % 256}.${Math.floor(value / 256) % 256}.${value % 256}`;

/** RFC 5952: lower case, the longest run of zero groups folded, no run of one. */
export function formatIpv6(value: bigint): string {
  const groups: number[] = [];
  for (let shift = 112n; shift >= 0n; shift -= 16n) groups.push(Number((value >> shift) & 0xffffn));
  let best = -1;
  let bestLength = 1;
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length++;
    if (length > bestLength) [best, bestLength] = [start, length];
    if (length > 0) start += length;
  }
  const text = (list: number[]): string => list.map((group) => group.toString(16)).join(':');
  return best < 0 ? text(groups) : `${text(groups.slice(0, best))}::${text(groups.slice(best + bestLength))}`;
}

export const formatIp = (ip: IpAddress): string => (ip.family === 4 ? formatIpv4(ip.value) : formatIpv6(ip.value));

export const cidrContains = (cidr: Cidr, ip: IpAddress): boolean =>
  cidr.family === ip.family && ip.value >= cidr.first && ip.value <= cidr.last;

export const cidrsOverlap = (one: Cidr, other: Cidr): boolean =>
  one.family === other.family && one.first <= other.last && other.first <= one.last;
