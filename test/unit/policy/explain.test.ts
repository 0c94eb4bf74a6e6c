import { strict as assert } from 'node:assert';
import { buildEngine } from '../../../src/policy/engine.ts';
import type { Endpoint, Question } from '../../../src/policy/types.ts';
import { clusterOf, pod, policy } from './clusterOf.ts';

const at = (namespace: string, name: string): Endpoint => ({ kind: 'pod', namespace, name });
const ask = (from: Endpoint, to: Endpoint, port = 5432): Question => ({ from, to, protocol: 'TCP', port });
const running = (ip: string, node = 'n1'): string => `spec: { nodeName: ${node} }
status: { podIPs: [{ ip: ${ip} }] }`;

const shop = [
  pod('shop', 'db', 'app: db', running('10.0.0.1')),
  pod('shop', 'api', 'app: api', running('10.0.0.2')),
  pod('web', 'front', 'app: front', running('10.0.0.3', 'n2')),
  policy('shop', 'default-deny', '{ podSelector: {}, policyTypes: [Ingress] }'),
  policy(
    'shop',
    'allow-api',
    '{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: api } } }], ports: [{ port: 5432 }] }] }',
  ),
].join('');

describe('an explanation', () => {
  it('says in one sentence who isolates and who is admitted', () => {
    const { sentence, verdict, basis } = buildEngine(clusterOf(shop)).explain(
      ask(at('web', 'front'), at('shop', 'db')),
    );
    assert.equal(
      sentence,
      'Denied: `shop/db` is isolated for ingress by `default-deny`; no rule admits `web/front` on TCP 5432 (`allow-api` admits only app=api)',
    );
    assert.deepEqual([verdict, basis], ['deny', 'policy']);
  });

  it('names the policy and the rule that admit', () => {
    const explanation = buildEngine(clusterOf(shop)).explain(ask(at('shop', 'api'), at('shop', 'db')));
    assert.equal(explanation.verdict, 'allow');
    const step = explanation.ingress.trace.find(({ outcome }) => outcome === 'allow');
    assert.deepEqual([step?.tier, step?.policy?.name, step?.rule?.index], ['network-policy', 'allow-api', 0]);
    assert.match(explanation.sentence, /^Allowed: .*`allow-api` admits `shop\/api` to `shop\/db` on TCP 5432/);
  });

  it('calls a pod talking to itself what it is', () => {
    const { verdict, basis } = buildEngine(clusterOf(shop)).explain(ask(at('shop', 'db'), at('shop', 'db')));
    assert.deepEqual([verdict, basis], ['allow', 'self']);
  });

  it("lets a pod's own node through, whatever the policies say, and no other node", () => {
    const nodes = ['n1', 'n2']
      .map(
        (name, index) => `
apiVersion: v1
kind: Node
metadata: { name: ${name} }
status: { addresses: [{ type: InternalIP, address: 192.168.0.${index + 1} }] }
---`,
      )
      .join('');
    const engine = buildEngine(clusterOf(shop + nodes));
    const own = engine.explain(ask({ kind: 'node', name: 'n1' }, at('shop', 'db')));
    assert.deepEqual([own.verdict, own.basis], ['allow', 'node-local']);
    assert.equal(engine.verdict(ask({ kind: 'node', name: 'n2' }, at('shop', 'db'))), 'deny');
  });

  it('finds the pod behind an address and the endpoints behind a service', () => {
    const service = `
apiVersion: v1
kind: Service
metadata: { namespace: shop, name: postgres }
spec: { clusterIP: 10.96.0.7, selector: { app: db }, ports: [{ port: 80, targetPort: 5432 }] }
---`;
    const engine = buildEngine(clusterOf(shop + service));
    const toService: Endpoint = { kind: 'service', namespace: 'shop', name: 'postgres' };
    assert.equal(engine.verdict(ask(at('shop', 'api'), toService, 80)), 'allow');
    assert.equal(engine.verdict(ask(at('web', 'front'), toService, 80)), 'deny');
    assert.equal(engine.explain(ask(at('shop', 'api'), toService, 81)).basis, 'no-endpoint');
    assert.equal(engine.verdict(ask(at('shop', 'api'), { kind: 'address', address: '10.96.0.7' }, 80)), 'allow');
    assert.equal(engine.verdict(ask({ kind: 'address', address: '10.0.0.2' }, at('shop', 'db'))), 'allow');
  });

  it('does not guess: an unknown address, unread policies, a pod that is not there', () => {
    const block = policy(
      'shop',
      'block',
      '{ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }] }',
    );
    const pods = pod('shop', 'db', 'app: db') + pod('shop', 'api', 'app: api');
    const half = buildEngine(clusterOf(pods + block)).explain(ask(at('shop', 'api'), at('shop', 'db'))).ingress;
    assert.deepEqual([half.verdict, half.basis], ['unknown', 'unknown-address']);
    const unread = buildEngine(
      clusterOf(pods, [
        { interest: { kind: 'pods' }, knowledge: { state: 'loaded' } },
        {
          interest: { kind: 'networkPolicies' },
          knowledge: { state: 'forbidden', verb: 'list', resource: 'networkpolicies' },
        },
      ]),
    );
    assert.deepEqual(unread.explain(ask(at('shop', 'api'), at('shop', 'db'))).basis, 'unknown-policies');
    const missing = buildEngine(clusterOf(pods)).explain(ask(at('shop', 'nobody'), at('shop', 'db')));
    assert.deepEqual([missing.verdict, missing.basis], ['unknown', 'unknown-endpoint']);
  });

  it('gives one case for each answer where the pods of a workload differ', () => {
    const replica = (name: string, track: string): string => `
apiVersion: v1
kind: Pod
metadata:
  namespace: shop
  name: ${name}
  labels: { app: web, track: ${track} }
  ownerReferences: [{ kind: StatefulSet, name: web, controller: true }]
---`;
    const closed = policy(
      'shop',
      'canary',
      '{ podSelector: { matchLabels: { track: canary } }, policyTypes: [Ingress] }',
    );
    const engine = buildEngine(
      clusterOf(shop + replica('web-0', 'stable') + replica('web-1', 'canary') + closed.replace('Ingress', 'Egress')),
    );
    const answer = engine.explain(ask({ kind: 'workload', namespace: 'shop', name: 'web' }, at('web', 'front')));
    assert.deepEqual([answer.verdict, answer.basis], ['unknown', 'mixed']);
    assert.deepEqual(answer.cases?.map(({ verdict }) => verdict).toSorted(), ['allow', 'deny']);
  });
});
