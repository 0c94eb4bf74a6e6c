import fc from 'fast-check';
import { type Raw } from '../../unit/policy/reference/raw.ts';
import {
  block,
  few,
  fields,
  labelSelector,
  mostly,
  namespaces,
  numbered,
  pick,
  portNames,
  portNumbers,
  protocols,
  sometimes,
} from './vocabulary.ts';

const nothing: fc.Arbitrary<unknown> = pick<unknown>(undefined, null, []);
const protocol = mostly<unknown>(pick('TCP', 'UDP', undefined), pick('SCTP', null), pick('ICMP', 'tcp'));

const port: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: fields({ port: pick(...portNumbers), protocol }) },
  { weight: 3, arbitrary: fields({ port: pick(...portNames), protocol }) },
  { weight: 2, arbitrary: fields({ protocol }) },
  { weight: 2, arbitrary: fields({ port: pick(1, 53, 80), endPort: pick(81, 8080, 65535, 53, 1), protocol }) },
  {
    weight: 1,
    arbitrary: fields({
      port: pick<unknown>('http', 0, 70000, 1.5, '80', undefined),
      endPort: pick(undefined, 90),
      protocol,
    }),
  },
);

const exception = mostly<unknown>(block, pick('nonsense'));
const ipBlock = fields({ cidr: block, except: fc.oneof(nothing, nothing, few(exception, 1, 2)) });

const peer: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: fields({ podSelector: labelSelector('pod') }) },
  { weight: 4, arbitrary: fields({ namespaceSelector: labelSelector('namespace') }) },
  {
    weight: 3,
    arbitrary: fields({ podSelector: labelSelector('pod'), namespaceSelector: labelSelector('namespace') }),
  },
  { weight: 5, arbitrary: fields({ ipBlock }) },
  {
    weight: 1,
    arbitrary: fields({
      podSelector: pick<unknown>(undefined, null, {}),
      namespaceSelector: pick<unknown>(undefined, null),
      ipBlock: sometimes(ipBlock),
    }),
  },
);

const rule = (peers: string): fc.Arbitrary<unknown> =>
  fields({
    [peers]: fc.oneof({ weight: 1, arbitrary: nothing }, { weight: 4, arbitrary: few(peer, 1, 2) }),
    ports: fc.oneof({ weight: 2, arbitrary: nothing }, { weight: 3, arbitrary: few(port, 1, 2) }),
  });

const rules = (peers: string): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 1, arbitrary: nothing }, { weight: 4, arbitrary: few(rule(peers), 1, 2) });

const networkPolicy: fc.Arbitrary<Raw> = fc
  .tuple(
    pick(...namespaces),
    fields({
      podSelector: mostly<unknown>(labelSelector('pod'), pick(undefined, null)),
      policyTypes: fc.oneof(nothing, pick<unknown>(['Ingress'], ['Egress'], ['Ingress', 'Egress'])),
      ingress: rules('from'),
      egress: rules('to'),
    }),
  )
  .map(([namespace, spec]) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { namespace },
    spec,
  }));

export const networkPolicies = (maxLength = 4): fc.Arbitrary<Raw[]> =>
  numbered('np', fc.array(networkPolicy, { minLength: 1, maxLength }));

// AdminNetworkPolicy, BaselineAdminNetworkPolicy, ClusterNetworkPolicy

const pods = fields({ namespaceSelector: labelSelector('namespace'), podSelector: labelSelector('pod') });
const podPeer = fc.oneof(
  { weight: 3, arbitrary: fields({ namespaces: labelSelector('namespace') }) },
  { weight: 3, arbitrary: fields({ pods }) },
);
/** What a version that is newer or older than ours might say. */
const strangePeer = fc.oneof(
  fc.constant({}),
  fc.constant({ galaxies: {} }),
  fields({ namespaces: fc.constant({}), pods }),
  fields({ pods: fields({ podSelector: labelSelector('pod') }) }),
  fc.constant({ namespaces: null, pods: null }),
);
const egressPeer = (domains: boolean): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 12, arbitrary: podPeer },
    { weight: 6, arbitrary: fields({ networks: few(mostly(block, block), 1, 2) }) },
    { weight: 3, arbitrary: fields({ nodes: labelSelector('node') }) },
    { weight: domains ? 1 : 0, arbitrary: fc.constant({ domainNames: ['example.com'] }) },
    { weight: 1, arbitrary: strangePeer },
  );
const ingressPeer: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 14, arbitrary: podPeer },
  { weight: 1, arbitrary: strangePeer },
  { weight: 1, arbitrary: fields({ networks: few(block, 1, 1) }) },
);

const number = mostly<unknown>(pick(...portNumbers), pick<unknown>(0, 70000, '80'));
const adminPort: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 6,
    arbitrary: fields({
      portNumber: fields({ protocol: mostly<unknown>(pick(...protocols, undefined), pick('ICMP')), port: number }),
    }),
  },
  {
    weight: 3,
    arbitrary: fields({
      portRange: fields({
        protocol: pick(...protocols, undefined),
        start: pick(1, 53, 80),
        end: pick(80, 81, 8080, 65535),
      }),
    }),
  },
  { weight: 2, arbitrary: fields({ namedPort: pick(...portNames) }) },
  {
    weight: 1,
    arbitrary: pick<unknown>(
      {},
      { portNumber: { port: 80 }, namedPort: 'http' },
      { portRange: { start: 81, end: 80 } },
      { port: 80 },
    ),
  },
);
const clusterPort: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(pick('tcp', 'udp', 'sctp'), number)
      .map(([protocol, port]) => ({ [protocol]: { destinationPort: { number: port } } })),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(pick('tcp', 'udp', 'sctp'), pick(1, 53, 80), pick(80, 81, 8080, 65535))
      .map(([protocol, start, end]) => ({ [protocol]: { destinationPort: { range: { start, end } } } })),
  },
  { weight: 2, arbitrary: fields({ destinationNamedPort: pick(...portNames) }) },
  {
    weight: 1,
    arbitrary: pick<unknown>(
      {},
      { tcp: {} },
      { tcp: { destinationPort: {} } },
      { icmp: {} },
      { tcp: { destinationPort: { number: 80, range: { start: 1, end: 2 } } } },
    ),
  },
);

const adminRules = (
  direction: 'ingress' | 'egress',
  actions: readonly string[],
  ports: Raw,
  domains: boolean,
): fc.Arbitrary<unknown> => {
  const peers = direction === 'ingress' ? ingressPeer : egressPeer(domains);
  const rule = fields({
    action: mostly<string>(pick(...actions), pick('Reject')),
    [direction === 'ingress' ? 'from' : 'to']: mostly<unknown>(few(peers, 1, 2), nothing),
    [String(ports['field'])]: fc.oneof(
      { weight: 2, arbitrary: nothing },
      { weight: 3, arbitrary: few(ports['arbitrary'] as fc.Arbitrary<unknown>, 1, 2) },
    ),
  });
  return fc.oneof({ weight: 2, arbitrary: nothing }, { weight: 4, arbitrary: few(rule, 1, 3) });
};

const subject = mostly<unknown>(podPeer, pick<unknown>({}, { galaxies: {} }));
const priority = mostly<number>(pick(1, 2, 3, 50), pick(0, 1000));

const adminNetworkPolicy: fc.Arbitrary<Raw> = fields({
  priority,
  subject,
  ingress: adminRules('ingress', ['Allow', 'Deny', 'Pass'], { field: 'ports', arbitrary: adminPort }, true),
  egress: adminRules('egress', ['Allow', 'Deny', 'Pass'], { field: 'ports', arbitrary: adminPort }, true),
}).map((spec) => ({ apiVersion: 'policy.networking.k8s.io/v1alpha1', kind: 'AdminNetworkPolicy', metadata: {}, spec }));

const clusterNetworkPolicy: fc.Arbitrary<Raw> = fields({
  tier: pick('Admin', 'Baseline'),
  priority,
  subject,
  ingress: adminRules('ingress', ['Accept', 'Deny', 'Pass'], { field: 'protocols', arbitrary: clusterPort }, true),
  egress: adminRules('egress', ['Accept', 'Deny', 'Pass'], { field: 'protocols', arbitrary: clusterPort }, true),
}).map((spec) => ({
  apiVersion: 'policy.networking.k8s.io/v1alpha2',
  kind: 'ClusterNetworkPolicy',
  metadata: {},
  spec,
}));

const baselinePolicy: fc.Arbitrary<Raw> = fields({
  subject,
  ingress: adminRules('ingress', ['Allow', 'Deny'], { field: 'ports', arbitrary: adminPort }, false),
  egress: adminRules('egress', ['Allow', 'Deny'], { field: 'ports', arbitrary: adminPort }, false),
}).map((spec) => ({
  apiVersion: 'policy.networking.k8s.io/v1alpha1',
  kind: 'BaselineAdminNetworkPolicy',
  metadata: { name: 'default' },
  spec,
}));

export const adminPolicies = (): fc.Arbitrary<Raw[]> =>
  fc
    .tuple(
      numbered('anp', few(adminNetworkPolicy, 0, 2)),
      numbered('cnp', few(clusterNetworkPolicy, 0, 3)),
      few(baselinePolicy, 0, 1),
    )
    .map((lists) => lists.flat());
