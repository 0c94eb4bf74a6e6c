import type { IpFamily } from '../../model/address.ts';
import { isObject, type JsonObject, stringAt } from '../../model/json.ts';
import type { RawObject } from '../../model/objects.ts';
import type { Actor } from '../actor.ts';
import { type Compiler, listAt, Notes, policyRef, present } from '../compile/compiler.ts';
import type { Action, Peer, Policy, PortMatch, Rule } from '../rules.ts';
import { profileTier, type TierFacts } from '../tiers.ts';
import { and, because, no, type Tri, yes } from '../tri.ts';
import type { Direction } from '../types.ts';
import type { CalicoContext } from './context.ts';
import { compileEntity, matchesParsed, noteReads, readSelector } from './entity.ts';
import { peerText } from '../words.ts';
import { compileCalicoPackets, compileSourcePorts } from './packets.ts';

const unknownReference = because('unknown-reference');
const unknownHttp = because('unknown-http');

export type CalicoTable = 'calicoNetworkPolicies' | 'calicoGlobalNetworkPolicies';

/** Older versions store the tier in front of the name. Source: libcalico-go names. */
const withoutTier = (name: string): string => (name.startsWith('default.') ? name.slice('default.'.length) : name);

/** Kubernetes NetworkPolicies that show up among Calico's own; the real ones are evaluated. */
export const isMirrored = (object: RawObject): boolean => object.meta.name.startsWith('knp.default.');

/** Calico's order: a number, or last of all where it is not set. */
const orderOf = (spec: JsonObject, notes: Notes): number => {
  const order = spec['order'];
  if (order === undefined || order === null) return Infinity;
  if (typeof order === 'number' && Number.isFinite(order)) return order;
  notes.report('spec.order', 'the order is a number; it is taken as not set');
  return Infinity;
};

/** What a policy without `types` governs: unlike NetworkPolicy, only what it has rules for. Source: Calico's defaults. */
function governs(spec: JsonObject, direction: Direction, notes: Notes): boolean {
  const types = listAt(spec, 'types', 'spec', notes.report) ?? [];
  if (types.length > 0) return types.includes(direction === 'ingress' ? 'Ingress' : 'Egress');
  const has = (field: string): boolean => {
    const rules = spec[field];
    return Array.isArray(rules) && rules.length > 0;
  };
  return direction === 'egress' ? has('egress') : has('ingress') || !has('egress');
}

/**
 * Compiles a Calico NetworkPolicy or GlobalNetworkPolicy for pods. Policies that act on host interfaces only (`preDNAT`,
 * `doNotTrack`) give `undefined`: they do not concern pods.
 */
export function compileCalicoPolicy(
  table: CalicoTable,
  object: RawObject,
  context: CalicoContext,
  version: number,
  compiler: Compiler,
): { readonly policy: Policy | undefined; readonly notes: Notes } {
  const notes = new Notes(policyRef(table, object));
  const { spec, meta } = object;
  if (spec['preDNAT'] === true || spec['doNotTrack'] === true) return { policy: undefined, notes };
  const namespace = table === 'calicoNetworkPolicies' ? meta.namespace : '';
  const selector = readSelector(spec['selector'], 'spec.selector', notes);
  const namespaces =
    namespace === '' ? readSelector(spec['namespaceSelector'], 'spec.namespaceSelector', notes) : undefined;
  const accounts = readSelector(spec['serviceAccountSelector'], 'spec.serviceAccountSelector', notes);
  noteReads(selector, notes);
  if (accounts !== undefined) notes.serviceAccounts = true;
  const subject = (actor: Actor): Tri => {
    if (actor.kind !== 'pod' || actor.namespace === undefined) return no;
    if (namespace !== '' && actor.namespace.name !== namespace) return no;
    let result = matchesParsed(selector, context.podLookup(actor), false);
    if (result !== no && namespaces !== undefined)
      result = and(
        result,
        matchesParsed(namespaces, context.namespaceLookup(actor.namespace.labels, actor.namespace.known), false),
      );
    if (result !== no && accounts !== undefined)
      result = and(result, matchesParsed(accounts, context.serviceAccountLookup(actor), false));
    return result;
  };
  const rules = (direction: Direction): readonly Rule[] | undefined =>
    governs(spec, direction, notes)
      ? compileRules(spec, direction, namespace, context, version, compiler, notes)
      : undefined;
  const tier = stringAt(spec, 'tier');
  const policy: Policy = {
    id: compiler.nextPolicyId(),
    ref: notes.ref,
    family: 'calico',
    namespace: namespace === '' ? undefined : namespace,
    subject,
    subjectText: stringAt(spec, 'selector') ?? 'all()',
    ingress: rules('ingress'),
    egress: rules('egress'),
    order: orderOf(spec, notes),
    tier: tier === undefined || tier === '' ? 'default' : tier,
    sortKey: `${withoutTier(meta.name)}/${namespace}/${object.kind}`,
    problems: notes.problems,
    reads: notes,
  };
  return { policy, notes };
}

/**
 * Compiles a Profile of a namespace (`kns.NAMESPACE`) or service account (`ksa.NAMESPACE.NAME`): rules that apply after all
 * tiers. Others concern no pods.
 */
export function compileProfile(
  object: RawObject,
  context: CalicoContext,
  version: number,
  compiler: Compiler,
): { readonly policy: Policy | undefined; readonly notes: Notes } {
  const notes = new Notes(policyRef('calicoProfiles', object));
  const { name } = object.meta;
  const { spec } = object;
  const ofNamespace = /^kns\.(.+)$/.exec(name)?.[1];
  const ofAccount = /^ksa\.([^.]+)\.(.+)$/.exec(name);
  const namespace = ofNamespace ?? ofAccount?.[1];
  if (namespace === undefined) return { policy: undefined, notes };
  // Where the namespace's own profile is not written down it is the usual one, which allows all and comes first.
  if (ofAccount !== null && context.snapshot.table('calicoProfiles').get('', `kns.${namespace}`) === undefined)
    return { policy: undefined, notes };
  const account = ofAccount?.[2];
  if (account !== undefined) notes.serviceAccounts = true;
  const rules = (direction: Direction): readonly Rule[] =>
    compileRules(spec, direction, '', context, version, compiler, notes).map((rule) =>
      rule.action === 'pass' ? { ...rule, action: 'deny' } : rule,
    );
  const policy: Policy = {
    id: compiler.nextPolicyId(),
    ref: notes.ref,
    family: 'calico',
    namespace,
    subject: (actor) =>
      actor.kind === 'pod' &&
      actor.namespace?.name === namespace &&
      (account === undefined || actor.serviceAccount === account)
        ? 1
        : no,
    subjectText: name,
    ingress: rules('ingress'),
    egress: rules('egress'),
    order: account === undefined ? 0 : 1,
    tier: profileTier,
    sortKey: name,
    problems: notes.problems,
    reads: notes,
  };
  return { policy, notes };
}

export function tierFactsOf(object: RawObject): TierFacts {
  const order = object.spec['order'];
  return {
    name: object.meta.name,
    order: typeof order === 'number' && Number.isFinite(order) ? order : Infinity,
    end: object.spec['defaultAction'] === 'Pass' ? 'pass' : 'deny',
  };
}

const actions: Readonly<Record<string, Action | 'log'>> = {
  allow: 'allow',
  deny: 'deny',
  pass: 'pass',
  log: 'log',
};

function compileRules(
  spec: JsonObject,
  direction: Direction,
  namespace: string,
  context: CalicoContext,
  version: number,
  compiler: Compiler,
  notes: Notes,
): readonly Rule[] {
  const list = listAt(spec, direction, 'spec', notes.report) ?? [];
  return list.flatMap((rule, index) => {
    const path = `spec.${direction}[${index}]`;
    if (!isObject(rule)) {
      notes.report(path, 'a rule is an object');
      return [];
    }
    const name = stringAt(rule, 'action')?.toLowerCase() ?? '';
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    // A rule that only logs decides nothing.
    if (action === 'log') return [];
    if (action === undefined) notes.report(`${path}.action`, 'the action is one of Allow, Deny, Pass, Log');
    return [
      compileRule(rule, direction, index, action ?? 'unknown', path, namespace, context, version, compiler, notes),
    ];
  });
}

function compileRule(
  rule: JsonObject,
  direction: Direction,
  index: number,
  action: Action,
  path: string,
  namespace: string,
  context: CalicoContext,
  version: number,
  compiler: Compiler,
  notes: Notes,
): Rule {
  const [source, destination] = (['source', 'destination'] as const).map((side) =>
    compileEntity(rule[side], `${path}.${side}`, namespace, side === 'destination', context, version, compiler, notes),
  ) as [ReturnType<typeof compileEntity>, ReturnType<typeof compileEntity>];
  const sourcePorts = compileSourcePorts(rule, path, compiler, notes);
  const from =
    sourcePorts === undefined || sourcePorts === 'not-understood'
      ? source.peer
      : narrowed(source.peer, sourcePorts, compiler);
  const [other, own] = direction === 'ingress' ? [from, destination.peer] : [destination.peer, from];
  const packets = compileCalicoPackets(rule, path, compiler, notes);
  const family = readFamily(rule, path, notes);
  let doubt: Tri = 0;
  if (packets === undefined || family === 'not-understood' || sourcePorts === 'not-understood')
    doubt |= unknownReference;
  if (present(rule, 'http')) doubt |= unknownHttp;
  return compiler.rule(direction, index, {
    action,
    peers: other === undefined ? undefined : [other],
    own,
    ports:
      destination.ports === undefined
        ? (packets ?? compiler.everyPort)
        : bothPorts(packets, destination.ports, compiler),
    family: family === 'not-understood' ? undefined : family,
    doubt,
  });
}

/** A source that must also send from certain ports. */
function narrowed(
  peer: Peer | undefined,
  ports: { readonly key: string; readonly match: (source: Actor) => Tri },
  compiler: Compiler,
): Peer {
  return compiler.peer(`sp${peer?.id ?? ''}|${ports.key}`, () => ({
    kind: 'custom',
    text: `${peer === undefined ? 'everything' : peerText(peer)} from certain ports`,
    match: (actor, family) => and(peer?.kind === 'custom' ? peer.match(actor, family) : yes, ports.match(actor)),
  }));
}

/** A rule that names a service is about that service's ports only. */
function bothPorts(packets: PortMatch | undefined, ofService: PortMatch, compiler: Compiler): PortMatch {
  if (packets === undefined) return ofService;
  return compiler.ports(`&${packets.id}|${ofService.id}`, () => ({
    fixed: undefined,
    resolve: (destination, family) =>
      compiler.sets.and(packets.fixed ?? packets.resolve(destination, family), ofService.resolve(destination, family)),
    byAddress: ofService.byAddress,
    doubt: packets.doubt,
    text: packets.text,
  }));
}

function readFamily(rule: JsonObject, path: string, notes: Notes): IpFamily | undefined | 'not-understood' {
  if (!present(rule, 'ipVersion')) return undefined;
  const version = rule['ipVersion'];
  if (version === 4 || version === 6) return version;
  notes.report(`${path}.ipVersion`, 'the IP version is 4 or 6');
  return 'not-understood';
}
