import { isObject, type JsonObject, numberAt, objectsAt, stringAt, stringsAt } from '../../model/json.ts';
import { matchesSelector, type LabelSelector } from '../../model/labels.ts';
import type { RawObject } from '../../model/objects.ts';
import { type Actor, noPorts } from '../actor.ts';
import { type CalicoContext, contextOf } from '../calico/context.ts';
import { type CalicoSelector, CalicoSelectorError, matchesCalico, parseCalicoSelector } from '../calico/selector.ts';
import { no } from '../tri.ts';
import type { Direction } from '../types.ts';
import { type LintContext, selectorOf } from './context.ts';
import type { Fix, Reporter } from './finding.ts';
import type { Path } from './path.ts';
import { directions, governedBy } from './policyView.ts';
import { nearMiss } from './selectorChecks.ts';
import type { Subject } from './subjects.ts';

/** What Calico's selectors match: of the policy, of its rules, and of the policies of its tier. */
export function checkCalicoSelectors(policy: RawObject, context: LintContext, reporter: Reporter): void {
  const { spec } = policy;
  const calico = contextOf(context.snapshot);
  const pods = checkSelected(policy, calico, context, reporter);
  for (const direction of directions) {
    objectsAt(spec, direction).forEach((rule, index) => {
      for (const side of ['source', 'destination'] as const) {
        const entity = rule[side];
        const path = ['spec', direction, index, side];
        if (isObject(entity)) checkEntity(entity, path, policy, calico, context, reporter);
      }
    });
  }
  if (pods !== undefined) checkTierEnd(policy, pods, calico, context, reporter);
}

/** `undefined` where there is no selector, or it cannot be read; then it is reported. */
function parse(value: unknown, path: Path, reporter: Reporter): CalicoSelector | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  try {
    return parseCalicoSelector(value);
  } catch (error) {
    if (!(error instanceof CalicoSelectorError)) throw error;
    const offset = error.position;
    const before = value.slice(Math.max(0, offset - 20), offset).trimEnd();
    const where = before === '' ? '' : ` Reading stopped after \`${offset > 20 ? '…' : ''}${before}\`.`;
    const message = `Calico cannot read this selector: ${error.message}.${where}`;
    reporter.report('calico-selector-syntax', path, message, { offset });
    return undefined;
  }
}

const parseQuietly = (value: unknown): CalicoSelector | 'unreadable' | undefined => {
  if (typeof value !== 'string' || value === '') return undefined;
  try {
    return parseCalicoSelector(value);
  } catch {
    return 'unreadable';
  }
};

const actorOf = ({ namespace, labels, spec }: Subject, context: LintContext): Actor => ({
  kind: 'pod',
  selectable: true,
  namespace: { index: 0, name: namespace, labels: context.subjects.namespaces.get(namespace) ?? {}, known: true },
  labels,
  serviceAccount: spec.serviceAccount,
  ports: noPorts,
  v4: null,
  v6: null,
});

/** The pods that a Calico policy may select; pods on their node's network are no workload endpoints. */
function podsSelected(
  { meta, spec }: RawObject,
  calico: CalicoContext,
  context: LintContext,
): readonly Subject[] | undefined {
  const own = parseQuietly(spec['selector']);
  const namespaces = meta.namespace === '' ? parseQuietly(spec['namespaceSelector']) : undefined;
  const accounts = parseQuietly(spec['serviceAccountSelector']);
  if (own === 'unreadable' || namespaces === 'unreadable' || accounts === 'unreadable') return undefined;
  const candidates = meta.namespace === '' ? context.subjects.all : context.in(meta.namespace);
  return candidates.filter((pod) => {
    if (pod.spec.hostNetwork) return false;
    const actor = actorOf(pod, context);
    const labels = actor.namespace?.labels ?? {};
    return (
      (own === undefined || matchesCalico(own, calico.podLookup(actor), false) !== no) &&
      (namespaces === undefined || matchesCalico(namespaces, calico.namespaceLookup(labels, true), false) !== no) &&
      (accounts === undefined || matchesCalico(accounts, calico.serviceAccountLookup(actor), false) !== no)
    );
  });
}

function checkSelected(
  policy: RawObject,
  calico: CalicoContext,
  context: LintContext,
  reporter: Reporter,
): readonly Subject[] | undefined {
  const { spec, meta } = policy;
  const path = ['spec', 'selector'];
  const selector = parse(spec['selector'], path, reporter);
  parse(spec['namespaceSelector'], ['spec', 'namespaceSelector'], reporter);
  parse(spec['serviceAccountSelector'], ['spec', 'serviceAccountSelector'], reporter);
  const pods = podsSelected(policy, calico, context);
  if (pods === undefined || pods.length > 0 || selector === undefined || selector.kind === 'all') return pods;
  const global = meta.namespace === '';
  // A global policy also selects host endpoints, and whatever a namespace selector leaves may come.
  if (global && (context.snapshot.table('calicoHostEndpoints').size > 0 || 'namespaceSelector' in spec)) return pods;
  if (!context.podsKnown(global ? undefined : meta.namespace) || !context.isKnown('calicoHostEndpoints', undefined))
    return pods;
  const candidates = global ? context.subjects.all : context.in(meta.namespace);
  const hosts = candidates.filter(
    (pod) => pod.spec.hostNetwork && matchesCalico(selector, calico.podLookup(actorOf(pod, context)), false) !== no,
  );
  if (hosts.length > 0) {
    const message = `Every pod that this selector matches is on its node's network, which Calico's policies for pods do not govern.`;
    reporter.report('host-network-pods', path, message);
    return pods;
  }
  const near = nearMissOf(selector, String(spec['selector']), candidates, path);
  const where = global ? 'No pod' : `No pod in ${meta.namespace}`;
  const message = `${where} matches ${String(spec['selector'])}, so this policy does nothing. ${near?.text ?? ''}`;
  reporter.report('selects-no-pod', path, message.trim(), { fixes: near?.fixes ?? [] });
  return pods;
}

/** A selector that only compares labels with `==` and `&&`, as one of Kubernetes' own. */
function asLabelSelector(selector: CalicoSelector): LabelSelector | undefined {
  const terms = selector.kind === 'and' ? selector.of : [selector];
  const entries: [string, string][] = [];
  for (const term of terms) {
    if (term.kind !== 'is' || term.operator !== '==') return undefined;
    entries.push([term.key, term.value]);
  }
  return { matchLabels: Object.fromEntries(entries), matchExpressions: [] };
}

function nearMissOf(selector: CalicoSelector, text: string, candidates: readonly Subject[], path: Path) {
  const labels = asLabelSelector(selector);
  const near = labels === undefined ? undefined : nearMiss(labels, candidates, path, 'pods');
  if (near === undefined) return undefined;
  // The fix of a label selector changes one value; here that is a part of the text.
  const fixes = near.fixes.flatMap((fix): Fix[] => {
    const key = fix.path.at(-1);
    const wrong = fix.kind === 'set' && typeof key === 'string' ? labels?.matchLabels[key] : undefined;
    if (fix.kind !== 'set' || wrong === undefined || text.split(wrong).length !== 2) return [];
    return [{ kind: 'set', title: fix.title, path, value: text.replace(wrong, String(fix.value)) }];
  });
  return { text: near.text, fixes };
}

function checkEntity(
  entity: JsonObject,
  path: Path,
  { meta }: RawObject,
  calico: CalicoContext,
  context: LintContext,
  reporter: Reporter,
): void {
  const selector = parse(entity['selector'], [...path, 'selector'], reporter);
  parse(entity['notSelector'], [...path, 'notSelector'], reporter);
  const namespaces = parse(entity['namespaceSelector'], [...path, 'namespaceSelector'], reporter);
  const accounts = entity['serviceAccounts'];
  if (isObject(accounts)) parse(accounts['selector'], [...path, 'serviceAccounts', 'selector'], reporter);
  // Beside these, what an entity matches is more than its selector says.
  if (selector === undefined || selector.kind === 'all' || isObject(accounts) || namespaces !== undefined) return;
  if (!context.isKnown('calicoNetworkSets', undefined) || !context.isKnown('calicoHostEndpoints', undefined)) return;
  if (context.snapshot.table('calicoHostEndpoints').size > 0) return;
  const own = meta.namespace === '' ? undefined : meta.namespace;
  if (!context.podsKnown(own)) return;
  const candidates = own === undefined ? context.subjects.all : context.in(own);
  const pods = candidates.filter((pod) => !pod.spec.hostNetwork);
  if (pods.some((pod) => matchesCalico(selector, calico.podLookup(actorOf(pod, context)), false) !== no)) return;
  const sets = calico.networkSets.filter((set) => own === undefined || set.namespace === own);
  if (sets.some((set) => matchesCalico(selector, set.lookup, set.namespace === undefined) !== no)) return;
  const at = [...path, 'selector'];
  const text = String(entity['selector']);
  const near = nearMissOf(selector, text, pods, at);
  const where = own === undefined ? 'No pod and no network set' : `No pod and no network set in ${own}`;
  const message = `${where} matches ${text}, so this matches nothing. ${near?.text ?? ''}`;
  reporter.report('peer-matches-nothing', at, message.trim(), { fixes: near?.fixes ?? [] });
}

/** The order of Calico's tier `default`, in which NetworkPolicy is evaluated. */
const defaultTierOrder = 1_000_000;

/**
 * A tier that selects a pod denies what its policies do not match, unless it passes. NetworkPolicy stands in a later one.
 * Source: Calico, tiered policy.
 */
function checkTierEnd(
  { spec }: RawObject,
  pods: readonly Subject[],
  calico: CalicoContext,
  context: LintContext,
  reporter: Reporter,
): void {
  const name = stringAt(spec, 'tier') ?? '';
  const tier = context.snapshot.table('calicoTiers').get('', name);
  if (tier === undefined || name === 'default' || stringAt(tier.spec, 'defaultAction') === 'Pass') return;
  if ((numberAt(tier.spec, 'order') ?? Infinity) >= defaultTierOrder) return;
  const inTier = (['calicoNetworkPolicies', 'calicoGlobalNetworkPolicies'] as const)
    .flatMap((kind) => context.policies(kind))
    .filter((other) => stringAt(other.spec, 'tier') === name);
  for (const direction of directions.filter((one) => governs(spec, one))) {
    const passing = inTier.filter(({ spec: other }) => governs(other, direction) && passes(other, direction));
    const passed = new Set(passing.flatMap((other) => podsSelected(other, calico, context) ?? pods));
    const kept = pods.filter((pod) => !passed.has(pod));
    const behind = networkPolicyFor(kept, direction, context);
    if (behind === undefined) continue;
    const { namespace, name: policyName } = behind.meta;
    const message = `Tier ${name} denies the ${direction} that none of its policies matches, before NetworkPolicy is asked: ${namespace}/${policyName} cannot allow it. Set the tier's defaultAction to Pass, or end it with a policy that passes.`;
    const related = [{ kind: 'NetworkPolicy', namespace, name: policyName, text: 'selects some of the same pods' }];
    reporter.report('tier-ends-in-deny', ['spec', 'tier'], message, { related });
    return;
  }
}

/** Source: Calico's defaults for `types`. */
function governs(spec: JsonObject, direction: Direction): boolean {
  const types = stringsAt(spec, 'types');
  if (types.length > 0) return types.includes(direction === 'ingress' ? 'Ingress' : 'Egress');
  const egress = objectsAt(spec, 'egress').length > 0;
  return direction === 'egress' ? egress : objectsAt(spec, 'ingress').length > 0 || !egress;
}

/** A rule that passes whatever comes. */
const passes = (spec: JsonObject, direction: Direction): boolean =>
  objectsAt(spec, direction).some(
    (rule) =>
      rule['action'] === 'Pass' && Object.keys(rule).every((field) => field === 'action' || field === 'metadata'),
  );

function networkPolicyFor(pods: readonly Subject[], direction: Direction, context: LintContext): RawObject | undefined {
  for (const namespace of new Set(pods.map((pod) => pod.namespace))) {
    const found = context.snapshot
      .table('networkPolicies')
      .in(namespace)
      .find((policy) => {
        if (!governedBy(policy.spec).has(direction)) return false;
        const selector = selectorOf(policy.spec['podSelector']);
        return pods.some(
          (pod) => pod.namespace === namespace && (selector === undefined || matchesSelector(selector, pod.labels)),
        );
      });
    if (found !== undefined) return found;
  }
  return undefined;
}
