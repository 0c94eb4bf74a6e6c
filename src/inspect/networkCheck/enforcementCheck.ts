import { enforcementWords } from '../enforcement.ts';
import { check, type Check, type CheckContext } from './check.ts';
import { withId } from './cniChecks.ts';

/** No requirement asks for policies; a cluster that has some and ignores them is worth knowing. */
export function enforcementCheck({ view, findings }: CheckContext): Check {
  const { verdict, reason, evidence } = view.cni.enforcement;
  return check({
    id: 'policies-enforced',
    title: 'NetworkPolicies take effect',
    findings: withId(findings, 'policies-not-enforced'),
    without: verdict === 'no' ? `There is none, and nothing would enforce it: ${reason}` : undefined,
    gaps: verdict === 'unknown' ? [{ sentence: reason, pending: view.cni.state === 'pending' }] : [],
    passed: () => ({ sentence: `${enforcementWords[verdict]}: ${reason}`, evidence }),
  });
}
