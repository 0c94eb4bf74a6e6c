import fc from 'fast-check';
import { type Raw } from '../../unit/policy/reference/raw.ts';
import { blocks, few, fields, mostly, namespaces, numbered, pick, sometimes } from './vocabulary.ts';

const podTerm: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 6,
    arbitrary: pick(
      "app == 'a'",
      "app == 'b'",
      'app=="a"',
      "track != 's'",
      "app in {'a', 'c'}",
      "app not in {'a'}",
      "track notin { 's' }",
    ),
  },
  {
    weight: 3,
    arbitrary: pick(
      'has(app)',
      '!has(app)',
      '! has( track )',
      'all()',
      "app contains 'a'",
      "app starts with 'b'",
      "track endswith 's'",
      'app in {}',
      'app not in {}',
    ),
  },
  {
    weight: 2,
    arbitrary: pick(
      "projectcalico.org/namespace == 'x'",
      "projectcalico.org/orchestrator == 'k8s'",
      "projectcalico.org/serviceaccount == 'robot'",
      "pcns.team == 'red'",
      'has(pcns.env)',
      "pcsa.role == 'worker'",
      "pcns.projectcalico.org/name == 'y'",
      "zone == 'dmz'",
    ),
  },
);
const namespaceTerm = pick(
  "team == 'red'",
  "team == 'blue'",
  "env != 'prod'",
  '!has(team)',
  'all()',
  "projectcalico.org/name == 'x'",
  "kubernetes.io/metadata.name in {'x', 'z'}",
);
const accountTerm = pick("role == 'worker'", 'has(role)', '!has(role)', "projectcalico.org/name == 'robot'", 'all()');

/** Terms put together with every operator of the language. */
function selector(term: fc.Arbitrary<string>, broken = true): fc.Arbitrary<string> {
  const { expression } = fc.letrec<{ expression: string }>((tie) => ({
    expression: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      { weight: 6, arbitrary: term },
      { weight: 1, arbitrary: tie('expression').map((inner) => `!(${inner})`) },
      { weight: 1, arbitrary: fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `${a} && ${b}`) },
      { weight: 1, arbitrary: fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `${a}||${b}`) },
      { weight: 1, arbitrary: fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `(${a} ||\t${b})`) },
    ),
  }));
  return broken
    ? fc.oneof(
        { weight: 40, arbitrary: expression },
        { weight: 1, arbitrary: pick("app = 'a'", 'app == a', "(app == 'a'", 'has()', 'app', "app == 'a' app") },
      )
    : expression;
}

const net = mostly<string>(pick(...blocks), pick('10.1.0.2', 'fd01::1', '203.0.113.5'));
const port = mostly<unknown>(pick<unknown>(80, 81, 53, 1, '80:81', '1:8080', 'http', 'dns'), pick('8080:80', '80'));

const entity = (side: 'source' | 'destination'): fc.Arbitrary<Raw> =>
  fields({
    selector: fc.option(selector(podTerm), { nil: undefined, freq: 2 }),
    notSelector: sometimes(sometimes(selector(podTerm))),
    namespaceSelector: sometimes(
      fc.oneof({ weight: 4, arbitrary: selector(namespaceTerm) }, { weight: 1, arbitrary: pick('global()', 'all()') }),
    ),
    serviceAccounts: sometimes(
      sometimes(
        fields({
          names: pick<unknown>(undefined, ['robot'], ['robot', 'default'], []),
          selector: sometimes(accountTerm),
        }),
      ),
    ),
    nets: sometimes(sometimes(few(net, 0, 2))),
    notNets: sometimes(sometimes(few(net, 1, 2))),
    ports:
      side === 'destination'
        ? fc.option(few(port, 1, 2), { nil: undefined, freq: 1 })
        : sometimes(sometimes(sometimes(few(pick<unknown>(80, '1:65535', 'http', '1:8080'), 1, 1)))),
    notPorts: sometimes(
      sometimes(
        few(
          side === 'destination' ? pick<unknown>(80, 53, '80:81', 'http') : pick<unknown>(80, '1:65535', 'http'),
          1,
          side === 'destination' ? 2 : 1,
        ),
      ),
    ),
  });

/** Fields that only some protocols have are left out for the others, as the API's validation has it. */
const rule: fc.Arbitrary<Raw> = fc
  .tuple(
    fields({
      action: mostly<unknown>(
        pick('Allow', 'Allow', 'Allow', 'Deny', 'Deny', 'Pass', 'Log'),
        sometimes(sometimes(pick('Reject'))),
      ),
      protocol: pick<unknown>('TCP', 'TCP', 'UDP', 'SCTP', 'ICMP', 'ICMPv6', 6, 17, 47, undefined, undefined),
      notProtocol: sometimes(sometimes(pick<unknown>('TCP', 'UDP', 'ICMP', 17))),
      ipVersion: sometimes(sometimes(pick(4, 6))),
      source: sometimes(entity('source')),
      destination: fc.option(entity('destination'), { nil: undefined, freq: 2 }),
      http: sometimes(sometimes(sometimes(fc.constant({ methods: ['GET'] })))),
    }),
    fields({
      icmp: sometimes(pick({ type: 8 }, { type: 8, code: 0 }, { type: 128 }, { type: 3, code: 4 })),
      notICMP: sometimes(pick({ type: 8 }, { type: 128, code: 0 })),
    }),
    sometimes(sometimes(fields({ name: pick('web', 'db', 'lost'), namespace: pick<string | undefined>('x', 'y') }))),
    pick('source', 'destination'),
  )
  .map(([base, icmp, service, side]) => {
    const { protocol } = base;
    const ported = ['TCP', 'UDP', 'SCTP', 6, 17].includes(protocol as string | number);
    const bare = (of: unknown): Raw => {
      const entries = Object.entries((of ?? {}) as Raw);
      return Object.fromEntries(entries.filter(([field]) => ported || (field !== 'ports' && field !== 'notPorts')));
    };
    const sides: Raw = { source: bare(base['source']), destination: bare(base['destination']) };
    return {
      ...base,
      ...sides,
      ...(service === undefined ? {} : { [side]: { services: service } }),
      ...(protocol === 'ICMP' || protocol === 'ICMPv6' ? icmp : {}),
    };
  });

const spec = (extra: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<Raw> =>
  fields({
    tier: mostly<unknown>(pick(undefined, 'default', 't0', 't1', 't2'), sometimes(sometimes(pick('lost')))),
    order: pick<unknown>(undefined, 1, 2, 1000, 1000, 2000),
    selector: mostly<unknown>(selector(podTerm), pick(undefined, '')),
    serviceAccountSelector: sometimes(sometimes(sometimes(accountTerm))),
    types: pick<unknown>(undefined, ['Ingress'], ['Egress'], ['Ingress', 'Egress']),
    ingress: few(rule, 0, 3),
    egress: few(rule, 0, 3),
    ...extra,
  });

const policy: fc.Arbitrary<Raw> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(pick(...namespaces), spec({}), api()).map(([namespace, body, apiVersion]) => ({
      apiVersion,
      kind: 'NetworkPolicy',
      metadata: { namespace },
      spec: body,
    })),
  },
  {
    weight: 5,
    arbitrary: fc
      .tuple(
        spec({
          namespaceSelector: sometimes(selector(namespaceTerm)),
          doNotTrack: mostly<unknown>(pick(undefined, false), pick(true)),
          preDNAT: mostly<unknown>(pick(undefined, false), pick(true)),
        }),
        api(),
      )
      .map(([body, apiVersion]) => ({ apiVersion, kind: 'GlobalNetworkPolicy', metadata: {}, spec: body })),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(pick('StagedNetworkPolicy', 'StagedGlobalNetworkPolicy'), spec({})).map(([kind, body]) => ({
      apiVersion: 'projectcalico.org/v3',
      kind,
      metadata: kind === 'StagedNetworkPolicy' ? { namespace: 'x' } : {},
      spec: body,
    })),
  },
);

function api(): fc.Arbitrary<string> {
  return mostly<string>(pick('projectcalico.org/v3'), pick('crd.projectcalico.org/v1'));
}

const tiers: fc.Arbitrary<Raw[]> = fc.tuple(
  ...['t0', 't1', 't2'].map((name) =>
    fields({
      order: pick<unknown>(1, 2, 1000, 2_000_000, undefined),
      defaultAction: pick<unknown>('Deny', 'Pass', undefined),
    }).map((body) => ({
      apiVersion: 'projectcalico.org/v3',
      kind: 'Tier',
      metadata: { name },
      spec: body,
    })),
  ),
);

const sets: fc.Arbitrary<Raw[]> = fc
  .tuple(
    numbered(
      'gns',
      few(
        fields({ nets: few(net, 0, 2), labels: pick({ zone: 'dmz' }, { app: 'a' }, {}) }).map((set) => ({
          apiVersion: 'projectcalico.org/v3',
          kind: 'GlobalNetworkSet',
          metadata: { labels: set['labels'] },
          spec: { nets: set['nets'] },
        })),
        0,
        2,
      ),
    ),
    numbered(
      'ns',
      few(
        fields({
          nets: few(net, 0, 2),
          labels: pick({ zone: 'dmz' }, { app: 'b' }, {}),
          namespace: pick(...namespaces),
        }).map((set) => ({
          apiVersion: 'projectcalico.org/v3',
          kind: 'NetworkSet',
          metadata: { namespace: set['namespace'], labels: set['labels'] },
          spec: { nets: set['nets'] },
        })),
        0,
        1,
      ),
    ),
  )
  .map((lists) => lists.flat());

const services: fc.Arbitrary<Raw[]> = fc
  .tuple(
    pick('10.1.0.1', '10.1.0.2', '203.0.113.5'),
    pick(80, 81, 53),
    pick('TCP', 'UDP'),
    pick<unknown>(80, 'http', undefined),
    pick('a', 'b'),
  )
  .map(([address, portNumber, protocol, targetPort, app]) => [
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 'web-1', namespace: 'y', labels: { 'kubernetes.io/service-name': 'web' } },
      addressType: 'IPv4',
      endpoints: [{ addresses: [address] }, { addresses: ['10.1.0.3'], conditions: { ready: false } }],
      ports: [{ name: 'p', port: portNumber, protocol }],
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'db', namespace: 'x' },
      spec: {
        selector: { app },
        ports: [{ port: 80, protocol, ...(targetPort === undefined ? {} : { targetPort }) }],
      },
    },
  ]);

const profiles: fc.Arbitrary<Raw[]> = fc
  .tuple(sometimes(sometimes(few(rule, 0, 2))), sometimes(few(rule, 0, 1)))
  .map(([ofNamespace, ofAccount]) =>
    ofNamespace === undefined
      ? []
      : [
          {
            apiVersion: 'projectcalico.org/v3',
            kind: 'Profile',
            metadata: { name: 'kns.x' },
            spec: { ingress: ofNamespace, egress: ofNamespace },
          },
          {
            apiVersion: 'projectcalico.org/v3',
            kind: 'Profile',
            metadata: { name: 'ksa.x.robot' },
            spec: { ingress: ofAccount ?? [] },
          },
        ],
  );

const hostEndpoints: fc.Arbitrary<Raw[]> = mostly<Raw[]>(
  fc.constant([]),
  // Not so rarely: nodes are few.
  fc.constant([
    {
      apiVersion: 'projectcalico.org/v3',
      kind: 'HostEndpoint',
      metadata: { name: 'n1', labels: { app: 'a' } },
      spec: { node: 'n1', interfaceName: 'eth0' },
    },
  ]),
);

/** Names that are not in the order in which they are listed: ties of `order` go by name. */
const names = ['p', 'p-a', 'pa', 'p.a', 'o'];
const policies: fc.Arbitrary<Raw[]> = fc
  .array(policy, { minLength: 1, maxLength: names.length })
  .map((list) =>
    list.map((object, index) => ({ ...object, metadata: { ...(object['metadata'] as Raw), name: names[index] } })),
  );

export const calicoPolicies = (): fc.Arbitrary<Raw[]> =>
  fc.tuple(tiers, policies, sets, services, profiles, hostEndpoints).map((lists) => lists.flat());
