import { type IpFamily, parseIpv4, parseIpv6 } from '../model/address.ts';
import type { Labels } from '../model/labels.ts';
import type { Container, ContainerPort, Pod } from '../model/pod.ts';
import type { KindKey } from '../model/kinds.ts';
import type { ModelObject } from '../model/meta.ts';
import type { Node } from '../model/node.ts';
import type { ClusterSnapshot, ObjectTable } from '../model/snapshot.ts';
import { type Actor, type Address, type NamedPort, type Namespace, noLabels, noPorts } from './actor.ts';
import { AddressSpace } from './addressSpace.ts';
import type { AddressSet } from './addressSet.ts';
import { workloadKinds } from './kinds.ts';
import { isPortProtocol } from './packets.ts';
import type { NodeLabels, Policy } from './rules.ts';
import { namespaceNameLabel, type Selector } from './selectors.ts';
import type { EngineOptions } from './types.ts';
import { wordTest } from './vocabularyUse.ts';
import { isFinished, Owners, podsOf } from './workloads.ts';

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
export function vocabularyOf(policies: readonly Policy[], extra: readonly AddressSet[], byNode: boolean): Vocabulary {
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
  for (let index = 0; index < policies.length; index++) {
    const { reads } = policies[index] as Policy;
    const { podSelectors } = reads;
    for (let at = 0; at < podSelectors.length; at++) selectors.add(podSelectors[at] as Selector);
    if (reads.labels.length > 0) for (const [key, value] of reads.labels) mention(key, value);
    if (reads.portNames.length > 0) for (const name of reads.portNames) portNames.add(name);
    if (reads.addresses.length > 0) for (const set of reads.addresses) addresses.add(set);
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

/** A step of the walk. Pods of one workload come in a row, so the last way taken is tried first. */
interface Crossing {
  /** Made when there is a second way. */
  ways: Map<number, Crossing> | undefined;
  lastSymbol: number;
  lastWay: Crossing | undefined;
  podClass: PodClass | undefined;
}

const crossing = (): Crossing => ({ ways: undefined, lastSymbol: -1, lastWay: undefined, podClass: undefined });

function follow(from: Crossing, symbol: number): Crossing {
  if (from.lastSymbol === symbol && from.lastWay !== undefined) return from.lastWay;
  let way = from.ways?.get(symbol);
  if (way === undefined) {
    way = crossing();
    if (from.lastWay !== undefined) (from.ways ??= new Map([[from.lastSymbol, from.lastWay]])).set(symbol, way);
  }
  from.lastSymbol = symbol;
  from.lastWay = way;
  return way;
}

/** What was seen of pods' addresses. */
interface AddressesSeen {
  v4: boolean;
  v6: boolean;
  nothing: boolean;
}

type NodeTable = ObjectTable<Node>;

/** Sorts pods into classes. Later snapshots with the same namespaces, nodes and vocabulary may go on with it. */
export class Classifier {
  readonly vocabulary: Vocabulary;
  readonly space: AddressSpace;
  /** Grows; what a class is never changes. */
  readonly classes: PodClass[] = [];
  readonly namespaces: Namespace[] = [];
  readonly seen: AddressesSeen = { v4: false, v6: false, nothing: false };
  readonly #nodes: NodeTable;
  readonly #namespaceTable: ObjectTable<ModelObject>;
  readonly #namespacesKnown: boolean;
  readonly #byName = new Map<string, Namespace>();
  readonly #hostMode: HostMode;
  /** By namespace: where the walk over what is read of a pod begins that ends at its class. */
  readonly #roots: Crossing[] = [];
  /** Whatever is read of a pod has a symbol, a small number; a class is a set of symbols in a namespace. */
  #symbolCount = 0;
  readonly #labelSymbols = new Map<string, LabelSymbols>();
  readonly #portSymbols = new Map<string, Map<number, number>>();
  readonly #accountSymbols = new Map<string, number>();
  readonly #nodeSymbols = new Map<string, number>();
  readonly #addressSymbols = new Map<number, number>();
  readonly #scratch: number[] = [];
  #addresses: boolean;
  readonly #classesByNamespace: PodClass[][] = [];

  constructor(snapshot: ClusterSnapshot, vocabulary: Vocabulary, hostMode: HostMode) {
    this.vocabulary = vocabulary;
    this.space = new AddressSpace(vocabulary.addresses);
    this.#hostMode = hostMode;
    this.#addresses = this.space.cuts4 || this.space.cuts6 || this.space.mentions6;
    this.#nodes = snapshot.table('nodes');
    this.#namespaceTable = snapshot.table('namespaces');
    this.#namespacesKnown = namespacesKnown(snapshot);
    for (const [key, values] of vocabulary.labels) {
      const symbols = new Map<string, number>();
      if (values !== null) for (const value of values) symbols.set(value, ++this.#symbolCount);
      this.#labelSymbols.set(key, { values: symbols, other: ++this.#symbolCount, all: values === null });
    }
    for (const name of vocabulary.portNames) this.#portSymbols.set(name, new Map());
    for (const { meta } of this.#namespaceTable.items) this.#addNamespace(meta.name);
  }

  /** Whether classes mean the same in another snapshot. */
  fits(snapshot: ClusterSnapshot): boolean {
    return (
      snapshot.table('namespaces') === this.#namespaceTable &&
      snapshot.table('nodes') === this.#nodes &&
      namespacesKnown(snapshot) === this.#namespacesKnown
    );
  }

  /** Pods of one family cannot reach those of the other, so from now on they are not alike. Forgets all classes. */
  tellFamiliesApart(): boolean {
    if (this.#addresses) return false;
    this.#addresses = true;
    this.classes.length = 0;
    this.#classesByNamespace.length = 0;
    this.#roots.length = 0;
    return true;
  }

  namespace(name: string): Namespace {
    return this.#byName.get(name) ?? this.#addNamespace(name);
  }

  classesIn(namespace: string): readonly PodClass[] {
    const index = this.#byName.get(namespace)?.index;
    return (index === undefined ? undefined : this.#classesByNamespace[index]) ?? [];
  }

  nodeLabels = (node: string): Labels | undefined => this.#nodes.get('', node)?.meta.labels;

  #addNamespace(name: string): Namespace {
    const object = this.#namespaceTable.get('', name);
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

  /** The class of a pod, made if it is the first of its kind. Its size does not change by asking. */
  classify(pod: Pod): PodClass {
    const { meta, spec, podIPs } = pod;
    const namespace = this.#byName.get(meta.namespace) ?? this.#addNamespace(meta.namespace);
    const found = this.#scratch;
    let count = 0;
    const { labels } = meta;
    for (const key in labels) {
      const symbols = this.#labelSymbols.get(key);
      if (symbols === undefined) continue;
      found[count++] = symbols.values.get(labels[key] as string) ?? this.#newValue(symbols, labels[key] as string);
    }
    if (this.#portSymbols.size > 0) {
      const { containers, initContainers } = spec;
      for (let index = 0; index < containers.length; index++)
        count = this.#readPorts((containers[index] as Container).ports, found, count);
      for (let index = 0; index < initContainers.length; index++)
        count = this.#readPorts((initContainers[index] as Container).ports, found, count);
    }
    if (this.vocabulary.serviceAccounts) found[count++] = this.#numbered(this.#accountSymbols, spec.serviceAccount);
    if (spec.hostNetwork)
      found[count++] = this.#numbered(this.#nodeSymbols, this.vocabulary.nodes ? (spec.nodeName ?? '') : '');
    if (this.#addresses) found[count++] = this.#readAddresses(pod);
    else if (spec.hostNetwork) this.#seeHost(pod);
    else if (podIPs.length === 1 && !(podIPs[0] as string).includes(':')) this.seen.v4 = true;
    else this.#see(podIPs);
    if (count > 1) sortFew(found, count);
    let at = (this.#roots[namespace.index] ??= crossing());
    for (let index = 0; index < count; index++) at = follow(at, found[index] as number);
    return (at.podClass ??= this.#addClass(pod, namespace));
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

  /** Adds to `found` from place `count` on; returns the place after the last. */
  #readPorts(ports: readonly ContainerPort[], found: number[], count: number): number {
    let end = count;
    for (let index = 0; index < ports.length; index++) {
      const { name, port, protocol } = ports[index] as ContainerPort;
      if (name === undefined) continue;
      const symbols = this.#portSymbols.get(name);
      if (symbols === undefined) continue;
      const key = port * 4 + (protocol === 'TCP' ? 0 : protocol === 'UDP' ? 1 : protocol === 'SCTP' ? 2 : 3);
      let symbol = symbols.get(key);
      if (symbol === undefined) symbols.set(key, (symbol = ++this.#symbolCount));
      let known = false;
      for (let before = 0; before < end; before++) if (found[before] === symbol) known = true;
      if (!known) found[end++] = symbol;
    }
    return end;
  }

  /** A pod on the host's network may have addresses that it does not name itself. */
  #seeHost(pod: Pod): void {
    const { v4, v6 } = addressesOfPod(pod, this.#nodes);
    if (typeof v4 === 'number') this.seen.v4 = true;
    if (typeof v6 === 'bigint') this.seen.v6 = true;
    if (v4 === undefined) this.seen.nothing = true;
  }

  #see(podIPs: readonly string[]): void {
    const seen = this.seen;
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
    if (single !== undefined) this.seen.v4 = true;
    else {
      if (pod.spec.hostNetwork) this.#seeHost(pod);
      else this.#see(podIPs);
      ({ v4, v6 } = addressesOfPod(pod, this.#nodes));
    }
    const region4 = v4 === null ? 0 : v4 === undefined ? 1 : this.space.v4.regionOf(v4) + 2;
    const region6 = v6 === null ? 0 : v6 === undefined ? 1 : this.space.v6.regionOf(v6) + 2;
    const key = region6 === 0 && region4 < 0x8000 ? region4 : (region6 + 1) * 0x1000000 + region4;
    let symbol = this.#addressSymbols.get(key);
    if (symbol === undefined) this.#addressSymbols.set(key, (symbol = ++this.#symbolCount));
    return symbol;
  }

  #addClass(pod: Pod, namespace: Namespace): PodClass {
    const actor = actorOf(pod, namespace, this.#nodes);
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
    const list = (this.#classesByNamespace[namespace.index] ??= []);
    list.push(podClass);
    return podClass;
  }
}

function namespacesKnown(snapshot: ClusterSnapshot): boolean {
  const { state } = snapshot.knowledge('namespaces');
  return snapshot.content.origin === 'folder' || state === 'loaded' || state === 'absent' || state === 'stale';
}

/** The pods of a snapshot and their classes. */
export class World {
  readonly snapshot: ClusterSnapshot;
  readonly classifier: Classifier;
  readonly pods: readonly Pod[];
  /** The class of each of `pods`, −1 for those that have ended. */
  readonly classOf: Int32Array;
  /** How many pods each class has. */
  readonly sizes: number[];
  readonly families: readonly IpFamily[];
  readonly owners: Owners;
  /** Words by which the vocabulary in use differs from that of the classifier. No pod has what they are about. */
  #idle: ReadonlySet<string> = new Set();
  #members: Int32Array[] | undefined;
  #inhabited: readonly PodClass[] | undefined;

  private constructor(
    snapshot: ClusterSnapshot,
    classifier: Classifier,
    pods: readonly Pod[],
    owners: Owners,
    classOf: Int32Array,
    sizes: number[],
  ) {
    this.snapshot = snapshot;
    this.classifier = classifier;
    this.pods = pods;
    this.owners = owners;
    this.classOf = classOf;
    this.sizes = sizes;
    const { v4, v6, nothing: unaddressed } = classifier.seen;
    const families: IpFamily[] = [];
    if (v4 || !v6) families.push(4);
    if (v6 || (this.space.mentions6 && (unaddressed || !v4))) families.push(6);
    this.families = families;
  }

  static of(snapshot: ClusterSnapshot, vocabulary: Vocabulary, hostMode: HostMode): World {
    const classifier = new Classifier(snapshot, vocabulary, hostMode);
    const owners = new Owners(snapshot);
    const pods = podsOf(snapshot, owners);
    const classOf = new Int32Array(pods.length);
    const sizes: number[] = [];
    classifyAll(pods, classifier, classOf, sizes);
    if (classifier.seen.v4 && classifier.seen.v6 && classifier.tellFamiliesApart()) {
      sizes.length = 0;
      classifyAll(pods, classifier, classOf, sizes);
    }
    return new World(snapshot, classifier, pods, owners, classOf, sizes);
  }

  /**
   * The world of a later snapshot, with only those pods looked at that have changed; `undefined` where that would not give
   * what a new world is.
   *
   * @param flipped words of the vocabulary that have come into use or fallen out of it
   */
  next(snapshot: ClusterSnapshot, flipped: readonly string[]): World | undefined {
    const { classifier } = this;
    if (!classifier.fits(snapshot)) return undefined;
    const idle = new Set(this.#idle);
    for (const word of flipped) if (!idle.delete(word)) idle.add(word);
    const unchanged = podTables.every((table) => snapshot.table(table) === this.snapshot.table(table));
    const world = unchanged ? this.#with(snapshot) : this.#nextOfPods(snapshot);
    if (world === undefined) return undefined;
    const asked = unchanged ? flipped.filter((word) => idle.has(word)) : [...idle];
    if (idle.size > maxIdle || anyPodHas(asked, world.pods)) return undefined;
    world.#idle = idle;
    return world;
  }

  /** The same pods, in a snapshot that differs in something else. */
  #with(snapshot: ClusterSnapshot): World {
    const world = new World(snapshot, this.classifier, this.pods, this.owners, this.classOf, this.sizes);
    world.#members = this.#members;
    world.#inhabited = this.#inhabited;
    return world;
  }

  #nextOfPods(snapshot: ClusterSnapshot): World | undefined {
    const { classifier } = this;
    const seen = { ...classifier.seen };
    // Families may come and go with single pods; then everything is looked at again.
    if (seen.v6 || (seen.nothing && this.space.mentions6)) return undefined;
    const owners = new Owners(snapshot);
    const pods = this.#nextPods(snapshot, owners);
    const { classOf, sizes } = this.#reclassify(pods);
    const now = classifier.seen;
    if (now.v6 !== seen.v6 || (now.nothing !== seen.nothing && this.space.mentions6)) return undefined;
    return new World(snapshot, classifier, pods, owners, classOf, sizes);
  }

  /** As `podsOf`. Where there are neither workloads nor ended pods, nothing can stand in for anything. */
  #nextPods(snapshot: ClusterSnapshot, owners: Owners): readonly Pod[] {
    const pods = snapshot.list('pods');
    const bare =
      this.pods === this.snapshot.list('pods') &&
      podTables.every((table) => table === 'pods' || snapshot.table(table).size === 0);
    if (!bare || pods.length !== this.pods.length) return podsOf(snapshot, owners);
    for (let index = 0; index < pods.length; index++) {
      const pod = pods[index] as Pod;
      if (pod !== this.pods[index] && isFinished(pod)) return podsOf(snapshot, owners);
    }
    return pods;
  }

  #reclassify(pods: readonly Pod[]): { readonly classOf: Int32Array; readonly sizes: number[] } {
    const before = this.pods;
    const sizes = [...this.sizes];
    const classOf = new Int32Array(pods.length);
    const shorter = Math.min(before.length, pods.length);
    let head = 0;
    while (head < shorter && before[head] === pods[head]) head++;
    let tail = 0;
    while (tail < shorter - head && before[before.length - 1 - tail] === pods[pods.length - 1 - tail]) tail++;
    classOf.set(this.classOf.subarray(0, head));
    classOf.set(this.classOf.subarray(before.length - tail), pods.length - tail);
    const same = before.length === pods.length;
    for (let index = head; index < before.length - tail; index++) {
      const of = this.classOf[index] as number;
      if (of >= 0 && !(same && before[index] === pods[index])) sizes[of] = (sizes[of] ?? 0) - 1;
    }
    for (let index = head; index < pods.length - tail; index++) {
      const pod = pods[index] as Pod;
      if (same && before[index] === pod) classOf[index] = this.classOf[index] as number;
      else classOf[index] = place(pod, this.classifier, sizes);
    }
    return { classOf, sizes };
  }

  get vocabulary(): Vocabulary {
    return this.classifier.vocabulary;
  }

  get space(): AddressSpace {
    return this.classifier.space;
  }

  get classes(): readonly PodClass[] {
    return this.classifier.classes;
  }

  get namespaces(): readonly Namespace[] {
    return this.classifier.namespaces;
  }

  get nodeLabels(): NodeLabels {
    return this.classifier.nodeLabels;
  }

  namespace(name: string): Namespace {
    return this.classifier.namespace(name);
  }

  classesIn(namespace: string): readonly PodClass[] {
    return this.classifier.classesIn(namespace);
  }

  classify(pod: Pod): PodClass {
    return this.classifier.classify(pod);
  }

  /** The classes that have pods. */
  get inhabited(): readonly PodClass[] {
    return (this.#inhabited ??= this.classes.filter(({ index }) => this.sizeOf(index) > 0));
  }

  sizeOf(index: number): number {
    return this.sizes[index] ?? 0;
  }

  /** A pod, or the stand-in of a workload without one. */
  pod(namespace: string, name: string): Pod | undefined {
    const pod = this.snapshot.table('pods').get(namespace, name);
    if (pod !== undefined && !isFinished(pod)) return pod;
    // Stand-ins come after the pods of the snapshot.
    for (let index = this.snapshot.table('pods').size; index < this.pods.length; index++) {
      const { meta } = this.pods[index] as Pod;
      if (meta.name === name && meta.namespace === namespace) return this.pods[index];
    }
    return pod;
  }

  /** Indexes into `pods` of the members of a class. */
  members(podClass: PodClass): Int32Array {
    if (this.#members === undefined) {
      const lists = this.classes.map((_, index) => new Int32Array(this.sizeOf(index)));
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
}

/** With more than these, looking for them in all pods costs as much as sorting the pods anew. */
const maxIdle = 20;

function anyPodHas(words: readonly string[], pods: readonly Pod[]): boolean {
  if (words.length === 0) return false;
  const tests = words.map(wordTest);
  return tests.some((test) => test === undefined || pods.some((pod) => test(pod) && !isFinished(pod)));
}

/** The tables that pods and their workloads are read from. */
const podTables: readonly KindKey[] = ['pods', ...workloadKinds];

function place(pod: Pod, classifier: Classifier, sizes: number[]): number {
  if (isFinished(pod)) return -1;
  const { index } = classifier.classify(pod);
  sizes[index] = (sizes[index] ?? 0) + 1;
  return index;
}

function classifyAll(pods: readonly Pod[], classifier: Classifier, classOf: Int32Array, sizes: number[]): void {
  for (let index = 0; index < pods.length; index++) classOf[index] = place(pods[index] as Pod, classifier, sizes);
}

/** Insertion sort of the first `count`: a pod has a handful of labels that matter. */
function sortFew(list: number[], count: number): void {
  for (let index = 1; index < count; index++) {
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
  nodes: NodeTable,
): { readonly v4: Address<number>; readonly v6: Address<bigint> } {
  let texts = pod.podIPs;
  if (texts.length === 0 && pod.spec.hostNetwork) {
    if (pod.hostIP !== undefined && pod.hostIP !== '') texts = [pod.hostIP];
    else if (pod.spec.nodeName !== undefined) texts = addressesOfNode(pod.spec.nodeName, nodes);
  }
  return readAddresses(texts);
}

/** A node's own addresses, the internal ones first. */
export function addressesOfNode(name: string, nodes: NodeTable): readonly string[] {
  const addresses = nodes.get('', name)?.addresses ?? [];
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
export function actorOf(pod: Pod, namespace: Namespace, nodes: NodeTable): Actor {
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
    ...addressesOfPod(pod, nodes),
  };
  return spec.hostNetwork && spec.nodeName !== undefined ? { ...base, node: spec.nodeName } : base;
}
