import type { LintCode } from '../../../../src/policy/lint/codes.ts';

/** A small cluster to lint against. */
export const cluster = `
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {team: sales}}}
- {apiVersion: v1, kind: Namespace, metadata: {name: web, labels: {team: front}}}
- {apiVersion: v1, kind: Namespace, metadata: {name: kube-system}}
- {apiVersion: v1, kind: Node, metadata: {name: n1}, spec: {podCIDR: 10.244.0.0/24}}
- apiVersion: v1
  kind: Pod
  metadata: {name: api-0, namespace: shop, labels: {app: api}}
  spec: {containers: [{name: c, ports: [{name: http, containerPort: 8080}, {name: stats, containerPort: 8125, protocol: UDP}]}]}
  status: {phase: Running, podIP: 10.244.0.5}
- apiVersion: v1
  kind: Pod
  metadata: {name: db-0, namespace: shop, labels: {app: db}}
  spec: {containers: [{name: c, ports: [{name: pg, containerPort: 5432}]}]}
  status: {phase: Running, podIP: 10.244.0.6}
- apiVersion: v1
  kind: Pod
  metadata: {name: old-0, namespace: shop, labels: {app: old}}
  spec: {containers: [{name: c}]}
  status: {phase: Succeeded, podIP: 10.244.0.7}
- apiVersion: v1
  kind: Pod
  metadata: {name: agent-0, namespace: shop, labels: {app: agent}}
  spec: {hostNetwork: true, containers: [{name: c}]}
  status: {phase: Running, podIP: 192.168.1.1}
- apiVersion: v1
  kind: Pod
  metadata: {name: front-0, namespace: web, labels: {app: front}}
  spec: {containers: [{name: c, ports: [{name: http, containerPort: 8080}]}]}
  status: {phase: Running, podIP: 10.244.0.8}
- apiVersion: v1
  kind: Pod
  metadata: {name: coredns-0, namespace: kube-system, labels: {k8s-app: kube-dns}}
  spec: {containers: [{name: c, ports: [{name: dns, containerPort: 53, protocol: UDP}, {name: dns-tcp, containerPort: 53}]}]}
  status: {phase: Running, podIP: 10.244.0.9}
- apiVersion: v1
  kind: Service
  metadata: {name: api, namespace: shop}
  spec: {clusterIP: 10.96.0.10, selector: {app: api}, ports: [{port: 80, targetPort: http}]}
`;

export interface Example {
  readonly code: LintCode;
  /** Policies, one a line in YAML's flow style; the finding is in the first. */
  readonly found: string;
  /** The path of the finding. */
  readonly at: string;
  /** The same but for the mistake: no finding of this code. */
  readonly fine: string;
  /** What the message says, where a number or a name in it matters. */
  readonly says?: RegExp;
  /** What the first fix does. */
  readonly fix?: unknown;
}

const np = (spec: string, name = 'policy'): string =>
  `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: ${name}, namespace: shop}, spec: ${spec}}`;
const api = 'podSelector: {matchLabels: {app: api}}';
const from = (peers: string): string => np(`{${api}, ingress: [{from: [${peers}]}]}`);
const ports = (list: string): string => np(`{${api}, ingress: [{ports: [${list}]}]}`);
const egress = (rules: string): string => np(`{${api}, policyTypes: [Egress], egress: ${rules}}`);
const anp = (spec: string, name = 'policy'): string =>
  `{apiVersion: policy.networking.k8s.io/v1alpha1, kind: AdminNetworkPolicy, metadata: {name: ${name}}, spec: ${spec}}`;
const everywhere = 'subject: {namespaces: {}}';
const admin = (rules: string): string => anp(`{priority: 5, ${everywhere}, ingress: [${rules}]}`);
const cnp = (spec: string): string =>
  `{apiVersion: policy.networking.k8s.io/v1alpha2, kind: ClusterNetworkPolicy, metadata: {name: policy}, spec: {tier: Admin, priority: 5, ${everywhere}, ${spec}}}`;
const banp = (name: string): string =>
  `{apiVersion: policy.networking.k8s.io/v1alpha1, kind: BaselineAdminNetworkPolicy, metadata: {name: ${name}}, spec: {${everywhere}}}`;
const calico = (spec: string, name = 'policy'): string =>
  `{apiVersion: projectcalico.org/v3, kind: NetworkPolicy, metadata: {name: ${name}, namespace: shop}, spec: {${spec}}}`;
const gnp = (spec: string): string =>
  `{apiVersion: projectcalico.org/v3, kind: GlobalNetworkPolicy, metadata: {name: policy}, spec: {${spec}}}`;

/** A policy in a tier before NetworkPolicy's, and a NetworkPolicy for the same pods. */
const tiers = (more: string): string =>
  [
    calico(`tier: security, selector: "app == 'api'", ingress: [{action: Deny, source: {nets: [192.0.2.0/24]}}]`),
    `{apiVersion: projectcalico.org/v3, kind: Tier, metadata: {name: security}, spec: {order: 100${more}}}`,
    np(`{${api}, ingress: [{from: [{podSelector: {matchLabels: {app: db}}}]}]}`, 'plain'),
  ].join('\n---\n');

const dnsPorts = 'ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]';

export const examples: readonly Example[] = [
  // Form
  {
    code: 'unknown-field',
    found: np(`{${api}, ingres: []}`),
    at: 'spec.ingres',
    fine: np(`{${api}, ingress: []}`),
    says: /Did you mean ingress\?/,
    fix: { kind: 'rename', title: 'Change to ingress', path: ['spec', 'ingres'], to: 'ingress' },
  },
  {
    code: 'unknown-field',
    found: np(`{${api}, ingress: [{to: []}]}`),
    at: 'spec.ingress[0].to',
    fine: np(`{${api}, egress: [{to: []}]}`),
    says: /Did you mean from\?/,
  },
  {
    code: 'unknown-field',
    found: np('{}, podSelector: {}'),
    at: 'podSelector',
    fine: np('{podSelector: {}}'),
    says: /There is no field podSelector here, so it says nothing\. It belongs in spec\./,
  },
  {
    code: 'wrong-type',
    found: np('{podSelector: {matchLabels: {app: }}}'),
    at: 'spec.podSelector.matchLabels.app',
    fine: np('{podSelector: {matchLabels: {app: ""}}}'),
    says: /The label app has no value: kubectl apply leaves it out/,
    fix: { kind: 'set', title: 'Write ""', path: ['spec', 'podSelector', 'matchLabels', 'app'], value: '' },
  },
  {
    code: 'wrong-type',
    found: np(`{${api}, ingress: [{from: {podSelector: {}}}]}`),
    at: 'spec.ingress[0].from',
    fine: from('{podSelector: {}}'),
    says: /a mapping where the API takes a list/,
  },
  {
    code: 'missing-field',
    found: anp('{priority: 5, subject: {pods: {namespaceSelector: {}}}}'),
    at: 'spec.subject.pods',
    fine: anp('{priority: 5, subject: {pods: {namespaceSelector: {}, podSelector: {}}}}'),
  },
  {
    code: 'missing-field',
    found: cnp('ingress: [{action: Deny, from: [{namespaces: {}}], protocols: [{tcp: {}}]}]'),
    at: 'spec.ingress[0].protocols[0].tcp',
    fine: cnp(
      'ingress: [{action: Deny, from: [{namespaces: {}}], protocols: [{tcp: {destinationPort: {number: 1}}}]}]',
    ),
  },
  {
    code: 'value-not-text',
    found: np('{podSelector: {matchLabels: {app: true}}}'),
    at: 'spec.podSelector.matchLabels.app',
    fine: np('{podSelector: {matchLabels: {app: "true"}}}'),
    fix: { kind: 'set', title: 'Quote true', path: ['spec', 'podSelector', 'matchLabels', 'app'], value: 'true' },
  },
  {
    code: 'invalid-selector',
    found: np('{podSelector: {matchExpressions: [{key: app, operator: In, values: []}]}}'),
    at: 'spec.podSelector.matchExpressions[0]',
    fine: np('{podSelector: {matchExpressions: [{key: app, operator: In, values: [api]}]}}'),
  },
  {
    code: 'invalid-selector',
    found: np('{podSelector: {matchExpressions: [{key: app, operator: Exist}]}}'),
    at: 'spec.podSelector.matchExpressions[0].operator',
    fine: np('{podSelector: {matchExpressions: [{key: app, operator: Exists}]}}'),
    says: /no operator Exist\./,
  },
  {
    code: 'invalid-selector',
    found: np('{podSelector: {matchLabels: {"app name": api}}}'),
    at: 'spec.podSelector.matchLabels["app name"]',
    fine: np('{podSelector: {matchLabels: {app.kubernetes.io/name: api}}}'),
  },
  {
    code: 'invalid-cidr',
    found: from('{ipBlock: {cidr: 10.0.0.256/8}}'),
    at: 'spec.ingress[0].from[0].ipBlock.cidr',
    fine: from('{ipBlock: {cidr: 10.0.0.0/8}}'),
  },
  {
    code: 'invalid-cidr',
    found: from('{ipBlock: {cidr: 192.0.2.1}}'),
    at: 'spec.ingress[0].from[0].ipBlock.cidr',
    fine: from('{ipBlock: {cidr: 192.0.2.1/32}}'),
    fix: {
      kind: 'set',
      title: 'Change to 192.0.2.1/32',
      path: ['spec', 'ingress', 0, 'from', 0, 'ipBlock', 'cidr'],
      value: '192.0.2.1/32',
    },
  },
  {
    code: 'invalid-cidr',
    found: from('{ipBlock: {cidr: "::ffff:10.0.0.0/104"}}'),
    at: 'spec.ingress[0].from[0].ipBlock.cidr',
    fine: from('{ipBlock: {cidr: "::fffe:a00:0/104"}}'),
    fix: {
      kind: 'set',
      title: 'Change to 10.0.0.0/8',
      path: ['spec', 'ingress', 0, 'from', 0, 'ipBlock', 'cidr'],
      value: '10.0.0.0/8',
    },
  },
  {
    code: 'invalid-name',
    found: np('{podSelector: {}}').replace('name: policy', 'name: API_Server'),
    at: 'metadata.name',
    fine: np('{podSelector: {}}').replace('name: policy', 'name: default.api-server-'),
    fix: { kind: 'set', title: 'Change to api-server', path: ['metadata', 'name'], value: 'api-server' },
  },
  {
    code: 'invalid-name',
    found: np('{podSelector: {}}').replace('namespace: shop', 'namespace: shop.floor'),
    at: 'metadata.namespace',
    fine: np('{podSelector: {}}'),
  },
  {
    code: 'cidr-not-canonical',
    found: from('{ipBlock: {cidr: 192.0.2.3/24}}'),
    at: 'spec.ingress[0].from[0].ipBlock.cidr',
    fine: from('{ipBlock: {cidr: 192.0.2.0/24}}'),
    says: /means 192\.0\.2\.0\/24.*From Kubernetes 1\.36 on the API server refuses it/,
  },
  {
    code: 'except-outside-block',
    found: from('{ipBlock: {cidr: 192.0.2.0/24, except: [192.0.3.0/28]}}'),
    at: 'spec.ingress[0].from[0].ipBlock.except[0]',
    fine: from('{ipBlock: {cidr: 192.0.2.0/24, except: [192.0.2.0/28]}}'),
  },
  {
    code: 'except-outside-block',
    found: from('{ipBlock: {cidr: 192.0.2.0/24, except: [192.0.2.0/24]}}'),
    at: 'spec.ingress[0].from[0].ipBlock.except[0]',
    fine: from('{ipBlock: {cidr: 192.0.2.0/24, except: [192.0.2.0/25, 192.0.2.128/25]}}'),
    says: /whole block/,
  },
  {
    code: 'invalid-protocol',
    found: ports('{port: 8080, protocol: tcp}'),
    at: 'spec.ingress[0].ports[0].protocol',
    fine: ports('{port: 8080, protocol: TCP}'),
  },
  {
    code: 'invalid-protocol',
    found: calico('ingress: [{action: Allow, protocol: TPC}]'),
    at: 'spec.ingress[0].protocol',
    fine: calico('ingress: [{action: Allow, protocol: 132}]'),
  },
  {
    code: 'invalid-port',
    found: ports('{port: "8080"}'),
    at: 'spec.ingress[0].ports[0].port',
    fine: ports('{port: 8080}'),
    fix: {
      kind: 'set',
      title: 'Change to the number 8080',
      path: ['spec', 'ingress', 0, 'ports', 0, 'port'],
      value: 8080,
    },
  },
  {
    code: 'invalid-port',
    found: ports('{port: 70000}'),
    at: 'spec.ingress[0].ports[0].port',
    fine: ports('{port: http}'),
  },
  {
    code: 'end-port-without-port',
    found: ports('{endPort: 90}'),
    at: 'spec.ingress[0].ports[0].endPort',
    fine: ports('{port: 80, endPort: 90}'),
  },
  {
    code: 'end-port-without-port',
    found: ports('{port: http, endPort: 90}'),
    at: 'spec.ingress[0].ports[0].endPort',
    fine: ports('{port: 80, endPort: 80}'),
  },
  {
    code: 'end-port-below-port',
    found: ports('{port: 90, endPort: 80}'),
    at: 'spec.ingress[0].ports[0].endPort',
    fine: ports('{port: 80, endPort: 90}'),
  },
  {
    code: 'end-port-below-port',
    found: calico('ingress: [{action: Allow, protocol: TCP, destination: {ports: ["90:80"]}}]'),
    at: 'spec.ingress[0].destination.ports[0]',
    fine: calico('ingress: [{action: Allow, protocol: TCP, destination: {ports: ["80:90"]}}]'),
  },
  {
    code: 'invalid-policy-type',
    found: np(`{${api}, policyTypes: [ingress]}`),
    at: 'spec.policyTypes[0]',
    fine: np(`{${api}, policyTypes: [Ingress]}`),
  },
  {
    code: 'empty-peer',
    found: from('{}'),
    at: 'spec.ingress[0].from[0]',
    fine: from('{podSelector: {}}'),
  },
  {
    code: 'empty-peer',
    found: admin('{action: Deny, from: [{}]}'),
    at: 'spec.ingress[0].from[0]',
    fine: admin('{action: Deny, from: [{namespaces: {}}]}'),
  },
  {
    code: 'block-with-selector',
    found: from('{ipBlock: {cidr: 192.0.2.0/24}, podSelector: {}}'),
    at: 'spec.ingress[0].from[0]',
    fine: from('{ipBlock: {cidr: 192.0.2.0/24}}, {podSelector: {}}'),
  },
  {
    code: 'invalid-action',
    found: cnp('ingress: [{action: Allow, from: [{namespaces: {}}]}]'),
    at: 'spec.ingress[0].action',
    fine: cnp('ingress: [{action: Accept, from: [{namespaces: {}}]}]'),
    fix: { kind: 'set', title: 'Change to Accept', path: ['spec', 'ingress', 0, 'action'], value: 'Accept' },
  },
  {
    code: 'invalid-action',
    found: calico('ingress: [{action: allow}]'),
    at: 'spec.ingress[0].action',
    fine: calico('ingress: [{action: Allow}]'),
  },
  {
    code: 'invalid-priority',
    found: anp(`{priority: 1001, ${everywhere}}`),
    at: 'spec.priority',
    fine: anp(`{priority: 1000, ${everywhere}}`),
  },
  { code: 'invalid-priority', found: banp('other'), at: 'metadata.name', fine: banp('default') },
  {
    code: 'invalid-combination',
    found: gnp('preDNAT: true, ingress: []'),
    at: 'spec.preDNAT',
    fine: gnp('preDNAT: true, applyOnForward: true, ingress: []'),
  },
  {
    code: 'invalid-combination',
    found: calico('ingress: [{action: Allow, destination: {ports: [80]}}]'),
    at: 'spec.ingress[0].destination.ports',
    fine: calico('ingress: [{action: Allow, protocol: UDP, destination: {ports: [80]}}]'),
  },

  // What it selects
  {
    code: 'selects-no-pod',
    found: np('{podSelector: {matchLabels: {app: apii}}}'),
    at: 'spec.podSelector',
    fine: np(`{${api}}`),
    says: /There are pods with app=api\./,
    fix: { kind: 'set', title: 'Change to app=api', path: ['spec', 'podSelector', 'matchLabels', 'app'], value: 'api' },
  },
  {
    code: 'selects-no-pod',
    found: np('{podSelector: {matchLabels: {App: api}}}'),
    at: 'spec.podSelector',
    fine: np('{podSelector: {}}'),
    says: /a label app\./,
  },
  {
    code: 'selects-no-pod',
    found: np('{podSelector: {matchLabels: {app: old}}}'),
    at: 'spec.podSelector',
    fine: np('{podSelector: {matchExpressions: [{key: app, operator: NotIn, values: [old]}]}}'),
  },
  {
    code: 'selects-no-pod',
    found: np('{podSelector: {matchLabels: {app: front}}}'),
    at: 'spec.podSelector',
    fine: np('{podSelector: {matchLabels: {app: db}}}'),
    says: /No pod in shop has app=front/,
  },
  {
    code: 'selects-no-pod',
    found: anp('{priority: 5, subject: {namespaces: {matchLabels: {team: fornt}}}}'),
    at: 'spec.subject.namespaces',
    fine: anp('{priority: 5, subject: {namespaces: {matchLabels: {team: front}}}}'),
  },
  {
    code: 'peer-matches-nothing',
    found: from('{podSelector: {matchLabels: {app: bd}}}'),
    at: 'spec.ingress[0].from[0].podSelector',
    fine: from('{podSelector: {matchLabels: {app: db}}}'),
    says: /There are pods with app=db\./,
  },
  {
    code: 'peer-matches-nothing',
    found: from('{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: wed}}}'),
    at: 'spec.ingress[0].from[0].namespaceSelector',
    fine: from('{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: web}}}'),
    fix: {
      kind: 'set',
      title: 'Change to kubernetes.io/metadata.name=web',
      path: ['spec', 'ingress', 0, 'from', 0, 'namespaceSelector', 'matchLabels', 'kubernetes.io/metadata.name'],
      value: 'web',
    },
  },
  {
    code: 'peer-matches-nothing',
    found: from('{namespaceSelector: {matchLabels: {team: front}}, podSelector: {matchLabels: {app: api}}}'),
    at: 'spec.ingress[0].from[0].podSelector',
    fine: from('{namespaceSelector: {matchLabels: {team: front}}, podSelector: {matchLabels: {app: front}}}'),
  },
  {
    code: 'peer-matches-nothing',
    found: admin('{action: Deny, from: [{pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: fronz}}}}]}'),
    at: 'spec.ingress[0].from[0].pods.podSelector',
    fine: admin('{action: Deny, from: [{pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: front}}}}]}'),
  },
  {
    code: 'peer-in-other-namespace',
    found: from('{podSelector: {matchLabels: {app: front}}}'),
    at: 'spec.ingress[0].from[0].podSelector',
    fine: from('{podSelector: {matchLabels: {app: front}}, namespaceSelector: {}}'),
    fix: {
      kind: 'set',
      title: 'Add a selector for namespace web',
      path: ['spec', 'ingress', 0, 'from', 0, 'namespaceSelector'],
      value: { matchLabels: { 'kubernetes.io/metadata.name': 'web' } },
    },
  },
  {
    code: 'peers-not-combined',
    found: from('{namespaceSelector: {matchLabels: {team: front}}}, {podSelector: {matchLabels: {app: front}}}'),
    at: 'spec.ingress[0].from[1]',
    fine: from('{namespaceSelector: {matchLabels: {team: front}}}, {podSelector: {matchLabels: {app: db}}}'),
    says: /As one element of from they match 1 pod\./,
    fix: {
      kind: 'merge',
      title: 'Combine the two selectors in one peer',
      path: ['spec', 'ingress', 0, 'from', 0],
      from: ['spec', 'ingress', 0, 'from', 1],
    },
  },
  {
    code: 'host-network-pods',
    found: np('{podSelector: {matchLabels: {app: agent}}}'),
    at: 'spec.podSelector',
    fine: np('{podSelector: {}}'),
    says: /Every pod/,
  },
  {
    code: 'namespace-label-open',
    found: from('{namespaceSelector: {matchLabels: {team: front}}}'),
    at: 'spec.ingress[0].from[0].namespaceSelector',
    fine: from('{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: web}}}'),
  },

  // DNS
  {
    code: 'egress-without-dns',
    found: egress('[{to: [{podSelector: {matchLabels: {app: db}}}]}]'),
    at: 'spec.egress',
    fine: egress(`[{to: [{podSelector: {matchLabels: {app: db}}}]}, {${dnsPorts}}]`),
    says: /^The pods that this policy selects may not reach/,
  },
  {
    code: 'egress-without-dns',
    found: egress(`[{to: [{namespaceSelector: {matchLabels: {team: front}}}], ${dnsPorts}}]`),
    at: 'spec.egress',
    fine: egress(
      `[{to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}], ${dnsPorts}}]`,
    ),
  },
  {
    code: 'egress-without-dns',
    found: np(`{${api}, policyTypes: [Ingress, Egress]}`),
    at: 'spec.policyTypes',
    fine: np(`{${api}, policyTypes: [Ingress]}`),
    says: /may open no connection, not even to DNS/,
  },
  {
    code: 'egress-without-dns',
    found: egress('[]'),
    at: 'spec.egress',
    // Policies add up: another one opens DNS for the same pods.
    fine: `${egress('[]')}\n---\n${np(`{podSelector: {}, policyTypes: [Egress], egress: [{${dnsPorts}}]}`, 'dns')}`,
  },
  {
    code: 'dns-over-udp-only',
    found: egress('[{ports: [{port: 53, protocol: UDP}]}]'),
    at: 'spec.egress',
    fine: egress(`[{${dnsPorts}}]`),
  },

  // Ports
  {
    code: 'service-port',
    found: ports('{port: 80}'),
    at: 'spec.ingress[0].ports[0].port',
    fine: ports('{port: 8080}'),
    says: /80 is the port of service shop\/api, whose pods listen on 8080/,
    fix: { kind: 'set', title: 'Change to 8080', path: ['spec', 'ingress', 0, 'ports', 0, 'port'], value: 8080 },
  },
  {
    code: 'service-port',
    found: np('{podSelector: {}, egress: [{to: [{podSelector: {matchLabels: {app: api}}}], ports: [{port: 80}]}]}'),
    at: 'spec.egress[0].ports[0].port',
    fine: np('{podSelector: {}, egress: [{to: [{podSelector: {matchLabels: {app: db}}}], ports: [{port: 80}]}]}'),
  },
  {
    code: 'named-port-unknown',
    found: ports('{port: htpp}'),
    at: 'spec.ingress[0].ports[0].port',
    fine: ports('{port: http}'),
    says: /Did you mean http\?/,
  },
  {
    code: 'named-port-unknown',
    found: egress('[{to: [{ipBlock: {cidr: 192.0.2.0/24}}], ports: [{port: http}]}]'),
    at: 'spec.egress[0].ports[0].port',
    fine: egress('[{to: [{ipBlock: {cidr: 192.0.2.0/24}}], ports: [{port: 80}]}]'),
  },
  {
    code: 'named-port-unknown',
    found: np(
      '{podSelector: {matchExpressions: [{key: app, operator: In, values: [api, db]}]}, ingress: [{ports: [{port: pg}]}]}',
    ),
    at: 'spec.ingress[0].ports[0].port',
    // For all pods that are there, a name that some of them have is no slip.
    fine: np('{podSelector: {}, ingress: [{ports: [{port: pg}]}]}'),
    says: /1 of the 2 pods have no TCP port named pg, api-0 among them/,
  },
  {
    code: 'port-of-other-protocol',
    found: ports('{port: 8125}'),
    at: 'spec.ingress[0].ports[0].port',
    fine: ports('{port: 8125, protocol: UDP}'),
    says: /serve 8125 over UDP, and this allows TCP/,
  },
  {
    code: 'port-of-other-protocol',
    found: ports('{port: http, protocol: UDP}'),
    at: 'spec.ingress[0].ports[0].port',
    fine: ports('{port: stats, protocol: UDP}'),
  },

  // Addresses
  {
    code: 'block-covers-pods',
    found: from('{ipBlock: {cidr: 10.244.0.0/16}}'),
    at: 'spec.ingress[0].from[0].ipBlock.cidr',
    fine: from('{ipBlock: {cidr: 0.0.0.0/0}}'),
    says: /pod shop\/api-0/,
  },
  {
    code: 'block-covers-pods',
    found: from('{ipBlock: {cidr: 10.0.0.0/8}}'),
    at: 'spec.ingress[0].from[0].ipBlock.cidr',
    fine: from('{ipBlock: {cidr: 10.0.0.0/8, except: [10.244.0.0/16, 10.96.0.0/12]}}'),
  },
  {
    code: 'block-covers-service',
    found: egress('[{to: [{ipBlock: {cidr: 10.96.0.10/32}}]}]'),
    at: 'spec.egress[0].to[0].ipBlock.cidr',
    fine: egress('[{to: [{ipBlock: {cidr: 10.97.0.10/32}}]}]'),
    says: /service shop\/api/,
  },

  // Effect
  {
    code: 'rules-without-effect',
    found: np(`{${api}, policyTypes: [Ingress], egress: [{}]}`),
    at: 'spec.egress',
    fine: np(`{${api}, policyTypes: [Ingress], egress: []}`),
    fix: { kind: 'append', title: 'Add Egress to policyTypes', path: ['spec', 'policyTypes'], value: 'Egress' },
  },
  {
    code: 'rules-without-effect',
    found: calico('types: [Egress], ingress: [{action: Allow}]'),
    at: 'spec.ingress',
    fine: calico('ingress: [{action: Allow}]'),
  },
  {
    code: 'policy-types-missing',
    found: np(`{${api}, egress: []}`),
    at: 'spec.egress',
    fine: np(`{${api}, policyTypes: [Ingress, Egress], egress: []}`),
  },
  {
    code: 'allows-everything',
    found: np(`{${api}, ingress: [{}]}`),
    at: 'spec.ingress[0]',
    fine: np(`{${api}, ingress: []}`),
  },
  {
    code: 'duplicate-rule',
    found: np(`{${api}, ingress: [{ports: [{port: 1}, {port: 2}]}, {ports: [{port: 2}, {port: 1}]}]}`),
    at: 'spec.ingress[1]',
    fine: np(`{${api}, ingress: [{ports: [{port: 1}, {port: 2}]}, {ports: [{port: 2}]}]}`),
  },
  {
    code: 'shadowed-rule',
    found: np(`{${api}, ingress: [{ports: [{port: 1}]}, {}]}`),
    at: 'spec.ingress[0]',
    fine: np(`{${api}, ingress: [{ports: [{port: 1}]}, {ports: [{port: 2}]}]}`),
  },
  {
    code: 'shadowed-rule',
    found: admin(
      '{action: Deny, from: [{namespaces: {}}]}, {action: Allow, from: [{namespaces: {matchLabels: {team: front}}}]}',
    ),
    at: 'spec.ingress[1]',
    fine: admin(
      '{action: Allow, from: [{namespaces: {matchLabels: {team: front}}}]}, {action: Deny, from: [{namespaces: {}}]}',
    ),
    says: /never reached/,
  },
  {
    code: 'shadowed-rule',
    found: admin(
      '{action: Deny, from: [{namespaces: {}}]}, {action: Pass, from: [{namespaces: {}}], ports: [{portNumber: {port: 1}}]}',
    ),
    at: 'spec.ingress[1]',
    fine: admin(
      '{action: Deny, from: [{namespaces: {}}], ports: [{portNumber: {port: 1}}]}, {action: Pass, from: [{namespaces: {}}]}',
    ),
  },
  {
    code: 'shadowed-rule',
    found: calico('ingress: [{action: Deny}, {action: Allow, protocol: TCP}]'),
    at: 'spec.ingress[1]',
    fine: calico('ingress: [{action: Log}, {action: Allow, protocol: TCP}]'),
  },
  {
    code: 'equal-priority',
    found: `${admin('{action: Deny, from: [{namespaces: {}}]}')}\n---\n${anp(`{priority: 5, ${everywhere}, ingress: [{action: Allow, from: [{namespaces: {}}]}]}`, 'rival')}`,
    at: 'spec.priority',
    fine: `${admin('{action: Deny, from: [{namespaces: {}}]}')}\n---\n${anp(`{priority: 6, ${everywhere}, ingress: [{action: Allow, from: [{namespaces: {}}]}]}`, 'rival')}`,
    says: /AdminNetworkPolicy rival has priority 5 too/,
  },
  {
    code: 'tier-missing',
    found: calico('tier: security'),
    at: 'spec.tier',
    fine: calico('tier: default'),
  },

  // Calico's selectors
  {
    code: 'calico-selector-syntax',
    found: calico(`selector: "app == 'api' &"`),
    at: 'spec.selector',
    fine: calico(`selector: "app == 'api' && has(app)"`),
    says: /stopped after `app == 'api'/,
  },
  {
    code: 'calico-selector-syntax',
    found: calico(`ingress: [{action: Allow, source: {namespaceSelector: "team = front"}}]`),
    at: 'spec.ingress[0].source.namespaceSelector',
    fine: calico(`ingress: [{action: Allow, source: {namespaceSelector: "team == 'front'"}}]`),
  },
  {
    code: 'selects-no-pod',
    found: calico(`selector: "app == 'apii'"`),
    at: 'spec.selector',
    fine: calico(`selector: "app starts with 'ap'"`),
    says: /There are pods with app=api\./,
    fix: { kind: 'set', title: 'Change to app=api', path: ['spec', 'selector'], value: "app == 'api'" },
  },
  {
    code: 'selects-no-pod',
    found: gnp(`selector: "app == 'bd'"`),
    at: 'spec.selector',
    fine: gnp(`selector: "app == 'db' && projectcalico.org/namespace == 'shop'"`),
  },
  {
    code: 'host-network-pods',
    found: calico(`selector: "app == 'agent'"`),
    at: 'spec.selector',
    fine: calico(`selector: all()`),
  },
  {
    code: 'peer-matches-nothing',
    found: calico(`ingress: [{action: Allow, source: {selector: "app == 'front'"}}]`),
    at: 'spec.ingress[0].source.selector',
    fine: `${calico(`ingress: [{action: Allow, source: {selector: "app == 'front'"}}]`)}\n---\n{apiVersion: projectcalico.org/v3, kind: NetworkSet, metadata: {name: s, namespace: shop, labels: {app: front}}, spec: {nets: [192.0.2.0/24]}}`,
  },
  {
    code: 'tier-ends-in-deny',
    found: tiers(''),
    at: 'spec.tier',
    fine: tiers(', defaultAction: Pass'),
    says: /shop\/plain cannot allow it/,
  },
  {
    code: 'tier-ends-in-deny',
    found: tiers(''),
    at: 'spec.tier',
    fine: `${tiers('')}\n---\n${calico('tier: security, ingress: [{action: Pass}]', 'rival')}`,
  },
];
