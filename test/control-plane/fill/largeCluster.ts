import { randomUUID } from 'node:crypto';
import { isObject, type JsonObject, numberAt, objectAt, objectsAt, stringAt } from '../../../src/model/json.ts';
import type { ControlPlane } from '../controlPlane.ts';
import { waitUntil } from '../waitUntil.ts';
import { crashLooping, running } from './containers.ts';
import { applyCanal, applyObjects } from './manifests.ts';
import { flannelAnnotations, flannelCondition, nodeAddress, nodeObject } from './nodes.ts';
import { type Stamp, stampOf } from './stamp.ts';

/** Keys and values of etcd. */
type Entries = Iterable<readonly [string, Buffer]>;

export interface LargeClusterOptions {
  /** Each with one Canal pod; at most 10,000. */
  readonly nodes: number;
  /** Of workloads, beside the Canal pods. Spread over all nodes and twenty namespaces; at most a hundred for each node. */
  readonly pods: number;
  /** Canal pods whose kube-flannel crash-loops; none when absent. */
  readonly broken?: number;
}

const namespaces = Array.from({ length: 20 }, (_, index) => `shop-${String(index).padStart(2, '0')}`);

/**
 * A cluster too large to simulate, for measuring what reads it. One object of each sort goes through the API server, so
 * that it is defaulted, admitted and tracked as any other; its likenesses are then written to etcd directly, which
 * takes a hundredth of the time of asking for each. They are encoded as the API server stores its own, and its caches
 * follow etcd.
 * @throws when the control plane simulates: its controllers would find no kubelet and evict everything.
 */
export async function fillLargeCluster(plane: ControlPlane, options: LargeClusterOptions): Promise<void> {
  if (plane.kubelet) throw new Error('A large cluster needs a control plane with { simulate: false }.');
  const started = now();
  await applyObjects(plane, [
    ...namespaces.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
    ...['kube-system', ...namespaces].map((namespace) => ({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default', namespace },
    })),
  ]);
  await applyCanal(plane);
  await plane.api.mergePatch('/api/v1/namespaces/kube-system/configmaps/canal-config', {
    data: { 'net-conf.json': '{ "Network": "10.128.0.0/9", "Backend": { "Type": "vxlan" } }\n' },
  });

  await plane.etcd.putAll(await nodes(plane, options.nodes));
  await plane.etcd.putAll(await canalPods(plane, started, options));
  await plane.etcd.putAll(await workloadPods(plane, started, options));

  const last = `web-7c9d8b6f5-${suffix(options.pods - 1)}`;
  const namespace = namespaces[(options.pods - 1) % namespaces.length] ?? '';
  // From its cache, not from etcd: it takes its time to follow, and lists have to wait for that.
  await waitUntil('the API server to have seen every pod', () =>
    plane.api.get(`/api/v1/namespaces/${namespace}/pods/${last}?resourceVersion=0`),
  );
}

/**
 * Names and addresses of the exemplars. Those of the likenesses have the same lengths: numbers go from 100 to 199, where
 * these have 200.
 */
const stand = {
  node: 'node-00000',
  hostIP: '192.168.200.200',
  podIP: '10.200.200.200',
  podCIDR: '10.200.200.0/24',
};
const tunnelAddress = (hostIP: string): string =>
  /"VtepMAC":"([^"]+)"/.exec(flannelAnnotations(hostIP)['flannel.alpha.coreos.com/backend-data'] ?? '')?.[1] ?? '';

const nodeName = (index: number): string => `node-${String(index + 1).padStart(5, '0')}`;
const pair = (index: number): string => `${100 + Math.floor(index / 100)}.${100 + (index % 100)}`;
const hostIP = (index: number): string => `192.168.${pair(index)}`;

/** The kubelet reports up to fifty, and they are most of what a node weighs. */
const nodeImages = Array.from({ length: 40 }, (_, index) => ({
  names: [
    `registry.example.com/shop/component-${index}@sha256:${String(index).padStart(64, '0')}`,
    `registry.example.com/shop/component-${index}:1.${index}.0`,
  ],
  sizeBytes: 50_000_000 + index,
}));

async function nodes(plane: ControlPlane, count: number): Promise<Entries> {
  const node = nodeObject(0, { podCIDR: () => stand.podCIDR, annotations: flannelAnnotations(stand.hostIP) });
  const time = now();
  const condition = (type: string, status: string, reason: string, message: string): object => ({
    ...{ type, status, reason, message },
    ...{ lastHeartbeatTime: time, lastTransitionTime: time },
  });
  const path = `/api/v1/nodes/${stand.node}`;
  const text = JSON.stringify(node).replaceAll(nodeAddress(0), stand.hostIP).replaceAll('node-0', stand.node);
  await plane.api.create('/api/v1/nodes?fieldManager=kubelet', JSON.parse(text));
  // The API server taints a new node until its controllers have seen it.
  await plane.api.mergePatch(`${path}?fieldManager=kube-controller-manager`, { spec: { taints: null } });
  await plane.api.mergePatch(`${path}/status?fieldManager=kubelet`, {
    status: {
      images: nodeImages,
      conditions: [
        { ...flannelCondition, lastHeartbeatTime: time, lastTransitionTime: time },
        condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
        condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
        condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
        condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
      ],
    },
  });
  const stamp = await takeStamp(plane, path, stand.node, stand.hostIP, stand.podCIDR, tunnelAddress(stand.hostIP));
  return (function* () {
    for (let index = 0; index < count; index++) {
      const values = {
        [stand.node]: nodeName(index),
        [stand.hostIP]: hostIP(index),
        [stand.podCIDR]: `10.${pair(index)}.0/24`,
        [tunnelAddress(stand.hostIP)]: tunnelAddress(hostIP(index)),
      };
      yield [`/registry/minions/${nodeName(index)}`, stamp(values)] as const;
    }
  })();
}

/** Takes the exemplar away and leaves its stamp. */
async function takeStamp(plane: ControlPlane, path: string, ...texts: readonly string[]): Promise<Stamp> {
  const found = await plane.api.get(path);
  const uid = stringAt(objectAt(isObject(found) ? found : {}, 'metadata'), 'uid') ?? '';
  const encoded = await plane.api.getProtobuf(path);
  await plane.api.delete(path, { gracePeriodSeconds: 0 });
  return stampOf(encoded, uid, ...texts);
}

async function canalPods(plane: ControlPlane, started: string, options: LargeClusterOptions): Promise<Entries> {
  const path = '/apis/apps/v1/namespaces/kube-system/daemonsets/canal';
  const found = await plane.api.get(path);
  const daemonSet = isObject(found) ? found : {};
  const broken = options.broken ?? 0;
  const ready = options.nodes - broken;
  await plane.api.mergePatch(`${path}/status`, {
    status: {
      observedGeneration: numberAt(objectAt(daemonSet, 'metadata'), 'generation'),
      desiredNumberScheduled: options.nodes,
      currentNumberScheduled: options.nodes,
      updatedNumberScheduled: options.nodes,
      numberMisscheduled: 0,
      numberReady: ready,
      numberAvailable: ready,
      ...(broken > 0 && { numberUnavailable: broken }),
    },
  });
  const template = objectAt(objectAt(daemonSet, 'spec'), 'template');
  const owner = {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    name: 'canal',
    uid: stringAt(objectAt(daemonSet, 'metadata'), 'uid'),
    ...{ controller: true, blockOwnerDeletion: true },
  };
  const pod = {
    metadata: {
      ...objectAt(template, 'metadata'),
      labels: {
        ...objectAt(objectAt(template, 'metadata'), 'labels'),
        'controller-revision-hash': '6b7d8f9c5d',
        'pod-template-generation': '1',
      },
      ownerReferences: [owner],
    },
    spec: objectAt(template, 'spec'),
  };
  const stand0 = 'canal-00000';
  const healthy = await podStamp(plane, 'kube-system', stand0, pod, started, {});
  const failing = await podStamp(plane, 'kube-system', stand0, pod, started, { 'kube-flannel': crashLooping(12) });
  // Spread, so that they are not all on the first page of a list.
  const step = broken > 0 ? Math.floor(options.nodes / broken) : Number.POSITIVE_INFINITY;
  const fails = (index: number): boolean => index % step === 0 && index / step < broken;
  return (function* () {
    for (let index = 0; index < options.nodes; index++) {
      const name = `canal-${suffix(index)}`;
      const values = { [stand0]: name, [stand.node]: nodeName(index), [stand.hostIP]: hostIP(index) };
      yield [`/registry/pods/kube-system/${name}`, (fails(index) ? failing : healthy)(values)] as const;
    }
  })();
}

async function workloadPods(plane: ControlPlane, started: string, options: LargeClusterOptions): Promise<Entries> {
  const stand0 = 'web-7c9d8b6f5-00000';
  const shops: { readonly namespace: string; readonly stamp: Stamp }[] = [];
  for (const [index, namespace] of namespaces.entries())
    shops.push({ namespace, stamp: await podStamp(plane, namespace, stand0, workload(index), started, {}) });
  return (function* () {
    for (let index = 0; index < options.pods; index++) {
      const shop = shops[index % shops.length];
      if (!shop) return;
      const node = index % options.nodes;
      const name = `web-7c9d8b6f5-${suffix(index)}`;
      const values = {
        [stand0]: name,
        [stand.node]: nodeName(node),
        [stand.podIP]: `10.${pair(node)}.${100 + (Math.floor(index / options.nodes) % 100)}`,
        [stand.hostIP]: hostIP(node),
      };
      yield [`/registry/pods/${shop.namespace}/${name}`, shop.stamp(values)] as const;
    }
  })();
}

const workload = (index: number): JsonObject => ({
  metadata: {
    labels: { app: 'web', team: `team-${index % 5}`, 'pod-template-hash': '7c9d8b6f5' },
    ownerReferences: [
      {
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        name: 'web-7c9d8b6f5',
        uid: randomUUID(),
        ...{ controller: true, blockOwnerDeletion: true },
      },
    ],
  },
  spec: {
    containers: [
      {
        name: 'web',
        image: 'registry.example.com/shop/web:1.14.2',
        ports: [{ name: 'http', containerPort: 8080 }],
        env: [
          { name: 'LOG_LEVEL', value: 'info' },
          { name: 'BACKEND_URL', value: 'http://orders.shop.svc.cluster.local:8080' },
        ],
        resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
        readinessProbe: { httpGet: { path: '/ready', port: 'http' } },
      },
    ],
  },
});

/** Makes a pod through the API, gives it a status as a kubelet would, and removes it again. */
async function podStamp(
  plane: ControlPlane,
  namespace: string,
  name: string,
  pod: JsonObject,
  started: string,
  changes: Readonly<Record<string, object>>,
): Promise<Stamp> {
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const created = await plane.api.create(`${path}?fieldManager=kube-controller-manager`, {
    ...pod,
    metadata: { ...objectAt(pod, 'metadata'), name },
    spec: { ...objectAt(pod, 'spec'), nodeName: stand.node },
  });
  const spec = objectAt(isObject(created) ? created : {}, 'spec');
  const containers = objectsAt(spec, 'containers').map((container) => ({
    ...base(container),
    ...running(),
    ...changes[stringAt(container, 'name') ?? ''],
  }));
  const ready = containers.every((container) => container.ready);
  const ip = spec['hostNetwork'] === true ? stand.hostIP : stand.podIP;
  const condition = (type: string, holds: boolean): object => ({
    type,
    status: holds ? 'True' : 'False',
    lastTransitionTime: started,
  });
  await plane.api.mergePatch(`${path}/${name}/status?fieldManager=kubelet`, {
    status: {
      phase: 'Running',
      podIP: ip,
      podIPs: [{ ip }],
      hostIP: stand.hostIP,
      hostIPs: [{ ip: stand.hostIP }],
      startTime: started,
      containerStatuses: containers,
      initContainerStatuses: objectsAt(spec, 'initContainers').map((container) => ({
        ...base(container),
        ready: true,
        started: false,
        state: { terminated: { exitCode: 0, reason: 'Completed', startedAt: started, finishedAt: started } },
      })),
      conditions: [
        condition('PodReadyToStartContainers', true),
        condition('Initialized', true),
        condition('Ready', ready),
        condition('ContainersReady', ready),
        condition('PodScheduled', true),
      ],
    },
  });
  return await takeStamp(plane, `${path}/${name}`, name, stand.node, stand.podIP, stand.hostIP);
}

const base = (container: JsonObject): { ready: boolean } & JsonObject => {
  const image = stringAt(container, 'image') ?? '';
  const hash = Buffer.from(image).toString('hex').padEnd(64, '0').slice(0, 64);
  return {
    name: container['name'],
    image,
    imageID: `${image.split(':')[0] ?? ''}@sha256:${hash}`,
    containerID: `containerd://${hash}`,
    restartCount: 0,
    ready: false,
  };
};

/** Five letters as Kubernetes makes them up, different for each number below 14 million. */
const suffix = (number: number): string => {
  const letters = 'bcdfghjklmnpqrstvwxz2456789';
  let text = '';
  // A step that shares no factor with 27⁵ visits every value once, in no visible order.
  let rest = (number * 6_700_417 + 12_345) % letters.length ** 5;
  for (let index = 0; index < 5; index++) {
    text += letters[rest % letters.length] ?? '';
    rest = Math.floor(rest / letters.length);
  }
  return text;
};

const now = (): string => new Date().toISOString().replace(/\.\d+/, '');
