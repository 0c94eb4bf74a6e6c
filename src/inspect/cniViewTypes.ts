import type { Node } from '../model/node.ts';
import type { ContainerState, Pod } from '../model/pod.ts';
import type { Knowledge } from '../model/snapshot.ts';
import type { Workload } from '../model/workload.ts';
import type { ClusterTypeReading } from './clusterType.ts';
import type { CniReading, DetectedCni } from './cni/cniReading.ts';
import type { ObjectReference } from './evidence.ts';
import type { PodStatus } from './podStatus.ts';
import type { Problem, Severity } from './problem.ts';

export type ContainerKind = 'main' | 'init' | 'sidecar';

/** A container of an agent's pod. */
export interface ContainerView {
  readonly name: string;
  readonly kind: ContainerKind;
  /** What it does, in words, where that is known: "flannel: takes the node's pod CIDR …". */
  readonly role?: string;
  readonly image: string;
  readonly ready: boolean;
  readonly restarts: number;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
  /** "running, ready" · "waiting: CrashLoopBackOff (last exit 1, Error)" · "init, completed". */
  readonly words: string;
  readonly severity?: Severity;
}

export interface PodView {
  readonly pod: Pod;
  readonly status: PodStatus;
  readonly node?: string;
  readonly ip?: string;
  readonly containers: readonly ContainerView[];
  readonly problems: readonly Problem[];
  readonly severity?: Severity;
}

export interface WorkloadView {
  readonly workload: Workload;
  readonly role: 'agent' | 'companion' | 'kube-proxy' | 'dns';
  /** "48 desired, 47 ready, 48 up to date" */
  readonly words: string;
  /** As its controller reports them; absent where it has reported nothing, as in a manifest. */
  readonly counts?: {
    readonly desired: number;
    readonly ready: number;
    readonly updated: number;
    readonly misscheduled: number;
  };
  readonly rollingOut: boolean;
  /** Ready Linux nodes that have no agent pod. Empty for anything but an agent, and while pods are not known. */
  readonly uncovered: readonly Node[];
  /** Those with problems first, then as listed, which is by name. */
  readonly pods: readonly PodView[];
  readonly podsKnowledge: Knowledge;
  readonly severity?: Severity;
}

export interface CniEntryView {
  readonly cni: DetectedCni;
  /** What a person should know of it that is no problem. */
  readonly notes: readonly string[];
  readonly workloads: readonly WorkloadView[];
  readonly problems: readonly Problem[];
  readonly severity?: Severity;
}

export interface CniView {
  readonly type: ClusterTypeReading;
  /** As served, `v1.34.2+rke2r1`. */
  readonly version?: string;
  readonly cni: CniReading;
  readonly entries: readonly CniEntryView[];
  /** kube-proxy and the cluster's DNS, where they are seen. */
  readonly system: readonly WorkloadView[];
  /** All problems, roots only, the worst first; what follows from each is in its `consequences`. */
  readonly problems: readonly Problem[];
  readonly severity?: Severity;
  /** Agent pods that are ready, out of those desired; absent where no agent runs as a DaemonSet. */
  readonly agents?: { readonly ready: number; readonly desired: number };
  /** "Canal 3.32.1 · 47/48 ready" */
  readonly summary: string;
  /** From the CNI's DaemonSet down to the container that has the first problem; empty where there is none. */
  readonly firstProblem: readonly ObjectReference[];
}
