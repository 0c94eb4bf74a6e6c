import { isObject, type JsonObject } from '../../model/json.ts';
import type { Cidr } from '../../model/address.ts';
import type { RawObject } from '../../model/objects.ts';
import type { Actor } from '../actor.ts';
import { addressesOf } from '../addressSet.ts';
import { isPortProtocol, type PortProtocol, startOf } from '../packets.ts';
import type { Action, Peer, Policy, PortMatch, Rule } from '../rules.ts';
import { type Report, type Selector, selects, selectsNamespace } from '../selectors.ts';
import { no, type Tri } from '../tri.ts';
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

/** The three cluster-wide kinds of the network policy API have one shape with small differences. */
interface Dialect {
  readonly table: 'adminNetworkPolicies' | 'baselineAdminNetworkPolicies' | 'clusterNetworkPolicies';
  readonly actions: Readonly<Record<string, Action>>;
  /** v1alpha1 lists `ports`, v1alpha2 lists `protocols`. */
  readonly portField: 'ports' | 'protocols';
  readonly egressPeers: readonly string[];
}

const admin: Dialect = {
  table: 'adminNetworkPolicies',
  actions: { Allow: 'allow', Deny: 'deny', Pass: 'pass' },
  portField: 'ports',
  egressPeers: ['namespaces', 'pods', 'nodes', 'networks', 'domainNames'],
};
const baseline: Dialect = {
  table: 'baselineAdminNetworkPolicies',
  actions: { Allow: 'allow', Deny: 'deny' },
  portField: 'ports',
  egressPeers: ['namespaces', 'pods', 'nodes', 'networks'],
};
const clusterWide: Dialect = {
  table: 'clusterNetworkPolicies',
  actions: { Accept: 'allow', Deny: 'deny', Pass: 'pass' },
  portField: 'protocols',
  egressPeers: ['namespaces', 'pods', 'nodes', 'networks', 'domainNames'],
};
const ingressPeers = ['namespaces', 'pods'];

export type AdminTable = Dialect['table'];

const dialects: Readonly<Record<AdminTable, Dialect>> = {
  adminNetworkPolicies: admin,
  baselineAdminNetworkPolicies: baseline,
  clusterNetworkPolicies: clusterWide,
};

/** The tier in which the admin policies of the network policy API stand, by the names Calico gives to them. */
export const adminTier = 'kube-admin';
export const baselineTier = 'kube-baseline';

/**
 * Compiles an AdminNetworkPolicy or BaselineAdminNetworkPolicy (v1alpha1) or a ClusterNetworkPolicy (v1alpha2).
 * What is not recognised fails closed: such a rule admits nothing, or denies everything. `undefined` where the policy as
 * a whole cannot be applied; the reason is in `problems`.
 */
export function compileAdminPolicy(
  table: AdminTable,
  object: RawObject,
  compiler: Compiler,
): { readonly policy: Policy | undefined; readonly notes: Notes } {
  const dialect = dialects[table];
  const ref = policyRef(table, object);
  const notes = new Notes(ref);
  const { spec } = object;
  const place = placeOf(dialect, object, notes.report);
  const subject = readPods(spec['subject'], 'spec.subject', compiler, notes);
  if (subject === undefined) notes.report('spec.subject', 'the subject is not understood; the policy is not applied');
  if (place === undefined || subject === undefined) return { policy: undefined, notes };
  const rules = (direction: Direction): readonly Rule[] | undefined => {
    const list = listAt(spec, direction, 'spec', notes.report) ?? [];
    const compiled = list.flatMap((rule, index) => {
      const one = compileRule(rule, direction, index, dialect, compiler, notes);
      return one === undefined ? [] : [one];
    });
    return compiled.length === 0 ? undefined : compiled;
  };
  const policy: Policy = {
    id: compiler.nextPolicyId(),
    ref,
    family: 'admin',
    namespace: undefined,
    subject: subjectOf(subject),
    subjectText: [subject.namespaces.text, subject.pods.text].filter((text) => text !== '').join(' / '),
    ingress: rules('ingress'),
    egress: rules('egress'),
    order: place.order,
    tier: place.tier,
    sortKey: object.meta.name,
    problems: notes.problems,
    reads: notes,
  };
  return { policy, notes };
}

function placeOf(
  dialect: Dialect,
  { spec, meta }: RawObject,
  report: Report,
): { readonly tier: string; readonly order: number } | undefined {
  if (dialect === baseline) {
    if (meta.name === 'default') return { tier: baselineTier, order: -1 };
    report('metadata.name', 'the only BaselineAdminNetworkPolicy is named default; this one is not applied');
    return undefined;
  }
  // The API server refuses a policy without a priority; a program that reads one sees 0.
  if (!present(spec, 'priority')) report('spec.priority', 'the priority is missing; it is taken for 0');
  const priority = spec['priority'] ?? 0;
  if (typeof priority !== 'number' || !Number.isInteger(priority) || priority < 0 || priority > 1000) {
    report('spec.priority', 'the priority is a number from 0 to 1000; the policy is not applied');
    return undefined;
  }
  if (dialect === admin) return { tier: adminTier, order: priority };
  const tier = spec['tier'];
  if (tier === 'Admin') return { tier: adminTier, order: priority };
  if (tier === 'Baseline') return { tier: baselineTier, order: priority };
  report('spec.tier', 'the tier is Admin or Baseline; the policy is not applied');
  return undefined;
}

interface PodSelection {
  readonly namespaces: Selector;
  readonly pods: Selector;
}

const subjectOf =
  ({ namespaces, pods }: PodSelection) =>
  (actor: Actor): Tri => {
    const { namespace } = actor;
    if (actor.kind !== 'pod' || namespace === undefined || !selects(pods, actor.labels)) return no;
    return selectsNamespace(namespaces, namespace.labels, namespace.known);
  };

/** Exactly one of `namespaces` and `pods`, as subjects and peers have them. */
function readPods(value: unknown, path: string, compiler: Compiler, notes: Notes): PodSelection | undefined {
  const fields = fieldsOf(value);
  const [field] = fields;
  if (!isObject(value) || field === undefined || fields.length > 1) return undefined;
  const { selectors } = compiler;
  const content = value[field];
  if (!isObject(content)) return undefined;
  if (field === 'namespaces')
    return {
      namespaces: selectors.read(content, `${path}.namespaces`, notes.report),
      pods: selectors.everything,
    };
  if (field !== 'pods') return undefined;
  const pods = selectors.read(content['podSelector'], `${path}.pods.podSelector`, notes.report);
  notes.readPods(pods);
  return {
    namespaces: selectors.read(content['namespaceSelector'], `${path}.pods.namespaceSelector`, notes.report),
    pods,
  };
}

/** `undefined` where the rule has no action that is known. */
function compileRule(
  rule: unknown,
  direction: Direction,
  index: number,
  dialect: Dialect,
  compiler: Compiler,
  notes: Notes,
): Rule | undefined {
  const path = `spec.${direction}[${index}]`;
  const name = isObject(rule) ? rule['action'] : undefined;
  const action = typeof name === 'string' && Object.hasOwn(dialect.actions, name) ? dialect.actions[name] : undefined;
  if (!isObject(rule) || action === undefined) {
    notes.report(
      `${path}.action`,
      `the action is one of ${Object.keys(dialect.actions).join(', ')}; the rule is skipped`,
    );
    return undefined;
  }
  const ruleName = typeof rule['name'] === 'string' && rule['name'] !== '' ? rule['name'] : undefined;
  const peers = compilePeers(rule, direction, path, action, dialect, compiler, notes);
  const ports = peers === undefined ? undefined : compilePorts(rule, path, dialect, compiler, notes);
  if (peers !== undefined && ports !== undefined)
    return compiler.rule(direction, index, { name: ruleName, action, peers, ports });
  if (action === 'allow') {
    notes.report(path, 'a part of the rule is not understood; it admits nothing');
    return compiler.rule(direction, index, { name: ruleName, action, peers: [], ports: compiler.noPort });
  }
  notes.report(path, 'a part of the rule is not understood; it denies everything');
  return compiler.rule(direction, index, {
    name: ruleName,
    action: 'deny',
    peers: undefined,
    ports: compiler.everyPort,
  });
}

function compilePeers(
  rule: JsonObject,
  direction: Direction,
  path: string,
  action: Action,
  dialect: Dialect,
  compiler: Compiler,
  notes: Notes,
): readonly Peer[] | undefined {
  const field = direction === 'ingress' ? 'from' : 'to';
  const listed = listAt(rule, field, path, notes.report);
  if (listed === undefined) return undefined;
  if (listed.length === 0) notes.report(`${path}.${field}`, `${field} is empty; the rule matches nothing`);
  const allowed = direction === 'ingress' ? ingressPeers : dialect.egressPeers;
  const peers: Peer[] = [];
  for (let place = 0; place < listed.length; place++) {
    const where = `${path}.${field}[${place}]`;
    const peer = compilePeer(listed[place], where, allowed, action, compiler, notes);
    if (peer === undefined) {
      notes.report(where, `a peer has exactly one of ${allowed.join(', ')}`);
      return undefined;
    }
    peers.push(peer);
  }
  return peers;
}

function compilePeer(
  peer: unknown,
  path: string,
  allowed: readonly string[],
  action: Action,
  compiler: Compiler,
  notes: Notes,
): Peer | undefined {
  const fields = fieldsOf(peer);
  const [field] = fields;
  if (!isObject(peer) || field === undefined || fields.length > 1 || !allowed.includes(field)) return undefined;
  switch (field) {
    case 'nodes': {
      if (!isObject(peer['nodes'])) return undefined;
      const nodes = compiler.selectors.read(peer['nodes'], `${path}.nodes`, notes.report);
      notes.nodes = true;
      return compiler.peer(`n${nodes.id}`, () => ({ kind: 'nodes', nodes }));
    }
    case 'networks': {
      const listed = listAt(peer, 'networks', path, notes.report);
      const blocks: Cidr[] = [];
      for (const value of listed ?? []) {
        const block = readCidr(value);
        if (block === undefined) return undefined;
        blocks.push(block);
      }
      if (blocks.length === 0) return undefined;
      const addresses = addressesOf(blocks);
      notes.readAddresses(addresses);
      return compiler.blockPeer(addresses, true, (listed ?? []).map(show).join(', '));
    }
    case 'domainNames': {
      const listed = listAt(peer, 'domainNames', path, notes.report) ?? [];
      if (action !== 'allow' || listed.length === 0) return undefined;
      const text = listed.map(show).join(', ');
      return compiler.peer(`d${text}`, () => ({ kind: 'domains', text }));
    }
    default: {
      const selection = readPods(peer, path, compiler, notes);
      return selection === undefined
        ? undefined
        : compiler.podsPeer(undefined, selection.namespaces, selection.pods, false);
    }
  }
}

function compilePorts(
  rule: JsonObject,
  path: string,
  dialect: Dialect,
  compiler: Compiler,
  notes: Notes,
): PortMatch | undefined {
  const listed = listAt(rule, dialect.portField, path, notes.report);
  if (listed === undefined) return undefined;
  if (listed.length === 0) return compiler.everyPort;
  const ranges: [number, number][] = [];
  const names: NamedPortMatch[] = [];
  const texts: string[] = [];
  for (let place = 0; place < listed.length; place++) {
    const read = dialect === clusterWide ? readProtocol : readAdminPort;
    if (!read(listed[place], ranges, names, texts)) {
      notes.report(`${path}.${dialect.portField}[${place}]`, 'the entry is not understood');
      return undefined;
    }
  }
  for (const { name } of names) notes.readPort(name);
  return compiler.portsWithNames(compiler.sets.ofRanges(ranges), names, () => texts.join(', '));
}

type ReadPort = (entry: unknown, ranges: [number, number][], names: NamedPortMatch[], texts: string[]) => boolean;

function pushRange(protocol: PortProtocol, first: unknown, last: unknown, ranges: [number, number][], texts: string[]) {
  if (!isPort(first) || !isPort(last) || last < first) return false;
  const start = startOf(protocol);
  ranges.push([start + first, start + last + 1]);
  texts.push(first === last ? `${protocol} ${first}` : `${protocol} ${first}-${last}`);
  return true;
}

/** v1alpha1: `portNumber`, `portRange` or `namedPort`. */
const readAdminPort: ReadPort = (entry, ranges, names, texts) => {
  const fields = fieldsOf(entry);
  const [field] = fields;
  if (!isObject(entry) || field === undefined || fields.length > 1) return false;
  const content = entry[field];
  if (field === 'namedPort') {
    if (typeof content !== 'string') return false;
    names.push({ name: content, protocol: undefined });
    texts.push(`port ${content}`);
    return true;
  }
  if (!isObject(content)) return false;
  const protocol = content['protocol'] ?? 'TCP';
  if (typeof protocol !== 'string' || !isPortProtocol(protocol)) return false;
  if (field === 'portNumber') return pushRange(protocol, content['port'], content['port'], ranges, texts);
  return field === 'portRange' && pushRange(protocol, content['start'], content['end'], ranges, texts);
};

/** v1alpha2: `tcp`, `udp` or `sctp` with a `destinationPort`, or `destinationNamedPort`, which has no protocol. */
const readProtocol: ReadPort = (entry, ranges, names, texts) => {
  const fields = fieldsOf(entry);
  const [field] = fields;
  if (!isObject(entry) || field === undefined || fields.length > 1) return false;
  const content = entry[field];
  if (field === 'destinationNamedPort') {
    if (typeof content !== 'string' || content === '') return false;
    names.push({ name: content, protocol: undefined });
    texts.push(`port ${content}`);
    return true;
  }
  const protocol = field.toUpperCase();
  if (!['tcp', 'udp', 'sctp'].includes(field) || !isPortProtocol(protocol) || !isObject(content)) return false;
  const contentFields = fieldsOf(content);
  const port = content['destinationPort'];
  if (contentFields.length !== 1 || !isObject(port)) return false;
  const portFields = fieldsOf(port);
  if (portFields.length !== 1) return false;
  if (present(port, 'number')) return pushRange(protocol, port['number'], port['number'], ranges, texts);
  const range = port['range'];
  return isObject(range) && pushRange(protocol, range['start'], range['end'], ranges, texts);
};
