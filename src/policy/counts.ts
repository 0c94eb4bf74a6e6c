import type { IpFamily } from '../model/address.ts';
import { addressIn } from './actor.ts';
import type { Outcome } from './outcomes.ts';
import type { Reach } from './reach.ts';
import { openRow, outcomeIn, type Row } from './rows.ts';
import type { ConnectivityCounts } from './types.ts';
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

/** Counts ordered pairs of pods without looking at each: rows say the same about most classes. */
export function* countPairs(reach: Reach): Steps<ConnectivityCounts> {
  const { world, outcomes } = reach;
  const classes = world.classes.filter(({ size }) => size > 0);
  let pods = 0;
  for (const { size } of classes) pods += size;
  const podPairs = pods * (pods - 1);
  const special = ({ asNode, hostNetwork, actor }: PodClass): boolean =>
    asNode !== undefined || (hostNetwork && actor.node !== undefined && reach.guarded(actor.node));
  const plain = classes.filter((podClass) => !special(podClass));
  const hosts = classes.filter(special);
  const [first, second] = world.families;
  const tally = new Tally(reach);
  if (second !== undefined) {
    yield* countEach(classes, tally, (from, to) => {
      let state: 0 | 1 | 2 = 0;
      for (const family of world.families) {
        if (addressIn(from.actor, family) === null || addressIn(to.actor, family) === null) continue;
        const found = outcomes.portState(reach.both(from, to, family));
        if (found > state) state = found;
      }
      return state;
    });
  } else {
    const family = first ?? 4;
    yield* countSparsely(plain, reach, family, tally);
    if (hosts.length > 0) {
      const state = (from: PodClass, to: PodClass): 0 | 1 | 2 => outcomes.portState(reach.both(from, to, family));
      for (const host of hosts) {
        for (const other of plain) {
          tally.add(state(host, other), host.size * other.size);
          tally.add(state(other, host), host.size * other.size);
        }
        for (const other of hosts)
          tally.add(state(host, other), host === other ? host.size * (host.size - 1) : host.size * other.size);
      }
    }
  }
  return { podPairs, connected: tally.connected, unknown: tally.unknown };
}

class Tally {
  connected = 0;
  unknown = 0;
  readonly #reach: Reach;
  readonly #states = new Map<number, 0 | 1 | 2>();

  constructor(reach: Reach) {
    this.#reach = reach;
  }

  add(state: 0 | 1 | 2, weight: number): void {
    if (state === 2) this.connected += weight;
    else if (state === 1) this.unknown += weight;
  }

  state(egress: Outcome, ingress: Outcome): 0 | 1 | 2 {
    const key = egress * 0x1000000 + ingress;
    let state = this.#states.get(key);
    if (state === undefined) {
      const { outcomes } = this.#reach;
      state = outcomes.portState(outcomes.both(egress, ingress));
      this.#states.set(key, state);
    }
    return state;
  }
}

const effective = (reach: Reach, podClass: PodClass, direction: 'egress' | 'ingress', family: IpFamily): Row =>
  podClass.actor.selectable ? reach.row(podClass, direction, family) : openRow;

function* countSparsely(classes: readonly PodClass[], reach: Reach, family: IpFamily, tally: Tally): Steps<void> {
  const size = reach.world.classes.length;
  const egress: (Row | undefined)[] = new Array<Row | undefined>(size);
  const ingress: (Row | undefined)[] = new Array<Row | undefined>(size);
  const total = classes.length * 2;
  let done = 0;
  const bases = { egress: new Map<Outcome, number>(), ingress: new Map<Outcome, number>() };
  for (const podClass of classes) {
    const out = effective(reach, podClass, 'egress', family);
    const into = effective(reach, podClass, 'ingress', family);
    egress[podClass.index] = out;
    ingress[podClass.index] = into;
    bases.egress.set(out.base, (bases.egress.get(out.base) ?? 0) + podClass.size);
    bases.ingress.set(into.base, (bases.ingress.get(into.base) ?? 0) + podClass.size);
    if ((++done & 255) === 0) yield { done, total, what: 'rows' };
  }
  for (const [out, weight] of bases.egress) {
    for (const [into, other] of bases.ingress) tally.add(tally.state(out, into), weight * other);
  }
  const { classes: all } = reach.world;
  const correct = (from: PodClass, to: PodClass, out: Row, into: Row): void => {
    tally.add(tally.state(out.base, into.base), -from.size * to.size);
    tally.add(
      tally.state(outcomeIn(out, to.index), outcomeIn(into, from.index)),
      from === to ? from.size * (from.size - 1) : from.size * to.size,
    );
  };
  for (const podClass of classes) {
    const out = egress[podClass.index] as Row;
    let self = false;
    for (const id of out.ids) {
      const into = ingress[id];
      if (into === undefined) continue;
      if (id === podClass.index) self = true;
      correct(podClass, all[id] as PodClass, out, into);
    }
    const into = ingress[podClass.index] as Row;
    for (const id of into.ids) {
      const from = egress[id];
      if (from === undefined || contains(from.ids, podClass.index)) continue;
      if (id === podClass.index) self = true;
      correct(all[id] as PodClass, podClass, from, into);
    }
    if (!self) correct(podClass, podClass, out, into);
    if ((++done & 255) === 0) yield { done, total, what: 'pairs' };
  }
}

function contains(ids: readonly number[], id: number): boolean {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ids[middle] as number) < id) low = middle + 1;
    else high = middle;
  }
  return ids[low] === id;
}

function* countEach(
  classes: readonly PodClass[],
  tally: Tally,
  state: (from: PodClass, to: PodClass) => 0 | 1 | 2,
): Steps<void> {
  for (let index = 0; index < classes.length; index++) {
    const from = classes[index] as PodClass;
    for (const to of classes)
      tally.add(state(from, to), from === to ? from.size * (from.size - 1) : from.size * to.size);
    yield { done: index, total: classes.length, what: 'pairs' };
  }
}
