import { strict as assert } from 'node:assert';
import { CheckWatch } from '../../../../src/panels/networkCheck/checkWatch.ts';
import type { NetworkCheckPage } from '../../../../src/panels/protocol.ts';
import { healthyCluster } from '../../inspect/networkCheck/checkedCluster.ts';
import { waitUntil } from '../../../control-plane/waitUntil.ts';
import { FakeSource } from '../fakeSource.ts';

const crashLoop =
  '{ restartCount: 12, state: { waiting: { reason: CrashLoopBackOff } }, lastState: { terminated: { exitCode: 1, reason: Error, finishedAt: 2026-11-20T11:57:00Z } } }';

describe('checking a network while its page is seen', () => {
  let source: FakeSource;
  let pages: NetworkCheckPage[];
  let watch: CheckWatch;
  beforeEach(() => {
    source = new FakeSource(healthyCluster().snapshot());
    pages = [];
    watch = new CheckWatch(source, (page) => pages.push(page));
  });
  afterEach(() => {
    watch.dispose();
  });
  const last = (status: RegExp): Promise<NetworkCheckPage> =>
    waitUntil(`a page that says ${String(status)}`, () => {
      const page = pages.at(-1);
      return Promise.resolve(page !== undefined && status.test(page.header.status) ? page : undefined);
    });

  it('reads what the check needs while the page is seen, and nothing while it is not', async () => {
    const kinds = (): readonly string[] => (source.needed ?? []).map(({ kind }) => kind);
    assert.deepEqual(kinds(), []);
    watch.show();
    assert.ok(kinds().includes('endpointSlices'));
    await last(/holds/);
    watch.hide();
    assert.equal(source.needed, undefined);
  });

  it('turns when the cluster does', async () => {
    watch.show();
    await last(/Every requirement holds/);
    source.change(healthyCluster().container('canal-b', 'kube-flannel', crashLoop).snapshot());
    await last(/1 requirement is broken/);
    source.change(healthyCluster().snapshot());
    await last(/Every requirement holds/);
  });

  it('puts together what comes in a burst', async () => {
    watch.show();
    await last(/holds/);
    const before = pages.length;
    for (let change = 0; change < 30; change++) source.change(healthyCluster().snapshot());
    source.change(healthyCluster().container('canal-b', 'kube-flannel', crashLoop).snapshot());
    await last(/broken/);
    assert.ok(pages.length - before <= 3, `${String(pages.length - before)} pages`);
  });

  it('says since when it could not be confirmed', async () => {
    watch.show();
    await last(/holds/);
    source.state = { kind: 'unreachable', message: 'connection refused' };
    source.change(
      healthyCluster().snapshot({ knowledge: { nodes: { state: 'stale', since: 5, reason: 'connection refused' } } }),
    );
    const page = await waitUntil('the page to be stale', () =>
      Promise.resolve(pages.at(-1)?.state.kind === 'stale' ? pages.at(-1) : undefined),
    );
    assert.deepEqual(page.state, { kind: 'stale', since: 5, reason: 'connection refused' });
  });

  it('confirms what it shows when it is told to', async () => {
    watch.show();
    await watch.retry();
    assert.equal(source.refreshed, 1);
  });
});
