import { load } from 'js-yaml';
import type { JsonObject } from '../../src/model/json.ts';
import { readPod } from '../../src/model/pod.ts';
import type { PodInput } from '../../src/panels/podDetails/input.ts';
import { TrafficMeter } from '../../src/panels/podDetails/traffic.ts';
import { now, snapshotOf } from './canalPod.ts';

/** A pod that has a value in every field the page shows. */
export const web = `
apiVersion: v1
kind: Pod
metadata:
  name: web-7c9-x2
  namespace: shop
  uid: u1
  generation: 4
  labels: { app: web, scheduling.x-k8s.io/pod-group: front }
  annotations:
    k8s.v1.cni.cncf.io/network-status: '[{"name":"cbr0","ips":["10.244.1.7"],"default":true,"mtu":1450},{"name":"shop/storage","interface":"net1","ips":["192.168.5.9"],"mac":"02:aa"}]'
  ownerReferences: [{ apiVersion: apps/v1, kind: ReplicaSet, name: web-7c9, uid: r1, controller: true }]
spec:
  nodeName: node-1
  hostname: web
  subdomain: front
  setHostnameAsFQDN: true
  dnsPolicy: None
  dnsConfig: { nameservers: [10.0.0.2], searches: [shop.svc], options: [{ name: ndots, value: "2" }, { name: edns0 }] }
  securityContext: { runAsUser: 1000, runAsGroup: 2000, fsGroup: 3000, seccompProfile: { type: RuntimeDefault }, sysctls: [{ name: net.core.somaxconn, value: "1024" }] }
  schedulingGroup: { podGroupName: front-0 }
  imagePullSecrets: [{ name: registry }]
  topologySpreadConstraints:
    - { maxSkew: 1, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: DoNotSchedule, labelSelector: { matchLabels: { app: web } } }
  affinity:
    nodeAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
        nodeSelectorTerms:
          - matchExpressions: [{ key: disk, operator: In, values: [ssd] }]
          - matchFields: [{ key: metadata.name, operator: In, values: [node-1] }]
      preferredDuringSchedulingIgnoredDuringExecution:
        - { weight: 20, preference: { matchExpressions: [{ key: gpu, operator: DoesNotExist }] } }
    podAntiAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
        - { topologyKey: kubernetes.io/hostname, labelSelector: { matchLabels: { app: web } } }
  tolerations: [{ key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 300 }, { operator: Exists }]
  initContainers:
    - name: proxy
      image: envoy:v1.31.0
      restartPolicy: Always
      ports: [{ containerPort: 15000, hostPort: 15001 }]
  containers:
    - name: web
      image: registry.example/shop/web:v2.4.1@sha256:abcdef
      ports: [{ name: http, containerPort: 8080 }, { containerPort: 9000, protocol: UDP }]
      restartPolicy: Never
      restartPolicyRules: [{ action: Restart, exitCodes: { operator: In, values: [42, 43] } }]
      resources: { requests: { cpu: 500m, memory: 128Mi }, limits: { memory: 256Mi, nvidia.com/gpu: 1 } }
      resizePolicy: [{ resourceName: cpu, restartPolicy: NotRequired }, { resourceName: memory, restartPolicy: RestartContainer }]
      env: [{ name: MODE, value: fast }, { name: DB, valueFrom: { secretKeyRef: { name: db, key: url, optional: true } } }, { name: A, valueFrom: { configMapKeyRef: { name: app, key: a } } }]
      envFrom: [{ prefix: CFG_, configMapRef: { name: settings, optional: true } }, { secretRef: { name: extra } }]
      volumeMounts:
        - { name: logs, mountPath: /var/log/web, subPathExpr: $(POD) }
        - { name: tokens, mountPath: /tokens, readOnly: true, recursiveReadOnly: Enabled }
      securityContext: { runAsGroup: 7, procMount: Unmasked, capabilities: { drop: [ALL] } }
      startupProbe: { tcpSocket: { port: 8080 } }
      livenessProbe: { grpc: { port: 9001, service: health } }
      terminationMessagePath: /dev/termination-log
      terminationMessagePolicy: FallbackToLogsOnError
      lifecycle: { stopSignal: SIGUSR1, preStop: { sleep: { seconds: 5 } } }
  ephemeralContainers:
    - { name: debugger-1, image: busybox, targetContainerName: web }
  volumes:
    - { name: logs, hostPath: { path: /var/log/shop, type: DirectoryOrCreate } }
    - { name: scratch, ephemeral: { volumeClaimTemplate: { spec: { storageClassName: fast, resources: { requests: { storage: 1Gi } } } } } }
    - { name: share, nfs: { server: files.example, path: /export } }
    - name: tokens
      projected:
        sources:
          - { serviceAccountToken: { audience: vault, expirationSeconds: 7200, path: vault } }
          - { configMap: { name: ca } }
          - { secret: { name: tls } }
    - { name: data, persistentVolumeClaim: { claimName: web-data } }
status:
  phase: Running
  observedGeneration: 3
  hostIP: 192.168.0.1
  hostIPs: [{ ip: 192.168.0.1 }, { ip: "fd00::1" }]
  podIP: 10.244.1.7
  podIPs: [{ ip: 10.244.1.7 }]
  conditions:
    - { type: Ready, status: "True", lastProbeTime: "2026-11-24T09:00:00Z" }
    - { type: PodResizePending, status: "True", reason: Deferred, message: "Node didn't have enough resource: cpu" }
  containerStatuses:
    - name: web
      ready: false
      started: false
      restartCount: 2
      image: web
      imageID: web@sha256:abcdef
      state: { running: { startedAt: "2026-11-24T09:59:00Z" } }
      lastState: { terminated: { exitCode: 137, signal: 9, reason: OOMKilled, startedAt: "2026-11-24T09:00:00Z", finishedAt: "2026-11-24T09:58:00Z" } }
      allocatedResources: { cpu: 250m, memory: 128Mi }
      resources: { requests: { cpu: 250m, memory: 128Mi }, limits: { memory: 256Mi } }
      user: { linux: { uid: 1000, gid: 7 } }
  ephemeralContainerStatuses:
    - { name: debugger-1, ready: false, restartCount: 0, image: busybox, state: { terminated: { exitCode: 130, reason: Error, finishedAt: "2026-11-24T09:50:00Z" } } }
`;

/** What stands around it. */
export const around = `
- { apiVersion: apps/v1, kind: ReplicaSet, metadata: { name: web-7c9, namespace: shop, ownerReferences: [{ kind: Deployment, name: web, controller: true }] }, spec: { selector: { matchLabels: { app: web } } }, status: {} }
- { apiVersion: apps/v1, kind: Deployment, metadata: { name: web, namespace: shop, ownerReferences: [{ kind: Rollout, name: web-top, controller: true }] }, spec: { replicas: 1 }, status: {} }
- { apiVersion: v1, kind: Service, metadata: { name: web, namespace: shop }, spec: { selector: { app: web }, clusterIPs: [10.96.0.5], ports: [{ name: http, port: 80, targetPort: 8080 }] } }
- { apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: { name: web-a1, namespace: shop, labels: { kubernetes.io/service-name: web } }, endpoints: [{ addresses: [10.244.1.7], conditions: { ready: false, serving: true }, targetRef: { kind: Pod, namespace: shop, name: web-7c9-x2 } }] }
- { apiVersion: v1, kind: ConfigMap, metadata: { name: canal-config, namespace: kube-system }, data: { veth_mtu: "1450", net-conf.json: '{"Network":"10.244.0.0/16","Backend":{"Type":"vxlan","MTU":1400}}' } }
- { apiVersion: crd.projectcalico.org/v1, kind: FelixConfiguration, metadata: { name: default }, spec: { vxlanMTU: 1410 } }
`;

/** What its page is made of. */
export function fullPod(): PodInput {
  const raw = load(web) as JsonObject;
  const pod = readPod(raw);
  return {
    raw,
    pod,
    snapshot: snapshotOf([raw, ...(load(around) as JsonObject[])]),
    events: [],
    eventsState: { kind: 'ready' },
    usage: new Map([['web', { cpu: 480, memory: 192 * 2 ** 20 }]]),
    usageState: { kind: 'ready' },
    traffic: new TrafficMeter().blocks(pod, now),
    now,
  };
}
