import assert from 'node:assert/strict';
import { suggestionsAt } from '../../../src/language/completion.ts';
import { linePathAt } from '../../../src/language/linePath.ts';
import { insertion, type Suggestion } from '../../../src/language/suggestion.ts';
import { pod } from '../policy/clusterOf.ts';
import { cluster } from './measured.ts';

const shop = cluster(`
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { team: shop } }
---
${pod('shop', 'web-0', 'app: web, tier: front', 'spec: { containers: [{ name: c, ports: [{ name: http, containerPort: 8080 }] }] }')}
${pod('shop', 'web-1', 'app: web', 'spec: { containers: [{ name: c, ports: [{ name: http, containerPort: 8080 }] }] }')}
${pod('shop', 'db-0', 'app: db', 'spec: { containers: [{ name: c, ports: [{ name: dns, containerPort: 53, protocol: UDP }] }] }')}
${pod('pay', 'ledger', 'app: ledger, pci: yes')}
apiVersion: projectcalico.org/v3
kind: Tier
metadata: { name: security }
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: { name: partners, labels: { app: partner } }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: builder, namespace: shop, labels: { role: ci } }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
`);

const head = 'kind: NetworkPolicy\nmetadata:\n  name: test\n  namespace: shop\nspec:\n';

/** The suggestions at the mark, most frequent first: `web (2 pods)`. */
function at(marked: string, above = head): readonly string[] {
  const text = above + marked;
  const lines = text.replace('‸', '').split('\n');
  const before = text.slice(0, text.indexOf('‸')).split('\n');
  return suggestionsAt(shop, lines, before.length - 1, before.at(-1)?.length ?? 0)
    .toSorted((one, other) => other.count - one.count || (one.text < other.text ? -1 : 1))
    .map(({ text: value, detail }) => `${value} (${detail})`);
}

describe('completion in a policy', () => {
  it('offers the values of a label with how many pods of the namespace have them', () => {
    assert.deepEqual(at('  podSelector:\n    matchLabels:\n      app: ‸'), ['web (2 pods)', 'db (1 pod)']);
  });

  it('offers the keys of labels', () => {
    assert.deepEqual(at('  podSelector:\n    matchLabels:\n      ‸'), ['app (3 pods)', 'tier (1 pod)']);
    assert.deepEqual(at('  podSelector:\n    matchExpressions:\n      - key: ‸'), ['app (3 pods)', 'tier (1 pod)']);
  });

  it('offers values among those of an expression', () => {
    assert.deepEqual(
      at(
        '  podSelector:\n    matchExpressions:\n      - key: app\n        operator: In\n        values:\n          - ‸',
      ),
      ['web (2 pods)', 'db (1 pod)'],
    );
  });

  it('offers pods of all namespaces for a peer, and namespaces for a namespace selector', () => {
    const peer = '  ingress:\n    - from:\n        - ';
    assert.deepEqual(at(`${peer}podSelector:\n            matchLabels:\n              app: l‸`), [
      'web (2 pods)',
      'db (1 pod)',
      'ledger (1 pod)',
    ]);
    assert.deepEqual(at(`${peer}namespaceSelector:\n            matchLabels:\n              team: ‸`), [
      'shop (1 namespace)',
    ]);
    assert.ok(
      at(`${peer}namespaceSelector:\n            matchLabels:\n              kubernetes.io/metadata.name: ‸`).includes(
        'pay (1 namespace)',
      ),
    );
  });

  it('offers ports by number and by name, of the protocol that is written', () => {
    assert.deepEqual(at('  ingress:\n    - ports:\n        - port: ‸'), [
      '8080 (TCP)',
      'http (TCP 8080)',
      '53 (UDP)',
      'dns (UDP 53)',
    ]);
    assert.deepEqual(at('  ingress:\n    - ports:\n        - protocol: UDP\n          port: ‸'), [
      '53 (UDP)',
      'dns (UDP 53)',
    ]);
  });

  it('offers nothing where the schema knows better', () => {
    assert.deepEqual(at('  policyTypes:\n    - ‸'), []);
    assert.deepEqual(at('  ‸'), []);
    assert.deepEqual(at('  podSelector:\n    ‸'), []);
  });
});

const headOf = (apiVersion: string, kind: string, namespace?: string): string =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: test\n${namespace === undefined ? '' : `  namespace: ${namespace}\n`}spec:\n`;

describe('completion inside braces and brackets', () => {
  const cases: [string, string, string[]][] = [
    ['keys', '  podSelector: { matchLabels: { ‸', ['app (3 pods)', 'tier (1 pod)']],
    ['keys behind others', '  podSelector: { matchLabels: { tier: front, ‸ } }', ['app (3 pods)', 'tier (1 pod)']],
    ['values', '  podSelector: { matchLabels: { app: ‸ } }', ['web (2 pods)', 'db (1 pod)']],
    ['values in quotes', '  podSelector: { matchLabels: { app: "w‸" } }', ['web (2 pods)', 'db (1 pod)']],
    [
      'values of an expression',
      '  podSelector: { matchExpressions: [{ key: app, operator: In, values: [web, ‸] }] }',
      ['web (2 pods)', 'db (1 pod)'],
    ],
    [
      'values of an expression that is written in lines',
      '  podSelector:\n    matchExpressions:\n      - key: app\n        operator: In\n        values: [‸',
      ['web (2 pods)', 'db (1 pod)'],
    ],
    [
      'namespaces of a peer over several lines',
      '  ingress: [\n    { from: [{ namespaceSelector: { matchLabels: {\n      team: ‸\n    } } }] }\n  ]',
      ['shop (1 namespace)'],
    ],
    [
      'pods of all namespaces beside a namespace selector',
      '  ingress:\n    - from: [{ namespaceSelector: { matchLabels: { team: shop } }, podSelector: { matchLabels: { app: ‸ } } }]',
      ['web (2 pods)', 'db (1 pod)', 'ledger (1 pod)'],
    ],
    [
      'ports of the protocol behind',
      '  ingress: [{ ports: [{ port: ‸, protocol: UDP }] }]',
      ['53 (UDP)', 'dns (UDP 53)'],
    ],
    ['nothing of what the schema says', '  ingress: [{ ‸ }]', []],
    ['nothing behind the end', '  podSelector: { matchLabels: { app: web } } ‸', []],
    ['nothing in a comment', '  podSelector: { # matchLabels: { ‸', []],
    ['nothing in a text of several lines that looks like it', '  note: |\n    { matchLabels: { ‸', []],
  ];
  for (const [title, text, expected] of cases)
    it(`offers ${title}`, () => {
      assert.deepEqual(at(text), expected);
    });

  it('offers the same in JSON', () => {
    const json = '{\n  "kind": "NetworkPolicy",\n  "metadata": { "name": "test", "namespace": "shop" },\n';
    assert.deepEqual(at('  "spec": { "podSelector": { "matchLabels": { "app": "‸" } } }\n}', json), [
      'web (2 pods)',
      'db (1 pod)',
    ]);
    assert.deepEqual(at('  "spec": {\n    "podSelector": {\n      "matchLabels": { "‸', json), [
      'app (3 pods)',
      'tier (1 pod)',
    ]);
  });

  it('finds its place in whatever is half written', () => {
    const text = `${head}  ingress: [{ from: [{ podSelector: { matchLabels: { 'a: b': "c, d" } } }], ports: [{ port: 80 }] }] # x`;
    for (let length = head.length; length <= text.length; length++)
      assert.doesNotThrow(() => at(`${text.slice(head.length, length)}‸`));
  });
});

describe('completion in the other kinds', () => {
  const admin = headOf('policy.networking.k8s.io/v1alpha1', 'AdminNetworkPolicy');
  const cluster = headOf('policy.networking.k8s.io/v1alpha2', 'ClusterNetworkPolicy');
  const calico = headOf('projectcalico.org/v3', 'NetworkPolicy', 'shop');
  const global = headOf('projectcalico.org/v3', 'GlobalNetworkPolicy');
  const cases: [string, string, string, string[]][] = [
    [
      'pods of all namespaces for a cluster-wide subject',
      admin,
      '  subject: { pods: { podSelector: { matchLabels: { app: ‸',
      ['web (2 pods)', 'db (1 pod)', 'ledger (1 pod)'],
    ],
    [
      'namespaces for a subject',
      admin,
      '  subject:\n    namespaces:\n      matchLabels:\n        team: ‸',
      ['shop (1 namespace)'],
    ],
    ['ports by number', admin, '  ingress:\n  - ports:\n    - portNumber: { protocol: TCP, port: ‸ }', ['8080 (TCP)']],
    ['ports by name', admin, '  ingress:\n  - ports:\n    - namedPort: ‸', ['http (TCP 8080)', 'dns (UDP 53)']],
    [
      'ports of a transport',
      cluster,
      '  ingress:\n  - protocols:\n    - udp: { destinationPort: { number: ‸ } }',
      ['53 (UDP)'],
    ],
    [
      'ports by name, of any protocol',
      cluster,
      '  ingress:\n  - protocols:\n    - destinationNamedPort: ‸',
      ['http (TCP 8080)', 'dns (UDP 53)'],
    ],
    ['no tier of Calico in another kind', cluster, '  tier: ‸', []],
    ['tiers', calico, '  tier: ‸', ['security (tier)']],
    [
      'service accounts',
      calico,
      '  ingress:\n  - source: { serviceAccounts: { names: [‸] } }',
      ['builder (service account)'],
    ],
    [
      'services of the namespace',
      calico,
      '  egress:\n  - destination:\n      services:\n        name: ‸',
      ['web (service in shop)'],
    ],
    [
      'ports in a list',
      calico,
      '  ingress:\n  - protocol: TCP\n    destination:\n      ports: [‸]',
      ['8080 (TCP)', 'http (TCP 8080)', '53 (UDP)', 'dns (UDP 53)'],
    ],
    [
      'labels in a selector',
      calico,
      '  selector: ‸',
      [
        'app (3 pods)',
        'projectcalico.org/namespace (3 pods)',
        'projectcalico.org/orchestrator (3 pods)',
        'tier (1 pod)',
        'has( ()',
        'all() ()',
      ],
    ],
    [
      'operators',
      calico,
      '  selector: app ‸',
      ['== ()', '!= ()', 'in ()', 'not in ()', 'contains ()', 'starts with ()', 'ends with ()'],
    ],
    ['values in quotes', calico, '  selector: app == ‸', ["'web' (2 pods)", "'db' (1 pod)"]],
    ['values in a quote that is there', calico, "  selector: app == 'w‸", ['web (2 pods)', 'db (1 pod)']],
    [
      'values in a set, in a text in single quotes',
      calico,
      '  selector: \'app in {"web", ‸}\'',
      ['"web" (2 pods)', '"db" (1 pod)'],
    ],
    ['what joins two terms', calico, "  selector: app == 'web' ‸", ['&& ()', '|| ()']],
    [
      'labels alone in has(',
      calico,
      '  selector: "!has(‸',
      [
        'app (3 pods)',
        'projectcalico.org/namespace (3 pods)',
        'projectcalico.org/orchestrator (3 pods)',
        'tier (1 pod)',
      ],
    ],
    [
      'values of pods of all namespaces',
      global,
      '  selector: app == ‸',
      ["'web' (2 pods)", "'db' (1 pod)", "'ledger' (1 pod)"],
    ],
    [
      'values of pods and of network sets for a peer',
      calico,
      '  egress:\n  - destination: { selector: "app == ‸',
      ["'web' (2 peers)", "'db' (1 peer)", "'partner' (1 peer)"],
    ],
    ['namespaces', global, '  namespaceSelector: team == ‸', ["'shop' (1 namespace)"]],
    ['labels of service accounts', calico, '  serviceAccountSelector: role == ‸', ["'ci' (1 service account)"]],
    [
      'values in a selector that is folded',
      calico,
      "  selector: >-\n    tier == 'front' &&\n    app == ‸",
      ["'web' (2 pods)", "'db' (1 pod)"],
    ],
    ['what joins two terms, in a new line', calico, "  selector: |-\n    app == 'web'\n    ‸", ['&& ()', '|| ()']],
    [
      'values in a selector that goes on without a mark, and in a set that is open',
      calico,
      "  selector: app in {'web',\n    ‸",
      ["'web' (2 pods)", "'db' (1 pod)"],
    ],
    [
      'values of all namespaces in a long selector of a peer beside a namespaceSelector',
      calico,
      '  ingress:\n  - action: Allow\n    source:\n      namespaceSelector: all()\n      selector: "!has(x) &&\n        app == ‸',
      ["'web' (2 peers)", "'db' (1 peer)", "'ledger' (1 peer)", "'partner' (1 peer)"],
    ],
    ['nothing of a selector below one that has ended', calico, "  selector: 'all()'\n    ‸", []],
    ['no selector syntax in other texts', calico, '  description: >-\n    ‸', []],
    ['no selector syntax in a NetworkPolicy', head, '  selector: ‸', []],
  ];
  for (const [title, above, text, expected] of cases)
    it(`offers ${title}`, () => {
      assert.deepEqual(at(text, above), expected);
    });
});

describe('the place of the cursor', () => {
  it('is known in a list that is not indented, while the text does not parse', () => {
    const lines = [
      'spec:',
      '  ingress:',
      '  - from:',
      '    - podSelector:',
      '        matchLabels:',
      '          app: we',
    ];
    assert.deepEqual(linePathAt(lines, 5, 17)?.fields, ['spec', 'ingress', 'from', 'podSelector', 'matchLabels']);
    assert.equal(linePathAt(lines, 5, 17)?.field, 'app');
    assert.equal(linePathAt(lines, 5, 17)?.prefix, 'we');
  });
});

describe('what is put in', () => {
  const of = (text: string, more: Partial<Suggestion> = {}, isJson = false): string =>
    insertion({ text, detail: '', isField: false, count: 1, ...more }, isJson);

  it('stays text where YAML would take it for something else', () => {
    assert.deepEqual(
      ['web', 'on', '1', '1.5', '1e3', '0x1f', 'v1', '1.2.3-rc', 'null'].map((text) => of(text)),
      ['web', "'on'", "'1'", "'1.5'", "'1e3'", "'0x1f'", 'v1', '1.2.3-rc', "'null'"],
    );
  });

  it('is a number where a port is one, a field with its colon, and quoted in JSON', () => {
    assert.equal(of('8080', { mayBeNumber: true }), '8080');
    assert.equal(of('http', { mayBeNumber: true }), 'http');
    assert.equal(of('app', { isField: true }), 'app: ');
    assert.equal(of('app', { isField: true }, true), '"app": ');
    assert.equal(of('web', {}, true), '"web"');
    assert.equal(of('8080', { mayBeNumber: true }, true), '8080');
    assert.equal(of("'web'", { asWritten: true }), "'web'");
  });
});
