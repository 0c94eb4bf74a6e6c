import type { Workload } from '../../model/workload.ts';
import type { Enforcement } from '../enforcement.ts';
import type { Confidence, Evidence } from '../evidence.ts';
import type { Problem } from '../problem.ts';
import type { CniRole } from './definition.ts';

export interface DetectedCni {
  readonly id: string;
  readonly name: string;
  /** What does which part: "Calico policy + Flannel VXLAN". */
  readonly title: string;
  /** Without a leading `v`; absent where no image, label or object tells it. */
  readonly version?: string;
  readonly role: CniRole;
  readonly confidence: Confidence;
  /** Out of 100. */
  readonly score: number;
  /** The strongest first. */
  readonly evidence: readonly Evidence[];
  readonly enforcement: Enforcement;
  /** The DaemonSets of its agents; empty where it runs inside something else. */
  readonly agents: readonly Workload[];
  readonly notes: readonly string[];
}

/** Signs of a CNI that does not run: what a removed one left behind, or one whose agents may not be seen. */
export type CniTrace = Pick<DetectedCni, 'id' | 'name' | 'confidence' | 'score' | 'evidence'>;

export interface CniReading {
  /**
   * `known`: everything needed was read. `pending`: some of it is still on its way. `cannot-tell`: no CNI was found, and
   * what would show one may not be read; `gaps` says what.
   */
  readonly state: 'known' | 'pending' | 'cannot-tell';
  /** Those that make or police the network first, helpers such as Multus last. */
  readonly detected: readonly DetectedCni[];
  readonly traces: readonly CniTrace[];
  readonly gaps: readonly Evidence[];
  /** For the cluster as a whole. */
  readonly enforcement: Enforcement;
  readonly problems: readonly Problem[];
}
