import type { IpFamily } from '../model/address.ts';
import { type Actor, addressIn, outside } from './actor.ts';
import { containsAddress } from './addressSet.ts';
import { matchPeer, matchPeers, type Peer, type PortMatch } from './rules.ts';
import { selects, selectsNamespace, type Selector } from './selectors.ts';
import { no, or, type Tri, yes } from './tri.ts';
import type { PodClass, World } from './world.ts';

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

const noClasses: ClassSet = { base: no, ids: [], tris: [], plain: true, count: 0 };

/** Which classes of pods, and which regions of the outside, match lists of peers in one family. */
export class ClassSets {
  readonly #world: World;
  readonly family: IpFamily;
  readonly #sets = new Map<number, ClassSet>();
  readonly #regions = new Map<number, readonly Tri[]>();
  readonly #namespaces = new Map<number, readonly Tri[]>();
  readonly #named = new Map<number, readonly number[]>();
  #byRegion: Map<number | null | undefined, PodClass[]> | undefined;
  #outside: readonly Actor[] | undefined;

  constructor(world: World, family: IpFamily) {
    this.#world = world;
    this.family = family;
  }

  of(peers: readonly Peer[] | undefined, peersId: number): ClassSet {
    const known = this.#sets.get(peersId);
    const count = this.#world.classes.length;
    if (known !== undefined && known.count === count) return known;
    const set = known === undefined ? this.#compute(peers) : this.#extend(known, peers);
    this.#sets.set(peersId, set);
    return set;
  }

  /** For each region of addresses that are nobody's in the cluster. */
  outside(peers: readonly Peer[] | undefined, peersId: number): readonly Tri[] {
    let tris = this.#regions.get(peersId);
    if (tris === undefined) {
      tris = this.outsiders.map((actor) => matchPeers(peers, actor, this.family, this.#world.nodeLabels));
      this.#regions.set(peersId, tris);
    }
    return tris;
  }

  get outsiders(): readonly Actor[] {
    const { space } = this.#world;
    return (this.#outside ??=
      this.family === 4
        ? space.v4.samples.map((address) => outside(address, null))
        : space.v6.samples.map((address) => outside(null, address)));
  }

  /** Classes for which a match by named ports means other packets than for a pod without ports. */
  withPorts(ports: PortMatch): readonly number[] {
    let list = this.#named.get(ports.id);
    if (list === undefined) {
      const plain = ports.resolve(outside(null, null), this.family);
      list = this.#world.classes
        .filter(({ actor }) => ports.resolve(actor, this.family) !== plain)
        .map(({ index }) => index);
      this.#named.set(ports.id, list);
    }
    return list;
  }

  #compute(peers: readonly Peer[] | undefined): ClassSet {
    const count = this.#world.classes.length;
    if (peers === undefined) return { base: yes, ids: [], tris: [], plain: true, count };
    if (peers.length === 0) return { ...noClasses, count };
    if (peers.length === 1) return this.#computeOne(peers[0] as Peer);
    const found = new Map<number, Tri>();
    for (const peer of peers) {
      const set = this.#computeOne(peer);
      if (set.base === no) {
        set.ids.forEach((id, index) => found.set(id, or(found.get(id) ?? no, set.tris[index] as Tri)));
      } else {
        let next = 0;
        for (let id = 0; id < count; id++) {
          let tri = set.base;
          if (set.ids[next] === id) tri = set.tris[next++] as Tri;
          found.set(id, or(found.get(id) ?? no, tri));
        }
      }
    }
    return this.#pack([...found].sort((a, b) => a[0] - b[0]));
  }

  /** Turns the list inside out where most classes match, so that what follows looks at the few. */
  #pack(found: readonly (readonly [number, Tri])[]): ClassSet {
    const count = this.#world.classes.length;
    let sure = 0;
    for (const [, tri] of found) if (tri === yes) sure++;
    if (sure * 2 <= count) {
      const some = found.filter(([, tri]) => tri !== no);
      const plain = some.every(([, tri]) => tri === yes);
      return { base: no, ids: some.map(([id]) => id), tris: some.map(([, tri]) => tri), plain, count };
    }
    const ids: number[] = [];
    const tris: Tri[] = [];
    let next = 0;
    for (let id = 0; id < count; id++) {
      const entry = found[next];
      const tri = entry?.[0] === id ? entry[1] : no;
      if (entry?.[0] === id) next++;
      if (tri !== yes) {
        ids.push(id);
        tris.push(tri);
      }
    }
    return { base: yes, ids, tris, plain: ids.length === 0, count };
  }

  #computeOne(peer: Peer): ClassSet {
    const { classes } = this.#world;
    const found: [number, Tri][] = [];
    const test = (candidate: PodClass): void => {
      const tri = matchPeer(peer, candidate.actor, this.family, this.#world.nodeLabels);
      if (tri !== no) found.push([candidate.index, tri]);
    };
    switch (peer.kind) {
      case 'pods':
        if (peer.namespace !== undefined) this.#world.classesIn(peer.namespace).forEach(test);
        else this.#inNamespaces(peer.namespaces, peer.pods, test);
        break;
      case 'block':
        for (const [sample, members] of this.#regionsOfPods()) {
          // What is not known, not there or on the host's network is asked one by one.
          if (sample === null || sample === undefined) members.forEach(test);
          else if (peer.matchesPods && this.#contains(peer, members[0] as PodClass))
            for (const { index } of members) found.push([index, yes]);
        }
        found.sort((a, b) => a[0] - b[0]);
        break;
      default:
        classes.forEach(test);
    }
    return this.#pack(found);
  }

  #contains(peer: Extract<Peer, { kind: 'block' }>, { actor }: PodClass): boolean {
    const address = addressIn(actor, this.family);
    return address !== null && address !== undefined && containsAddress(peer.addresses, this.family, address);
  }

  #inNamespaces(namespaces: Selector, pods: Selector, test: (candidate: PodClass) => void): void {
    const tris = this.#namespaceTris(namespaces);
    if (tris.every((tri) => tri === no)) return;
    // Namespace by namespace gives ascending lists per namespace; classes of one namespace need not be neighbours.
    const found: PodClass[] = [];
    this.#world.namespaces.forEach(({ name }, index) => {
      if (tris[index] === no) return;
      for (const candidate of this.#world.classesIn(name))
        if (selects(pods, candidate.actor.labels)) found.push(candidate);
    });
    found.sort((a, b) => a.index - b.index).forEach(test);
  }

  #namespaceTris(selector: Selector): readonly Tri[] {
    let tris = this.#namespaces.get(selector.id);
    if (tris === undefined || tris.length < this.#world.namespaces.length) {
      tris = this.#world.namespaces.map(({ labels, known }) => selectsNamespace(selector, labels, known));
      this.#namespaces.set(selector.id, tris);
    }
    return tris;
  }

  /** Classes by the region of their address: `undefined` for those that blocks have to look at one by one. */
  #regionsOfPods(): Map<number | null | undefined, PodClass[]> {
    if (this.#byRegion !== undefined) return this.#byRegion;
    const { space, classes } = this.#world;
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
    const { classes, nodeLabels } = this.#world;
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
