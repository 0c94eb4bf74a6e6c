import type { ModelObject } from '../../model/meta.ts';
import type { Node } from '../../model/node.ts';
import type { KindKey } from '../../model/kinds.ts';
import type { ClusterSnapshot, Interest } from '../../model/snapshot.ts';
import { type Evidence, gapEvidence, isKnown, referenceTo } from '../evidence.ts';
import { cachedBy } from '../reading.ts';

/** One sign of a cluster type. */
export interface Signal {
  readonly weight: number;
  /** What has to be read for it beyond nodes, namespaces, the server's version and its API groups. */
  readonly interest?: Interest;
  readonly read: (snapshot: ClusterSnapshot) => Evidence | undefined;
}

/** What the first node that shows a sign says, and how many show it. Remembered for the same nodes. */
const nodeEvidence = (
  weight: number,
  field: string,
  test: (node: Node) => string | undefined,
): ((nodes: readonly Node[]) => Evidence | undefined) =>
  cachedBy((nodes) => {
    let first: { readonly node: Node; readonly sentence: string } | undefined;
    let count = 0;
    for (const node of nodes) {
      const sentence = test(node);
      if (sentence === undefined) continue;
      count++;
      first ??= { node, sentence };
    }
    if (first === undefined) return undefined;
    return { from: 'object', sentence: first.sentence, weight, field, count, object: referenceTo(first.node) };
  });

interface KeySigns {
  readonly node: Node;
  count: number;
  readonly values: Set<string>;
}

/**
 * The labels or annotations that signals look for. What each node carries of them is remembered by the node, so that one
 * changed node of thousands costs little.
 */
class KeySearch {
  readonly #exact = new Set<string>();
  readonly #prefixes = new Set<string>();
  readonly #entries: (node: Node) => readonly (readonly [wanted: string, value: string])[];
  readonly #index: (nodes: readonly Node[]) => ReadonlyMap<string, KeySigns>;

  constructor(map: (node: Node) => Readonly<Record<string, string>>) {
    this.#entries = cachedBy((node: Node) => {
      const found: [string, string][] = [];
      const entries = map(node);
      const keys = Object.keys(entries);
      for (const key of keys) if (this.#exact.has(key)) found.push([key, entries[key] ?? '']);
      for (const prefix of this.#prefixes) {
        const key = keys.find((one) => one.startsWith(prefix));
        if (key !== undefined) found.push([prefix, entries[key] ?? '']);
      }
      return found;
    });
    this.#index = cachedBy((nodes: readonly Node[]) => {
      const index = new Map<string, KeySigns>();
      for (const node of nodes)
        for (const [wanted, value] of this.#entries(node)) {
          let signs = index.get(wanted);
          if (signs === undefined) index.set(wanted, (signs = { node, count: 0, values: new Set() }));
          signs.count++;
          if (signs.values.size < 8) signs.values.add(value);
        }
      return index;
    });
  }

  /** Says, before the first node is looked at, that this key or prefix matters. */
  register(keyOrPrefix: string): void {
    (/[/.-]$/.test(keyOrPrefix) ? this.#prefixes : this.#exact).add(keyOrPrefix);
  }

  find(nodes: readonly Node[], keyOrPrefix: string): KeySigns | undefined {
    return this.#index(nodes).get(keyOrPrefix);
  }
}

const labels = new KeySearch((node) => node.meta.labels);
const annotations = new KeySearch((node) => node.meta.annotations);

const keySignal =
  (what: 'label' | 'annotation', search: KeySearch) =>
  (weight: number, keyOrPrefix: string, value?: string): Signal => {
    search.register(keyOrPrefix);
    const prefix = /[/.-]$/.test(keyOrPrefix);
    const written = prefix ? `${keyOrPrefix}…` : value === undefined ? keyOrPrefix : `${keyOrPrefix}=${value}`;
    return {
      weight,
      read(snapshot) {
        const signs = search.find(snapshot.list('nodes'), keyOrPrefix);
        if (signs === undefined || (value !== undefined && !signs.values.has(value))) return undefined;
        return {
          from: 'object',
          sentence: `Nodes carry the ${what} ${written}`,
          weight,
          field: `metadata.${what}s["${written}"]`,
          count: signs.count,
          object: referenceTo(signs.node),
        };
      },
    };
  };

/** A key that ends in `/`, `.` or `-` stands for every key that begins so. */
export const nodeLabel = keySignal('label', labels);
export const nodeAnnotation = keySignal('annotation', annotations);

export const providerId = (weight: number, prefix: string, when?: (snapshot: ClusterSnapshot) => boolean): Signal => {
  const found = nodeEvidence(weight, 'spec.providerID', (node) =>
    node.providerId?.startsWith(prefix) === true ? `Nodes have a provider ID of ${prefix}…` : undefined,
  );
  return {
    weight,
    read: (snapshot) => (when !== undefined && !when(snapshot) ? undefined : found(snapshot.list('nodes'))),
  };
};

const nodeSignal = (weight: number, field: string, test: (node: Node) => string | undefined): Signal => {
  const found = nodeEvidence(weight, field, test);
  return { weight, read: (snapshot) => found(snapshot.list('nodes')) };
};

export const nodeName = (weight: number, pattern: RegExp): Signal =>
  nodeSignal(weight, 'metadata.name', ({ meta }) =>
    pattern.test(meta.name) ? `A node is named ${meta.name}` : undefined,
  );

export const osImage = (weight: number, pattern: RegExp): Signal =>
  nodeSignal(weight, 'status.nodeInfo.osImage', ({ osImage: image }) =>
    image !== undefined && pattern.test(image) ? `Nodes run ${image}` : undefined,
  );

/** On the server's version or, where that is not known, on a node's kubelet. */
export const version = (weight: number, pattern: RegExp): Signal => {
  const kubelet = nodeEvidence(weight, 'status.nodeInfo.kubeletVersion', ({ kubeletVersion }) =>
    kubeletVersion !== undefined && pattern.test(kubeletVersion) ? `Nodes run kubelet ${kubeletVersion}` : undefined,
  );
  return {
    weight,
    read(snapshot) {
      const served = snapshot.server.version?.gitVersion;
      if (served === undefined) return kubelet(snapshot.list('nodes'));
      return pattern.test(served)
        ? { from: 'server', sentence: `The server's version is ${served}`, weight, field: 'gitVersion' }
        : undefined;
    },
  };
};

const servedGroups = cachedBy((snapshot: ClusterSnapshot) => {
  const groups = new Set(snapshot.server.groups.map(({ name }) => name));
  for (const crd of snapshot.list('customResourceDefinitions')) groups.add(crd.group);
  return groups;
});

/** The API groups that are served: from discovery, and from CRDs where they are known, as in a folder. */
export const servesGroup = (snapshot: ClusterSnapshot, group: string): boolean => servedGroups(snapshot).has(group);

export const apiGroup = (weight: number, group: string): Signal => ({
  weight,
  read: (snapshot) =>
    servesGroup(snapshot, group)
      ? { from: 'server', sentence: `The server serves the API group ${group}`, weight, field: 'groups' }
      : undefined,
});

const objectSignal = (
  weight: number,
  kind: KindKey,
  namespace: string,
  name: string,
  words: string,
  interest: Interest | undefined,
  accept: (object: ModelObject) => boolean = () => true,
): Signal => ({
  weight,
  ...(interest === undefined ? {} : { interest }),
  read(snapshot) {
    const object = snapshot.table(kind).get(namespace, name) as ModelObject | undefined;
    if (object !== undefined)
      return accept(object) ? { from: 'object', sentence: words, weight, object: referenceTo(object) } : undefined;
    const scope = { namespace, fieldSelector: `metadata.name=${name}` };
    const knowledge = namespace === '' ? snapshot.knowledge(kind) : snapshot.knowledge(kind, scope);
    return isKnown(knowledge) ? undefined : gapEvidence(knowledge, kind);
  },
});

const named = (kind: KindKey, namespaceName: string, name: string): Interest => ({
  kind,
  namespace: namespaceName,
  fieldSelector: `metadata.name=${name}`,
});

export const namespace = (weight: number, name: string): Signal =>
  objectSignal(weight, 'namespaces', '', name, `The namespace ${name} exists`, undefined);

export const configMap = (weight: number, ns: string, name: string): Signal =>
  objectSignal(weight, 'configMaps', ns, name, `The ConfigMap ${ns}/${name} exists`, named('configMaps', ns, name));

export const deployment = (weight: number, ns: string, name: string): Signal =>
  objectSignal(weight, 'deployments', ns, name, `The Deployment ${ns}/${name} exists`, named('deployments', ns, name));

export const service = (weight: number, ns: string, name: string, label?: string): Signal =>
  objectSignal(
    weight,
    'services',
    ns,
    name,
    label === undefined ? `The Service ${ns}/${name} exists` : `The Service ${ns}/${name} carries the label ${label}`,
    named('services', ns, name),
    (object) => label === undefined || Object.hasOwn(object.meta.labels, label),
  );

const kubeconfig = (
  weight: number,
  field: string,
  read: (snapshot: ClusterSnapshot) => string | undefined,
): Signal => ({
  weight,
  read(snapshot) {
    const sentence = read(snapshot);
    return sentence === undefined ? undefined : { from: 'kubeconfig', sentence, weight, field };
  },
});

export const serverUrl = (weight: number, pattern: RegExp): Signal =>
  kubeconfig(weight, 'clusters[].cluster.server', (snapshot) => {
    const server = snapshot.connection?.server;
    return server !== undefined && pattern.test(server) ? `The kubeconfig's server is ${server}` : undefined;
  });

/** On the credential plugin's command and arguments, as one line. The plugin is not run. */
export const execPlugin = (weight: number, pattern: RegExp): Signal =>
  kubeconfig(weight, 'users[].user.exec', (snapshot) => {
    const { execCommand, execArgs = [] } = snapshot.connection ?? {};
    if (execCommand === undefined) return undefined;
    const words = [execCommand.replace(/^.*[\\/]/, ''), ...execArgs].join(' ');
    return pattern.test(words) ? `The kubeconfig's credential plugin is ${execCommand}` : undefined;
  });

export const certificatePath = (weight: number, pattern: RegExp): Signal =>
  kubeconfig(weight, 'clusters[].cluster.certificate-authority', (snapshot) => {
    const path = snapshot.connection?.certificateAuthority;
    return path !== undefined && pattern.test(path)
      ? `The kubeconfig's certificate authority is the file ${path}`
      : undefined;
  });

/** A name that somebody gave: the weakest sign there is. */
export const contextName = (pattern: RegExp): Signal =>
  kubeconfig(5, 'contexts[].name', (snapshot) => {
    const context = snapshot.connection?.context;
    return context !== undefined && pattern.test(context) ? `The context is named ${context}` : undefined;
  });

const controlPlaneLabels = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master'];
for (const label of controlPlaneLabels) labels.register(label);

/** Managed services hide their control plane; a cluster that shows one is not such a service. */
export const hidesControlPlane = (snapshot: ClusterSnapshot): boolean => {
  const nodes = snapshot.list('nodes');
  return nodes.length > 0 && !controlPlaneLabels.some((label) => labels.find(nodes, label) !== undefined);
};
