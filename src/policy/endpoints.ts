import { formatIp, type IpFamily, parseIp } from '../model/address.ts';
import type { Pod } from '../model/pod.ts';
import type { Service } from '../model/service.ts';
import { type Actor, addressIn, noLabels, noPorts, outside } from './actor.ts';
import { isPortProtocol, type PortProtocol } from './packets.ts';
import { namespaceNameLabel } from './selectors.ts';
import type { Endpoint, WorkloadRef } from './types.ts';
import { actorOf, addressesOfNode, readAddresses, type World } from './world.ts';
import { isFinished, type Owners } from './workloads.ts';

/** One end of a question: something with a place in the network. */
export interface End {
  readonly actor: Actor;
  /** The other reading of a pod on the host's network. */
  readonly asNode: Actor | undefined;
  /** As in a sentence: `shop/web-0`. */
  readonly label: string;
  readonly pod: Pod | undefined;
  /** How many pods it stands for. */
  readonly count: number;
  /** The node that the end is, or is on. */
  readonly node: string | undefined;
}

export interface Target {
  readonly end: End;
  /** Ports at the end itself, where a service translates them. */
  readonly ports: readonly number[] | undefined;
}

export type Resolved =
  | { readonly ends: readonly End[]; readonly label: string; readonly service?: Service }
  | { readonly missing: string; readonly label: string };

/** Finds what questions are about. */
export class Endpoints {
  readonly #world: World;
  readonly #owners: Owners;
  readonly #hostMode: 'undefined' | 'as-pods' | 'as-node';
  #byAddress: Map<string, Pod> | undefined;
  #byWorkload: Map<string, Pod[]> | undefined;

  constructor(world: World, hostMode: 'undefined' | 'as-pods' | 'as-node') {
    this.#world = world;
    this.#owners = world.owners;
    this.#hostMode = hostMode;
  }

  /** `byNode`: pods of a workload are told apart by their node too, as the other end is a node or on one's network. */
  resolve(endpoint: Endpoint, byNode = false): Resolved {
    const { snapshot } = this.#world;
    switch (endpoint.kind) {
      case 'pod': {
        const label = `${endpoint.namespace}/${endpoint.name}`;
        const pod = this.#world.pod(endpoint.namespace, endpoint.name);
        if (pod === undefined) return { missing: `there is no pod ${label}`, label };
        return isFinished(pod)
          ? { missing: `pod ${label} has ended`, label }
          : { ends: [this.endOf(pod, 1, label)], label };
      }
      case 'workload': {
        const label = `${endpoint.namespace}/${endpoint.name}`;
        const pods = this.podsOfWorkload(endpoint.namespace, endpoint.name, endpoint.workloadKind);
        return pods.length === 0
          ? { missing: `there is no pod of ${endpoint.workloadKind ?? 'workload'} ${label}`, label }
          : { ends: this.#alike(pods, label, byNode), label };
      }
      case 'node': {
        const node = snapshot.table('nodes').get('', endpoint.name);
        return node === undefined
          ? { missing: `there is no node ${endpoint.name}`, label: endpoint.name }
          : { ends: [this.#nodeEnd(endpoint.name)], label: endpoint.name };
      }
      case 'address':
        return this.#resolveAddress(endpoint.address);
      case 'service': {
        const label = `${endpoint.namespace}/${endpoint.name}`;
        const service = snapshot.table('services').get(endpoint.namespace, endpoint.name);
        return service === undefined
          ? { missing: `there is no service ${label}`, label }
          : { ends: [], label, service };
      }
      case 'ingress-controller':
        return { ends: [ingressController()], label: 'the ingress controller' };
    }
  }

  podsOfWorkload(namespace: string, name: string, kind?: string): readonly Pod[] {
    if (this.#byWorkload === undefined) {
      this.#byWorkload = new Map();
      for (const pod of this.#world.pods) {
        if (isFinished(pod)) continue;
        const owner = this.#owners.of(pod);
        const key = `${owner.namespace}/${owner.name}`;
        const list = this.#byWorkload.get(key);
        if (list === undefined) this.#byWorkload.set(key, [pod]);
        else list.push(pod);
      }
    }
    const pods = this.#byWorkload.get(`${namespace}/${name}`) ?? [];
    return kind === undefined ? pods : pods.filter((pod) => this.#owners.of(pod).kind === kind);
  }

  ownerOf(pod: Pod): WorkloadRef {
    return this.#owners.of(pod);
  }

  endOf(pod: Pod, count: number, label: string): End {
    const actor = actorOf(pod, this.#world.namespace(pod.meta.namespace), this.#world.snapshot.table('nodes'));
    const host = pod.spec.hostNetwork;
    const node: Actor = { ...actor, selectable: false };
    return {
      actor: host && this.#hostMode === 'as-node' ? node : actor,
      asNode: host && this.#hostMode === 'undefined' ? node : undefined,
      label,
      pod,
      count,
      node: pod.spec.nodeName,
    };
  }

  /** One end for pods that are alike; which of them is asked does not matter then. */
  #alike(pods: readonly Pod[], label: string, byNode: boolean): readonly End[] {
    const groups = new Map<string, Pod[]>();
    for (const pod of pods) {
      const { index } = this.#world.classify(pod);
      const key = byNode ? `${index}/${pod.spec.nodeName ?? ''}` : String(index);
      const list = groups.get(key);
      if (list === undefined) groups.set(key, [pod]);
      else list.push(pod);
    }
    return [...groups.values()].map((members) => {
      const [first] = members as [Pod, ...Pod[]];
      const name = `${first.meta.namespace}/${first.meta.name}`;
      return this.endOf(first, members.length, groups.size === 1 ? label : name);
    });
  }

  #nodeEnd(name: string): End {
    const addresses = readAddresses(addressesOfNode(name, this.#world.snapshot.table('nodes')));
    return {
      actor: {
        kind: 'host',
        selectable: false,
        namespace: undefined,
        labels: noLabels,
        serviceAccount: '',
        ports: noPorts,
        ...addresses,
        node: name,
      },
      asNode: undefined,
      label: `node ${name}`,
      pod: undefined,
      count: 1,
      node: name,
    };
  }

  #resolveAddress(text: string): Resolved {
    const ip = parseIp(text);
    if (ip === undefined) return { missing: `${text} is no IP address`, label: text };
    const address = formatIp(ip);
    const pod = this.podAt(address);
    if (pod !== undefined) {
      const label = `${pod.meta.namespace}/${pod.meta.name}`;
      return { ends: [this.endOf(pod, 1, label)], label };
    }
    const { snapshot } = this.#world;
    for (const node of snapshot.list('nodes')) {
      if (node.addresses.some((entry) => sameAddress(entry.address, address)))
        return { ends: [this.#nodeEnd(node.meta.name)], label: `node ${node.meta.name}` };
    }
    for (const service of snapshot.list('services')) {
      if (service.clusterIPs.some((clusterIP) => sameAddress(clusterIP, address)))
        return { ends: [], label: `${service.meta.namespace}/${service.meta.name}`, service };
    }
    const actor = ip.family === 4 ? outside(ip.value, null) : outside(null, ip.value);
    return {
      ends: [{ actor, asNode: undefined, label: address, pod: undefined, count: 1, node: undefined }],
      label: address,
    };
  }

  /** The pod that has an address. One on the host's network has none of its own. */
  podAt(address: string): Pod | undefined {
    if (this.#byAddress === undefined) {
      this.#byAddress = new Map();
      for (const pod of this.#world.pods) {
        if (pod.spec.hostNetwork || isFinished(pod)) continue;
        for (const text of pod.podIPs) {
          const ip = parseIp(text);
          if (ip !== undefined) this.#byAddress.set(formatIp(ip), pod);
        }
      }
    }
    return this.#byAddress.get(address);
  }

  /** Where connections to a service's port arrive: its ready endpoints at their target ports. */
  targets(service: Service, protocol: string, port: number | string | undefined): readonly Target[] {
    const entries = service.ports.filter(
      (entry) => entry.protocol === protocol && (port === undefined || entry.port === port || entry.name === port),
    );
    const { snapshot } = this.#world;
    const { namespace, name } = service.meta;
    const slices = snapshot
      .table('endpointSlices')
      .in(namespace)
      .filter((slice) => slice.service === name);
    const found = new Map<string, { end: End; ports: Set<number> }>();
    const add = (end: End, key: string, ports: readonly number[]): void => {
      const known = found.get(key);
      if (known === undefined) found.set(key, { end, ports: new Set(ports) });
      else for (const one of ports) known.ports.add(one);
    };
    if (slices.length > 0) {
      for (const slice of slices) {
        const ports = slice.ports
          .filter((one) =>
            entries.some((entry) => (entry.name ?? '') === (one.name ?? '') && entry.protocol === one.protocol),
          )
          .flatMap((one) => (one.port === undefined ? [] : [one.port]));
        for (const endpoint of slice.endpoints) {
          if (!endpoint.ready || ports.length === 0) continue;
          for (const address of endpoint.addresses) {
            const { target } = endpoint;
            const pod =
              target?.kind === 'Pod' ? this.#world.pod(target.namespace || namespace, target.name) : undefined;
            const resolved = pod === undefined ? this.#resolveAddress(address) : undefined;
            if (pod !== undefined && !isFinished(pod)) {
              const label = `${pod.meta.namespace}/${pod.meta.name}`;
              add(this.endOf(pod, 1, label), label, ports);
            } else if (resolved !== undefined && 'ends' in resolved) {
              for (const end of resolved.ends) add(end, end.label, ports);
            }
          }
        }
      }
    } else if (service.selector !== undefined) {
      for (const pod of this.podsOfService(service)) {
        const ports = entries.flatMap(({ targetPort }) => targetPorts(pod, protocol, targetPort));
        const label = `${pod.meta.namespace}/${pod.meta.name}`;
        if (ports.length > 0) add(this.endOf(pod, 1, label), label, ports);
      }
    }
    return [...found.values()].map(({ end, ports }) => ({ end, ports: [...ports].sort((a, b) => a - b) }));
  }

  /** Pods that a service selects. Source: an empty selector selects nothing. */
  podsOfService({ selector, meta }: Service): readonly Pod[] {
    const wanted = Object.entries(selector ?? {});
    if (wanted.length === 0) return [];
    const found: Pod[] = [];
    for (const podClass of this.#world.classesIn(meta.namespace)) {
      for (const index of this.#world.members(podClass)) {
        const pod = this.#world.pods[index] as Pod;
        if (wanted.every(([key, value]) => pod.meta.labels[key] === value)) found.push(pod);
      }
    }
    return found;
  }
}

export function targetPorts(pod: Pod, protocol: string, targetPort: number | string): readonly number[] {
  if (typeof targetPort === 'number') return [targetPort];
  for (const container of [...pod.spec.containers, ...pod.spec.initContainers.filter(({ sidecar }) => sidecar)]) {
    for (const { name, port, protocol: of } of container.ports)
      if (name === targetPort && of === protocol) return [port];
  }
  return [];
}

const sameAddress = (text: string, canonical: string): boolean => {
  const ip = parseIp(text);
  return ip !== undefined && formatIp(ip) === canonical;
};

/** A pod of which only this is known: that it is in a namespace of its own, without labels. */
export function ingressController(): End {
  return {
    actor: {
      kind: 'pod',
      selectable: true,
      namespace: {
        index: -1,
        name: '{ingress-controller}',
        labels: { [namespaceNameLabel]: '{ingress-controller}' },
        known: true,
      },
      labels: noLabels,
      serviceAccount: '',
      ports: noPorts,
      v4: undefined,
      v6: undefined,
    },
    asNode: undefined,
    label: 'the ingress controller',
    pod: undefined,
    count: 1,
    node: undefined,
  };
}

export const hasFamily = (end: End, family: IpFamily): boolean => addressIn(end.actor, family) !== null;

/** Ports of a pod by name, for one protocol. */
export function portsNamed(end: End, protocol: string, name: string): readonly number[] {
  if (!isPortProtocol(protocol)) return [];
  const wanted: PortProtocol = protocol;
  return [
    ...new Set(
      end.actor.ports.filter((port) => port.name === name && port.protocol === wanted).map(({ port }) => port),
    ),
  ];
}
