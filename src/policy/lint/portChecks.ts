import { isObject, numberAt, stringAt } from '../../model/json.ts';
import { matchesLabels } from '../../model/labels.ts';
import type { Service, ServicePort } from '../../model/service.ts';
import type { LintContext } from './context.ts';
import type { Fix, Reporter } from './finding.ts';
import { nearest } from './nearMiss.ts';
import type { Path } from './path.ts';
import type { RuleView } from './policyView.ts';
import { declaredPorts, type Subject } from './subjects.ts';

/**
 * The ports of a rule against what its destinations serve: the selected pods for ingress, the peers for egress. A policy
 * sees a pod's own port, after a service's has been translated.
 *
 * @param destinations `undefined` where everything is a destination.
 * @param chosen whether the policy chose them by their labels, rather than all that are there.
 */
export function checkPorts(
  { rule, path, peers, direction }: RuleView,
  destinations: readonly Subject[] | undefined,
  chosen: boolean,
  context: LintContext,
  reporter: Reporter,
): void {
  const ports = rule['ports'];
  if (!Array.isArray(ports)) return;
  const blocks = peers.filter(({ peer }) => isObject(peer['ipBlock'])).length;
  ports.forEach((port: unknown, index) => {
    if (!isObject(port)) return;
    const protocol = stringAt(port, 'protocol') ?? 'TCP';
    const at = [...path, 'ports', index];
    const name = stringAt(port, 'port');
    if (name !== undefined) {
      if (direction === 'egress' && blocks > 0 && blocks === peers.length) {
        const message = `A port name is looked up in pods, and this rule has address blocks only, so it matches nothing. Write the number.`;
        reporter.report('named-port-unknown', [...at, 'port'], message);
      } else if (destinations !== undefined)
        checkName(name, protocol, [...at, 'port'], destinations, direction, chosen, reporter);
      return;
    }
    const first = numberAt(port, 'port');
    if (first === undefined || destinations === undefined || port['endPort'] !== undefined) return;
    checkNumber(first, protocol, 'protocol' in port, at, destinations, context, reporter);
  });
}

function checkName(
  name: string,
  protocol: string,
  path: Path,
  destinations: readonly Subject[],
  direction: RuleView['direction'],
  chosen: boolean,
  reporter: Reporter,
): void {
  const [some] = destinations;
  if (some === undefined) return;
  const names = new Set<string>();
  const otherProtocols = new Set<string>();
  let without = 0;
  let example = some;
  for (const subject of destinations) {
    let has = false;
    for (const port of declaredPorts(subject)) {
      if (port.name === undefined) continue;
      if (port.protocol === protocol) names.add(port.name);
      if (port.name !== name) continue;
      if (port.protocol === protocol) has = true;
      else otherProtocols.add(port.protocol);
    }
    if (has) continue;
    if (without++ === 0) example = subject;
  }
  if (without === 0) return;
  if (without < destinations.length) {
    // A mix of pods by a name that some of them have is what port names are for, unless the policy chose the pods itself.
    if (direction === 'egress' || !chosen) return;
    const message = `${without} of the ${destinations.length} pods have no ${protocol} port named ${name}, ${example.name} among them: nothing is allowed there.`;
    reporter.report('named-port-unknown', path, message, { severity: 'info' });
    return;
  }
  const [other] = otherProtocols;
  if (other !== undefined) {
    const at = [...path.slice(0, -1), 'protocol'];
    const fixes: Fix[] = [{ kind: 'set', title: `Change the protocol to ${other}`, path: at, value: other }];
    const message = `The port ${name} of these pods is ${other}, not ${protocol}, so this matches nothing.`;
    reporter.report('port-of-other-protocol', path, message, { fixes });
    return;
  }
  const meant = nearest(name, names);
  const fixes: Fix[] = meant === undefined ? [] : [{ kind: 'set', title: `Change to ${meant}`, path, value: meant }];
  const listed = [...names].sort().slice(0, 4).join(', ');
  const hint =
    meant !== undefined ? ` Did you mean ${meant}?` : listed === '' ? ' They name no port.' : ` They have ${listed}.`;
  const message = `None of these pods has a ${protocol} port named ${name}, so this matches nothing.${hint}`;
  reporter.report('named-port-unknown', path, message, { fixes });
}

function checkNumber(
  number: number,
  protocol: string,
  stated: boolean,
  path: Path,
  destinations: readonly Subject[],
  context: LintContext,
  reporter: Reporter,
): void {
  if (destinations.length === 0) return;
  const otherProtocols = new Set<string>();
  for (const subject of destinations) {
    for (const port of declaredPorts(subject)) {
      if (port.port !== number) continue;
      if (port.protocol === protocol) return;
      otherProtocols.add(port.protocol);
    }
  }
  const translated = translatingService(number, protocol, destinations, context);
  if (translated !== undefined) {
    const { service, port, target } = translated;
    const { namespace, name } = service.meta;
    const message = `${number} is the port of service ${namespace}/${name}, whose pods listen on ${target}. A policy sees the pods' port: allow ${target}.`;
    const at = [...path, 'port'];
    const fixes: Fix[] = [{ kind: 'set', title: `Change to ${target}`, path: at, value: target }];
    const related = [{ kind: 'Service', namespace, name, text: `sends port ${port.port} to ${target}` }];
    reporter.report('service-port', at, message, { fixes, related });
    return;
  }
  const [other] = otherProtocols;
  if (other === undefined) return;
  const what = stated ? protocol : 'TCP, which is meant where no protocol is given';
  const message = `These pods serve ${number} over ${[...otherProtocols].sort().join(' and ')}, and this allows ${what}.`;
  const at = [...path, 'protocol'];
  const fixes: Fix[] = [{ kind: 'set', title: `Set the protocol to ${other}`, path: at, value: other }];
  reporter.report('port-of-other-protocol', stated ? at : [...path, 'port'], message, { fixes });
}

interface Translation {
  readonly service: Service;
  readonly port: ServicePort;
  readonly target: number | string;
}

/** A service in front of one of the destinations that has the port itself and sends it to another. */
function translatingService(
  number: number,
  protocol: string,
  destinations: readonly Subject[],
  context: LintContext,
): Translation | undefined {
  const namespaces = new Set(destinations.map(({ namespace }) => namespace));
  for (const namespace of namespaces) {
    for (const service of context.snapshot.table('services').in(namespace)) {
      const { selector } = service;
      if (selector === undefined || Object.keys(selector).length === 0) continue;
      const port = service.ports.find((one) => one.port === number && one.protocol === protocol);
      if (port === undefined || port.targetPort === number) continue;
      const behind = destinations.filter(
        (subject) => subject.namespace === namespace && matchesLabels(selector, subject.labels),
      );
      if (behind.length === 0) continue;
      if (typeof port.targetPort === 'number') return { service, port, target: port.targetPort };
      const target = behind.flatMap(declaredPorts).find(({ name }) => name === port.targetPort);
      if (target !== undefined && target.port !== number) return { service, port, target: target.port };
    }
  }
  return undefined;
}
