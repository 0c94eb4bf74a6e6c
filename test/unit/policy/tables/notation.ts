import { load, loadAll } from 'js-yaml';
import { isRaw, type Raw } from '../reference/raw.ts';
import { type End, type Options, type Packet } from '../reference/world.ts';

/**
 * A table: a small cluster, policies, and what must come out.
 *
 * Clusters are written in lines such as
 *     ns x team=red
 *     node n1 10.0.0.1 fd00::1 zone=a
 *     pod x/a app=web :http=80/TCP @n1 10.1.0.1 fd01::1 host sa=robot phase=Succeeded
 * and expectations in lines such as
 *     x/a > y/b TCP 80: deny
 *     node/n1 > x/a ICMP 8.0: allow
 *     203.0.113.7 > x/a TCP 1-3 v6: unknown
 * A verdict may be `allow deny`: egress first, then ingress.
 */
export interface Table {
  readonly name: string;
  readonly cluster: string;
  /** YAML documents. */
  readonly policies: string;
  readonly options?: Partial<Options>;
  readonly expect: string;
}

export interface Probe {
  readonly line: string;
  readonly from: End;
  readonly to: End;
  readonly packet: Packet;
  /** The verdict, or those of the two sides. */
  readonly expected: readonly string[];
}

export function documents(yaml: string): Raw[] {
  return loadAll(yaml).filter(isRaw);
}

export function clusterObjects(text: string): Raw[] {
  const objects: Raw[] = [];
  for (const line of text.split('\n').map((part) => part.trim())) {
    const words = line.split(/ +/);
    const [kind, name = '', ...rest] = words;
    if (kind === 'ns') objects.push({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: pairs(rest) } });
    if (kind === 'node') objects.push(node(name, rest));
    if (kind === 'pod') objects.push(pod(name, rest));
  }
  return objects;
}

const pairs = (words: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    words
      .filter((word) => /^[^:@=]+=/.test(word))
      .map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]),
  );

const isAddress = (word: string): boolean => /^[0-9a-f]*[.:][0-9a-f.:]+$/.test(word) && !/[a-z]+=/.test(word);

function node(name: string, words: readonly string[]): Raw {
  const addresses = words.filter(isAddress).map((address) => ({ type: 'InternalIP', address }));
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels: pairs(words) }, status: { addresses } };
}

function pod(path: string, words: readonly string[]): Raw {
  const [namespace, name] = path.split('/');
  const { sa, phase, ...labels } = pairs(words);
  const ports: Raw[] = [];
  const sidecarPorts: Raw[] = [];
  for (const word of words) {
    const match = /^(:{1,2})([^=]*)=(\d+)\/(\w+)$/.exec(word);
    if (match === null) continue;
    const port = {
      ...(match[2] === '' ? {} : { name: match[2] }),
      containerPort: Number(match[3]),
      protocol: match[4],
    };
    (match[1] === '::' ? sidecarPorts : ports).push(port);
  }
  const addresses = words.filter((word) => !word.includes('=') && isAddress(word));
  const nodeName = words.find((word) => word.startsWith('@'))?.slice(1);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels },
    spec: {
      ...(nodeName === undefined ? {} : { nodeName }),
      ...(words.includes('host') ? { hostNetwork: true } : {}),
      ...(sa === undefined ? {} : { serviceAccountName: sa }),
      // Each port in a container of its own: names may then repeat.
      containers: ports.map((port, index) => ({ name: `c${index}`, image: 'app', ports: [port] })),
      ...(sidecarPorts.length === 0
        ? {}
        : { initContainers: [{ name: 's', image: 'side', restartPolicy: 'Always', ports: sidecarPorts }] }),
    },
    status: {
      phase: phase ?? 'Running',
      ...(addresses.length === 0 ? {} : { podIPs: addresses.map((ip) => ({ ip })) }),
    },
  };
}

export function probes(table: Table): Probe[] {
  const found: Probe[] = [];
  for (const line of table.expect.split('\n').map((part) => part.replace(/#.*/, '').trim())) {
    if (line === '') continue;
    const match = /^(\S+) > (\S+) (\w+)(?: ([\d.,-]+))?( v6)?: (.+)$/.exec(line);
    if (match === null) throw new Error(`not an expectation: ${line}`);
    const [, from = '', to = '', protocol = '', ports, v6, verdict = ''] = match;
    const six = v6 !== undefined || from.includes(':') || to.includes(':');
    for (const port of portsOf(ports)) {
      found.push({
        line,
        from: endOf(from),
        to: endOf(to),
        packet: {
          protocol: /^\d+$/.test(protocol) ? Number(protocol) : (protocol as Packet['protocol']),
          ...(port === undefined ? {} : { port }),
          family: six ? 6 : 4,
        },
        expected: verdict.split(' '),
      });
    }
  }
  return found;
}

function portsOf(text: string | undefined): (number | undefined)[] {
  if (text === undefined) return [undefined];
  return text.split(',').flatMap((part) => {
    const icmp = /^(\d+)\.(\d+)$/.exec(part);
    if (icmp !== null) return [Number(icmp[1]) * 256 + Number(icmp[2])];
    const [first = '', last = first] = part.split('-');
    return Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => Number(first) + index);
  });
}

export function endOf(text: string): End {
  if (text.startsWith('node/')) return { kind: 'node', name: text.slice(5) };
  const slash = text.indexOf('/');
  if (slash < 0) return { kind: 'address', address: text };
  return { kind: 'pod', namespace: text.slice(0, slash), name: text.slice(slash + 1) };
}

export const objectsOf = (table: Table): Raw[] => [...clusterObjects(table.cluster), ...documents(table.policies)];

export const parseOne = (yaml: string): Raw => {
  const document = load(yaml);
  if (!isRaw(document)) throw new Error('not an object');
  return document;
};
