import type { Labels } from '../../model/labels.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import type { Workload } from '../../model/workload.ts';
import type { Enforcement } from '../enforcement.ts';
import type { Evidence } from '../evidence.ts';

/** What a CNI does for a pod: gives it an address and a way to others, decides who may talk, or calls other CNIs. */
export type CniRole = 'network' | 'policy' | 'network-and-policy' | 'meta';

export const makesNetwork = (role: CniRole): boolean => role === 'network' || role === 'network-and-policy';

/** How a DaemonSet is recognised as a CNI's agent. */
export interface AgentSignature {
  /** Pod labels, of which any one set will do. */
  readonly labels: readonly Labels[];
  /** For each list, one of its names must be the name of a container. */
  readonly containers: readonly (readonly string[])[];
  /** Names that no container may have: another CNI's agent shares the rest. */
  readonly without?: readonly string[];
  /** The DaemonSet's own name, where labels and containers are shared with another CNI or not documented. */
  readonly names?: readonly string[];
  /** A condition that names do not express. */
  readonly when?: (daemonSet: Workload, snapshot: ClusterSnapshot) => boolean;
}

export interface ObjectName {
  readonly namespace: string;
  readonly name: string;
}

/** What a definition's own rules may look at. */
export interface CniContext {
  readonly snapshot: ClusterSnapshot;
  /** The DaemonSets recognised as this CNI's agents; empty for one that runs inside something else. */
  readonly agents: readonly Workload[];
  /** The ids of all CNIs found, this one included. */
  readonly found: ReadonlySet<string>;
  readonly clusterType: string;
}

/** One CNI. To know another one, add a file with its definition and name it in `catalogue.ts`. */
export interface CniDefinition {
  readonly id: string;
  readonly name: string;
  readonly role: CniRole | ((context: CniContext) => CniRole);
  readonly agent?: AgentSignature;
  /** The container whose image carries the version. */
  readonly versionContainer?: string;
  /** On a container's image, whatever its registry. */
  readonly images: readonly RegExp[];
  readonly configMaps: readonly ObjectName[];
  /** These survive removal and prove nothing alone; so do annotations. */
  readonly apiGroups: readonly string[];
  /** Prefixes. */
  readonly nodeAnnotations: readonly string[];
  /** Reasons of the node condition `NetworkUnavailable`. */
  readonly networkReasons: readonly string[];
  /** Pod labels of Deployments and further DaemonSets that belong to it. */
  readonly companions: readonly Labels[];
  /** For a CNI without an agent: what says that it is there. */
  readonly embedded?: (
    context: Omit<CniContext, 'agents' | 'found'>,
  ) => Pick<Evidence, 'sentence' | 'object' | 'field'> | undefined;
  /** `embedded` follows from there being no agent, and not from something that says so. */
  readonly concludedFromAbsence?: true;
  /** Where each part comes from: "Calico policy + Flannel VXLAN". Defaults to the name. */
  readonly title?: (context: CniContext) => string;
  readonly enforcement: (context: CniContext) => Enforcement;
  /** The file below /etc/cni/net.d; the kubelet takes the first by name. */
  readonly confFile?: string;
  /** What a person reading about it should know. */
  readonly notes?: readonly string[];
  /** The words for its containers' tasks. */
  readonly containerRoles?: Readonly<Record<string, string>>;
  /** Whether a pod's address must be within its node's pod CIDR. */
  readonly usesPodCidr?: boolean;
}
