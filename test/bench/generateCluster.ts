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
  /** Another seed gives other names, labels and addresses, and otherwise the same cluster. */
  readonly seed?: number;
  /** Pods have an IPv6 address too. */
  readonly dualStack?: boolean;
}

export type ClusterInput = Readonly<Partial<Record<KindKey, readonly JsonObject[]>>>;

/** A cluster as JSON, pods carrying no more than what policies read. The same arguments give the same cluster. */
export function generateCluster(size: ClusterSize): ClusterInput {
  const { namespaces, workloads, replicas } = size;
  const names = new Names(size);
  const namespaceObjects: JsonObject[] = [namespace('kube-system', 'platform')];
  const pods: JsonObject[] = [];
  const networkPolicies: JsonObject[] = [];
  const addPod = (namespace: string, name: string, labels: JsonObject, port: JsonObject): void => {
    pods.push(pod(namespace, name, labels, port, names.addresses(pods.length + 256)));
  };
  for (let replica = 0; replica < 2; replica++)
    addPod('kube-system', `coredns-${replica}`, { 'k8s-app': 'kube-dns' }, { name: 'dns', containerPort: 53 });
  for (let ns = 0; ns < namespaces; ns++) {
    const name = names.namespace(ns);
    namespaceObjects.push(namespace(name, names.team(ns)));
    for (let workload = 0; workload < workloads; workload++) {
      const labels = { app: names.app(workload), tier: workload < 3 ? 'front' : 'back' };
      for (let replica = 0; replica < replicas; replica++)
        addPod(name, `${names.app(workload)}-${replica}`, labels, {
          name: 'http',
          containerPort: 8000 + (workload % 5),
        });
    }
    networkPolicies.push(...namespacePolicies(ns, size, names));
  }
  return { namespaces: namespaceObjects, pods, networkPolicies };
}

/** What is called differently with another seed. Seed 0 has the plain names. */
class Names {
  readonly #tag: string;
  readonly #seed: number;
  readonly #dualStack: boolean;

  constructor({ seed = 0, dualStack = false }: ClusterSize) {
    this.#seed = seed;
    this.#tag = seed === 0 ? '' : String(seed);
    this.#dualStack = dualStack;
  }

  namespace(index: number): string {
    return `ns${this.#tag}-${index}`;
  }

  team(index: number): string {
    return `team${this.#tag}-${index % 10}`;
  }

  app(index: number): string {
    return `svc${this.#tag}-${index}`;
  }

  selector(index: number): JsonObject {
    return { matchLabels: { app: this.app(index) } };
  }

  /** Within 10.0.0.0/8 and fd00::/16. */
  addresses(index: number): readonly JsonObject[] {
    const place = (this.#seed * 0x20000 + index) % 0x1000000;
    const v4 = { ip: `10.${place >> 16}.${(place >> 8) & 255}.${place & 255}` };
    return this.#dualStack
      ? [v4, { ip: `fd00::${(place >> 16).toString(16)}:${(place & 0xffff).toString(16)}` }]
      : [v4];
  }
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
  port: JsonObject,
  podIPs: readonly JsonObject[],
): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels },
  spec: { containers: [{ name: 'main', ports: [port] }] },
  status: { phase: 'Running', podIPs },
});

function namespacePolicies(ns: number, { namespaces, workloads, policies }: ClusterSize, names: Names): JsonObject[] {
  const name = names.namespace(ns);
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
      podSelector: names.selector(index % workloads),
      ingress: [{ from: [{ podSelector: names.selector((index - 1) % workloads) }], ports: [{ port: 'http' }] }],
    });
  add('metrics', {
    podSelector: {},
    ingress: [
      {
        from: [{ namespaceSelector: { matchLabels: { team: names.team(ns) } }, podSelector: names.selector(0) }],
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
    podSelector: names.selector(workloads - 1),
    policyTypes: ['Egress'],
    egress: [
      {
        to: [{ ipBlock: { cidr: `198.${18 + (ns >> 8)}.${ns & 255}.0/24` } }],
        ports: [{ port: 8000, endPort: 8100 }, { port: 443 }],
      },
    ],
  });
  for (let index = list.length; index < policies; index++) {
    const from = (ns * 7 + index) % namespaces;
    add(`extra-${index}`, {
      podSelector: names.selector(index % workloads),
      ingress: [
        {
          from: [
            {
              namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': names.namespace(from) } },
              podSelector: names.selector((index * 3) % workloads),
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
