import type { IpFamily } from '../model/address.ts';
import type { KindKey } from '../model/kinds.ts';
import type { SourceRange } from '../model/meta.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';

export type Verdict = 'allow' | 'deny' | 'unknown';

/** Seen from the pod whose policies are asked: egress of the source, ingress of the destination. */
export type Direction = 'egress' | 'ingress';

/** Why a verdict is what it is. */
export type Basis =
  /** A rule decided, or the isolation that a policy causes. */
  | 'policy'
  /** No policy has a say. */
  | 'default-allow'
  /** A pod talks to its own address. */
  | 'self'
  /** A pod's own node reaches it whatever the policies say. */
  | 'node-local'
  /** This side is no pod: policies do not govern it. */
  | 'not-governed'
  /** The workload's pods do not all have the same verdict; see `Explanation.cases`. */
  | 'mixed'
  /** A service without ready endpoints, a port that nobody has: there is nothing to talk to. */
  | 'no-endpoint'
  /** The API leaves it to the network plugin how pods on the host's network are matched. */
  | 'undefined-host-network'
  /** The address that the policy sees depends on address translation. */
  | 'undefined-snat'
  /** NetworkPolicy says nothing about protocols other than TCP, UDP and SCTP. */
  | 'undefined-protocol'
  /** The verdict depends on which of several policies of equal priority is applied first. */
  | 'undefined-order'
  | 'unknown-address'
  | 'unknown-namespace'
  | 'unknown-service-account'
  /** Policies that may exist could not be read. */
  | 'unknown-policies'
  | 'unknown-domain'
  | 'unknown-http'
  | 'unknown-source-port'
  | 'unknown-host-endpoint'
  /** Something that a policy refers to is not known or cannot be compiled. */
  | 'unknown-reference'
  /** The asked endpoint does not exist in the snapshot. */
  | 'unknown-endpoint';

export interface PodRef {
  readonly namespace: string;
  readonly name: string;
}

/** What the pods of one owner are shown as: the topmost owner that is known, or the pod itself (`kind: 'Pod'`). */
export interface WorkloadRef {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** A policy by the table that holds it. `namespace` is empty for cluster-scoped kinds. */
export interface PolicyRef {
  readonly table: KindKey;
  /** `NetworkPolicy`, `AdminNetworkPolicy`, `GlobalNetworkPolicy` … */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly source?: SourceRange;
}

export interface RuleRef {
  readonly direction: Direction;
  /** The rule's place in the policy's list for that direction, from 0. */
  readonly index: number;
  readonly name?: string;
}

export type Endpoint =
  | { readonly kind: 'pod'; readonly namespace: string; readonly name: string }
  /** All pods of an owner. Without `workloadKind` any kind of owner of that name. */
  | { readonly kind: 'workload'; readonly namespace: string; readonly name: string; readonly workloadKind?: string }
  /** The node's own processes and its pods on the host's network. */
  | { readonly kind: 'node'; readonly name: string }
  /** An address; it stands for the pod or node that has it, or for something outside. */
  | { readonly kind: 'address'; readonly address: string }
  /** As a destination: its ready endpoints, at its target ports. */
  | { readonly kind: 'service'; readonly namespace: string; readonly name: string }
  /** As a source: a pod of which nothing is known but that it is in some other namespace, with no labels. */
  | { readonly kind: 'ingress-controller' };

/** `ICMP` means ICMPv6 where the family is 6. Numbers are IP protocol numbers. */
export type Protocol = 'TCP' | 'UDP' | 'SCTP' | 'ICMP' | 'ICMPv6' | number;

export interface Question {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly protocol: Protocol;
  /**
   * A number, or a name that each destination resolves by its own container ports (for a service: the service's own
   * port, by number or name). For ICMP `type * 256 + code`; absent for protocols that have none.
   */
  readonly port?: number | string;
  /** Without it, both families that the two ends may share are asked. */
  readonly family?: IpFamily;
}

/** What one tier, policy or rule said, in the order of evaluation. */
export interface TraceStep {
  readonly direction: Direction;
  /** `admin`, `network-policy`, `baseline`, a Calico tier's name, `profile`, or `default`. */
  readonly tier: string;
  readonly policy?: PolicyRef;
  readonly rule?: RuleRef;
  readonly outcome: 'allow' | 'deny' | 'pass' | 'no-match' | 'unknown';
  /** One clause in words, without a full stop. */
  readonly text: string;
}

export interface Half {
  readonly verdict: Verdict;
  readonly basis: Basis;
  /** For `unknown`: what is not known, in words. */
  readonly reason?: string;
  readonly trace: readonly TraceStep[];
}

export interface Explanation {
  readonly verdict: Verdict;
  readonly egress: Half;
  readonly ingress: Half;
  /** Of the side that decides. */
  readonly basis: Basis;
  /** Egress steps, then ingress steps. */
  readonly trace: readonly TraceStep[];
  readonly sentence: string;
  /** The IP family asked; absent where both give the same answer. */
  readonly family?: IpFamily;
  /** What was asked, after names were resolved: `shop/web[Deployment]`, `10.0.0.7`, and the ports at the destination. */
  readonly from: string;
  readonly to: string;
  readonly protocol: Protocol;
  readonly port?: number | string;
  /** Where the answer differs by pod, endpoint, port or family: one explanation for each answer. */
  readonly cases?: readonly Explanation[];
}

/** Both ends included. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

export interface ProtocolPorts {
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  /** Ascending, disjoint, not touching; within 1–65535; never empty. */
  readonly ranges: readonly PortRange[];
}

/** What may flow from one end to the other. What is in neither list is denied. */
export interface Connections {
  /** Every port of TCP, UDP and SCTP is allowed. ICMP and other protocols have fields of their own. */
  readonly all: boolean;
  readonly none: boolean;
  /** In alphabetical order of protocol. */
  readonly allowed: readonly ProtocolPorts[];
  readonly unknown: readonly ProtocolPorts[];
  /** Echo requests and everything else; `unknown` where only some types are allowed or where no policy says. */
  readonly icmp: Verdict;
  /** IP protocols other than TCP, UDP, SCTP and ICMP. */
  readonly other: Verdict;
  /** Why the unknown part is unknown, in words; empty where nothing in `unknown`. */
  readonly reasons: readonly Reason[];
}

export interface Reason {
  readonly basis: Basis;
  readonly text: string;
}

/** An end of a connection in the all-pairs result. */
export type ConnectivityNode =
  | {
      readonly kind: 'pods';
      readonly id: number;
      /** `shop/web[Deployment]`; by pod `shop/web-0[Pod]`. A part of a workload: `shop/web{track=canary}[Deployment]`. */
      readonly label: string;
      readonly workload: WorkloadRef;
      /** Labels that tell this part of the workload from its other parts. */
      readonly part?: Readonly<Record<string, string>>;
      readonly podCount: number;
      /** True where the pods are on the host's network. */
      readonly hostNetwork: boolean;
    }
  | {
      readonly kind: 'external';
      readonly id: number;
      readonly family: IpFamily;
      /** `0.0.0.0-9.255.255.255[External]` */
      readonly label: string;
      readonly first: string;
      readonly last: string;
    }
  | { readonly kind: 'ingress-controller'; readonly id: number; readonly label: '{ingress-controller}' };

export interface ConnectivityPair {
  readonly from: ConnectivityNode;
  readonly to: ConnectivityNode;
  readonly connections: Connections;
  /** Present where IPv4 and IPv6 differ between these two ends. */
  readonly family?: IpFamily;
}

export interface OutsideFlow {
  readonly node: Extract<ConnectivityNode, { kind: 'external' }>;
  readonly connections: Connections;
}

export interface ConnectivityCounts {
  /** Ordered pairs of different pods. */
  readonly podPairs: number;
  /** Pod pairs with something allowed, and those with nothing allowed and something unknown. */
  readonly connected: number;
  readonly unknown: number;
}

/** All pairs. Rows are computed once for all pods that policies treat alike, and expanded when they are asked for. */
export interface Connectivity {
  readonly by: 'workload' | 'pod';
  readonly families: readonly IpFamily[];
  readonly nodes: readonly ConnectivityNode[];
  readonly counts: ConnectivityCounts;
  /** Pairs where something is allowed or unknown on TCP, UDP or SCTP, by source and destination in `nodes` order; no self pairs. */
  pairs(): Iterable<ConnectivityPair>;
  /** Those of them that start at a node. Costs what they are many, not what there are nodes. */
  from(node: ConnectivityNode): Iterable<ConnectivityPair>;
  /**
   * What may flow between a node of pods and the addresses outside, ascending, neighbours with the same connections as one
   * node: `egress` to them, `ingress` from them. Where nothing flows there is no entry.
   */
  outside(node: ConnectivityNode, direction: Direction): readonly OutsideFlow[];
  /** One entry, or one for each family where they differ. Also pairs with nothing allowed. */
  between(from: ConnectivityNode, to: ConnectivityNode): readonly ConnectivityPair[];
}

export interface RunOptions {
  /** Checked between chunks of work; the operation then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** `done` of `total`, in units of the operation's own. */
  readonly progress?: (done: number, total: number, what: string) => void;
}

export interface EngineOptions {
  /** Whether an `ipBlock` matches pods by their address, as the upstream tests require. Default true. */
  readonly ipBlockMatchesPods?: boolean;
  /**
   * Whether a baseline policy is asked where NetworkPolicy isolates the pod for the other direction only.
   * `per-direction` (default): yes; `any`: no NetworkPolicy may select the pod at all.
   */
  readonly baseline?: 'per-direction' | 'any';
  /**
   * How pods on the host's network are matched. The API names two possibilities, `as-pods` and `as-node`; `undefined`
   * gives a verdict where both agree and `unknown` elsewhere. Default `undefined`, or `as-pods` where
   * `ipBlockMatchesPods` is false: a plugin that does not know pods by address knows them by identity.
   */
  readonly hostNetworkPods?: 'undefined' | 'as-pods' | 'as-node';
}

/** Something that makes verdicts less than certain, or a policy of which a part could not be understood. */
export interface Incompleteness {
  readonly kind:
    'foreign-policies' | 'unread-kind' | 'invalid-policy' | 'staged' | 'host-endpoints' | 'ambiguous-order';
  readonly text: string;
  readonly policy?: PolicyRef;
  readonly table?: KindKey;
  /** Where in the policy: `spec.ingress[0].from[1].ipBlock.cidr`. */
  readonly path?: string;
}

export interface Selection {
  readonly policy: PolicyRef;
  /** Pods that the policy selects; a pod on the host's network is listed apart. */
  readonly pods: readonly PodRef[];
  readonly hostNetworkPods: readonly PodRef[];
  /** Pods of which it is not known whether the policy selects them. */
  readonly unknownPods: readonly PodRef[];
  readonly directions: readonly Direction[];
  readonly rules: readonly RuleSelection[];
}

export interface RuleSelection {
  readonly rule: RuleRef;
  /** `unknown` where the rule could not be understood and may do anything. */
  readonly action: 'allow' | 'deny' | 'pass' | 'unknown';
  /** What it is about, in words: `app=api on TCP 8080`. */
  readonly text: string;
  /** One for each entry of `from`/`to`; a rule without any has one with `everything`. */
  readonly peers: readonly PeerSelection[];
}

export interface PeerSelection {
  readonly index: number;
  /** Every source or destination, outside included. */
  readonly everything: boolean;
  /** Whom it names, in words: `app=api of every namespace`. */
  readonly text: string;
  readonly pods: readonly PodRef[];
  readonly unknownPods: readonly PodRef[];
  /** CIDR blocks or domain names that the peer names. */
  readonly blocks: readonly string[];
}

export interface SelectedBy {
  readonly pod: PodRef;
  readonly policies: readonly { readonly policy: PolicyRef; readonly directions: readonly Direction[] }[];
  /**
   * `isolated`: what no rule admits is denied. `restricted`: admin policies deny some of it. `unknown`: policies that
   * may select the pod could not be judged.
   */
  readonly ingress: 'open' | 'restricted' | 'isolated' | 'unknown';
  readonly egress: 'open' | 'restricted' | 'isolated' | 'unknown';
}

export interface Exposure {
  readonly workload: WorkloadRef;
  readonly label: string;
  readonly podCount: number;
  /** How much of the cluster's other pods may connect to it. */
  readonly fromPods: { readonly pods: number; readonly namespaces: number; readonly of: number };
  /** What may come from every address outside the cluster, and from some of them. */
  readonly fromAnywhere: Connections;
  readonly fromSomewhere: Connections;
  /** What may go to every address outside, and to some of them. */
  readonly toAnywhere: Connections;
  readonly toSomewhere: Connections;
}

export interface NamespaceCoverage {
  readonly namespace: string;
  readonly pods: number;
  readonly ingressIsolated: number;
  readonly egressIsolated: number;
  readonly hostNetwork: number;
}

export interface Coverage {
  readonly namespaces: readonly NamespaceCoverage[];
  /** Policies that select no pod. */
  readonly selectNothing: readonly PolicyRef[];
  /** Policies without which every verdict is the same. */
  readonly redundant: readonly PolicyRef[];
  /** Rules that never decide, because earlier or other rules admit or refuse all that they match. */
  readonly shadowed: readonly { readonly policy: PolicyRef; readonly rule: RuleRef; readonly by: string }[];
}

/** A change between two states, by the labels of the two ends. */
export interface ConnectivityChange {
  readonly kind: 'added' | 'removed' | 'changed' | 'now-unknown';
  readonly from: string;
  readonly to: string;
  readonly family?: IpFamily;
  readonly before: Connections;
  readonly after: Connections;
}

export interface ConnectivityDiff {
  readonly by: 'workload' | 'pod';
  readonly changes: readonly ConnectivityChange[];
  /** Ends that are in only one of the two states. */
  readonly onlyBefore: readonly string[];
  readonly onlyAfter: readonly string[];
}

/** Reachability of one snapshot. Immutable; answers are computed at first use and kept. */
export interface PolicyEngine {
  readonly snapshot: ClusterSnapshot;
  readonly options: Required<EngineOptions>;
  readonly incomplete: readonly Incompleteness[];
  readonly policies: readonly PolicyRef[];
  connectivity(view?: { readonly by: 'workload' | 'pod' }, run?: RunOptions): Promise<Connectivity>;
  /** The same, in one go on this thread. */
  connectivityNow(view?: { readonly by: 'workload' | 'pod' }): Connectivity;
  explain(question: Question): Explanation;
  /** The verdict alone: what `explain` says, without words. */
  verdict(question: Question): Verdict;
  selects(policy: Pick<PolicyRef, 'table' | 'namespace' | 'name'>): Selection | undefined;
  selectedBy(pod: PodRef): SelectedBy | undefined;
  exposure(run?: RunOptions): Promise<readonly Exposure[]>;
  coverage(run?: RunOptions): Promise<Coverage>;
  /** An engine for `next` that keeps whatever the difference between the two snapshots leaves valid. */
  update(next: ClusterSnapshot, options?: UpdateOptions): PolicyEngine;
}

export interface UpdateOptions {
  /**
   * Pods that only a policy of the past told apart may stay apart. Verdicts and selections are the same, and edits that go
   * back and forth are quicker; a workload may be listed in more parts than policies need.
   */
  readonly mayBeFiner?: boolean;
}
