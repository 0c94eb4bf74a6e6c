import assert from 'node:assert/strict';
import { readKustomization, roleIn } from '../../../src/cluster/kustomization.ts';

const read = (text: string) => {
  const found = readKustomization(text);
  assert.ok(found, 'no kustomization');
  return found;
};

describe('a kustomization', () => {
  it('names what is a resource and what is a patch', () => {
    const found = read(`apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [./policy.yaml, ../base, policies/]
patches:
- path: patches/deny.yaml
- target: { kind: NetworkPolicy }
  patch: |-
    - op: remove
patchesStrategicMerge:
- merged.yaml
- |-
  kind: NetworkPolicy
  metadata: { name: inline }
`);
    const roles = ['policy.yaml', 'policies/one.yaml', 'patches/deny.yaml', 'merged.yaml', 'other.yaml'].map((path) =>
      roleIn(found, path),
    );
    assert.deepEqual(roles, ['resource', 'resource', 'patch', 'patch', undefined]);
    assert.deepEqual(found.changes, ['patches', 'patchesStrategicMerge']);
  });

  it('says by which fields it changes what a policy means', () => {
    assert.deepEqual(read('namespace: shop\nnamePrefix: ""\nimages: [{ name: web, newTag: v2 }]\n').changes, [
      'namespace',
    ]);
    assert.deepEqual(read('labels: [{ pairs: { team: a } }]').changes, []);
    assert.deepEqual(read('labels: [{ pairs: { team: a }, includeSelectors: true }]').changes, ['labels']);
    assert.deepEqual(read('resources: [a.yaml]\nconfigMapGenerator: [{ name: a }]').changes, []);
  });

  it('is nothing else that has its name', () => {
    assert.equal(readKustomization('kind: Pod\nmetadata: { name: kustomization }'), undefined);
    assert.equal(readKustomization('- a\n- b\n'), undefined);
    assert.equal(readKustomization('resources: [\n'), undefined);
  });
});
