import { strict as assert } from 'node:assert';
import { buildEngine } from '../../../../src/policy/engine.ts';
import { type KindKey } from '../../../../src/model/kinds.ts';
import { type PolicyEngine } from '../../../../src/policy/types.ts';
import { snapshotOf } from '../../../property/snapshots.ts';
import { type Raw } from '../reference/raw.ts';
import { clusterObjects, documents, probes } from './notation.ts';

const cluster = clusterObjects(`
  ns x team=red
  pod x/a app=a :http=80/TCP 10.1.0.1 @n1
  pod x/b app=b 10.1.0.2 @n2
  pod x/new app=new
  pod x/agent app=agent host @n2 10.0.0.2
  node n1 10.0.0.1
  node n2 10.0.0.2
`);

const isolate = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: isolate, namespace: x}
spec: {podSelector: {matchLabels: {app: a}}, ingress: [{from: [{ipBlock: {cidr: 10.1.0.0/16}}], ports: [{port: 80}]}]}
---`;
const admin = (name: string, action: string, port: number): string => `
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: ${name}}
spec: {priority: 1, subject: {namespaces: {}}, ingress: [{action: ${action}, from: [{namespaces: {}}], ports: [{portNumber: {port: ${port}}}]}]}
---`;
/** One of each version of the baseline. */
const baselines = (old: string, young: string): string => `
apiVersion: policy.networking.k8s.io/v1alpha1
kind: BaselineAdminNetworkPolicy
metadata: {name: default}
spec: {subject: {namespaces: {}}, ingress: [{action: ${old}, from: [{namespaces: {}}]}]}
---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: young}
spec: {tier: Baseline, priority: 1, subject: {namespaces: {}}, ingress: [{action: ${young.replace('Allow', 'Accept')}, from: [{namespaces: {}}]}]}
---`;
const global = (spec: string): string => `
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: p}
spec: ${spec}
---`;

function said(engine: PolicyEngine, question: string): string {
  const [probe] = probes({ name: '', cluster: '', policies: '', expect: `${question}: x` });
  assert.ok(probe);
  const { verdict, basis } = engine.explain({ from: probe.from, to: probe.to, ...probe.packet });
  return `${verdict} (${basis})`;
}

describe('why a verdict is what it is', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['x/a > x/b TCP 80', '', 'allow (default-allow)'],
    ['x/a > x/a TCP 80', isolate, 'allow (self)'],
    ['x/b > x/a TCP 80', isolate, 'allow (policy)'],
    ['x/b > x/a TCP 81', isolate, 'deny (policy)'],
    ['x/new > x/a TCP 80', isolate, 'unknown (unknown-address)'],
    ['node/n1 > x/a TCP 81', isolate, 'allow (node-local)'],
    ['x/b > x/a ICMP 8.0', isolate, 'unknown (undefined-protocol)'],
    ['x/b > x/a 47', isolate, 'unknown (undefined-protocol)'],
    ['x/b > x/a TCP 9', admin('one', 'Allow', 9) + admin('two', 'Deny', 9), 'unknown (undefined-order)'],
    ['x/b > x/a TCP 9', admin('one', 'Deny', 9) + admin('two', 'Deny', 9), 'deny (policy)'],
    [
      'x/agent > x/a TCP 80',
      isolate.replace('ipBlock: {cidr: 10.1.0.0/16}', 'podSelector: {}'),
      'unknown (undefined-host-network)',
    ],
    ['x/b > x/a TCP 80', global('{ingress: [{action: Allow, http: {methods: [GET]}}]}'), 'unknown (unknown-http)'],
    [
      'x/b > x/a TCP 80',
      global('{ingress: [{action: Allow, protocol: TCP, source: {ports: [1024]}}]}'),
      'unknown (unknown-source-port)',
    ],
    [
      'x/b > x/a TCP 80',
      global(`{ingress: [{action: Allow, source: {selector: "a ="}}]}`),
      'unknown (unknown-reference)',
    ],
    ['x/b > x/a TCP 80', global('{ingress: [{action: Allow, ipVersion: 5}]}'), 'unknown (unknown-reference)'],
    ['x/b > x/a TCP 80', global('{ingress: [{action: Permit}]}'), 'unknown (unknown-reference)'],
    [
      'x/a > 203.0.113.1 TCP 443',
      global('{types: [Egress], egress: [{action: Allow, destination: {domains: [example.com]}}]}'),
      'unknown (unknown-domain)',
    ],
    ['x/b > x/a TCP 9', baselines('Allow', 'Deny'), 'unknown (undefined-order)'],
    ['x/b > x/a TCP 9', baselines('Deny', 'Deny'), 'deny (policy)'],
    ['x/b > x/a TCP 80', global('{tier: lost, ingress: [{action: Allow}]}'), 'unknown (unknown-reference)'],
    [
      'x/b > x/a TCP 80',
      global('{ingress: [{action: Allow, source: {services: {name: lost, namespace: x}}}]}'),
      'unknown (unknown-reference)',
    ],
    [
      'node/n2 > x/a TCP 80',
      `{apiVersion: projectcalico.org/v3, kind: HostEndpoint, metadata: {name: h}, spec: {node: n2}}`,
      'unknown (unknown-host-endpoint)',
    ],
    [
      'x/a > 203.0.113.1 TCP 443',
      `
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: names}
spec: {tier: Admin, priority: 1, subject: {namespaces: {}}, egress: [{action: Accept, to: [{domainNames: [example.com]}]}, {action: Deny, to: [{networks: [0.0.0.0/0]}]}]}`,
      'unknown (unknown-domain)',
    ],
  ];
  for (const [question, policies, answer] of cases) {
    it(`${question} is ${answer}`, () => {
      assert.equal(said(buildEngine(snapshotOf([...cluster, ...documents(policies)])), question), answer);
    });
  }

  it('says that the labels of a namespace are not known', () => {
    const policies = documents(
      isolate.replace('ipBlock: {cidr: 10.1.0.0/16}', 'namespaceSelector: {matchLabels: {team: red}}'),
    );
    const objects = [...cluster.filter((object) => object['kind'] !== 'Namespace'), ...policies];
    const engine = buildEngine(snapshotOf(objects, { origin: 'live', forbidden: ['namespaces'] }));
    assert.equal(said(engine, 'x/b > x/a TCP 80'), 'unknown (unknown-namespace)');
  });
});

describe('what makes verdicts incomplete', () => {
  const incomplete = (policies: string): readonly string[] =>
    buildEngine(snapshotOf([...cluster, ...documents(policies)])).incomplete.map(
      ({ kind, path }) => kind + (path === undefined ? '' : ` ${path}`),
    );

  it('is nothing where all is understood', () => {
    assert.deepEqual(incomplete(isolate + admin('one', 'Allow', 9)), []);
  });

  it('is an order that is not defined', () => {
    assert.deepEqual(incomplete(admin('one', 'Allow', 9) + admin('two', 'Deny', 9)), ['ambiguous-order']);
    const later = admin('two', 'Deny', 9).replace('priority: 1', 'priority: 2');
    assert.deepEqual(incomplete(admin('one', 'Allow', 9) + later), []);
  });

  it('is what the API server would refuse, with its place', () => {
    const types = isolate.replace('ingress:', 'policyTypes: [Ingress, egress], ingress:');
    assert.deepEqual(incomplete(types), ['invalid-policy spec.policyTypes[1]']);
    assert.deepEqual(incomplete(isolate.replace('{app: a}', '{app: [a]}')), [
      'invalid-policy spec.podSelector.matchLabels.app',
    ]);
    assert.deepEqual(incomplete(isolate.replace('10.1.0.0/16', '10.1.0.0')), [
      'invalid-policy spec.ingress[0].from[0].ipBlock.cidr',
    ]);
    assert.deepEqual(incomplete(isolate.replace('port: 80', 'port: 0')), ['invalid-policy spec.ingress[0].ports[0]']);
    assert.deepEqual(incomplete(admin('one', 'Allow', 9).replace('priority: 1, ', '')), [
      'invalid-policy spec.priority',
    ]);
    assert.deepEqual(incomplete(global('{order: first, ingress: [{action: Permit}]}')), [
      'invalid-policy spec.ingress[0].action',
      'invalid-policy spec.order',
    ]);
  });
});

describe('policies that could not be read', () => {
  const policies = documents(
    isolate + admin('first', 'Deny', 7) + admin('second', 'Allow', 8).replace('priority: 1', 'priority: 2'),
  );
  const live = (forbidden: readonly KindKey[], objects: readonly Raw[] = policies): PolicyEngine =>
    buildEngine(snapshotOf([...cluster, ...objects], { origin: 'live', forbidden }));
  const unknown = 'unknown (unknown-policies)';

  it('leave open what NetworkPolicy could change, and nothing else', () => {
    const engine = live(['networkPolicies']);
    assert.equal(said(engine, 'x/b > x/a TCP 80'), unknown);
    assert.equal(said(engine, 'x/a > x/b TCP 80'), unknown);
    assert.equal(said(engine, 'x/b > x/a TCP 7'), 'deny (policy)');
    assert.equal(said(engine, 'x/a > x/a TCP 80'), 'allow (self)');
  });

  it('leave everything open where admin policies are among them', () => {
    const engine = live(['adminNetworkPolicies']);
    assert.equal(said(engine, 'x/b > x/a TCP 81'), unknown);
    assert.equal(said(engine, 'x/b > x/b TCP 81'), 'allow (self)');
  });

  it('leave the baseline open only where no NetworkPolicy isolates', () => {
    const engine = live(['baselineAdminNetworkPolicies']);
    assert.equal(said(engine, 'x/b > x/a TCP 81'), 'deny (policy)');
    assert.equal(said(engine, '203.0.113.1 > x/a TCP 81'), 'deny (policy)');
    assert.equal(said(engine, '203.0.113.1 > x/b TCP 81'), unknown);
  });

  it('leave open what Calico could say before and after NetworkPolicy', () => {
    assert.equal(said(live(['calicoGlobalNetworkPolicies']), 'x/b > x/a TCP 81'), unknown);
  });

  it('are nobody’s concern in a folder', () => {
    const folder = buildEngine(
      snapshotOf([...cluster, ...policies], { origin: 'folder', forbidden: ['networkPolicies'] }),
    );
    assert.equal(said(folder, 'x/b > x/a TCP 80'), 'allow (policy)');
  });

  it('count as none where the server does not serve them', () => {
    assert.equal(said(live([]), 'x/b > x/a TCP 80'), 'allow (policy)');
  });
});
