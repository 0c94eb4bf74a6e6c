/**
 * The situations that the conformance suite of Kubernetes tests, in a notation of our own.
 *
 * Pods are written `xa`: pod `a` of namespace `x`, with the label `pod=a`; a namespace has the label `ns=x`. Every pod
 * has an address and ports named `serve-80-tcp` and the like. What is not listed as denied is allowed; a pod to itself
 * is not asked. `denied` is a list of `source>destination`, where `*` stands for any letter and `!xb` after a pattern
 * takes a source (or, for `xa>*`, a destination) out.
 */
export interface Step {
  readonly policies: Readonly<Record<string, string>>;
  /** Labels beyond `pod` and `ns`, by pod (`xa`) or namespace (`x`). */
  readonly labels?: Readonly<Record<string, string>>;
  readonly denied: Readonly<Record<string, string>>;
}

export interface Scenario {
  readonly number: string;
  readonly name: string;
  readonly pods: string;
  /** One after the other: each is a change of the one before. */
  readonly steps: readonly Step[];
}

const in_ = (rules: string, selector = '{matchLabels: {pod: a}}'): string =>
  `{podSelector: ${selector}, policyTypes: [Ingress], ingress: ${rules}}`;
const out = (rules: string, selector = '{matchLabels: {pod: a}}'): string =>
  `{podSelector: ${selector}, policyTypes: [Egress], egress: ${rules}}`;
const is = (key: string, value: string): string => `{matchLabels: {${key}: ${value}}}`;
const expression = (key: string, operator: string, ...values: string[]): string =>
  `{matchExpressions: [{key: ${key}, operator: ${operator}, values: [${values.join(', ')}]}]}`;
const once = (denied: Step['denied'], policies: Step['policies']): readonly Step[] => [{ policies, denied }];

const fromY81 = `[{from: [{namespaceSelector: ${is('ns', 'y')}}], ports: [{port: 81}]}]`;

export const scenarios: readonly Scenario[] = [
  {
    number: '1',
    name: 'deny all ingress',
    pods: 'xa xb ya yb',
    steps: once({ 'TCP 80': '*>x*' }, { 'x/p': in_('[]', '{}') }),
  },
  {
    number: '2',
    name: 'deny everything',
    pods: 'xa xb ya',
    steps: once({ 'TCP 80': '*>x* x*>*' }, { 'x/p': '{podSelector: {}, policyTypes: [Ingress, Egress]}' }),
  },
  {
    number: '3',
    name: 'from one pod of the namespace',
    pods: 'xa xb xc ya',
    steps: once({ 'TCP 80': '*>xa!xb' }, { 'x/p': in_(`[{from: [{podSelector: ${is('pod', 'b')}}]}]`) }),
  },
  {
    number: '4',
    name: 'an allow beside a deny',
    pods: 'xa xb ya',
    steps: once(
      { 'TCP 80': '*>xb' },
      { 'x/p': in_('[]', '{}'), 'x/q': in_('[{from: [{namespaceSelector: {}, podSelector: {}}]}]') },
    ),
  },
  {
    number: '5',
    name: 'from every namespace',
    pods: 'xa xb ya za',
    steps: once({ 'TCP 80': '' }, { 'x/p': in_('[{from: [{namespaceSelector: {}}]}]') }),
  },
  {
    number: '6',
    name: 'from one namespace',
    pods: 'xa xb ya za',
    steps: once({ 'TCP 80': 'x*>xa z*>xa' }, { 'x/p': in_(`[{from: [{namespaceSelector: ${is('ns', 'y')}}]}]`) }),
  },
  {
    number: '7',
    name: 'from pods by expression',
    pods: 'xa xb ya',
    steps: once({ 'TCP 80': '*>xa!xb' }, { 'x/p': in_(`[{from: [{podSelector: ${expression('pod', 'In', 'b')}}]}]`) }),
  },
  {
    number: '8',
    name: 'from namespaces by expression',
    pods: 'xa xb ya za',
    steps: once(
      { 'TCP 80': 'x*>xa z*>xa' },
      { 'x/p': in_(`[{from: [{namespaceSelector: ${expression('ns', 'In', 'y')}}]}]`) },
    ),
  },
  {
    number: '9',
    name: 'from other namespaces or a pod',
    pods: 'xa xb xc ya',
    steps: once(
      { 'TCP 80': 'xc>xa' },
      {
        'x/p': in_(
          `[{from: [{namespaceSelector: ${expression('ns', 'NotIn', 'x')}}, {podSelector: ${is('pod', 'b')}}]}]`,
        ),
      },
    ),
  },
  {
    number: '10',
    name: 'from a pod of other namespaces',
    pods: 'xa xb ya yb zb',
    steps: once(
      { 'TCP 80': '*>xa!yb!zb' },
      {
        'x/p': in_(
          `[{from: [{namespaceSelector: ${expression('ns', 'NotIn', 'x')}, podSelector: ${is('pod', 'b')}}]}]`,
        ),
      },
    ),
  },
  {
    number: '11',
    name: 'from some pods of other namespaces',
    pods: 'xa xb ya yb yc',
    steps: once(
      { 'TCP 80': 'x*>xa ya>xa' },
      {
        'x/p': in_(
          `[{from: [{namespaceSelector: ${expression('ns', 'NotIn', 'x')}, podSelector: ${expression('pod', 'In', 'b', 'c')}}]}]`,
        ),
      },
    ),
  },
  {
    number: '12',
    name: 'from two pods',
    pods: 'xa xb xc',
    steps: once(
      { 'TCP 80': '' },
      { 'x/p': in_(`[{from: [{podSelector: ${is('pod', 'b')}}, {podSelector: ${is('pod', 'c')}}]}]`) },
    ),
  },
  {
    number: '13',
    name: 'from a pod and its namespace',
    pods: 'xa xb ya yb za',
    steps: once(
      { 'TCP 80': '*>xa!ya' },
      { 'x/p': in_(`[{from: [{namespaceSelector: ${is('ns', 'y')}, podSelector: ${is('pod', 'a')}}]}]`) },
    ),
  },
  {
    number: '14',
    name: 'on one port',
    pods: 'xa xb ya yb za',
    steps: once({ 'TCP 81': 'x*>xa z*>xa' }, { 'x/p': in_(fromY81) }),
  },
  {
    number: '15',
    name: 'policies for several ports stack up',
    pods: 'xa xb ya yb za',
    steps: [
      { policies: { 'x/p': in_(fromY81) }, denied: { 'TCP 81': 'x*>xa z*>xa', 'TCP 80': '*>xa' } },
      {
        policies: { 'x/p': in_(fromY81), 'x/q': in_(fromY81.replace('81', '80')) },
        denied: { 'TCP 81': 'x*>xa z*>xa', 'TCP 80': 'x*>xa z*>xa' },
      },
    ],
  },
  {
    number: '16',
    name: 'allow all',
    pods: 'xa xb ya',
    steps: once({ 'TCP 80': '', 'TCP 81': '' }, { 'x/p': in_('[{}]', '{}') }),
  },
  {
    number: '17',
    name: 'a port by name',
    pods: 'xa xb ya',
    steps: once({ 'TCP 81': '', 'TCP 80': '*>x*' }, { 'x/p': in_('[{ports: [{port: serve-81-tcp}]}]', '{}') }),
  },
  {
    number: '18',
    name: 'a port by name from a namespace',
    pods: 'xa xb ya za',
    steps: once(
      { 'TCP 80': 'x*>xa z*>xa', 'TCP 81': '*>xa' },
      { 'x/p': in_(`[{from: [{namespaceSelector: ${is('ns', 'y')}}], ports: [{port: serve-80-tcp}]}]`) },
    ),
  },
  {
    number: '19',
    name: 'egress to a port by name',
    pods: 'xa ya',
    steps: once({ 'TCP 80': '', 'TCP 81': 'x*>*' }, { 'x/p': out('[{ports: [{port: serve-80-tcp}]}]', '{}') }),
  },
  {
    number: '20',
    name: 'a policy changes',
    pods: 'xa ya',
    steps: [
      { policies: { 'x/p': in_('[{}]', '{}') }, denied: { 'TCP 81': '' } },
      { policies: { 'x/p': in_('[]', '{}') }, denied: { 'TCP 81': '*>x*' } },
    ],
  },
  {
    number: '21',
    name: 'a namespace’s labels change',
    pods: 'xa ya',
    steps: [
      {
        policies: { 'x/p': in_(`[{from: [{namespaceSelector: ${is('ns2', 'updated')}}]}]`) },
        denied: { 'TCP 80': '*>xa' },
      },
      {
        policies: { 'x/p': in_(`[{from: [{namespaceSelector: ${is('ns2', 'updated')}}]}]`) },
        labels: { y: 'ns2=updated' },
        denied: { 'TCP 80': '*>xa!ya' },
      },
    ],
  },
  {
    number: '22',
    name: 'a pod’s labels change',
    pods: 'xa xb',
    steps: [
      {
        policies: { 'x/p': in_('[{from: [{podSelector: {matchLabels: {pod: b, pod2: updated}}}]}]') },
        denied: { 'TCP 80': '*>xa' },
      },
      {
        policies: { 'x/p': in_('[{from: [{podSelector: {matchLabels: {pod: b, pod2: updated}}}]}]') },
        labels: { xb: 'pod2=updated' },
        denied: { 'TCP 80': '*>xa!xb' },
      },
    ],
  },
  {
    number: '23',
    name: 'from the own namespace',
    pods: 'xa xb ya za',
    steps: once({ 'TCP 80': 'y*>x* z*>x*' }, { 'x/p': in_('[{from: [{podSelector: {}}]}]', '{}') }),
  },
  {
    number: '24',
    name: 'a pod comes under a policy',
    pods: 'xa ya',
    steps: [
      { policies: { 'x/p': in_('[]', is('target', 'isolated')) }, denied: { 'TCP 80': '' } },
      {
        policies: { 'x/p': in_('[]', is('target', 'isolated')) },
        labels: { xa: 'target=isolated' },
        denied: { 'TCP 80': '*>xa' },
      },
    ],
  },
  {
    number: '25',
    name: 'no egress from one pod',
    pods: 'xa xb ya',
    steps: once({ 'TCP 80': 'xa>*' }, { 'x/p': out('[]') }),
  },
  {
    number: '26',
    name: 'no egress from a namespace',
    pods: 'xa xb ya',
    steps: once({ 'TCP 80': 'x*>*' }, { 'x/p': out('[]', '{}') }),
  },
  {
    number: '27',
    name: 'ingress and egress of one policy',
    pods: 'xa xb xc ya',
    steps: once(
      { 'TCP 80': '*>xa!xb', 'TCP 81': '*>xa!xb xa>*' },
      {
        'x/p': `{podSelector: ${is('pod', 'a')}, policyTypes: [Ingress, Egress], ingress: [{from: [{podSelector: ${is('pod', 'b')}}]}], egress: [{ports: [{port: 80}]}]}`,
      },
    ),
  },
  {
    number: '28',
    name: 'egress of one side and ingress of the other',
    pods: 'xa ya yb',
    steps: once(
      { 'TCP 80': 'xa>*!ya *>ya!xa *>yb' },
      {
        'x/p': out(`[{to: [{namespaceSelector: ${is('ns', 'y')}, podSelector: ${is('pod', 'a')}}]}]`),
        'y/p': in_(`[{from: [{namespaceSelector: ${is('ns', 'x')}, podSelector: ${is('pod', 'a')}}]}]`),
        // The same peer again, for a pod that xa’s egress does not reach: both sides must agree.
        'y/q': in_(`[{from: [{namespaceSelector: ${is('ns', 'x')}, podSelector: ${is('pod', 'a')}}]}]`, is('pod', 'b')),
      },
    ),
  },
  {
    number: '29',
    name: 'egress to a pod of another namespace',
    pods: 'xa ya yb',
    steps: once(
      { 'TCP 80': 'xa>*!ya' },
      { 'x/p': out(`[{to: [{namespaceSelector: ${is('ns', 'y')}, podSelector: ${is('pod', 'a')}}]}]`) },
    ),
  },
  {
    number: '30',
    name: 'a protocol without a port',
    pods: 'xa ya',
    steps: once({ 'TCP 80': '', 'TCP 81': '', 'UDP 80': '*>xa' }, { 'x/p': in_('[{ports: [{protocol: TCP}]}]') }),
  },
  {
    number: '31, 32',
    name: 'a deny and an allow for the same pods, in either direction',
    pods: 'xa xb ya',
    steps: [
      {
        policies: { 'x/p': in_('[]'), 'x/q': in_(`[{from: [{podSelector: ${is('pod', 'b')}}], ports: [{port: 81}]}]`) },
        denied: { 'TCP 80': '*>xa', 'TCP 81': '*>xa!xb' },
      },
      {
        policies: { 'x/p': out('[]'), 'x/q': out(`[{to: [{podSelector: ${is('pod', 'b')}}], ports: [{port: 81}]}]`) },
        denied: { 'TCP 80': 'xa>*', 'TCP 81': 'xa>*!xb' },
      },
    ],
  },
  {
    number: '34, 35',
    name: 'egress to the address of a pod, with another taken out',
    pods: 'xa xb ya yb',
    steps: [
      { policies: { 'x/p': out('[{to: [{ipBlock: {cidr: 10.2.0.1/32}}]}]') }, denied: { 'TCP 80': 'xa>*!ya' } },
      {
        policies: { 'x/p': out('[{to: [{ipBlock: {cidr: 10.2.0.0/24, except: [10.2.0.2/32]}}]}]') },
        denied: { 'TCP 80': 'xa>*!ya' },
      },
    ],
  },
  {
    number: '36',
    name: 'an address taken out of one block is admitted by another policy',
    pods: 'xa xb ya yb',
    steps: [
      {
        policies: { 'x/p': out('[{to: [{ipBlock: {cidr: 10.2.0.0/24, except: [10.2.0.2/32]}}]}]') },
        denied: { 'TCP 80': 'xa>*!ya' },
      },
      {
        policies: {
          'x/p': out('[{to: [{ipBlock: {cidr: 10.2.0.0/24, except: [10.2.0.2/32]}}]}]'),
          'x/q': out('[{to: [{ipBlock: {cidr: 10.2.0.2/32}}]}]'),
        },
        denied: { 'TCP 80': 'xa>*!ya!yb' },
      },
    ],
  },
  {
    number: '37',
    name: 'ingress is closed beside an open egress',
    pods: 'xa xb ya',
    steps: [
      { policies: { 'x/p': out('[{}]') }, denied: { 'TCP 80': '' } },
      { policies: { 'x/p': out('[{}]'), 'x/q': in_('[]') }, denied: { 'TCP 80': '*>xa' } },
    ],
  },
  {
    number: '38, 39',
    name: 'SCTP isolates and opens SCTP only',
    pods: 'xa ya',
    steps: once(
      { 'SCTP 80': '', 'SCTP 81': '*>xa', 'TCP 80': '*>xa', 'UDP 80': '*>xa' },
      { 'x/p': in_('[{ports: [{protocol: SCTP, port: 80}]}]') },
    ),
  },
  {
    number: '40',
    name: 'UDP does not open TCP',
    pods: 'xa ya',
    steps: once({ 'TCP 81': '*>xa', 'UDP 81': '' }, { 'x/p': in_('[{ports: [{protocol: UDP, port: 81}]}]') }),
  },
  {
    number: '41',
    name: 'from a namespace by its default label',
    pods: 'xa xb ya za',
    steps: once(
      { 'TCP 80': 'x*>xa z*>xa' },
      { 'x/p': in_(`[{from: [{namespaceSelector: ${is('kubernetes.io/metadata.name', 'y')}}]}]`) },
    ),
  },
  {
    number: '42',
    name: 'egress to all namespaces but one, by the default label',
    pods: 'xa xb ya za',
    steps: once(
      { 'TCP 80': 'xa>y*' },
      { 'x/p': out(`[{to: [{namespaceSelector: ${expression('kubernetes.io/metadata.name', 'NotIn', 'y')}}]}]`) },
    ),
  },
];
