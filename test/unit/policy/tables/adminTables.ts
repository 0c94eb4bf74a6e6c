import { type Table } from './notation.ts';

/** One table and more for each point of part c.B. */

const cluster = `
  ns x team=red
  ns y team=blue
  ns z
  pod x/a app=a :http=80/TCP :http=80/UDP :dns=53/UDP 10.1.0.1 fd01::1 @n1
  pod x/b app=b 10.1.0.2 fd01::2 @n2
  pod y/a app=a :http=8080/TCP 10.2.0.1 fd02::1 @n2
  pod y/agent app=agent host @n2 10.0.0.2 fd00::2
  pod z/a app=a :http=80/TCP 10.3.0.1 fd03::1 @n1
  node n1 10.0.0.1 fd00::1 zone=east
  node n2 10.0.0.2 fd00::2 zone=west
`;

const admin = (name: string, priority: number, rest: string): string => `
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: ${name}}
spec: {priority: ${priority}, ${rest}}
---`;

const baseline = (rest: string, name = 'default'): string => `
apiVersion: policy.networking.k8s.io/v1alpha1
kind: BaselineAdminNetworkPolicy
metadata: {name: ${name}}
spec: {${rest}}
---`;

const cluster2 = (name: string, tier: string, priority: number, rest: string): string => `
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: ${name}}
spec: {tier: ${tier}, priority: ${priority}, ${rest}}
---`;

const network = (name: string, namespace: string, spec: string): string => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ${name}, namespace: ${namespace}}
spec: ${spec}
---`;

const red = 'subject: {namespaces: {matchLabels: {team: red}}}';
const all = '{namespaces: {}}';

export const adminTables: readonly Table[] = [
  {
    name: 'admin before NetworkPolicy before baseline before allow',
    cluster,
    policies:
      admin(
        'first',
        5,
        `${red}, ingress: [{action: Allow, from: [${all}], ports: [{portNumber: {protocol: TCP, port: 1}}]}, {action: Deny, from: [${all}], ports: [{portNumber: {protocol: TCP, port: 2}}]}]`,
      ) +
      network('np', 'x', '{podSelector: {matchLabels: {app: a}}, ingress: [{ports: [{port: 2}, {port: 3}]}]}') +
      baseline(
        `${red}, ingress: [{action: Deny, from: [${all}], ports: [{portNumber: {protocol: TCP, port: 3}}, {portNumber: {protocol: TCP, port: 4}}]}]`,
      ),
    expect: `
      y/a > x/a TCP 1: allow
      y/a > x/a TCP 2: deny
      y/a > x/a TCP 3: allow
      y/a > x/a TCP 4,5: deny
      y/a > x/b TCP 3,4: deny
      y/a > x/b TCP 5: allow
      203.0.113.1 > x/b TCP 2,3: allow`,
  },
  {
    name: 'egress of the source and ingress of the destination each run the whole chain',
    cluster,
    policies:
      admin(
        'out',
        5,
        `${red}, egress: [{action: Allow, to: [${all}], ports: [{portNumber: {protocol: TCP, port: 1}}]}, {action: Deny, to: [${all}]}]`,
      ) +
      admin(
        'in',
        6,
        `subject: {namespaces: {matchLabels: {team: blue}}}, ingress: [{action: Deny, from: [${all}], ports: [{portNumber: {protocol: TCP, port: 1}}]}]`,
      ),
    expect: `
      x/a > y/a TCP 1: allow deny
      x/a > y/a TCP 2: deny allow
      x/a > z/a TCP 1: allow allow
      x/a > 203.0.113.1 TCP 2: allow allow`,
  },
  {
    name: 'lower numbers first; within a policy the first rule that matches',
    cluster,
    policies:
      admin('late', 20, `${red}, ingress: [{action: Deny, from: [${all}]}]`) +
      admin(
        'early',
        10,
        `${red}, ingress: [{action: Allow, from: [{pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: a}}}}], ports: [{portNumber: {port: 1}}]}, {action: Deny, from: [${all}], ports: [{portNumber: {port: 1}}]}, {action: Allow, from: [${all}], ports: [{portNumber: {port: 1}}, {portNumber: {port: 2}}]}]`,
      ),
    expect: `
      y/a > x/a TCP 1: allow
      x/b > x/a TCP 1: deny
      x/b > x/a TCP 2: allow
      x/b > x/a TCP 3: deny`,
  },
  {
    name: 'of equal priority either policy may come first: unknown only where it matters',
    cluster,
    policies:
      admin(
        'one',
        10,
        `${red}, ingress: [{action: Allow, from: [${all}], ports: [{portRange: {protocol: TCP, start: 1, end: 10}}]}, {action: Deny, from: [${all}], ports: [{portNumber: {port: 20}}]}]`,
      ) +
      admin(
        'other',
        10,
        `${red}, ingress: [{action: Deny, from: [${all}], ports: [{portRange: {protocol: TCP, start: 5, end: 20}}]}]`,
      ) +
      admin(
        'third',
        11,
        `${red}, ingress: [{action: Deny, from: [${all}], ports: [{portNumber: {port: 1}}, {portNumber: {port: 30}}]}]`,
      ),
    expect: `
      y/a > x/a TCP 1,4: allow
      y/a > x/a TCP 5,10: unknown
      y/a > x/a TCP 11,20,30: deny
      y/a > x/a TCP 21: allow`,
  },
  {
    name: 'of equal priority a pass and an allow that end alike are no doubt',
    cluster,
    policies:
      admin('one', 10, `${red}, ingress: [{action: Pass, from: [${all}]}]`) +
      admin('other', 10, `${red}, ingress: [{action: Allow, from: [${all}]}]`) +
      network('np', 'x', '{podSelector: {matchLabels: {app: b}}}'),
    expect: `
      y/a > x/a TCP 1: allow
      y/a > x/b TCP 1: unknown`,
  },
  {
    name: 'pass skips what is left of the admin tier, and in the end there is the default',
    cluster,
    policies:
      admin('pass', 1, `${red}, ingress: [{action: Pass, from: [${all}], ports: [{portNumber: {port: 1}}]}]`) +
      admin('deny', 2, `${red}, ingress: [{action: Deny, from: [${all}]}]`) +
      baseline(`${red}, ingress: [{action: Deny, from: [{namespaces: {matchLabels: {team: blue}}}]}]`),
    expect: `
      y/a > x/a TCP 1: deny
      z/a > x/a TCP 1: allow
      z/a > x/a TCP 2: deny`,
  },
  {
    name: 'pass in a baseline cluster policy ends at the default',
    cluster,
    policies:
      cluster2(
        'pass',
        'Baseline',
        1,
        `${red}, ingress: [{action: Pass, from: [{namespaces: {matchLabels: {team: blue}}}]}]`,
      ) + cluster2('deny', 'Baseline', 2, `${red}, ingress: [{action: Deny, from: [${all}]}]`),
    expect: `
      y/a > x/a TCP 1: allow
      z/a > x/a TCP 1: deny
      203.0.113.1 > x/a TCP 1: allow`,
  },
  {
    name: 'being a subject isolates nobody; a policy without rules for a direction says nothing about it',
    cluster,
    policies:
      admin('empty', 1, `subject: {namespaces: {}}`) +
      admin(
        'ingress',
        2,
        `subject: {namespaces: {}}, ingress: [{action: Allow, from: [{namespaces: {matchLabels: {team: red}}}]}], egress: []`,
      ),
    expect: `
      y/a > x/a TCP 1: allow
      x/a > y/a TCP 1: allow
      203.0.113.1 > x/a TCP 1: allow`,
  },
  {
    name: 'what a cluster policy passes on, NetworkPolicy decides, and then the baseline',
    cluster,
    policies:
      cluster2('pass', 'Admin', 1, `${red}, ingress: [{action: Pass, from: [${all}]}]`) +
      cluster2('allow', 'Admin', 2, `${red}, ingress: [{action: Accept, from: [${all}]}]`) +
      cluster2('under', 'Baseline', 1, `${red}, ingress: [{action: Deny, from: [${all}]}]`) +
      network('closed', 'x', '{podSelector: {matchLabels: {app: a}}, ingress: [{ports: [{port: 80}]}]}'),
    expect: `
      y/a > x/a TCP 80: allow
      y/a > x/a TCP 81: deny
      y/a > x/b TCP 80: deny`,
  },
  {
    name: 'the actions of a cluster policy are Accept, Deny and Pass',
    cluster,
    policies:
      cluster2(
        'one',
        'Admin',
        1,
        `${red}, ingress: [{action: Accept, from: [${all}], protocols: [{tcp: {destinationPort: {number: 1}}}]}, {action: Allow, from: [${all}], protocols: [{tcp: {destinationPort: {number: 2}}}]}, {action: Deny, from: [${all}]}]`,
      ) + network('np', 'x', '{podSelector: {}}'),
    expect: `
      y/a > x/a TCP 1: allow
      y/a > x/a TCP 2: deny
      203.0.113.1 > x/a TCP 1: deny`,
  },
  {
    name: 'a baseline policy is asked per direction',
    cluster,
    policies:
      network('np', 'x', '{podSelector: {}, policyTypes: [Ingress], ingress: [{}]}') +
      baseline(`${red}, egress: [{action: Deny, to: [${all}]}], ingress: [{action: Deny, from: [${all}]}]`),
    expect: `
      x/a > y/a TCP 1: deny
      y/a > x/a TCP 1: allow`,
  },
  {
    name: 'with the other reading of the baseline text any NetworkPolicy switches it off',
    cluster,
    options: { baseline: 'any' },
    policies:
      network('np', 'x', '{podSelector: {matchLabels: {app: a}}, policyTypes: [Ingress], ingress: [{}]}') +
      baseline(`${red}, egress: [{action: Deny, to: [${all}]}]`),
    expect: `
      x/a > y/a TCP 1: allow
      x/b > y/a TCP 1: deny`,
  },
  {
    name: 'pods on the host network are neither subject nor peer',
    cluster,
    policies: admin(
      'deny',
      1,
      `subject: {namespaces: {}}, ingress: [{action: Deny, from: [${all}]}], egress: [{action: Deny, to: [{pods: {namespaceSelector: {}, podSelector: {}}}]}]`,
    ),
    expect: `
      y/agent > x/a TCP 1: allow
      x/a > y/agent TCP 1: allow
      x/a > y/a TCP 1: deny`,
  },
  {
    name: 'pods of a subject and of a peer need both selectors to match; empty ones match all',
    cluster,
    policies: admin(
      'deny',
      1,
      `subject: {pods: {namespaceSelector: {matchLabels: {team: red}}, podSelector: {matchLabels: {app: a}}}}, ingress: [{action: Deny, from: [{pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: a}}}}], ports: [{portNumber: {port: 1}}]}, {action: Deny, from: [{pods: {namespaceSelector: {matchLabels: {team: blue}}, podSelector: {}}}], ports: [{portNumber: {port: 2}}]}]`,
    ),
    expect: `
      y/a > x/a TCP 1,2: deny
      z/a > x/a TCP 1: deny
      z/a > x/a TCP 2: allow
      x/b > x/a TCP 1,2: allow
      y/a > x/b TCP 1: allow
      x/a > z/a TCP 1: allow`,
  },
  {
    name: 'networks match pods too, by family, and ICMP',
    cluster,
    policies:
      cluster2('deny', 'Admin', 1, `${red}, egress: [{action: Deny, to: [{networks: [0.0.0.0/0]}]}]`) +
      admin(
        'v6',
        2,
        `subject: {namespaces: {matchLabels: {team: blue}}}, egress: [{action: Deny, to: [{networks: ["fd01::/16"]}], ports: [{portRange: {protocol: UDP, start: 1, end: 9}}]}]`,
      ),
    expect: `
      x/a > y/a TCP 1: deny
      x/a > y/a ICMP 8.0: deny
      x/a > y/a TCP 1 v6: allow
      x/a > y/a ICMP 128.0 v6: allow
      x/a > 203.0.113.1 TCP 1: deny
      x/a > node/n2 TCP 1: deny
      x/a > y/agent TCP 1: deny
      y/a > x/a UDP 9 v6: deny
      y/a > x/a UDP 10 v6: allow
      y/a > x/a UDP 9: allow
      y/a > z/a UDP 9 v6: allow`,
  },
  {
    name: 'a pod reaches its own address, admin policies or not',
    cluster,
    policies: admin(
      'deny',
      1,
      `subject: {namespaces: {}}, ingress: [{action: Deny, from: [${all}]}], egress: [{action: Deny, to: [{networks: [0.0.0.0/0]}]}]`,
    ),
    expect: `
      x/a > x/a TCP 80: allow
      x/a > 10.1.0.1 TCP 80: allow
      x/a > x/b TCP 80: deny`,
  },
  {
    name: 'ports of admin policies: numbers, inclusive ranges, names; TCP unless said otherwise; none is everything',
    cluster,
    policies: admin(
      'deny',
      1,
      `subject: {namespaces: {}}, ingress: [
        {action: Deny, from: [{pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: b}}}}], ports: [{portNumber: {port: 5}}, {portRange: {protocol: UDP, start: 10, end: 12}}, {namedPort: http}]},
        {action: Deny, from: [{namespaces: {matchLabels: {team: blue}}}]}]`,
    ),
    expect: `
      x/b > x/a TCP 5: deny
      x/b > x/a UDP 5: allow
      x/b > x/a UDP 10-12: deny
      x/b > x/a UDP 9,13: allow
      x/b > x/a TCP 80: deny
      x/b > x/a UDP 80: deny
      x/b > y/a TCP 8080: deny
      x/b > y/a TCP 80: allow
      x/b > x/a ICMP 8.0: allow
      y/a > x/a ICMP 8.0: deny
      y/a > x/a 47: deny`,
  },
  {
    name: 'protocols of cluster policies: the name takes the protocol of the port that bears it, pod by pod',
    cluster,
    policies: cluster2(
      'deny',
      'Admin',
      1,
      `${red}, egress: [
        {action: Deny, to: [${all}], protocols: [{destinationNamedPort: http}, {sctp: {destinationPort: {range: {start: 7, end: 8}}}}, {udp: {destinationPort: {number: 9}}}]}]`,
    ),
    expect: `
      x/b > x/a TCP 80: deny
      x/b > x/a UDP 80: deny
      x/b > x/a UDP 53: allow
      x/b > y/a TCP 8080: deny
      x/b > y/a TCP 80: allow
      x/b > y/a SCTP 7,8: deny
      x/b > y/a SCTP 9: allow
      x/b > y/a UDP 9: deny
      x/b > y/a ICMP 8.0: allow`,
  },
  {
    name: 'what a rule says in a field that is not known closes it: Accept matches nothing',
    cluster,
    policies:
      cluster2(
        'accept',
        'Admin',
        1,
        `${red}, ingress: [
        {action: Accept, from: [{namespaces: {}}, {galaxies: {}}], protocols: [{tcp: {destinationPort: {number: 1}}}]},
        {action: Accept, from: [{}], protocols: [{tcp: {destinationPort: {number: 2}}}]},
        {action: Accept, from: [${all}], protocols: [{tcp: {}}]},
        {action: Accept, from: [${all}], protocols: [{quic: {destinationPort: {number: 4}}}]},
        {action: Accept, from: [{networks: [10.0.0.0/8]}], protocols: [{tcp: {destinationPort: {number: 5}}}]},
        {action: Accept, from: [{namespaces: {}, pods: {podSelector: {}}}], protocols: [{tcp: {destinationPort: {number: 6}}}]},
        {action: Accept, from: [${all}], protocols: [{tcp: {destinationPort: {range: {start: 9, end: 7}}}}]},
        {action: Accept, from: [${all}], protocols: [{tcp: {destinationPort: {number: 10}}}]}]`,
      ) + network('np', 'x', '{podSelector: {}}'),
    expect: `
      y/a > x/a TCP 1-9: deny
      y/a > x/a TCP 10: allow`,
  },
  {
    name: 'a Deny or Pass that is not understood denies everything to its subject',
    cluster,
    policies:
      admin(
        'pass',
        1,
        `subject: {namespaces: {matchLabels: {team: red}}}, ingress: [{action: Pass, from: [{namespaces: {matchLabels: {team: blue}}}, {galaxies: {}}], ports: [{portNumber: {port: 1}}]}]`,
      ) +
      admin(
        'deny',
        1,
        `subject: {namespaces: {matchLabels: {team: blue}}}, egress: [{action: Allow, to: [${all}], ports: [{portNumber: {port: 1}}]}, {action: Deny, to: [{networks: [nonsense]}]}]`,
      ),
    expect: `
      z/a > x/a TCP 1,2: deny
      203.0.113.1 > x/a UDP 9: deny
      x/a > z/a TCP 1: allow
      y/a > z/a TCP 1: allow
      y/a > z/a TCP 2: deny
      y/a > 203.0.113.1 UDP 53: deny
      y/a > node/n1 UDP 53: deny`,
  },
  {
    name: 'nodes are matched by their labels and addresses, pods on their network included',
    cluster,
    policies: cluster2(
      'deny',
      'Admin',
      1,
      `${red}, egress: [{action: Deny, to: [{nodes: {matchLabels: {zone: west}}}]}]`,
    ),
    expect: `
      x/a > node/n2 TCP 1: deny
      x/a > node/n2 TCP 1 v6: deny
      x/a > 10.0.0.2 TCP 1: deny
      x/a > y/agent TCP 1: deny
      x/a > node/n1 TCP 1: allow
      x/b > node/n1 TCP 1: allow
      x/a > y/a TCP 1: allow
      x/a > 203.0.113.1 TCP 1: allow`,
  },
  {
    name: 'which addresses a domain name has is not known',
    cluster,
    policies: cluster2(
      'names',
      'Admin',
      1,
      `${red}, egress: [{action: Accept, to: [{domainNames: ["*.example.com"]}], protocols: [{tcp: {destinationPort: {number: 443}}}]}, {action: Deny, to: [{networks: [0.0.0.0/0]}]}]`,
    ),
    expect: `
      x/a > 203.0.113.1 TCP 443: unknown
      x/a > 203.0.113.1 TCP 80: deny
      x/a > 2001:db8::1 TCP 443: allow`,
  },
  {
    name: 'domain names in a Deny close the rule',
    cluster,
    policies: cluster2('names', 'Admin', 1, `${red}, egress: [{action: Deny, to: [{domainNames: ["example.com"]}]}]`),
    expect: `
      x/a > 203.0.113.1 TCP 443: deny
      x/a > y/a TCP 443: deny`,
  },
  {
    name: 'a rule without peers matches nothing',
    cluster,
    policies: admin('deny', 1, `${red}, ingress: [{action: Deny, from: []}, {action: Deny}]`),
    expect: `
      y/a > x/a TCP 1: allow
      203.0.113.1 > x/a TCP 1: allow`,
  },
  {
    name: 'only the baseline policy named default counts',
    cluster,
    policies: baseline(`${red}, ingress: [{action: Deny, from: [${all}]}]`, 'other'),
    expect: 'y/a > x/a TCP 1: allow',
  },
  {
    name: 'both API versions together: by priority, and of equal priority either first',
    cluster,
    policies:
      admin(
        'old',
        10,
        `${red}, ingress: [{action: Allow, from: [${all}], ports: [{portNumber: {port: 1}}, {portNumber: {port: 3}}]}]`,
      ) +
      cluster2(
        'new',
        'Admin',
        9,
        `${red}, ingress: [{action: Deny, from: [${all}], protocols: [{tcp: {destinationPort: {number: 1}}}]}]`,
      ) +
      cluster2(
        'same',
        'Admin',
        10,
        `${red}, ingress: [{action: Deny, from: [${all}], protocols: [{tcp: {destinationPort: {range: {start: 2, end: 3}}}}]}]`,
      ),
    expect: `
      y/a > x/a TCP 1,2: deny
      y/a > x/a TCP 3: unknown
      y/a > x/a TCP 4: allow`,
  },
  {
    name: 'the old and the new baseline together: in whichever order',
    cluster,
    policies:
      baseline(
        `${red}, ingress: [{action: Allow, from: [${all}], ports: [{portNumber: {port: 1}}, {portNumber: {port: 2}}]}]`,
      ) +
      cluster2(
        'new',
        'Baseline',
        9,
        `${red}, ingress: [{action: Deny, from: [${all}], protocols: [{tcp: {destinationPort: {range: {start: 2, end: 3}}}}]}]`,
      ),
    expect: `
      y/a > x/a TCP 1: allow
      y/a > x/a TCP 2: unknown
      y/a > x/a TCP 3: deny`,
  },
  {
    name: 'the own node is let in even where an admin policy denies it',
    cluster,
    policies: admin('deny', 1, `subject: {namespaces: {}}, ingress: [{action: Deny, from: [{galaxies: {}}]}]`),
    expect: `
      node/n1 > x/a TCP 1: allow
      node/n2 > x/a TCP 1: deny
      x/a > node/n1 TCP 1: allow`,
  },
  {
    name: 'subjects whose namespace labels may not be read leave the verdict open',
    cluster: `pod x/a app=a 10.1.0.1
      pod y/a app=a 10.2.0.1`,
    options: { missingNamespaces: 'unknown' },
    policies: admin(
      'deny',
      1,
      `${red}, ingress: [{action: Deny, from: [{pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: a}}}}], ports: [{portNumber: {port: 1}}]}, {action: Allow, from: [${all}], ports: [{portNumber: {port: 2}}]}]`,
    ),
    expect: `
      y/a > x/a TCP 1: unknown
      y/a > x/a TCP 2,3: allow`,
  },
];
