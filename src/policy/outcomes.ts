import {
  icmp6Start,
  icmpStart,
  nothing,
  otherStart,
  packetCount,
  pairKey,
  type PacketSet,
  type PacketSets,
  portsOf,
} from './packets.ts';
import { everyPacket } from './packets.ts';
import { because, reasonsOf, type Tri } from './tri.ts';
import type { Connections, Verdict } from './types.ts';
import type { IpFamily } from '../model/address.ts';

/** What is allowed and what is unknown; the rest is denied. Interned like packet sets. */
export type Outcome = number;

export const denyAll: Outcome = 0;
export const allowAll: Outcome = 1;

const undefinedHostNetwork = because('undefined-host-network');

export class Outcomes {
  readonly sets: PacketSets;
  readonly #allow: PacketSet[] = [];
  readonly #unknown: PacketSet[] = [];
  readonly #reasons: Tri[] = [];
  readonly #ids = new Map<string, Outcome>();
  readonly #certain = new Map<PacketSet, Outcome>();
  readonly #both = new Map<number, Outcome>();
  readonly #readings = new Map<number, Outcome>();
  readonly #states: ((0 | 1 | 2)[] | undefined)[] = [];
  readonly #connections = new Map<number, Connections>();

  constructor(sets: PacketSets) {
    this.sets = sets;
    this.of(nothing, nothing, 0);
    this.of(everyPacket, nothing, 0);
  }

  allowed(outcome: Outcome): PacketSet {
    return this.#allow[outcome] ?? nothing;
  }

  unknown(outcome: Outcome): PacketSet {
    return this.#unknown[outcome] ?? nothing;
  }

  reasons(outcome: Outcome): Tri {
    return this.#reasons[outcome] ?? 0;
  }

  of(allow: PacketSet, unknown: PacketSet, reasons: Tri): Outcome {
    if (unknown === nothing) {
      const known = this.#certain.get(allow);
      if (known !== undefined) return known;
      const outcome = this.#add(allow, nothing, 0);
      this.#certain.set(allow, outcome);
      return outcome;
    }
    const key = `${allow},${unknown},${reasons}`;
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const outcome = this.#add(allow, unknown, reasons);
    this.#ids.set(key, outcome);
    return outcome;
  }

  #add(allow: PacketSet, unknown: PacketSet, reasons: Tri): Outcome {
    this.#allow.push(allow);
    this.#unknown.push(unknown);
    return this.#reasons.push(reasons) - 1;
  }

  /** What may be allowed and what may be denied, as two sets that may overlap: the overlap is unknown. */
  ofPossible(mayAllow: PacketSet, mayDeny: PacketSet, reasons: Tri): Outcome {
    const unknown = this.sets.and(mayAllow, mayDeny);
    return this.of(this.sets.minus(mayAllow, mayDeny), unknown, unknown === nothing ? 0 : reasons);
  }

  /** Both sides must allow: the lesser of the two in the order deny, unknown, allow. */
  both(egress: Outcome, ingress: Outcome): Outcome {
    if (egress === ingress || ingress === allowAll) return egress;
    if (egress === allowAll) return ingress;
    if (egress === denyAll || ingress === denyAll) return denyAll;
    const key = egress < ingress ? pairKey(egress, ingress) : pairKey(ingress, egress);
    const known = this.#both.get(key);
    if (known !== undefined) return known;
    const { sets } = this;
    const allow = sets.and(this.allowed(egress), this.allowed(ingress));
    const notDenied = sets.and(
      sets.or(this.allowed(egress), this.unknown(egress)),
      sets.or(this.allowed(ingress), this.unknown(ingress)),
    );
    const unknown = sets.minus(notDenied, allow);
    let reasons = 0;
    if (sets.and(unknown, this.unknown(egress)) !== nothing) reasons |= this.reasons(egress);
    if (sets.and(unknown, this.unknown(ingress)) !== nothing) reasons |= this.reasons(ingress);
    const outcome = this.of(allow, unknown, reasons);
    this.#both.set(key, outcome);
    return outcome;
  }

  /** What two readings of the API agree on; the rest is unknown. */
  agreed(one: Outcome, other: Outcome): Outcome {
    if (one === other) return one;
    const key = one < other ? pairKey(one, other) : pairKey(other, one);
    const known = this.#readings.get(key);
    if (known !== undefined) return known;
    const { sets } = this;
    const allow = sets.and(this.allowed(one), this.allowed(other));
    const either = sets.or(
      sets.or(this.allowed(one), this.unknown(one)),
      sets.or(this.allowed(other), this.unknown(other)),
    );
    const unknown = sets.minus(either, allow);
    const outcome = this.of(allow, unknown, this.reasons(one) | this.reasons(other) | undefinedHostNetwork);
    this.#readings.set(key, outcome);
    return outcome;
  }

  verdict(outcome: Outcome, packet: number): Verdict {
    if (this.sets.contains(this.allowed(outcome), packet)) return 'allow';
    return this.sets.contains(this.unknown(outcome), packet) ? 'unknown' : 'deny';
  }

  /** The verdict for all packets of a half-open range together: `unknown` where they differ. */
  verdictOfRange(outcome: Outcome, start: number, end: number): Verdict {
    const { sets } = this;
    const range = sets.range(start, end);
    if (sets.minus(range, this.allowed(outcome)) === nothing) return 'allow';
    if (sets.and(range, this.allowed(outcome)) === nothing && sets.and(range, this.unknown(outcome)) === nothing)
      return 'deny';
    return 'unknown';
  }

  /** In TCP, UDP or SCTP: 2 something allowed, 1 nothing allowed and something unknown, 0 all denied. */
  portState(outcome: Outcome): 0 | 1 | 2 {
    if (outcome === allowAll) return 2;
    if (outcome === denyAll) return 0;
    if (this.sets.and(this.allowed(outcome), this.sets.ports) !== nothing) return 2;
    return this.sets.and(this.unknown(outcome), this.sets.ports) !== nothing ? 1 : 0;
  }

  /** The state of both sides together. */
  pairState(egress: Outcome, ingress: Outcome): 0 | 1 | 2 {
    const row = (this.#states[egress] ??= []);
    return (row[ingress] ??= this.portState(this.both(egress, ingress)));
  }

  connections(outcome: Outcome, family: IpFamily): Connections {
    const key = outcome * 8 + family;
    const known = this.#connections.get(key);
    if (known !== undefined) return known;
    const { sets } = this;
    const allowed = portsOf(sets, this.allowed(outcome));
    const unknown = portsOf(sets, this.unknown(outcome));
    const all =
      allowed.length === 3 && allowed.every(({ ranges: [first] }) => first?.first === 1 && first.last === 65535);
    const [icmpFrom, icmpTo] = family === 4 ? [icmpStart, icmp6Start] : [icmp6Start, otherStart];
    const connections: Connections = {
      all,
      none: allowed.length === 0 && unknown.length === 0,
      allowed,
      unknown,
      icmp: this.verdictOfRange(outcome, icmpFrom, icmpTo),
      other: this.verdictOfRange(outcome, otherStart, packetCount),
      reasons: reasonsOf(this.reasons(outcome)),
    };
    this.#connections.set(key, connections);
    return connections;
  }
}
