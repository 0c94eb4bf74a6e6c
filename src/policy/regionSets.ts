import type { IpFamily } from '../model/address.ts';
import { type Actor, outside } from './actor.ts';
import { type ClassSet, computeSet, packSet, type PeerSpace } from './classSets.ts';
import { matchPeer, type NodeLabels, type Peer, type PortMatch } from './rules.ts';
import { no, type Tri, yes } from './tri.ts';
import type { Classifier } from './world.ts';

const nothingMatches = (count: number): ClassSet => ({ base: no, ids: [], tris: [], plain: true, count });

/** Which regions of addresses that are nobody's in the cluster match lists of peers in one family. */
export class RegionSets implements PeerSpace {
  readonly family: IpFamily;
  readonly size: number;
  readonly nodeLabels: NodeLabels;
  readonly #classifier: Classifier;
  readonly #actors: readonly Actor[];
  readonly #sets = new Map<number, ClassSet>();
  readonly #named = new Map<number, readonly number[]>();

  constructor(classifier: Classifier, family: IpFamily) {
    this.#classifier = classifier;
    this.family = family;
    this.nodeLabels = classifier.nodeLabels;
    const { space } = classifier;
    this.#actors =
      family === 4
        ? space.v4.samples.map((address) => outside(address, null))
        : space.v6.samples.map((address) => outside(null, address));
    this.size = this.#actors.length;
  }

  actor(id: number): Actor {
    return this.#actors[id] as Actor;
  }

  of(peers: readonly Peer[] | undefined, peersId: number): ClassSet {
    let set = this.#sets.get(peersId);
    if (set === undefined) {
      set = computeSet(peers, this.size, (peer) => this.#one(peer));
      this.#sets.set(peersId, set);
    }
    return set;
  }

  /** Of an outsider only the address is known, so only matches by service depend on it. */
  withPorts(ports: PortMatch): readonly number[] {
    if (!ports.byAddress) return [];
    let list = this.#named.get(ports.id);
    if (list === undefined) {
      const plain = ports.resolve(outside(null, null), this.family);
      list = this.#actors.flatMap((actor, id) => (ports.resolve(actor, this.family) === plain ? [] : [id]));
      this.#named.set(ports.id, list);
    }
    return list;
  }

  #one(peer: Peer): ClassSet {
    switch (peer.kind) {
      case 'pods':
      case 'nodes':
      case 'nothing':
        return nothingMatches(this.size);
      case 'block': {
        const { v4, v6 } = this.#classifier.space;
        const ids = this.family === 4 ? v4.regionsWithin(peer.addresses.v4) : v6.regionsWithin(peer.addresses.v6);
        return packSet(
          ids,
          ids.map(() => yes),
          this.size,
        );
      }
      case 'domains':
      case 'custom': {
        const ids: number[] = [];
        const tris: Tri[] = [];
        this.#actors.forEach((actor, id) => {
          const tri = matchPeer(peer, actor, this.family, this.nodeLabels);
          if (tri === no) return;
          ids.push(id);
          tris.push(tri);
        });
        return packSet(ids, tris, this.size);
      }
    }
  }
}
