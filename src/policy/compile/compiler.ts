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
import type { Direction, Incompleteness, PolicyRef, RuleRef } from '../types.ts';

const nobody: never[] = [];

export interface NamedPortMatch {
  readonly name: string;
  /** Absent: whatever protocol the port that bears the name has. */
  readonly protocol: PortProtocol | undefined;
}

/** A peer before it is interned. */
type NewPeer<P = Peer> = P extends Peer ? Omit<P, 'id'> : never;

/** What compiling one policy found out beside its rules. Lists are made when something is put into them: most stay empty. */
export class Notes implements Reads {
  problems: Incompleteness[] = nobody;
  podSelectors: Selector[] = nobody;
  labels: (readonly [string, string | undefined | null])[] = nobody;
  portNames: string[] = nobody;
  addresses: AddressSet[] = nobody;
  serviceAccounts = false;
  nodes = false;
  readonly ref: PolicyRef;
  /** Whether paths are worth writing down: a policy is compiled again with them once something is wrong with it. */
  readonly paths: boolean;

  constructor(ref: PolicyRef, paths = true) {
    this.ref = ref;
    this.paths = paths;
  }

  readonly report: Report = (path, text) => {
    if (this.problems.length === 0) this.problems = [];
    // A hostile document must not fill the memory with complaints.
    if (this.problems.length < 100) this.problems.push({ kind: 'invalid-policy', text, policy: this.ref, path });
  };

  readPods(selector: Selector): void {
    if (this.podSelectors.length === 0) this.podSelectors = [selector];
    else this.podSelectors.push(selector);
  }

  readLabel(key: string, value: string | undefined | null): void {
    if (this.labels.length === 0) this.labels = [];
    this.labels.push([key, value]);
  }

  readPort(name: string): void {
    if (this.portNames.length === 0) this.portNames = [];
    this.portNames.push(name);
  }

  readAddresses(addresses: AddressSet): void {
    if (this.addresses.length === 0) this.addresses = [];
    this.addresses.push(addresses);
  }
}

/** Interns what policies are compiled into, so that what many policies share is computed once. */
export class Compiler {
  readonly sets: PacketSets;
  readonly selectors = new Selectors();
  readonly peers: Peer[] = [];
  readonly #peers = new Map<string, Peer>();
  readonly #ownPods = new Map<string, Map<Selector, Peer>>();
  readonly #single: ({ readonly id: number; readonly list: readonly Peer[] } | undefined)[] = [];
  #listCount = 1;
  readonly #fixed: (PortMatch | undefined)[] = [];
  readonly #named = new Map<string, PortMatch>();
  readonly #peerLists = new Map<string, { readonly id: number; readonly list: readonly Peer[] }>();
  readonly #ports = new Map<string, PortMatch>();
  readonly everyPort: PortMatch;
  readonly noPort: PortMatch;
  #policyCount = 0;
  #portCount = 0;

  constructor(sets: PacketSets) {
    this.sets = sets;
    this.everyPort = this.fixedPorts(everyPacket, '');
    this.noPort = this.fixedPorts(nothing, 'nothing');
  }

  /** How many policies have been compiled, those that have changed since included. */
  get policyCount(): number {
    return this.#policyCount;
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

  get nothingPeer(): Peer {
    return this.peer('nothing', () => ({ kind: 'nothing' }));
  }

  /** Pods of one namespace that a NetworkPolicy's selector selects. */
  ownPodsPeer(namespace: string, pods: Selector): Peer {
    let peers = this.#ownPods.get(namespace);
    if (peers === undefined) this.#ownPods.set(namespace, (peers = new Map()));
    let peer = peers.get(pods);
    if (peer === undefined) {
      peer = this.podsPeer(namespace, this.selectors.everything, pods, true);
      peers.set(pods, peer);
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
    const [first] = peers;
    if (first !== undefined && peers.length === 1)
      return (this.#single[first.id] ??= { id: this.#listCount++, list: peers });
    let key = '';
    for (const peer of peers) key += `${peer.id},`;
    let known = this.#peerLists.get(key);
    if (known === undefined) {
      known = { id: this.#listCount++, list: peers };
      this.#peerLists.set(key, known);
    }
    return known;
  }

  fixedPorts(set: PacketSet, text: string | (() => string), doubt: Tri = 0): PortMatch {
    if (doubt === 0)
      return (this.#fixed[set] ??= {
        id: this.#portCount++,
        fixed: set,
        resolve: () => set,
        byAddress: false,
        doubt,
        text: typeof text === 'string' ? text : text(),
      });
    return this.ports(`f${set}|${doubt}`, () => ({
      fixed: set,
      resolve: () => set,
      byAddress: false,
      doubt,
      text: typeof text === 'string' ? text : text(),
    }));
  }

  ports(key: string, make: () => Omit<PortMatch, 'id'>): PortMatch {
    let match = this.#ports.get(key);
    if (match === undefined) {
      match = { ...make(), id: this.#portCount++ };
      this.#ports.set(key, match);
    }
    return match;
  }

  /** Packets of a set, and those of the destination's container ports that bear one of the names. */
  portsWithNames(set: PacketSet, names: readonly NamedPortMatch[], text: () => string): PortMatch {
    const [first] = names;
    if (first === undefined) return this.fixedPorts(set, text);
    if (names.length === 1 && set === nothing && first.protocol === 'TCP') {
      let match = this.#named.get(first.name);
      if (match === undefined) {
        match = this.#portsWithNames(set, names, text());
        this.#named.set(first.name, match);
      }
      return match;
    }
    return this.#portsWithNames(set, names, text());
  }

  #portsWithNames(set: PacketSet, names: readonly NamedPortMatch[], text: string): PortMatch {
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
      ref: parts.name === undefined ? ruleRef(direction, index) : { direction, index, name: parts.name },
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

const ruleRefs: Readonly<Record<Direction, RuleRef[]>> = { ingress: [], egress: [] };

const ruleRef = (direction: Direction, index: number): RuleRef =>
  index < 1000 ? (ruleRefs[direction][index] ??= { direction, index }) : { direction, index };

export function policyRef(table: KindKey, { kind, meta }: RawObject): PolicyRef {
  const { namespace, name, source } = meta;
  return source === undefined ? { table, kind, namespace, name } : { table, kind, namespace, name, source };
}

const empty: readonly unknown[] = [];

/** The field as a list; absent and null are an empty one, anything else is reported and `undefined`. */
export function listAt(
  parent: JsonObject,
  field: string,
  path: string,
  report: Report,
): readonly unknown[] | undefined {
  const value = parent[field];
  if (value === undefined || value === null) return empty;
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
