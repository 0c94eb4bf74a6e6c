import { type Table } from './notation.ts';

/** One table and more for each point of part c.C, named by its number. */

const cluster = `
  ns x team=red
  ns y team=blue
  ns z
  pod x/a app=a track=stable :http=80/TCP :http=80/UDP 10.1.0.1 fd01::1 @n1 sa=robot
  pod x/b app=b 10.1.0.2 fd01::2 @n2
  pod y/a app=a :http=8080/TCP 10.2.0.1 fd02::1 @n2 sa=robot
  pod y/b app=b 10.2.0.2 fd02::2 @n1
  pod z/c 10.3.0.1 fd03::1 @n1
  pod z/agent app=a host @n2 10.0.0.2 fd00::2
  node n1 10.0.0.1 fd00::1
  node n2 10.0.0.2 fd00::2
`;

const object = (kind: string, meta: string, spec: string, api = 'projectcalico.org/v3'): string => `
apiVersion: ${api}
kind: ${kind}
metadata: {${meta}}
spec: ${spec}
---`;
const np = (name: string, spec: string, namespace = 'x'): string =>
  object('NetworkPolicy', `name: ${name}, namespace: ${namespace}`, spec);
const gnp = (name: string, spec: string): string => object('GlobalNetworkPolicy', `name: ${name}`, spec);
const tier = (name: string, spec: string): string => object('Tier', `name: ${name}`, spec);
const knp = (name: string, spec: string, namespace = 'x'): string => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ${name}, namespace: ${namespace}}
spec: ${spec}
---`;
const port = (number: number | string): string => `protocol: TCP, destination: {ports: [${number}]}`;
/** The pods of namespace x. */
const inX = `selector: "projectcalico.org/namespace == 'x'"`;

const selects = (selector: string): string => gnp('p', `{selector: ${JSON.stringify(selector)}, types: [Ingress]}`);

export const calicoTables: readonly Table[] = [
  {
    name: '1: tiers by order, one without order last, then by name',
    cluster,
    policies:
      tier('first', '{order: 10}') +
      tier('last', '{}') +
      tier('b-same', '{order: 20}') +
      tier('a-same', '{order: 20}') +
      gnp('last.p', `{tier: last, ${inX}, ingress: [{action: Deny, ${port(1)}}, {action: Allow}]}`) +
      gnp('first.p', `{tier: first, ${inX}, ingress: [{action: Deny, ${port(2)}}, {action: Pass}]}`) +
      gnp(
        'b-same.p',
        `{tier: b-same, ${inX}, ingress: [{action: Deny, ${port(3)}}, {action: Deny, ${port(4)}}, {action: Pass}]}`,
      ) +
      gnp('a-same.p', `{tier: a-same, ${inX}, ingress: [{action: Allow, ${port(3)}}, {action: Pass}]}`) +
      gnp(
        'default.p',
        `{order: 1, ${inX}, ingress: [{action: Allow, ${port(1)}}, {action: Allow, ${port(2)}}, {action: Pass}]}`,
      ),
    expect: `
      y/a > x/a TCP 1: allow
      y/a > x/a TCP 2: deny
      y/a > x/a TCP 3: allow
      y/a > x/a TCP 4: deny
      y/a > x/a TCP 5: allow`,
  },
  {
    name: '1: admin and baseline cluster policies stand in tiers of their own',
    cluster,
    policies:
      tier('before', '{order: 999}') +
      tier('between', '{order: 2000}') +
      gnp('before.p', `{tier: before, ${inX}, ingress: [{action: Allow, ${port(1)}}, {action: Pass}]}`) +
      gnp(
        'between.p',
        `{tier: between, ${inX}, ingress: [{action: Allow, ${port(2)}}, {action: Allow, ${port(3)}}, {action: Pass}]}`,
      ) +
      `
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: c}
spec: {tier: Admin, priority: 1000, subject: {namespaces: {}}, ingress: [{action: Deny, from: [{namespaces: {}}], protocols: [{tcp: {destinationPort: {range: {start: 1, end: 2}}}}]}]}
---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: d}
spec: {tier: Baseline, priority: 1, subject: {namespaces: {}}, ingress: [{action: Deny, from: [{namespaces: {}}], protocols: [{tcp: {destinationPort: {range: {start: 3, end: 4}}}}]}]}`,
    expect: `
      y/a > x/a TCP 1: allow
      y/a > x/a TCP 2: deny
      y/a > x/a TCP 3: allow
      y/a > x/a TCP 4: deny
      y/a > x/a TCP 5: allow`,
  },
  {
    name: '2: policies by order, those without order last, ties by name/namespace/kind',
    cluster,
    policies:
      gnp('z', `{order: 1, ${inX}, ingress: [{action: Allow, ${port(1)}}]}`) +
      gnp('a', `{${inX}, ingress: [{action: Deny}]}`) +
      gnp('m', `{order: 5, ${inX}, ingress: [{action: Allow, ${port(2)}}]}`) +
      gnp('k', `{order: 5, ${inX}, ingress: [{action: Deny, ${port(2)}}, {action: Allow, ${port(3)}}]}`) +
      gnp('tie-2', `{order: 7, ${inX}, ingress: [{action: Deny, ${port(4)}}]}`) +
      // "tie-2/…" comes before "tie/…", because a hyphen sorts before a slash.
      gnp('tie', `{order: 7, ${inX}, ingress: [{action: Allow, ${port(4)}}]}`) +
      gnp('same', `{order: 8, ${inX}, ingress: [{action: Allow, ${port(5)}}]}`) +
      np('same', `{order: 8, ingress: [{action: Deny, ${port(5)}}]}`),
    expect: `
      y/a > x/a TCP 1: allow
      y/a > x/a TCP 2: deny
      y/a > x/a TCP 3: allow
      y/a > x/a TCP 4: deny
      y/a > x/a TCP 5: allow
      y/a > x/a TCP 6: deny`,
  },
  {
    name: '3: a NetworkPolicy of Kubernetes has order 1000 in the default tier',
    cluster,
    policies:
      knp('k', '{podSelector: {}, ingress: [{ports: [{port: 1}, {port: 2}, {port: 5}]}]}') +
      gnp('early', `{order: 500, ${inX}, ingress: [{action: Deny, ${port(1)}}]}`) +
      gnp('late', `{order: 2000, ${inX}, ingress: [{action: Deny, ${port(2)}}, {action: Allow, ${port(3)}}]}`) +
      gnp('a', `{order: 1000, ${inX}, ingress: [{action: Deny, ${port(5)}}]}`),
    expect: `
      y/a > x/a TCP 1: deny
      y/a > x/a TCP 2: allow
      y/a > x/a TCP 3: allow
      y/a > x/a TCP 4: deny
      y/a > x/a TCP 5: deny`,
  },
  {
    name: '3: at order 1000 a policy whose name comes later than the NetworkPolicy’s sees what is left',
    cluster,
    policies:
      knp('k', '{podSelector: {}, ingress: [{ports: [{port: 5}]}]}') +
      gnp('z', `{order: 1000, ${inX}, ingress: [{action: Deny, ${port(5)}}, {action: Allow, ${port(6)}}]}`),
    expect: `
      y/a > x/a TCP 5,6: allow
      y/a > x/a TCP 7: deny`,
  },
  {
    name: '4: the first rule decides, Log goes on, Pass leaves the tier, no match meets the tier’s default',
    cluster,
    policies:
      tier('t', '{order: 1}') +
      tier('pass', '{order: 2, defaultAction: Pass}') +
      gnp(
        't.p',
        `{tier: t, ${inX}, order: 1, ingress: [{action: Log}, {action: Allow, ${port(1)}}, {action: Deny, ${port(1)}}, {action: Pass, ${port('"2:3"')}}]}`,
      ) +
      gnp('t.q', `{tier: t, ${inX}, order: 9, ingress: [{action: Deny, ${port(2)}}, {action: Pass, ${port(4)}}]}`) +
      gnp('pass.p', `{tier: pass, ${inX}, ingress: [{action: Deny, ${port(3)}}]}`),
    expect: `
      y/a > x/a TCP 1: allow
      y/a > x/a TCP 2: allow
      y/a > x/a TCP 3: deny
      y/a > x/a TCP 4: allow
      y/a > x/a TCP 5: deny
      x/a > y/a TCP 5: allow
      x/a > z/c TCP 5: allow`,
  },
  {
    name: '4: a tier of which no policy applies, for the direction or the pod, is skipped',
    cluster,
    policies:
      tier('t', '{order: 1}') +
      gnp('t.p', `{tier: t, ${inX}, types: [Egress], egress: [{action: Allow}]}`) +
      gnp('t.q', `{tier: t, selector: "app == 'nobody'", ingress: [{action: Deny}]}`),
    expect: `
      y/a > x/a TCP 1: allow
      x/a > y/a TCP 1: allow`,
  },
  {
    name: '4: after the tiers come the profiles of namespace and service account; nothing else is allowed',
    cluster,
    policies:
      object(
        'Profile',
        'name: kns.x',
        `{ingress: [{action: Pass, ${port(3)}}, {action: Allow, ${port(1)}}], egress: [{action: Allow}]}`,
      ) +
      object('Profile', 'name: ksa.x.robot', `{ingress: [{action: Allow, ${port(2)}}, {action: Allow, ${port(3)}}]}`),
    expect: `
      y/a > x/a TCP 1: allow
      y/a > x/a TCP 2: allow
      y/a > x/b TCP 2: deny
      y/a > x/a TCP 3: deny
      y/a > x/a TCP 4: deny
      x/a > y/a TCP 4: allow`,
  },
  {
    name: '5: types follow from the rules',
    cluster,
    policies:
      np('none', `{selector: "app == 'a'"}`) +
      np('egress', `{selector: "app == 'b'", egress: [{action: Allow, ${port(1)}}]}`) +
      np('both', `{egress: [{action: Allow, ${port(1)}}], ingress: [{action: Allow, ${port(1)}}]}`, 'y'),
    expect: `
      x/a > z/c TCP 9: allow
      z/c > x/a TCP 9: deny
      x/b > z/c TCP 1: allow
      x/b > z/c TCP 9: deny
      z/c > x/b TCP 9: allow
      z/c > y/a TCP 1: allow
      z/c > y/a TCP 9: deny
      y/a > z/c TCP 9: deny`,
  },
  {
    name: '6: an empty selector is all()',
    cluster,
    policies: selects(''),
    expect: 'y/b > x/a TCP 1: deny\ny/b > z/c TCP 1: deny',
  },
  {
    name: '6: && binds closer than ||, ! closest',
    cluster,
    policies: selects("app == 'b' || app == 'a' && !has(track)"),
    expect: `
      z/c > x/b TCP 1: deny
      z/c > y/a TCP 1: deny
      z/c > x/a TCP 1: allow
      y/a > z/c TCP 1: allow`,
  },
  {
    name: '6: parentheses, double negation, both quotes, no blanks, tabs',
    cluster,
    policies: selects('(app=="b"||app==\'a\')&&\t! !has(track)'),
    expect: `
      z/c > x/a TCP 1: deny
      z/c > x/b TCP 1: allow
      z/c > y/a TCP 1: allow`,
  },
  {
    name: '6: != and not in hold where the label is absent, == and in do not',
    cluster,
    policies: gnp(
      'p',
      `{selector: "projectcalico.org/namespace == 'x' && app == 'a'", ingress: [
      {action: Allow, source: {selector: "app != 'a'"}, ${port(1)}},
      {action: Allow, source: {selector: "app not in {'a'}"}, ${port(2)}},
      {action: Allow, source: {selector: "app notin {'a', }"}, ${port(3)}},
      {action: Allow, source: {selector: "app in {'b', 'c'}"}, ${port(4)}},
      {action: Allow, source: {selector: "app in {}"}, ${port(5)}},
      {action: Allow, source: {selector: "app not in {}"}, ${port(6)}},
      {action: Allow, source: {selector: "!(app == 'a')"}, ${port(7)}},
      {action: Allow, source: {selector: "!has( app )"}, ${port(8)}}]}`,
    ),
    expect: `
      z/c > x/a TCP 1-3,6-8: allow
      z/c > x/a TCP 4,5: deny
      y/b > x/a TCP 1-4,6,7: allow
      y/b > x/a TCP 5,8: deny
      y/a > x/a TCP 1-5,7,8: deny
      y/a > x/a TCP 6: allow
      203.0.113.1 > x/a TCP 1-8: deny`,
  },
  {
    name: '6: contains, starts with and ends with, with a blank or without',
    cluster: `ns x
      pod x/a name=alphabet 10.1.0.1
      pod x/b name=betamax 10.1.0.2
      pod x/c 10.1.0.3`,
    policies: gnp(
      'p',
      `{ingress: [
      {action: Allow, source: {selector: "name contains 'bet'"}, ${port(1)}},
      {action: Allow, source: {selector: "name starts with 'bet'"}, ${port(2)}},
      {action: Allow, source: {selector: "name startswith'bet'"}, ${port(3)}},
      {action: Allow, source: {selector: "name ends with 'bet'"}, ${port(4)}},
      {action: Allow, source: {selector: "!name endswith 'bet'"}, ${port(5)}}]}`,
    ),
    expect: `
      x/a > x/c TCP 1,4: allow
      x/a > x/c TCP 2,3,5: deny
      x/b > x/c TCP 1-3,5: allow
      x/b > x/c TCP 4: deny
      x/c > x/a TCP 1-4: deny
      x/c > x/a TCP 5: allow`,
  },
  {
    name: '6: a selector that does not parse leaves the verdict open',
    cluster,
    policies: gnp(
      'p',
      `{${inX}, ingress: [{action: Allow, source: {selector: "app = 'a'"}, ${port(1)}}, {action: Allow, ${port(2)}}]}`,
    ),
    expect: `
      y/a > x/a TCP 1: unknown
      y/a > x/a TCP 2: allow
      y/a > x/a TCP 3: deny`,
  },
  {
    name: '7: a namespaced policy selects pods of its namespace, a global one everywhere',
    cluster,
    policies: np('p', `{selector: "app == 'a' || app == 'b'"}`) + gnp('g', `{selector: "app == 'b'"}`),
    expect: `
      z/c > x/a TCP 1: deny
      z/c > y/a TCP 1: allow
      z/c > y/b TCP 1: deny`,
  },
  {
    name: '7: the namespace selector of a global policy is added to its selector',
    cluster,
    policies:
      gnp('p', `{selector: "app == 'a'", namespaceSelector: "team == 'blue'"}`) +
      gnp('q', `{namespaceSelector: "!has(team)"}`) +
      gnp(
        'r',
        `{selector: "track == 'stable' || all()", namespaceSelector: "projectcalico.org/name == 'x'", types: [Egress]}`,
      ),
    expect: `
      z/c > y/a TCP 1: deny
      z/c > y/b TCP 1: allow
      z/c > x/a TCP 1: allow
      y/b > z/c TCP 1: deny
      x/a > y/b TCP 1: deny
      x/b > y/b TCP 1: deny`,
  },
  {
    name: '7: service account selectors',
    cluster: `${cluster}
      `,
    policies:
      `
apiVersion: v1
kind: ServiceAccount
metadata: {name: robot, namespace: x, labels: {role: worker}}
---` +
      gnp('p', `{serviceAccountSelector: "role == 'worker'"}`) +
      np('q', `{serviceAccountSelector: "projectcalico.org/name == 'robot'"}`, 'y') +
      gnp('r', '{selector: "has(track)", serviceAccountSelector: all(), types: [Egress]}'),
    expect: `
      z/c > x/a TCP 1: deny
      z/c > x/b TCP 1: allow
      z/c > y/a TCP 1: deny
      z/c > y/b TCP 1: allow
      x/a > z/c TCP 1: deny
      x/b > z/c TCP 1: allow`,
  },
  {
    name: '8: in a namespaced policy a peer selector means the own namespace, notSelector itself does not',
    cluster,
    policies: np(
      'p',
      `{selector: "app == 'a'", ingress: [
      {action: Allow, source: {selector: "app == 'b'"}, ${port(1)}},
      {action: Allow, source: {notSelector: "app == 'a'"}, ${port(2)}},
      {action: Allow, source: {selector: "app == 'b'", namespaceSelector: "team == 'blue'"}, ${port(3)}},
      {action: Allow, source: {namespaceSelector: all()}, ${port(4)}},
      {action: Allow, source: {serviceAccounts: {names: [robot]}}, ${port(5)}},
      {action: Allow, source: {}, ${port(6)}}]}`,
    ),
    expect: `
      x/b > x/a TCP 1,2,4,6: allow
      x/b > x/a TCP 3,5: deny
      y/b > x/a TCP 3,4,6: allow
      y/b > x/a TCP 1,2,5: deny
      y/a > x/a TCP 5: deny
      203.0.113.1 > x/a TCP 6: allow
      203.0.113.1 > x/a TCP 1-5: deny`,
  },
  {
    name: '8: in a global policy a peer selector means every namespace; global() means what has none',
    cluster,
    policies:
      object('GlobalNetworkSet', 'name: outside, labels: {app: b}', '{nets: [203.0.113.0/24, "2001:db8::/32"]}') +
      object('NetworkSet', 'name: partners, namespace: y, labels: {app: b}', '{nets: [198.51.100.0/24]}') +
      gnp(
        'p',
        `{selector: "app == 'a'", ingress: [
      {action: Allow, source: {selector: "app == 'b'"}, ${port(1)}},
      {action: Allow, source: {selector: "app == 'b'", namespaceSelector: global()}, ${port(2)}},
      {action: Allow, source: {selector: "app == 'b'", namespaceSelector: all()}, ${port(3)}},
      {action: Allow, source: {namespaceSelector: "team == 'blue'"}, ${port(4)}},
      {action: Allow, source: {notSelector: "app == 'b'"}, ${port(5)}}]}`,
      ),
    expect: `
      x/b > x/a TCP 1,3: allow
      x/b > x/a TCP 2,4,5: deny
      203.0.113.9 > x/a TCP 1,2: allow
      203.0.113.9 > x/a TCP 3-5: deny
      2001:db8::9 > x/a TCP 2: allow
      198.51.100.9 > x/a TCP 1,3,4: allow
      198.51.100.9 > x/a TCP 2,5: deny
      192.0.2.1 > x/a TCP 1-4: deny
      192.0.2.1 > x/a TCP 5: allow
      z/c > x/a TCP 5: allow`,
  },
  {
    name: '9: labels of the namespace and of the service account are the pod’s too',
    cluster,
    policies:
      `
apiVersion: v1
kind: ServiceAccount
metadata: {name: robot, namespace: y, labels: {role: worker}}
---` +
      gnp(
        'p',
        `{selector: "pcns.team == 'red' && projectcalico.org/orchestrator == 'k8s'", ingress: [
      {action: Allow, source: {selector: "pcns.projectcalico.org/name == 'y'"}, ${port(1)}},
      {action: Allow, source: {selector: "pcsa.role == 'worker'"}, ${port(2)}},
      {action: Allow, source: {selector: "projectcalico.org/serviceaccount == 'robot'"}, ${port(3)}},
      {action: Allow, source: {selector: "projectcalico.org/serviceaccount == 'default'"}, ${port(4)}}]}`,
      ),
    expect: `
      y/a > x/a TCP 1-3: allow
      y/a > x/a TCP 4: deny
      y/b > x/a TCP 1,4: allow
      x/a > x/b TCP 3: allow
      x/a > x/b TCP 1,2: deny
      z/c > z/agent TCP 9: allow
      y/a > z/c TCP 9: allow`,
  },
  {
    name: '10: service accounts by name and by label, both together',
    cluster,
    policies:
      `
apiVersion: v1
kind: ServiceAccount
metadata: {name: robot, namespace: x, labels: {role: worker}}
---` +
      gnp(
        'p',
        `{selector: "has(app)", ingress: [
      {action: Allow, source: {serviceAccounts: {names: [robot, other]}}, ${port(1)}},
      {action: Allow, source: {serviceAccounts: {selector: "role == 'worker'"}}, ${port(2)}},
      {action: Allow, source: {serviceAccounts: {names: [robot], selector: "role == 'worker'"}, selector: "app == 'a'"}, ${port(3)}},
      {action: Allow, source: {serviceAccounts: {}}, ${port(4)}}]}`,
      ),
    expect: `
      x/a > y/b TCP 1-4: allow
      y/a > y/b TCP 1,4: allow
      y/a > y/b TCP 2,3: deny
      x/b > y/b TCP 1-3: deny
      203.0.113.1 > y/b TCP 1-3: deny
      203.0.113.1 > y/b TCP 4: allow`,
  },
  {
    name: '11: everything a rule says must hold: nets and selector, notNets, notPorts, notProtocol',
    cluster,
    policies: gnp(
      'p',
      `{${inX}, ingress: [
      {action: Allow, source: {nets: [10.2.0.1/32, 203.0.113.0/24], selector: "app == 'a'"}, ${port(1)}},
      {action: Allow, source: {nets: [203.0.113.0/24, 10.2.0.2], notNets: [203.0.113.64/26]}, ${port(2)}},
      {action: Allow, source: {notNets: [10.2.0.0/16, 203.0.113.0/24]}, ${port(3)}},
      {action: Allow, protocol: TCP, destination: {ports: ["10:20"], notPorts: [15, "17:18"]}},
      {action: Allow, notProtocol: TCP, source: {selector: "app == 'b'"}}]}`,
    ),
    expect: `
      y/a > x/a TCP 1: allow
      y/b > x/a TCP 1: deny
      203.0.113.1 > x/a TCP 1: deny
      203.0.113.1 > x/a TCP 2: allow
      203.0.113.65 > x/a TCP 2: deny
      y/b > x/a TCP 2: allow
      y/b > x/a TCP 3: deny
      z/c > x/a TCP 3: allow
      203.0.113.1 > x/a TCP 3: deny
      2001:db8::1 > x/a TCP 3: allow
      z/c > x/a TCP 10,14,16,19,20: allow
      z/c > x/a TCP 9,15,17,18,21: deny
      y/b > x/a UDP 1: allow
      y/b > x/a SCTP 9: allow
      y/b > x/a ICMP 8.0: allow
      z/c > x/a UDP 1: deny`,
  },
  {
    name: '11: a negated selector inside matches endpoints only, notSelector everything else',
    cluster,
    policies: gnp(
      'p',
      `{${inX}, ingress: [
      {action: Allow, source: {selector: "!has(app)"}, ${port(1)}},
      {action: Allow, source: {notSelector: "has(app)"}, ${port(2)}},
      {action: Allow, source: {selector: "has(app)", notSelector: "app == 'a'"}, ${port(3)}}]}`,
    ),
    expect: `
      z/c > x/a TCP 1,2: allow
      z/c > x/a TCP 3: deny
      203.0.113.1 > x/a TCP 1,3: deny
      203.0.113.1 > x/a TCP 2: allow
      node/n2 > x/a TCP 2: allow
      y/a > x/a TCP 1-3: deny
      y/b > x/a TCP 3: allow`,
  },
  {
    name: '11: a pod is also chosen by a network set that holds its address',
    cluster: `${cluster}
      pod z/new app=n`,
    policies:
      object('GlobalNetworkSet', 'name: s, labels: {zone: dmz}', '{nets: [10.2.0.1/32, 0.0.0.0/32]}') +
      gnp('p', `{${inX}, ingress: [{action: Allow, source: {selector: "zone == 'dmz'"}}]}`),
    expect: `
      y/a > x/a TCP 1: allow
      y/a > x/a TCP 1 v6: deny
      y/b > x/a TCP 1: deny
      z/new > x/a TCP 1: unknown`,
  },
  {
    name: '12: ports, ranges and names; names belong to the pods that the selector leaves',
    cluster,
    policies: gnp(
      'p',
      `{ingress: [
      {action: Allow, protocol: TCP, destination: {ports: [5, "7:8", http]}},
      {action: Allow, protocol: UDP, destination: {ports: [http], selector: "app == 'b'"}},
      {action: Deny}]}`,
    ),
    expect: `
      z/c > x/a TCP 5,7,8,80: allow
      z/c > x/a TCP 6,9,8080: deny
      z/c > y/a TCP 8080: allow
      z/c > y/a TCP 80: deny
      z/c > x/a UDP 80: deny
      z/c > x/a SCTP 5: deny`,
  },
  {
    name: '12: a source port is the client’s to choose',
    cluster,
    policies: gnp(
      'p',
      `{${inX}, ingress: [
      {action: Allow, protocol: TCP, source: {ports: [1024]}, destination: {ports: [1]}},
      {action: Allow, protocol: TCP, source: {ports: ["1:65535"]}, destination: {ports: [2]}},
      {action: Allow, protocol: TCP, source: {ports: [http]}, destination: {ports: [4]}},
      {action: Allow, protocol: TCP, source: {notPorts: ["1:65535", http]}, destination: {ports: [5]}},
      {action: Allow, protocol: TCP, source: {notPorts: [1024]}, destination: {ports: [6]}}]}`,
    ),
    expect: `
      y/a > x/a TCP 1: unknown
      y/a > x/a TCP 2: allow
      y/a > x/a TCP 3: deny
      y/a > x/a TCP 4: unknown
      203.0.113.1 > x/a TCP 4: deny
      y/b > x/a TCP 4: deny
      y/a > x/a TCP 5: deny
      y/a > x/a TCP 6: unknown`,
  },
  {
    name: '12, 15: a pod on the host’s network has no named ports',
    cluster: `${cluster}
  pod z/proxy host @n2 10.0.0.2 fd00::2 :http=80/TCP
`,
    policies: gnp(
      'p',
      `{${inX}, types: [Ingress, Egress],
      ingress: [
      {action: Allow, protocol: TCP, source: {ports: [http]}, destination: {ports: [1]}},
      {action: Allow, protocol: TCP, source: {notPorts: [http]}, destination: {ports: [2]}}],
      egress: [{action: Allow, protocol: TCP, destination: {ports: [http]}}]}`,
    ),
    expect: `
      z/proxy > x/a TCP 1: deny
      z/proxy > x/a TCP 2: allow
      x/a > z/proxy TCP 80: deny
      x/a > y/a TCP 8080: allow`,
  },
  {
    name: '13: protocols by name and number, ICMP by type and code, IP versions',
    cluster,
    policies: gnp(
      'p',
      `{${inX}, ingress: [
      {action: Allow, protocol: 6, destination: {ports: [1]}},
      {action: Allow, protocol: 47},
      {action: Allow, protocol: ICMP, icmp: {type: 8}},
      {action: Allow, protocol: ICMP, icmp: {type: 3, code: 4}},
      {action: Allow, protocol: ICMPv6, notICMP: {type: 128}},
      {action: Allow, protocol: UDP, ipVersion: 6, destination: {ports: [9]}}]}`,
    ),
    expect: `
      y/a > x/a TCP 1: allow
      y/a > x/a 6 1: allow
      y/a > x/a TCP 2: deny
      y/a > x/a 47: allow
      y/a > x/a 47 v6: allow
      y/a > x/a 50: deny
      y/a > x/a ICMP 8.0,8.5,3.4: allow
      y/a > x/a ICMP 3.3,0.0: deny
      y/a > x/a ICMP: unknown
      y/a > x/a ICMPv6 128.0,128.1 v6: deny
      y/a > x/a ICMP 128.0 v6: deny
      y/a > x/a ICMPv6 129.0,1.0 v6: allow
      y/a > x/a UDP 9: deny
      y/a > x/a UDP 9 v6: allow`,
  },
  {
    name: '13: services stand for their endpoints, as a destination with their ports',
    cluster,
    policies:
      `
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-1, namespace: y, labels: {kubernetes.io/service-name: web}}
addressType: IPv4
endpoints: [{addresses: [10.2.0.1], conditions: {ready: true}}, {addresses: [203.0.113.9]}, {addresses: [10.2.0.2], conditions: {ready: false}}]
ports: [{port: 8080, protocol: TCP}]
---` +
      gnp(
        'p',
        `{${inX}, types: [Ingress, Egress], egress: [{action: Allow, destination: {services: {name: web, namespace: y}}}],
        ingress: [{action: Allow, source: {services: {name: web, namespace: y}}}]}`,
      ),
    expect: `
      x/a > y/a TCP 8080: allow
      x/a > y/a TCP 80: deny
      x/a > y/a UDP 8080: deny
      x/a > y/a TCP 8080 v6: deny
      x/a > y/b TCP 8080: deny
      x/a > 203.0.113.9 TCP 8080: allow
      y/a > x/a TCP 1: allow
      203.0.113.9 > x/a UDP 7: allow
      y/b > x/a TCP 1: deny`,
  },
  {
    name: '13: without EndpointSlices a service stands for the pods and target ports that it names',
    cluster,
    policies:
      `
apiVersion: v1
kind: Service
metadata: {name: by-number, namespace: y}
spec: {selector: {app: a}, ports: [{port: 80, targetPort: 8081}, {port: 53, protocol: UDP}]}
---
apiVersion: v1
kind: Service
metadata: {name: by-name, namespace: y}
spec: {selector: {app: a}, ports: [{port: 1, targetPort: http}]}
---` +
      gnp(
        'p',
        `{${inX}, types: [Ingress, Egress], egress: [
      {action: Allow, destination: {services: {name: by-number, namespace: y}}},
      {action: Allow, destination: {services: {name: by-name, namespace: y}}}],
        ingress: [{action: Allow, source: {services: {name: by-number, namespace: y}}}]}`,
      ),
    expect: `
      x/a > y/a TCP 8081,8080: allow
      x/a > y/a UDP 53: allow
      x/a > y/a TCP 80,1,53: deny
      x/a > y/b TCP 8081: deny
      x/a > z/c TCP 8081: deny
      x/a > 203.0.113.1 TCP 8081: deny
      y/a > x/a TCP 1: allow
      y/b > x/a TCP 1: deny
      x/b > x/a TCP 1: deny`,
  },
  {
    name: '13: a service is looked for in the policy’s own namespace where none is named; each endpoint has its own ports',
    cluster,
    policies:
      ['1 80', '2 90']
        .map((line) => {
          const [number = '', of = ''] = line.split(' ');
          return `
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-${number}, namespace: y, labels: {kubernetes.io/service-name: web}}
addressType: IPv4
ports: [{port: ${of}, protocol: TCP}]
endpoints: [{addresses: [10.2.0.${number}], conditions: {ready: true}}]
---`;
        })
        .join('') + np('p', '{types: [Egress], egress: [{action: Allow, destination: {services: {name: web}}}]}', 'y'),
    expect: `
      y/b > y/a TCP 80: allow
      y/b > y/a TCP 90: deny
      y/a > y/b TCP 90: allow
      y/a > y/b TCP 80: deny`,
  },
  {
    name: '13: a rule for one IP version says nothing of the other',
    cluster,
    policies: np('p', '{ingress: [{action: Allow, ipVersion: 4}]}'),
    expect: 'y/a > x/a TCP 80: allow\ny/a > x/a TCP 80 v6: deny',
  },
  {
    name: '4: what an action does that is none of the four is not known',
    cluster,
    policies: np('p', '{ingress: [{action: Permit, protocol: TCP}]}'),
    expect: 'y/a > x/a TCP 80: unknown\ny/a > x/a UDP 80: deny',
  },
  {
    name: '7: a policy that perhaps selects a pod perhaps closes it',
    cluster: 'pod x/a 10.1.0.1\npod y/a 10.2.0.1',
    policies: gnp('p', `{namespaceSelector: "team == 'red'", types: [Ingress]}`),
    options: { missingNamespaces: 'unknown' },
    expect: 'y/a > x/a TCP 80: allow unknown',
  },
  {
    name: '14: what an HTTP match says about a packet is not known',
    cluster,
    policies: gnp(
      'p',
      `{${inX}, ingress: [{action: Allow, ${port(1)}, http: {methods: [GET]}}, {action: Allow, ${port(2)}, http: {methods: [GET]}}, {action: Allow, ${port(2)}}]}`,
    ),
    expect: `
      y/a > x/a TCP 1: unknown
      y/a > x/a TCP 2: allow
      y/a > x/a TCP 3: deny`,
  },
  {
    name: '15: pods on the host network are no workload endpoints',
    cluster,
    policies: gnp(
      'p',
      `{types: [Ingress, Egress], ingress: [{action: Allow, source: {selector: "app == 'a'"}}], egress: [{action: Allow}]}`,
    ),
    expect: `
      y/b > z/agent TCP 1: allow
      z/agent > x/a TCP 1: deny
      z/agent > x/b TCP 1: allow
      y/a > x/a TCP 1: allow`,
  },
  {
    name: '15: traffic of a node with a host endpoint cannot be told',
    cluster,
    policies:
      object(
        'HostEndpoint',
        'name: n2-eth0, labels: {role: host}',
        '{node: n2, interfaceName: eth0, expectedIPs: [10.0.0.2]}',
      ) + gnp('p', `{${inX}, ingress: [{action: Allow}]}`),
    expect: `
      node/n2 > x/a TCP 1: unknown allow
      x/a > node/n2 TCP 1: allow unknown
      z/agent > x/a TCP 1: unknown allow
      node/n1 > x/a TCP 1: allow
      x/a > y/a TCP 1: allow`,
  },
  {
    name: '15: untracked and pre-DNAT policies do not concern pods',
    cluster,
    policies:
      gnp('raw', `{${inX}, doNotTrack: true, applyOnForward: true, ingress: [{action: Deny}]}`) +
      gnp('dnat', `{${inX}, preDNAT: true, applyOnForward: true, ingress: [{action: Deny}]}`),
    expect: 'y/a > x/a TCP 1: allow',
  },
  {
    name: '16: staged policies enforce nothing, and performance hints mean nothing',
    cluster,
    policies:
      object('StagedGlobalNetworkPolicy', 'name: s', '{ingress: [{action: Deny}]}') +
      object('StagedNetworkPolicy', 'name: s, namespace: x', '{ingress: [{action: Deny}]}') +
      object('StagedKubernetesNetworkPolicy', 'name: s, namespace: x', '{podSelector: {}, policyTypes: [Ingress]}') +
      gnp('p', `{${inX}, performanceHints: [AssumeNeededOnEveryNode], ingress: [{action: Allow, ${port(1)}}]}`),
    expect: `
      y/a > x/a TCP 1: allow
      y/a > x/a TCP 2: deny
      x/a > y/a TCP 2: allow`,
  },
  {
    name: '16: a service that is nowhere to be found leaves the verdict open',
    cluster,
    policies: gnp(
      'p',
      `{${inX}, types: [Egress], egress: [{action: Allow, destination: {services: {name: lost, namespace: y}}}]}`,
    ),
    expect: 'x/a > y/a TCP 1: unknown',
  },
  {
    name: '16: what a policy of a tier that is not there would do is not known',
    cluster,
    policies: gnp('lost.p', `{tier: lost, ${inX}, ingress: [{action: Allow}]}`),
    expect: `
      y/a > x/a TCP 1: unknown
      x/a > y/a TCP 1: allow`,
  },
  {
    name: '17: the own node always gets in; egress policy does govern the way to it',
    cluster,
    policies: gnp('p', `{${inX}, types: [Ingress, Egress]}`),
    expect: `
      node/n1 > x/a TCP 1: allow
      node/n2 > x/a TCP 1: deny
      x/a > node/n1 TCP 1: deny
      z/c > node/n1 TCP 1: allow`,
  },
  {
    name: '18: the first address of each family is the pod’s',
    cluster: `ns x
      pod x/a app=a 10.1.0.1 10.9.0.1 fd01::1 fd09::1
      pod x/b app=b 10.1.0.2 fd01::2`,
    policies: gnp(
      'p',
      `{selector: "app == 'b'", ingress: [
      {action: Allow, source: {nets: [10.1.0.0/16, "fd01::/16"]}, ${port(1)}},
      {action: Allow, source: {nets: [10.9.0.0/16, "fd09::/16"]}, ${port(2)}}]}`,
    ),
    expect: `
      x/a > x/b TCP 1: allow
      x/a > x/b TCP 1 v6: allow
      x/a > x/b TCP 2: deny
      x/a > x/b TCP 2 v6: deny`,
  },
  {
    name: '19: policies in the form in which the API server stores them',
    cluster,
    policies:
      object('Tier', 'name: t', '{order: 1, defaultAction: Pass}', 'crd.projectcalico.org/v1') +
      object(
        'GlobalNetworkPolicy',
        'name: t.g',
        `{tier: t, ${inX}, types: [Ingress], ingress: [{action: Deny, ${port(1)}}]}`,
        'crd.projectcalico.org/v1',
      ) +
      object(
        'NetworkPolicy',
        'name: default.p, namespace: x',
        `{tier: default, types: [Ingress], ingress: [{action: Allow, ${port('"1:2"')}}]}`,
        'crd.projectcalico.org/v1',
      ) +
      object('GlobalNetworkSet', 'name: s, labels: {a: b}', '{nets: [203.0.113.0/24]}', 'crd.projectcalico.org/v1') +
      object(
        'GlobalNetworkPolicy',
        'name: default.q',
        `{selector: "pcns.team == 'blue'", types: [Ingress], ingress: [{action: Allow, source: {selector: "a == 'b'"}}]}`,
        'crd.projectcalico.org/v1',
      ),
    expect: `
      y/a > x/a TCP 1: deny
      y/a > x/a TCP 2: allow
      y/a > x/a TCP 3: deny
      203.0.113.1 > y/a TCP 3: allow
      192.0.2.1 > y/a TCP 3: deny`,
  },
];
