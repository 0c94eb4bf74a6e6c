import { isObject, type JsonObject } from '../../model/json.ts';
import type { Compiler, NamedPortMatch, Notes } from '../compile/compiler.ts';
import { listAt, present, show } from '../compile/compiler.ts';
import {
  everyPacket,
  icmp6Start,
  icmpStart,
  isPortProtocol,
  nothing,
  otherStart,
  type PacketSet,
  type PortProtocol,
  rangeOfProtocol,
  startOf,
} from '../packets.ts';
import type { PortMatch } from '../rules.ts';
import { and, because, no, not, type Tri, yes } from '../tri.ts';
import type { Actor } from '../actor.ts';

const protocolNumbers: Readonly<Record<string, number>> = {
  icmp: 1,
  tcp: 6,
  udp: 17,
  icmpv6: 58,
  sctp: 132,
  udplite: 136,
};
const portProtocolOf: Readonly<Record<number, PortProtocol>> = { 6: 'TCP', 17: 'UDP', 132: 'SCTP' };

/** A protocol by name or number as an IP protocol number. */
function readProtocol(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isInteger(value) && value >= 1 && value <= 255 ? value : undefined;
  if (typeof value !== 'string') return undefined;
  if (/^\d{1,3}$/.test(value)) return readProtocol(Number(value));
  const name = value.toLowerCase();
  return Object.hasOwn(protocolNumbers, name) ? protocolNumbers[name] : undefined;
}

interface PortList {
  readonly ranges: readonly (readonly [number, number])[];
  readonly names: readonly string[];
}

/** Numbers, `"80:90"` ranges and names. */
function readPorts(entity: JsonObject, field: string, path: string, notes: Notes): PortList | undefined {
  const listed = listAt(entity, field, path, notes.report);
  if (listed === undefined) return undefined;
  const ranges: [number, number][] = [];
  const names: string[] = [];
  for (let index = 0; index < listed.length; index++) {
    const value = listed[index];
    const range = typeof value === 'string' ? /^(\d+):(\d+)$/.exec(value) : null;
    const [first, last] =
      range !== null
        ? [Number(range[1]), Number(range[2])]
        : typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value))
          ? [Number(value), Number(value)]
          : [undefined, undefined];
    if (first === undefined || last === undefined) {
      if (typeof value !== 'string' || value === '') {
        notes.report(`${path}.${field}[${index}]`, 'a port is a number, a range such as "80:90" or a name');
        return undefined;
      }
      names.push(value);
    } else if (!Number.isInteger(first) || first < 0 || last > 65535 || last < first) {
      notes.report(`${path}.${field}[${index}]`, 'a port range lies within 0 to 65535');
      return undefined;
    } else ranges.push([first, last + 1]);
  }
  return { ranges, names };
}

const coversAll = ({ ranges }: PortList): boolean => ranges.some(([first, end]) => first <= 1 && end > 65535);

const sourcePorts = because('unknown-source-port');

/**
 * Which packets a Calico rule is about: protocol, ICMP type, destination ports and their negations, all of which must
 * hold. `undefined` where a part is not understood.
 */
export function compileCalicoPackets(
  rule: JsonObject,
  path: string,
  compiler: Compiler,
  notes: Notes,
): PortMatch | undefined {
  const { sets } = compiler;
  let set: PacketSet = everyPacket;
  let ports: PortProtocol | undefined;
  const texts: string[] = [];
  if (present(rule, 'protocol')) {
    const protocol = readProtocol(rule['protocol']);
    if (protocol === undefined)
      return refuse(notes, `${path}.protocol`, 'the protocol is a name or a number from 1 to 255');
    set = sets.range(...rangeOfProtocol(protocol));
    ports = portProtocolOf[protocol];
    texts.push(show(rule['protocol']));
  }
  if (present(rule, 'notProtocol')) {
    const protocol = readProtocol(rule['notProtocol']);
    if (protocol === undefined)
      return refuse(notes, `${path}.notProtocol`, 'the protocol is a name or a number from 1 to 255');
    set = sets.minus(set, sets.range(...rangeOfProtocol(protocol)));
    texts.push(`not ${show(rule['notProtocol'])}`);
  }
  for (const field of ['icmp', 'notICMP'] as const) {
    if (!present(rule, field)) continue;
    const types = readIcmp(rule[field], compiler);
    if (types === undefined) return refuse(notes, `${path}.${field}`, 'type and code are numbers from 0 to 255');
    set = field === 'icmp' ? sets.and(set, types) : sets.minus(set, types);
    texts.push(`${field === 'icmp' ? '' : 'not '}ICMP ${icmpText(rule[field])}`);
  }
  const destination = entityAt(rule, 'destination');
  const wanted = readPorts(destination, 'ports', `${path}.destination`, notes);
  const unwanted = readPorts(destination, 'notPorts', `${path}.destination`, notes);
  if (wanted === undefined || unwanted === undefined) return undefined;
  const empty = (list: PortList): boolean => list.ranges.length === 0 && list.names.length === 0;
  if (empty(wanted) && empty(unwanted)) return compiler.fixedPorts(set, texts.join(' '));
  if (ports === undefined || !isPortProtocol(ports))
    return refuse(notes, `${path}.destination.ports`, 'ports need the protocol TCP, UDP or SCTP');
  const protocol = ports;
  const start = startOf(protocol);
  const rangesOf = ({ ranges }: PortList): PacketSet =>
    sets.ofRanges(ranges.map(([first, end]): [number, number] => [start + first, start + end]));
  const words = [
    ...listedText(destination, 'ports'),
    ...listedText(destination, 'notPorts').map((text) => `not ${text}`),
  ];
  const text = [...texts, words.join(', ')].join(' ');
  let fixed = set;
  if (!empty(wanted)) fixed = sets.and(set, rangesOf(wanted));
  const out = rangesOf(unwanted);
  if (wanted.names.length === 0 && unwanted.names.length === 0)
    return compiler.fixedPorts(sets.minus(fixed, out), text);
  for (const name of [...wanted.names, ...unwanted.names]) notes.readPort(name);
  const named = (names: readonly string[]): { readonly name: string; readonly protocol: PortProtocol }[] =>
    names.map((name) => ({ name, protocol }));
  const key = `c${set}|${fixed}|${out}|${protocol}|${wanted.names.join(',')}|${unwanted.names.join(',')}`;
  return compiler.ports(key, () => ({
    fixed: undefined,
    resolve: (actor) => {
      const found = portsOfEndpoint(actor, named(wanted.names), compiler);
      const lost = portsOfEndpoint(actor, named(unwanted.names), compiler);
      return sets.minus(sets.minus(sets.or(fixed, sets.and(set, found)), out), lost);
    },
    byAddress: false,
    doubt: 0,
    text,
  }));
}

/**
 * What a rule says about source ports, which nobody asks for: numbers match perhaps. A name can only match a pod that has a
 * port of that name. `undefined` where the rule says nothing about them, `'not-understood'` where it cannot be read.
 */
export function compileSourcePorts(
  rule: JsonObject,
  path: string,
  compiler: Compiler,
  notes: Notes,
): { readonly key: string; readonly match: (source: Actor) => Tri } | 'not-understood' | undefined {
  const sender = entityAt(rule, 'source');
  const conditions: ((source: Actor) => Tri)[] = [];
  let key = '';
  for (const field of ['ports', 'notPorts'] as const) {
    const list = readPorts(sender, field, `${path}.source`, notes);
    if (list === undefined) return 'not-understood';
    const { ranges, names } = list;
    if (ranges.length === 0 && names.length === 0) continue;
    const number = present(rule, 'protocol') ? readProtocol(rule['protocol']) : undefined;
    const protocol = number === undefined ? undefined : portProtocolOf[number];
    if (protocol === undefined) {
      notes.report(`${path}.source.${field}`, 'ports need the protocol TCP, UDP or SCTP');
      return 'not-understood';
    }
    if (coversAll(list)) {
      if (field === 'notPorts') conditions.push(() => no);
      key += `${field}:all`;
      continue;
    }
    names.forEach((name) => {
      notes.readPort(name);
    });
    key += `${field}:${protocol}:${ranges.length}:${names.join(',')}|`;
    const perhaps = (actor: Actor): Tri =>
      ranges.length > 0 ||
      portsOfEndpoint(
        actor,
        names.map((name) => ({ name, protocol })),
        compiler,
      ) !== nothing
        ? sourcePorts
        : no;
    conditions.push(field === 'ports' ? perhaps : (actor) => not(perhaps(actor)));
  }
  if (conditions.length === 0) return undefined;
  const match = (source: Actor): Tri =>
    conditions.reduce<Tri>((result, condition) => and(result, condition(source)), yes);
  return { key, match };
}

/** Calico knows named ports of its workload endpoints alone: a pod on the host's network is none. */
const portsOfEndpoint = (actor: Actor, names: readonly NamedPortMatch[], compiler: Compiler): PacketSet =>
  names.length === 0 || actor.kind !== 'pod' ? nothing : compiler.namedPorts(actor, names);

const entityAt = (rule: JsonObject, field: string): JsonObject => {
  const value = rule[field];
  return isObject(value) ? value : {};
};

const listedText = (entity: JsonObject, field: string): readonly string[] => {
  const value = entity[field];
  return Array.isArray(value) ? value.map(show) : [];
};

function refuse(notes: Notes, path: string, text: string): undefined {
  notes.report(path, text);
  return undefined;
}

const icmpText = (value: unknown): string =>
  isObject(value) ? `type ${show(value['type'])}${present(value, 'code') ? ` code ${show(value['code'])}` : ''}` : '';

/** ICMP of both families by type, and by code where it is given. */
function readIcmp(value: unknown, { sets }: Compiler): PacketSet | undefined {
  if (!isObject(value)) return undefined;
  const inByte = (field: string): number | undefined => {
    const number = value[field];
    return typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= 255 ? number : undefined;
  };
  const type = inByte('type');
  const code = inByte('code');
  if ((present(value, 'type') && type === undefined) || (present(value, 'code') && code === undefined))
    return undefined;
  if (type === undefined) return code === undefined ? sets.range(icmpStart, otherStart) : undefined;
  const ranges = [icmpStart, icmp6Start].map((start): [number, number] => {
    const first = start + type * 256 + (code ?? 0);
    return [first, code === undefined ? first + 256 : first + 1];
  });
  return sets.ofRanges(ranges);
}
