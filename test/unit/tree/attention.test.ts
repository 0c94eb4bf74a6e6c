import assert from 'node:assert/strict';
import { Attention, type Look } from '../../../src/tree/attention.ts';
import { fixtureText, snapshotFromYaml } from '../support/snapshotFromYaml.ts';
import { canalCluster } from './canalCluster.ts';
import { connected, FakeSource, snapshotOf } from './fakes.ts';

const look = (source: FakeSource, kubeProxyPods = false, open: readonly string[] = []): Look => ({
  source,
  kubeProxyPods,
  openDaemonSets: new Set(open),
});

describe('what the view needs of a cluster', () => {
  it('is asked for while somebody looks, and follows what is found', () => {
    const attention = new Attention();
    const source = new FakeSource('prod', { kind: 'connecting' });
    attention.attendTo([look(source)]);
    assert.equal(source.needed.length, 1);
    const first = source.needed[0];
    assert.ok(first !== 'disposed' && first?.some(({ kind }) => kind === 'daemonSets') === true);
    assert.ok(!first.some(({ kind }) => kind === 'pods'), 'nobody knows yet whose pods');

    source.become({ state: connected, snapshot: snapshotOf({ objects: canalCluster(3) }) });
    const second = source.needed[1];
    assert.ok(second !== 'disposed' && second?.some(({ labelSelector }) => labelSelector === 'k8s-app=canal'));

    source.become({ snapshot: snapshotOf({ objects: canalCluster(3, [1]) }) });
    assert.equal(source.needed.length, 2, 'the same needs are not declared again');
    attention.dispose();
    assert.equal(source.needed.at(-1), 'disposed');
  });

  it('ends when nobody looks any more', () => {
    const attention = new Attention();
    const source = new FakeSource('prod', connected);
    attention.attendTo([look(source)]);
    attention.attendTo([look(source)]);
    assert.equal(source.needed.length, 1);
    attention.attendTo([]);
    assert.deepEqual(attention.sources, []);
    assert.equal(source.needed.at(-1), 'disposed');
  });

  it('includes kube-proxy’s pods only while its row is open', () => {
    const attention = new Attention();
    const source = new FakeSource('prod', connected, snapshotOf({ objects: canalCluster(3) }));
    const asksForThem = (): boolean => {
      const last = source.needed.at(-1);
      return (
        last !== undefined && last !== 'disposed' && last.some((one) => one.labelSelector === 'k8s-app=kube-proxy')
      );
    };
    attention.attendTo([look(source)]);
    assert.equal(asksForThem(), false);
    attention.attendTo([look(source, true)]);
    assert.equal(asksForThem(), true);
    attention.attendTo([look(source)]);
    assert.equal(asksForThem(), false);
    attention.dispose();
  });

  it('includes the pods of a large DaemonSet beside the agents only while its row is open', () => {
    const many = fixtureText('cnis/calico-operator.yaml').replace(
      'name: csi-node-driver, namespace: calico-system }',
      '$&\nstatus: { desiredNumberScheduled: 5000, numberReady: 5000 }',
    );
    const attention = new Attention();
    const source = new FakeSource('prod', connected, snapshotFromYaml(many));
    const asksForThem = (): boolean => {
      const last = source.needed.at(-1);
      return (
        last !== undefined && last !== 'disposed' && last.some((one) => one.labelSelector === 'k8s-app=csi-node-driver')
      );
    };
    attention.attendTo([look(source)]);
    assert.equal(asksForThem(), false);
    attention.attendTo([look(source, false, ['calico-system/csi-node-driver'])]);
    assert.equal(asksForThem(), true);
    attention.attendTo([look(source)]);
    assert.equal(asksForThem(), false);
    attention.dispose();
  });

  it('moves to the source that takes the place of another', () => {
    const attention = new Attention();
    const before = new FakeSource('prod', connected);
    const after = new FakeSource('prod', connected);
    attention.attendTo([look(before)]);
    attention.attendTo([look(after)]);
    assert.equal(before.needed.at(-1), 'disposed');
    assert.equal(after.needed.length, 1);
    attention.dispose();
  });
});
