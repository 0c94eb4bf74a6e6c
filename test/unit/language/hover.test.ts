import assert from 'node:assert/strict';
import { pod } from '../policy/clusterOf.ts';
import { cluster, hoverOver } from './measured.ts';

const serving = (name: string, number: number, protocol = 'TCP', more = ''): string => `spec:
  containers: [{ name: main, ports: [{ name: ${name}, containerPort: ${number}, protocol: ${protocol} }] }]
  ${more}`;
const at = (address: string): string => `status: { phase: Running, podIPs: [{ ip: ${address} }] }`;

const shop = cluster(`
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { team: shop } }
---
apiVersion: v1
kind: Namespace
metadata: { name: pay, labels: { team: pay } }
---
${pod('shop', 'web-0', 'app: web, tier: front', `${serving('http', 8080)}\n${at('10.1.0.1')}`)}
${pod('shop', 'web-1', 'app: web, tier: front', `${serving('http', 9090)}\n${at('10.1.0.2')}`)}
${pod('shop', 'db-0', 'app: db, tier: data', `${serving('sql', 5432)}\n${at('10.1.0.3')}`)}
${pod('shop', 'agent', 'app: agent', `spec: { hostNetwork: true }\n${at('192.0.2.1')}`)}
${pod('pay', 'web-0', 'app: web', `${serving('http', 8080)}\n${at('10.2.0.1')}`)}
${pod('pay', 'ledger', 'app: ledger', `${serving('dns', 53, 'UDP')}\n${at('10.2.0.2')}`)}
apiVersion: v1
kind: Node
metadata: { name: node-1 }
status: { addresses: [{ type: InternalIP, address: 192.0.2.1 }] }
---
apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop }
spec: { clusterIP: 10.96.0.9, clusterIPs: [10.96.0.9], selector: { app: db }, ports: [{ port: 80, targetPort: sql }] }
`);

const policy = (spec: string): string => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: test, namespace: shop }
spec:
${spec.replaceAll(/^/gm, '  ')}
`;

describe('a hover over a policy', () => {
  const cases: [string, string, string[], RegExp?][] = [
    [
      'a peer with both selectors: both have to hold',
      'podSelector: {}\ningress:\n- from:\n  - podS‸elector: { matchLabels: { app: web } }\n    namespaceSelector: { matchLabels: { team: pay } }',
      ['Pods with app=web in namespaces with team=pay: both have to hold.', '1 pod in pay: web-0'],
      /shop:/,
    ],
    [
      'two peers: one of them is enough',
      'podSelector: {}\ningress:\n- fr‸om:\n  - podSelector: { matchLabels: { app: web } }\n  - namespaceSelector: { matchLabels: { team: pay } }',
      [
        '2 peers: one of them is enough.',
        'Pods with app=web in shop, the policy’s own namespace.',
        '2 pods in shop: web-0, web-1',
        'All pods in namespaces with team=pay.',
        '2 pods in pay: web-0, ledger',
      ],
    ],
    ['an empty list of rules: nothing is admitted', 'podSelector: {}\ningr‸ess: []', ['this policy admits nothing']],
    [
      'a rule without anything: everything is admitted',
      'podSelector: {}\ningr‸ess: [{}]',
      ['admits everything, addresses outside the cluster included'],
    ],
    [
      'a rule without peers but with ports: not everything',
      'podSelector: {}\ningr‸ess: [{ ports: [{ port: 80 }] }]',
      ['what at least one of 1 rule matches'],
      /everything/,
    ],
    [
      'absent rules: isolated for ingress all the same, and nothing said about egress',
      'podS‸elector: {}',
      ['Selects all pods of shop: 3.', '1 more matches and is on the node’s network'],
    ],
    [
      'policyTypes with one direction',
      'podSelector: {}\npolicyT‸ypes: [Egress]',
      ['Governs egress.', 'It says nothing about ingress.'],
    ],
    [
      'rules for a direction that is not governed',
      'podSelector: {}\npolicyTypes: [Egress]\ningr‸ess: [{}]',
      ['These rules have no effect: the policy does not govern ingress.'],
    ],
    [
      'matchExpressions',
      'podSelector:\n  matchExp‸ressions: [{ key: tier, operator: NotIn, values: [data] }]',
      ['2 pods in shop: web-0, web-1'],
      /db-0/,
    ],
    [
      'what other values a label has',
      'podSelector: { matchLabels: { app: w‸eb } }',
      ['app on pods there: web (2), agent (1), db (1).'],
    ],
    [
      'the requirement that keeps pods out',
      'podSelector: { matchLabels: { app: we‸b, tier: back } }',
      ['Selects no pod.', 'Without tier=back it would be 2 pods: web-0, web-1.'],
    ],
    [
      'an empty namespace selector: every namespace, and nothing outside',
      'podSelector: {}\ningress:\n- from:\n  - namespaceS‸elector: {}',
      ['All pods in every namespace, and nothing outside the cluster.', '2 namespaces of 2: pay, shop.'],
    ],
    [
      'an absent namespace selector: the own namespace',
      'podSelector: {}\ningress:\n- from:\n  - podS‸elector: {}',
      ['All pods in shop, the policy’s own namespace.'],
      /in pay/,
    ],
    [
      'a rule without peers',
      'podSelector: {}\negress:\n- por‸ts: [{ port: 53, protocol: UDP }, { port: 53 }]',
      ['2 ports: one of them is enough.'],
    ],
    [
      'no ports: every protocol',
      'podSelector: {}\negress:\n- t‸o: [{ podSelector: {} }]\n  ports: []',
      ['All pods in shop'],
    ],
    [
      'a range of ports',
      'podSelector: {}\ningress: [{ ports: [{ port: 80‸00, endPort: 8100 }] }]',
      ['TCP 8000 to 8100, both included: 101 ports.'],
    ],
    [
      'a protocol without a port',
      'podSelector: {}\ningress: [{ ports: [{ proto‸col: SCTP }] }]',
      ['Every port of SCTP, and no other protocol.'],
    ],
    [
      'a protocol that is not given',
      'podSelector: {}\ningress: [{ ports: [{ port: 54‸32 }] }]',
      ['No protocol is given, so it is TCP.', '1 of 3 pods declares TCP 5432, as sql.'],
    ],
    [
      'a named port, which each pod resolves by itself',
      'podSelector: {}\ningress: [{ ports: [{ port: ht‸tp }] }]',
      ['8080 on 1 pod: web-0.', '9090 on 1 pod: web-1.', '1 pod has no TCP port of this name'],
    ],
    [
      'a named port towards addresses',
      'podSelector: {}\negress: [{ to: [{ ipBlock: { cidr: 203.0.113.0/24 } }], ports: [{ port: ht‸tp }] }]',
      ['Addresses outside the cluster have no port names'],
    ],
    [
      'the port of a service, which is not the port of its pods',
      'podSelector: { matchLabels: { app: db } }\ningress: [{ ports: [{ port: 8‸0 }] }]',
      [
        '80 is the port of service shop/db, which sends it to 5432.',
        'None of the 1 pod declares TCP 80. It may listen there all the same.',
      ],
    ],
    [
      'the port that a service leads to',
      'podSelector: { matchLabels: { app: db } }\ningress: [{ ports: [{ port: 54‸32 }] }]',
      ['The port 80 of service shop/db leads to it.'],
    ],
    [
      'an address block',
      'podSelector: {}\negress: [{ to: [{ ipBlock: { cidr: 10.0.0.0/‸8, except: [10.2.0.0/16] } }] }]',
      [
        '10.0.0.0/8 is 10.0.0.0 to 10.255.255.255, but for the exceptions.',
        'It contains 3 pods: shop/web-0, shop/web-1, shop/db-0.',
        'It contains the cluster address of 1 service: shop/db.',
      ],
    ],
    [
      'an exception: this block only',
      'podSelector: {}\negress: [{ to: [{ ipBlock: { cidr: 10.0.0.0/8, except: [10.2.0.0‸/16] } }] }]',
      ['taken away from this block only', 'It contains 2 pods: pay/web-0, pay/ledger.'],
    ],
    [
      'a block of nodes',
      'podSelector: {}\negress: [{ to: [{ ipBlock: { cidr: 192.0.2.0‸/24 } }] }]',
      ['It contains the address of no pod.', 'It contains 1 node: node-1.'],
    ],
    ['the other family', 'podSelector: {}\negress: [{ to: [{ ipBlock: { cidr: 0.0.0.0‸/0 } }] }]', ['IPv4 only']],
    ['enforcement, which is never assumed', 'podS‸elector: {}', ['Cannot tell whether this takes effect']],
  ];
  for (const [title, spec, expected, never] of cases) {
    it(`says ${title}`, async () => {
      const text = await hoverOver(shop, policy(spec));
      for (const part of expected) assert.ok(text.includes(part), `no “${part}” in:\n${text}`);
      if (never !== undefined) assert.doesNotMatch(text, never);
    });
  }

  it('keeps the ports of one rule from another', async () => {
    const rules = 'ingress:\n- ports: [{ port: 1 }]\n- from: [{ podSelector: {} }]\n  por‸ts: [{ port: 8080 }]';
    const text = await hoverOver(shop, policy(`podSelector: {}\n${rules}`));
    assert.match(text, /TCP 8080, as http/);
    assert.doesNotMatch(text, /TCP 1\b/);
  });

  it('sums up the policy in a sentence', async () => {
    const text = await hoverOver(
      shop,
      policy('podSelector: { matchLabels: { app: web } }\negress: [{ to: [{ podSelector: {} }] }]').replace(
        'kind',
        'ki‸nd',
      ),
    );
    assert.match(
      text,
      /^test isolates 2 pods in 1 namespace for ingress \(admits nothing\) and egress \(admits what one of 1 rule matches\)\.$/m,
    );
  });

  it('does not claim to govern egress where policyTypes is absent and egress is empty', async () => {
    const text = await hoverOver(shop, policy('podSelector: {}\negress: []').replace('kind', 'ki‸nd'));
    assert.match(text, /It says nothing about egress\./);
  });

  it('says that pods may not be listed instead of saying none', async () => {
    const forbidden = cluster(pod('shop', 'web-0', 'app: web'), { state: 'forbidden', verb: 'list', resource: 'pods' });
    const text = await hoverOver(forbidden, policy('podS‸elector: {}'));
    assert.equal(text, 'Cannot tell which pods are meant: not allowed to list pods.');
  });

  it('says how old the cluster is', async () => {
    const since = new Date(2026, 0, 2, 10, 42).getTime();
    const stale = cluster(pod('shop', 'web-0', 'app: web'), { state: 'stale', since, reason: 'no answer' });
    assert.match(await hoverOver(stale, policy('podS‸elector: {}')), /as of 10:42/);
  });
});
