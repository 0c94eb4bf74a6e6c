import { strict as assert } from 'node:assert';
import type { KindKey } from '../../../src/model/kinds.ts';
import { type Pod, readPod } from '../../../src/model/pod.ts';
import { ClusterSnapshot, type Knowledge } from '../../../src/model/snapshot.ts';
import { PodSelection } from '../../../src/panels/podDetails/selection.ts';
import { network } from '../../../src/panels/podDetails/network.ts';
import { selectionKinds } from '../../../src/panels/podDetails/policyKinds.ts';
import { canalPod, snapshotOf } from '../../webview/canalPod.ts';

const web = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web-0', namespace: 'shop', labels: { app: 'web' } },
  spec: { containers: [{ name: 'web', image: 'nginx' }], nodeName: 'node-17' },
  status: { phase: 'Running', podIP: '10.244.17.5', podIPs: [{ ip: '10.244.17.5' }] },
};
const policy = (name: string, spec: object) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name, namespace: 'shop' },
  spec,
});
const denyIngress = policy('deny-ingress', { podSelector: {}, policyTypes: ['Ingress'] });
const forOthers = policy('db', { podSelector: { matchLabels: { app: 'db' } }, policyTypes: ['Egress'] });
const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };

const snapshot = (objects: readonly object[], known: Readonly<Partial<Record<KindKey, Knowledge>>> = {}) => {
  const { content } = snapshotOf(objects as never);
  const reads = selectionKinds.map((kind) => ({
    interest: { kind },
    knowledge: known[kind] ?? ({ state: 'loaded' } as const),
  }));
  return new ClusterSnapshot({ ...content, reads });
};
const podOf = (taken: ClusterSnapshot): Pod => taken.table('pods').get('shop', 'web-0') ?? readPod(web as never);

const fieldsOf = (taken: ClusterSnapshot): Readonly<Record<string, string>> => {
  const pod = podOf(taken);
  const selectedBy = new PodSelection().of(pod, taken);
  const section = network({
    ...canalPod(),
    raw: web as never,
    pod,
    snapshot: taken,
    ...(selectedBy !== undefined && { selectedBy }),
  });
  const rows = section.blocks.flatMap((block) => (block.kind === 'fields' ? block.fields : []));
  return Object.fromEntries(
    rows.map(({ label, values }) => [
      label,
      values
        .map((value) =>
          typeof value === 'string' ? value : 'text' in value ? `${value.text} (${value.note ?? ''})` : '',
        )
        .join('; '),
    ]),
  );
};

describe('the policies on a pod’s page', () => {
  it('are those that select it, with what they isolate', () => {
    const fields = fieldsOf(snapshot([web, namespace, denyIngress, forOthers]));
    assert.equal(fields['Selected by'], 'shop/deny-ingress (NetworkPolicy, ingress)');
    assert.match(fields['Ingress'] ?? '', /^isolated/);
    assert.match(fields['Egress'] ?? '', /^open/);
  });

  it('are none where none selects it, and the pod is open', () => {
    const fields = fieldsOf(snapshot([web, namespace, forOthers]));
    assert.match(fields['Selected by'] ?? '', /^no policy/);
    assert.match(fields['Ingress'] ?? '', /^open/);
  });

  for (const kind of ['networkPolicies', 'adminNetworkPolicies', 'calicoGlobalNetworkPolicies'] as const) {
    it(`cannot be told by who may not list ${kind}, and the pod is not called open`, () => {
      const forbidden: Knowledge = { state: 'forbidden', verb: 'list', resource: kind.toLowerCase() };
      const fields = fieldsOf(snapshot([web, namespace], { [kind]: forbidden }));
      assert.match(fields['Policies'] ?? '', new RegExp(`not allowed to list ${kind.toLowerCase()}`));
      assert.equal(fields['Ingress'], undefined);
      assert.equal(fields['Selected by'], undefined);
    });
  }

  it('are asked for again only when the pod or a policy has changed', () => {
    const selection = new PodSelection();
    const taken = snapshot([web, namespace, denyIngress]);
    const pod = podOf(taken);
    const first = selection.of(pod, taken);
    const later = new ClusterSnapshot({ ...taken.content, revision: 2 });
    assert.equal(selection.of(pod, later), first);
    const changed = taken.with([{ object: forOthers as never }]);
    assert.notEqual(selection.of(pod, changed), first);
  });
});
