import assert from 'node:assert/strict';
import { load } from 'js-yaml';
import { kustomizationOf } from '../../../src/cluster/kustomization.ts';
import { kustomize } from '../../../src/cluster/kustomize.ts';
import { isObject, type JsonObject } from '../../../src/model/json.ts';
import { type KindKey, kindOf } from '../../../src/model/kinds.ts';

const parse = (yaml: string): JsonObject => {
  const value = load(yaml);
  assert.ok(isObject(value));
  return value;
};

/** An object as a kustomization makes it. */
function made(key: KindKey, object: string, kustomization: string): JsonObject {
  const by = kustomizationOf(parse(kustomization));
  assert.ok(by, 'no kustomization');
  return kustomize(parse(object), kindOf(key), [by]);
}

describe('what kustomize makes of an object', () => {
  it('has its namespace, whatever it had, unless it is in none', () => {
    const namespaced = made('networkPolicies', 'metadata: { name: a, namespace: b }', 'namespace: shop');
    assert.deepEqual(namespaced, parse('metadata: { name: a, namespace: shop }'));
    assert.deepEqual(made('nodes', 'metadata: { name: n }', 'namespace: shop'), parse('metadata: { name: n }'));
    assert.deepEqual(made('namespaces', 'metadata: { name: n }', 'namespace: shop'), parse('metadata: { name: shop }'));
  });

  it('has a longer name, where no other object names it', () => {
    const affixes = 'namePrefix: test-\nnameSuffix: "-2"\nresources: []';
    assert.deepEqual(made('deployments', 'metadata: { name: web }', affixes), parse('metadata: { name: test-web-2 }'));
    for (const key of ['services', 'serviceAccounts', 'calicoTiers', 'namespaces'] as const)
      assert.deepEqual(made(key, 'metadata: { name: web }', affixes), parse('metadata: { name: web }'), key);
  });

  it('asks for common labels in every selector of pods that asks for labels', () => {
    const policy = `
metadata: { name: a }
spec:
  podSelector: { matchLabels: { app: a } }
  ingress:
  - from:
    - podSelector: { matchLabels: { app: b } }
      namespaceSelector: { matchLabels: { n: b } }
    - podSelector: {}
    - ipBlock: { cidr: 10.0.0.0/8 }
  - {}
  egress:
  - to: [{ podSelector: { matchLabels: { app: c } } }]
`;
    const expected = `
metadata: { name: a, labels: { team: x } }
spec:
  podSelector: { matchLabels: { app: a, team: x } }
  ingress:
  - from:
    - podSelector: { matchLabels: { app: b, team: x } }
      namespaceSelector: { matchLabels: { n: b } }
    - podSelector: {}
    - ipBlock: { cidr: 10.0.0.0/8 }
  - {}
  egress:
  - to: [{ podSelector: { matchLabels: { app: c, team: x } } }]
`;
    assert.deepEqual(made('networkPolicies', policy, 'commonLabels: { team: x }'), parse(expected));
    const included = 'labels: [{ pairs: { team: x }, includeSelectors: true }]';
    assert.deepEqual(made('networkPolicies', policy, included), parse(expected));
    const all = 'metadata: { name: a }\nspec: { podSelector: {} }';
    assert.deepEqual(
      made('networkPolicies', all, 'commonLabels: { team: x }'),
      parse('metadata: { name: a, labels: { team: x } }\nspec: { podSelector: {} }'),
    );
  });

  it('has labels on its pods, and in its selector only where that is asked for', () => {
    const deployment = `
metadata: { name: a }
spec: { selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } } } }
`;
    const labelsOf = (labels: string): unknown => made('deployments', deployment, `labels: [${labels}]`)['spec'];
    const spec = parse(deployment)['spec'];
    assert.deepEqual(labelsOf('{ pairs: { team: x } }'), spec);
    assert.deepEqual(
      labelsOf('{ pairs: { team: x }, includeTemplates: true }'),
      parse('{ selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a, team: x } } } }'),
    );
    assert.deepEqual(
      labelsOf('{ pairs: { team: x }, includeSelectors: true }'),
      parse(
        '{ selector: { matchLabels: { app: a, team: x } }, template: { metadata: { labels: { app: a, team: x } } } }',
      ),
    );
    assert.deepEqual(
      made('cronJobs', 'metadata: { name: a }', 'commonLabels: { team: x }')['spec'],
      parse('jobTemplate: { spec: { template: { metadata: { labels: { team: x } } } } }'),
    );
    assert.deepEqual(
      made('services', 'metadata: { name: a }\nspec: { selector: { app: a } }', 'commonLabels: { team: x }')['spec'],
      parse('{ selector: { app: a, team: x } }'),
    );
  });

  it('stays the same object where nothing changes it, and changes nothing in place', () => {
    const object = parse('metadata: { name: a, labels: { b: c } }\nspec: { podSelector: {} }');
    const [nothing, labels] = ['resources: []', 'commonLabels: { d: e }'].map((text) => kustomizationOf(parse(text)));
    assert.ok(nothing && labels);
    assert.equal(kustomize(object, kindOf('networkPolicies'), [nothing]), object);
    const copy = structuredClone(object);
    kustomize(object, kindOf('networkPolicies'), [labels]);
    assert.deepEqual(object, copy);
  });
});
