import assert from 'node:assert/strict';
import {
  changesOf,
  kustomizationNote,
  kustomizedBy,
  readKustomization,
  roleIn,
} from '../../../src/cluster/kustomization.ts';

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
    assert.deepEqual(found.leftOut, ['patches', 'patchesStrategicMerge']);
    assert.equal(
      kustomizationNote(found),
      'Not applied here: patches, patchesStrategicMerge. What it names outside its folder is read as it stands. Read what `kubectl kustomize` prints instead.',
    );
  });

  it('says what it changes in all resources', () => {
    const changes = (text: string): readonly string[] => changesOf(read(text));
    assert.deepEqual(changes('namespace: shop\nnamePrefix: ""\nimages: [{ name: web, newTag: v2 }]\n'), [
      'namespace shop',
    ]);
    assert.deepEqual(changes('namePrefix: a-\nnameSuffix: -z\nlabels: [{ pairs: { team: a } }]'), [
      'name prefix a-',
      'name suffix -z',
      'label team=a',
    ]);
    assert.deepEqual(changes('resources: [a.yaml]\nconfigMapGenerator: [{ name: a }]'), []);
    assert.equal(kustomizationNote(read('namespace: shop\nresources: [a.yaml]\n')), undefined);
  });

  it('is one of several that each name the one below', () => {
    const levels = [
      read('namespace: all\nresources: [apps]\n'),
      undefined,
      read('namePrefix: web-\nresources: [policy.yaml]\n'),
    ];
    const found = kustomizedBy(['apps', 'web', 'policy.yaml'], (depth) => levels[depth]);
    assert.deepEqual(found?.as === 'resource' && found.by.flatMap(changesOf), ['name prefix web-', 'namespace all']);
    assert.equal(
      kustomizedBy(['apps', 'web', 'other.yaml'], (depth) => (depth === 2 ? levels[2] : undefined)),
      undefined,
    );
    assert.deepEqual(
      kustomizedBy(['p.yaml'], () => read('patches: [{ path: p.yaml }]')),
      { as: 'patch' },
    );
  });

  it('is nothing else that has its name', () => {
    assert.equal(readKustomization('kind: Pod\nmetadata: { name: kustomization }'), undefined);
    assert.equal(readKustomization('- a\n- b\n'), undefined);
    assert.equal(readKustomization('resources: [\n'), undefined);
  });
});
