import { strict as assert } from 'node:assert';
import { readCniView } from '../../../src/inspect/cniView.ts';
import { prepareCniView } from '../../../src/inspect/prepare.ts';
import type { ModelObject } from '../../../src/model/meta.ts';
import { ClusterSnapshot } from '../../../src/model/snapshot.ts';
import { canalCluster } from '../tree/canalCluster.ts';
import { snapshotOf } from '../tree/fakes.ts';

const steps = (snapshot: ClusterSnapshot): number => [...prepareCniView(snapshot)].length;

describe('a cluster that is prepared for being read', () => {
  it('reads as one that is not', () => {
    const objects = canalCluster(700, [3, 250, 699]);
    const plain = readCniView(snapshotOf({ objects }));
    const snapshot = snapshotOf({ objects });
    assert.ok(steps(snapshot) > 3);
    const view = readCniView(snapshot);
    assert.deepEqual(view.problems, plain.problems);
    assert.equal(view.summary, plain.summary);
    assert.deepEqual(
      view.entries.map(({ workloads }) => workloads.map(({ words }) => words)),
      plain.entries.map(({ workloads }) => workloads.map(({ words }) => words)),
    );
  });

  it('is prepared once, and again only for what is new', () => {
    const snapshot = snapshotOf({ objects: canalCluster(700) });
    assert.ok(steps(snapshot) > 3);
    assert.equal(steps(snapshot), 0);
    const pods = snapshot.table('pods');
    const renewed = (count: number): ClusterSnapshot =>
      new ClusterSnapshot({
        ...snapshot.content,
        tables: { ...snapshot.content.tables, pods: pods.with(pods.items.slice(0, count).map(copy)) },
      });
    assert.equal(steps(renewed(1)), 0, 'not worth a step');
    assert.equal(steps(renewed(401)), 3);
  });

  it('needs no step where it is small', () => {
    assert.equal(steps(snapshotOf({ objects: canalCluster(20) })), 0);
  });
});

const copy = <T extends ModelObject>(object: T): T => ({ ...object });
