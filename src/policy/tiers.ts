import { adminTier, baselineTier } from './compile/adminPolicy.ts';
import type { Policy } from './rules.ts';
import type { Incompleteness } from './types.ts';

export interface Tier {
  /** As Calico names it. */
  readonly name: string;
  /** As a trace names it. */
  readonly label: string;
  readonly order: number;
  readonly index: number;
  /** What becomes of a connection that a policy of the tier governs and no rule matches. */
  readonly end: 'deny' | 'pass';
  /** The tier is referred to and not known: any outcome is possible. */
  readonly missing: boolean;
}

export interface TierFacts {
  readonly name: string;
  /** Infinity where it is not set. */
  readonly order: number;
  readonly end: 'deny' | 'pass';
}

export const profileTier = 'profile';

/** Those that are always there. Source: Calico's default tiers; the order fits the network policy API's. */
const builtIn: readonly TierFacts[] = [
  { name: adminTier, order: 1000, end: 'pass' },
  { name: 'default', order: 1_000_000, end: 'deny' },
  { name: baselineTier, order: 10_000_000, end: 'pass' },
];

const labels: Readonly<Record<string, string>> = {
  [adminTier]: 'admin',
  default: 'network-policy',
  [baselineTier]: 'baseline',
};

export const compareText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** The tiers in order: by `order`, then by name; Calico's profiles come after all of them. */
export function tiersOf(defined: readonly TierFacts[], policies: readonly Policy[], calico: boolean): readonly Tier[] {
  const facts = new Map<string, TierFacts & { readonly missing: boolean }>();
  for (const tier of builtIn) facts.set(tier.name, { ...tier, missing: false });
  for (const tier of defined) {
    const known = facts.get(tier.name);
    // The built-in tiers' orders are fixed; what an object says about their last action counts.
    facts.set(tier.name, { ...tier, order: known === undefined ? tier.order : known.order, missing: false });
  }
  for (const { tier } of policies) {
    if (!facts.has(tier) && tier !== profileTier)
      facts.set(tier, { name: tier, order: Infinity, end: 'deny', missing: true });
  }
  // A tier that is referred to and not there comes after all that are.
  const sorted = [...facts.values()].sort(
    (a, b) =>
      Number(a.missing) - Number(b.missing) || (a.order === b.order ? compareText(a.name, b.name) : a.order - b.order),
  );
  if (policies.some(({ tier }) => tier === profileTier))
    sorted.push({ name: profileTier, order: Infinity, end: 'deny', missing: false });
  return sorted.map((tier, index) => ({
    ...tier,
    index,
    label: (calico && tier.name === 'default' ? undefined : labels[tier.name]) ?? tier.name,
  }));
}

/** Pairs of admin policies of one tier and priority: which goes first is not defined. */
export function ambiguities(ordered: readonly Policy[]): readonly Incompleteness[] {
  const found: Incompleteness[] = [];
  ordered.forEach((policy, index) => {
    const before = ordered[index - 1];
    if (before === undefined || !sameGroup(before, policy)) return;
    found.push({
      kind: 'ambiguous-order',
      policy: policy.ref,
      text: `${policy.ref.kind} ${policy.ref.name} and ${before.ref.kind} ${before.ref.name} have the same priority; which is applied first is not defined`,
    });
  });
  return found;
}

/** Policies of the network policy API that may be applied in any order. */
export const sameGroup = (one: Policy, other: Policy): boolean =>
  one.family === 'admin' && other.family === 'admin' && one.tier === other.tier && one.order === other.order;
