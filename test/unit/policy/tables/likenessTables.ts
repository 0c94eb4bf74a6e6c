import { type Table } from './notation.ts';

/** Pods that are alike but for the one thing that a policy reads of them: they must not be taken for one another. */

const object = (kind: string, meta: string, spec: string, api = 'projectcalico.org/v3'): string => `
apiVersion: ${api}
kind: ${kind}
metadata: {${meta}}
spec: ${spec}
---`;
const gnp = (name: string, spec: string): string => object('GlobalNetworkPolicy', `name: ${name}`, spec);
const anp = (spec: string): string =>
  object('AdminNetworkPolicy', 'name: p', spec, 'policy.networking.k8s.io/v1alpha1');
const account = (name: string, role: string): string => `
apiVersion: v1
kind: ServiceAccount
metadata: {name: ${name}, namespace: x, labels: {role: ${role}}}
---`;

const byAccount = `
  ns x
  pod x/worker sa=robot 10.1.0.1
  pod x/idle sa=dummy 10.1.0.2
  pod x/target app=t 10.1.0.3
`;
const toTarget = 'x/worker > x/target TCP 80: allow\nx/idle > x/target TCP 80: deny';

export const likenessTables: readonly Table[] = [
  {
    name: 'but for the service account that a rule names',
    cluster: byAccount,
    policies: gnp(
      'p',
      `{selector: "app == 't'", ingress: [{action: Allow, source: {serviceAccounts: {names: [robot]}}}]}`,
    ),
    expect: toTarget,
  },
  {
    name: 'but for the labels of the service account that a rule asks for',
    cluster: byAccount,
    policies:
      account('robot', 'worker') +
      account('dummy', 'idler') +
      gnp(
        'p',
        `{selector: "app == 't'", ingress: [{action: Allow, source: {serviceAccounts: {selector: "role == 'worker'"}}}]}`,
      ),
    expect: toTarget,
  },
  {
    name: 'but for the labels of the service account that a policy selects by',
    cluster: byAccount,
    policies:
      account('robot', 'worker') +
      account('dummy', 'idler') +
      gnp('p', `{serviceAccountSelector: "role == 'worker'", types: [Ingress]}`),
    expect: 'x/target > x/worker TCP 80: deny\nx/target > x/idle TCP 80: allow',
  },
  {
    name: 'but for the service account that a selector of pods reads',
    cluster: byAccount,
    policies:
      account('robot', 'worker') +
      gnp('p', `{selector: "pcsa.role == 'worker'", types: [Ingress]}`) +
      gnp('q', `{selector: "projectcalico.org/serviceaccount == 'dummy'", types: [Ingress]}`),
    expect: `
      x/target > x/worker TCP 80: deny
      x/target > x/idle TCP 80: deny
      x/worker > x/target TCP 80: allow`,
  },
  {
    name: 'but for the service account that has a profile',
    cluster: byAccount,
    policies:
      object('Profile', 'name: kns.x', '{egress: [{action: Allow}]}') +
      object('Profile', 'name: ksa.x.robot', '{ingress: [{action: Allow}]}'),
    expect: `
      x/target > x/worker TCP 80: allow
      x/target > x/idle TCP 80: deny`,
  },
  {
    name: 'but for a label that only a peer of an admin policy reads',
    cluster: `
      ns x
      ns y
      pod y/a app=a 10.2.0.1
      pod y/b app=b 10.2.0.2
      pod x/target 10.1.0.1`,
    policies: anp(
      '{priority: 1, subject: {namespaces: {matchLabels: {kubernetes.io/metadata.name: x}}}, ingress: [{action: Deny, from: [{pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: a}}}}]}]}',
    ),
    expect: 'y/a > x/target TCP 80: deny\ny/b > x/target TCP 80: allow',
  },
  {
    name: 'but for the number of a port that an admin policy names',
    cluster: `
      ns x
      pod x/a :http=80/TCP 10.1.0.1
      pod x/b :http=8080/TCP 10.1.0.2`,
    policies: anp(
      '{priority: 1, subject: {namespaces: {}}, ingress: [{action: Deny, from: [{namespaces: {}}], ports: [{namedPort: http}]}]}',
    ),
    expect: `
      x/b > x/a TCP 80: deny
      x/b > x/a TCP 8080: allow
      x/a > x/b TCP 80: allow
      x/a > x/b TCP 8080: deny`,
  },
  {
    name: 'but for the node, where a policy reads labels of nodes and pods are on the host’s network',
    cluster: `
      ns x
      node n1 10.0.0.1 zone=east
      node n2 10.0.0.2 zone=west
      pod x/a 10.1.0.1
      pod x/east host @n1 10.0.0.1
      pod x/west host @n2 10.0.0.2`,
    policies: anp(
      '{priority: 1, subject: {namespaces: {}}, egress: [{action: Deny, to: [{nodes: {matchLabels: {zone: east}}}]}]}',
    ),
    expect: 'x/a > x/east TCP 80: unknown\nx/a > x/west TCP 80: allow',
  },
  {
    name: 'but for what the selector and the target port of a service read',
    cluster: `
      ns x
      ns y
      pod x/a 10.1.0.1
      pod y/one role=s :web=80/TCP 10.2.0.1
      pod y/two role=s :web=90/TCP 10.2.0.2
      pod y/other role=o :web=80/TCP 10.2.0.3`,
    policies:
      `
apiVersion: v1
kind: Service
metadata: {name: web, namespace: y}
spec: {selector: {role: s}, ports: [{port: 1, targetPort: web, protocol: TCP}]}
---` +
      gnp(
        'p',
        `{selector: "projectcalico.org/namespace == 'x'", types: [Egress], egress: [{action: Allow, destination: {services: {name: web, namespace: y}}}]}`,
      ),
    expect: `
      x/a > y/one TCP 80: allow
      x/a > y/one TCP 90: deny
      x/a > y/two TCP 90: allow
      x/a > y/two TCP 80: deny
      x/a > y/other TCP 80: deny`,
  },
  {
    name: 'but for a label that sets, parts of values and negated terms read',
    cluster: `
      ns x
      pod x/a app=a 10.1.0.1
      pod x/b app=b 10.1.0.2
      pod x/c 10.1.0.3
      pod x/target role=t 10.1.0.4`,
    policies: gnp(
      'p',
      `{selector: "role == 't'", ingress: [
        {action: Allow, protocol: TCP, source: {selector: "!(app == 'a')"}, destination: {ports: [1]}},
        {action: Allow, protocol: TCP, source: {selector: "app in {'b'}"}, destination: {ports: [2]}},
        {action: Allow, protocol: TCP, source: {selector: "app starts with 'b'"}, destination: {ports: [3]}},
        {action: Allow, protocol: TCP, source: {selector: "!has(app)"}, destination: {ports: [4]}}]}`,
    ),
    expect: `
      x/a > x/target TCP 1,2,3,4: deny
      x/b > x/target TCP 1,2,3: allow
      x/b > x/target TCP 4: deny
      x/c > x/target TCP 1,4: allow
      x/c > x/target TCP 2,3: deny`,
  },
  {
    name: 'but for a label that nothing but a negated term reads',
    cluster: `
      ns x
      pod x/a app=a 10.1.0.1
      pod x/b app=b 10.1.0.2
      pod x/target role=t 10.1.0.3`,
    policies: gnp('p', `{selector: "role == 't'", ingress: [{action: Allow, source: {selector: "!(app == 'a')"}}]}`),
    expect: 'x/a > x/target TCP 80: deny\nx/b > x/target TCP 80: allow',
  },
  {
    name: 'but for the number of a port that a Calico rule names',
    cluster: `
      ns x
      pod x/a :http=80/TCP 10.1.0.1
      pod x/b :http=8080/TCP 10.1.0.2`,
    policies: gnp('p', '{ingress: [{action: Allow, protocol: TCP, destination: {ports: [http]}}]}'),
    expect: `
      x/b > x/a TCP 80: allow
      x/b > x/a TCP 8080: deny
      x/a > x/b TCP 80: deny
      x/a > x/b TCP 8080: allow`,
  },
];
