import { isObject, type JsonObject } from '../../model/json.ts';
import { type Cidr, type IpFamily, parseCidr } from '../../model/address.ts';
import type { KindKey } from '../../model/kinds.ts';
import type { RawObject } from '../../model/objects.ts';
import type { Actor } from '../actor.ts';
import type { AddressSet } from '../addressSet.ts';
import { everyPacket, nothing, type PacketSet, type PacketSets, type PortProtocol, startOf } from '../packets.ts';
import type { Peer, PortMatch, Reads, Rule } from '../rules.ts';
import { type Report, type Selector, Selectors } from '../selectors.ts';
import type { Tri } from '../tri.ts';
import type { Direction, Incompleteness, PolicyRef } from '../types.ts';

export interface NamedPortMatch {
  readonly name: string;
  /** Absent: whatever protocol the port that bears the name has. */
  readonly protocol: PortProtocol | undefined;
}

/** A peer before it is interned. */
type NewPeer<P = Peer> = P extends Peer ? Omit<P, 'id'> : never;

/** What compiling one policy found out beside its rules. */
export class Notes {
  readonly problems: Incompleteness[] = [];
  readonly podSelectors: Selector[] = [];
  readonly labels: (readonly [string, string | undefined | null])[] = [];
  readonly portNames: string[] = [];
  readonly addresses: AddressSet[] = [];
  serviceAccounts = false;
  nodes = false;
  readonly ref: PolicyRef;

  constructor(ref: PolicyRef) {
    this.ref = ref;
  }

  readonly report: Report = (path, text) => {
    // A hostile document must not fill the memory with complaints.
    if (this.problems.length < 100) this.problems.push({ kind: 'invalid-policy', text, policy: this.ref, path });
  };

  get reads(): Reads {
    const { podSelectors, labels, portNames, addresses, serviceAccounts, nodes } = this;
    return { podSelectors, labels, portNames, addresses, serviceAccounts, nodes };
  }
}

/** Interns what policies are compiled into, so that what many policies share is computed once. */
export class Compiler {
  readonly sets: PacketSets;
  readonly selectors = new Selectors();
  readonly peers: Peer[] = [];
  readonly #peers = new Map<string, Peer>();
  readonly #peerLists = new Map<string, { readonly id: number; readonly list: readonly Peer[] }>();
  readonly #ports = new Map<string, PortMatch>();
  readonly everyPort: PortMatch;
  readonly noPort: PortMatch;
  #policyCount = 0;

  constructor(sets: PacketSets) {
    this.sets = sets;
    this.everyPort = this.fixedPorts(everyPacket, '');
    this.noPort = this.fixedPorts(nothing, 'nothing');
  }

  nextPolicyId(): number {
    return this.#policyCount++;
  }

  peer(key: string, make: () => NewPeer): Peer {
    let peer = this.#peers.get(key);
    if (peer === undefined) {
      peer = { ...make(), id: this.peers.length } as Peer;
      this.peers.push(peer);
      this.#peers.set(key, peer);
    }
    return peer;
  }

  podsPeer(namespace: string | undefined, namespaces: Selector, pods: Selector, mayMatchHosts: boolean): Peer {
    const key = `p${mayMatchHosts ? 1 : 0}|${namespace ?? ''}|${namespace === undefined ? namespaces.id : ''}|${pods.id}`;
    return this.peer(key, () => ({ kind: 'pods', namespace, namespaces, pods, mayMatchHosts }));
  }

  blockPeer(addresses: AddressSet, matchesPods: boolean, text: string): Peer {
    return this.peer(`b${matchesPods ? 1 : 0}|${text}`, () => ({ kind: 'block', addresses, matchesPods, text }));
  }

  /** Interns a list of alternatives. `undefined` stands for everything. */
  peerList(peers: readonly Peer[] | undefined): { readonly id: number; readonly list: readonly Peer[] | undefined } {
    if (peers === undefined) return everything;
    let key = '';
    for (const peer of peers) key += `${peer.id},`;
    let known = this.#peerLists.get(key);
    if (known === undefined) {
      known = { id: this.#peerLists.size + 1, list: peers };
      this.#peerLists.set(key, known);
    }
    return known;
  }

  fixedPorts(set: PacketSet, text: string, doubt: Tri = 0): PortMatch {
    return this.ports(`f${set}|${doubt}`, () => ({ fixed: set, resolve: () => set, byAddress: false, doubt, text }));
  }

  ports(key: string, make: () => Omit<PortMatch, 'id'>): PortMatch {
    let match = this.#ports.get(key);
    if (match === undefined) {
      match = { ...make(), id: this.#ports.size };
      this.#ports.set(key, match);
    }
    return match;
  }

  /** Packets of a set, and those of the destination's container ports that bear one of the names. */
  portsWithNames(set: PacketSet, names: readonly NamedPortMatch[], text: string): PortMatch {
    if (names.length === 0) return this.fixedPorts(set, text);
    const key = `n${set}|${names.map(({ name, protocol }) => `${protocol ?? ''}/${name}`).join(',')}`;
    return this.ports(key, () => ({
      fixed: undefined,
      resolve: (destination) => this.sets.or(set, this.namedPorts(destination, names)),
      byAddress: false,
      doubt: 0,
      text,
    }));
  }

  namedPorts(destination: Actor, names: readonly NamedPortMatch[]): PacketSet {
    const { ports } = destination;
    if (ports.length === 0) return nothing;
    const found: (readonly [number, number])[] = [];
    for (const { name, protocol } of names) {
      for (const port of ports) {
        if (port.name !== name || (protocol !== undefined && port.protocol !== protocol)) continue;
        const at = startOf(port.protocol) + port.port;
        found.push([at, at + 1]);
      }
    }
    return this.sets.ofRanges(found);
  }

  rule(
    direction: Direction,
    index: number,
    parts: {
      readonly name?: string | undefined;
      readonly action: Rule['action'];
      readonly peers: readonly Peer[] | undefined;
      readonly ports: PortMatch;
      readonly own?: Peer | undefined;
      readonly family?: IpFamily | undefined;
      readonly doubt?: Tri;
    },
  ): Rule {
    const peers = this.peerList(parts.peers);
    return {
      ref: parts.name === undefined ? { direction, index } : { direction, index, name: parts.name },
      action: parts.action,
      peers: peers.list,
      peersId: peers.id,
      own: parts.own,
      ports: parts.ports,
      family: parts.family,
      doubt: parts.doubt ?? 0,
    };
  }
}

const everything = { id: 0, list: undefined };

export const policyRef = (table: KindKey, object: RawObject): PolicyRef => {
  const { namespace, name, source } = object.meta;
  const ref = { table, kind: object.kind, namespace, name };
  return source === undefined ? ref : { ...ref, source };
};

/** The field as a list; absent and null are an empty one, anything else is reported and `undefined`. */
export function listAt(
  parent: JsonObject,
  field: string,
  path: string,
  report: Report,
): readonly unknown[] | undefined {
  const value = parent[field];
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  report(`${path}.${field}`, `${field} is a list`);
  return undefined;
}

/** An untrusted value in words. A plain `String()` would run code of its own where the value has some, and may throw. */
export const show = (value: unknown): string => {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'boolean':
      return String(value);
    case 'undefined':
      return 'nothing';
    default:
      return value === null ? 'null' : Array.isArray(value) ? 'a list' : 'an object';
  }
};

export const present = (parent: JsonObject, field: string): boolean =>
  parent[field] !== undefined && parent[field] !== null;

export const isPort = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65535;

/** The fields of an object that are neither absent nor null. */
export const fieldsOf = (value: unknown): readonly string[] =>
  isObject(value) ? Object.keys(value).filter((field) => present(value, field)) : [];

export const readCidr = (value: unknown): Cidr | undefined =>
  typeof value === 'string' ? parseCidr(value) : undefined;
