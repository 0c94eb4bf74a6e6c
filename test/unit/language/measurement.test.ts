import assert from 'node:assert/strict';
import { emptyPeers } from '../../../src/language/emptyPeers.ts';
import { lensTitle, Measurer } from '../../../src/language/measurement.ts';
import { type Kustomized, readKustomization } from '../../../src/cluster/kustomization.ts';
import { PolicyTextReader } from '../../../src/language/policyText.ts';
import type { ClusterSnapshot } from '../../../src/model/snapshot.ts';
import { pod } from '../policy/clusterOf.ts';
import { cluster, measured } from './measured.ts';

const policy = (spec: string): string =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: test, namespace: shop }\nspec: ${spec}\n`;
const pods = `
${pod('shop', 'web-0', 'app: web')}
${pod('shop', 'web-1', 'app: web')}
${pod('shop', 'agent', 'app: web', 'spec: { hostNetwork: true }')}
${pod('shop', 'done', 'app: web', 'spec: {}\nstatus: { phase: Succeeded }')}
${pod('pay', 'web-0', 'app: web')}
`;
const lens = async (snapshot: ClusterSnapshot, spec: string): Promise<string> => {
  const { measurement, written } = await measured(snapshot, policy(spec));
  return lensTitle(measurement, written);
};

describe('the line above a policy', () => {
  it('counts pods and says what it leaves out', async () => {
    assert.equal(
      await lens(cluster(pods), '{ podSelector: { matchLabels: { app: web } } }'),
      'Selects 2 pods in shop · +1 host-network pod not covered · isolates ingress',
    );
  });

  it('counts nothing where no pod matches', async () => {
    assert.equal(
      await lens(cluster(pods), '{ podSelector: { matchLabels: { app: api } }, policyTypes: [Ingress, Egress] }'),
      'Selects 0 pods · isolates ingress and egress',
    );
  });

  it('does not take “not allowed” for none', async () => {
    const forbidden = cluster(pods, { state: 'forbidden', verb: 'list', resource: 'pods' });
    assert.equal(
      await lens(forbidden, '{ podSelector: {} }'),
      'Cannot tell which pods it selects: not allowed to list pods',
    );
  });

  it('says how old its numbers are', async () => {
    const since = new Date(2026, 0, 2, 10, 42).getTime();
    const stale = cluster(pods, { state: 'stale', since, reason: 'no answer' });
    assert.match(await lens(stale, '{ podSelector: {} }'), /· as of 10:42$/);
  });

  it('stands above each peer that matches nothing', async () => {
    const { measurement, written } = await measured(
      cluster(pods),
      policy(
        '{ podSelector: {}, ingress: [{ from: [{ podSelector: {} }, { podSelector: { matchLabels: { a: b } } }] }] }',
      ),
    );
    assert.deepEqual(emptyPeers(measurement, written), [
      { path: ['spec', 'ingress', 0, 'from', 1], title: 'Peer matches 0 pods' },
    ]);
  });
});

describe('a measurement', () => {
  it('follows the text, and the cluster below it', async () => {
    const measurer = new Measurer();
    const reader = new PolicyTextReader('test');
    const titleOf = async (snapshot: ClusterSnapshot, spec: string): Promise<string> => {
      const measurement = measurer.measure(snapshot, await reader.read(policy(spec)));
      const [written] = measurement.text.policies;
      assert.ok(written);
      return lensTitle(measurement, written);
    };
    const before = cluster(pods);
    assert.match(await titleOf(before, '{ podSelector: {} }'), /^Selects 2 pods/);
    assert.match(await titleOf(before, '{ podSelector: { matchLabels: { app: api } } }'), /^Selects 0 pods/);
    const after = cluster(`${pods}${pod('shop', 'api', 'app: api')}`);
    assert.match(await titleOf(after, '{ podSelector: { matchLabels: { app: api } } }'), /^Selects 1 pod /);
    assert.match(await titleOf(before, '{ podSelector: { matchLabels: { app: web } } }'), /^Selects 2 pods/);
  });

  it('is the same one as long as neither changes', async () => {
    const measurer = new Measurer();
    const snapshot = cluster(pods);
    const text = await new PolicyTextReader('test').read(policy('{ podSelector: {} }'));
    assert.equal(measurer.measure(snapshot, text), measurer.measure(snapshot, text));
  });

  it('finds nothing wrong with a kustomize patch, and only what is refused where the namespace is not known', async () => {
    const text = policy('{ podSelector: { matchLabels: { app: nobody } }, policyTypes: [ingress] }');
    const codes = async (kustomized?: Kustomized, own = text): Promise<readonly string[]> => {
      const measurement = new Measurer().measure(
        cluster(pods),
        await new PolicyTextReader('test').read(own, kustomized, true),
      );
      return measurement.text.policies.flatMap((written) => measurement.findings(written).map(({ code }) => code));
    };
    assert.deepEqual(await codes(), ['invalid-policy-type', 'selects-no-pod']);
    assert.deepEqual(await codes({ as: 'patch' }), []);
    const labelled = readKustomization('commonLabels: { team: a }');
    assert.ok(labelled);
    assert.deepEqual(await codes({ as: 'resource', by: [labelled] }), ['invalid-policy-type', 'selects-no-pod']);
    const bare = text.replace(', namespace: shop', '');
    assert.deepEqual(await codes({ as: 'resource', by: [labelled] }, bare), ['invalid-policy-type']);
  });
});

describe('the line above a peer', () => {
  const sets = `${pods}
apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: { name: partners, labels: { role: partner } }
spec: { nets: [203.0.113.0/24] }
`;
  const empty = async (apiVersion: string, kind: string, spec: string): Promise<readonly string[]> => {
    const text = `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: test }\nspec: ${spec}\n`;
    const { measurement, written } = await measured(cluster(sets), text);
    return emptyPeers(measurement, written).map(({ path }) => path.join('.'));
  };

  it('stands above peers of cluster-wide policies that match no pod, but not above addresses and nodes', async () => {
    const peers =
      '[{ namespaces: {} }, { namespaces: { matchLabels: { a: b } } }, { networks: [10.0.0.0/8] }, { nodes: { matchLabels: { a: b } } }]';
    assert.deepEqual(
      await empty(
        'policy.networking.k8s.io/v1alpha1',
        'AdminNetworkPolicy',
        `{ priority: 1, subject: { namespaces: {} }, egress: [{ action: Pass, to: ${peers} }] }`,
      ),
      ['spec.egress.0.to.1'],
    );
    assert.deepEqual(
      await empty(
        'policy.networking.k8s.io/v1alpha2',
        'ClusterNetworkPolicy',
        '{ tier: Baseline, priority: 1, subject: { namespaces: {} }, ingress: [{ action: Deny, from: [{ pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: nobody } } } }] }] }',
      ),
      ['spec.ingress.0.from.0'],
    );
  });

  it('stands above sources and destinations of Calico rules, unless they mean network sets', async () => {
    const rule = (entity: string): string => `{ action: Allow, source: ${entity} }`;
    const rules = [
      rule(`{ selector: "app == 'nobody'" }`),
      rule(`{ selector: "role == 'partner'" }`),
      rule(`{ nets: [192.0.2.0/24] }`),
      rule(`{ namespaceSelector: global(), selector: "role == 'x'" }`),
      rule(`{ selector: "app == 'web'" }`),
    ];
    assert.deepEqual(
      await empty('projectcalico.org/v3', 'GlobalNetworkPolicy', `{ selector: all(), ingress: [${rules.join(', ')}] }`),
      ['spec.ingress.0.source'],
    );
  });
});
