import assert from 'node:assert/strict';
import { hoverAt } from '../../../src/language/hover.ts';
import { lensTitle } from '../../../src/language/measurement.ts';
import type { Path } from '../../../src/policy/lint/path.ts';
import type { Question } from '../../../src/policy/types.ts';
import { clusterOf, pod } from '../policy/clusterOf.ts';
import { cluster, hoverOver, measured, reads } from './measured.ts';

/** What other programs that show policies are known to get wrong, one after the other. */

const listening = (ports: string, more = ''): string => `spec:
  containers: [{ name: main, ports: [${ports}] }]
  ${more}
status: { phase: Running, podIPs: [{ ip: ADDRESS }] }`;
const at = (address: string, ports = '', more = ''): string => listening(ports, more).replace('ADDRESS', address);

const objects = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { team: shop } }
---
apiVersion: v1
kind: Namespace
metadata: { name: pay, labels: { team: pay } }
---
${pod('shop', 'web', 'app: web', at('10.1.0.1', '{ name: http, containerPort: 8080 }'))}
${pod('shop', 'db', 'app: db', at('10.1.0.2', '{ name: http, containerPort: 9090 }'))}
${pod('shop', 'agent', 'app: agent', at('192.0.2.1', '', 'hostNetwork: true'))}
${pod('pay', 'web', 'app: web', at('10.2.0.1'))}
${pod('pay', 'ledger', 'app: ledger', at('10.2.0.2'))}
`;
const shop = cluster(objects);

const policy = (spec: string): string => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: test, namespace: shop }
spec:
${spec.replaceAll(/^/gm, '  ')}
`;

const hover = (spec: string, on = shop): Promise<string> => hoverOver(on, policy(spec));
const lens = async (spec: string, on = shop): Promise<string> => {
  const { measurement, written } = await measured(on, policy(spec));
  return lensTitle(measurement, written);
};

/** Verdicts of connections such as `pay/web > shop/db TCP 80`. */
async function verdicts(spec: string, ...connections: readonly string[]): Promise<readonly string[]> {
  const { measurement } = await measured(shop, policy(spec));
  return connections.map((text) => {
    const [, from = '', to = '', protocol = '', port = ''] = /^(\S+) > (\S+) (\S+) (\S+)$/.exec(text) ?? [];
    return measurement.engine.verdict({ from: end(from), to: end(to), protocol, port: Number(port) } as Question);
  });
}

const end = (text: string): Question['from'] => {
  const [namespace = '', name] = text.split('/');
  return name === undefined ? { kind: 'address', address: namespace } : { kind: 'pod', namespace, name };
};

describe('what is often misread of a policy is told right', () => {
  it('two selectors of one peer both have to hold, two peers are alternatives', async () => {
    const both =
      'podSelector: {}\ningress:\n- from:\n  - podSelector: { matchLabels: { app: web } }\n    namespaceSelector: { matchLabels: { team: pay } }';
    const either = both.replace('    namespaceSelector', '  - namespaceSelector');
    assert.match(await hover(both.replace('- podSelector', '- pod‸Selector')), /both have to hold/);
    assert.match(await hover(either.replace('from', 'fr‸om')), /one of them is enough/);
    const asked = ['pay/web > shop/db TCP 80', 'pay/ledger > shop/db TCP 80', 'shop/web > shop/db TCP 80'];
    assert.deepEqual(await verdicts(both, ...asked), ['allow', 'deny', 'deny']);
    assert.deepEqual(await verdicts(either, ...asked), ['allow', 'allow', 'allow']);
  });

  it('the ports of one rule are not those of another', async () => {
    const spec =
      'podSelector: {}\ningress:\n- from: [{ podSelector: {} }]\n  ports: [{ port: 80 }]\n- from: [{ namespaceSelector: { matchLabels: { team: pay } } }]\n  ports: [{ port: 443 }]';
    assert.deepEqual(
      await verdicts(
        spec,
        'shop/web > shop/db TCP 80',
        'shop/web > shop/db TCP 443',
        'pay/web > shop/db TCP 80',
        'pay/web > shop/db TCP 443',
      ),
      ['allow', 'deny', 'deny', 'allow'],
    );
    const first = await hover(spec.replace('ports: [{ port: 80', 'po‸rts: [{ port: 80'));
    assert.match(first, /80/);
    assert.doesNotMatch(first, /443/);
  });

  it('expressions select as labels do', async () => {
    const spec = 'podSelector: { matchExpressions: [{ key: app, operator: In, values: [web, api] }] }';
    assert.match(await lens(spec), /^Selects 1 pod in shop/);
    assert.match(await hover(spec.replace('podSelector', 'pod‸Selector')), /^Selects 1 pod/);
  });

  it('a range of ports has its end', async () => {
    const spec = 'podSelector: {}\ningress:\n- ports: [{ port: 8000, endPort: 8010 }]';
    assert.match(await hover(spec.replace('port: 8000', 'po‸rt: 8000')), /8000.{1,4}8010/);
    const asked = ['pay/web > shop/db TCP 8000', 'pay/web > shop/db TCP 8010', 'pay/web > shop/db TCP 8011'];
    assert.deepEqual(await verdicts(spec, ...asked), ['allow', 'allow', 'deny']);
  });

  it('without policyTypes ingress is governed, and egress where it has rules', async () => {
    assert.match(await lens('podSelector: {}'), /isolates ingress(?! and)/);
    assert.match(await lens('podSelector: {}\negress: []'), /isolates ingress(?! and)/);
    assert.match(await lens('podSelector: {}\negress: [{}]'), /isolates ingress and egress/);
    assert.match(await lens('podSelector: {}\npolicyTypes: [Egress]'), /isolates egress/);
  });

  it('no rule, a rule without limits and a direction that is not governed are three things', async () => {
    assert.match(await hover('podSelector: {}\nin‸gress: []'), /admits nothing/);
    assert.match(await hover('podSelector: {}\nin‸gress: [{}]'), /admits everything/);
    assert.match(await hover('podSelector: {}\npolicyTypes: [Egress]\nin‸gress: [{}]'), /does not govern ingress/);
    const asked = 'pay/web > shop/db TCP 80';
    assert.deepEqual(await verdicts('podSelector: {}\ningress: []', asked), ['deny']);
    assert.deepEqual(await verdicts('podSelector: {}\ningress: [{}]', asked), ['allow']);
    assert.deepEqual(await verdicts('podSelector: {}\npolicyTypes: [Egress]', asked), ['allow']);
  });

  it('an empty selector is the widest, and a peer without a namespaceSelector stays in the namespace', async () => {
    assert.match(await hover('pod‸Selector: {}'), /^Selects all pods of shop/);
    const peer = (content: string): string => `podSelector: {}\ningress:\n- from:\n  - ${content}`;
    assert.match(await hover(peer('pod‸Selector: {}')), /All pods in shop, the policy’s own namespace/);
    assert.match(
      await hover(peer('namespace‸Selector: {}')),
      /All pods in every namespace, and nothing outside the cluster/,
    );
    const asked = 'pay/web > shop/db TCP 80';
    assert.deepEqual(await verdicts(peer('podSelector: {}'), asked), ['deny']);
    assert.deepEqual(await verdicts(peer('namespaceSelector: {}'), asked), ['allow']);
  });

  it('egress is told as ingress is', async () => {
    const spec =
      'podSelector: {}\npolicyTypes: [Egress]\negress:\n- to:\n  - pod‸Selector: { matchLabels: { app: db } }';
    assert.match(await hover(spec), /Pods with app=db in shop/);
    const asked = ['shop/web > shop/db TCP 80', 'shop/web > pay/web TCP 80'];
    assert.deepEqual(await verdicts(spec.replace('‸', ''), ...asked), ['allow', 'deny']);
  });

  it('a port has a name that each pod has its own number for, TCP where nothing is said, or a protocol alone', async () => {
    const ports = (list: string): string => `podSelector: {}\ningress:\n- ports: [${list}]`;
    const named = await hover(ports('{ po‸rt: http }'));
    assert.match(named, /8080/);
    assert.match(named, /9090/);
    const to = (name: string, packet: string): string => `pay/web > shop/${name} ${packet}`;
    assert.deepEqual(
      await verdicts(ports('{ port: http }'), to('web', 'TCP 8080'), to('web', 'TCP 9090'), to('db', 'TCP 9090')),
      ['allow', 'deny', 'allow'],
    );
    assert.deepEqual(await verdicts(ports('{ port: 80 }'), to('web', 'TCP 80'), to('web', 'UDP 80')), [
      'allow',
      'deny',
    ]);
    assert.deepEqual(
      await verdicts(ports('{ protocol: SCTP }'), to('web', 'SCTP 7'), to('web', 'TCP 7'), to('web', 'UDP 7')),
      ['allow', 'deny', 'deny'],
    );
  });

  it('a count is of the pods that are there, and no count where they are not known', async () => {
    assert.match(await lens('podSelector: { matchLabels: { app: web } }'), /^Selects 1 pod in shop/);
    assert.match(await lens('podSelector: { matchLabels: { app: nobody } }'), /^Selects 0 pods/);
    for (const knowledge of [{ state: 'loading' }, { state: 'forbidden', verb: 'list', resource: 'pods' }] as const)
      assert.match(await lens('podSelector: {}', cluster(objects, knowledge)), /^Cannot tell which pods it selects/);
  });

  it('a pod is never cut off from itself', async () => {
    const closed = 'podSelector: {}\npolicyTypes: [Ingress, Egress]';
    assert.deepEqual(await verdicts(closed, 'shop/db > shop/db TCP 80', 'shop/web > shop/db TCP 80'), [
      'allow',
      'deny',
    ]);
  });

  it('pods on the host’s network, addresses that are translated and unknown namespaces have no firm verdict', async () => {
    const closed = 'podSelector: {}\npolicyTypes: [Ingress]';
    assert.deepEqual(await verdicts(closed, 'pay/web > shop/agent TCP 80'), ['unknown']);
    assert.match(await lens(closed), /\+1 host-network pod not covered/);
    const service = cluster(`${objects}
apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop }
spec: { clusterIP: 10.96.0.9, clusterIPs: [10.96.0.9], selector: { app: db }, ports: [{ port: 80 }] }
`);
    const block = 'podSelector: {}\npolicyTypes: [Egress]\negress:\n- to:\n  - ip‸Block: { cidr: 10.96.0.9/32 }';
    assert.match(await hover(block, service), /shop\/db/);
    const unread = reads().map((read) =>
      read.interest.kind === 'namespaces'
        ? { ...read, knowledge: { state: 'forbidden', verb: 'list', resource: 'namespaces' } as const }
        : read,
    );
    const { measurement } = await measured(
      clusterOf(objects.replace(/apiVersion: v1\nkind: Namespace\nmetadata: \{ name: pay.*\n---/, ''), unread),
      policy('podSelector: {}\ningress: [{ from: [{ namespaceSelector: { matchLabels: { team: pay } } }] }]'),
    );
    const question = { from: end('pay/web'), to: end('shop/db'), protocol: 'TCP', port: 80 } as const;
    assert.equal(measurement.engine.verdict(question), 'unknown');
  });

  it('a policy isolates and admits; it denies nothing', async () => {
    const spec =
      'podSelector: { matchLabels: { app: web } }\npolicyTypes: [Ingress, Egress]\ningress:\n- from: [{ podSelector: { matchLabels: { app: db } } }]\n  ports: [{ port: http }]\negress: []';
    const { measurement, written } = await measured(shop, policy(spec));
    const places: readonly Path[] = [
      ['kind'],
      ['spec', 'podSelector'],
      ['spec', 'policyTypes'],
      ['spec', 'ingress'],
      ['spec', 'ingress', 0],
      ['spec', 'ingress', 0, 'from'],
      ['spec', 'ingress', 0, 'from', 0],
      ['spec', 'ingress', 0, 'ports', 0],
      ['spec', 'egress'],
    ];
    const said = [lensTitle(measurement, written), ...places.flatMap((path) => hoverAt(measurement, written, path))];
    assert.ok(said.length > 15);
    for (const sentence of said) assert.doesNotMatch(sentence, /\b(?:block|den(?:y|ies|ied)|forbid)/i);
  });

  it('a plugin that enforces nothing is named as such', async () => {
    const flannel = cluster(`${objects}
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: kube-flannel-ds, namespace: kube-flannel, labels: { app: flannel } }
spec:
  selector: { matchLabels: { app: flannel } }
  template:
    metadata: { labels: { app: flannel } }
    spec: { containers: [{ name: kube-flannel, image: docker.io/flannel/flannel:v0.26.1, command: [/opt/bin/flanneld] }] }
`);
    assert.match(await lens('podSelector: {}', flannel), /flannel does not enforce NetworkPolicy/i);
    assert.match(await hover('pod‸Selector: {}', flannel), /flannel does not enforce NetworkPolicy/i);
  });
});
