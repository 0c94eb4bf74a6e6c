import { strict as assert } from 'node:assert';
import { podOfNode } from '../../../src/panels/podOfNode.ts';

const current = { source: 'prod', namespace: 'shop' };
const pod = { kind: 'Pod', namespace: 'kube-system', name: 'canal-1' };

describe('the pod that a command was chosen on', () => {
  it('is that of a row', () => {
    const node = { row: { target: { kind: 'object', source: 'other', object: pod } } };
    assert.deepEqual(podOfNode(node, current), { source: 'other', namespace: 'kube-system', name: 'canal-1' });
  });

  it('is that of a container', () => {
    const node = { row: { target: { kind: 'container', source: 'other', name: 'kube-flannel', pod } } };
    assert.deepEqual(podOfNode(node, current)?.name, 'canal-1');
  });

  it('is none on a row of something else', () => {
    const node = { row: { target: { kind: 'object', source: 'other', object: { ...pod, kind: 'Node' } } } };
    assert.equal(podOfNode(node, current), undefined);
  });

  it('is that of the Kubernetes extension, in the current context', () => {
    const node = { nodeType: 'resource', kind: { abbreviation: 'pods' }, name: 'web-0', namespace: null };
    assert.deepEqual(podOfNode(node, current), { source: 'prod', namespace: 'shop', name: 'web-0' });
    assert.deepEqual(podOfNode({ ...node, namespace: 'blue' }, current)?.namespace, 'blue');
    assert.equal(podOfNode(node, undefined), undefined);
  });

  it('is none on other nodes of the Kubernetes extension, and on nothing', () => {
    for (const abbreviation of ['services', 'poddisruptionbudgets', 'podtemplates']) {
      const node = { nodeType: 'resource', kind: { abbreviation }, name: 'web', namespace: null };
      assert.equal(podOfNode(node, current), undefined);
    }
    assert.equal(podOfNode({ nodeType: 'context' }, current), undefined);
    assert.equal(podOfNode(undefined, current), undefined);
  });
});
