import { isObject, type JsonObject, numberAt, objectsAt, stringAt, stringsAt } from '../../model/json.ts';
import type { RawObject } from '../../model/objects.ts';
import type { Direction } from '../types.ts';
import { checkCidr } from './blockChecks.ts';
import type { LintContext } from './context.ts';
import type { Fix, Reporter } from './finding.ts';
import { nearest } from './nearMiss.ts';
import { canonical } from './networkPolicyForm.ts';
import type { Path } from './path.ts';
import { directions } from './policyView.ts';

/** A Calico policy's form. Source: Calico API v3, and `libcalico-go/lib/validator`. */
export function checkCalicoPolicy({ spec }: RawObject, context: LintContext, reporter: Reporter): void {
  checkTypes(spec, reporter);
  checkModes(spec, reporter);
  checkTier(spec, context, reporter);
  for (const direction of directions) {
    const rules = objectsAt(spec, direction);
    rules.forEach((rule, index) => {
      checkRule(rule, ['spec', direction, index], reporter);
    });
    checkOrder(rules, direction, reporter);
  }
}

const policyTypes = ['Ingress', 'Egress'] as const;

function checkTypes(spec: JsonObject, reporter: Reporter): void {
  const types = stringsAt(spec, 'types');
  types.forEach((type, index) => {
    if (policyTypes.some((known) => known === type)) return;
    const meant = nearest(type, policyTypes);
    const path = ['spec', 'types', index];
    const fixes: Fix[] = meant === undefined ? [] : [{ kind: 'set', title: `Change to ${meant}`, path, value: meant }];
    reporter.report('invalid-policy-type', path, `There is no type ${type}. It is Ingress or Egress.`, { fixes });
  });
  if (types.length === 0) return;
  for (const direction of directions) {
    const type = direction === 'ingress' ? 'Ingress' : 'Egress';
    if (objectsAt(spec, direction).length === 0 || types.includes(type)) continue;
    const message = `types does not name ${type}, so these rules have no effect. Add it, or remove the rules.`;
    const fixes: Fix[] = [{ kind: 'append', title: `Add ${type} to types`, path: ['spec', 'types'], value: type }];
    reporter.report('rules-without-effect', ['spec', direction], message, { fixes });
  }
}

/** Source: GlobalNetworkPolicySpec, `doNotTrack`, `preDNAT`, `applyOnForward`. */
function checkModes(spec: JsonObject, reporter: Reporter): void {
  const on = (field: string): boolean => spec[field] === true;
  for (const field of ['doNotTrack', 'preDNAT']) {
    if (!on(field)) continue;
    if (!on('applyOnForward')) {
      const path = ['spec', 'applyOnForward'];
      const fixes: Fix[] = [{ kind: 'set', title: 'Set applyOnForward', path, value: true }];
      reporter.report('invalid-combination', ['spec', field], `${field} needs applyOnForward: true.`, { fixes });
    }
  }
  if (on('doNotTrack') && on('preDNAT'))
    reporter.report('invalid-combination', ['spec', 'preDNAT'], 'doNotTrack and preDNAT exclude each other.');
  if (on('preDNAT') && (objectsAt(spec, 'egress').length > 0 || stringsAt(spec, 'types').includes('Egress')))
    reporter.report('invalid-combination', ['spec', 'preDNAT'], 'A preDNAT policy has ingress rules only.');
}

/** The tiers that Calico makes itself, by their names in its several versions. */
const builtInTiers = new Set([
  'default',
  'kube-admin',
  'kube-baseline',
  'adminnetworkpolicy',
  'baselineadminnetworkpolicy',
]);

function checkTier(spec: JsonObject, context: LintContext, reporter: Reporter): void {
  const tier = stringAt(spec, 'tier');
  if (tier === undefined || tier === '' || builtInTiers.has(tier) || !context.isKnown('calicoTiers', undefined)) return;
  const tiers = context.policies('calicoTiers').map(({ meta }) => meta.name);
  if (tiers.includes(tier)) return;
  const meant = nearest(tier, [...tiers, ...builtInTiers]);
  if (!context.whole && meant === undefined) return;
  const path = ['spec', 'tier'];
  const fixes: Fix[] = meant === undefined ? [] : [{ kind: 'set', title: `Change to ${meant}`, path, value: meant }];
  const hint = meant === undefined ? 'Make it, or name another.' : `Did you mean ${meant}?`;
  reporter.report('tier-missing', path, `There is no tier ${tier}, so this policy is not applied. ${hint}`, { fixes });
}

const actions = ['Allow', 'Deny', 'Pass', 'Log'] as const;

function checkRule(rule: JsonObject, path: Path, reporter: Reporter): void {
  const action = stringAt(rule, 'action');
  if (action !== undefined && !actions.some((known) => known === action)) {
    const meant = action === 'Accept' ? 'Allow' : nearest(action, actions);
    const at = [...path, 'action'];
    const fixes: Fix[] =
      meant === undefined ? [] : [{ kind: 'set', title: `Change to ${meant}`, path: at, value: meant }];
    reporter.report('invalid-action', at, `There is no action ${action}. It is Allow, Deny, Pass or Log.`, { fixes });
  }
  checkProtocol(rule['protocol'], [...path, 'protocol'], reporter);
  checkProtocol(rule['notProtocol'], [...path, 'notProtocol'], reporter);
  for (const side of ['source', 'destination'] as const) {
    const entity = rule[side];
    if (isObject(entity)) checkEntity(entity, rule, [...path, side], reporter);
  }
  checkIcmp(rule, path, reporter);
}

const protocols = ['TCP', 'UDP', 'ICMP', 'ICMPv6', 'SCTP', 'UDPLite'] as const;

function checkProtocol(protocol: unknown, path: Path, reporter: Reporter): void {
  const number =
    typeof protocol === 'number' ? protocol : /^\d+$/.test(String(protocol)) ? Number(protocol) : undefined;
  if (number !== undefined) {
    if (number < 1 || number > 255)
      reporter.report('invalid-protocol', path, `${number} is no protocol number: they are 1 to 255.`);
    return;
  }
  if (typeof protocol !== 'string' || protocols.some((known) => known === protocol)) return;
  const meant = nearest(protocol, protocols);
  const fixes: Fix[] = meant === undefined ? [] : [{ kind: 'set', title: `Change to ${meant}`, path, value: meant }];
  const message = `There is no protocol ${protocol} here. It is ${protocols.join(', ')} or a number.`;
  reporter.report('invalid-protocol', path, message, { fixes });
}

const hasPorts = (protocol: unknown): boolean =>
  ['TCP', 'UDP', 'SCTP', 6, 17, 132, '6', '17', '132'].some((known) => known === protocol);

function checkEntity(entity: JsonObject, rule: JsonObject, path: Path, reporter: Reporter): void {
  for (const field of ['nets', 'notNets'] as const)
    stringsAt(entity, field).forEach((net, index) => checkNet(net, [...path, field, index], reporter));
  for (const field of ['ports', 'notPorts'] as const) {
    const ports = entity[field];
    if (!Array.isArray(ports) || ports.length === 0) continue;
    if (!hasPorts(rule['protocol'])) {
      const message = 'Ports need a protocol that has them: set protocol to TCP, UDP or SCTP.';
      reporter.report('invalid-combination', [...path, field], message);
    }
    ports.forEach((port: unknown, index) => checkPort(port, [...path, field, index], reporter));
  }
  if (!isObject(entity['services'])) return;
  const others = [
    'selector',
    'notSelector',
    'namespaceSelector',
    'nets',
    'notNets',
    'ports',
    'notPorts',
    'serviceAccounts',
  ];
  const beside = others.filter((field) => entity[field] !== undefined && entity[field] !== null);
  if (beside.length > 0) {
    const message = `services stands alone: it excludes ${beside.join(', ')}.`;
    reporter.report('invalid-combination', [...path, 'services'], message);
  }
}

/** Calico takes an address for a block of one. */
function checkNet(net: string, path: Path, reporter: Reporter): void {
  if (net.includes('/')) checkCidr(net, path, reporter);
  else if (!/^[\d.]+$|:/.test(net)) reporter.report('invalid-cidr', path, `${net} is no address block.`);
}

function checkPort(port: unknown, path: Path, reporter: Reporter): void {
  const [first, last] =
    typeof port === 'number' ? [port, port] : (/^(\d+):(\d+)$/.exec(String(port))?.slice(1).map(Number) ?? []);
  if (first === undefined || last === undefined) {
    if (typeof port === 'string' && !/^[a-zA-Z0-9_.-]{1,128}$/.test(port))
      reporter.report('invalid-port', path, `${port} is no port: write a number, a range such as 80:90, or a name.`);
    return;
  }
  if (last < first)
    reporter.report('end-port-below-port', path, `The range ends at ${last}, before it begins at ${first}.`);
  else if (last > 65535) reporter.report('invalid-port', path, `${last} is no port: ports end at 65535.`);
}

function checkIcmp(rule: JsonObject, path: Path, reporter: Reporter): void {
  for (const field of ['icmp', 'notICMP'] as const) {
    const icmp = rule[field];
    if (!isObject(icmp)) continue;
    if (numberAt(icmp, 'code') !== undefined && numberAt(icmp, 'type') === undefined)
      reporter.report('missing-field', [...path, field], 'A code belongs to a type: set type too.');
    const protocol = rule['protocol'];
    if (protocol !== 'ICMP' && protocol !== 'ICMPv6' && protocol !== 1 && protocol !== 58)
      reporter.report('invalid-combination', [...path, field], `${field} needs protocol ICMP or ICMPv6.`);
  }
}

/** The first rule that matches decides, but for Log, which goes on. */
function checkOrder(rules: readonly JsonObject[], direction: Direction, reporter: Reporter): void {
  const seen = new Map<string, number>();
  let everything: number | undefined;
  rules.forEach((rule, index) => {
    const { action } = rule;
    const content = canonical({ ...rule, action: undefined, metadata: undefined });
    const earlier = everything ?? seen.get(content);
    if (earlier !== undefined && action !== 'Log') {
      const path = ['spec', direction, index];
      const before = rules[earlier]?.['action'];
      const what = before === action ? 'so this one adds nothing' : 'so this one is never reached';
      const message = `Rule ${earlier + 1} (${String(before)}) goes first and matches all that this one matches, ${what}.`;
      const fixes: Fix[] = [{ kind: 'remove', title: 'Remove this rule', path }];
      reporter.report('shadowed-rule', path, message, { fixes });
      return;
    }
    if (action === 'Log') return;
    if (content === '{}') everything = index;
    seen.set(content, index);
  });
}
