import assert from 'node:assert/strict';
import { liveYaml, readableYaml } from '../../../src/language/liveObject.ts';

describe('an object of the cluster beside the text', () => {
  it('has the order of the text, and nothing that only the server writes', () => {
    const live = {
      kind: 'NetworkPolicy',
      apiVersion: 'networking.k8s.io/v1',
      metadata: {
        uid: 'u',
        resourceVersion: '7',
        managedFields: [],
        annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
        namespace: 'shop',
        name: 'db',
      },
      spec: { policyTypes: ['Ingress'], podSelector: {} },
      status: {},
    };
    const like = { apiVersion: '', kind: '', metadata: { name: '', namespace: '' }, spec: { podSelector: {} } };
    assert.equal(
      liveYaml(live, like),
      `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: db
  namespace: shop
spec:
  podSelector: {}
  policyTypes:
    - Ingress
`,
    );
  });

  it('keeps everything but managedFields where it is shown by itself', () => {
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{}' };
    const metadata = { name: 'a', uid: 'u', annotations, managedFields: [{ manager: 'kubectl' }] };
    const text = readableYaml({ kind: 'Pod', apiVersion: 'v1', metadata, status: { phase: 'Running' } });
    assert.equal(text, 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  uid: u\nstatus:\n  phase: Running\n');
  });
});
