import { type Cidr, cidrContains, formatIp, parseCidr, parseIp } from '../model/address.ts';
import { type JsonObject, stringAt, stringsAt } from '../model/json.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import { subjectsOf } from '../policy/lint/subjects.ts';
import { plural, someOf } from './podWords.ts';

/** `10.0.0.0/8`, and what of the cluster lies in it. Its exceptions are taken away. */
export function blockLines(block: JsonObject, snapshot: ClusterSnapshot): readonly string[] {
  const text = stringAt(block, 'cidr') ?? '';
  const cidr = parseCidr(text);
  if (cidr === undefined) return [];
  const excepts = stringsAt(block, 'except').flatMap((except) => parseCidr(except) ?? []);
  const without = excepts.length === 0 ? '' : ', but for the exceptions. Another peer, rule or policy may admit those';
  return [
    `${extent(text, cidr)}${without}.`,
    ...contents(cidr, excepts, snapshot),
    ...(cidr.prefix === 0 ? [`IPv${cidr.family} only: an address of the other family is in no such block.`] : []),
  ];
}

/** One exception, which is taken from its own block and from nothing else. */
export function exceptLines(except: string, snapshot: ClusterSnapshot): readonly string[] {
  const cidr = parseCidr(except);
  if (cidr === undefined) return [];
  return [
    `${extent(except, cidr)}, taken away from this block only: another peer, rule or policy may admit it.`,
    ...contents(cidr, [], snapshot),
  ];
}

function extent(text: string, cidr: Cidr): string {
  const [first, last] =
    cidr.family === 4
      ? [formatIp({ family: 4, value: cidr.first }), formatIp({ family: 4, value: cidr.last })]
      : [formatIp({ family: 6, value: cidr.first }), formatIp({ family: 6, value: cidr.last })];
  return first === last ? `The address ${first}` : `${text} is ${first} to ${last}`;
}

function contents(cidr: Cidr, excepts: readonly Cidr[], snapshot: ClusterSnapshot): readonly string[] {
  const covers = (text: string): boolean => {
    const ip = parseIp(text);
    return ip !== undefined && cidrContains(cidr, ip) && !excepts.some((except) => cidrContains(except, ip));
  };
  const known = subjectsOf(snapshot).all.filter(({ spec }) => !spec.hostNetwork);
  const pods = known.filter(({ addresses }) => addresses.some(covers));
  const unknown = known.filter(({ addresses }) => addresses.length === 0).length;
  const nodes = snapshot.list('nodes').filter(({ addresses }) => addresses.some(({ address }) => covers(address)));
  const services = snapshot.list('services').filter(({ clusterIPs }) => clusterIPs.some(covers));
  const lines: string[] = [];
  const unknownToo = unknown === 0 ? '' : ` ${plural(unknown, 'pod has', 'pods have')} no address yet.`;
  if (pods.length > 0)
    lines.push(
      `It contains ${plural(pods.length, 'pod')}: ${someOf(
        pods.map(({ namespace, name }) => `${namespace}/${name}`),
        4,
      )}. Some network plugins do not match pods by address.${unknownToo}`,
    );
  else if (known.length > 0) lines.push(`It contains the address of no pod.${unknownToo}`);
  if (nodes.length > 0)
    lines.push(
      `It contains ${plural(nodes.length, 'node')}: ${someOf(
        nodes.map(({ meta }) => meta.name),
        4,
      )}.`,
    );
  if (services.length > 0)
    lines.push(
      `It contains the cluster address of ${plural(services.length, 'service')}: ${someOf(
        services.map(({ meta }) => `${meta.namespace}/${meta.name}`),
        4,
      )}. Most network plugins see the address of the pod behind a service instead.`,
    );
  return lines;
}
