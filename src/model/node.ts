import { booleanAt, defined, type JsonObject, objectAt, objectsAt, stringAt, stringMapAt, stringsAt } from './json.ts';
import { type Condition, type ModelObject, readConditions, readMeta, type SourceRange } from './meta.ts';

export interface NodeAddress {
  /** `InternalIP`, `ExternalIP`, `Hostname`, … */
  readonly type: string;
  readonly address: string;
}

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

export interface Node extends ModelObject {
  readonly kind: 'Node';
  readonly podCIDRs: readonly string[];
  readonly providerId?: string;
  readonly unschedulable: boolean;
  readonly taints: readonly Taint[];
  readonly addresses: readonly NodeAddress[];
  readonly conditions: readonly Condition[];
  readonly kubeletVersion?: string;
  readonly osImage?: string;
  readonly operatingSystem?: string;
  readonly architecture?: string;
  readonly kernelVersion?: string;
  readonly containerRuntime?: string;
  /** `status.allocatable`, quantities as written (`pods: "110"`). */
  readonly allocatable: Readonly<Record<string, string>>;
}

export function readNode(object: JsonObject, source?: SourceRange): Node {
  const spec = objectAt(object, 'spec');
  const status = objectAt(object, 'status');
  const info = objectAt(status, 'nodeInfo');
  const podCIDRs = stringsAt(spec, 'podCIDRs');
  const podCIDR = stringAt(spec, 'podCIDR');
  return {
    apiVersion: 'v1',
    kind: 'Node',
    meta: readMeta(object, source),
    podCIDRs: podCIDRs.length > 0 ? podCIDRs : podCIDR === undefined || podCIDR === '' ? [] : [podCIDR],
    unschedulable: booleanAt(spec, 'unschedulable') ?? false,
    taints: objectsAt(spec, 'taints').map((taint) =>
      defined({
        key: stringAt(taint, 'key') ?? '',
        value: stringAt(taint, 'value'),
        effect: stringAt(taint, 'effect') ?? '',
      }),
    ),
    addresses: objectsAt(status, 'addresses').map((entry) => ({
      type: stringAt(entry, 'type') ?? '',
      address: stringAt(entry, 'address') ?? '',
    })),
    conditions: readConditions(status),
    allocatable: stringMapAt(status, 'allocatable'),
    ...defined({
      providerId: stringAt(spec, 'providerID'),
      kubeletVersion: stringAt(info, 'kubeletVersion'),
      osImage: stringAt(info, 'osImage'),
      operatingSystem: stringAt(info, 'operatingSystem'),
      architecture: stringAt(info, 'architecture'),
      kernelVersion: stringAt(info, 'kernelVersion'),
      containerRuntime: stringAt(info, 'containerRuntimeVersion'),
    }),
  };
}
