import type { IpFamily } from '../model/address.ts';
import { parseIp } from '../model/address.ts';
import type {
  Connections,
  Connectivity,
  ConnectivityChange,
  ConnectivityDiff,
  ConnectivityNode,
  ConnectivityPair,
  PolicyEngine,
  RunOptions,
} from './types.ts';

const denied: Connections = {
  all: false,
  none: true,
  allowed: [],
  unknown: [],
  icmp: 'deny',
  other: 'deny',
  reasons: [],
};

const portsKey = ({ allowed, unknown }: Connections): string => JSON.stringify([allowed, unknown]);

/**
 * What differs between two states. Ends are compared by their labels; the outside is cut where either state cuts it, so
 * that a new block does not make every range look new.
 */
export async function diffConnectivity(
  before: PolicyEngine,
  after: PolicyEngine,
  view: { readonly by: 'workload' | 'pod' } = { by: 'workload' },
  run: RunOptions = {},
): Promise<ConnectivityDiff> {
  const old = before.connectivityNow(view);
  const now = after.connectivityNow(view);
  const changes: ConnectivityChange[] = [];
  const ends = new Ends(old, now);
  const families: readonly IpFamily[] = [...new Set([...old.families, ...now.families])];
  let slice = performance.now();
  let done = 0;
  for (const from of ends.all) {
    run.signal?.throwIfAborted();
    for (const to of ends.differing(from))
      for (const change of compare(old, now, from, to, families)) changes.push(change);
    done++;
    if (performance.now() - slice > 20) {
      run.progress?.(done, ends.all.length, 'pairs');
      await new Promise((resolve) => setTimeout(resolve, 0));
      slice = performance.now();
    }
  }
  return { by: view.by, changes: joinRanges(changes), onlyBefore: ends.onlyBefore, onlyAfter: ends.onlyAfter };
}

interface EndPair {
  readonly label: string;
  readonly outside: boolean;
  readonly before: ConnectivityNode | undefined;
  readonly after: ConnectivityNode | undefined;
}

class Ends {
  readonly all: readonly EndPair[];
  readonly onlyBefore: readonly string[];
  readonly onlyAfter: readonly string[];
  readonly #old: Destinations;
  readonly #now: Destinations;

  constructor(old: Connectivity, now: Connectivity) {
    const before = inside(old);
    const after = inside(now);
    const all: EndPair[] = [];
    for (const [label, node] of before) all.push({ label, outside: false, before: node, after: after.get(label) });
    for (const [label, node] of after)
      if (!before.has(label)) all.push({ label, outside: false, before: undefined, after: node });
    this.onlyBefore = all.filter((end) => end.after === undefined).map(({ label }) => label);
    this.onlyAfter = all.filter((end) => end.before === undefined).map(({ label }) => label);
    // A state in which nothing has to do with IPv6 does not say what of it is open: there is nothing to compare with.
    for (const family of [4, 6] as const)
      if (old.families.includes(family) && now.families.includes(family))
        all.push(...cut(ranges(old, family), ranges(now, family)));
    this.all = all;
    this.#old = new Destinations(old, all, ({ before: node }) => node);
    this.#now = new Destinations(now, all, ({ after: node }) => node);
  }

  /** The ends, in order, to which not the same ports lead from an end before and after. */
  differing(from: EndPair): readonly EndPair[] {
    const before = this.#old.from(from);
    const after = this.#now.from(from);
    const found: number[] = [];
    for (const [to, flows] of before) if (!sameFlows(flows, after.get(to))) found.push(to);
    for (const to of after.keys()) if (!before.has(to)) found.push(to);
    return found.sort((one, other) => one - other).map((index) => this.all[index] as EndPair);
  }
}

/** Where something leads to in one state, by the places of ends in the list of all. */
class Destinations {
  readonly #connectivity: Connectivity;
  readonly #nodeOf: (end: EndPair) => ConnectivityNode | undefined;
  readonly #endsOf = new Map<number, number[]>();
  /** Neighbouring ends outside often are parts of one node. */
  #last: { readonly id: number; readonly found: ReadonlyMap<number, readonly ConnectivityPair[]> } | undefined;

  constructor(
    connectivity: Connectivity,
    ends: readonly EndPair[],
    nodeOf: (end: EndPair) => ConnectivityNode | undefined,
  ) {
    this.#connectivity = connectivity;
    this.#nodeOf = nodeOf;
    ends.forEach((end, index) => {
      const node = nodeOf(end);
      if (node === undefined) return;
      const known = this.#endsOf.get(node.id);
      if (known === undefined) this.#endsOf.set(node.id, [index]);
      else known.push(index);
    });
  }

  from(end: EndPair): ReadonlyMap<number, readonly ConnectivityPair[]> {
    const node = this.#nodeOf(end);
    if (node === undefined) return nowhere;
    if (this.#last?.id === node.id) return this.#last.found;
    const found = new Map<number, ConnectivityPair[]>();
    for (const pair of this.#connectivity.from(node)) {
      for (const index of this.#endsOf.get(pair.to.id) ?? []) {
        const known = found.get(index);
        if (known === undefined) found.set(index, [pair]);
        else known.push(pair);
      }
    }
    this.#last = { id: node.id, found };
    return found;
  }
}

const nowhere: ReadonlyMap<number, readonly ConnectivityPair[]> = new Map();

const sameFlows = (one: readonly ConnectivityPair[], other: readonly ConnectivityPair[] | undefined): boolean =>
  one.length === other?.length &&
  one.every(({ family, connections }, index) => {
    const twin = other[index];
    return (
      family === twin?.family &&
      (connections === twin?.connections ||
        (twin !== undefined && portsKey(connections) === portsKey(twin.connections)))
    );
  });

const inside = ({ nodes }: Connectivity): Map<string, ConnectivityNode> =>
  new Map(nodes.filter(({ kind }) => kind !== 'external').map((node) => [node.label, node]));

interface Range {
  readonly first: bigint;
  readonly last: bigint;
  readonly node: Extract<ConnectivityNode, { kind: 'external' }>;
}

const ranges = ({ nodes }: Connectivity, family: IpFamily): readonly Range[] =>
  nodes.flatMap((node) =>
    node.kind === 'external' && node.family === family
      ? [{ first: valueOf(node.first), last: valueOf(node.last), node }]
      : [],
  );

const valueOf = (text: string): bigint => BigInt(parseIp(text)?.value ?? 0);

/** The outside cut at the bounds of both states. Both lists cover the whole family, or are empty. */
function cut(before: readonly Range[], after: readonly Range[]): readonly EndPair[] {
  const list: EndPair[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    const old = before[i];
    const now = after[j];
    const first = [old, now].reduce((at, range) => (range !== undefined && range.first > at ? range.first : at), 0n);
    const last = [old, now].reduce<bigint | undefined>(
      (at, range) => (range !== undefined && (at === undefined || range.last < at) ? range.last : at),
      undefined,
    );
    if (last === undefined) break;
    const text = (old?.first === first ? old.node.first : now?.first === first ? now.node.first : undefined) ?? '';
    const end = (old?.last === last ? old.node.last : now?.last === last ? now.node.last : undefined) ?? '';
    list.push({ label: `${text}-${end}[External]`, outside: true, before: old?.node, after: now?.node });
    if (old?.last === last) i++;
    if (now?.last === last) j++;
  }
  return list;
}

function* compare(
  old: Connectivity,
  now: Connectivity,
  from: EndPair,
  to: EndPair,
  families: readonly IpFamily[],
): Iterable<ConnectivityChange> {
  const before = from.before === undefined || to.before === undefined ? [] : old.between(from.before, to.before);
  const after = from.after === undefined || to.after === undefined ? [] : now.between(from.after, to.after);
  const split = before.length > 1 || after.length > 1;
  for (const family of split ? families : [undefined]) {
    const was = before.find((pair) => pair.family === undefined || pair.family === family)?.connections ?? denied;
    const is = after.find((pair) => pair.family === undefined || pair.family === family)?.connections ?? denied;
    if (portsKey(was) === portsKey(is)) continue;
    const change = { from: from.label, to: to.label, before: was, after: is, kind: kindOf(was, is) };
    yield family === undefined ? change : { ...change, family };
  }
}

function kindOf(was: Connections, is: Connections): ConnectivityChange['kind'] {
  if (is.unknown.length > 0 && JSON.stringify(was.unknown) !== JSON.stringify(is.unknown)) return 'now-unknown';
  if (was.allowed.length === 0 && is.allowed.length > 0) return 'added';
  if (was.allowed.length > 0 && is.allowed.length === 0) return 'removed';
  return 'changed';
}

/** Neighbouring outside ranges with the same change are one. */
function joinRanges(changes: readonly ConnectivityChange[]): readonly ConnectivityChange[] {
  const joined: ConnectivityChange[] = [];
  const open = new Map<string, number>();
  for (const change of changes) {
    const outsideTo = rangeOf(change.to);
    const outsideFrom = rangeOf(change.from);
    const range = outsideTo ?? outsideFrom;
    if (range === undefined) {
      joined.push(change);
      continue;
    }
    const key = JSON.stringify([
      outsideTo === undefined ? change.to : change.from,
      outsideTo === undefined,
      portsKey(change.before),
      portsKey(change.after),
      change.family,
    ]);
    const at = open.get(key);
    const last = at === undefined ? undefined : joined[at];
    const lastRange = last === undefined ? undefined : rangeOf(outsideTo === undefined ? last.from : last.to);
    if (at !== undefined && last !== undefined && lastRange !== undefined && follows(lastRange[1], range[0])) {
      const label = `${lastRange[0]}-${range[1]}[External]`;
      joined[at] = outsideTo === undefined ? { ...last, from: label } : { ...last, to: label };
    } else {
      open.set(key, joined.length);
      joined.push(change);
    }
  }
  return joined;
}

const rangeOf = (label: string): readonly [string, string] | undefined => {
  const match = /^([0-9a-f.:]+)-([0-9a-f.:]+)\[External\]$/.exec(label);
  return match?.[1] === undefined || match[2] === undefined ? undefined : [match[1], match[2]];
};

const follows = (last: string, first: string): boolean =>
  last.includes(':') === first.includes(':') && valueOf(first) === valueOf(last) + 1n;
