import { isObject, type JsonObject, numberAt, stringAt, stringsAt } from '../../model/json.ts';
import { checkIpBlock } from './blockChecks.ts';
import type { Fix, Reporter } from './finding.ts';
import { nearest } from './nearMiss.ts';
import type { Path } from './path.ts';
import { directions, governedBy, type RuleView, rulesOf } from './policyView.ts';
import { checkLabelSelector } from './selectorChecks.ts';

/** What is wrong with a NetworkPolicy whatever the cluster. Source: NetworkPolicy API, types.go and validation.go. */
export function checkNetworkPolicyForm(spec: JsonObject, reporter: Reporter): void {
  checkLabelSelector(spec['podSelector'], ['spec', 'podSelector'], reporter);
  checkPolicyTypes(spec, reporter);
  for (const direction of directions) {
    const rules = rulesOf(spec, direction);
    for (const view of rules) checkRule(view, reporter);
    checkRepetition(rules, reporter);
  }
}

const policyTypes = ['Ingress', 'Egress'] as const;

function checkPolicyTypes(spec: JsonObject, reporter: Reporter): void {
  const types = stringsAt(spec, 'policyTypes');
  types.forEach((type, index) => {
    if (policyTypes.some((known) => known === type)) return;
    const meant = nearest(type, policyTypes);
    const path = ['spec', 'policyTypes', index];
    const fixes: Fix[] = meant === undefined ? [] : [{ kind: 'set', title: `Change to ${meant}`, path, value: meant }];
    reporter.report('invalid-policy-type', path, `There is no policy type ${type}. It is Ingress or Egress.`, {
      fixes,
    });
  });
  const governed = governedBy(spec);
  for (const direction of directions) {
    if (rulesOf(spec, direction).length === 0 || governed.has(direction)) continue;
    const type = direction === 'ingress' ? 'Ingress' : 'Egress';
    const message = `policyTypes does not name ${type}, so these rules have no effect. Add it, or remove the rules.`;
    const fixes: Fix[] = [
      { kind: 'append', title: `Add ${type} to policyTypes`, path: ['spec', 'policyTypes'], value: type },
      { kind: 'remove', title: `Remove the ${direction} rules`, path: ['spec', direction] },
    ];
    reporter.report('rules-without-effect', ['spec', direction], message, { fixes });
  }
  const emptyEgress = Array.isArray(spec['egress']) && spec['egress'].length === 0;
  if (types.length === 0 && emptyEgress) {
    const message =
      'An empty egress list isolates nothing: without policyTypes the policy governs ingress only. Add policyTypes with Egress to deny all egress.';
    const value = ['Ingress', 'Egress'];
    const fixes: Fix[] = [{ kind: 'set', title: 'Add policyTypes', path: ['spec', 'policyTypes'], value }];
    reporter.report('policy-types-missing', ['spec', 'egress'], message, { fixes });
  }
}

function checkRule({ direction, path, rule, peersField, peers }: RuleView, reporter: Reporter): void {
  for (const { peer, path: at } of peers) checkPeer(peer, at, reporter);
  const ports = rule['ports'];
  if (Array.isArray(ports)) {
    ports.forEach((port: unknown, index) => {
      if (isObject(port)) checkPort(port, [...path, 'ports', index], reporter);
    });
  }
  const open = isEmptyList(rule[peersField]) && isEmptyList(ports);
  if (!open) return;
  const other = direction === 'ingress' ? 'from everywhere' : 'to everywhere';
  const message = `This rule has no ${peersField} and no ports, so it allows everything ${other}, addresses outside the cluster included. For no traffic at all, leave the list of rules empty.`;
  reporter.report('allows-everything', path, message);
}

const isEmptyList = (value: unknown): boolean =>
  value === undefined || value === null || (Array.isArray(value) && value.length === 0);

function checkPeer(peer: JsonObject, path: Path, reporter: Reporter): void {
  const has = (field: string): boolean => peer[field] !== undefined && peer[field] !== null;
  const selectors = ['podSelector', 'namespaceSelector'].filter(has);
  for (const field of selectors) checkLabelSelector(peer[field], [...path, field], reporter);
  checkIpBlock(peer['ipBlock'], [...path, 'ipBlock'], reporter);
  if (has('ipBlock') && selectors.length > 0) {
    const message = `A peer has either an ipBlock or selectors, not both: the API server refuses it. Make two peers of it.`;
    reporter.report('block-with-selector', path, message);
  } else if (Object.keys(peer).every((field) => !has(field))) {
    const message =
      'A peer without a field is refused by the API server. For all pods of all namespaces write namespaceSelector: {}; for everything leave the list of peers out.';
    const fixes: Fix[] = [{ kind: 'set', title: 'All pods of all namespaces', path, value: { namespaceSelector: {} } }];
    reporter.report('empty-peer', path, message, { fixes });
  }
}

const protocols = ['TCP', 'UDP', 'SCTP'] as const;

function checkPort(port: JsonObject, path: Path, reporter: Reporter): void {
  const protocol = stringAt(port, 'protocol');
  if (protocol !== undefined && !protocols.some((known) => known === protocol)) {
    const meant = nearest(protocol, protocols);
    const at = [...path, 'protocol'];
    const fixes: Fix[] =
      meant === undefined ? [] : [{ kind: 'set', title: `Change to ${meant}`, path: at, value: meant }];
    reporter.report('invalid-protocol', at, `There is no protocol ${protocol} here. It is TCP, UDP or SCTP.`, {
      fixes,
    });
  }
  checkPortValue(port['port'], [...path, 'port'], reporter);
  const end = numberAt(port, 'endPort');
  if (end === undefined) return;
  const first = port['port'];
  const at = [...path, 'endPort'];
  if (typeof first !== 'number') {
    const has = typeof first === 'string' ? `the port is the name ${first}` : 'there is no port';
    reporter.report('end-port-without-port', at, `endPort needs a number in port to begin from, and ${has}.`);
  } else if (end < first)
    reporter.report('end-port-below-port', at, `The range ends at ${end}, before it begins at ${first}.`);
  else if (end > 65535) reporter.report('invalid-port', at, `${end} is no port: ports end at 65535.`);
}

/** IANA service names, as validation.IsValidPortName asks for. */
const portName = /^(?=.{1,15}$)(?=.*[a-z])[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** A port by number or name. */
export function checkPortValue(port: unknown, path: Path, reporter: Reporter): void {
  if (typeof port === 'number') {
    if (Number.isInteger(port) && (port < 1 || port > 65535))
      reporter.report('invalid-port', path, `${port} is no port: ports are 1 to 65535.`);
  } else if (typeof port === 'string' && !portName.test(port)) {
    const number = /^\d+$/.test(port) ? Number(port) : undefined;
    const fixes: Fix[] =
      number === undefined ? [] : [{ kind: 'set', title: `Change to the number ${number}`, path, value: number }];
    const message =
      number === undefined
        ? `${port} is no port name: it has at most 15 small letters, digits and hyphens, a letter among them.`
        : `"${port}" in quotes is a name, not the number. Take the quotes away.`;
    reporter.report('invalid-port', path, message, { fixes });
  }
}

/** Rules add up, so one that says what another says does nothing. */
function checkRepetition(rules: readonly RuleView[], reporter: Reporter): void {
  const seen = new Map<string, number>();
  const open = rules.find(({ rule, peersField }) => isEmptyList(rule[peersField]) && isEmptyList(rule['ports']));
  for (const { index, path, rule } of rules) {
    const remove: Fix = { kind: 'remove', title: 'Remove this rule', path };
    if (open !== undefined && open.index !== index) {
      const message = `Rule ${open.index + 1} allows everything, so this one adds nothing.`;
      reporter.report('shadowed-rule', path, message, { fixes: [remove] });
      continue;
    }
    const content = canonical(rule);
    const first = seen.get(content);
    if (first === undefined) seen.set(content, index);
    else reporter.report('duplicate-rule', path, `This rule says what rule ${first + 1} says.`, { fixes: [remove] });
  }
}

/** Equal for values that mean the same, whatever the order of their fields and elements. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).sort().join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? '';
  const fields = Object.keys(value).filter((field) => value[field] !== undefined && value[field] !== null);
  return `{${fields
    .sort()
    .map((field) => `${JSON.stringify(field)}:${canonical(value[field])}`)
    .join(',')}}`;
}
