import { strict as assert } from 'node:assert';
import type { ClusterSnapshot } from '../../../src/model/snapshot.ts';
import { diffConnectivity } from '../../../src/policy/diff.ts';
import { buildEngine } from '../../../src/policy/engine.ts';
import type { Connections, EngineOptions, PolicyEngine } from '../../../src/policy/types.ts';
import { clusterOf, pod, policy } from './clusterOf.ts';

const text = ({ all, allowed }: Connections): string =>
  all
    ? 'all'
    : allowed
        .map(
          ({ protocol, ranges }) =>
            `${protocol} ${ranges.map(({ first, last }) => (first === last ? first : `${first}-${last}`)).join()}`,
        )
        .join(' ');

const lines = (snapshot: ClusterSnapshot, by: 'workload' | 'pod' = 'workload', options: EngineOptions = {}): string[] =>
  [...buildEngine(snapshot, options).connectivityNow({ by }).pairs()]
    .map(({ from, to, connections }) => `${from.label} > ${to.label}: ${text(connections)}`)
    .sort();

const deployment = (name: string, ports = ''): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: x, name: ${name} }
spec:
  replicas: 3
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: main, ports: [${ports}] }] }
---`;

const owned = (name: string, owner: string, labels: string, more = ''): string => `
apiVersion: v1
kind: Pod
metadata:
  namespace: x
  name: ${name}
  labels: { ${labels} }
  ownerReferences: [{ kind: ${owner.split('/')[0] ?? ''}, name: ${owner.split('/')[1] ?? ''}, controller: true }]
${more}
---`;

describe('all pairs', () => {
  it('lets workload manifests stand for their pods and shows no self edges', () => {
    assert.deepEqual(lines(clusterOf(deployment('a') + deployment('b'))), [
      '0.0.0.0-255.255.255.255[External] > x/a[Deployment]: all',
      '0.0.0.0-255.255.255.255[External] > x/b[Deployment]: all',
      'x/a[Deployment] > 0.0.0.0-255.255.255.255[External]: all',
      'x/a[Deployment] > x/b[Deployment]: all',
      'x/b[Deployment] > 0.0.0.0-255.255.255.255[External]: all',
      'x/b[Deployment] > x/a[Deployment]: all',
    ]);
  });

  it('shows replicas apart that a policy tells apart, and only those', () => {
    const pods = ['0', '1', '2'].map((index) =>
      owned(`s-${index}`, 'StatefulSet/s', `app: s, statefulset.kubernetes.io/pod-name: s-${index}`),
    );
    const only = policy(
      'x',
      'primary',
      '{ podSelector: { matchLabels: { statefulset.kubernetes.io/pod-name: s-0 } }, policyTypes: [Ingress] }',
    );
    const { nodes } = buildEngine(clusterOf(pods.join('') + only)).connectivityNow();
    assert.deepEqual(
      nodes.flatMap((node) => (node.kind === 'pods' ? [[node.label, node.podCount]] : [])),
      [
        ['x/s{statefulset.kubernetes.io/pod-name=s-0}[StatefulSet]', 1],
        ['x/s{statefulset.kubernetes.io/pod-name=s-1}[StatefulSet]', 2],
      ],
    );
  });

  it('finds the Deployment of a pod through its ReplicaSet, or by its name where that is not there', () => {
    const snapshot = clusterOf(
      deployment('web') + owned('web-5d4f-x', 'ReplicaSet/web-5d4f', 'app: web, pod-template-hash: 5d4f'),
    );
    const { nodes } = buildEngine(snapshot).connectivityNow();
    assert.deepEqual(
      nodes.filter(({ kind }) => kind === 'pods').map(({ label }) => label),
      ['x/web[Deployment]'],
    );
    const alone = clusterOf(owned('web-5d4f-x', 'ReplicaSet/web-5d4f', 'app: web, pod-template-hash: 5d4f'));
    assert.equal(buildEngine(alone).connectivityNow().nodes[0]?.label, 'x/web-5d4f[ReplicaSet]');
  });

  it('counts no pod that has ended, and lets it stand for its workload only where files know no other', () => {
    const ended = 'status: { phase: Succeeded, podIP: 10.0.0.9 }';
    const bare = pod('x', 'once', 'app: once', ended) + pod('x', 'now', 'app: now');
    assert.equal(buildEngine(clusterOf(bare)).connectivityNow().counts.podPairs, 0);
    const job = owned('job-1', 'Job/job', 'app: job', ended) + pod('x', 'now', 'app: now');
    assert.equal(buildEngine(clusterOf(job)).connectivityNow().counts.podPairs, 2);
  });

  it('resolves a named port by each destination of its own', () => {
    const rule = policy(
      'x',
      'out',
      '{ podSelector: { matchLabels: { app: c } }, policyTypes: [Egress], egress: [{ ports: [{ port: http }] }] }',
    );
    const cluster =
      deployment('a', '{ name: http, containerPort: 80 }') +
      deployment('b', '{ name: http, containerPort: 8080 }') +
      deployment('c') +
      rule;
    assert.deepEqual(
      lines(clusterOf(cluster)).filter((line) => line.startsWith('x/c')),
      ['x/c[Deployment] > x/a[Deployment]: TCP 80', 'x/c[Deployment] > x/b[Deployment]: TCP 8080'],
    );
  });

  it('cuts the outside where blocks begin and end', () => {
    const rule = policy(
      'x',
      'in',
      '{ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16] } }], ports: [{ port: 80, endPort: 90 }] }] }',
    );
    const found = lines(clusterOf(deployment('a') + rule)).filter((line) => line.endsWith('80-90'));
    assert.deepEqual(found, [
      '10.0.0.0-10.0.255.255[External] > x/a[Deployment]: TCP 80-90',
      '10.2.0.0-10.255.255.255[External] > x/a[Deployment]: TCP 80-90',
    ]);
  });

  it('matches pods by address or not, as the plugin does', () => {
    const cluster = clusterOf(
      pod('x', 'a', 'app: a', 'status: { podIP: 10.0.0.1 }') +
        pod('x', 'b', 'app: b', 'status: { podIP: 10.0.0.2 }') +
        policy(
          'x',
          'in',
          '{ podSelector: { matchLabels: { app: a } }, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }] }',
        ),
    );
    const edge = (options: EngineOptions): string[] =>
      lines(cluster, 'pod', options).filter((line) => line.startsWith('x/b[Pod] > x/a'));
    assert.deepEqual(edge({}), ['x/b[Pod] > x/a[Pod]: all']);
    assert.deepEqual(edge({ ipBlockMatchesPods: false }), []);
  });

  it('counts what listing each pair would count', () => {
    const pods = ['a', 'a', 'b', 'b', 'b', 'c'].map((app, index) => pod('x', `p${index}`, `app: ${app}`)).join('');
    const cluster = clusterOf(
      pods +
        policy(
          'x',
          'a',
          '{ podSelector: { matchLabels: { app: a } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: b } } }] }] }',
        ) +
        policy('x', 'c', '{ podSelector: { matchLabels: { app: c } }, policyTypes: [Egress] }'),
    );
    const engine = buildEngine(cluster);
    const all = engine.connectivityNow({ by: 'pod' });
    const listed = [...all.pairs()].filter(({ from, to }) => from.kind === 'pods' && to.kind === 'pods').length;
    assert.deepEqual(all.counts, { podPairs: 30, connected: listed, unknown: 0 });
  });

  it('keeps its counts right through edits', () => {
    const base = (app: string, port: number): string =>
      ['a', 'b', 'c', app].map((label, index) => pod('x', `p${index}`, `app: ${label}`)).join('') +
      policy(
        'x',
        'a',
        `{ podSelector: { matchLabels: { app: a } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: b } } }], ports: [{ port: ${port} }] }] }`,
      ) +
      policy(
        'x',
        'c',
        '{ podSelector: { matchExpressions: [{ key: app, operator: In, values: [b, c] }] }, policyTypes: [Egress], egress: [{ to: [{ podSelector: { matchLabels: { app: a } } }] }] }',
      );
    let engine = buildEngine(clusterOf(base('a', 80)));
    for (const [app, port] of [
      ['b', 80],
      ['c', 81],
      ['d', 81],
      ['a', 82],
    ] as const) {
      void engine.connectivityNow().counts;
      engine = engine.update(clusterOf(base(app, port)));
      assert.deepEqual(
        engine.connectivityNow().counts,
        buildEngine(clusterOf(base(app, port))).connectivityNow().counts,
      );
    }
  });

  it('is right while a label is typed that no pod has, and once a pod has it', () => {
    const text = (label: string, pods: readonly string[]): ClusterSnapshot =>
      clusterOf(
        pods.map((labels, index) => pod('x', `p${index}`, labels)).join('') +
          policy('x', 'p', `{ podSelector: { matchLabels: { ${label} } }, ingress: [{ ports: [{ port: ht }] }] }`),
      );
    const pods = ['app: web', 'app: db', 'tier: front'];
    let engine = buildEngine(text('app: w', pods));
    let finer = engine;
    for (const [label, present] of [
      ['app: we', pods],
      ['ap: we', pods],
      ['app: web', pods],
      ['app: webb', pods],
      ['app: webb', [...pods, 'app: webb']],
      ['app: webb', [...pods, 'app: webb, ap: we']],
      ['ap: we', [...pods, 'app: webb, ap: we', 'ap: w']],
      ['ap: w', [...pods, 'app: webb, ap: we', 'ap: w']],
    ] as const) {
      const snapshot = text(label, present);
      engine = engine.update(snapshot);
      const of = (one: PolicyEngine): unknown => [
        one.selects({ table: 'networkPolicies', namespace: 'x', name: 'p' })?.pods.map(({ name }) => name),
        one.connectivityNow({ by: 'pod' }).counts,
      ];
      finer = finer.update(snapshot, { mayBeFiner: true });
      const fresh = of(buildEngine(snapshot));
      assert.deepEqual(of(engine), fresh, `${label} among ${present.join('; ')}`);
      assert.deepEqual(of(finer), fresh, `${label} among ${present.join('; ')}, perhaps finer`);
    }
  });

  it('says what an Ingress lets in', () => {
    const ingress = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { namespace: x, name: site }
spec: { defaultBackend: { service: { name: a, port: { name: web } } } }
---
apiVersion: v1
kind: Service
metadata: { namespace: x, name: a }
spec: { selector: { app: a }, ports: [{ name: web, port: 80, targetPort: http }, { name: admin, port: 81 }] }
---`;
    const found = lines(clusterOf(deployment('a', '{ name: http, containerPort: 8080 }') + ingress));
    assert.deepEqual(
      found.filter((line) => line.startsWith('{ingress')),
      ['{ingress-controller} > x/a[Deployment]: TCP 8080'],
    );
  });
});

describe('a difference', () => {
  const cluster = (spec: string): ClusterSnapshot =>
    clusterOf(deployment('a') + deployment('b') + policy('x', 'p', spec));

  it('names what is added, removed and changed, ranges joined', async () => {
    const before = buildEngine(
      cluster('{ podSelector: { matchLabels: { app: a } }, ingress: [{ from: [{ podSelector: {} }] }] }'),
    );
    const after = buildEngine(
      cluster(
        '{ podSelector: { matchLabels: { app: a } }, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }], ports: [{ port: 80 }] }, { from: [{ podSelector: {} }], ports: [{ port: 80 }] }] }',
      ),
    );
    const { changes } = await diffConnectivity(before, after);
    assert.deepEqual(
      changes.map(({ kind, from, to, after: now }) => `${kind}: ${from} > ${to}: ${text(now)}`),
      [
        'changed: x/b[Deployment] > x/a[Deployment]: TCP 80',
        'added: 10.0.0.0-10.255.255.255[External] > x/a[Deployment]: TCP 80',
      ],
    );
  });

  it('stops where it is told to', async () => {
    const engine = buildEngine(cluster('{ podSelector: {} }'));
    await assert.rejects(
      diffConnectivity(engine, engine, { by: 'pod' }, { signal: AbortSignal.abort(new Error('enough')) }),
      /enough/,
    );
  });
});

describe('coverage', () => {
  it('finds policies that select nothing, that change nothing, and rules that never decide', async () => {
    const admin = (rules: string): string => `
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: { name: admin }
spec:
  priority: 1
  subject: { namespaces: {} }
  ingress: [${rules}]
---`;
    const everyone = 'from: [{ namespaces: {} }]';
    const engine = buildEngine(
      clusterOf(
        deployment('a') +
          deployment('b') +
          policy('x', 'nobody', '{ podSelector: { matchLabels: { app: z } } }') +
          policy('x', 'all', '{ podSelector: {}, ingress: [{}] }') +
          policy(
            'x',
            'some',
            '{ podSelector: { matchLabels: { app: a } }, ingress: [{ from: [{ podSelector: {} }] }] }',
          ) +
          admin(
            `{ action: Deny, ${everyone}, ports: [{ portNumber: { port: 23 } }] }, { action: Allow, ${everyone}, ports: [{ portNumber: { port: 23 } }] }`,
          ),
      ),
    );
    const coverage = await engine.coverage();
    assert.deepEqual(
      coverage.selectNothing.map(({ name }) => name),
      ['nobody'],
    );
    assert.deepEqual(
      coverage.redundant.map(({ name }) => name),
      ['some'],
    );
    assert.deepEqual(
      coverage.shadowed.map(({ policy: { name }, rule }) => [name, rule.index]),
      [['admin', 1]],
    );
    assert.deepEqual(
      coverage.namespaces.map(({ namespace, pods, ingressIsolated, egressIsolated }) => [
        namespace,
        pods,
        ingressIsolated,
        egressIsolated,
      ]),
      [['x', 2, 2, 0]],
    );
  });
});

describe('selection and exposure', () => {
  const cluster = clusterOf(
    deployment('a') +
      deployment('b') +
      policy(
        'x',
        'p',
        '{ podSelector: { matchLabels: { app: a } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: b } } }] }] }',
      ),
  );

  it('says which pods a policy and its peers select, and what that makes of a pod', () => {
    const engine = buildEngine(cluster);
    const selection = engine.selects({ table: 'networkPolicies', namespace: 'x', name: 'p' });
    assert.deepEqual(selection?.pods, [{ namespace: 'x', name: 'a' }]);
    assert.deepEqual(selection?.rules[0]?.peers[0]?.pods, [{ namespace: 'x', name: 'b' }]);
    const selected = engine.selectedBy({ namespace: 'x', name: 'a' });
    assert.deepEqual([selected?.ingress, selected?.egress], ['isolated', 'open']);
  });

  it('says who reaches a workload from inside and from outside', async () => {
    const exposure = await buildEngine(cluster).exposure();
    assert.deepEqual(
      exposure.map(({ label, fromPods, fromAnywhere, toAnywhere }) => [
        label,
        fromPods.pods,
        text(fromAnywhere),
        text(toAnywhere),
      ]),
      [
        ['x/a[Deployment]', 1, '', 'all'],
        ['x/b[Deployment]', 1, 'all', 'all'],
      ],
    );
  });
});
