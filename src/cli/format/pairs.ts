import { parseIp } from '../../model/address.ts';
import type { Connections, Connectivity, ConnectivityNode, ConnectivityPair } from '../../policy/types.ts';

/**
 * Pairs in the order of their ends' labels, in pieces, so that a long list need not be in memory as a whole. Neighbouring
 * ranges of addresses that `alike` takes for the same are one.
 */
export function* orderedPairs(
  connectivity: Connectivity,
  alike: (one: Connections, other: Connections) => boolean,
): Iterable<readonly ConnectivityPair[]> {
  const pods = connectivity.nodes.filter(({ kind }) => kind === 'pods').toSorted(byLabel);
  const elsewhere = connectivity.nodes.filter(({ kind }) => kind === 'ingress-controller');
  // What comes from elsewhere goes where its labels belong: few lines beside those between pods.
  const others: ConnectivityPair[] = [];
  for (const to of pods) {
    const into = connectivity.outside(to, 'ingress').map(({ node, connections }) => ({ from: node, to, connections }));
    others.push(...joined(into, 'from', alike));
    for (const from of elsewhere) others.push(...shown(connectivity.between(from, to)));
  }
  others.sort(byEnds);
  let taken = 0;
  for (const from of pods) {
    const start = taken;
    while (taken < others.length && byLabel((others[taken] as ConnectivityPair).from, from) < 0) taken++;
    if (taken > start) yield others.slice(start, taken);
    const own: ConnectivityPair[] = [];
    for (const pair of connectivity.from(from)) {
      // Pods come first; the outside is put together below.
      if (pair.to.kind === 'external') break;
      own.push(pair);
    }
    const out = connectivity.outside(from, 'egress').map(({ node, connections }) => ({ from, to: node, connections }));
    own.push(...joined(out, 'to', alike));
    yield own.sort(byEnds);
  }
  yield others.slice(taken);
}

/** Pairs in which nothing is allowed and nothing unknown are left out. */
const shown = (pairs: readonly ConnectivityPair[]): readonly ConnectivityPair[] =>
  pairs.filter(({ connections }) => !connections.none);

/** `pairs` with one end outside, in the order of addresses. */
function joined(
  pairs: Iterable<ConnectivityPair>,
  side: 'from' | 'to',
  alike: (one: Connections, other: Connections) => boolean,
): readonly ConnectivityPair[] {
  const found: ConnectivityPair[] = [];
  for (const pair of pairs) {
    const before = found.at(-1);
    const last = before?.[side];
    const end = pair[side];
    if (
      before === undefined ||
      last?.kind !== 'external' ||
      end.kind !== 'external' ||
      !follows(end, last) ||
      !alike(before.connections, pair.connections)
    )
      found.push(pair);
    else {
      const label = `${last.first}-${end.last}[External]`;
      found[found.length - 1] = { ...before, [side]: { ...last, last: end.last, label } };
    }
  }
  return found;
}

type External = Extract<ConnectivityNode, { kind: 'external' }>;

function follows(next: External, before: External): boolean {
  if (next.family !== before.family) return false;
  const [end, start] = [parseIp(before.last), parseIp(next.first)];
  return end !== undefined && start !== undefined && BigInt(end.value) + 1n === BigInt(start.value);
}

/** A line of text is sorted by all of it, and after a label comes a blank. */
const key = ({ label }: ConnectivityNode): string => `${label} `;

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

const byLabel = (one: ConnectivityNode, other: ConnectivityNode): number => compare(key(one), key(other));

const byEnds = (one: ConnectivityPair, other: ConnectivityPair): number =>
  byLabel(one.from, other.from) || byLabel(one.to, other.to) || (one.family ?? 0) - (other.family ?? 0);
