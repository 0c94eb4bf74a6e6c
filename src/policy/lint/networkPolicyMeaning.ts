import { isObject, type JsonObject } from '../../model/json.ts';
import type { LabelSelector } from '../../model/labels.ts';
import type { RawObject } from '../../model/objects.ts';
import { checkBlockInCluster } from './blockChecks.ts';
import { type LintContext, selected, selectorOf, selectsEverything } from './context.ts';
import type { Fix, Reporter } from './finding.ts';
import type { Path } from './path.ts';
import { checkPorts } from './portChecks.ts';
import { directions, governedBy, type RuleView, rulesOf } from './policyView.ts';
import { nearMiss, selectorWords } from './selectorChecks.ts';
import type { Subject } from './subjects.ts';

const everyPod: LabelSelector = { matchLabels: {}, matchExpressions: [] };

/** What a NetworkPolicy means for the pods that are there. */
export function checkNetworkPolicyMeaning({ meta, spec }: RawObject, context: LintContext, reporter: Reporter): void {
  const { namespace } = meta;
  const selector = selectorOf(spec['podSelector']) ?? everyPod;
  const pods = selected(selector, context.in(namespace));
  checkSelection(selector, pods, namespace, context, reporter);
  const chosen = !selectsEverything(selector);
  const governed = governedBy(spec);
  for (const direction of directions) {
    if (!governed.has(direction)) continue;
    for (const view of rulesOf(spec, direction)) checkRule(view, namespace, pods, chosen, context, reporter);
  }
}

function checkSelection(
  selector: LabelSelector,
  pods: readonly Subject[],
  namespace: string,
  context: LintContext,
  reporter: Reporter,
): void {
  const path = ['spec', 'podSelector'];
  if (pods.length === 0) {
    // An empty selector is meant for whatever comes: that nothing is there yet is no mistake.
    if (selectsEverything(selector) || !context.podsKnown(namespace)) return;
    const near = nearMiss(selector, context.in(namespace), path, 'pods');
    const elsewhere = near === undefined ? namespacesWith(selector, context) : [];
    const hint = near?.text ?? (elsewhere.length > 0 ? `There are such pods in ${named(elsewhere)}.` : '');
    const message =
      `No pod in ${namespace} has ${selectorWords(selector)}, so this policy does nothing. ${hint}`.trim();
    reporter.report('selects-no-pod', path, message, { fixes: near?.fixes ?? [] });
    return;
  }
  const hosts = pods.filter(({ spec }) => spec.hostNetwork);
  if (hosts.length === 0 || (selectsEverything(selector) && hosts.length < pods.length)) return;
  const which = hosts.length === pods.length ? 'Every pod' : `${hosts.length} of the ${pods.length} pods`;
  const message = `${which} that this policy selects is on its node's network, where most network plugins apply no NetworkPolicy.`;
  const related = hosts
    .slice(0, 5)
    .map(({ name }) => ({ kind: 'Pod', namespace, name, text: 'has hostNetwork: true' }));
  reporter.report('host-network-pods', path, message.replace(/(\d+ of .*) is on its/, '$1 are on their'), { related });
}

const named = (names: readonly string[]): string =>
  names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more namespaces` : names.join(', ');

/** Namespaces in which there are pods that the selector matches. */
function namespacesWith(selector: LabelSelector, context: LintContext): readonly string[] {
  const found = new Set<string>();
  for (const subject of selected(selector, context.subjects.all)) found.add(subject.namespace);
  return [...found].sort();
}

function checkRule(
  view: RuleView,
  namespace: string,
  pods: readonly Subject[],
  chosen: boolean,
  context: LintContext,
  reporter: Reporter,
): void {
  const combined = uncombined(view, namespace, context, reporter);
  for (const { peer, path } of view.peers) {
    if (isObject(peer['ipBlock'])) checkBlockInCluster(peer['ipBlock'], [...path, 'ipBlock'], context, reporter);
    else if (!combined.has(path)) checkPeerMatches(peer, path, namespace, context, reporter);
    checkNamespaceLabels(peer, path, view, reporter);
  }
  const destinations = view.direction === 'ingress' ? pods : peerPods(view, namespace, context);
  checkPorts(view, destinations, chosen, context, reporter);
}

/** The pods that the peers of a rule match; `undefined` for everything, or where it cannot be told. */
function peerPods({ peers }: RuleView, namespace: string, context: LintContext): readonly Subject[] | undefined {
  if (peers.length === 0) return undefined;
  const found = new Set<Subject>();
  for (const { peer } of peers) for (const subject of podsOfPeer(peer, namespace, context)) found.add(subject);
  return [...found];
}

export function podsOfPeer(peer: JsonObject, namespace: string, context: LintContext): readonly Subject[] {
  const podSelector = selectorOf(peer['podSelector']);
  const namespaceSelector = selectorOf(peer['namespaceSelector']);
  if (podSelector === undefined && namespaceSelector === undefined) return [];
  const namespaces = namespaceSelector === undefined ? [namespace] : context.namespacesSelected(namespaceSelector);
  return namespaces.flatMap((name) => selected(podSelector ?? everyPod, context.in(name)));
}

/**
 * Neighbouring list elements where one was meant: a namespace selector alone, then a pod selector alone that matches
 * nothing in the policy's own namespace but does in the namespaces that the former selects.
 */
function uncombined(
  { peers, peersField }: RuleView,
  namespace: string,
  context: LintContext,
  reporter: Reporter,
): ReadonlySet<Path> {
  const reported = new Set<Path>();
  for (let index = 0; index + 1 < peers.length; index++) {
    const pair = [peers[index], peers[index + 1]];
    const outer = pair.find((one) => one !== undefined && onlyField(one.peer, 'namespaceSelector'));
    const inner = pair.find((one) => one !== undefined && onlyField(one.peer, 'podSelector'));
    if (outer === undefined || inner === undefined) continue;
    const podSelector = selectorOf(inner.peer['podSelector']);
    if (podSelector === undefined || selectsEverything(podSelector)) continue;
    if (selected(podSelector, context.in(namespace)).length > 0 || !context.podsKnown(namespace)) continue;
    const combined = podsOfPeer({ ...outer.peer, ...inner.peer }, namespace, context);
    if (combined.length === 0) continue;
    const count = combined.length === 1 ? '1 pod' : `${combined.length} pods`;
    const message = `These are two peers, either of which is enough: all pods of the selected namespaces, or pods of ${namespace} with ${selectorWords(podSelector)}, of which there are none. As one element of ${peersField} they match ${count}.`;
    const title = 'Combine the two selectors in one peer';
    const fixes: Fix[] = [{ kind: 'merge', title, path: outer.path, from: inner.path }];
    reporter.report('peers-not-combined', inner.path, message, { fixes });
    reported.add(inner.path);
  }
  return reported;
}

const onlyField = (peer: JsonObject, field: string): boolean => {
  const fields = Object.keys(peer).filter((name) => peer[name] !== undefined && peer[name] !== null);
  return fields.length === 1 && fields[0] === field;
};

function checkPeerMatches(
  peer: JsonObject,
  path: Path,
  namespace: string,
  context: LintContext,
  reporter: Reporter,
): void {
  const podSelector = selectorOf(peer['podSelector']);
  const namespaceSelector = selectorOf(peer['namespaceSelector']);
  if (podSelector === undefined && namespaceSelector === undefined) return;
  if (podsOfPeer(peer, namespace, context).length > 0) return;
  if (namespaceSelector === undefined) {
    if (podSelector !== undefined) checkOwnNamespacePeer(podSelector, path, namespace, context, reporter);
    return;
  }
  if (!context.namespacesKnown()) return;
  const namespaces = context.namespacesSelected(namespaceSelector);
  if (namespaces.length === 0) {
    const at = [...path, 'namespaceSelector'];
    const all = [...context.subjects.namespaces.values()].map((labels) => ({ labels }));
    const near = nearMiss(namespaceSelector, all, at, 'namespaces');
    // Manifests of a part of a cluster often name namespaces that are made elsewhere.
    if (!context.whole && (near === undefined || near.fixes.length === 0)) return;
    const message = `No namespace has ${selectorWords(namespaceSelector)}, so this peer matches nothing. ${near?.text ?? ''}`;
    reporter.report('peer-matches-nothing', at, message.trim(), { fixes: near?.fixes ?? [] });
    return;
  }
  if (podSelector === undefined || selectsEverything(podSelector)) return;
  if (!namespaces.every((name) => context.podsKnown(name))) return;
  const at = [...path, 'podSelector'];
  const candidates = namespaces.flatMap((name) => context.in(name));
  const near = nearMiss(podSelector, candidates, at, 'pods there');
  const message = `No pod in ${named(namespaces)} has ${selectorWords(podSelector)}, so this peer matches nothing. ${near?.text ?? ''}`;
  reporter.report('peer-matches-nothing', at, message.trim(), { fixes: near?.fixes ?? [] });
}

function checkOwnNamespacePeer(
  podSelector: LabelSelector,
  path: Path,
  namespace: string,
  context: LintContext,
  reporter: Reporter,
): void {
  if (selectsEverything(podSelector) || !context.podsKnown(namespace)) return;
  const at = [...path, 'podSelector'];
  const elsewhere = namespacesWith(podSelector, context);
  const [only] = elsewhere;
  const near = nearMiss(podSelector, context.in(namespace), at, 'pods');
  if (only !== undefined && near?.fixes.length !== 1) {
    const message = `A pod selector alone means pods of ${namespace}, and none there has ${selectorWords(podSelector)}. There are such pods in ${named(elsewhere)}: add a namespaceSelector.`;
    const value = { matchLabels: { 'kubernetes.io/metadata.name': only } };
    const fixes: Fix[] =
      elsewhere.length === 1
        ? [{ kind: 'set', title: `Add a selector for namespace ${only}`, path: [...path, 'namespaceSelector'], value }]
        : [];
    reporter.report('peer-in-other-namespace', at, message, { fixes });
    return;
  }
  const message = `No pod in ${namespace} has ${selectorWords(podSelector)}, so this peer matches nothing. ${near?.text ?? ''}`;
  reporter.report('peer-matches-nothing', at, message.trim(), { fixes: near?.fixes ?? [] });
}

/** Labels that the API server or a cluster's administrator keeps. */
const keptLabel = /^(?:[a-z0-9.-]+\.)?(?:kubernetes|k8s|openshift)\.io\//;

/** Who may set labels on a namespace may step into what such a rule allows. */
function checkNamespaceLabels(peer: JsonObject, path: Path, { direction }: RuleView, reporter: Reporter): void {
  if (direction === 'egress') return;
  const selector = selectorOf(peer['namespaceSelector']);
  if (selector === undefined || selectsEverything(selector)) return;
  const keys = [...Object.keys(selector.matchLabels), ...selector.matchExpressions.map(({ key }) => key)];
  if (keys.some((key) => keptLabel.test(key))) return;
  const message = `Whoever may label a namespace can give it ${selectorWords(selector)} and is let in. kubernetes.io/metadata.name cannot be changed.`;
  reporter.report('namespace-label-open', [...path, 'namespaceSelector'], message);
}
