import type { IpFamily } from '../model/address.ts';
import type { Labels } from '../model/labels.ts';
import type { PortProtocol } from './packets.ts';

export interface Namespace {
  readonly index: number;
  readonly name: string;
  /** With the default name label. */
  readonly labels: Labels;
  /** False where the Namespace object could not be read: only its name is certain. */
  readonly known: boolean;
}

export interface NamedPort {
  readonly name: string;
  readonly protocol: PortProtocol;
  readonly port: number;
}

/** An address in one family: the number, `null` where there is none, `undefined` where it is not known. */
export type Address<T> = T | null | undefined;

/** One end of a connection as policies see it. */
export interface Actor {
  /**
   * `pod`: on the pod network. `host`: a node, or a pod on the host's network. `outside`: neither.
   */
  readonly kind: 'pod' | 'host' | 'outside';
  /** Whether NetworkPolicy's selectors may match it; hosts only where pods on the host's network are read as pods. */
  readonly selectable: boolean;
  readonly namespace: Namespace | undefined;
  readonly labels: Labels;
  readonly serviceAccount: string;
  readonly ports: readonly NamedPort[];
  readonly v4: Address<number>;
  readonly v6: Address<bigint>;
  /** The node that a host is, or is on. */
  readonly node?: string;
}

export const addressIn = (actor: Actor, family: IpFamily): Address<number | bigint> =>
  family === 4 ? actor.v4 : actor.v6;

export const noLabels: Labels = Object.freeze({});
export const noPorts: readonly NamedPort[] = Object.freeze([]);

export const outside = (v4: Address<number>, v6: Address<bigint>): Actor => ({
  kind: 'outside',
  selectable: false,
  namespace: undefined,
  labels: noLabels,
  serviceAccount: '',
  ports: noPorts,
  v4,
  v6,
});
