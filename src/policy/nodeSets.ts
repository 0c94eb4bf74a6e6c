import type { IpFamily } from '../model/address.ts';
import type { Actor } from './actor.ts';
import type { ClassSet, PeerSpace } from './classSets.ts';
import { outside } from './actor.ts';
import { matchPeers, type NodeLabels, type Peer, type PortMatch } from './rules.ts';
import { no, type Tri, yes } from './tri.ts';
import type { Classifier, PodClass } from './world.ts';

/**
 * Pods on the host's network in their other reading, as their node, by the numbers of their classes. What it says of other
 * classes means nothing.
 */
export class NodeSets implements PeerSpace {
  readonly family: IpFamily;
  readonly #classifier: Classifier;
  readonly #sets = new Map<number, ClassSet>();
  readonly #hosts: PodClass[] = [];
  #looked = 0;

  constructor(classifier: Classifier, family: IpFamily) {
    this.#classifier = classifier;
    this.family = family;
  }

  get size(): number {
    return this.#classifier.classes.length;
  }

  get nodeLabels(): NodeLabels {
    return this.#classifier.nodeLabels;
  }

  /** The classes that have this reading. */
  get hosts(): readonly PodClass[] {
    const { classes } = this.#classifier;
    for (; this.#looked < classes.length; this.#looked++) {
      const podClass = classes[this.#looked] as PodClass;
      if (podClass.asNode !== undefined) this.#hosts.push(podClass);
    }
    return this.#hosts;
  }

  actor(id: number): Actor {
    const { actor, asNode } = this.#classifier.classes[id] as PodClass;
    return asNode ?? actor;
  }

  of(peers: readonly Peer[] | undefined, peersId: number): ClassSet {
    const known = this.#sets.get(peersId);
    const count = this.size;
    if (known?.count === count) return known;
    const ids: number[] = [];
    const tris: Tri[] = [];
    if (peers !== undefined) {
      for (const { index } of this.hosts) {
        const tri = matchPeers(peers, this.actor(index), this.family, this.nodeLabels);
        if (tri === no) continue;
        ids.push(index);
        tris.push(tri);
      }
    }
    const set = { base: peers === undefined ? yes : no, ids, tris, plain: tris.every((tri) => tri === yes), count };
    this.#sets.set(peersId, set);
    return set;
  }

  withPorts(ports: PortMatch): readonly number[] {
    const plain = ports.resolve(outside(null, null), this.family);
    return this.hosts
      .filter(({ index }) => ports.resolve(this.actor(index), this.family) !== plain)
      .map(({ index }) => index);
  }
}
