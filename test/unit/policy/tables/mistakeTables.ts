import { type Table } from './notation.ts';

/** What policy analysers and network plugins in use are known to answer wrongly, each as a table with the right answer. */

const cluster = `
  ns x team=red
  ns y team=blue
  pod x/a app=a :web=80/TCP 10.1.0.1 @n1
  pod x/b app=b track=canary :web=8080/TCP 10.1.0.2 @n2
  pod y/a app=a 10.2.0.1 @n2
  node n1 10.0.0.1
  node n2 10.0.0.2
`;
const policy = (spec: string, name = 'p'): string => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ${name}, namespace: x}
spec: ${spec}
---`;
const gnp = (name: string, spec: string): string => `
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: ${name}}
spec: ${spec}
---`;

export const mistakeTables: readonly Table[] = [
  {
    name: 'a protocol without ports is that protocol only',
    cluster,
    policies: policy('{podSelector: {}, ingress: [{ports: [{protocol: UDP}]}]}'),
    expect: `
      y/a > x/a UDP 80: allow
      y/a > x/a TCP 80: deny
      y/a > x/a SCTP 80: deny`,
  },
  {
    name: 'the own node is let in, and no other',
    cluster,
    policies: policy('{podSelector: {}, policyTypes: [Ingress]}'),
    expect: `
      node/n1 > x/a TCP 80: allow
      node/n2 > x/a TCP 80: deny
      10.0.0.1 > x/a TCP 80: allow`,
  },
  {
    name: 'pods of one owner that differ in a label that a policy reads are two different things',
    cluster,
    policies: policy('{podSelector: {matchLabels: {track: canary}}, policyTypes: [Ingress]}'),
    expect: `
      y/a > x/b TCP 80: deny
      y/a > x/a TCP 80: allow`,
  },
  {
    name: 'every container port of a name counts, not the first',
    cluster: `ns x
      pod x/a :web=80/TCP :web=81/TCP 10.1.0.1
      pod x/b 10.1.0.2`,
    policies: policy('{podSelector: {}, ingress: [{ports: [{port: web}]}]}'),
    expect: 'x/b > x/a TCP 80-81: allow',
  },
  {
    name: 'a named port to an address outside is no error and no match',
    cluster,
    policies: policy(
      '{podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0}}], ports: [{port: web}]}]}',
    ),
    expect: `
      x/a > 203.0.113.1 TCP 80: deny
      x/a > x/b TCP 8080: allow`,
  },
  {
    name: 'nets and a selector of one Calico rule are both asked',
    cluster,
    policies: gnp(
      'p',
      `{selector: "projectcalico.org/namespace == 'x'", ingress: [{action: Allow, source: {selector: "app == 'a'", nets: [10.2.0.0/16]}}]}`,
    ),
    expect: `
      y/a > x/b TCP 80: allow
      x/a > x/b TCP 80: deny`,
  },
  {
    name: 'Calico policies of equal order go by name, however they are listed',
    cluster,
    policies:
      gnp('later', '{order: 1, ingress: [{action: Deny}]}') + gnp('earlier', '{order: 1, ingress: [{action: Allow}]}'),
    expect: 'y/a > x/a TCP 80: allow',
  },
  {
    name: 'untracked and pre-DNAT Calico policies are not read as if they concerned pods',
    cluster,
    policies: gnp('p', '{doNotTrack: true, applyOnForward: true, ingress: [{action: Deny}]}'),
    expect: 'y/a > x/a TCP 80: allow',
  },
  {
    name: 'a Calico tier and a service account are read',
    cluster: `${cluster}
      pod x/c sa=robot 10.1.0.3`,
    policies:
      `
apiVersion: projectcalico.org/v3
kind: Tier
metadata: {name: t}
spec: {order: 1}
---` +
      gnp(
        't.p',
        '{tier: t, selector: "app == \'a\'", ingress: [{action: Allow, source: {serviceAccounts: {names: [robot]}}}]}',
      ),
    expect: `
      x/c > x/a TCP 80: allow
      x/b > x/a TCP 80: deny`,
  },
  {
    name: 'label values with blanks and commas are values too',
    cluster: `ns x
      pod x/a 10.1.0.1
      pod x/b note=a,b 10.1.0.2`,
    policies: gnp('p', `{ingress: [{action: Allow, source: {selector: "note == 'a,b' || note == 'a b'"}}]}`),
    expect: 'x/b > x/a TCP 80: allow\nx/a > x/b TCP 80: deny',
  },
  {
    name: 'empty policyTypes are filled in, not a fault',
    cluster,
    policies: policy('{podSelector: {}, policyTypes: []}'),
    expect: `
      y/a > x/a TCP 80: deny
      x/a > y/a TCP 80: allow`,
  },
  {
    name: 'a pod talks to itself under default deny',
    cluster,
    policies: policy('{podSelector: {}, policyTypes: [Ingress, Egress]}'),
    expect: 'x/a > x/a TCP 80: allow',
  },
  {
    name: 'an empty list of ingress rules denies',
    cluster,
    policies: policy('{podSelector: {}, ingress: []}'),
    expect: 'y/a > x/a TCP 80: deny',
  },
  {
    name: 'an ingress-only NetworkPolicy does not shut the baseline out of egress',
    cluster,
    policies:
      policy('{podSelector: {}, ingress: [{}]}') +
      `
apiVersion: policy.networking.k8s.io/v1alpha1
kind: BaselineAdminNetworkPolicy
metadata: {name: default}
spec: {subject: {namespaces: {}}, egress: [{action: Deny, to: [{namespaces: {}}]}], ingress: [{action: Deny, from: [{namespaces: {matchLabels: {team: red}}}]}]}`,
    expect: `
      x/a > y/a TCP 80: deny deny
      y/a > x/a TCP 80: deny allow`,
  },
  {
    name: 'an admin policy that denies all networks denies pods too',
    cluster,
    policies: `
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: p}
spec: {priority: 1, subject: {namespaces: {}}, egress: [{action: Deny, to: [{networks: [0.0.0.0/0]}]}]}`,
    expect: 'x/a > y/a TCP 80: deny',
  },
  {
    name: 'matchExpressions count, and AND within a peer stays AND',
    cluster,
    policies: policy(
      '{podSelector: {matchExpressions: [{key: app, operator: In, values: [a]}]}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: blue}}, podSelector: {matchLabels: {app: b}}}]}]}',
    ),
    expect: `
      y/a > x/a TCP 80: deny
      x/b > x/a TCP 80: deny
      y/a > x/b TCP 80: allow`,
  },
  {
    name: 'addresses of finished pods belong to nobody',
    cluster: `${cluster}
      pod x/done app=a phase=Failed 10.2.0.1`,
    policies: policy('{podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {app: a}}}]}]}'),
    expect: `
      10.2.0.1 > x/b TCP 80: deny
      x/a > x/b TCP 80: allow`,
  },
];
