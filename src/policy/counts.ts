import type { IpFamily } from '../model/address.ts';
import type { Outcome, Outcomes } from './outcomes.ts';
import { PairRows, type PairState } from './pairRows.ts';
import type { Reach } from './reach.ts';
import { hasId, openRow, outcomeIn, type Row } from './rows.ts';
import type { ConnectivityCounts, Direction } from './types.ts';
import type { PodClass } from './world.ts';

/** Steps of a long computation: it yields what it has done, so that its driver may stop it or let others work. */
export type Steps<T> = Generator<{ readonly done: number; readonly total: number; readonly what: string }, T>;

/** Runs steps to their end at once. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/**
 * Counts ordered pairs of pods without looking at each: rows say the same about most classes. What it has counted it can
 * carry over to the next snapshot, where most rows are the same objects.
 */
export class PairCounter {
  readonly #reach: Reach;
  readonly #outcomes: Outcomes;
  readonly #rows: PairRows;
  readonly #sizes: number[];
  readonly #family: IpFamily;
  #pods = 0;
  #connected = 0;
  #unknown = 0;
  /** By class; absent for classes that are counted one by one. */
  readonly #egress: (Row | undefined)[] = [];
  readonly #ingress: (Row | undefined)[] = [];
  /** Whether everything was counted by rows, so that a difference of rows tells the difference of counts. */
  #byRows = true;

  constructor(reach: Reach) {
    this.#reach = reach;
    this.#outcomes = reach.outcomes;
    this.#rows = new PairRows(reach);
    this.#sizes = [...reach.world.sizes];
    this.#family = reach.world.families[0] ?? 4;
  }

  get counts(): ConnectivityCounts {
    return { podPairs: this.#pods * (this.#pods - 1), connected: this.#connected, unknown: this.#unknown };
  }

  static *count(reach: Reach): Steps<PairCounter> {
    const counter = new PairCounter(reach);
    yield* counter.#count();
    return counter;
  }

  /**
   * The counts for a reach that is the next of this one's, by what has changed; `undefined` where counting anew is as quick.
   */
  next(reach: Reach): PairCounter | undefined {
    if (!this.#byRows || reach.world.families.length > 1) return undefined;
    const { world } = reach;
    const changed: number[] = [];
    for (let index = 0; index < world.classes.length; index++)
      if (world.sizeOf(index) !== this.#size(index)) changed.push(index);
    if (changed.length > 64) return undefined;
    const next = new PairCounter(reach);
    next.#pods = this.#pods;
    next.#connected = this.#connected;
    next.#unknown = this.#unknown;
    for (let index = 0; index < world.classes.length; index++) {
      next.#sizes[index] = this.#size(index);
      next.#egress[index] = this.#egress[index];
      next.#ingress[index] = this.#ingress[index];
    }
    for (const direction of ['egress', 'ingress'] as const) {
      const rows = direction === 'egress' ? next.#egress : next.#ingress;
      for (let index = 0; index < rows.length; index++) {
        const before = rows[index];
        if (before === undefined) continue;
        const after = next.#lastRow(index, direction);
        if (after !== before) next.#exchange(index, direction, before, after);
      }
    }
    for (const index of changed) {
      if (reach.isSpecial(world.classes[index] as PodClass)) return undefined;
      next.#resize(index, world.sizeOf(index));
    }
    return next;
  }

  /** The row as it is, even if it does not yet speak of the newest classes. */
  #lastRow(index: number, direction: Direction): Row {
    const podClass = this.#reach.world.classes[index] as PodClass;
    return podClass.actor.selectable ? this.#reach.row(podClass, direction, this.#family) : openRow;
  }

  #outcome(row: Row, direction: Direction, index: number, other: number): Outcome {
    if (other < row.count) return outcomeIn(row, other);
    return this.#reach.outcome(this.#reach.world.classes[index] as PodClass, direction, this.#family, other);
  }

  /** Puts a class's new row in the place of its old one. */
  #exchange(index: number, direction: Direction, before: Row, after: Row): void {
    const [rows, others] = direction === 'egress' ? [this.#egress, this.#ingress] : [this.#ingress, this.#egress];
    const back: Direction = direction === 'egress' ? 'ingress' : 'egress';
    const correct = (id: number): void => {
      const other = others[id];
      if (other === undefined || this.#size(id) === 0) return;
      const was = this.#outcome(before, direction, index, id);
      const is = this.#outcome(after, direction, index, id);
      if (was === is) return;
      const answer = this.#outcome(other, back, id, index);
      const weight = this.#weight(index, id);
      this.#add(this.#outcomes.pairState(was, answer), -weight);
      this.#add(this.#outcomes.pairState(is, answer), weight);
    };
    if (before.base === after.base && before.count === after.count) {
      for (const id of before.ids) correct(id);
      for (const id of after.ids) if (!hasId(before, id)) correct(id);
    } else for (let id = 0; id < others.length; id++) correct(id);
    rows[index] = after;
  }

  /** Gives a class another number of pods. */
  #resize(index: number, size: number): void {
    const out = (this.#egress[index] ??= this.#lastRow(index, 'egress'));
    const into = (this.#ingress[index] ??= this.#lastRow(index, 'ingress'));
    const before = this.#size(index);
    const grown = size - before;
    const pass = (row: Row, direction: Direction, add: (id: number, weight: number) => void): void => {
      const one = (id: number): void => {
        const other = this.#size(id);
        if (id !== index && other > 0) add(id, grown * other);
      };
      // Where nothing gets through but to the classes that are listed, only they need to be asked.
      const closed = this.#outcomes.portState(row.base) === 0;
      if (closed) row.ids.forEach(one);
      const { length } = direction === 'egress' ? this.#ingress : this.#egress;
      for (let id = closed ? row.count : 0; id < length; id++) one(id);
    };
    pass(out, 'egress', (id, weight) => {
      this.#add(this.#stateBetween(index, out, id, this.#ingress[id]), weight);
    });
    pass(into, 'ingress', (id, weight) => {
      this.#add(this.#stateBetween(id, this.#egress[id], index, into), weight);
    });
    this.#add(this.#stateBetween(index, out, index, into), size * (size - 1) - before * (before - 1));
    this.#sizes[index] = size;
    this.#pods += grown;
  }

  /** Of two classes by their rows; a row is only asked where the other lets something through. */
  #stateBetween(from: number, out: Row | undefined, to: number, into: Row | undefined): PairState {
    if (out === undefined || into === undefined) return 0;
    const egress = this.#outcome(out, 'egress', from, to);
    if (this.#outcomes.portState(egress) === 0) return 0;
    return this.#outcomes.pairState(egress, this.#outcome(into, 'ingress', to, from));
  }

  *#count(): Steps<void> {
    const { world } = this.#reach;
    const classes = world.inhabited;
    for (const { index } of classes) this.#pods += this.#size(index);
    // The difference of two rows of one family does not tell what it makes of the other, nor of a second reading.
    this.#byRows = world.families.length === 1 && !classes.some((podClass) => this.#reach.isSpecial(podClass));
    yield* this.#countRows(classes);
  }

  #size(index: number): number {
    return this.#sizes[index] ?? 0;
  }

  #weight(from: number, to: number): number {
    const size = this.#size(from);
    return from === to ? size * (size - 1) : size * this.#size(to);
  }

  #add(state: PairState, weight: number): void {
    if (state === 2) this.#connected += weight;
    else if (state === 1) this.#unknown += weight;
  }

  *#countRows(classes: readonly PodClass[]): Steps<void> {
    const total = classes.length * 2;
    let done = 0;
    const bases = { egress: new Map<Outcome, number>(), ingress: new Map<Outcome, number>() };
    for (const podClass of classes) {
      const { index } = podClass;
      const out = this.#rows.of(podClass, 'egress');
      const into = this.#rows.of(podClass, 'ingress');
      this.#egress[index] = out;
      this.#ingress[index] = into;
      const size = this.#size(index);
      bases.egress.set(out.base, (bases.egress.get(out.base) ?? 0) + size);
      bases.ingress.set(into.base, (bases.ingress.get(into.base) ?? 0) + size);
      if ((++done & 255) === 0) yield { done, total, what: 'rows' };
    }
    for (const [out, weight] of bases.egress) {
      for (const [into, other] of bases.ingress) this.#add(this.#rows.state(out, into), weight * other);
    }
    // All pairs are counted as if no row had exceptions; then each exception is put right.
    for (const { index } of classes) {
      this.#correctFrom(index);
      if ((++done & 255) === 0) yield { done, total, what: 'pairs' };
    }
  }

  #correctFrom(index: number): void {
    const out = this.#egress[index] as Row;
    const into = this.#ingress[index] as Row;
    const { ids, outcomes } = out;
    let self = false;
    for (let at = 0; at < ids.length; at++) {
      const id = ids[at] as number;
      const other = this.#ingress[id];
      if (other === undefined) continue;
      if (id === index) self = true;
      this.#correct(index, id, out.base, other.base, outcomes[at] as Outcome, outcomeIn(other, index));
    }
    for (let at = 0; at < into.ids.length; at++) {
      const id = into.ids[at] as number;
      const other = this.#egress[id];
      if (other === undefined || hasId(other, index)) continue;
      if (id === index) self = true;
      this.#correct(id, index, other.base, into.base, other.base, into.outcomes[at] as Outcome);
    }
    if (!self) this.#correct(index, index, out.base, into.base, out.base, into.base);
  }

  #correct(from: number, to: number, outBase: Outcome, intoBase: Outcome, out: Outcome, into: Outcome): void {
    const counted = this.#rows.state(outBase, intoBase);
    const right = this.#rows.state(out, into);
    if (counted === right && from !== to) return;
    this.#add(counted, -this.#size(from) * this.#size(to));
    this.#add(right, this.#weight(from, to));
  }
}
