import type { Steps } from './counts.ts';
import type { GoverningTier } from './evaluate.ts';
import type { Reach } from './reach.ts';
import type { Policy, Rule } from './rules.ts';
import { no } from './tri.ts';
import { stateOf } from './selection.ts';
import type { Coverage, Direction, NamespaceCoverage } from './types.ts';
import type { PodClass } from './world.ts';

const directions: readonly Direction[] = ['ingress', 'egress'];

/** How far policies reach, and which of them, or of their rules, change nothing. */
export function* coverageOf(reach: Reach): Steps<Coverage> {
  const { world, policies } = reach;
  const classes = world.inhabited;
  const namespaces = new Map<string, { -readonly [K in keyof NamespaceCoverage]: NamespaceCoverage[K] }>();
  for (const namespace of world.namespaces)
    namespaces.set(namespace.name, {
      namespace: namespace.name,
      pods: 0,
      ingressIsolated: 0,
      egressIsolated: 0,
      hostNetwork: 0,
    });
  const selected = new Map<Policy, PodClass[]>();
  for (const podClass of classes) {
    const selecting = reach.selectingClass(podClass);
    for (const { policy } of selecting) {
      const list = selected.get(policy);
      if (list === undefined) selected.set(policy, [podClass]);
      else list.push(podClass);
    }
    const counts = namespaces.get(podClass.namespace.name);
    if (counts === undefined) continue;
    const size = world.sizeOf(podClass.index);
    counts.pods += size;
    if (podClass.hostNetwork) counts.hostNetwork += size;
    if (stateOf(reach, podClass, selecting, 'ingress') === 'isolated') counts.ingressIsolated += size;
    if (stateOf(reach, podClass, selecting, 'egress') === 'isolated') counts.egressIsolated += size;
  }
  const redundant: Coverage['redundant'][number][] = [];
  const shadowed: Coverage['shadowed'][number][] = [];
  let done = 0;
  for (const policy of policies) {
    const members = selected.get(policy) ?? [];
    yield { done: done++, total: policies.length, what: 'policies' };
    if (members.length === 0) continue;
    // Without a profile of its name a namespace has one that allows everything: that one is never redundant.
    const profile = policy.ref.table === 'calicoProfiles';
    if (!profile && directions.every((direction) => unchanged(reach, members, direction, policy, undefined))) {
      redundant.push(policy.ref);
      continue;
    }
    for (const direction of directions) {
      for (const rule of policy[direction] ?? []) {
        if (!mayMatch(reach, rule)) continue;
        const rest = (policy[direction] ?? []).filter((other) => other !== rule);
        if (unchanged(reach, members, direction, policy, { ...policy, [direction]: rest }))
          shadowed.push({
            policy: policy.ref,
            rule: rule.ref,
            by: policy.family === 'network-policy' ? 'other rules admit the same' : 'rules before it decide all of it',
          });
        yield { done, total: policies.length, what: 'rules' };
      }
    }
  }
  return {
    namespaces: [...namespaces.values()],
    selectNothing: policies.filter((policy) => !selected.has(policy)).map(({ ref }) => ref),
    redundant,
    shadowed,
  };
}

/** Whether anything known can match the rule: one that is about nothing hides behind no other. */
function mayMatch(reach: Reach, rule: Rule): boolean {
  return reach.world.families.some((family) =>
    reach.spaces(family).some((space) => {
      const set = space.of(rule.peers, rule.peersId);
      return set.base !== no || set.tris.some((tri) => tri !== no);
    }),
  );
}

/** Whether the verdicts of one side stay the same when a policy is taken away, or another is put in its place. */
function unchanged(
  reach: Reach,
  classes: readonly PodClass[],
  direction: Direction,
  policy: Policy,
  instead: Policy | undefined,
): boolean {
  const asked = new Set<string>();
  for (const podClass of classes) {
    const government = reach.government(podClass, direction);
    const key = government.personal ? `${government.id}/${podClass.index}` : String(government.id);
    if (asked.has(key)) continue;
    asked.add(key);
    // Without a policy another tier may apply that it kept away, so who governs is asked anew.
    const tiers =
      instead === undefined
        ? reach.governmentOf(
            reach.selectingClass(podClass).filter((governing) => governing.policy !== policy),
            podClass.namespace.name,
            direction,
          ).tiers
        : replaced(government.tiers, policy, instead);
    if (tiers === government.tiers) continue;
    for (const family of reach.world.families) if (!reach.sameRows(podClass, direction, family, tiers)) return false;
  }
  return true;
}

const replaced = (tiers: readonly GoverningTier[], policy: Policy, instead: Policy): readonly GoverningTier[] =>
  tiers.map((tier) => ({
    ...tier,
    policies: tier.policies.map((governing) =>
      governing.policy === policy ? { ...governing, policy: instead } : governing,
    ),
  }));
