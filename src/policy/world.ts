import { type IpFamily, parseIpv4, parseIpv6 } from '../model/address.ts';
import type { Labels } from '../model/labels.ts';
import type { ContainerPort, Pod } from '../model/pod.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import { type Actor, type Address, type NamedPort, type Namespace, noLabels, noPorts } from './actor.ts';
import { AddressSpace } from './addressSpace.ts';
import type { AddressSet } from './addressSet.ts';
import { isPortProtocol } from './packets.ts';
import type { Policy } from './rules.ts';
import { namespaceNameLabel, type Selector } from './selectors.ts';
import type { EngineOptions } from './types.ts';
import { isFinished, podsOf } from './workloads.ts';

/** What all policies together read of pods. Pods that are the same in this are one class. */
export interface Vocabulary {
  /** For each label key the values that are told apart; `null` where every value matters. */
  readonly labels: ReadonlyMap<string, ReadonlySet<string> | null>;
  readonly portNames: ReadonlySet<string>;
  readonly addresses: readonly AddressSet[];
  readonly serviceAccounts: boolean;
  readonly nodes: boolean;
}

/** `extra`: addresses to tell apart beside those of the policies; `byNode`: hosts are told apart by node. */
export function vocabularyOf(policies: Iterable<Policy>, extra: readonly AddressSet[], byNode: boolean): Vocabulary {
  const selectors = new Set<Selector>();
  const labels = new Map<string, Set<string> | null>();
  const portNames = new Set<string>();
  const addresses = new Set<AddressSet>(extra);
  let serviceAccounts = false;
  let nodes = byNode;
  const mention = (key: string, value: string | undefined | null): void => {
    const values = labels.get(key);
    if (value === null) labels.set(key, null);
    else if (values === undefined) labels.set(key, new Set(value === undefined ? [] : [value]));
    else if (values !== null && value !== undefined) values.add(value);
  };
  for (const { reads } of policies) {
    for (const selector of reads.podSelectors) selectors.add(selector);
    for (const [key, value] of reads.labels) mention(key, value);
    for (const name of reads.portNames) portNames.add(name);
    for (const set of reads.addresses) addresses.add(set);
    serviceAccounts ||= reads.serviceAccounts;
    nodes ||= reads.nodes;
  }
  for (const { requirements } of selectors) {
    for (const { key, values } of requirements) {
      mention(key, undefined);
      for (const value of values) mention(key, value);
    }
  }
  return { labels, portNames, addresses: [...addresses], serviceAccounts, nodes };
}

/** Pods that every policy treats alike, on either side of a connection. */
export interface PodClass {
  readonly index: number;
  readonly namespace: Namespace;
  /** The first of them, as policies see it. */
  readonly actor: Actor;
  /** The other reading of a pod on the host's network; then `actor` is the reading as a pod. */
  readonly asNode: Actor | undefined;
  readonly hostNetwork: boolean;
}

interface LabelSymbols {
  readonly values: Map<string, number>;
  /** Of a value that no selector names. */
  readonly other: number;
  /** Every value has a symbol of its own. */
  readonly all: boolean;
}

type HostMode = Required<EngineOptions>['hostNetworkPods'];

const symbolLimit = 0x200000;

/** Namespaces, pods and their classes. */
export class World {
  readonly snapshot: ClusterSnapshot;
  readonly vocabulary: Vocabulary;
  readonly space: AddressSpace;
  readonly pods: readonly Pod[];
  /** The class of each of `pods`, −1 for those that have ended. */
  readonly classOf: Int32Array;
  readonly classes: PodClass[] = [];
  /** How many pods each class has. */
  readonly sizes: number[] = [];
  readonly namespaces: Namespace[] = [];
  readonly families: readonly IpFamily[];
  readonly #byName = new Map<string, Namespace>();
  readonly #hostMode: HostMode;
  readonly #namespacesKnown: boolean;
  /** Steps of a walk from a namespace over what is read of a pod to its class. */
  readonly #steps = new Map<number, number>();
  readonly #classOfState = new Map<number, PodClass>();
  /** Whatever is read of a pod has a symbol, a small number; a class is a set of symbols in a namespace. */
  #symbolCount = 0;
  readonly #labelSymbols = new Map<string, LabelSymbols>();
  readonly #portSymbols = new Map<string, Map<number, number>>();
  readonly #accountSymbols = new Map<string, number>();
  readonly #nodeSymbols = new Map<string, number>();
  readonly #addressSymbols = new Map<number, number>();
  readonly #scratch: number[] = [];
  readonly #addresses: boolean;
  #mixed = false;
  readonly #seen = { v4: false, v6: false, nothing: false };
  #classesByNamespace: PodClass[][] = [];
  #podIndex: Map<string, number> | undefined;
  #members: Int32Array[] | undefined;

  constructor(snapshot: ClusterSnapshot, vocabulary: Vocabulary, hostMode: HostMode) {
    this.snapshot = snapshot;
    this.vocabulary = vocabulary;
    this.space = new AddressSpace(vocabulary.addresses);
    this.#hostMode = hostMode;
    this.#addresses = this.space.cuts4 || this.space.cuts6 || this.space.mentions6;
    const { state } = snapshot.knowledge('namespaces');
    this.#namespacesKnown =
      snapshot.content.origin === 'folder' || state === 'loaded' || state === 'absent' || state === 'stale';
    for (const [key, values] of vocabulary.labels) {
      const symbols = new Map<string, number>();
      if (values !== null) for (const value of values) symbols.set(value, ++this.#symbolCount);
      this.#labelSymbols.set(key, { values: symbols, other: ++this.#symbolCount, all: values === null });
    }
    for (const name of vocabulary.portNames) this.#portSymbols.set(name, new Map());
    this.pods = podsOf(snapshot);
    this.classOf = new Int32Array(this.pods.length);
    for (const namespace of snapshot.table('namespaces').items) this.#addNamespace(namespace.meta.name);
    this.#classifyAll();
    if (this.#seen.v4 && this.#seen.v6 && !this.#addresses) {
      // Pods of one family cannot reach those of the other, so they are no longer alike.
      this.#mixed = true;
      this.#forgetClasses();
      this.#classifyAll();
    }
    const { v4, v6, nothing: unaddressed } = this.#seen;
    const families: IpFamily[] = [];
    if (v4 || !v6) families.push(4);
    if (v6 || (this.space.mentions6 && (unaddressed || !v4))) families.push(6);
    this.families = families;
  }

  namespace(name: string): Namespace {
    return this.#byName.get(name) ?? this.#addNamespace(name);
  }

  /** A namespace that is known to the snapshot or has pods. */
  hasNamespace(name: string): boolean {
    return this.#byName.has(name);
  }

  classesIn(namespace: string): readonly PodClass[] {
    const index = this.#byName.get(namespace)?.index;
    return (index === undefined ? undefined : this.#classesByNamespace[index]) ?? [];
  }

  /** The classes that have pods. */
  get inhabited(): readonly PodClass[] {
    return this.classes.filter(({ index }) => this.sizeOf(index) > 0);
  }

  sizeOf(index: number): number {
    return this.sizes[index] ?? 0;
  }

  /** Index into `pods`. */
  podIndex(namespace: string, name: string): number | undefined {
    if (this.#podIndex === undefined) {
      this.#podIndex = new Map();
      this.pods.forEach(({ meta }, index) => {
        const key = `${meta.namespace}/${meta.name}`;
        // Where a workload stands in under the name of a pod, the pod goes first.
        if (!this.#podIndex?.has(key)) this.#podIndex?.set(key, index);
      });
    }
    return this.#podIndex.get(`${namespace}/${name}`);
  }

  /** Indexes into `pods` of the members of a class. */
  members(podClass: PodClass): Int32Array {
    if (this.#members === undefined) {
      const lists = this.classes.map((_, index) => new Int32Array(this.sizes[index] ?? 0));
      const filled = new Int32Array(this.classes.length);
      this.classOf.forEach((of, index) => {
        if (of < 0) return;
        const at = filled[of] as number;
        (lists[of] as Int32Array)[at] = index;
        filled[of] = at + 1;
      });
      this.#members = lists;
    }
    return this.#members[podClass.index] ?? new Int32Array(0);
  }

  nodeLabels = (node: string): Labels | undefined => this.snapshot.table('nodes').get('', node)?.meta.labels;

  #addNamespace(name: string): Namespace {
    const object = this.snapshot.table('namespaces').get('', name);
    const namespace: Namespace = {
      index: this.namespaces.length,
      name,
      labels: { ...object?.meta.labels, [namespaceNameLabel]: name },
      known: object !== undefined || this.#namespacesKnown,
    };
    this.namespaces.push(namespace);
    this.#byName.set(name, namespace);
    return namespace;
  }

  #classifyAll(): void {
    const { pods, classOf, sizes } = this;
    sizes.length = 0;
    for (let index = 0; index < pods.length; index++) {
      const pod = pods[index] as Pod;
      if (isFinished(pod)) {
        classOf[index] = -1;
        continue;
      }
      const { index: of } = this.classify(pod);
      sizes[of] = (sizes[of] ?? 0) + 1;
      classOf[index] = of;
    }
  }

  #forgetClasses(): void {
    this.classes.length = 0;
    this.#classesByNamespace.length = 0;
    this.#classOfState.clear();
    this.#steps.clear();
  }

  /** The class of a pod, made if it is the first of its kind. Its size does not change by asking. */
  classify(pod: Pod): PodClass {
    const { meta, spec, podIPs } = pod;
    const namespace = this.#byName.get(meta.namespace) ?? this.#addNamespace(meta.namespace);
    const found = this.#scratch;
    found.length = 0;
    const { labels } = meta;
    for (const key in labels) {
      const symbols = this.#labelSymbols.get(key);
      if (symbols === undefined) continue;
      found.push(symbols.values.get(labels[key] as string) ?? this.#newValue(symbols, labels[key] as string));
    }
    if (this.#portSymbols.size > 0) {
      for (const { ports } of spec.containers) if (ports.length > 0) this.#readPorts(ports, found);
      for (const { ports } of spec.initContainers) if (ports.length > 0) this.#readPorts(ports, found);
    }
    if (this.vocabulary.serviceAccounts) found.push(this.#numbered(this.#accountSymbols, spec.serviceAccount));
    if (spec.hostNetwork)
      found.push(this.#numbered(this.#nodeSymbols, this.vocabulary.nodes ? (spec.nodeName ?? '') : ''));
    if (this.#addresses || this.#mixed) found.push(this.#readAddresses(pod));
    else if (podIPs.length === 1 && !(podIPs[0] as string).includes(':')) this.#seen.v4 = true;
    else this.#see(podIPs);
    let state = namespace.index;
    if (found.length > 1) sortFew(found);
    const steps = this.#steps;
    for (let index = 0; index < found.length; index++) {
      const key = (state + 1) * symbolLimit + (found[index] as number);
      let next = steps.get(key);
      if (next === undefined) {
        // States of namespaces are their indexes; the others lie above any number of namespaces.
        next = 0x1000000 + steps.size;
        steps.set(key, next);
      }
      state = next;
    }
    return this.#classOfState.get(state) ?? this.#addClass(pod, namespace, state);
  }

  #newValue(symbols: LabelSymbols, value: string): number {
    if (!symbols.all) return symbols.other;
    const symbol = ++this.#symbolCount;
    symbols.values.set(value, symbol);
    return symbol;
  }

  #numbered(symbols: Map<string, number>, text: string): number {
    let symbol = symbols.get(text);
    if (symbol === undefined) symbols.set(text, (symbol = ++this.#symbolCount));
    return symbol;
  }

  #readPorts(ports: readonly ContainerPort[], found: number[]): void {
    for (const { name, port, protocol } of ports) {
      if (name === undefined) continue;
      const symbols = this.#portSymbols.get(name);
      if (symbols === undefined) continue;
      const key = port * 4 + (protocol === 'TCP' ? 0 : protocol === 'UDP' ? 1 : protocol === 'SCTP' ? 2 : 3);
      let symbol = symbols.get(key);
      if (symbol === undefined) symbols.set(key, (symbol = ++this.#symbolCount));
      if (!found.includes(symbol)) found.push(symbol);
    }
  }

  #see(podIPs: readonly string[]): void {
    const seen = this.#seen;
    if (podIPs.length === 0) seen.nothing = true;
    for (const address of podIPs) {
      if (address.includes(':')) seen.v6 = true;
      else seen.v4 = true;
    }
  }

  /** One symbol for the regions of a pod's addresses: 0 where it has none in a family, 1 where it is not known. */
  #readAddresses(pod: Pod): number {
    const { podIPs } = pod;
    const single = podIPs.length === 1 ? parseIpv4(podIPs[0] as string) : undefined;
    let v4: Address<number> = single;
    let v6: Address<bigint> = null;
    if (single !== undefined) this.#seen.v4 = true;
    else {
      this.#see(podIPs);
      ({ v4, v6 } = addressesOfPod(pod, this.snapshot));
    }
    const region4 = v4 === null ? 0 : v4 === undefined ? 1 : this.space.v4.regionOf(v4) + 2;
    const region6 = v6 === null ? 0 : v6 === undefined ? 1 : this.space.v6.regionOf(v6) + 2;
    const key = region4 * 0x1000000 + region6;
    let symbol = this.#addressSymbols.get(key);
    if (symbol === undefined) this.#addressSymbols.set(key, (symbol = ++this.#symbolCount));
    return symbol;
  }

  #addClass(pod: Pod, namespace: Namespace, state: number): PodClass {
    const actor = actorOf(pod, namespace, this.snapshot);
    const mode = this.#hostMode;
    const { hostNetwork } = pod.spec;
    const node: Actor = { ...actor, selectable: false };
    const podClass: PodClass = {
      index: this.classes.length,
      namespace,
      actor: hostNetwork && mode === 'as-node' ? node : actor,
      asNode: hostNetwork && mode === 'undefined' ? node : undefined,
      hostNetwork,
    };
    this.classes.push(podClass);
    this.#classOfState.set(state, podClass);
    const list = (this.#classesByNamespace[namespace.index] ??= []);
    list.push(podClass);
    return podClass;
  }
}

/** Insertion sort: a pod has a handful of labels that matter. */
function sortFew(list: number[]): void {
  for (let index = 1; index < list.length; index++) {
    const value = list[index] as number;
    let at = index - 1;
    while (at >= 0 && (list[at] as number) > value) {
      list[at + 1] = list[at] as number;
      at--;
    }
    list[at + 1] = value;
  }
}

/** A pod's addresses; a pod on the host's network has its node's. The first of each family counts. */
export function addressesOfPod(
  pod: Pod,
  snapshot: ClusterSnapshot,
): { readonly v4: Address<number>; readonly v6: Address<bigint> } {
  let texts = pod.podIPs;
  if (texts.length === 0 && pod.spec.hostNetwork) {
    if (pod.hostIP !== undefined && pod.hostIP !== '') texts = [pod.hostIP];
    else if (pod.spec.nodeName !== undefined) texts = addressesOfNode(pod.spec.nodeName, snapshot);
  }
  return readAddresses(texts);
}

/** A node's own addresses, the internal ones first. */
export function addressesOfNode(name: string, snapshot: ClusterSnapshot): readonly string[] {
  const addresses = snapshot.table('nodes').get('', name)?.addresses ?? [];
  return [
    ...addresses.filter(({ type }) => type === 'InternalIP'),
    ...addresses.filter(({ type }) => type === 'ExternalIP'),
  ].map(({ address }) => address);
}

/** The first address of each family; nothing known at all leaves both open. */
export function readAddresses(texts: readonly string[]): {
  readonly v4: Address<number>;
  readonly v6: Address<bigint>;
} {
  let v4: number | undefined;
  let v6: bigint | undefined;
  for (const text of texts) {
    if (text.includes(':')) v6 ??= parseIpv6(text);
    else v4 ??= parseIpv4(text);
  }
  if (v4 === undefined && v6 === undefined) return { v4: undefined, v6: undefined };
  return { v4: v4 ?? null, v6: v6 ?? null };
}

/** A pod as policies see it. One on the host's network is given in its reading as a pod. */
export function actorOf(pod: Pod, namespace: Namespace, snapshot: ClusterSnapshot): Actor {
  const { spec, meta } = pod;
  const ports: NamedPort[] = [];
  for (const containers of [spec.containers, spec.initContainers]) {
    for (const container of containers) {
      for (const { name, port, protocol } of container.ports) {
        if (name !== undefined && isPortProtocol(protocol) && port >= 1 && port <= 65535 && Number.isInteger(port))
          ports.push({ name, protocol, port });
      }
    }
  }
  const base = {
    kind: spec.hostNetwork ? ('host' as const) : ('pod' as const),
    selectable: true,
    namespace,
    labels: meta.labels ?? noLabels,
    serviceAccount: spec.serviceAccount,
    ports: ports.length === 0 ? noPorts : ports,
    ...addressesOfPod(pod, snapshot),
  };
  return spec.hostNetwork && spec.nodeName !== undefined ? { ...base, node: spec.nodeName } : base;
}
