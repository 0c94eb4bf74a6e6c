import { numberAt, stringAt } from '../model/json.ts';
import type { KindKey } from '../model/kinds.ts';
import type { RawObject } from '../model/objects.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import { plural } from './podWords.ts';
import type { WrittenPolicy } from './policyText.ts';

const isBaseline = (kind: KindKey, { spec }: RawObject): boolean =>
  kind === 'baselineAdminNetworkPolicies' ||
  (kind === 'clusterNetworkPolicies' && stringAt(spec, 'tier') === 'Baseline');

/** When a policy is asked, in the order of tiers and of policies in one. Nothing for NetworkPolicy, which has no order. */
export function rankLines(snapshot: ClusterSnapshot, { kind, policy }: WrittenPolicy): readonly string[] {
  if (kind === 'networkPolicies') return [];
  if (kind.startsWith('calico')) return calicoRank(snapshot, policy);
  const before = isBaseline(kind, policy)
    ? 'The baseline is asked last, where no NetworkPolicy isolates the pod in that direction.'
    : 'It is asked before every NetworkPolicy.';
  const priority = numberAt(policy.spec, 'priority');
  if (priority === undefined) return [before];
  const rivals = (['adminNetworkPolicies', 'clusterNetworkPolicies'] as const).flatMap((table) =>
    (snapshot.list(table) as readonly RawObject[])
      .filter((other) => isBaseline(table, other) === isBaseline(kind, policy))
      .filter((other) => table !== kind || other.meta.name !== policy.meta.name)
      .map(({ spec }) => numberAt(spec, 'priority') ?? 0),
  );
  return [before, `Priority ${priority}, the lowest goes first${orderWords(rivals, priority)}.`];
}

function calicoRank(snapshot: ClusterSnapshot, { meta, spec, kind }: RawObject): readonly string[] {
  const name = stringAt(spec, 'tier') ?? 'default';
  const tier = snapshot.table('calicoTiers').get('', name);
  const order = numberAt(tier?.spec ?? {}, 'order');
  const tiers =
    tier === undefined
      ? `Tier ${name}.`
      : `Tier ${name}${order === undefined ? '' : ` (order ${order})`}. What none of its policies matches ${
          stringAt(tier.spec, 'defaultAction') === 'Pass' ? 'goes on to the next tier' : 'is denied at its end'
        }.`;
  const own = numberAt(spec, 'order');
  if (own === undefined) return [tiers, 'Without an order it comes after those of the tier that have one.'];
  const rivals = (['calicoNetworkPolicies', 'calicoGlobalNetworkPolicies'] as const)
    .flatMap((table) => snapshot.list(table) as readonly RawObject[])
    .filter((other) => (stringAt(other.spec, 'tier') ?? 'default') === name)
    .filter((other) => other.kind !== kind || other.meta.name !== meta.name || other.meta.namespace !== meta.namespace)
    .map((other) => numberAt(other.spec, 'order') ?? Infinity);
  return [tiers, `Order ${own}, the lowest goes first${orderWords(rivals, own)}.`];
}

function orderWords(rivals: readonly number[], own: number): string {
  const count = (holds: (rank: number) => boolean): number => rivals.filter(holds).length;
  const same = count((rank) => rank === own);
  const parts = [`${count((rank) => rank < own)} before it`, `${count((rank) => rank > own)} after it`];
  if (same > 0) parts.push(`${plural(same, 'policy', 'policies')} of the same rank`);
  return rivals.length === 0 ? '' : `: ${parts.join(', ')}`;
}

/** What the action of a rule means for the connections that it matches. */
export function actionLines(kind: KindKey, policy: RawObject, action: string): readonly string[] {
  if (kind.startsWith('calico')) return calicoActions[action] === undefined ? [] : [calicoActions[action]];
  const meanings = isBaseline(kind, policy) ? baselineActions : adminActions;
  return meanings[action] === undefined ? [] : [meanings[action]];
}

const allowed = 'Allowed, whatever NetworkPolicy says: nothing else is asked.';
const allowedLast = 'Allowed, where no NetworkPolicy has decided before.';
const adminActions: Readonly<Record<string, string>> = {
  Allow: allowed,
  Accept: allowed,
  Deny: 'Denied, whatever NetworkPolicy says: nothing else is asked.',
  Pass: 'Left to NetworkPolicy: the other policies of this tier are not asked.',
};
const baselineActions: Readonly<Record<string, string>> = {
  Allow: allowedLast,
  Accept: allowedLast,
  Deny: 'Denied, where no NetworkPolicy has decided before.',
  Pass: 'Left as it would be without a policy: allowed.',
};
const calicoActions: Readonly<Record<string, string>> = {
  Allow: 'Allowed: no later rule, policy or tier is asked.',
  Deny: 'Denied: no later rule, policy or tier is asked.',
  Pass: 'Left to the next tier; behind the last one to the profiles, which allow by default.',
  Log: 'A line is logged, and the next rule is asked.',
};
