/**
 * `error`: the API server refuses it, or part of it has no meaning. `warning`: it most likely does not do what was
 * meant. `info`: true and worth knowing.
 */
export type Severity = 'error' | 'warning' | 'info';

interface CodeDescription {
  readonly severity: Severity;
  /** What it is about, in a few words. */
  readonly title: string;
}

const error = (title: string): CodeDescription => ({ severity: 'error', title });
const warning = (title: string): CodeDescription => ({ severity: 'warning', title });
const info = (title: string): CodeDescription => ({ severity: 'info', title });

/** Every code that a finding can have. Codes are stable; each has a section in docs/policy-lint.md. */
export const lintCodes = {
  'unknown-field': error('A field that this kind does not have'),
  'wrong-type': error('A value of the wrong type'),
  'missing-field': error('A required field is missing'),
  'value-not-text': error('A label value that is not text'),
  'invalid-name': error('A name that no object can have'),
  'unquoted-value': error('A bare word that kubectl does not take for text'),
  'invalid-selector': error('A label selector that the API server refuses'),
  'calico-selector-syntax': error('A Calico selector that cannot be read'),
  'invalid-cidr': error('An address block that cannot be read'),
  'cidr-not-canonical': warning('An address block with host bits set'),
  'except-outside-block': error('An exception that is not inside its block'),
  'invalid-protocol': error('A protocol that does not exist here'),
  'invalid-port': error('A port that is neither a number from 1 to 65535 nor a name'),
  'end-port-without-port': error('A range without a first port'),
  'end-port-below-port': error('A range that ends before it begins'),
  'invalid-policy-type': error('A policy type that does not exist'),
  'empty-peer': error('A peer that names nothing'),
  'block-with-selector': error('A peer with both an address block and a selector'),
  'invalid-action': error('An action that does not exist here'),
  'invalid-priority': error('A priority outside its range'),
  'invalid-combination': error('Fields that exclude each other'),
  'selects-no-pod': warning('The policy selects no pod'),
  'peer-matches-nothing': warning('A peer matches no pod'),
  'peer-in-other-namespace': warning('A peer matches pods of other namespaces only'),
  'peers-not-combined': warning('Two peers where one was probably meant'),
  'egress-without-dns': warning('Isolated for egress without a way to DNS'),
  'dns-over-udp-only': info('DNS is allowed over UDP and not over TCP'),
  'service-port': warning("A service's port instead of its pods' port"),
  'named-port-unknown': warning('A port name that pods do not have'),
  'port-of-other-protocol': warning('A port that the pods serve over another protocol'),
  'block-covers-pods': info("An address block that contains pods' addresses"),
  'block-covers-service': warning("An address block that names a service's cluster address"),
  'rules-without-effect': warning('Rules for a direction that the policy does not govern'),
  'policy-types-missing': warning('An empty egress list that does nothing'),
  'allows-everything': info('A rule that allows everything'),
  'duplicate-rule': warning('A rule that repeats another'),
  'shadowed-rule': warning('A rule that is never reached'),
  'redundant-policy': info('A policy without which nothing changes'),
  'equal-priority': warning('Two policies of equal priority for the same pods'),
  'tier-missing': warning('A tier that does not exist'),
  'tier-ends-in-deny': warning('A tier that keeps traffic from reaching NetworkPolicy'),
  'host-network-pods': info("Selected pods that are on their node's network"),
  'not-enforced': warning("The cluster's network plugin does not enforce this policy"),
  'namespace-label-open': info('Namespaces chosen by a label that their users may set'),
} as const satisfies Readonly<Record<string, CodeDescription>>;

export type LintCode = keyof typeof lintCodes;
