import type { JsonObject } from '../../../src/model/json.ts';
import { noon } from './fakes.ts';

const minute = 60_000;
const ago = (minutes: number): string => new Date(noon - minutes * minute).toISOString();

const containers = [
  { name: 'calico-node', image: 'quay.io/calico/node:v3.32.1' },
  { name: 'kube-flannel', image: 'ghcr.io/flannel-io/flannel:v0.28.9' },
];
const initContainers = [{ name: 'install-cni', image: 'quay.io/calico/cni:v3.32.1' }];

/** Enough for 65,536 nodes. */
const podCidr = (index: number): string => `10.${100 + (index >> 8)}.${index & 255}.0/24`;
const hex = (byte: number): string => byte.toString(16).padStart(2, '0');

export const node = (name: string, index: number): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: {
    name,
    labels: { 'kubernetes.io/os': 'linux' },
    annotations: {
      'kubeadm.alpha.kubernetes.io/cri-socket': 'unix:///run/containerd/containerd.sock',
      'flannel.alpha.coreos.com/backend-type': 'vxlan',
      'flannel.alpha.coreos.com/backend-data': `{"VNI":1,"VtepMAC":"8e:1a:2b:3c:${hex(index >> 8)}:${hex(index & 255)}"}`,
      'flannel.alpha.coreos.com/kube-subnet-manager': 'true',
      'flannel.alpha.coreos.com/public-ip': `10.0.${index >> 8}.${index & 255}`,
    },
  },
  spec: { podCIDR: podCidr(index), podCIDRs: [podCidr(index)] },
  status: {
    addresses: [{ type: 'InternalIP', address: `10.0.${index >> 8}.${index & 255}` }],
    conditions: [
      { type: 'Ready', status: 'True', reason: 'KubeletReady' },
      { type: 'NetworkUnavailable', status: 'False', reason: 'FlannelIsUp' },
    ],
    nodeInfo: { operatingSystem: 'linux', kubeletVersion: 'v1.34.2' },
  },
});

const running = { running: { startedAt: ago(600) } };

/** What crash-looping flannel looks like five minutes after its last end. */
const crashLoop = {
  name: 'kube-flannel',
  ready: false,
  restartCount: 12,
  image: containers[1]?.image,
  state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container' } },
  lastState: { terminated: { exitCode: 1, reason: 'Error', startedAt: ago(6), finishedAt: ago(5) } },
};

export const canalPod = (name: string, nodeName: string, broken = false, ip = '10.0.0.1'): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    namespace: 'kube-system',
    labels: { 'k8s-app': 'canal', 'controller-revision-hash': 'abc', 'pod-template-generation': '1' },
    creationTimestamp: ago(610),
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'canal', controller: true }],
  },
  spec: { nodeName, hostNetwork: true, containers, initContainers },
  status: {
    phase: 'Running',
    podIP: ip,
    podIPs: [{ ip }],
    hostIP: ip,
    startTime: ago(610),
    conditions: [
      { type: 'Initialized', status: 'True' },
      { type: 'Ready', status: broken ? 'False' : 'True' },
    ],
    initContainerStatuses: [
      {
        name: 'install-cni',
        ready: true,
        restartCount: 0,
        image: initContainers[0]?.image,
        state: { terminated: { exitCode: 0, reason: 'Completed', startedAt: ago(609), finishedAt: ago(608) } },
      },
    ],
    containerStatuses: [
      { name: 'calico-node', ready: true, restartCount: 0, image: containers[0]?.image, state: running },
      broken
        ? crashLoop
        : { name: 'kube-flannel', ready: true, restartCount: 0, image: containers[1]?.image, state: running },
    ],
  },
});

export const canalDaemonSet = (desired: number, ready: number): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: 'canal', namespace: 'kube-system', labels: { 'k8s-app': 'canal' }, generation: 1 },
  spec: {
    selector: { matchLabels: { 'k8s-app': 'canal' } },
    template: {
      metadata: { labels: { 'k8s-app': 'canal' } },
      spec: { hostNetwork: true, containers, initContainers, tolerations: [{ operator: 'Exists' }] },
    },
  },
  status: {
    desiredNumberScheduled: desired,
    currentNumberScheduled: desired,
    numberReady: ready,
    numberAvailable: ready,
    updatedNumberScheduled: desired,
    observedGeneration: 1,
  },
});

export const kubeProxy = (desired: number): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: 'kube-proxy', namespace: 'kube-system', labels: { 'k8s-app': 'kube-proxy' }, generation: 1 },
  spec: {
    selector: { matchLabels: { 'k8s-app': 'kube-proxy' } },
    template: {
      metadata: { labels: { 'k8s-app': 'kube-proxy' } },
      spec: { containers: [{ name: 'kube-proxy', image: 'registry.k8s.io/kube-proxy:v1.34.2' }] },
    },
  },
  status: {
    desiredNumberScheduled: desired,
    currentNumberScheduled: desired,
    numberReady: desired,
    numberAvailable: desired,
    updatedNumberScheduled: desired,
    observedGeneration: 1,
  },
});

export const controlPlanePod: JsonObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'kubeadm-config', namespace: 'kube-system' },
  data: { ClusterConfiguration: 'kind: ClusterConfiguration' },
};

export const canalConfig: JsonObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'canal-config', namespace: 'kube-system' },
  data: {
    canal_iface: '',
    masquerade: 'true',
    'net-conf.json': '{"Network":"10.0.0.0/8","Backend":{"Type":"vxlan"}}',
  },
};

/** A kubeadm cluster with Canal on every node; the pods on the nodes named in `broken` crash-loop. */
export function canalCluster(nodes: number, broken: readonly number[] = []): readonly JsonObject[] {
  const names = Array.from({ length: nodes }, (_, index) => `node-${index + 1}`);
  return [
    ...names.map((name, index) => node(name, index + 1)),
    ...names.map((name, index) =>
      canalPod(`canal-${String(index + 1).padStart(5, '0')}`, name, broken.includes(index + 1), `10.0.0.${index + 1}`),
    ),
    canalDaemonSet(nodes, nodes - broken.length),
    kubeProxy(nodes),
    canalConfig,
    controlPlanePod,
  ];
}
