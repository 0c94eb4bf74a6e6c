import { kindOf, type KindKey } from '../../model/kinds.ts';
import type { RawObject } from '../../model/objects.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import { checkAdminPolicy } from './adminPolicyChecks.ts';
import { checkCalicoPolicy } from './calicoChecks.ts';
import { checkCalicoSelectors } from './calicoSelectorChecks.ts';
import { LintContext, type LintOptions } from './context.ts';
import { checkDns } from './dnsChecks.ts';
import { type Finding, Reporter } from './finding.ts';
import { checkNames } from './nameChecks.ts';
import { checkNetworkPolicyForm } from './networkPolicyForm.ts';
import { checkNetworkPolicyMeaning } from './networkPolicyMeaning.ts';
import { policyRef } from './policyView.ts';
import { checkOwnFields, checkShape } from './shape.ts';
import { specShapes } from './shapes.ts';

/** The kinds of policy that are checked, in the order of the findings. */
export const lintedKinds = Object.keys(specShapes) as readonly KindKey[];

/** What is wrong with the policies of a snapshot, by kind and name, and in each in the order of the checks. */
export function lintPolicies(snapshot: ClusterSnapshot, options: LintOptions = {}): readonly Finding[] {
  const context = new LintContext(snapshot, options);
  return lintedKinds.flatMap((kind) => context.policies(kind).flatMap((policy) => lintOne(kind, policy, context)));
}

/** The same for one policy of the snapshot, which may be one that was laid over it. */
export function lintPolicy(
  snapshot: ClusterSnapshot,
  kind: KindKey,
  policy: RawObject,
  options: LintOptions = {},
): readonly Finding[] {
  return lintOne(kind, policy, new LintContext(snapshot, options));
}

function lintOne(kind: KindKey, policy: RawObject, context: LintContext): readonly Finding[] {
  const reporter = new Reporter(policyRef(kind, policy));
  checkNames(policy, reporter);
  const shape = specShapes[kind];
  if (shape !== undefined) {
    checkOwnFields(policy, shape, reporter);
    checkShape(policy.spec, shape, ['spec'], reporter);
  }
  switch (kind) {
    case 'networkPolicies':
      checkNetworkPolicyForm(policy.spec, reporter);
      checkNetworkPolicyMeaning(policy, context, reporter);
      checkDns(policy, context, reporter);
      break;
    case 'adminNetworkPolicies':
    case 'baselineAdminNetworkPolicies':
    case 'clusterNetworkPolicies':
      checkAdminPolicy(kind, policy, context, reporter);
      break;
    case 'calicoNetworkPolicies':
    case 'calicoGlobalNetworkPolicies':
    case 'calicoStagedNetworkPolicies':
    case 'calicoStagedGlobalNetworkPolicies':
      checkCalicoPolicy(policy, context, reporter);
      checkCalicoSelectors(policy, context, reporter);
      break;
    default:
  }
  checkEnforcement(kind, context, reporter);
  return reporter.findings;
}

function checkEnforcement(kind: KindKey, { options }: LintContext, reporter: Reporter): void {
  const enforcement = options.enforcement?.(kind);
  if (enforcement?.verdict !== 'no') return;
  const message = `This ${kindOf(kind).kind} has no effect in this cluster: ${enforcement.reason}`;
  reporter.report('not-enforced', ['kind'], message);
}
