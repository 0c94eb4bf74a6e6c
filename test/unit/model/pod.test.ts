import { strict as assert } from 'node:assert';
import { allKinds, kindOfObject } from '../../../src/model/kinds.ts';
import { readPod } from '../../../src/model/pod.ts';

describe('reading objects', () => {
  it('reads what a pod says of its containers', () => {
    const pod = readPod({
      metadata: { name: 'canal-1', namespace: 'kube-system', creationTimestamp: '2026-01-01T00:00:00Z' },
      spec: { hostNetwork: true, nodeName: 'n1', containers: [{ name: 'kube-flannel', image: 'flannel:v1' }] },
      status: {
        phase: 'Running',
        podIP: '10.0.0.1',
        containerStatuses: [
          {
            name: 'kube-flannel',
            restartCount: 12,
            state: { waiting: { reason: 'CrashLoopBackOff' } },
            lastState: { terminated: { exitCode: 1, finishedAt: '2026-01-01T00:05:00Z' } },
          },
        ],
      },
    });
    assert.deepEqual(pod.podIPs, ['10.0.0.1']);
    const status = pod.containerStatuses[0];
    assert.equal(status?.restarts, 12);
    assert.deepEqual(status.state, { kind: 'waiting', reason: 'CrashLoopBackOff' });
    assert.deepEqual(status.lastState, {
      kind: 'terminated',
      exitCode: 1,
      finished: Date.parse('2026-01-01T00:05:00Z'),
    });
  });

  const hostile: unknown[] = [
    null,
    7,
    'text',
    [],
    [null],
    { items: 1 },
    { metadata: { labels: ['a'], name: {} }, spec: 'x', status: [] },
  ];
  for (const value of hostile) {
    it(`survives ${JSON.stringify(value)} in place of every part of every kind`, () => {
      for (const { kind, read } of allKinds) {
        const inner = { apiVersion: 'v1', kind, metadata: value, spec: value, status: value, data: value };
        assert.equal(typeof read(inner as never).meta.name, 'string', kind);
      }
    });
  }

  it('keeps a label that is named like a property of every object', () => {
    const labels = JSON.parse('{"__proto__": "x", "constructor": "y"}') as Record<string, string>;
    const read = readPod({ metadata: { name: 'p', labels } }).meta.labels;
    assert.deepEqual(Object.keys(read).sort(), ['__proto__', 'constructor']);
    assert.equal(Object.getPrototypeOf(read), Object.prototype);
  });

  it('tells the three kinds named NetworkPolicy apart by their group', () => {
    assert.equal(kindOfObject('networking.k8s.io/v1', 'NetworkPolicy')?.key, 'networkPolicies');
    assert.equal(kindOfObject('projectcalico.org/v3', 'NetworkPolicy')?.key, 'calicoNetworkPolicies');
    assert.equal(kindOfObject('crd.projectcalico.org/v1', 'NetworkPolicy')?.key, 'calicoNetworkPolicies');
    assert.equal(kindOfObject('example.com/v1', 'NetworkPolicy'), undefined);
  });
});
