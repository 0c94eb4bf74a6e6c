import assert from 'node:assert/strict';
import { suggestionsAt } from '../../../src/language/completion.ts';
import { linePathAt } from '../../../src/language/linePath.ts';
import { pod } from '../policy/clusterOf.ts';
import { cluster } from './measured.ts';

const shop = cluster(`
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { team: shop } }
---
${pod('shop', 'web-0', 'app: web, tier: front', 'spec: { containers: [{ name: c, ports: [{ name: http, containerPort: 8080 }] }] }')}
${pod('shop', 'web-1', 'app: web', 'spec: { containers: [{ name: c, ports: [{ name: http, containerPort: 8080 }] }] }')}
${pod('shop', 'db-0', 'app: db', 'spec: { containers: [{ name: c, ports: [{ name: dns, containerPort: 53, protocol: UDP }] }] }')}
${pod('pay', 'ledger', 'app: ledger, pci: yes')}
`);

const head = 'kind: NetworkPolicy\nmetadata:\n  name: test\n  namespace: shop\nspec:\n';

/** The suggestions at the mark, most frequent first: `web (2 pods)`. */
function at(marked: string): readonly string[] {
  const text = head + marked;
  const lines = text.replace('‸', '').split('\n');
  const before = text.slice(0, text.indexOf('‸')).split('\n');
  return suggestionsAt(shop, lines, before.length - 1, before.at(-1)?.length ?? 0)
    .toSorted((one, other) => other.count - one.count || (one.text < other.text ? -1 : 1))
    .map(({ text: value, detail }) => `${value} (${detail})`);
}

describe('completion in a policy', () => {
  it('offers the values of a label with how many pods of the namespace have them', () => {
    assert.deepEqual(at('  podSelector:\n    matchLabels:\n      app: ‸'), ['web (2 pods)', 'db (1 pod)']);
  });

  it('offers the keys of labels', () => {
    assert.deepEqual(at('  podSelector:\n    matchLabels:\n      ‸'), ['app (3 pods)', 'tier (1 pod)']);
    assert.deepEqual(at('  podSelector:\n    matchExpressions:\n      - key: ‸'), ['app (3 pods)', 'tier (1 pod)']);
  });

  it('offers values among those of an expression', () => {
    assert.deepEqual(
      at(
        '  podSelector:\n    matchExpressions:\n      - key: app\n        operator: In\n        values:\n          - ‸',
      ),
      ['web (2 pods)', 'db (1 pod)'],
    );
  });

  it('offers pods of all namespaces for a peer, and namespaces for a namespace selector', () => {
    const peer = '  ingress:\n    - from:\n        - ';
    assert.deepEqual(at(`${peer}podSelector:\n            matchLabels:\n              app: l‸`), [
      'web (2 pods)',
      'db (1 pod)',
      'ledger (1 pod)',
    ]);
    assert.deepEqual(at(`${peer}namespaceSelector:\n            matchLabels:\n              team: ‸`), [
      'shop (1 namespace)',
    ]);
    assert.ok(
      at(`${peer}namespaceSelector:\n            matchLabels:\n              kubernetes.io/metadata.name: ‸`).includes(
        'pay (1 namespace)',
      ),
    );
  });

  it('offers ports by number and by name, of the protocol that is written', () => {
    assert.deepEqual(at('  ingress:\n    - ports:\n        - port: ‸'), [
      '8080 (TCP)',
      'http (TCP 8080)',
      '53 (UDP)',
      'dns (UDP 53)',
    ]);
    assert.deepEqual(at('  ingress:\n    - ports:\n        - protocol: UDP\n          port: ‸'), [
      '53 (UDP)',
      'dns (UDP 53)',
    ]);
  });

  it('offers nothing where the schema knows better', () => {
    assert.deepEqual(at('  policyTypes:\n    - ‸'), []);
    assert.deepEqual(at('  ‸'), []);
    assert.deepEqual(at('  podSelector:\n    ‸'), []);
  });
});

describe('the place of the cursor', () => {
  it('is known in a list that is not indented, while the text does not parse', () => {
    const lines = [
      'spec:',
      '  ingress:',
      '  - from:',
      '    - podSelector:',
      '        matchLabels:',
      '          app: we',
    ];
    assert.deepEqual(linePathAt(lines, 5, 17)?.fields, ['spec', 'ingress', 'from', 'podSelector', 'matchLabels']);
    assert.equal(linePathAt(lines, 5, 17)?.field, 'app');
    assert.equal(linePathAt(lines, 5, 17)?.prefix, 'we');
  });
});
