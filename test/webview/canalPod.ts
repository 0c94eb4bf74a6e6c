import { load } from 'js-yaml';
import type { JsonObject } from '../../src/model/json.ts';
import { kindOfObject } from '../../src/model/kinds.ts';
import type { ModelObject } from '../../src/model/meta.ts';
import { readEvent } from '../../src/model/objects.ts';
import { readPod } from '../../src/model/pod.ts';
import { ClusterSnapshot, ObjectTable, type ObjectTables } from '../../src/model/snapshot.ts';
import type { PodInput } from '../../src/panels/podDetails/input.ts';

/** The moment at which the page is looked at. */
export const now = Date.parse('2026-11-24T10:00:00Z');

const ago = (seconds: number): string => new Date(now - seconds * 1000).toISOString();

const podYaml = (name: string, node: string, failing: boolean): string => `
apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  generateName: canal-
  namespace: kube-system
  uid: 5f0c2c9e-0a4c-4a2b-9b52-5d1f3b1f9a01
  resourceVersion: "48211"
  creationTimestamp: "${ago(3 * 86400)}"
  labels: { k8s-app: canal, controller-revision-hash: 6b8d5f7c9d, pod-template-generation: "1" }
  annotations: { kubectl.kubernetes.io/restartedAt: "2026-11-20T08:00:00Z" }
  ownerReferences: [{ apiVersion: apps/v1, kind: DaemonSet, name: canal, uid: a, controller: true }]
spec:
  hostNetwork: true
  nodeName: ${node}
  serviceAccountName: canal
  priority: 2000001000
  priorityClassName: system-node-critical
  restartPolicy: Always
  terminationGracePeriodSeconds: 0
  nodeSelector: { kubernetes.io/os: linux }
  tolerations:
    - { effect: NoSchedule, operator: Exists }
    - { key: CriticalAddonsOnly, operator: Exists }
    - { effect: NoExecute, operator: Exists }
  initContainers:
    - name: install-cni
      image: quay.io/calico/cni:v3.32.1
      command: [/opt/cni/bin/install]
      env: [{ name: CNI_CONF_NAME, value: 10-canal.conflist }, { name: CNI_MTU, valueFrom: { configMapKeyRef: { name: canal-config, key: veth_mtu } } }]
      securityContext: { privileged: true }
      volumeMounts: [{ name: cni-net-dir, mountPath: /host/etc/cni/net.d }]
  containers:
    - name: calico-node
      image: quay.io/calico/node:v3.32.1
      imagePullPolicy: IfNotPresent
      resources: { requests: { cpu: 250m } }
      securityContext: { privileged: true }
      livenessProbe: { exec: { command: [/bin/calico-node, -felix-live] }, periodSeconds: 10, failureThreshold: 6, initialDelaySeconds: 10, timeoutSeconds: 10 }
      readinessProbe: { httpGet: { host: localhost, path: /readiness, port: 9099 }, periodSeconds: 10 }
      env: [{ name: DATASTORE_TYPE, value: kubernetes }, { name: API_TOKEN, value: never-shown }]
      volumeMounts: [{ name: lib-modules, mountPath: /lib/modules, readOnly: true }]
    - name: kube-flannel
      image: docker.io/flannel/flannel:v0.24.4
      command: [/opt/bin/flanneld, --ip-masq, --kube-subnet-mgr]
      securityContext: { privileged: true }
      volumeMounts: [{ name: flannel-cfg, mountPath: /etc/kube-flannel/ }]
  volumes:
    - { name: lib-modules, hostPath: { path: /lib/modules } }
    - { name: cni-net-dir, hostPath: { path: /etc/cni/net.d } }
    - { name: flannel-cfg, configMap: { name: canal-config } }
status:
  phase: Running
  qosClass: Burstable
  hostIP: 192.168.10.17
  podIP: 192.168.10.17
  podIPs: [{ ip: 192.168.10.17 }]
  startTime: "${ago(3 * 86400)}"
  conditions:
    - { type: Initialized, status: "True", lastTransitionTime: "${ago(3 * 86400)}" }
    - { type: Ready, status: "${failing ? 'False' : 'True'}", reason: ContainersNotReady, message: "containers with unready status: [kube-flannel]", lastTransitionTime: "${ago(3900)}" }
    - { type: PodScheduled, status: "True", lastTransitionTime: "${ago(3 * 86400)}" }
  initContainerStatuses:
    - { name: install-cni, ready: true, restartCount: 0, image: quay.io/calico/cni:v3.32.1, state: { terminated: { exitCode: 0, reason: Completed, startedAt: "${ago(3 * 86400)}", finishedAt: "${ago(3 * 86400 - 4)}" } } }
  containerStatuses:
    - { name: calico-node, ready: true, started: true, restartCount: 0, image: quay.io/calico/node:v3.32.1, imageID: quay.io/calico/node@sha256:1f5a, containerID: "containerd://f1", state: { running: { startedAt: "${ago(3 * 86400 - 6)}" } } }
    - name: kube-flannel
      ready: ${!failing}
      started: ${!failing}
      restartCount: ${failing ? 12 : 0}
      image: docker.io/flannel/flannel:v0.24.4
      state: ${failing ? '{ waiting: { reason: CrashLoopBackOff, message: "back-off 5m0s restarting failed container=kube-flannel" } }' : `{ running: { startedAt: "${ago(3 * 86400 - 6)}" } }`}
      ${failing ? `lastState: { terminated: { exitCode: 1, reason: Error, message: 'node "${node}" pod cidr not assigned', startedAt: "${ago(131)}", finishedAt: "${ago(130)}" } }` : ''}
`;

const surroundings = (failing: boolean): string => `
- apiVersion: v1
  kind: Node
  metadata: { name: node-17, annotations: {} }
  spec: ${failing ? '{}' : '{ podCIDR: 10.244.17.0/24 }'}
  status:
    addresses: [{ type: InternalIP, address: 192.168.10.17 }]
    conditions: [{ type: Ready, status: "True", reason: KubeletReady }, { type: NetworkUnavailable, status: ${failing ? '"True", reason: NoRouteCreated' : '"False", reason: FlannelIsUp'} }]
    nodeInfo: { osImage: Ubuntu 24.04, operatingSystem: linux, architecture: amd64, kernelVersion: 6.8.0 }
- apiVersion: apps/v1
  kind: DaemonSet
  metadata: { name: canal, namespace: kube-system }
  spec:
    selector: { matchLabels: { k8s-app: canal } }
    template:
      metadata: { labels: { k8s-app: canal } }
      spec:
        containers:
          - { name: calico-node, image: "quay.io/calico/node:v3.32.1", readinessProbe: {}, livenessProbe: {} }
          - { name: kube-flannel, image: "docker.io/flannel/flannel:v0.24.4" }
  status: { desiredNumberScheduled: 3, numberReady: ${failing ? 2 : 3}, updatedNumberScheduled: 3, currentNumberScheduled: 3 }
`;

const events = `
- { apiVersion: v1, kind: Event, type: Warning, reason: BackOff, message: "Back-off restarting failed container kube-flannel in pod canal-x7k2p", count: 231, firstTimestamp: "${ago(3900)}", lastTimestamp: "${ago(25)}", involvedObject: { kind: Pod, namespace: kube-system, name: canal-x7k2p, fieldPath: "spec.containers{kube-flannel}" }, source: { component: kubelet } }
- { apiVersion: v1, kind: Event, type: Normal, reason: Pulled, message: "Container image already present on machine", count: 13, lastTimestamp: "${ago(130)}", involvedObject: { kind: Pod, namespace: kube-system, name: canal-x7k2p, fieldPath: "spec.containers{kube-flannel}" }, source: { component: kubelet } }
`;

export function snapshotOf(objects: readonly JsonObject[]): ClusterSnapshot {
  const byKind = new Map<string, ModelObject[]>();
  for (const object of objects) {
    const descriptor = kindOfObject(String(object['apiVersion']), String(object['kind']));
    if (descriptor === undefined) throw new Error(`unknown kind ${String(object['kind'])}`);
    byKind.set(descriptor.key, [...(byKind.get(descriptor.key) ?? []), descriptor.read(object)]);
  }
  const tables: Record<string, ObjectTable<ModelObject>> = {};
  for (const [key, list] of byKind) tables[key] = ObjectTable.of(list);
  const loaded = { state: 'loaded' } as const;
  return new ClusterSnapshot({
    revision: 1,
    origin: 'live',
    name: 'prod-eu',
    server: { versionKnowledge: loaded, groups: [], groupsKnowledge: loaded },
    tables: tables as ObjectTables,
    reads: (
      [
        'pods',
        'nodes',
        'daemonSets',
        'deployments',
        'configMaps',
        'services',
        'endpointSlices',
        'networkPolicies',
        'events',
      ] as const
    ).map((kind) => ({
      interest: { kind },
      knowledge: loaded,
    })),
    asOf: now,
  });
}

/** A Canal pod whose flannel container crash-loops because its node has no pod CIDR, or one that is well. */
export function canalPod(failing = true): PodInput {
  const raw = load(podYaml('canal-x7k2p', 'node-17', failing)) as JsonObject;
  const others = ['node-4', 'node-9'].map(
    (node, index) => load(podYaml(`canal-${String(index)}abcd`, node, false)) as JsonObject,
  );
  const snapshot = snapshotOf([...(load(surroundings(failing)) as JsonObject[]), raw, ...others]);
  const pod = snapshot.table('pods').get('kube-system', 'canal-x7k2p') ?? readPod(raw);
  return {
    raw,
    pod,
    snapshot,
    events: failing ? (load(events) as JsonObject[]).map((event) => readEvent(event)) : [],
    eventsState: { kind: 'ready' },
    usage: new Map([
      ['calico-node', { cpu: 41, memory: 180 * 2 ** 20 }],
      ['kube-flannel', { cpu: 0, memory: 12 * 2 ** 20 }],
    ]),
    usageState: { kind: 'ready' },
    now,
  };
}
