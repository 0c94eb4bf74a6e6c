import { type Cidr, parseCidr } from '../model/address.ts';
import { isObject, numberAt, stringAt } from '../model/json.ts';
import type { Condition } from '../model/meta.ts';
import type { Node } from '../model/node.ts';
import { cachedBy } from './reading.ts';

/** What flannel writes to its node. Source: flannel `pkg/subnet/kube/annotations.go`. */
export interface FlannelAnnotations {
  readonly managed: boolean;
  readonly backend?: string;
  readonly vni?: number;
  readonly vtepMac?: string;
  readonly publicIp?: string;
  /** An administrator has said which address to use, so it may be any. */
  readonly overwritten: boolean;
}

export interface NodeFacts {
  readonly linux: boolean;
  readonly ready: boolean;
  /** Has its network from elsewhere than a DaemonSet: Fargate, EKS Auto Mode, virtual-kubelet. */
  readonly virtual: boolean;
  /** Is being removed: what is missing on it will not be missed. */
  readonly leaving: boolean;
  readonly podCidrs: readonly (Cidr | undefined)[];
  readonly flannel?: FlannelAnnotations;
  /** Equal for two states of a node that are the same to flannel. */
  readonly flannelKey: string;
  readonly networkUnavailable?: Condition;
  readonly readyCondition?: Condition;
}

/** Taints that autoscalers and clouds put on a node before it goes. Sources: cluster-autoscaler `pkg/utils/taints`, Karpenter `apis/v1/taints.go`, cloud-provider `api/well_known_taints.go`. */
const leavingTaints = new Set([
  'ToBeDeletedByClusterAutoscaler',
  'karpenter.sh/disrupted',
  'karpenter.sh/disruption',
  'node.cloudprovider.kubernetes.io/shutdown',
]);

const prefix = 'flannel.alpha.coreos.com/';

export const nodeFacts = cachedBy((node: Node): NodeFacts => {
  const { labels, annotations } = node.meta;
  const networkUnavailable = node.conditions.find(({ type }) => type === 'NetworkUnavailable');
  const readyCondition = node.conditions.find(({ type }) => type === 'Ready');
  const flannel = flannelAnnotations(annotations);
  const flannelKeys = Object.keys(annotations).filter((key) => key.startsWith(prefix));
  const linux = (node.operatingSystem ?? labels['kubernetes.io/os'] ?? 'linux') === 'linux';
  const compute = labels['eks.amazonaws.com/compute-type'];
  const virtual =
    compute === 'fargate' ||
    compute === 'auto' ||
    labels['type'] === 'virtual-kubelet' ||
    node.taints.some(({ key }) => key === 'virtual-kubelet.io/provider');
  return {
    flannelKey: [
      linux && !virtual,
      node.podCIDRs,
      node.addresses.map(({ address }) => address),
      flannelKeys.map((key) => `${key}=${annotations[key]}`),
    ].join('|'),
    linux,
    ready: readyCondition?.status === 'True',
    virtual,
    leaving: node.meta.deleted !== undefined || node.taints.some(({ key }) => leavingTaints.has(key)),
    podCidrs: node.podCIDRs.map((text) => parseCidr(text)),
    ...(flannel === undefined ? {} : { flannel }),
    ...(networkUnavailable === undefined ? {} : { networkUnavailable }),
    ...(readyCondition === undefined ? {} : { readyCondition }),
  };
});

function flannelAnnotations(annotations: Node['meta']['annotations']): FlannelAnnotations | undefined {
  const at = (key: string): string | undefined => annotations[prefix + key];
  const backend = at('backend-type');
  const managed = at('kube-subnet-manager') === 'true';
  if (backend === undefined && !managed) return undefined;
  const publicIp = at('public-ip');
  const data = parseData(at('backend-data'));
  const vni = isObject(data) ? numberAt(data, 'VNI') : undefined;
  const vtepMac = isObject(data) ? stringAt(data, 'VtepMAC') : undefined;
  return {
    managed,
    overwritten: at('public-ip-overwrite') !== undefined || at('node-public-ip') !== undefined,
    ...(backend === undefined ? {} : { backend: backend.toLowerCase() }),
    ...(vni === undefined ? {} : { vni }),
    ...(vtepMac === undefined ? {} : { vtepMac }),
    ...(publicIp === undefined ? {} : { publicIp }),
  };
}

function parseData(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
