import { cidrsOverlap, parseCidr } from '../../model/address.ts';
import { isObject, type JsonObject, numberAt, stringAt } from '../../model/json.ts';
import { type LabelSelector, matchesSelector } from '../../model/labels.ts';
import type { RawObject } from '../../model/objects.ts';
import { checkCidr } from './blockChecks.ts';
import { type LintContext, selected, selectorOf, selectsEverything } from './context.ts';
import type { Fix, Reporter } from './finding.ts';
import { nearest } from './nearMiss.ts';
import { canonical, checkPortValue } from './networkPolicyForm.ts';
import type { Path } from './path.ts';
import { directions, type RuleView, rulesOf } from './policyView.ts';
import { checkLabelSelector, nearMiss, selectorWords } from './selectorChecks.ts';
import type { Subject } from './subjects.ts';

export type AdminKind = 'adminNetworkPolicies' | 'baselineAdminNetworkPolicies' | 'clusterNetworkPolicies';

const actions: Readonly<Record<AdminKind, readonly string[]>> = {
  adminNetworkPolicies: ['Allow', 'Deny', 'Pass'],
  baselineAdminNetworkPolicies: ['Allow', 'Deny'],
  clusterNetworkPolicies: ['Accept', 'Deny', 'Pass'],
};

/** The cluster-wide kinds of the network policy API. Source: network-policy-api, apis/v1alpha1 and v1alpha2. */
export function checkAdminPolicy(kind: AdminKind, policy: RawObject, context: LintContext, reporter: Reporter): void {
  const { spec } = policy;
  checkPriority(kind, spec, reporter);
  checkSubject(spec, context, reporter);
  for (const direction of directions) {
    const rules = rulesOf(spec, direction);
    for (const view of rules) {
      checkAction(kind, view, reporter);
      checkPeers(view, context, reporter);
      checkRulePorts(view, reporter);
    }
    checkShadowing(rules, reporter);
  }
  if (kind !== 'baselineAdminNetworkPolicies') checkEqualPriority(kind, policy, context, reporter);
  else if (policy.meta.name !== 'default') {
    const message = `The only BaselineAdminNetworkPolicy is named default; the API server refuses ${policy.meta.name}.`;
    reporter.report('invalid-priority', ['metadata', 'name'], message);
  }
}

function checkPriority(kind: AdminKind, spec: JsonObject, reporter: Reporter): void {
  const priority = numberAt(spec, 'priority');
  if (priority !== undefined && (priority < 0 || priority > 1000))
    reporter.report('invalid-priority', ['spec', 'priority'], `A priority is 0 to 1000, and the lower goes first.`);
  const tier = stringAt(spec, 'tier');
  if (kind !== 'clusterNetworkPolicies' || tier === undefined || tiers.some((known) => known === tier)) return;
  reporter.report('invalid-priority', ['spec', 'tier'], `There is no tier ${tier}. It is Admin or Baseline.`);
}

const tiers = ['Admin', 'Baseline'] as const;

/** `{namespaces}` or `{pods: {namespaceSelector, podSelector}}`, of a subject or a peer. */
interface PodChoice {
  readonly namespaces: LabelSelector;
  readonly pods: LabelSelector;
  readonly namespacesPath: Path;
  readonly podsPath: Path | undefined;
}

const everything: LabelSelector = { matchLabels: {}, matchExpressions: [] };

function choiceOf(value: JsonObject, path: Path): PodChoice | undefined {
  const namespaces = selectorOf(value['namespaces']);
  if (namespaces !== undefined)
    return { namespaces, pods: everything, namespacesPath: [...path, 'namespaces'], podsPath: undefined };
  const pods = value['pods'];
  if (!isObject(pods)) return undefined;
  return {
    namespaces: selectorOf(pods['namespaceSelector']) ?? everything,
    pods: selectorOf(pods['podSelector']) ?? everything,
    namespacesPath: [...path, 'pods', 'namespaceSelector'],
    podsPath: [...path, 'pods', 'podSelector'],
  };
}

/** Pods on their node's network are neither subjects nor peers. */
function chosen({ namespaces, pods }: PodChoice, context: LintContext): readonly Subject[] {
  return context
    .namespacesSelected(namespaces)
    .flatMap((namespace) => selected(pods, context.in(namespace)).filter(({ spec }) => !spec.hostNetwork));
}

function checkChoiceForm(value: JsonObject, path: Path, reporter: Reporter): void {
  checkLabelSelector(value['namespaces'], [...path, 'namespaces'], reporter);
  checkLabelSelector(value['nodes'], [...path, 'nodes'], reporter);
  const pods = value['pods'];
  if (!isObject(pods)) return;
  for (const field of ['namespaceSelector', 'podSelector'])
    checkLabelSelector(pods[field], [...path, 'pods', field], reporter);
}

function checkSubject(spec: JsonObject, context: LintContext, reporter: Reporter): void {
  const subject = spec['subject'];
  if (!isObject(subject)) return;
  const path = ['spec', 'subject'];
  checkChoiceForm(subject, path, reporter);
  const choice = choiceOf(subject, path);
  if (choice === undefined) {
    reporter.report('empty-peer', path, 'The subject names no pods. Write namespaces, or pods with both selectors.');
    return;
  }
  checkChoice(choice, 'selects-no-pod', 'this policy does nothing', context, reporter);
}

function checkChoice(
  choice: PodChoice,
  code: 'selects-no-pod' | 'peer-matches-nothing',
  consequence: string,
  context: LintContext,
  reporter: Reporter,
): void {
  if (!context.namespacesKnown() || chosen(choice, context).length > 0) return;
  const { namespaces, pods, namespacesPath, podsPath } = choice;
  const names = context.namespacesSelected(namespaces);
  if (names.length === 0) {
    const all = [...context.subjects.namespaces.values()].map((labels) => ({ labels }));
    const near = nearMiss(namespaces, all, namespacesPath, 'namespaces');
    if (!context.whole && (near === undefined || near.fixes.length === 0)) return;
    const message = `No namespace has ${selectorWords(namespaces)}, so ${consequence}. ${near?.text ?? ''}`;
    reporter.report(code, namespacesPath, message.trim(), { fixes: near?.fixes ?? [] });
    return;
  }
  if (podsPath === undefined || selectsEverything(pods) || !names.every((name) => context.podsKnown(name))) return;
  const candidates = names.flatMap((name) => context.in(name));
  const hosts = candidates.filter(({ labels, spec }) => spec.hostNetwork && matchesSelector(pods, labels));
  if (hosts.length > 0) {
    const message = `Every pod with ${selectorWords(pods)} is on its node's network, and this kind of policy leaves those out, so ${consequence}.`;
    reporter.report('host-network-pods', podsPath, message);
    return;
  }
  const near = nearMiss(pods, candidates, podsPath, 'pods there');
  const message = `No pod in the selected namespaces has ${selectorWords(pods)}, so ${consequence}. ${near?.text ?? ''}`;
  reporter.report(code, podsPath, message.trim(), { fixes: near?.fixes ?? [] });
}

function checkAction(kind: AdminKind, { rule, path }: RuleView, reporter: Reporter): void {
  const action = stringAt(rule, 'action');
  const known = actions[kind];
  if (action === undefined || known.includes(action)) return;
  // The word for the same thing changed between the two versions of the API.
  const same = action === 'Allow' ? 'Accept' : action === 'Accept' ? 'Allow' : undefined;
  const meant = same !== undefined && known.includes(same) ? same : nearest(action, known);
  const at = [...path, 'action'];
  const fixes: Fix[] =
    meant === undefined ? [] : [{ kind: 'set', title: `Change to ${meant}`, path: at, value: meant }];
  const message = `There is no action ${action} here. It is ${known.slice(0, -1).join(', ')} or ${known.at(-1) ?? ''}.`;
  reporter.report('invalid-action', at, message, { fixes });
}

const peerFields = ['namespaces', 'pods', 'nodes', 'networks', 'domainNames'];

function checkPeers({ rule, path, peersField, peers }: RuleView, context: LintContext, reporter: Reporter): void {
  const list = rule[peersField];
  if (Array.isArray(list) && list.length === 0) {
    const message = `An empty ${peersField} is refused by the API server. For all pods write namespaces: {}.`;
    reporter.report('empty-peer', [...path, peersField], message);
  }
  for (const { peer, path: at } of peers) {
    const fields = peerFields.filter((field) => peer[field] !== undefined && peer[field] !== null);
    if (fields.length !== 1) {
      const message =
        fields.length === 0
          ? 'A peer without a field is refused by the API server. For all pods write namespaces: {}.'
          : `A peer has one field; this one has ${fields.join(' and ')}. Make peers of their own of them.`;
      reporter.report(fields.length === 0 ? 'empty-peer' : 'block-with-selector', at, message);
      continue;
    }
    checkChoiceForm(peer, at, reporter);
    const networks = peer['networks'];
    if (Array.isArray(networks))
      networks.forEach((network: unknown, index) => {
        if (typeof network === 'string') checkCidr(network, [...at, 'networks', index], reporter);
      });
    const choice = choiceOf(peer, at);
    if (choice !== undefined)
      checkChoice(choice, 'peer-matches-nothing', 'this peer matches nothing', context, reporter);
  }
}

const protocols = ['TCP', 'UDP', 'SCTP'];

function checkRulePorts({ rule, path }: RuleView, reporter: Reporter): void {
  const listAt = (field: string): readonly unknown[] => (Array.isArray(rule[field]) ? (rule[field] as unknown[]) : []);
  listAt('ports').forEach((port, index) => {
    if (!isObject(port)) return;
    const at = [...path, 'ports', index];
    for (const field of ['portNumber', 'portRange']) {
      const value = port[field];
      if (!isObject(value)) continue;
      const protocol = stringAt(value, 'protocol');
      if (protocol !== undefined && !protocols.includes(protocol)) {
        const message = `There is no protocol ${protocol} here. It is TCP, UDP or SCTP.`;
        reporter.report('invalid-protocol', [...at, field, 'protocol'], message);
      }
      checkPortValue(value['port'], [...at, field, 'port'], reporter);
      checkRange(value, [...at, field], reporter);
    }
    checkPortValue(port['namedPort'], [...at, 'namedPort'], reporter);
  });
  listAt('protocols').forEach((entry, index) => {
    if (!isObject(entry)) return;
    const at = [...path, 'protocols', index];
    for (const field of ['tcp', 'udp', 'sctp']) {
      const transport = entry[field];
      if (!isObject(transport)) continue;
      const port = transport['destinationPort'];
      if (!isObject(port)) {
        const message = `${field} needs a destinationPort. For every port write the range 1 to 65535.`;
        reporter.report('missing-field', [...at, field], message);
        continue;
      }
      checkPortValue(port['number'], [...at, field, 'destinationPort', 'number'], reporter);
      if (isObject(port['range'])) checkRange(port['range'], [...at, field, 'destinationPort', 'range'], reporter);
    }
    checkPortValue(entry['destinationNamedPort'], [...at, 'destinationNamedPort'], reporter);
  });
}

function checkRange(range: JsonObject, path: Path, reporter: Reporter): void {
  const start = numberAt(range, 'start');
  const end = numberAt(range, 'end');
  if (start === undefined || end === undefined) return;
  for (const [field, port] of [
    ['start', start],
    ['end', end],
  ] as const)
    checkPortValue(port, [...path, field], reporter);
  if (end < start)
    reporter.report('end-port-below-port', [...path, 'end'], `The range ends at ${end}, before it begins at ${start}.`);
}

/** The API takes 100; each is compared with those before it. */
const maxRules = 200;

/** The first rule that matches decides, so a rule behind one that matches all it matches is never reached. */
function checkShadowing(rules: readonly RuleView[], reporter: Reporter): void {
  if (rules.length > maxRules) return;
  rules.forEach((later, index) => {
    const earlier = rules.slice(0, index).find((rule) => covers(rule, later));
    if (earlier === undefined) return;
    const same = earlier.rule['action'] === later.rule['action'];
    const what = same ? 'so this one adds nothing' : 'so this one is never reached';
    const message = `Rule ${earlier.index + 1} (${stringAt(earlier.rule, 'action') ?? ''}) goes first and matches all that this one matches, ${what}.`;
    const fixes: Fix[] = [{ kind: 'remove', title: 'Remove this rule', path: later.path }];
    reporter.report('shadowed-rule', later.path, message, { fixes });
  });
}

function covers(earlier: RuleView, later: RuleView): boolean {
  if (earlier.peers.length === 0 || later.peers.length === 0) return false;
  const peersCovered = later.peers.every(({ peer }) => earlier.peers.some((one) => peerCovers(one.peer, peer)));
  return peersCovered && ['ports', 'protocols'].every((field) => portsCover(earlier.rule[field], later.rule[field]));
}

function peerCovers(wide: JsonObject, narrow: JsonObject): boolean {
  if (canonical(wide) === canonical(narrow)) return true;
  const namespaces = selectorOf(wide['namespaces']);
  if (namespaces !== undefined) {
    const pods = narrow['pods'];
    const other = isObject(pods) ? (pods['namespaceSelector'] ?? {}) : narrow['namespaces'];
    if (other === undefined) return false;
    return selectsEverything(namespaces) || canonical(wide['namespaces']) === canonical(other);
  }
  const [wideNetworks, narrowNetworks] = [wide['networks'], narrow['networks']];
  if (!Array.isArray(wideNetworks) || !Array.isArray(narrowNetworks)) return false;
  return narrowNetworks.every((network) => wideNetworks.some((one) => networkCovers(one, network)));
}

function networkCovers(wide: unknown, narrow: unknown): boolean {
  const [outer, inner] = [wide, narrow].map((text) => (typeof text === 'string' ? parseCidr(text) : undefined));
  return outer !== undefined && inner !== undefined && inner.prefix >= outer.prefix && cidrsOverlap(outer, inner);
}

function portsCover(wide: unknown, narrow: unknown): boolean {
  if (!Array.isArray(wide) || wide.length === 0) return true;
  if (!Array.isArray(narrow) || narrow.length === 0) return false;
  const known = new Set(wide.map(canonical));
  return narrow.every((port) => known.has(canonical(port)));
}

/** Which of two policies of equal priority goes first is up to the network plugin. */
function checkEqualPriority(kind: AdminKind, policy: RawObject, context: LintContext, reporter: Reporter): void {
  const priority = numberAt(policy.spec, 'priority');
  const tier = tierOf(kind, policy);
  const own = choiceOf(isObject(policy.spec['subject']) ? policy.spec['subject'] : {}, []);
  if (priority === undefined || own === undefined) return;
  const pods = new Set(chosen(own, context));
  for (const other of ['adminNetworkPolicies', 'clusterNetworkPolicies'] as const) {
    for (const rival of context.policies(other)) {
      if (other === kind && rival.meta.name === policy.meta.name) continue;
      if (numberAt(rival.spec, 'priority') !== priority || tierOf(other, rival) !== tier) continue;
      const both = directions.filter(
        (direction) => rulesOf(policy.spec, direction).length > 0 && rulesOf(rival.spec, direction).length > 0,
      );
      const choice = choiceOf(isObject(rival.spec['subject']) ? rival.spec['subject'] : {}, []);
      if (both.length === 0 || choice === undefined) continue;
      const shared = chosen(choice, context).find((pod) => pods.has(pod));
      if (shared === undefined) continue;
      const message = `${rival.kind} ${rival.meta.name} has priority ${priority} too and selects some of the same pods, ${shared.namespace}/${shared.name} among them. Which one goes first is not defined: give them different priorities.`;
      const related = [{ kind: rival.kind, namespace: '', name: rival.meta.name, text: 'has the same priority' }];
      reporter.report('equal-priority', ['spec', 'priority'], message, { related });
      return;
    }
  }
}

const tierOf = (kind: AdminKind, { spec }: RawObject): string =>
  kind === 'clusterNetworkPolicies' ? (stringAt(spec, 'tier') ?? '') : 'Admin';
