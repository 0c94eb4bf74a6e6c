import { isObject, objectAt, objectsAt, stringAt } from '../../../src/model/json.ts';
import type { ControlPlane } from '../controlPlane.ts';
import { waitUntil } from '../waitUntil.ts';

export interface NodeOptions {
  /** Before the number: `node-` gives node-1, node-2 … when absent. */
  readonly prefix?: string;
  /** Of the first node; 1 when absent. Addresses follow it, so two calls do not clash. */
  readonly from?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly providerID?: (name: string) => string;
  /** None when absent and the controller manager runs: it gives each node one. */
  readonly podCIDR?: (number: number) => string;
  readonly taints?: readonly object[];
  readonly kubeletVersion?: string;
  readonly osImage?: string;
  /** `110` when absent, as the kubelet has it. */
  readonly maxPods?: number;
}

/** 192.168.0.0/16, a node's number counted through it. */
export const nodeAddress = (number: number): string => `192.168.${(number >> 8) & 0xff}.${number & 0xff}`;

export const nodeName = (number: number, options: NodeOptions = {}): string => `${options.prefix ?? 'node-'}${number}`;

/** A node as its kubelet would register it, but for conditions. */
export function nodeObject(number: number, options: NodeOptions = {}): object {
  const name = nodeName(number, options);
  const resources = { cpu: '8', memory: '32Gi', pods: String(options.maxPods ?? 110), 'ephemeral-storage': '100Gi' };
  const podCIDR = options.podCIDR?.(number);
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'beta.kubernetes.io/arch': 'amd64',
        'beta.kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        ...options.labels,
      },
      annotations: { 'node.alpha.kubernetes.io/ttl': '0', ...options.annotations },
    },
    spec: {
      ...(podCIDR !== undefined && { podCIDR, podCIDRs: [podCIDR] }),
      ...(options.providerID && { providerID: options.providerID(name) }),
      ...(options.taints && { taints: options.taints }),
    },
    status: {
      addresses: [
        { type: 'InternalIP', address: nodeAddress(number) },
        { type: 'Hostname', address: name },
        // Where the API server finds whoever answers for the kubelet.
        { type: 'InternalDNS', address: 'localhost' },
      ],
      allocatable: resources,
      capacity: resources,
      nodeInfo: {
        architecture: 'amd64',
        bootID: '',
        containerRuntimeVersion: 'containerd://2.1.4',
        kernelVersion: '6.8.0-71-generic',
        kubeProxyVersion: '',
        kubeletVersion: options.kubeletVersion ?? 'v1.36.3',
        machineID: '',
        operatingSystem: 'linux',
        osImage: options.osImage ?? 'Ubuntu 24.04.3 LTS',
        systemUUID: '',
      },
    },
  };
}

/** Registers nodes and waits until each is Ready and has its pod CIDR. Gives their names. */
export async function createNodes(
  plane: ControlPlane,
  count: number,
  options: NodeOptions = {},
): Promise<readonly string[]> {
  const from = options.from ?? 1;
  const numbers = Array.from({ length: count }, (_, index) => from + index);
  await Promise.all(numbers.map((number) => plane.api.create('/api/v1/nodes', nodeObject(number, options))));
  const names = new Set(numbers.map((number) => nodeName(number, options)));
  await waitUntil(`${count} nodes to be ready`, async () => {
    const list = await plane.api.get('/api/v1/nodes');
    const ready = objectsAt(isObject(list) ? list : {}, 'items').filter(
      (node) =>
        names.has(stringAt(objectAt(node, 'metadata'), 'name') ?? '') &&
        stringAt(objectAt(node, 'spec'), 'podCIDR') !== undefined &&
        objectsAt(objectAt(node, 'status'), 'conditions').some(
          (condition) => stringAt(condition, 'type') === 'Ready' && stringAt(condition, 'status') === 'True',
        ),
    );
    return ready.length === count ? true : undefined;
  });
  return [...names];
}

/**
 * Sets conditions of a node, such as Ready to False, and keeps the simulated kubelet from setting them back. The
 * controller manager still does to such a node what it does to a real one: taints, evictions.
 */
export async function setNodeConditions(
  plane: ControlPlane,
  name: string,
  conditions: readonly { type: string; status: 'True' | 'False' | 'Unknown'; reason: string; message: string }[],
): Promise<void> {
  const path = `/api/v1/nodes/${name}`;
  await plane.api.mergePatch(path, { metadata: { annotations: { [heldAnnotation]: 'true' } } });
  const now = new Date().toISOString().replace(/\.\d+/, '');
  // A strategic merge keeps the conditions that are not named.
  const answer = await plane.api.send(
    'PATCH',
    `${path}/status`,
    {
      status: {
        conditions: conditions.map((condition) => ({ ...condition, lastHeartbeatTime: now, lastTransitionTime: now })),
      },
    },
    'application/strategic-merge-patch+json',
  );
  if (answer.status !== 200) throw new Error(`The conditions of ${name} were not taken: ${answer.status}`);
}

/** What carries it, the simulated kubelet leaves as it is. */
export const heldAnnotation = 'control-plane.test/held';

/** What flanneld leaves on its node when it has started: where its tunnel ends, and that the network is there. */
export async function flannelStarted(plane: ControlPlane, names: readonly string[]): Promise<void> {
  const now = new Date().toISOString().replace(/\.\d+/, '');
  await Promise.all(
    names.map(async (name) => {
      const node = await plane.api.get(`/api/v1/nodes/${name}`);
      const status = objectAt(isObject(node) ? node : {}, 'status');
      const address = objectsAt(status, 'addresses').find((found) => stringAt(found, 'type') === 'InternalIP');
      const ip = (address && stringAt(address, 'address')) ?? '';
      await plane.api.mergePatch(`/api/v1/nodes/${name}`, { metadata: { annotations: flannelAnnotations(ip) } });
      await plane.api.send(
        'PATCH',
        `/api/v1/nodes/${name}/status`,
        { status: { conditions: [{ ...flannelCondition, lastHeartbeatTime: now, lastTransitionTime: now }] } },
        'application/strategic-merge-patch+json',
      );
    }),
  );
}

export const flannelCondition = {
  type: 'NetworkUnavailable',
  status: 'False',
  reason: 'FlannelIsUp',
  message: 'Flannel is running on this node',
};

/** The VTEP's address is made of the node's, so that no two are the same. */
export function flannelAnnotations(ip: string): Readonly<Record<string, string>> {
  const mac = ['9a', '42', ...ip.split('.').map((part) => Number(part).toString(16).padStart(2, '0'))].join(':');
  return {
    'flannel.alpha.coreos.com/backend-data': JSON.stringify({ VNI: 1, VtepMAC: mac }),
    'flannel.alpha.coreos.com/backend-type': 'vxlan',
    'flannel.alpha.coreos.com/kube-subnet-manager': 'true',
    'flannel.alpha.coreos.com/public-ip': ip,
  };
}
