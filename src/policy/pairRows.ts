import type { IpFamily } from '../model/address.ts';
import { addressIn } from './actor.ts';
import { denyAll, type Outcome, type Outcomes } from './outcomes.ts';
import { pairKey } from './packets.ts';
import type { Reach } from './reach.ts';
import { outcomeIn, type Row } from './rows.ts';
import type { Direction } from './types.ts';
import type { PodClass } from './world.ts';

/** In TCP, UDP or SCTP, over any family: 2 something allowed, 1 nothing allowed and something unknown, 0 all denied. */
export type PairState = 0 | 1 | 2;

/** Of a class without an address in a family. */
const closedRow: Row = { base: denyAll, ids: [], outcomes: [], count: Number.MAX_SAFE_INTEGER };

/**
 * Rows as they are counted: one for each class and direction, also where there are two families. Then an outcome in a row
 * is a number for the outcomes of both.
 */
export class PairRows {
  readonly families: readonly IpFamily[];
  readonly #reach: Reach;
  readonly #outcomes: Outcomes;
  readonly #twins = new Map<number, Outcome>();
  readonly #halves: (readonly [Outcome, Outcome])[] = [];
  readonly #states = new Map<number, PairState>();
  readonly #joined = new Map<Row, Map<Row, Row>>();

  constructor(reach: Reach) {
    this.#reach = reach;
    this.#outcomes = reach.outcomes;
    this.families = reach.world.families;
  }

  /** The row of a class, speaking of all classes. */
  of(podClass: PodClass, direction: Direction): Row {
    const [first, second] = this.families.map((family) => {
      if (addressIn(podClass.actor, family) === null) return closedRow;
      return this.#reach.agreedRow(podClass, direction, family);
    });
    return first === undefined || second === undefined ? (first ?? closedRow) : this.#join(first, second);
  }

  /** What an egress row and an ingress row say together. */
  state(egress: Outcome, ingress: Outcome): PairState {
    if (this.families.length < 2) return this.#outcomes.pairState(egress, ingress);
    const key = pairKey(egress, ingress);
    let state = this.#states.get(key);
    if (state === undefined) {
      const [out, into] = [this.#halves[egress], this.#halves[ingress]];
      const each = [0, 1].map((at) => this.#outcomes.pairState(out?.[at] ?? denyAll, into?.[at] ?? denyAll));
      state = Math.max(...each) as PairState;
      this.#states.set(key, state);
    }
    return state;
  }

  #join(one: Row, other: Row): Row {
    let known = this.#joined.get(one);
    if (known === undefined) this.#joined.set(one, (known = new Map()));
    let row = known.get(other);
    if (row === undefined) {
      const ids = [...new Set([...one.ids, ...other.ids])].sort((a, b) => a - b);
      row = {
        base: this.#twin(one.base, other.base),
        ids,
        outcomes: ids.map((id) => this.#twin(outcomeIn(one, id), outcomeIn(other, id))),
        count: Math.min(one.count, other.count),
      };
      known.set(other, row);
    }
    return row;
  }

  #twin(one: Outcome, other: Outcome): Outcome {
    const key = pairKey(one, other);
    let twin = this.#twins.get(key);
    if (twin === undefined) {
      twin = this.#halves.push([one, other]) - 1;
      this.#twins.set(key, twin);
    }
    return twin;
  }
}
