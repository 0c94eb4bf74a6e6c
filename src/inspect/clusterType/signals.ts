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

const nodeEvidence = (
  nodes: readonly Node[],
  weight: number,
  field: string,
  test: (node: Node) => string | undefined,
): Evidence | undefined => {
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
};

/** Each key that any node carries, with the first node that carries it and how many do. */
type KeyIndex = ReadonlyMap<string, { readonly node: Node; readonly count: number; readonly values: Set<string> }>;

const indexKeys = (nodes: readonly Node[], map: (node: Node) => Readonly<Record<string, string>>): KeyIndex => {
  const index = new Map<string, { node: Node; count: number; values: Set<string> }>();
  for (const node of nodes) {
    const entries = map(node);
    for (const key of Object.keys(entries)) {
      const known = index.get(key);
      if (known === undefined) index.set(key, { node, count: 1, values: new Set([entries[key] ?? '']) });
      else {
        known.count++;
        if (known.values.size < 8) known.values.add(entries[key] ?? '');
      }
    }
  }
  return index;
};

const labelIndex = cachedBy((nodes: readonly Node[]) => indexKeys(nodes, (node) => node.meta.labels));
const annotationIndex = cachedBy((nodes: readonly Node[]) => indexKeys(nodes, (node) => node.meta.annotations));

const keySignal =
  (what: 'label' | 'annotation', index: (nodes: readonly Node[]) => KeyIndex) =>
  (weight: number, keyOrPrefix: string, value?: string): Signal => ({
    weight,
    read(snapshot) {
      const keys = index(snapshot.list('nodes'));
      const prefix = /[/.-]$/.test(keyOrPrefix);
      for (const [key, { node, count, values }] of keys) {
        if (prefix ? !key.startsWith(keyOrPrefix) : key !== keyOrPrefix) continue;
        if (value !== undefined && !values.has(value)) continue;
        const field = `metadata.${what}s["${key}"]`;
        const written = value === undefined ? key : `${key}=${value}`;
        return {
          from: 'object',
          sentence: `Nodes carry the ${what} ${written}`,
          weight,
          field,
          count,
          object: referenceTo(node),
        };
      }
      return undefined;
    },
  });

/** A key that ends in `/`, `.` or `-` stands for every key that begins so. */
export const nodeLabel = keySignal('label', labelIndex);
export const nodeAnnotation = keySignal('annotation', annotationIndex);

export const providerId = (weight: number, prefix: string, when?: (snapshot: ClusterSnapshot) => boolean): Signal => ({
  weight,
  read: (snapshot) =>
    when !== undefined && !when(snapshot)
      ? undefined
      : nodeEvidence(snapshot.list('nodes'), weight, 'spec.providerID', (node) =>
          node.providerId?.startsWith(prefix) === true ? `Nodes have a provider ID of ${prefix}…` : undefined,
        ),
});

export const nodeName = (weight: number, pattern: RegExp): Signal => ({
  weight,
  read: (snapshot) =>
    nodeEvidence(snapshot.list('nodes'), weight, 'metadata.name', (node) =>
      pattern.test(node.meta.name) ? `A node is named ${node.meta.name}` : undefined,
    ),
});

export const osImage = (weight: number, pattern: RegExp): Signal => ({
  weight,
  read: (snapshot) =>
    nodeEvidence(snapshot.list('nodes'), weight, 'status.nodeInfo.osImage', (node) =>
      node.osImage !== undefined && pattern.test(node.osImage) ? `Nodes run ${node.osImage}` : undefined,
    ),
});

/** On the server's version or, where that is not known, on a node's kubelet. */
export const version = (weight: number, pattern: RegExp): Signal => ({
  weight,
  read(snapshot) {
    const served = snapshot.server.version?.gitVersion;
    if (served !== undefined)
      return pattern.test(served)
        ? { from: 'server', sentence: `The server's version is ${served}`, weight, field: 'gitVersion' }
        : undefined;
    return nodeEvidence(snapshot.list('nodes'), weight, 'status.nodeInfo.kubeletVersion', (node) =>
      node.kubeletVersion !== undefined && pattern.test(node.kubeletVersion)
        ? `Nodes run kubelet ${node.kubeletVersion}`
        : undefined,
    );
  },
});

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

/** Managed services hide their control plane; a cluster that shows one is not such a service. */
export const hidesControlPlane = (snapshot: ClusterSnapshot): boolean => {
  const labels = labelIndex(snapshot.list('nodes'));
  return labels.size > 0 && !controlPlaneLabels.some((label) => labels.has(label));
};
