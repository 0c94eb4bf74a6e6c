import { type Table } from './notation.ts';

/** One table for each point of part c.A that the upstream tables do not cover. */

const xy = `
  ns x team=red
  ns y team=blue
  pod x/a app=a :http=80/TCP :metrics=9090/TCP :dns=53/UDP 10.1.0.1 fd01::1 @n1
  pod x/b app=b :http=8080/TCP 10.1.0.2 fd01::2 @n2
  pod y/a app=a :http=80/TCP 10.2.0.1 fd02::1 @n2
  node n1 10.0.0.1 fd00::1
  node n2 10.0.0.2 fd00::2
`;

const policy = (spec: string, name = 'p', namespace = 'x'): string => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ${name}, namespace: ${namespace}}
spec: ${spec}
---`;

export const networkPolicyTables: readonly Table[] = [
  {
    name: 'a pod that no policy selects is open in both directions',
    cluster: xy,
    policies: '',
    expect: `
      x/a > y/a TCP 80: allow
      y/a > x/a SCTP 1: allow
      203.0.113.1 > x/a UDP 53: allow
      x/a > 2001:db8::1 TCP 443: allow
      x/a > y/a ICMP 8.0: allow
      x/a > y/a 47: allow`,
  },
  {
    name: 'both sides must allow',
    cluster: xy,
    policies: policy('{podSelector: {}, policyTypes: [Egress]}') + policy('{podSelector: {}}', 'p', 'y'),
    expect: `
      x/a > y/a TCP 80: deny deny
      x/a > x/b TCP 80: deny allow
      203.0.113.1 > y/a TCP 80: allow deny
      203.0.113.1 > x/a TCP 80: allow allow`,
  },
  {
    name: 'policies add up',
    cluster: xy,
    policies:
      policy('{podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {app: b}}}]}]}', 'one') +
      policy('{podSelector: {matchLabels: {app: a}}, ingress: [{ports: [{port: 81}]}]}', 'two'),
    expect: `
      x/b > x/a TCP 80,81: allow
      y/a > x/a TCP 80: deny
      y/a > x/a TCP 81: allow
      y/a > x/b TCP 81: deny`,
  },
  {
    name: 'without policyTypes, ingress always and egress only where egress rules are',
    cluster: xy,
    policies: policy('{podSelector: {matchLabels: {app: a}}, egress: []}'),
    expect: `
      x/a > y/a TCP 80: allow
      y/a > x/a TCP 80: deny`,
  },
  {
    name: 'an egress rule makes a policy isolate for egress too',
    cluster: xy,
    policies: policy('{podSelector: {matchLabels: {app: a}}, policyTypes: null, egress: [{ports: [{port: 80}]}]}'),
    expect: `
      x/a > y/a TCP 80: allow
      x/a > y/a TCP 81: deny
      y/a > x/a TCP 80: deny`,
  },
  {
    name: 'rules for a direction that policyTypes leaves out are not read',
    cluster: xy,
    policies: policy('{podSelector: {}, policyTypes: [Egress], ingress: [{}]}'),
    expect: `
      y/a > x/a TCP 80: allow
      x/a > y/a TCP 80: deny
      x/a > y/a UDP 53: deny`,
  },
  {
    name: 'no rules, an empty list and null deny; an empty rule admits everything',
    cluster: xy,
    policies:
      policy('{podSelector: {matchLabels: {app: a}}, policyTypes: [Ingress], ingress: null}', 'a') +
      policy('{podSelector: {matchLabels: {app: b}}, policyTypes: [Ingress], ingress: [{}]}', 'b'),
    expect: `
      x/b > x/a TCP 80: deny
      x/a > x/b TCP 80: allow
      203.0.113.1 > x/b UDP 9: allow
      node/n1 > x/b TCP 9: allow`,
  },
  {
    name: 'empty peers admit everybody, an empty namespaceSelector only pods, an empty peer nobody',
    cluster: xy,
    policies: policy(
      '{podSelector: {matchLabels: {app: a}}, ingress: [{from: [], ports: [{port: 80}]}, {from: [{namespaceSelector: {}}], ports: [{port: 81}]}, {from: [{}], ports: [{port: 82}]}, {from: null, ports: [{port: 83}]}]}',
    ),
    expect: `
      203.0.113.1 > x/a TCP 80,83: allow
      203.0.113.1 > x/a TCP 81,82: deny
      y/a > x/a TCP 80,81,83: allow
      y/a > x/a TCP 82: deny
      node/n2 > x/a TCP 80: allow
      node/n2 > x/a TCP 81: deny`,
  },
  {
    name: 'selectors of one peer are ANDed, of two peers ORed; a lone podSelector means the own namespace',
    cluster: `${xy}
      pod y/b app=b 10.2.0.2`,
    policies: policy(`{podSelector: {matchLabels: {app: a}}, ingress: [
      {ports: [{port: 1}], from: [{podSelector: {matchLabels: {app: b}}, namespaceSelector: {matchLabels: {team: blue}}}]},
      {ports: [{port: 2}], from: [{podSelector: {matchLabels: {app: b}}}, {namespaceSelector: {matchLabels: {team: blue}}}]},
      {ports: [{port: 3}], from: [{podSelector: {}}]},
      {ports: [{port: 4}], from: [{podSelector: null, namespaceSelector: {matchLabels: {team: blue}}}]}]}`),
    expect: `
      y/b > x/a TCP 1: allow
      y/a > x/a TCP 1: deny
      x/b > x/a TCP 1: deny
      y/b > x/a TCP 2: allow
      y/a > x/a TCP 2: allow
      x/b > x/a TCP 2: allow
      x/b > x/a TCP 3: allow
      y/b > x/a TCP 3: deny
      y/a > x/a TCP 4: allow
      x/b > x/a TCP 4: deny`,
  },
  {
    name: 'a policy without podSelector selects every pod of its namespace',
    cluster: xy,
    policies: policy('{policyTypes: [Ingress]}'),
    expect: `
      x/a > x/b TCP 80: deny
      x/b > y/a TCP 80: allow`,
  },
  {
    name: 'NotIn and DoesNotExist hold where the key is absent',
    cluster: `${xy}
      pod x/plain 10.1.0.9`,
    policies: policy(`{podSelector: {matchLabels: {app: a}}, ingress: [
      {ports: [{port: 1}], from: [{podSelector: {matchExpressions: [{key: app, operator: NotIn, values: [b]}]}}]},
      {ports: [{port: 2}], from: [{podSelector: {matchExpressions: [{key: app, operator: DoesNotExist}]}}]},
      {ports: [{port: 3}], from: [{podSelector: {matchExpressions: [{key: app, operator: Exists}]}}]},
      {ports: [{port: 4}], from: [{podSelector: {matchExpressions: [{key: app, operator: In, values: [b, c]}]}}]},
      {ports: [{port: 5}], from: [{podSelector: {matchLabels: {app: b}, matchExpressions: [{key: app, operator: NotIn, values: [b]}]}}]},
      {ports: [{port: 6}], from: [{podSelector: {matchExpressions: [{key: app, operator: Equals, values: [b]}]}}]}]}`),
    expect: `
      x/plain > x/a TCP 1,2: allow
      x/plain > x/a TCP 3-6: deny
      x/b > x/a TCP 1,2: deny
      x/b > x/a TCP 3,4: allow
      x/b > x/a TCP 5,6: deny`,
  },
  {
    name: 'every namespace carries its name as a label, absent objects included',
    cluster: `pod x/a 10.1.0.1
      pod y/a 10.2.0.1`,
    policies: policy(
      '{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: y}}}]}]}',
    ),
    expect: `
      y/a > x/a TCP 80: allow
      203.0.113.1 > x/a TCP 80: deny`,
  },
  {
    name: 'no ports mean every protocol, no port every port of one protocol, no protocol TCP',
    cluster: xy,
    policies: policy(
      '{podSelector: {matchLabels: {app: a}}, ingress: [{from: [{podSelector: {}}], ports: []}, {from: [{namespaceSelector: {matchLabels: {team: blue}}}], ports: [{protocol: UDP}, {port: 80}]}]}',
    ),
    expect: `
      x/b > x/a TCP 1: allow
      x/b > x/a SCTP 1: allow
      x/b > x/a ICMP 8.0: allow
      y/a > x/a UDP 1,65535: allow
      y/a > x/a TCP 80: allow
      y/a > x/a TCP 81: deny
      y/a > x/a SCTP 80: deny
      203.0.113.1 > x/a UDP 1: deny`,
  },
  {
    name: 'endPort is inclusive, needs a numeric port, and is not below it',
    cluster: xy,
    policies: policy(`{podSelector: {matchLabels: {app: a}}, ingress: [
      {from: [{podSelector: {}}], ports: [{port: 100, endPort: 102}]},
      {from: [{ipBlock: {cidr: 203.0.113.0/24}}], ports: [{port: 100, endPort: 100}, {port: 9, endPort: 8}, {endPort: 70}, {port: http, endPort: 90}]}]}`),
    expect: `
      x/b > x/a TCP 100-102: allow
      x/b > x/a TCP 99,103: deny
      203.0.113.1 > x/a TCP 100: allow
      203.0.113.1 > x/a TCP 8,9,70,80,85: deny`,
  },
  {
    name: 'a named port is looked up on the destination, for egress on each pod by itself',
    cluster: xy,
    policies:
      policy('{podSelector: {matchLabels: {app: b}}, policyTypes: [Egress], egress: [{ports: [{port: http}]}]}') +
      policy('{podSelector: {}, ingress: [{ports: [{port: http}]}]}', 'p', 'y'),
    expect: `
      x/b > x/a TCP 80: allow
      x/b > x/a TCP 8080: deny
      x/b > y/a TCP 80: allow
      x/b > 203.0.113.1 TCP 80: deny
      x/b > node/n1 TCP 80: deny
      203.0.113.1 > y/a TCP 80: allow
      203.0.113.1 > y/a TCP 81: deny`,
  },
  {
    name: 'a named port needs the protocol too, and is found in every container',
    cluster: `ns x
      pod x/a app=a :web=80/TCP :web=81/TCP :web=82/UDP ::web=83/TCP 10.1.0.1
      pod x/b 10.1.0.2`,
    policies: policy('{podSelector: {matchLabels: {app: a}}, ingress: [{ports: [{port: web}]}]}'),
    expect: `
      x/b > x/a TCP 80,81,83: allow
      x/b > x/a TCP 82: deny
      x/b > x/a UDP 82,80: deny`,
  },
  {
    name: 'an ipBlock matches pods by their address, family by family',
    cluster: xy,
    policies: policy(
      '{podSelector: {matchLabels: {app: a}}, ingress: [{from: [{ipBlock: {cidr: 10.2.0.0/16}}]}, {from: [{ipBlock: {cidr: "fd01::/16"}}], ports: [{port: 6}]}]}',
    ),
    expect: `
      y/a > x/a TCP 80: allow
      y/a > x/a TCP 80 v6: deny
      x/b > x/a TCP 6: deny
      x/b > x/a TCP 6 v6: allow
      10.2.9.9 > x/a TCP 80: allow
      fd01::99 > x/a TCP 6: allow
      fd01::99 > x/a TCP 7: deny`,
  },
  {
    name: 'an ipBlock does not match pods where the option says so, and still matches what is outside',
    cluster: xy,
    options: { ipBlockMatchesPods: false, hostNetworkPods: 'as-node' },
    policies: policy('{podSelector: {matchLabels: {app: a}}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]}'),
    expect: `
      y/a > x/a TCP 80: deny
      203.0.113.1 > x/a TCP 80: allow`,
  },
  {
    name: 'a pod whose address is not known may be in any block but all of a family',
    cluster: `ns x
      pod x/a app=a
      pod x/b app=b`,
    policies: policy(`{podSelector: {matchLabels: {app: a}}, ingress: [
      {from: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: 1}]},
      {from: [{ipBlock: {cidr: 0.0.0.0/0}}], ports: [{port: 2}]},
      {from: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}], ports: [{port: 3}]}]}`),
    expect: `
      x/b > x/a TCP 1,3: unknown
      x/b > x/a TCP 2: allow
      x/b > x/a TCP 4: deny
      x/b > x/a TCP 2 v6: deny`,
  },
  {
    name: 'except takes out of its own block only',
    cluster: xy,
    policies: policy(`{podSelector: {matchLabels: {app: a}}, ingress: [
      {from: [{ipBlock: {cidr: 203.0.113.0/24, except: [203.0.113.0/28, 203.0.113.128/25]}}, {ipBlock: {cidr: 203.0.113.7/32}}]}]}`),
    expect: `
      203.0.113.1 > x/a TCP 80: deny
      203.0.113.7 > x/a TCP 80: allow
      203.0.113.16 > x/a TCP 80: allow
      203.0.113.200 > x/a TCP 80: deny
      203.0.114.1 > x/a TCP 80: deny`,
  },
  {
    name: 'a block is masked to its length; all of IPv4 is not all of IPv6',
    cluster: xy,
    policies:
      policy('{podSelector: {matchLabels: {app: a}}, ingress: [{from: [{ipBlock: {cidr: 203.0.113.77/24}}]}]}', 'one') +
      policy('{podSelector: {matchLabels: {app: b}}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]}', 'two'),
    expect: `
      203.0.113.1 > x/a TCP 80: allow
      203.0.113.1 > x/b TCP 80: allow
      2001:db8::1 > x/b TCP 80: deny
      y/a > x/b TCP 80: allow
      y/a > x/b TCP 80 v6: deny`,
  },
  {
    name: 'an ipBlock beside a selector, or one that is no block, matches nothing',
    cluster: xy,
    policies: policy(`{podSelector: {matchLabels: {app: a}}, ingress: [
      {ports: [{port: 1}], from: [{ipBlock: {cidr: 0.0.0.0/0}, podSelector: {}}]},
      {ports: [{port: 2}], from: [{ipBlock: {cidr: 203.0.113.1}}]},
      {ports: [{port: 3}], from: [{ipBlock: {cidr: 0.0.0.0/33}}]},
      {ports: [{port: 4}], from: [{ipBlock: {}}]}]}`),
    expect: `
      x/b > x/a TCP 1-4: deny
      203.0.113.1 > x/a TCP 1-4: deny`,
  },
  {
    name: 'a pod always reaches itself',
    cluster: xy,
    policies: policy('{podSelector: {}, policyTypes: [Ingress, Egress]}'),
    expect: `
      x/a > x/a TCP 80: allow
      10.1.0.1 > x/a TCP 80: allow
      x/a > x/b TCP 80: deny`,
  },
  {
    name: 'the own node reaches a pod whatever the policies say, another node does not',
    cluster: `${xy}
      pod y/agent host @n1`,
    policies: policy('{podSelector: {}, policyTypes: [Ingress]}'),
    expect: `
      node/n1 > x/a TCP 80: allow
      node/n1 > x/a TCP 80 v6: allow
      y/agent > x/a TCP 80: allow
      node/n2 > x/a TCP 80: deny
      node/n1 > x/b TCP 80: deny
      y/agent > x/b TCP 80: deny`,
  },
  {
    name: 'another node is matched by its address only',
    cluster: xy,
    policies: policy(
      '{podSelector: {matchLabels: {app: a}}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.2/32}}, {namespaceSelector: {}}]}]}',
    ),
    expect: `
      node/n2 > x/a TCP 80: allow
      10.0.0.2 > x/a TCP 80: allow
      node/n2 > x/a TCP 80 v6: deny`,
  },
  {
    name: 'whether a pod on the host network is a pod for selectors is left open',
    cluster: `${xy}
      pod x/agent app=agent host @n2 10.0.0.2
      pod x/c app=c 10.1.0.3 @n3`,
    policies:
      policy(
        '{podSelector: {matchLabels: {app: a}}, ingress: [{from: [{podSelector: {matchLabels: {app: agent}}}]}]}',
        'one',
      ) +
      policy('{podSelector: {matchLabels: {app: agent}}, policyTypes: [Ingress, Egress]}', 'two') +
      policy('{podSelector: {matchLabels: {app: c}}}', 'three'),
    expect: `
      x/agent > x/a TCP 80: unknown unknown
      x/agent > x/c TCP 80: unknown deny
      y/a > x/agent TCP 80: unknown
      x/b > x/a TCP 80: deny`,
  },
  {
    name: 'a pod on the host network as a node: policies neither govern nor admit it',
    cluster: `${xy}
      pod x/agent app=agent host @n2 10.0.0.2`,
    options: { hostNetworkPods: 'as-node' },
    policies:
      policy(
        '{podSelector: {matchLabels: {app: a}}, ingress: [{from: [{podSelector: {matchLabels: {app: agent}}}]}]}',
        'one',
      ) + policy('{podSelector: {matchLabels: {app: agent}}, policyTypes: [Ingress, Egress]}', 'two'),
    expect: `
      x/agent > x/a TCP 80: allow deny
      y/a > x/agent TCP 80: allow
      x/agent > y/a TCP 80: allow`,
  },
  {
    name: 'finished pods are no endpoints, their address may be anybody’s',
    cluster: `${xy}
      pod x/done app=b phase=Succeeded 203.0.113.9`,
    policies: policy(
      '{podSelector: {matchLabels: {app: a}}, ingress: [{from: [{podSelector: {matchLabels: {app: b}}}]}]}',
    ),
    expect: `
      203.0.113.9 > x/a TCP 80: deny
      x/done > x/a TCP 80: nothing
      x/b > x/a TCP 80: allow`,
  },
  {
    name: 'ICMP to an isolated pod is admitted by a rule without ports and otherwise left open',
    cluster: xy,
    policies: policy(
      '{podSelector: {matchLabels: {app: a}}, ingress: [{from: [{podSelector: {}}]}, {ports: [{port: 80}]}]}',
    ),
    expect: `
      x/b > x/a ICMP 8.0: allow
      y/a > x/a ICMP 8.0: unknown
      y/a > x/a ICMP 8.0 v6: unknown
      y/a > x/a 47: unknown
      y/a > x/b ICMP 8.0: allow`,
  },
  {
    name: 'SCTP rules isolate and open nothing else',
    cluster: xy,
    policies: policy('{podSelector: {matchLabels: {app: a}}, ingress: [{ports: [{protocol: SCTP, port: 80}]}]}'),
    expect: `
      x/b > x/a SCTP 80: allow
      x/b > x/a SCTP 81: deny
      x/b > x/a TCP 80: deny
      x/b > x/a UDP 80: deny
      x/b > x/a 132 80: allow
      x/b > x/a 6 80: deny`,
  },
  {
    name: 'the labels of a namespace that may not be read are not known',
    cluster: `pod x/a app=a 10.1.0.1
      pod y/a app=a 10.2.0.1`,
    options: { missingNamespaces: 'unknown' },
    policies: policy(`{podSelector: {}, ingress: [
      {ports: [{port: 1}], from: [{namespaceSelector: {matchLabels: {team: blue}}}]},
      {ports: [{port: 2}], from: [{namespaceSelector: {matchExpressions: [{key: team, operator: DoesNotExist}]}}]},
      {ports: [{port: 3}], from: [{namespaceSelector: {matchLabels: {team: blue}}, podSelector: {matchLabels: {app: b}}}]},
      {ports: [{port: 4}], from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: y}}}]},
      {ports: [{port: 5}], from: [{namespaceSelector: {}}]}]}`),
    expect: `
      y/a > x/a TCP 1,2: unknown
      y/a > x/a TCP 3: deny
      y/a > x/a TCP 4,5: allow
      203.0.113.1 > x/a TCP 1: deny`,
  },
  {
    name: 'a policy of an unknown protocol or a port outside the range matches nothing and still isolates',
    cluster: xy,
    policies: policy(
      '{podSelector: {matchLabels: {app: a}}, ingress: [{ports: [{protocol: ICMP}, {port: 0}, {port: 65536}, {port: 1.5}, {protocol: tcp, port: 80}]}]}',
    ),
    expect: `
      x/b > x/a TCP 80,1: deny
      x/b > x/a UDP 80: deny`,
  },
];
