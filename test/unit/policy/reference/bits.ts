import { isIPv4, isIPv6 } from 'node:net';

export type Family = 4 | 6;

/** An address as the text of its 32 or 128 bits: a block contains it when it starts with the block's bits. */
export function bitsOf(ip: string): string | undefined {
  if (isIPv4(ip))
    return ip
      .split('.')
      .map((octet) => Number(octet).toString(2).padStart(8, '0'))
      .join('');
  if (!isIPv6(ip) || ip.includes('%')) return undefined;
  let text = ip;
  const dotted = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(ip);
  if (dotted !== null) {
    const [whole, a, b, c, d] = dotted.map(String);
    const pair = (high: unknown, low: unknown): string => (Number(high) * 256 + Number(low)).toString(16);
    text = ip.slice(0, -(whole ?? '').length) + `${pair(a, b)}:${pair(c, d)}`;
  }
  const [head = '', tail] = text.split('::');
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  const middle = Array<string>(8 - left.length - right.length).fill('0');
  return [...left, ...middle, ...right].map((group) => parseInt(group, 16).toString(2).padStart(16, '0')).join('');
}

export const familyOf = (ip: string): Family | undefined => (isIPv4(ip) ? 4 : isIPv6(ip) ? 6 : undefined);

export interface Block {
  readonly family: Family;
  /** The bits that every address of the block starts with. */
  readonly prefix: string;
}

export function blockOf(cidr: string): Block | undefined {
  const [ip = '', length = '', ...more] = cidr.split('/');
  const bits = bitsOf(ip);
  const family = familyOf(ip);
  if (bits === undefined || family === undefined || more.length > 0) return undefined;
  if (!/^(0|[1-9][0-9]{0,2})$/.test(length) || Number(length) > bits.length) return undefined;
  return { family, prefix: bits.slice(0, Number(length)) };
}

export const contains = (block: Block, ip: string): boolean =>
  familyOf(ip) === block.family && (bitsOf(ip) ?? '').startsWith(block.prefix);
