import type { IpFamily } from '../model/address.ts';
import type { Actor } from './actor.ts';
import { type AddressSet, containsAddress, coversFamily, hasFamily } from './addressSet.ts';
import { addressIn } from './actor.ts';
import type { PacketSet } from './packets.ts';
import { type Selector, selects, selectsNamespace } from './selectors.ts';
import { and, because, no, or, type Tri, yes } from './tri.ts';
import type { Incompleteness, PolicyRef, RuleRef } from './types.ts';

/**
 * The one rule model that every kind of policy is compiled into: tiers in order, policies in order, rules in order,
 * the first match decides.
 */
export type Action = 'allow' | 'deny' | 'pass' | 'unknown';

/** The other end of a connection, as a rule describes it. Interned: equal peers are the same object. */
export type Peer =
  | {
      readonly kind: 'pods';
      readonly id: number;
      /** Pods of this namespace only; else of those that the selector selects. */
      readonly namespace: string | undefined;
      readonly namespaces: Selector;
      readonly pods: Selector;
      /** NetworkPolicy leaves it open whether its selectors match pods on the host's network; the others say no. */
      readonly mayMatchHosts: boolean;
    }
  | {
      readonly kind: 'block';
      readonly id: number;
      readonly addresses: AddressSet;
      readonly matchesPods: boolean;
      readonly text: string;
    }
  /** An entry that the API server refuses. It keeps its place in the list. */
  | { readonly kind: 'nothing'; readonly id: number }
  | { readonly kind: 'nodes'; readonly id: number; readonly nodes: Selector }
  | { readonly kind: 'domains'; readonly id: number; readonly text: string }
  | {
      readonly kind: 'custom';
      readonly id: number;
      readonly text: string;
      readonly match: (actor: Actor, family: IpFamily) => Tri;
    };

/** Which packets a rule is about. Named ports are looked up at the destination. */
export interface PortMatch {
  readonly id: number;
  /** The packets, where they do not depend on the destination. */
  readonly fixed: PacketSet | undefined;
  readonly resolve: (destination: Actor, family: IpFamily) => PacketSet;
  /** Whether `resolve` looks at the destination's address and not only at its ports. */
  readonly byAddress: boolean;
  /** Not zero where even a packet of the set matches only perhaps (source ports). */
  readonly doubt: Tri;
  /** As in a sentence: `TCP 5432`, `port metrics`; empty for everything. */
  readonly text: string;
}

export interface Rule {
  readonly ref: RuleRef;
  readonly action: Action;
  /** Any of them; `undefined` for everything. */
  readonly peers: readonly Peer[] | undefined;
  /** Identifies the list of peers: equal lists have the same number. */
  readonly peersId: number;
  /** A condition on the policy's own side, as a Calico rule may have it. */
  readonly own: Peer | undefined;
  readonly ports: PortMatch;
  readonly family: IpFamily | undefined;
  /** Not zero where a part of the rule cannot be decided, e.g. an HTTP match. */
  readonly doubt: Tri;
}

export interface Policy {
  readonly id: number;
  readonly ref: PolicyRef;
  readonly family: 'network-policy' | 'admin' | 'calico';
  /** The only namespace whose pods it may select. */
  readonly namespace: string | undefined;
  readonly subject: (actor: Actor) => Tri;
  /** In words, for traces: `app=web`. */
  readonly subjectText: string;
  /** Undefined where the policy does not govern that direction. */
  readonly ingress: readonly Rule[] | undefined;
  readonly egress: readonly Rule[] | undefined;
  /** Lower first. */
  readonly order: number;
  readonly tier: string;
  /** Breaks ties in Calico's order. */
  readonly sortKey: string;
  readonly problems: readonly Incompleteness[];
  readonly reads: Reads;
}

/** What a policy reads of pods and addresses: only this tells pods apart. */
export interface Reads {
  readonly podSelectors: readonly Selector[];
  /** Labels read by selectors of other languages: key and value; `undefined` value: its presence, `null`: all of it. */
  readonly labels: readonly (readonly [string, string | undefined | null])[];
  readonly portNames: readonly string[];
  readonly addresses: readonly AddressSet[];
  readonly serviceAccounts: boolean;
  readonly nodes: boolean;
}

const unknownAddress = because('unknown-address');
const unknownDomain = because('unknown-domain');
const unknownReference = because('unknown-reference');

/** Whether an address is in a set, for an end whose address may not be known. */
export function addressMatches(addresses: AddressSet, actor: Actor, family: IpFamily): Tri {
  const address = addressIn(actor, family);
  if (address === null) return no;
  if (address === undefined) {
    if (!hasFamily(addresses, family)) return no;
    return coversFamily(addresses, family) ? yes : unknownAddress;
  }
  return containsAddress(addresses, family, address) ? yes : no;
}

export type NodeLabels = (node: string) => Readonly<Record<string, string>> | undefined;

export function matchPeer(peer: Peer, actor: Actor, family: IpFamily, nodeLabels: NodeLabels): Tri {
  switch (peer.kind) {
    case 'pods': {
      const { namespace } = actor;
      if (namespace === undefined || !(actor.kind === 'pod' || (peer.mayMatchHosts && actor.selectable))) return no;
      const inNamespace =
        peer.namespace !== undefined
          ? peer.namespace === namespace.name
            ? yes
            : no
          : selectsNamespace(peer.namespaces, namespace.labels, namespace.known);
      return inNamespace !== no && selects(peer.pods, actor.labels) ? inNamespace : no;
    }
    case 'block':
      return !peer.matchesPods && (actor.kind === 'pod' || actor.selectable)
        ? no
        : addressMatches(peer.addresses, actor, family);
    case 'nodes': {
      if (actor.kind !== 'host') return no;
      const labels = actor.node === undefined ? undefined : nodeLabels(actor.node);
      if (labels === undefined) return unknownReference;
      return selects(peer.nodes, labels) ? yes : no;
    }
    case 'nothing':
      return no;
    case 'domains':
      return unknownDomain;
    case 'custom':
      return peer.match(actor, family);
  }
}

export function matchPeers(
  peers: readonly Peer[] | undefined,
  actor: Actor,
  family: IpFamily,
  nodeLabels: NodeLabels,
): Tri {
  if (peers === undefined) return yes;
  let result: Tri = no;
  for (const peer of peers) {
    result = or(result, matchPeer(peer, actor, family, nodeLabels));
    if (result === yes) return yes;
  }
  return result;
}

/** Whether a rule matches at all, its ports aside. */
export function matchRule(rule: Rule, subject: Actor, other: Actor, family: IpFamily, nodeLabels: NodeLabels): Tri {
  if (rule.family !== undefined && rule.family !== family) return no;
  let result = matchPeers(rule.peers, other, family, nodeLabels);
  if (result === no) return no;
  if (rule.own !== undefined) result = and(result, matchPeer(rule.own, subject, family, nodeLabels));
  return rule.doubt === 0 ? result : and(result, rule.doubt);
}
