import type { JsonObject } from '../../model/json.ts';
import type { KubernetesEvent } from '../../model/objects.ts';
import type { Pod } from '../../model/pod.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import type { SelectedBy } from '../../policy/types.ts';
import type { Rights } from './rights.ts';
import type { Block, SectionState } from '../page.ts';

/** CPU in millicores, memory in bytes. */
export interface Usage {
  readonly cpu: number;
  readonly memory: number;
}

/** What a pod's page is made of. */
export interface PodInput {
  /** The pod as the server sent it. */
  readonly raw: JsonObject;
  readonly pod: Pod;
  /** What is known of the objects around the pod. */
  readonly snapshot: ClusterSnapshot;
  readonly events: readonly KubernetesEvent[];
  readonly eventsState: SectionState;
  /** By container; empty where `usageState` is not ready. */
  readonly usage: ReadonlyMap<string, Usage>;
  readonly usageState: SectionState;
  /** What was measured of its traffic, or the offer to measure it. Absent where there is nobody to ask. */
  readonly traffic?: readonly Block[];
  /** Absent where no policy engine could be asked. */
  readonly selectedBy?: SelectedBy;
  /** Absent until the server has answered, and for a folder. */
  readonly rights?: Rights;
  /** Milliseconds since the epoch. */
  readonly now: number;
}
