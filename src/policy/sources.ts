import type { Steps } from './counts.ts';
import type { Outcome } from './outcomes.ts';
import { PairRows } from './pairRows.ts';
import type { Reach } from './reach.ts';
import { outcomeIn, type Row } from './rows.ts';
import type { Exposure } from './types.ts';
import type { PodClass, World } from './world.ts';

/** Who reaches a class for which no row makes an exception. */
interface Usual {
  readonly pods: number;
  /** By namespace. */
  readonly byNamespace: Int32Array;
  readonly namespaces: number;
}

/** Counts the pods that may connect to a class by what rows say of most classes, corrected by their exceptions. */
export class Sources {
  readonly #world: World;
  readonly #rows: PairRows;
  /** By class; absent where there is no pod. */
  readonly #egress: (Row | undefined)[] = [];
  readonly #ingress: (Row | undefined)[] = [];
  /** By class: the classes whose egress row makes an exception for it. */
  readonly #exceptions: number[][] = [];
  readonly #usual = new Map<Outcome, Usual>();
  #pods = 0;

  private constructor(reach: Reach) {
    this.#world = reach.world;
    this.#rows = new PairRows(reach);
  }

  static *of(reach: Reach): Steps<Sources> {
    const sources = new Sources(reach);
    const { inhabited } = reach.world;
    let done = 0;
    for (const podClass of inhabited) {
      sources.#add(podClass);
      if ((++done & 255) === 0) yield { done, total: inhabited.length, what: 'rows' };
    }
    return sources;
  }

  #add(podClass: PodClass): void {
    const { index } = podClass;
    this.#pods += this.#world.sizeOf(index);
    const egress = this.#rows.of(podClass, 'egress');
    this.#egress[index] = egress;
    this.#ingress[index] = this.#rows.of(podClass, 'ingress');
    for (const id of egress.ids) (this.#exceptions[id] ??= []).push(index);
  }

  /** The pods that something is certainly allowed from, without the pod itself that is asked about. */
  reaching(podClass: PodClass): Exposure['fromPods'] {
    const { index } = podClass;
    const into = this.#ingress[index];
    const usual = into === undefined ? undefined : this.#usually(into.base);
    const changes = new Map<number, number>();
    const change = ({ namespace }: PodClass, pods: number): void => {
      changes.set(namespace.index, (changes.get(namespace.index) ?? 0) + pods);
    };
    const size = (from: PodClass): number => this.#world.sizeOf(from.index) - (from === podClass ? 1 : 0);
    if (into !== undefined) {
      for (const id of new Set([...into.ids, ...(this.#exceptions[index] ?? []), index])) {
        const out = this.#egress[id];
        const from = this.#world.classes[id];
        if (out === undefined || from === undefined) continue;
        if (this.#rows.state(out.base, into.base) === 2) change(from, -this.#world.sizeOf(id));
        if (this.#rows.state(outcomeIn(out, index), outcomeIn(into, id)) === 2) change(from, size(from));
      }
    }
    let pods = usual?.pods ?? 0;
    let namespaces = usual?.namespaces ?? 0;
    for (const [namespace, more] of changes) {
      const before = usual?.byNamespace[namespace] ?? 0;
      pods += more;
      namespaces += Number(before + more > 0) - Number(before > 0);
    }
    return { pods, namespaces, of: this.#pods - 1 };
  }

  #usually(ingress: Outcome): Usual {
    let usual = this.#usual.get(ingress);
    if (usual === undefined) {
      let pods = 0;
      const byNamespace = new Int32Array(this.#world.namespaces.length);
      for (const { index, namespace } of this.#world.inhabited) {
        const out = this.#egress[index];
        if (out === undefined || this.#rows.state(out.base, ingress) !== 2) continue;
        const size = this.#world.sizeOf(index);
        pods += size;
        byNamespace[namespace.index] = (byNamespace[namespace.index] ?? 0) + size;
      }
      usual = { pods, byNamespace, namespaces: byNamespace.reduce((sum, count) => sum + Number(count > 0), 0) };
      this.#usual.set(ingress, usual);
    }
    return usual;
  }
}
