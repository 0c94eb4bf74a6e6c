import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { pod } from '../policy/clusterOf.ts';
import { snapshotFromYaml } from '../support/snapshotFromYaml.ts';
import { cluster, hoverOver } from './measured.ts';

const serving = (name: string, number: number, protocol = 'TCP', account = 'default'): string => `spec:
  serviceAccountName: ${account}
  containers: [{ name: main, ports: [{ name: ${name}, containerPort: ${number}, protocol: ${protocol} }] }]
status: { phase: Running, podIPs: [{ ip: 10.1.0.${number % 250} }] }`;

const both = cluster(`
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { team: sales } }
---
apiVersion: v1
kind: Namespace
metadata: { name: pay, labels: { team: pay } }
---
${pod('shop', 'web-0', 'app: web', serving('http', 8080, 'TCP', 'builder'))}
${pod('shop', 'db-0', 'app: db', serving('sql', 5432))}
${pod('pay', 'ledger', 'app: ledger', serving('dns', 53, 'UDP'))}
apiVersion: v1
kind: Node
metadata: { name: node-1, labels: { role: edge } }
---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: { name: first }
spec: { priority: 1, subject: { namespaces: {} } }
---
apiVersion: projectcalico.org/v3
kind: Tier
metadata: { name: security }
spec: { order: 100 }
---
apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop }
spec: { selector: { app: db }, ports: [{ port: 5432 }] }
`);

const admin = (spec: string): string =>
  `apiVersion: policy.networking.k8s.io/v1alpha1\nkind: AdminNetworkPolicy\nmetadata: { name: test }\nspec: { priority: 5, ${spec} }\n`;
const baseline = (spec: string): string =>
  `apiVersion: policy.networking.k8s.io/v1alpha1\nkind: BaselineAdminNetworkPolicy\nmetadata: { name: default }\nspec: { ${spec} }\n`;
const clusterWide = (spec: string): string =>
  `apiVersion: policy.networking.k8s.io/v1alpha2\nkind: ClusterNetworkPolicy\nmetadata: { name: test }\nspec: { tier: Admin, priority: 5, ${spec} }\n`;
const calico = (spec: string): string =>
  `apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: { name: test, namespace: shop }\nspec: { ${spec} }\n`;
const global = (spec: string): string =>
  `apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: { name: test }\nspec: { ${spec} }\n`;

const all = 'subject: { namespaces: {} }';
const web =
  'subject: { pods: { namespaceSelector: { matchLabels: { team: sales } }, podSelector: { matchLabels: { app: web } } } }';

describe('a hover over the other kinds of policy', () => {
  const cases: [string, string, string[], RegExp?][] = [
    [
      'an AdminNetworkPolicy in a sentence, its rank and its rules',
      admin(
        `${web}, ingress: [{ action: Deny, from: [{ namespaces: { matchLabels: { team: pay } } }], ports: [{ portNumber: { port: 8080, protocol: TCP } }] }]`,
      ).replace('kind', 'ki‸nd'),
      [
        'test governs 1 pod in 1 namespace for ingress (1 rule).',
        'It is asked before every NetworkPolicy.',
        'Priority 5, the lowest goes first: 1 before it, 0 after it.',
        'Ingress 1: Deny from every pod of namespaces with team=pay on TCP 8080.',
      ],
    ],
    [
      'a baseline in a sentence',
      baseline(`${all}, egress: [{ action: Deny, to: [{ networks: [10.1.0.0/16] }] }]`).replace('kind', 'ki‸nd'),
      ['The baseline is asked last', 'Egress 1: Deny to 10.1.0.0/16.'],
      /default isolates/,
    ],
    [
      'whom a subject chooses',
      admin(web.replace('app: web', 'app: w‸eb')),
      ['Selects 1 pod in 1 namespace.', 'app on pods there: db (1), web (1).'],
    ],
    [
      'the namespaces of a subject',
      admin('subject: { names‸paces: { matchLabels: { team: sales } } }'),
      ['Selects 2 pods in 1 namespace.', '1 namespace of 2: shop.'],
    ],
    [
      'a peer and its namespaces',
      admin(`${all}, ingress: [{ action: Pass, from: [{ na‸mespaces: { matchLabels: { team: pay } } }] }]`),
      ['Every pod of namespaces with team=pay.', '1 pod in pay: ledger', '1 namespace of 2: pay.'],
    ],
    [
      'which requirement keeps pods from a peer',
      admin(
        `${all}, ingress: [{ action: Pass, from: [{ pods: { namespaceSelector: {}, pod‸Selector: { matchLabels: { app: web, tier: none } } } }] }]`,
      ),
      ['Matches no pod.', 'Without tier=none it would be 1 pod: web-0.'],
    ],
    [
      'what an action means',
      admin(`${all}, ingress: [{ acti‸on: Pass, from: [{ namespaces: {} }] }]`),
      ['Left to NetworkPolicy: the other policies of this tier are not asked.'],
    ],
    [
      'what the same word means in the baseline',
      baseline(`${all}, ingress: [{ acti‸on: Allow, from: [{ namespaces: {} }] }]`),
      ['Allowed, where no NetworkPolicy has decided before.'],
    ],
    [
      'a port by number',
      admin(
        `${web}, ingress: [{ action: Allow, from: [{ namespaces: {} }], ports: [{ portNumber: { protocol: TCP, port: 80‸80 } }] }]`,
      ),
      ['1 of 1 pod declares TCP 8080, as http.'],
    ],
    [
      'a port by name, over any protocol',
      admin(`${all}, egress: [{ action: Allow, to: [{ namespaces: {} }], ports: [{ namedPort: d‸ns }] }]`),
      ['dns is looked up in each destination pod by itself, as the name of one of its ports.', '53 on 1 pod: ledger.'],
      /so it is TCP/,
    ],
    [
      'a range of ports',
      admin(
        `${all}, egress: [{ action: Allow, to: [{ namespaces: {} }], ports: [{ portRange: { protocol: UDP, start: 50, e‸nd: 60 } }] }]`,
      ),
      ['UDP 50 to 60, both included: 11 ports.'],
    ],
    [
      'a network',
      admin(`${all}, egress: [{ action: Deny, to: [{ networks: [10.1.0.0/‸16] }] }]`),
      ['10.1.0.0/16 is 10.1.0.0 to 10.1.255.255.', 'It contains 3 pods'],
    ],
    [
      'nodes',
      admin(`${all}, egress: [{ action: Deny, to: [{ no‸des: { matchLabels: { role: edge } } }] }]`),
      ['1 node of 1, and the pods on their network: node-1.'],
    ],
    [
      'a transport of a ClusterNetworkPolicy',
      clusterWide(
        `${web}, ingress: [{ action: Accept, from: [{ namespaces: {} }], protocols: [{ tcp: { destinationPort: { number: 80‸80 } } }] }]`,
      ),
      ['1 of 1 pod declares TCP 8080, as http.'],
    ],
    [
      'a priority',
      clusterWide(`${all}`).replace('priority', 'prio‸rity'),
      ['Priority 5, the lowest goes first: 1 before it, 0 after it.'],
    ],
    [
      'a Calico policy in a sentence, its tier and its rules',
      calico(
        `tier: security, order: 10, selector: app == 'db', ingress: [{ action: Allow, protocol: TCP, source: { selector: app == 'web' }, destination: { ports: [5432] } }]`,
      ).replace('kind', 'ki‸nd'),
      [
        'test governs 1 pod in 1 namespace for ingress (1 rule).',
        'Tier security (order 100). What none of its policies matches is denied at its end.',
        "Ingress 1: Allow from app == 'web' on TCP 5432.",
      ],
    ],
    [
      'a Calico selector',
      calico(`selec‸tor: "app == 'web'"`),
      ['Selects 1 pod in 1 namespace.', '1 pod in shop: web-0'],
    ],
    [
      'a Calico selector over several lines',
      "apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: { name: test, namespace: shop }\nspec:\n  selector: >-\n    app == 'web' &&\n    has(a‸pp)\n",
      ['Selects 1 pod in 1 namespace.', '1 pod in shop: web-0'],
    ],
    [
      'a Calico selector that goes on without a mark',
      "apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: { name: test, namespace: shop }\nspec:\n  selector: app == 'web' &&\n    has(a‸pp)\n",
      ['Selects 1 pod in 1 namespace.', '1 pod in shop: web-0'],
    ],
    [
      'the source of a rule',
      global(
        `selector: all(), ingress: [{ action: Allow, source: { selec‸tor: "app == 'ledger'", namespaceSelector: "team == 'pay'" } }]`,
      ),
      ['All of its fields have to hold.', 'Matches 1 pod in 1 namespace.', '1 pod in pay: ledger'],
    ],
    [
      'the side of a rule that is the policy’s own',
      global(`selector: all(), ingress: [{ action: Allow, destination: { selec‸tor: "app == 'web'" } }]`),
      ['A condition on the selected pods themselves'],
    ],
    [
      'blocks that are left out',
      global('selector: all(), egress: [{ action: Deny, destination: { notNe‸ts: [10.1.0.0/16] } }]'),
      ['Everything but these blocks is meant.', '10.1.0.0/16 is 10.1.0.0 to 10.1.255.255.'],
    ],
    [
      'one block of several',
      global('selector: all(), egress: [{ action: Deny, destination: { nets: [10.1.0.0/16, 192.0.2.0‸/24] } }]'),
      ['192.0.2.0/24 is 192.0.2.0 to 192.0.2.255.'],
      /10\.1\.0\.0/,
    ],
    [
      'the ports of a destination, a range in quotes among them',
      calico(
        `selector: app == 'db', ingress: [{ action: Allow, protocol: TCP, destination: { ports: ["54‸30:5440"] } }]`,
      ),
      ['TCP 5430 to 5440, both included: 11 ports.'],
    ],
    [
      'a named port of a destination',
      calico(`selector: app == 'db', ingress: [{ action: Allow, protocol: TCP, destination: { ports: [s‸ql] } }]`),
      ['5432 on 1 pod: db-0.'],
    ],
    [
      'a service account',
      calico('selector: all(), ingress: [{ action: Allow, source: { serviceAccounts: { names: [bui‸lder] } } }]'),
      ['1 pod runs as builder of shop: web-0.'],
    ],
    [
      'a service that is not there',
      calico('selector: all(), egress: [{ action: Allow, destination: { services: { name: mis‸sing } } }]'),
      ['There is no service shop/missing.'],
    ],
    [
      'a rule that logs',
      calico('selector: all(), ingress: [{ acti‸on: Log }]'),
      ['A line is logged, and the next rule is asked.'],
    ],
    [
      'the types of a Calico policy',
      calico('selector: all(), typ‸es: [Egress]'),
      ['Governs egress.', 'Without types a policy governs the directions that it has rules for'],
    ],
    [
      'an order without rivals',
      calico('selector: all(), ord‸er: 7'),
      ['Tier default.', 'Order 7, the lowest goes first.'],
    ],
  ];
  for (const [title, text, expected, never] of cases) {
    it(`says ${title}`, async () => {
      const said = await hoverOver(both, text);
      for (const part of expected) assert.ok(said.includes(part), `no “${part}” in:\n${said}`);
      if (never !== undefined) assert.doesNotMatch(said, never);
    });
  }
});

describe('whether a policy takes effect, on hover', () => {
  const inCluster = async (cni: string, text: string): Promise<string> => {
    const file = new URL(`../../fixtures/clusters/cnis/${cni}.yaml`, import.meta.url);
    return hoverOver(snapshotFromYaml(readFileSync(file, 'utf8')), text.replace('kind', 'ki‸nd'));
  };

  it('is told of each kind by itself', async () => {
    const flannel = await inCluster('flannel', calico('selector: all()'));
    assert.match(flannel, /NetworkPolicy has no effect here: it is Calico's own kind, and the cluster runs /);
    const kubeRouter = await inCluster('kube-router', admin(all));
    assert.match(
      kubeRouter,
      /AdminNetworkPolicy has no effect here: of the Kubernetes kinds .* enforces NetworkPolicy alone\./,
    );
    const cilium = await inCluster('cilium', clusterWide(all));
    assert.match(
      cilium,
      /ClusterNetworkPolicy may have no effect here: Whether Cilium enforces it depends on its release\./,
    );
  });
});
