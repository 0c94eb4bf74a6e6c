import assert from 'node:assert/strict';
import { peersAfter } from '../../../src/language/preview.ts';
import { refactorsAt } from '../../../src/language/refactors.ts';
import { pod } from '../policy/clusterOf.ts';
import { cluster, measured } from './measured.ts';

describe('the effect of a change before it is made', () => {
  it('is told for two selectors that are taken apart', async () => {
    const text = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
    - from:
        - namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: pay } }
          podSelector: { matchLabels: { app: web } }
`;
    const snapshot = cluster(
      ['shop', 'pay'].flatMap((ns) => [pod(ns, 'web', 'app: web'), pod(ns, 'db', 'app: db')]).join(''),
    );
    const { measurement, written } = await measured(snapshot, text);
    const path = ['spec', 'ingress', 0, 'from', 0];
    const [split] = refactorsAt(written, path);
    assert.match(split?.title ?? '', /OR/);
    assert.equal(await peersAfter(measurement, written, split?.edits ?? [], path), '1 pod → 3 pods');
  });
});
