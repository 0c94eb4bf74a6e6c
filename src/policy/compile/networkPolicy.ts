import { isObject, type JsonObject } from '../../model/json.ts';
import type { RawObject } from '../../model/objects.ts';
import { type Actor } from '../actor.ts';
import { addressesOf, withoutAddresses } from '../addressSet.ts';
import { isPortProtocol, startOf } from '../packets.ts';
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
  const notes = new Notes(ref, false);
  const policy = compileWith(notes, object, compiler, blocksMatchPods);
  return notes.problems.length === 0 ? policy : compileWith(new Notes(ref), object, compiler, blocksMatchPods);
}

function compileWith(notes: Notes, object: RawObject, compiler: Compiler, blocksMatchPods: boolean): Policy {
  const { spec } = object;
  const { namespace } = object.meta;
  const pods = compiler.selectors.read(spec['podSelector'], 'spec.podSelector', notes.report);
  notes.readPods(pods);
  const types = listAt(spec, 'policyTypes', 'spec', notes.report) ?? [];
  for (let index = 0; index < types.length; index++) {
    if (types[index] !== 'Ingress' && types[index] !== 'Egress')
      notes.report(`spec.policyTypes[${index}]`, 'a policy type is Ingress or Egress');
  }
  const egress = spec['egress'];
  const governsIngress = types.length === 0 || types.includes('Ingress');
  const governsEgress = types.length === 0 ? Array.isArray(egress) && egress.length > 0 : types.includes('Egress');
  return {
    id: compiler.nextPolicyId(),
    ref: notes.ref,
    family: 'network-policy',
    namespace,
    subject: subjectOf(namespace, pods),
    subjectText: pods.text,
    ingress: governsIngress ? compileRules(spec, 'ingress', namespace, compiler, notes, blocksMatchPods) : undefined,
    egress: governsEgress ? compileRules(spec, 'egress', namespace, compiler, notes, blocksMatchPods) : undefined,
    order: networkPolicyOrder,
    tier: 'default',
    sortKey: object.meta.name,
    problems: notes.problems,
    reads: notes,
  };
}

const noRules: readonly Rule[] = [];

function compileRules(
  spec: JsonObject,
  direction: Direction,
  namespace: string,
  compiler: Compiler,
  notes: Notes,
  blocksMatchPods: boolean,
): readonly Rule[] {
  const list = listAt(spec, direction, 'spec', notes.report);
  if (list === undefined || list.length === 0) return noRules;
  const rules: Rule[] = [];
  for (let index = 0; index < list.length; index++)
    rules.push(compileRule(list[index], direction, index, namespace, compiler, notes, blocksMatchPods));
  return rules;
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
  const path = notes.paths ? `spec.${direction}[${index}]` : '';
  if (!isObject(rule)) {
    notes.report(path, 'a rule is an object; it matches nothing');
    return compiler.rule(direction, index, { action: 'allow', peers: [], ports: compiler.noPort });
  }
  const field = direction === 'ingress' ? 'from' : 'to';
  const listed = listAt(rule, field, path, notes.report);
  let peers: Peer[] | undefined;
  if (listed?.length !== 0) {
    peers = [];
    for (let place = 0; place < (listed?.length ?? 0); place++) {
      const where = notes.paths ? `${path}.${field}[${place}]` : '';
      peers.push(
        compilePeer(listed?.[place], where, namespace, compiler, notes, blocksMatchPods) ?? compiler.nothingPeer,
      );
    }
  }
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
    ? selectors.read(peer['podSelector'], notes.paths ? `${path}.podSelector` : '', notes.report)
    : selectors.everything;
  notes.readPods(pods);
  if (!hasNamespaces) return compiler.ownPodsPeer(namespace, pods);
  const where = notes.paths ? `${path}.namespaceSelector` : '';
  return compiler.podsPeer(undefined, selectors.read(peer['namespaceSelector'], where, notes.report), pods, true);
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
  notes.readAddresses(addresses);
  const text = show(fields['cidr']) + (listed.length === 0 ? '' : ` except ${listed.map(show).join(', ')}`);
  return compiler.blockPeer(addresses, matchesPods, text);
}

function compilePorts(rule: JsonObject, path: string, compiler: Compiler, notes: Notes): PortMatch {
  const listed = listAt(rule, 'ports', path, notes.report);
  if (listed === undefined) return compiler.noPort;
  if (listed.length === 0) return compiler.everyPort;
  const ranges: [number, number][] = [];
  const names: NamedPortMatch[] = [];
  for (let place = 0; place < listed.length; place++) {
    const problem = readPort(listed[place], ranges, names);
    if (problem !== undefined)
      notes.report(notes.paths ? `${path}.ports[${place}]` : '', `${problem}; it matches nothing`);
  }
  for (const { name } of names) notes.readPort(name);
  return compiler.portsWithNames(compiler.sets.ofRanges(ranges), names, () => portsText(listed));
}

/** What is added to `ranges` or `names`; a problem instead where the API server refuses the entry. */
function readPort(entry: unknown, ranges: [number, number][], names: NamedPortMatch[]): string | undefined {
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
    return undefined;
  }
  if (typeof port === 'string') {
    if (hasEnd) return 'endPort needs a number as port';
    names.push({ name: port, protocol });
    return undefined;
  }
  if (!isPort(port)) return 'a port is a name or a number from 1 to 65535';
  if (!hasEnd) {
    ranges.push([start + port, start + port + 1]);
    return undefined;
  }
  if (!isPort(endPort) || endPort < port) return 'endPort is a number not below port';
  ranges.push([start + port, start + endPort + 1]);
  return undefined;
}

/** The entries that are understood, as in a sentence: `TCP 8080, UDP 9000-9100`. */
function portsText(listed: readonly unknown[]): string {
  const texts: string[] = [];
  for (const entry of listed) {
    if (!isObject(entry) || readPort(entry, [], []) !== undefined) continue;
    const protocol = show(entry['protocol'] ?? 'TCP');
    const last = present(entry, 'endPort') && entry['endPort'] !== entry['port'] ? `-${show(entry['endPort'])}` : '';
    texts.push(present(entry, 'port') ? `${protocol} ${show(entry['port'])}${last}` : protocol);
  }
  return texts.join(', ');
}
