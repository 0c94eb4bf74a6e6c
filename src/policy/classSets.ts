import type { IpFamily } from '../model/address.ts';
import { type Actor, addressIn, type Namespace, outside } from './actor.ts';
import { containsAddress } from './addressSet.ts';
import { matchPeer, matchPeers, type NodeLabels, type Peer, type PortMatch } from './rules.ts';
import { selects, selectsNamespace, type Selector } from './selectors.ts';
import { no, or, type Tri, yes } from './tri.ts';
import type { Classifier, PodClass } from './world.ts';

/** For every class whether a list of peers matches it: `base`, except for the classes listed. */
export interface ClassSet {
  readonly base: Tri;
  /** Ascending. */
  readonly ids: readonly number[];
  readonly tris: readonly Tri[];
  /** Nothing in it is uncertain, and `base` has no exceptions where it is `yes`. */
  readonly plain: boolean;
  /** Classes from this index on were made later and have not been looked at. */
  readonly count: number;
}

/** What may be at the other end of a connection, numbered, as far as policies tell it apart. */
export interface PeerSpace {
  readonly family: IpFamily;
  readonly size: number;
  readonly nodeLabels: NodeLabels;
  actor(id: number): Actor;
  /** Which of them match a list of peers; `undefined` peers match everything. */
  of(peers: readonly Peer[] | undefined, peersId: number): ClassSet;
  /** Those for which a match by named ports means other packets than for one without ports. */
  withPorts(ports: PortMatch): readonly number[];
}

/**
 * A set from what matches at all, in ascending order. Where most match for certain the list is turned inside out, so that
 * what follows looks at the few.
 */
export function packSet(ids: readonly number[], tris: readonly Tri[], count: number): ClassSet {
  let sure = 0;
  for (let at = 0; at < tris.length; at++) if (tris[at] === yes) sure++;
  if (sure * 2 <= count) return { base: no, ids, tris, plain: sure === tris.length, count };
  const exceptions: number[] = [];
  const exceptionTris: Tri[] = [];
  let next = 0;
  for (let id = 0; id < count; id++) {
    const tri = ids[next] === id ? (tris[next++] as Tri) : no;
    if (tri === yes) continue;
    exceptions.push(id);
    exceptionTris.push(tri);
  }
  return { base: yes, ids: exceptions, tris: exceptionTris, plain: exceptions.length === 0, count };
}

/** What a list of peers matches, given what each of them does. */
export function computeSet(peers: readonly Peer[] | undefined, count: number, one: (peer: Peer) => ClassSet): ClassSet {
  if (peers === undefined) return { base: yes, ids: [], tris: [], plain: true, count };
  const [first] = peers;
  if (first === undefined) return { base: no, ids: [], tris: [], plain: true, count };
  if (peers.length === 1) return one(first);
  const found = new Map<number, Tri>();
  for (const peer of peers) {
    const set = one(peer);
    if (set.base === no) {
      set.ids.forEach((id, index) => found.set(id, or(found.get(id) ?? no, set.tris[index] as Tri)));
      continue;
    }
    let next = 0;
    for (let id = 0; id < count; id++) {
      let tri = set.base;
      if (set.ids[next] === id) tri = set.tris[next++] as Tri;
      found.set(id, or(found.get(id) ?? no, tri));
    }
  }
  const some = [...found].filter(([, tri]) => tri !== no).sort((a, b) => a[0] - b[0]);
  return packSet(
    some.map(([id]) => id),
    some.map(([, tri]) => tri),
    count,
  );
}

/** Which classes of pods match lists of peers in one family. */
export class ClassSets implements PeerSpace {
  readonly #classifier: Classifier;
  readonly family: IpFamily;
  readonly #sets = new Map<number, ClassSet>();
  readonly #namespaces = new Map<number, readonly Tri[]>();
  readonly #named = new Map<number, readonly number[]>();
  #byRegion: Map<number | null | undefined, PodClass[]> | undefined;

  constructor(classifier: Classifier, family: IpFamily) {
    this.#classifier = classifier;
    this.family = family;
  }

  of(peers: readonly Peer[] | undefined, peersId: number): ClassSet {
    const known = this.#sets.get(peersId);
    const count = this.#classifier.classes.length;
    if (known !== undefined && known.count === count) return known;
    const set =
      known === undefined ? computeSet(peers, count, (peer) => this.#computeOne(peer)) : this.#extend(known, peers);
    this.#sets.set(peersId, set);
    return set;
  }

  get size(): number {
    return this.#classifier.classes.length;
  }

  get nodeLabels(): NodeLabels {
    return this.#classifier.nodeLabels;
  }

  actor(id: number): Actor {
    return (this.#classifier.classes[id] as PodClass).actor;
  }

  /** Classes for which a match by named ports means other packets than for a pod without ports. */
  withPorts(ports: PortMatch): readonly number[] {
    let list = this.#named.get(ports.id);
    if (list === undefined) {
      const plain = ports.resolve(outside(null, null), this.family);
      list = this.#classifier.classes
        .filter(({ actor }) => ports.resolve(actor, this.family) !== plain)
        .map(({ index }) => index);
      this.#named.set(ports.id, list);
    }
    return list;
  }

  #computeOne(peer: Peer): ClassSet {
    const ids: number[] = [];
    const tris: Tri[] = [];
    for (const candidate of this.#candidates(peer)) {
      const tri = matchPeer(peer, candidate.actor, this.family, this.nodeLabels);
      if (tri === no) continue;
      ids.push(candidate.index);
      tris.push(tri);
    }
    return packSet(ids, tris, this.size);
  }

  /** All classes that a peer may match, ascending. */
  #candidates(peer: Peer): readonly PodClass[] {
    switch (peer.kind) {
      case 'pods':
        return peer.namespace === undefined
          ? this.#inNamespaces(peer.namespaces, peer.pods)
          : this.#classifier.classesIn(peer.namespace);
      case 'block': {
        const found: PodClass[] = [];
        for (const [sample, members] of this.#regionsOfPods()) {
          // What is not known, not there or on the host's network is asked one by one.
          if (sample === null || sample === undefined || this.#contains(peer, members[0] as PodClass))
            for (const member of members) found.push(member);
        }
        return found.sort((a, b) => a.index - b.index);
      }
      case 'nothing':
        return [];
      case 'nodes':
      case 'domains':
      case 'custom':
        return this.#classifier.classes;
    }
  }

  #contains(peer: Extract<Peer, { kind: 'block' }>, { actor }: PodClass): boolean {
    const address = addressIn(actor, this.family);
    return address !== null && address !== undefined && containsAddress(peer.addresses, this.family, address);
  }

  #inNamespaces(namespaces: Selector, pods: Selector): readonly PodClass[] {
    const tris = this.#namespaceTris(namespaces);
    const found: PodClass[] = [];
    let sorted = true;
    for (let index = 0; index < tris.length; index++) {
      if (tris[index] === no) continue;
      for (const candidate of this.#classifier.classesIn((this.#classifier.namespaces[index] as Namespace).name)) {
        if (!selects(pods, candidate.actor.labels)) continue;
        if (found.length > 0 && (found[found.length - 1] as PodClass).index > candidate.index) sorted = false;
        found.push(candidate);
      }
    }
    return sorted ? found : found.sort((a, b) => a.index - b.index);
  }

  #namespaceTris(selector: Selector): readonly Tri[] {
    let tris = this.#namespaces.get(selector.id);
    if (tris === undefined || tris.length < this.#classifier.namespaces.length) {
      tris = this.#classifier.namespaces.map(({ labels, known }) => selectsNamespace(selector, labels, known));
      this.#namespaces.set(selector.id, tris);
    }
    return tris;
  }

  /** Classes by the region of their address: `undefined` for those that blocks have to look at one by one. */
  #regionsOfPods(): Map<number | null | undefined, PodClass[]> {
    if (this.#byRegion !== undefined) return this.#byRegion;
    const { space, classes } = this.#classifier;
    const regions = new Map<number | null | undefined, PodClass[]>();
    for (const candidate of classes) {
      const { actor } = candidate;
      const region =
        actor.kind === 'host'
          ? undefined
          : this.family === 4
            ? typeof actor.v4 === 'number'
              ? space.v4.regionOf(actor.v4)
              : actor.v4
            : typeof actor.v6 === 'bigint'
              ? space.v6.regionOf(actor.v6)
              : actor.v6;
      const list = regions.get(region);
      if (list === undefined) regions.set(region, [candidate]);
      else list.push(candidate);
    }
    return (this.#byRegion = regions);
  }

  #extend(known: ClassSet, peers: readonly Peer[] | undefined): ClassSet {
    const { classes, nodeLabels } = this.#classifier;
    const ids = [...known.ids];
    const tris = [...known.tris];
    for (let index = known.count; index < classes.length; index++) {
      const tri = matchPeers(peers, (classes[index] as PodClass).actor, this.family, nodeLabels);
      if (tri === known.base) continue;
      ids.push(index);
      tris.push(tri);
    }
    const plain = known.base === yes ? ids.length === 0 : known.base === no && tris.every((tri) => tri === yes);
    return { base: known.base, ids, tris, plain, count: classes.length };
  }
}
