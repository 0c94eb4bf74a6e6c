import { isObject, type JsonObject, numberAt, stringAt } from '../../model/json.ts';
import type { RawObject } from '../../model/objects.ts';
import { cachedBy } from './cachedBy.ts';
import { type LintContext, selected, selectorOf, selectsEverything } from './context.ts';
import type { Fix, Reporter } from './finding.ts';
import { podsOfPeer } from './networkPolicyMeaning.ts';
import type { Path } from './path.ts';
import { governedBy, type RuleView, rulesOf } from './policyView.ts';
import type { Subject, Subjects } from './subjects.ts';

/** The cluster's DNS as add-ons install it: CoreDNS and kube-dns by their common label, OpenShift's DNS operator. */
const dnsLabels: readonly (readonly [string, string])[] = [
  ['k8s-app', 'kube-dns'],
  ['dns.operator.openshift.io/daemonset-dns', 'default'],
];

/** OpenShift's DNS pods listen on 5353. */
const dnsPorts: readonly number[] = [53, 5353];
const dnsPortName = /^dns(?:-|$)/;

const dnsRule = {
  to: [
    {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
      podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
    },
  ],
  ports: [
    { port: 53, protocol: 'UDP' },
    { port: 53, protocol: 'TCP' },
  ],
};

/** Policies of other kinds that may admit egress beside NetworkPolicy. */
const otherKinds = [
  'adminNetworkPolicies',
  'clusterNetworkPolicies',
  'calicoNetworkPolicies',
  'calicoGlobalNetworkPolicies',
] as const;

/**
 * Whether the pods that this policy isolates for egress can still look up names, by this policy or by any other that
 * selects them: policies add up.
 */
export function checkDns(policy: RawObject, context: LintContext, reporter: Reporter): void {
  if (!governedBy(policy.spec).has('egress')) return;
  const { namespace } = policy.meta;
  if (!context.isKnown('networkPolicies', namespace)) return;
  // What they allow is another evaluation; where they have egress rules nothing is said.
  if (otherKinds.some((kind) => context.policies(kind).some(({ spec }) => 'egress' in spec))) return;
  const own = podsSelectedBy(policy, context);
  if (own.length === 0) return;
  const isolating = context.snapshot
    .table('networkPolicies')
    .in(namespace)
    .filter(({ spec }) => governedBy(spec).has('egress'))
    .map((candidate) => isolationBy(candidate, context))
    .sort(bySpeciality);
  const states = { none: 0, 'without-dns': 0, 'over-udp': 0, fine: 0 };
  for (const pod of own) {
    const selecting = isolating.filter(({ pods }) => pods.has(pod));
    // One pod, one finding: at the policy that speaks of it most narrowly.
    if (selecting[0]?.policy.meta.name === policy.meta.name) states[egressOf(selecting)]++;
  }
  report(states, own.length, 'egress' in policy.spec ? ['spec', 'egress'] : ['spec', 'policyTypes'], reporter);
}

interface Isolation {
  readonly policy: RawObject;
  readonly pods: ReadonlySet<Subject>;
  readonly narrow: boolean;
  readonly opens: boolean;
  readonly udp: boolean;
  readonly tcp: boolean;
}

/** Kept for as long as pods and policy stay the same: an editor asks again at every keystroke. */
const isolations = new WeakMap<Subjects, WeakMap<RawObject, Isolation>>();

function isolationBy(policy: RawObject, context: LintContext): Isolation {
  let known = isolations.get(context.subjects);
  if (known === undefined) isolations.set(context.subjects, (known = new WeakMap()));
  let isolation = known.get(policy);
  if (isolation === undefined) known.set(policy, (isolation = computeIsolation(policy, context)));
  return isolation;
}

function computeIsolation(policy: RawObject, context: LintContext): Isolation {
  const rules = rulesOf(policy.spec, 'egress');
  const dns = dnsPods(context.subjects);
  const over = (protocol: string): boolean =>
    rules.some((rule) => admitsDns(rule, protocol, policy.meta.namespace, dns, context));
  const selector = selectorOf(policy.spec['podSelector']);
  return {
    policy,
    pods: new Set(podsSelectedBy(policy, context)),
    narrow: selector !== undefined && !selectsEverything(selector),
    opens: rules.length > 0,
    udp: over('UDP'),
    tcp: over('TCP'),
  };
}

const bySpeciality = (one: Isolation, other: Isolation): number =>
  Number(other.narrow) - Number(one.narrow) || (one.policy.meta.name < other.policy.meta.name ? -1 : 1);

type EgressState = 'none' | 'without-dns' | 'over-udp' | 'fine';

function egressOf(selecting: readonly Isolation[]): EgressState {
  if (!selecting.some(({ opens }) => opens)) return 'none';
  if (!selecting.some(({ udp }) => udp)) return 'without-dns';
  return selecting.some(({ tcp }) => tcp) ? 'fine' : 'over-udp';
}

function report(states: Readonly<Record<EgressState, number>>, of: number, path: Path, reporter: Reporter): void {
  const which = (count: number): string =>
    count === of ? 'The pods that this policy selects' : `${count} of the ${of} pods that this policy selects`;
  const fixes: Fix[] = [
    { kind: 'append', title: 'Allow DNS over UDP and TCP', path: ['spec', 'egress'], value: dnsRule },
  ];
  if (states['without-dns'] > 0) {
    const message = `${which(states['without-dns'])} may not reach the cluster's DNS on port 53, so names do not resolve for them. Allow it over UDP and TCP.`;
    reporter.report('egress-without-dns', path, message, { fixes });
  } else if (states.none > 0) {
    const message = `${which(states.none)} may open no connection, not even to DNS. If they look up names, allow port 53 over UDP and TCP.`;
    reporter.report('egress-without-dns', path, message, { fixes, severity: 'info' });
  } else if (states['over-udp'] > 0) {
    const message = 'DNS is allowed over UDP only: an answer that is too long for UDP is asked for again over TCP.';
    reporter.report('dns-over-udp-only', path, message);
  }
}

function podsSelectedBy({ meta, spec }: RawObject, context: LintContext): readonly Subject[] {
  const pods = context.in(meta.namespace).filter((pod) => !pod.spec.hostNetwork);
  const selector = selectorOf(spec['podSelector']);
  return selector === undefined ? pods : selected(selector, pods);
}

const dnsPods = cachedBy(
  ({ all }: Subjects): ReadonlySet<Subject> =>
    new Set(all.filter(({ labels }) => dnsLabels.some(([key, value]) => labels[key] === value))),
);

/**
 * Whether a rule admits DNS. Where the DNS pods are not known, or are on their node's network as a node-local cache is, a
 * rule for its port is taken for what it says.
 */
function admitsDns(
  { rule, peers }: RuleView,
  protocol: string,
  namespace: string,
  dns: ReadonlySet<Subject>,
  context: LintContext,
): boolean {
  if (!portsAdmitDns(rule['ports'], protocol)) return false;
  if (peers.length === 0 || dns.size === 0) return true;
  return peers.some(
    ({ peer }) => isObject(peer['ipBlock']) || podsOfPeer(peer, namespace, context).some((pod) => dns.has(pod)),
  );
}

function portsAdmitDns(ports: unknown, protocol: string): boolean {
  if (!Array.isArray(ports) || ports.length === 0) return true;
  return ports.some((port: unknown) => isObject(port) && portAdmitsDns(port, protocol));
}

function portAdmitsDns(port: JsonObject, protocol: string): boolean {
  if ((stringAt(port, 'protocol') ?? 'TCP') !== protocol) return false;
  const name = stringAt(port, 'port');
  if (name !== undefined) return dnsPortName.test(name);
  const first = numberAt(port, 'port');
  if (first === undefined) return true;
  const last = numberAt(port, 'endPort') ?? first;
  return dnsPorts.some((dns) => dns >= first && dns <= last);
}
