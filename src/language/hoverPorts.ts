import type { JsonObject } from '../model/json.ts';
import { isObject, numberAt, stringAt } from '../model/json.ts';
import { matchesLabels } from '../model/labels.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import { declaredPorts, type Subject } from '../policy/lint/subjects.ts';
import { plural, someOf } from './podWords.ts';

/** The pods whose ports a rule speaks of: the selected ones for ingress, its peers for egress. */
export interface Destinations {
  readonly pods: readonly Subject[];
  /** There are others that are not pods, or every pod there is: what one pod declares says little of them. */
  readonly everything: boolean;
  readonly blocks: boolean;
}

/** What the ports of a rule mean, all of them. */
export function portsLines(rule: JsonObject, field = 'ports'): readonly string[] {
  const ports = rule[field];
  if (!Array.isArray(ports) || ports.length === 0) return ['No port is given: every port of every protocol is meant.'];
  return ports.length === 1 ? [] : [`${ports.length} ports: one of them is enough.`];
}

/** One port, one range or one name, of whichever kind of policy. */
export interface PortWords {
  readonly protocol?: string | undefined;
  readonly port?: number | string | undefined;
  readonly endPort?: number | undefined;
  /** A name that is looked up among the ports of every protocol. */
  readonly anyProtocol?: boolean;
}

/** An entry of `ports` of a NetworkPolicy. */
export const networkPolicyPort = (port: unknown): PortWords | undefined =>
  isObject(port)
    ? {
        protocol: stringAt(port, 'protocol'),
        port: stringAt(port, 'port') ?? numberAt(port, 'port'),
        endPort: numberAt(port, 'endPort'),
      }
    : undefined;

/** What a port means on the pods that it is about. */
export function portLines(
  { protocol: stated, port: number, endPort: end, anyProtocol = false }: PortWords,
  destinations: Destinations,
  snapshot: ClusterSnapshot,
): readonly string[] {
  const protocol = stated ?? 'TCP';
  const assumed = stated === undefined && !anyProtocol ? ['No protocol is given, so it is TCP.'] : [];
  if (typeof number === 'string')
    return [...nameLines(number, anyProtocol ? undefined : protocol, destinations), ...assumed];
  if (number === undefined) return [`Every port of ${protocol}, and no other protocol.`, ...assumed];
  if (end !== undefined)
    return [`${protocol} ${number} to ${end}, both included: ${plural(end - number + 1, 'port')}.`, ...assumed];
  return [...numberLines(number, protocol, destinations, snapshot), ...assumed];
}

function nameLines(
  name: string,
  protocol: string | undefined,
  { pods, everything, blocks }: Destinations,
): readonly string[] {
  const byNumber = new Map<number, string[]>();
  const without: string[] = [];
  for (const pod of pods) {
    const found = declaredPorts(pod).filter(
      (port) => port.name === name && (protocol === undefined || port.protocol === protocol),
    );
    if (found.length === 0) without.push(pod.name);
    for (const { port } of found) byNumber.set(port, [...(byNumber.get(port) ?? []), pod.name]);
  }
  const kind = protocol === undefined ? '' : `${protocol} `;
  const lines = [`${name} is looked up in each destination pod by itself, as the name of one of its ${kind}ports.`];
  for (const [number, names] of [...byNumber].toSorted(([one], [other]) => one - other))
    lines.push(`${number} on ${plural(names.length, 'pod')}: ${someOf(names, 4)}.`);
  if (without.length > 0 && !everything)
    lines.push(
      `${plural(without.length, 'pod has', 'pods have')} no ${kind}port of this name, so nothing is admitted there: ${someOf(without, 4)}.`,
    );
  if (blocks || everything) lines.push('Addresses outside the cluster have no port names, so none of them matches.');
  return lines;
}

function numberLines(
  number: number,
  protocol: string,
  { pods, everything }: Destinations,
  snapshot: ClusterSnapshot,
): readonly string[] {
  const lines: string[] = [];
  const names = new Set<string>();
  let declaring = 0;
  for (const pod of pods) {
    let declares = false;
    for (const port of declaredPorts(pod)) {
      if (port.port !== number || port.protocol !== protocol) continue;
      declares = true;
      if (port.name !== undefined) names.add(port.name);
    }
    if (declares) declaring++;
  }
  if (pods.length > 0 && !everything) {
    const called = names.size === 0 ? '' : `, as ${[...names].toSorted().join(' and ')}`;
    lines.push(
      declaring === 0
        ? `None of the ${plural(pods.length, 'pod')} declares ${protocol} ${number}. It may listen there all the same.`
        : `${declaring} of ${plural(pods.length, 'pod')} ${declaring === 1 ? 'declares' : 'declare'} ${protocol} ${number}${called}.`,
    );
  } else lines.push(`${protocol} ${number}.`);
  lines.push(...serviceLines(number, protocol, pods, snapshot));
  return lines;
}

const shownServices = 3;

/** Services before these pods whose port is this number, or that send to it. */
function serviceLines(
  number: number,
  protocol: string,
  pods: readonly Subject[],
  snapshot: ClusterSnapshot,
): readonly string[] {
  const lines: string[] = [];
  for (const [namespace, own] of Map.groupBy(pods, (pod) => pod.namespace)) {
    for (const { meta, selector, ports } of snapshot.table('services').in(namespace)) {
      if (lines.length >= shownServices) return lines;
      if (selector === undefined || Object.keys(selector).length === 0) continue;
      const concerned = ports.filter(
        (port) =>
          port.protocol === protocol &&
          (port.port === number || port.targetPort === number || typeof port.targetPort === 'string'),
      );
      if (concerned.length === 0) continue;
      const behind = own.filter(({ labels }) => matchesLabels(selector, labels));
      const service = `service ${namespace}/${meta.name}`;
      for (const port of concerned) {
        const targets = behind.length === 0 ? new Set<number>() : targetsOf(port.targetPort, protocol, behind);
        if (targets.has(number)) {
          if (port.port !== number) lines.push(`The port ${port.port} of ${service} leads to it.`);
        } else if (port.port === number && targets.size > 0)
          lines.push(
            `${number} is the port of ${service}, which sends it to ${[...targets].join(' and ')}. A policy sees the port of the pod: ${[...targets].join(' and ')}.`,
          );
      }
    }
  }
  return lines.slice(0, shownServices);
}

function targetsOf(target: number | string, protocol: string, pods: readonly Subject[]): ReadonlySet<number> {
  if (typeof target === 'number') return new Set([target]);
  return new Set(
    pods.flatMap((pod) =>
      declaredPorts(pod)
        .filter((port) => port.name === target && port.protocol === protocol)
        .map(({ port }) => port),
    ),
  );
}
