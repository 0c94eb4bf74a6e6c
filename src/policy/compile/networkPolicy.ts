import { isObject, type JsonObject } from '../../model/json.ts';
import type { RawObject } from '../../model/objects.ts';
import { type Actor } from '../actor.ts';
import { addressesOf, withoutAddresses } from '../addressSet.ts';
import { isPortProtocol, nothing, type PacketSet, startOf } from '../packets.ts';
import type { Peer, Policy, PortMatch, Rule } from '../rules.ts';
import { type Selector, selects } from '../selectors.ts';
import { no, type Tri, yes } from '../tri.ts';
import type { Direction } from '../types.ts';
import {
  type Compiler,
  fieldsOf,
  isPort,
  listAt,
  type NamedPortMatch,
  Notes,
  policyRef,
  present,
  readCidr,
  show,
} from './compiler.ts';

/** Where NetworkPolicy stands among Calico's policies of the default tier. */
export const networkPolicyOrder = 1000;

/** Subject of a NetworkPolicy: pods of its namespace. Hosts only where they are read as pods. */
export const subjectOf =
  (namespace: string, pods: Selector) =>
  (actor: Actor): Tri =>
    actor.selectable && actor.namespace?.name === namespace && selects(pods, actor.labels) ? yes : no;

/**
 * Compiles a networking.k8s.io/v1 NetworkPolicy. What the API server would refuse matches nothing and is reported.
 * Source: `types.go`, `defaults.go` and `validation.go` of networking/v1.
 */
export function compileNetworkPolicy(object: RawObject, compiler: Compiler, blocksMatchPods: boolean): Policy {
  const ref = policyRef('networkPolicies', object);
  const notes = new Notes(ref);
  const { spec } = object;
  const { namespace } = object.meta;
  const pods = compiler.selectors.read(spec['podSelector'], 'spec.podSelector', notes.report);
  notes.podSelectors.push(pods);
  const types = listAt(spec, 'policyTypes', 'spec', notes.report) ?? [];
  const egressRules = spec['egress'];
  const governs = (direction: Direction): boolean => {
    const type = direction === 'ingress' ? 'Ingress' : 'Egress';
    if (types.length > 0) return types.includes(type);
    return direction === 'ingress' || (Array.isArray(egressRules) && egressRules.length > 0);
  };
  types.forEach((type, index) => {
    if (type !== 'Ingress' && type !== 'Egress')
      notes.report(`spec.policyTypes[${index}]`, 'a policy type is Ingress or Egress');
  });
  const rules = (direction: Direction): readonly Rule[] | undefined => {
    if (!governs(direction)) return undefined;
    const list = listAt(spec, direction, 'spec', notes.report) ?? [];
    return list.map((rule, index) => compileRule(rule, direction, index, namespace, compiler, notes, blocksMatchPods));
  };
  return {
    id: compiler.nextPolicyId(),
    ref,
    family: 'network-policy',
    namespace,
    subject: subjectOf(namespace, pods),
    subjectText: pods.text,
    ingress: rules('ingress'),
    egress: rules('egress'),
    order: networkPolicyOrder,
    tier: 'default',
    sortKey: `knp.default.${object.meta.name}/${namespace}/KubernetesNetworkPolicy`,
    problems: notes.problems,
    reads: notes.reads,
  };
}

function compileRule(
  rule: unknown,
  direction: Direction,
  index: number,
  namespace: string,
  compiler: Compiler,
  notes: Notes,
  blocksMatchPods: boolean,
): Rule {
  const path = `spec.${direction}[${index}]`;
  if (!isObject(rule)) {
    notes.report(path, 'a rule is an object; it matches nothing');
    return compiler.rule(direction, index, { action: 'allow', peers: [], ports: compiler.noPort });
  }
  const field = direction === 'ingress' ? 'from' : 'to';
  const listed = listAt(rule, field, path, notes.report);
  const peers =
    listed?.length === 0
      ? undefined
      : (listed ?? []).flatMap((peer, place) => {
          const compiled = compilePeer(peer, `${path}.${field}[${place}]`, namespace, compiler, notes, blocksMatchPods);
          return compiled === undefined ? [] : [compiled];
        });
  return compiler.rule(direction, index, { action: 'allow', peers, ports: compilePorts(rule, path, compiler, notes) });
}

function compilePeer(
  peer: unknown,
  path: string,
  namespace: string,
  compiler: Compiler,
  notes: Notes,
  blocksMatchPods: boolean,
): Peer | undefined {
  if (!isObject(peer)) {
    notes.report(path, 'a peer is an object; it matches nothing');
    return undefined;
  }
  const block = peer['ipBlock'];
  const hasPods = present(peer, 'podSelector');
  const hasNamespaces = present(peer, 'namespaceSelector');
  if (block !== undefined && block !== null) {
    if (hasPods || hasNamespaces) {
      notes.report(path, 'ipBlock excludes selectors in the same peer; it matches nothing');
      return undefined;
    }
    return compileBlock(block, `${path}.ipBlock`, compiler, notes, blocksMatchPods);
  }
  if (!hasPods && !hasNamespaces) {
    const [unknown] = fieldsOf(peer);
    notes.report(
      path,
      unknown === undefined
        ? 'a peer needs podSelector, namespaceSelector or ipBlock; it matches nothing'
        : `${unknown} is no kind of peer; it matches nothing`,
    );
    return undefined;
  }
  const { selectors } = compiler;
  const pods = hasPods
    ? selectors.read(peer['podSelector'], `${path}.podSelector`, notes.report)
    : selectors.everything;
  notes.podSelectors.push(pods);
  const namespaces = hasNamespaces
    ? selectors.read(peer['namespaceSelector'], `${path}.namespaceSelector`, notes.report)
    : selectors.everything;
  return compiler.podsPeer(hasNamespaces ? undefined : namespace, namespaces, pods, true);
}

function compileBlock(
  block: unknown,
  path: string,
  compiler: Compiler,
  notes: Notes,
  matchesPods: boolean,
): Peer | undefined {
  const fields: JsonObject = isObject(block) ? block : {};
  const cidr = readCidr(fields['cidr']);
  if (cidr === undefined) {
    notes.report(`${path}.cidr`, `${show(fields['cidr'])} is no CIDR block; it matches nothing`);
    return undefined;
  }
  const listed = listAt(fields, 'except', path, notes.report);
  if (listed === undefined) return undefined;
  const excepts = [];
  for (let place = 0; place < listed.length; place++) {
    const except = readCidr(listed[place]);
    if (except === undefined) {
      // What to leave out cannot be told, so nothing is let in.
      notes.report(`${path}.except[${place}]`, `${show(listed[place])} is no CIDR block; the block matches nothing`);
      return undefined;
    }
    excepts.push(except);
  }
  const addresses = withoutAddresses(addressesOf([cidr]), addressesOf(excepts));
  notes.addresses.push(addresses);
  const text = show(fields['cidr']) + (listed.length === 0 ? '' : ` except ${listed.map(show).join(', ')}`);
  return compiler.blockPeer(addresses, matchesPods, text);
}

function compilePorts(rule: JsonObject, path: string, compiler: Compiler, notes: Notes): PortMatch {
  const listed = listAt(rule, 'ports', path, notes.report);
  if (listed === undefined) return compiler.noPort;
  if (listed.length === 0) return compiler.everyPort;
  const ranges: [number, number][] = [];
  const names: NamedPortMatch[] = [];
  const texts: string[] = [];
  listed.forEach((entry, place) => {
    const where = `${path}.ports[${place}]`;
    const problem = readPort(entry, ranges, names, texts);
    if (problem !== undefined) notes.report(where, `${problem}; it matches nothing`);
  });
  for (const { name } of names) notes.portNames.push(name);
  const set: PacketSet = ranges.length === 0 ? nothing : compiler.sets.ofRanges(ranges);
  return compiler.portsWithNames(set, names, texts.join(', '));
}

function readPort(
  entry: unknown,
  ranges: [number, number][],
  names: NamedPortMatch[],
  texts: string[],
): string | undefined {
  if (!isObject(entry)) return 'a port is an object';
  const protocol = entry['protocol'] ?? 'TCP';
  if (typeof protocol !== 'string' || !isPortProtocol(protocol)) return 'the protocol is one of TCP, UDP, SCTP';
  const start = startOf(protocol);
  const port = entry['port'];
  const endPort = entry['endPort'];
  const hasEnd = endPort !== undefined && endPort !== null;
  if (port === undefined || port === null) {
    if (hasEnd) return 'endPort needs port';
    ranges.push([start, start + 65536]);
    texts.push(protocol);
    return undefined;
  }
  if (typeof port === 'string') {
    if (hasEnd) return 'endPort needs a number as port';
    names.push({ name: port, protocol });
    texts.push(`${protocol} ${port}`);
    return undefined;
  }
  if (!isPort(port)) return 'a port is a name or a number from 1 to 65535';
  if (!hasEnd) {
    ranges.push([start + port, start + port + 1]);
    texts.push(`${protocol} ${port}`);
    return undefined;
  }
  if (!isPort(endPort) || endPort < port) return 'endPort is a number not below port';
  ranges.push([start + port, start + endPort + 1]);
  texts.push(`${protocol} ${port}-${endPort}`);
  return undefined;
}
