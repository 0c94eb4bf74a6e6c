import { type Packet, type Party, type World } from './world.ts';

/** One direction of one packet: the pod whose policies are asked, and who is at the other end. */
export interface Situation {
  readonly world: World;
  readonly packet: Packet;
  readonly direction: 'ingress' | 'egress';
  readonly subject: Party;
  readonly peer: Party;
  /** Whether NetworkPolicy takes pods on the host's network for pods. */
  readonly hostPodsArePods: boolean;
}

export const destinationOf = ({ direction, subject, peer }: Situation): Party =>
  direction === 'ingress' ? subject : peer;
export const sourceOf = ({ direction, subject, peer }: Situation): Party => (direction === 'ingress' ? peer : subject);

/** What a policy, or a tier of policies, may say about a packet. Several where something is not known. */
export type Outcome = 'allow' | 'deny' | 'pass' | 'none';
export type Outcomes = ReadonlySet<Outcome>;
