import { kindOfObject } from '../../src/model/kinds.ts';
import {
  type Connections,
  type Connectivity,
  type ConnectivityChange,
  type ConnectivityDiff,
  type ConnectivityNode,
  type ConnectivityPair,
  type Endpoint,
  type Exposure,
  type PodRef,
  type PolicyEngine,
  type Question,
  type Verdict,
} from '../../src/policy/types.ts';
import { bitsOf, type Family, familyOf } from '../unit/policy/reference/bits.ts';
import { at, labelsAt, listAt, type Raw, textAt } from '../unit/policy/reference/raw.ts';
import { governs } from '../unit/policy/reference/networkPolicy.ts';
import { peerIsPod, selectsPod } from '../unit/policy/reference/selection.ts';
import { type Truth } from '../unit/policy/reference/truth.ts';
import { decide } from '../unit/policy/reference/reference.ts';
import { type End, isHostPod, nameOf, namespaceOf, type Packet, World } from '../unit/policy/reference/world.ts';
import { type Case, pairsOf } from './generators/cases.ts';
import { outside } from './generators/vocabulary.ts';

/** How often each verdict came up, to see that the random cases are worth asking about. */
export type Shares = Record<Verdict, number>;
export const noShares = (): Shares => ({ allow: 0, deny: 0, unknown: 0 });

const show = (end: End): string =>
  end.kind === 'pod' ? `${end.namespace}/${end.name}` : end.kind === 'node' ? `node/${end.name}` : end.address;
const question = (from: End, to: End, packet: Packet): Question => ({ from, to, ...packet });
const asked = (from: End, to: End, packet: Packet): string =>
  `${show(from)} > ${show(to)} ${packet.protocol} ${packet.port ?? ''} IPv${packet.family}`;

/** `explain` against the reference, for every pair of ends with a pod in it. */
export function explainDisagreements(
  engine: PolicyEngine,
  { objects, options, packets }: Case,
  shares: Shares,
): string[] {
  const world = new World(objects, options);
  const found: string[] = [];
  for (const [from, to] of pairsOf(objects)) {
    for (const packet of packets) {
      const said = engine.explain(question(from, to, packet));
      const short = engine.verdict(question(from, to, packet));
      if (short !== said.verdict) found.push(`${asked(from, to, packet)}: verdict ${short}, explain ${said.verdict}`);
      const right = decide(world, from, to, packet);
      if (right === undefined) continue;
      shares[right.verdict]++;
      const got = `${said.verdict} (egress ${said.egress.verdict}, ingress ${said.ingress.verdict})`;
      const want = `${right.verdict} (egress ${right.egress}, ingress ${right.ingress})`;
      if (got !== want) found.push(`${asked(from, to, packet)}: ${got}, but it is ${want}`);
    }
  }
  return found;
}

export function verdictAt(connections: Connections, packet: Packet): Verdict {
  const { protocol, port = 0 } = packet;
  if (protocol === 'ICMP' || protocol === 'ICMPv6') return connections.icmp;
  const name = protocol === 6 ? 'TCP' : protocol;
  if (typeof name === 'number') return connections.other;
  if (connections.all) return 'allow';
  const inside = (lists: Connections['allowed']): boolean =>
    lists.some(
      (list) => list.protocol === name && list.ranges.some(({ first, last }) => first <= port && port <= last),
    );
  return inside(connections.allowed) ? 'allow' : inside(connections.unknown) ? 'unknown' : 'deny';
}

const inFamily = (pairs: readonly ConnectivityPair[], family: Family): ConnectivityPair | undefined =>
  pairs.find((pair) => pair.family === undefined || pair.family === family);

const livePods = (objects: readonly Raw[]): Raw[] =>
  objects.filter(
    (object) => object['kind'] === 'Pod' && !['Succeeded', 'Failed'].includes(textAt(object, 'status', 'phase') ?? ''),
  );
const podLabel = (pod: Raw): string => `${namespaceOf(pod)}/${nameOf(pod)}[Pod]`;
const podEnd = (pod: Raw): End => ({ kind: 'pod', namespace: namespaceOf(pod), name: nameOf(pod) });

function holds(node: ConnectivityNode, address: string): boolean {
  if (node.kind !== 'external' || node.family !== familyOf(address)) return false;
  const [first = '', last = '', bits = ''] = [node.first, node.last, address].map(bitsOf);
  return first <= bits && bits <= last;
}

/** `connectivity` by pod against the reference, point by point. */
export function connectivityDisagreements(connectivity: Connectivity, { objects, options, packets }: Case): string[] {
  // A row knows its pods, not the node of the other end.
  const world = new World(objects, { ...options, ownNode: false });
  const found: string[] = [];
  const text = JSON.stringify(objects);
  const ends: [End, ConnectivityNode][] = [];
  for (const pod of livePods(objects)) {
    const node = connectivity.nodes.find((candidate) => candidate.label === podLabel(pod));
    if (node === undefined) found.push(`${podLabel(pod)} is not among the nodes`);
    else ends.push([podEnd(pod), node]);
  }
  for (const address of outside) {
    const node = connectivity.nodes.find((candidate) => holds(candidate, address));
    if (node !== undefined) ends.push([{ kind: 'address', address }, node]);
    else if (connectivity.families.some((family) => family === familyOf(address)))
      found.push(`${address} is in none of the external ranges`);
  }
  const listed = new Set(
    [...connectivity.pairs()].map(({ from, to, family }) => `${from.id} ${to.id} ${family ?? ''}`),
  );
  const counts = { podPairs: 0, connected: 0, unknown: 0 };
  for (const [from, source] of ends) {
    for (const [to, destination] of ends) {
      if (source === destination || (from.kind !== 'pod' && to.kind !== 'pod')) continue;
      const pairs = connectivity.between(source, destination);
      for (const { connections, family } of pairs) {
        const something = connections.allowed.length + connections.unknown.length > 0 || connections.all;
        if (something !== listed.has(`${source.id} ${destination.id} ${family ?? ''}`))
          found.push(`${show(from)} > ${show(to)}: listed ${!something}, but something flows: ${something}`);
      }
      if (from.kind === 'pod' && to.kind === 'pod') {
        counts.podPairs++;
        if (pairs.some(({ connections }) => connections.allowed.length > 0)) counts.connected++;
        else if (pairs.some(({ connections }) => connections.unknown.length > 0)) counts.unknown++;
      }
      for (const packet of packets) {
        if (!connectivity.families.includes(packet.family)) continue;
        const right = decide(world, from, to, packet);
        if (right === undefined) continue;
        const pair = inFamily(pairs, packet.family);
        if (pair === undefined) {
          found.push(`${asked(from, to, packet)}: no answer, but it is ${right.verdict}`);
          continue;
        }
        const said = verdictAt(pair.connections, packet);
        // One verdict stands for all types of ICMP, and one for all other protocols.
        const several =
          packet.protocol === 'ICMP' || packet.protocol === 'ICMPv6'
            ? /"(icmp|notICMP)"/.test(text)
            : packet.protocol === 47 && text.includes('rotocol":47');
        if (said !== right.verdict && !(several && said === 'unknown'))
          found.push(`connectivity: ${asked(from, to, packet)}: ${said}, but it is ${right.verdict}`);
      }
    }
  }
  if (JSON.stringify(counts) !== JSON.stringify({ ...connectivity.counts }))
    found.push(`counts: ${JSON.stringify(connectivity.counts)}, but they are ${JSON.stringify(counts)}`);
  return found;
}

/** What a view says, without ids and in an order of its own: two views that say the same are equal as text. */
export function linesOf(connectivity: Connectivity): string[] {
  return [...connectivity.pairs()]
    .map(
      ({ from, to, connections, family }) =>
        `${from.label} > ${to.label}${family === undefined ? '' : ` IPv${family}`}: ${text(connections)}`,
    )
    .sort();
}

const text = ({ all, allowed, unknown, icmp, other }: Connections): string =>
  JSON.stringify({ all, allowed, unknown, icmp, other });

/** The view by workload says of each pair of pods what the view by pod says, and nothing that no pair of pods says. */
export function workloadDisagreements(
  byPod: Connectivity,
  byWorkload: Connectivity,
  objects: readonly Raw[],
): string[] {
  const found: string[] = [];
  const nodeOfPod = new Map(byPod.nodes.map((node) => [node.label, node]));
  const members = (node: ConnectivityNode): Raw[] => {
    if (node.kind !== 'pods') return [];
    return livePods(objects).filter((pod) => {
      const owner = listAt(pod, 'metadata', 'ownerReferences')[0];
      const workload =
        owner === undefined ? { kind: 'Pod', name: nameOf(pod) } : { kind: at(owner, 'kind'), name: at(owner, 'name') };
      const labels = labelsAt(pod, 'metadata', 'labels');
      return (
        node.workload.namespace === namespaceOf(pod) &&
        node.workload.kind === workload.kind &&
        node.workload.name === workload.name &&
        node.hostNetwork === isHostPod(pod) &&
        Object.entries(node.part ?? {}).every(([key, value]) => (labels.get(key) ?? '') === value)
      );
    });
  };
  const workloads = byWorkload.nodes.filter((node) => node.kind === 'pods');
  for (const node of workloads) {
    if (members(node).length < node.podCount)
      found.push(`${node.label} has ${node.podCount} pods, but only ${members(node).length} fit`);
  }
  const podCount = workloads.reduce((sum, node) => sum + node.podCount, 0);
  if (podCount !== livePods(objects).length)
    found.push(`workloads have ${podCount} pods of ${livePods(objects).length}`);
  const said = (view: Connectivity, from: ConnectivityNode, to: ConnectivityNode): string[] =>
    byWorkload.families.map((family) => {
      const pair = inFamily(view.between(from, to), family);
      return pair === undefined ? 'none' : text(pair.connections);
    });
  for (const from of workloads) {
    for (const to of workloads) {
      const ofWorkloads = said(byWorkload, from, to).join('\n');
      const ofPods = members(from).flatMap((source) =>
        members(to)
          .filter((destination) => destination !== source)
          .map((destination) => {
            const [one, other] = [nodeOfPod.get(podLabel(source)), nodeOfPod.get(podLabel(destination))];
            return one === undefined || other === undefined ? 'missing' : said(byPod, one, other).join('\n');
          }),
      );
      if (from !== to && ofPods.length > 0 && !ofPods.includes(ofWorkloads))
        found.push(`by workload: ${from.label} > ${to.label}: ${ofWorkloads}, but by pod: ${ofPods.join(' | ')}`);
    }
  }
  return found;
}

/** Who reaches a workload is whom its pairs admit, the other pods of the workload included. */
export function exposureDisagreements(exposures: readonly Exposure[], connectivity: Connectivity): string[] {
  const nodes = connectivity.nodes.filter((node) => node.kind === 'pods');
  const total = nodes.reduce((sum, { podCount }) => sum + podCount, 0);
  return nodes.flatMap((to) => {
    const exposure = exposures.find(({ label }) => label === to.label);
    let pods = 0;
    const namespaces = new Set<string>();
    for (const from of nodes) {
      const size = from.podCount - (from === to ? 1 : 0);
      if (size === 0 || connectivity.between(from, to).every((pair) => pair.connections.allowed.length === 0)) continue;
      pods += size;
      namespaces.add(from.workload.namespace);
    }
    const right = JSON.stringify({ pods, namespaces: namespaces.size, of: total - 1 });
    const said = JSON.stringify(exposure?.fromPods);
    return said === right ? [] : [`exposure of ${to.label}: ${said}, but it is ${right}`];
  });
}

/** What the two states say of one pair of ends, by pod or by an address outside; undefined where nothing is said. */
function saidOf(connectivity: Connectivity, from: string, to: string, family: Family): Connections | undefined {
  const nodeOf = (end: string): ConnectivityNode | undefined =>
    connectivity.nodes.find((node) => node.label === end || holds(node, end));
  const [source, destination] = [nodeOf(from), nodeOf(to)];
  if (source === undefined || destination === undefined) return undefined;
  return inFamily(connectivity.between(source, destination), family)?.connections;
}

const flows = (connections: Connections | undefined): string =>
  connections === undefined ? '[[],[]]' : JSON.stringify([connections.allowed, connections.unknown]);

/** What is newly open, newly closed, newly in doubt, or something else. */
function isRightKind({ kind, before, after }: ConnectivityChange): boolean {
  const doubt = after.unknown.length > 0 && JSON.stringify(before.unknown) !== JSON.stringify(after.unknown);
  const [was, is] = [before.allowed.length > 0, after.allowed.length > 0];
  return kind === (doubt ? 'now-unknown' : is && !was ? 'added' : was && !is ? 'removed' : 'changed');
}

/** `diff` names exactly the pairs of which the two states say different things. */
export function diffDisagreements(
  diff: ConnectivityDiff,
  [before, after]: readonly [Connectivity, Connectivity],
  pods: readonly string[],
): string[] {
  const found: string[] = [];
  const covers = (label: string, end: string): boolean => {
    const range = /^(.+)-(.+)\[External\]$/.exec(label);
    if (label === end || range === null) return label === end;
    const [first = '', last = '', bits = ''] = [range[1] ?? '', range[2] ?? '', end].map((part) => bitsOf(part) ?? '');
    return first.length === bits.length && first <= bits && bits <= last;
  };
  const ends = [...pods, ...outside];
  for (const from of ends) {
    for (const to of ends) {
      if (from === to || (!pods.includes(from) && !pods.includes(to))) continue;
      for (const family of [4, 6] as const) {
        if ([from, to].some((end) => familyOf(end) !== undefined && familyOf(end) !== family)) continue;
        // A state in which nothing has to do with IPv6 says nothing about it.
        if (![before, after].every(({ families }) => families.includes(family))) continue;
        const [old, now] = [saidOf(before, from, to, family), saidOf(after, from, to, family)];
        const changes = diff.changes.filter(
          (change) =>
            covers(change.from, from) &&
            covers(change.to, to) &&
            (change.family === undefined || change.family === family),
        );
        const [change] = changes;
        const where = `${from} > ${to} IPv${family}`;
        if (changes.length > 1) found.push(`${where}: ${changes.length} changes`);
        if (change === undefined && flows(old) !== flows(now))
          found.push(`${where}: no change, but ${flows(old)} became ${flows(now)}`);
        if (change === undefined) continue;
        if (!isRightKind(change)) found.push(`${where}: ${flows(old)} became ${flows(now)}, called ${change.kind}`);
        if (flows(change.before) !== flows(old) || flows(change.after) !== flows(now))
          found.push(
            `${where}: ${flows(change.before)} to ${flows(change.after)}, but ${flows(old)} became ${flows(now)}`,
          );
      }
    }
  }
  return found;
}

/** Which pods each policy selects, and by which policies each pod is selected. */
export function selectionDisagreements(engine: PolicyEngine, { objects, options }: Case): string[] {
  const world = new World(objects, options);
  const found: string[] = [];
  const pods = world.pods().filter((pod) => !isHostPod(pod));
  const names = (list: readonly Raw[]): string =>
    list
      .map((pod) => `${namespaceOf(pod)}/${nameOf(pod)}`)
      .sort()
      .join(' ');
  const isPlain = (ref: PodRef): boolean =>
    pods.some((pod) => namespaceOf(pod) === ref.namespace && nameOf(pod) === ref.name);
  const refs = (list: readonly PodRef[]): string =>
    list
      .filter(isPlain)
      .map((pod) => `${pod.namespace}/${pod.name}`)
      .sort()
      .join(' ');
  // A profile is had by name, it selects nothing.
  for (const ref of engine.policies.filter(({ kind }) => kind !== 'Profile')) {
    const policy = objects.find(
      (object) =>
        kindOfObject(String(object['apiVersion']), String(object['kind']))?.key === ref.table &&
        namespaceOf(object) === (ref.namespace || namespaceOf(object)) &&
        nameOf(object) === ref.name,
    );
    const selection = engine.selects(ref);
    if (policy === undefined || selection === undefined) {
      found.push(`${ref.kind} ${ref.name}: is it there?`);
      continue;
    }
    const [yes, maybe] = (['yes', 'maybe'] as const).map((truth) =>
      names(pods.filter((pod) => selectsPod(world, policy, pod) === truth)),
    );
    if (refs(selection.pods) !== yes)
      found.push(`${ref.kind} ${ref.name} selects ${refs(selection.pods)}, but it is ${yes}`);
    if (refs(selection.unknownPods) !== maybe)
      found.push(`${ref.kind} ${ref.name} may select ${refs(selection.unknownPods)}, but it is ${maybe}`);
    if (ref.table !== 'networkPolicies') continue;
    for (const { rule, peers } of selection.rules) {
      const given = listAt(policy, 'spec', rule.direction)[rule.index];
      for (const peer of peers.filter(({ everything }) => !everything)) {
        const wanted = listAt(given, rule.direction === 'ingress' ? 'from' : 'to')[peer.index];
        if (at(wanted, 'ipBlock') !== undefined) continue;
        const matching = (truth: Truth): string =>
          names(pods.filter((pod) => peerIsPod(world, policy, wanted, pod) === truth));
        if (refs(peer.pods) !== matching('yes') || refs(peer.unknownPods) !== matching('maybe'))
          found.push(
            `${ref.name} ${rule.direction} ${rule.index}, peer ${peer.index}: ${refs(peer.pods)}, but it is ${matching('yes')}`,
          );
      }
    }
  }
  const kinds = new Set(
    engine.policies.map(({ kind, table }) => (table === 'networkPolicies' ? kind : `other ${kind}`)),
  );
  for (const pod of pods) {
    const ref = { namespace: namespaceOf(pod), name: nameOf(pod) };
    const said = engine.selectedBy(ref);
    const where = `${ref.namespace}/${ref.name}`;
    for (const { policy } of said?.policies ?? []) {
      const selection = engine.selects(policy);
      const selected = refs([...(selection?.pods ?? []), ...(selection?.unknownPods ?? [])]);
      if (policy.kind !== 'Profile' && !selected.split(' ').includes(where))
        found.push(`${where} is selected by ${policy.name}, which does not select it`);
    }
    if ([...kinds].some((kind) => kind !== 'NetworkPolicy')) continue;
    for (const direction of ['ingress', 'egress'] as const) {
      const isolated = world
        .list('networking.k8s.io', 'NetworkPolicy')
        .some((policy) => governs(policy, direction) && selectsPod(world, policy, pod) === 'yes');
      if (said?.[direction] !== (isolated ? 'isolated' : 'open'))
        found.push(`${where} is ${said?.[direction]} for ${direction}, but isolated: ${isolated}`);
    }
  }
  return found;
}

/** `explain` of a workload says what it says of each of its pods, or that they differ. */
export function workloadExplainDisagreements(engine: PolicyEngine, { objects, packets }: Case): string[] {
  const found: string[] = [];
  const workloads = new Map<string, Raw[]>();
  for (const pod of livePods(objects)) {
    const owner = textAt(listAt(pod, 'metadata', 'ownerReferences')[0], 'name');
    if (owner === undefined) continue;
    const key = `${namespaceOf(pod)}/${owner}`;
    workloads.set(key, [...(workloads.get(key) ?? []), pod]);
  }
  for (const [key, pods] of workloads) {
    const [namespace = '', name = ''] = key.split('/');
    const workload: Endpoint = { kind: 'workload', namespace, name };
    for (const other of livePods(objects).filter((pod) => !pods.includes(pod))) {
      for (const packet of packets) {
        for (const outward of [true, false]) {
          const ask = (end: Endpoint): Question =>
            outward ? { from: end, to: podEnd(other), ...packet } : { from: podEnd(other), to: end, ...packet };
          const said = engine.explain(ask(workload));
          const single = pods.map((pod) => engine.explain(ask(podEnd(pod))));
          // Pods of different families under one owner: not a thing that clusters have.
          if (single.some(({ basis }) => basis === 'no-endpoint')) continue;
          const verdicts = [...new Set(single.map(({ verdict }) => verdict))];
          const where = `${outward ? key : podLabel(other)} > ${outward ? podLabel(other) : key} ${packet.protocol} ${packet.port ?? ''} IPv${packet.family}`;
          if (verdicts.length === 1 && said.verdict !== verdicts[0])
            found.push(`${where}: ${said.verdict} (${said.basis}), but each pod: ${verdicts[0]}`);
          if (verdicts.length > 1 && said.basis !== 'mixed')
            found.push(`${where}: ${said.verdict} (${said.basis}), but its pods: ${verdicts.join(', ')}`);
        }
      }
    }
  }
  return found;
}

export const podLabels = (objects: readonly Raw[]): string[] => livePods(objects).map(podLabel);
