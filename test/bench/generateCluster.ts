import type { JsonObject } from '../../src/model/json.ts';
import { kindOf, type KindKey } from '../../src/model/kinds.ts';
import type { ModelObject } from '../../src/model/meta.ts';
import { ClusterSnapshot, ObjectTable, type ObjectTables } from '../../src/model/snapshot.ts';

export interface ClusterSize {
  readonly namespaces: number;
  readonly workloads: number;
  readonly replicas: number;
  /** Per namespace; at least the 13 that every namespace has. */
  readonly policies: number;
}

export type ClusterInput = Readonly<Partial<Record<KindKey, readonly JsonObject[]>>>;

const address = (index: number): string => `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;

/** A cluster as JSON, pods carrying no more than what policies read. The same arguments give the same cluster. */
export function generateCluster({ namespaces, workloads, replicas, policies }: ClusterSize): ClusterInput {
  const namespaceObjects: JsonObject[] = [namespace('kube-system', 'platform')];
  const pods: JsonObject[] = [];
  const networkPolicies: JsonObject[] = [];
  for (let replica = 0; replica < 2; replica++)
    pods.push(pod('kube-system', `coredns-${replica}`, { 'k8s-app': 'kube-dns' }, 'dns', 53, pods.length));
  for (let ns = 0; ns < namespaces; ns++) {
    const name = `ns-${ns}`;
    namespaceObjects.push(namespace(name, `team-${ns % 10}`));
    for (let workload = 0; workload < workloads; workload++) {
      const port = 8000 + (workload % 5);
      const labels = { app: `svc-${workload}`, tier: workload < 3 ? 'front' : 'back' };
      for (let replica = 0; replica < replicas; replica++)
        pods.push(pod(name, `svc-${workload}-${replica}`, labels, 'http', port, pods.length));
    }
    networkPolicies.push(...namespacePolicies(name, ns, policies, workloads, namespaces));
  }
  return { namespaces: namespaceObjects, pods, networkPolicies };
}

const namespace = (name: string, team: string): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels: { 'kubernetes.io/metadata.name': name, team } },
});

const pod = (
  namespace: string,
  name: string,
  labels: JsonObject,
  portName: string,
  port: number,
  index: number,
): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels },
  spec: { containers: [{ name: 'main', ports: [{ name: portName, containerPort: port }] }] },
  status: { phase: 'Running', podIPs: [{ ip: address(index + 256) }] },
});

const app = (index: number): JsonObject => ({ matchLabels: { app: `svc-${index}` } });

function namespacePolicies(
  name: string,
  ns: number,
  count: number,
  workloads: number,
  namespaces: number,
): JsonObject[] {
  const list: JsonObject[] = [];
  const add = (policy: string, spec: JsonObject): void => {
    list.push({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: policy, namespace: name },
      spec,
    });
  };
  add('default-deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  add('dns', {
    podSelector: {},
    policyTypes: ['Egress'],
    egress: [
      {
        to: [
          {
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
            podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
          },
        ],
        ports: [
          { protocol: 'UDP', port: 53 },
          { protocol: 'TCP', port: 53 },
        ],
      },
    ],
  });
  add('within', { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [{ podSelector: {} }] }] });
  for (let index = 1; index <= 7; index++)
    add(`to-svc-${index}`, {
      podSelector: app(index % workloads),
      ingress: [{ from: [{ podSelector: app((index - 1) % workloads) }], ports: [{ port: 'http' }] }],
    });
  add('metrics', {
    podSelector: {},
    ingress: [
      {
        from: [{ namespaceSelector: { matchLabels: { team: `team-${ns % 10}` } }, podSelector: app(0) }],
        ports: [{ port: 9000, endPort: 9100 }],
      },
    ],
  });
  add('public', {
    podSelector: { matchExpressions: [{ key: 'tier', operator: 'In', values: ['front'] }] },
    ingress: [
      { from: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8', '192.168.0.0/16'] } }], ports: [{ port: 443 }] },
    ],
  });
  add('partner', {
    podSelector: app(workloads - 1),
    policyTypes: ['Egress'],
    egress: [
      {
        to: [{ ipBlock: { cidr: `198.${18 + (ns >> 8)}.${ns & 255}.0/24` } }],
        ports: [{ port: 8000, endPort: 8100 }, { port: 443 }],
      },
    ],
  });
  for (let index = list.length; index < count; index++) {
    const from = (ns * 7 + index) % namespaces;
    add(`extra-${index}`, {
      podSelector: app(index % workloads),
      ingress: [
        {
          from: [
            {
              namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': `ns-${from}` } },
              podSelector: app((index * 3) % workloads),
            },
          ],
          ports: [{ port: 1000 + (index % 50) }],
        },
      ],
    });
  }
  return list;
}

/** The input as a snapshot of model objects, as a source makes it. */
export function snapshotOf(input: ClusterInput): ClusterSnapshot {
  const tables: Record<string, ObjectTable<ModelObject>> = {};
  for (const key of Object.keys(input) as KindKey[]) {
    const { read } = kindOf(key);
    tables[key] = ObjectTable.of((input[key] ?? []).map((object): ModelObject => read(object)));
  }
  return new ClusterSnapshot({
    revision: 1,
    origin: 'folder',
    name: 'generated',
    server: { versionKnowledge: { state: 'unread' }, groups: [], groupsKnowledge: { state: 'unread' } },
    tables: tables as ObjectTables,
    reads: [],
    asOf: 0,
  });
}
