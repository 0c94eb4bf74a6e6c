import type { IpFamily } from '../../model/address.ts';
import { isObject, type JsonObject, stringAt } from '../../model/json.ts';
import { type Actor, addressIn } from '../actor.ts';
import { type AddressSet, addressesOf, containsAddress, noAddresses, parseNet } from '../addressSet.ts';
import type { Compiler, Notes } from '../compile/compiler.ts';
import { fieldsOf, listAt, present, show } from '../compile/compiler.ts';
import { isPortProtocol, nothing, type PacketSet, type PortProtocol, startOf } from '../packets.ts';
import { addressMatches, type Peer, type PortMatch } from '../rules.ts';
import { labelValue } from '../selectors.ts';
import { and, because, fromBoolean, no, not, or, type Tri, yes } from '../tri.ts';
import type { CalicoContext } from './context.ts';
import {
  type CalicoSelector,
  CalicoSelectorError,
  type Lookup,
  matchesCalico,
  parseCalicoSelector,
  readsOf,
} from './selector.ts';

const unknownReference = because('unknown-reference');

/** A selector that may not have been understood: then whether it matches is not known. */
export type ParsedSelector = CalicoSelector | 'not-understood';

export function readSelector(value: unknown, path: string, notes: Notes): ParsedSelector | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') {
    notes.report(path, 'a selector is a text');
    return 'not-understood';
  }
  try {
    return parseCalicoSelector(value);
  } catch (error) {
    if (!(error instanceof CalicoSelectorError)) throw error;
    notes.report(
      path,
      `${error.message} at position ${error.position + 1}: ${value.slice(0, error.position)}⟨here⟩${value.slice(error.position, error.position + 40)}`,
    );
    return 'not-understood';
  }
}

/** Notes what a selector over pods' labels reads of pods. */
export function noteReads(selector: ParsedSelector | undefined, notes: Notes): void {
  if (selector === undefined || selector === 'not-understood') return;
  for (const [key, value] of readsOf(selector)) {
    if (key.startsWith('pcsa.') || key === 'projectcalico.org/serviceaccount') notes.serviceAccounts = true;
    notes.readLabel(key, value);
  }
}

export const matchesParsed = (selector: ParsedSelector | undefined, lookup: Lookup, global: boolean): Tri =>
  selector === undefined
    ? yes
    : selector === 'not-understood'
      ? unknownReference
      : matchesCalico(selector, lookup, global);

/** Something with labels: a pod, or a network set that contains the address. */
interface Labelled {
  readonly lookup: Lookup;
  readonly namespace: string | undefined;
  readonly namespaceLookup: Lookup;
  /** A network set has labels of a service account only if it says so itself, and no account's name. */
  readonly account: { readonly name: string | undefined; readonly lookup: Lookup };
}

export interface Entity {
  /** Undefined for an entity that anything matches. */
  readonly peer: Peer | undefined;
  /** Ports of the services it names, where it does. */
  readonly ports: PortMatch | undefined;
}

/**
 * Compiles the `source` or `destination` of a rule; `namespace` is the policy's own, empty for a cluster-wide one.
 * All its fields must hold. Source: EntityRule of the projectcalico.org/v3 API.
 */
export function compileEntity(
  value: unknown,
  path: string,
  namespace: string,
  asDestination: boolean,
  context: CalicoContext,
  version: number,
  compiler: Compiler,
  notes: Notes,
): Entity {
  if (value === undefined || value === null) return { peer: undefined, ports: undefined };
  if (!isObject(value)) {
    notes.report(path, 'source and destination are objects');
    return { peer: custom(compiler, `e?`, path, () => unknownReference), ports: undefined };
  }
  if (fieldsOf(value).every((field) => field === 'ports' || field === 'notPorts'))
    return { peer: undefined, ports: undefined };
  const key = `e${version}|${namespace}|${asDestination}|${keyOf(value)}`;
  if (present(value, 'services'))
    return compileServices(value, key, path, namespace, asDestination, context, compiler, notes);
  const text = entityText(value);
  const conditions: ((actor: Actor, family: IpFamily) => Tri)[] = [];
  if (present(value, 'domains')) {
    const domain = because('unknown-domain');
    conditions.push(() => domain);
  }
  for (const field of ['nets', 'notNets'] as const) {
    const nets = readNets(value, field, path, notes);
    if (nets === undefined) conditions.push(() => unknownReference);
    else if (nets !== 'absent') {
      notes.readAddresses(nets);
      conditions.push((actor, family) => {
        const match = addressMatches(nets, actor, family);
        return field === 'nets' ? match : not(match);
      });
    }
  }
  const labelled = compileLabels(value, path, namespace, context, notes);
  if (labelled !== undefined) conditions.push(labelled);
  return {
    peer: custom(compiler, key, text, (actor, family) => {
      let result: Tri = yes;
      for (const condition of conditions) {
        result = and(result, condition(actor, family));
        if (result === no) return no;
      }
      return result;
    }),
    ports: undefined,
  };
}

const custom = (compiler: Compiler, key: string, text: string, match: (actor: Actor, family: IpFamily) => Tri): Peer =>
  compiler.peer(key, () => ({ kind: 'custom', text, match }));

let strange = 0;

/** The content of an entity as a key. Values of a shape that no entity has are not walked into; they get keys of their own. */
function keyOf(value: unknown, depth = 0): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return show(value);
  if (depth > 2) return `#${strange++}`;
  if (Array.isArray(value)) return `[${value.map((element) => keyOf(element, 3)).join()}]`;
  return `{${Object.entries(value)
    .map(([field, content]) => `${field}:${keyOf(content, depth + 1)}`)
    .join()}}`;
}

function readNets(entity: JsonObject, field: string, path: string, notes: Notes): AddressSet | 'absent' | undefined {
  const listed = listAt(entity, field, path, notes.report);
  if (listed === undefined) return undefined;
  if (listed.length === 0) return 'absent';
  const blocks = [];
  for (let index = 0; index < listed.length; index++) {
    const net = listed[index];
    const block = typeof net === 'string' ? parseNet(net) : undefined;
    if (block === undefined) {
      notes.report(`${path}.${field}[${index}]`, `${show(net)} is no CIDR block`);
      return undefined;
    }
    blocks.push(block);
  }
  return addressesOf(blocks);
}

/**
 * What an entity says about labels. A positive selection holds where one pod or network set at the address satisfies all of
 * it; a `notSelector` alone holds where none at the address satisfies it.
 */
function compileLabels(
  entity: JsonObject,
  path: string,
  namespace: string,
  context: CalicoContext,
  notes: Notes,
): ((actor: Actor, family: IpFamily) => Tri) | undefined {
  const selector = readSelector(entity['selector'], `${path}.selector`, notes);
  const notSelector = readSelector(entity['notSelector'], `${path}.notSelector`, notes);
  const namespaces = readSelector(entity['namespaceSelector'], `${path}.namespaceSelector`, notes);
  const accounts = readAccounts(entity, path, notes);
  noteReads(selector, notes);
  noteReads(notSelector, notes);
  if (accounts !== undefined) notes.serviceAccounts = true;
  const restricted =
    namespace !== '' &&
    namespaces === undefined &&
    (selector !== undefined || notSelector !== undefined || accounts !== undefined);
  const positive = restricted || selector !== undefined || namespaces !== undefined || accounts !== undefined;
  if (!positive && notSelector === undefined) return undefined;
  const satisfies = (object: Labelled): Tri => {
    if (restricted && object.namespace !== namespace) return no;
    let result = matchesParsed(selector, object.lookup, object.namespace === undefined);
    if (result === no) return no;
    if (namespaces !== undefined) result = and(result, matchesNamespaces(namespaces, object));
    if (accounts !== undefined) result = and(result, accounts(object.account.name, object.account.lookup));
    if (notSelector !== undefined && positive)
      result = and(result, not(matchesParsed(notSelector, object.lookup, object.namespace === undefined)));
    return result;
  };
  if (positive) return (actor, family) => anyObject(actor, family, context, satisfies);
  return (actor, family) =>
    not(
      anyObject(actor, family, context, (object) =>
        matchesParsed(notSelector, object.lookup, object.namespace === undefined),
      ),
    );
}

/**
 * Namespace selectors are asked of the labels that things inherit from their namespace. Only `all()` and `global()` say
 * whether there is one: `env != 'prod'` also holds for a global network set. Source: libcalico-go `rules.go`.
 */
function matchesNamespaces(namespaces: ParsedSelector, object: Labelled): Tri {
  if (namespaces === 'not-understood') return unknownReference;
  const global = object.namespace === undefined;
  return matchesCalico(namespaces, object.namespaceLookup, global, !global);
}

function readAccounts(
  entity: JsonObject,
  path: string,
  notes: Notes,
): ((name: string | undefined, lookup: Lookup) => Tri) | undefined {
  if (!present(entity, 'serviceAccounts')) return undefined;
  const accounts = entity['serviceAccounts'];
  if (!isObject(accounts)) {
    notes.report(`${path}.serviceAccounts`, 'serviceAccounts is an object');
    return () => unknownReference;
  }
  const names = listAt(accounts, 'names', `${path}.serviceAccounts`, notes.report);
  const selector = readSelector(accounts['selector'], `${path}.serviceAccounts.selector`, notes);
  if (names === undefined) return () => unknownReference;
  if (names.length === 0 && selector === undefined) return undefined;
  return (name, lookup) =>
    and(fromBoolean(names.length === 0 || names.includes(name)), matchesParsed(selector, lookup, false));
}

/** Whether one of the things with labels at the actor's place satisfies a condition. */
function anyObject(actor: Actor, family: IpFamily, context: CalicoContext, satisfies: (object: Labelled) => Tri): Tri {
  let result: Tri = no;
  if (actor.kind === 'pod' && actor.namespace !== undefined) {
    result = satisfies({
      lookup: context.podLookup(actor),
      namespace: actor.namespace.name,
      namespaceLookup: context.namespaceLookup(actor.namespace.labels, actor.namespace.known),
      account: { name: actor.serviceAccount, lookup: context.serviceAccountLookup(actor) },
    });
  }
  for (const set of context.networkSets) {
    if (result === yes) return yes;
    const at = addressMatches(set.addresses, actor, family);
    if (at === no) continue;
    const namespaceLookup: Lookup = (key) => set.lookup(`pcns.${key}`);
    const account = { name: undefined, lookup: (key: string) => set.lookup(`pcsa.${key}`) };
    result = or(result, and(at, satisfies({ lookup: set.lookup, namespace: set.namespace, namespaceLookup, account })));
  }
  return result;
}

interface ServicePlace {
  readonly address: AddressSet;
  readonly packets: readonly (readonly [number, number])[];
}

/** The endpoints of a service: their addresses and, at a destination, their ports. */
function compileServices(
  entity: JsonObject,
  key: string,
  path: string,
  namespace: string,
  asDestination: boolean,
  { snapshot }: CalicoContext,
  compiler: Compiler,
  notes: Notes,
): Entity {
  const services = entity['services'];
  const name = isObject(services) ? stringAt(services, 'name') : undefined;
  const place = (isObject(services) ? stringAt(services, 'namespace') : undefined) ?? namespace;
  const text = `service ${place}/${name ?? '?'}`;
  const unclear = (why: string): Entity => {
    notes.report(`${path}.services`, why);
    return { peer: custom(compiler, key, text, () => unknownReference), ports: undefined };
  };
  if (name === undefined || place === '')
    return unclear('services needs a name, and a namespace in a cluster-wide policy');
  const slices = snapshot
    .table('endpointSlices')
    .in(place)
    .filter((slice) => slice.service === name);
  if (slices.length > 0) {
    const places: ServicePlace[] = [];
    for (const slice of slices) {
      const packets = slice.ports.flatMap(({ port, protocol }): [number, number][] =>
        port === undefined || !isPortProtocol(protocol)
          ? []
          : [[startOf(protocol) + port, startOf(protocol) + port + 1]],
      );
      for (const endpoint of slice.endpoints) {
        if (!endpoint.ready) continue;
        const address = addressesOf(endpoint.addresses.flatMap((one) => parseNet(one) ?? []));
        notes.readAddresses(address);
        places.push({ address, packets });
      }
    }
    const all = places.reduce<AddressSet>(
      (sum, { address }) => ({ v4: [...sum.v4, ...address.v4], v6: [...sum.v6, ...address.v6] }),
      noAddresses,
    );
    if (all.v4.length + all.v6.length === 0) return { peer: custom(compiler, key, text, () => no), ports: undefined };
    return {
      peer: custom(compiler, key, text, (actor, family) =>
        places.reduce<Tri>((result, { address }) => or(result, addressMatches(address, actor, family)), no),
      ),
      ports: asDestination
        ? compiler.ports(`s${key}`, () => ({
            fixed: undefined,
            resolve: (actor, family) => packetsAt(places, actor, family, compiler),
            byAddress: true,
            doubt: 0,
            text: '',
          }))
        : undefined,
    };
  }
  const service = snapshot.table('services').get(place, name);
  if (service?.selector === undefined || Object.keys(service.selector).length === 0)
    return unclear(`the endpoints of service ${place}/${name} are not known`);
  const wanted = Object.entries(service.selector);
  for (const [label, value] of wanted) notes.readLabel(label, value);
  for (const { targetPort } of service.ports) if (typeof targetPort === 'string') notes.readPort(targetPort);
  const selected = (actor: Actor): boolean =>
    actor.kind === 'pod' &&
    actor.namespace?.name === place &&
    wanted.every(([label, value]) => labelValue(actor.labels, label) === value);
  return {
    peer: custom(compiler, key, text, (actor) => fromBoolean(selected(actor))),
    ports: asDestination
      ? compiler.ports(`s${key}`, () => ({
          fixed: undefined,
          resolve: (actor) => {
            const ranges: [number, number][] = [];
            let set: PacketSet = nothing;
            for (const { protocol, targetPort } of service.ports) {
              if (!isPortProtocol(protocol)) continue;
              const of: PortProtocol = protocol;
              if (typeof targetPort === 'number') ranges.push([startOf(of) + targetPort, startOf(of) + targetPort + 1]);
              else set = compiler.sets.or(set, compiler.namedPorts(actor, [{ name: targetPort, protocol: of }]));
            }
            return compiler.sets.or(set, compiler.sets.ofRanges(ranges));
          },
          byAddress: false,
          doubt: 0,
          text: '',
        }))
      : undefined,
  };
}

function packetsAt(places: readonly ServicePlace[], actor: Actor, family: IpFamily, compiler: Compiler): PacketSet {
  const address = addressIn(actor, family);
  const ranges: (readonly [number, number])[] = [];
  for (const { address: at, packets } of places) {
    // Of a pod whose address is not known, any of the endpoints may be the one; the peer says that it is uncertain.
    if (address === null || (address !== undefined && !containsAddress(at, family, address))) continue;
    ranges.push(...packets);
  }
  return compiler.sets.ofRanges(ranges);
}

function entityText(entity: JsonObject): string {
  const parts: string[] = [];
  for (const field of ['selector', 'notSelector', 'namespaceSelector'] as const) {
    const value = stringAt(entity, field);
    if (value !== undefined && value !== '') parts.push(field === 'selector' ? value : `${field} ${value}`);
  }
  for (const field of ['nets', 'notNets', 'domains'] as const) {
    const value = entity[field];
    if (Array.isArray(value) && value.length > 0)
      parts.push(
        `${field === 'notNets' ? 'not ' : ''}${value.slice(0, 3).map(show).join(', ')}${value.length > 3 ? ', …' : ''}`,
      );
  }
  if (present(entity, 'serviceAccounts')) parts.push('service accounts');
  return parts.length === 0 ? 'everything' : parts.join(' and ');
}
