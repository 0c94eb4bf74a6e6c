import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LiveSource } from '../../src/cluster/live/liveSource.ts';
import { type ControlPlane, startControlPlane } from '../control-plane/controlPlane.ts';
import { type FaultProxy, startFaultProxy } from '../control-plane/faultProxy.ts';
import type { Fault } from '../control-plane/faults.ts';
import type { Match } from '../control-plane/requests.ts';
import { waitUntil } from '../control-plane/waitUntil.ts';
import {
  configMapsIn,
  createNamespace,
  knowledge,
  openSource,
  until,
  untilLoaded,
  untilSameAsKubectl,
  writeConfigMaps,
} from './liveCluster.ts';

/** Twenty-five ConfigMaps are three pages of ten. */
const names = Array.from({ length: 25 }, (_, index) => `settings-${String(index).padStart(2, '0')}`);

describe('a live source behind a connection that fails', () => {
  let plane: ControlPlane;
  let proxy: FaultProxy;
  let source: LiveSource;
  let namespace: string;
  let count = 0;

  before(async () => {
    plane = await startControlPlane({ simulate: false });
    proxy = await startFaultProxy(plane);
  });
  after(async () => {
    await proxy.stop();
    await plane.stop();
  });
  beforeEach(async () => {
    proxy.clear();
    proxy.drop();
    namespace = `shop-${++count}`;
    await createNamespace(plane, namespace);
    await writeConfigMaps(plane, namespace, names, 'before');
    source = await openSource(proxy.kubeconfig, [configMapsIn(namespace)]);
    proxy.forget();
  });
  afterEach(() => {
    source.dispose();
  });

  /** One added, one changed, one deleted; each round others. */
  const change = async (round = 0): Promise<void> => {
    await writeConfigMaps(plane, namespace, [`added-${round}`, 'settings-00'], `after-${round}`);
    await plane.api.delete(`/api/v1/namespaces/${namespace}/configmaps/${names[round + 1]}`);
  };

  const lists: Match = { verb: 'list', resource: 'configmaps' };
  const watches: Match = { verb: 'watch', resource: 'configmaps' };

  const everywhere: readonly (readonly [string, Fault])[] = [
    ['is reset', { kind: 'reset' }],
    ['is never answered', { kind: 'silence' }],
    ['is answered late', { kind: 'delay', ms: 300 }],
    ['is answered by 429', { kind: 'answer', status: 429, retryAfterSeconds: 1 }],
    ['is answered by 500', { kind: 'answer', status: 500 }],
    ['is answered by 503 in HTML', { kind: 'answer', status: 503, body: '<html>no</html>', contentType: 'text/html' }],
    ['is answered by 410', { kind: 'answer', status: 410 }],
    ['is answered by what is not JSON', { kind: 'answer', status: 200, body: 'hello' }],
  ];
  const inLists: readonly (readonly [string, Fault])[] = [
    ...everywhere,
    ['is cut', { kind: 'cut', after: { bytes: 2_000 } }],
    ['stalls', { kind: 'stall', after: { bytes: 2_000 } }],
    ['ends too early', { kind: 'truncate', after: { bytes: 2_000 } }],
  ];
  const inWatches: readonly (readonly [string, Fault])[] = [
    ...everywhere,
    ['is cut within an event', { kind: 'cut', after: { lines: 1 } }],
    ['stalls within an event', { kind: 'stall', after: { lines: 1 } }],
    ['ends within an event', { kind: 'truncate', after: { lines: 1 } }],
    ['says that its place is no longer known', { kind: 'watch-error', code: 410 }],
    ['says that the server has failed', { kind: 'watch-error', code: 500 }],
  ];

  for (const [what, fault] of inLists) {
    for (const [page, match] of [
      ['first page', { ...lists, continued: false }],
      ['second page', { ...lists, continued: true }],
    ] as const) {
      it(`reads all the same when the ${page} of a list ${what}`, async () => {
        const times = fault.kind === 'delay' ? 1 : 2;
        const handle = proxy.add(match, fault, times);
        await source.connect();
        await until(source, 'the list to be loaded', () => knowledge(source, configMapsIn(namespace)) === 'loaded');
        assert.equal(handle.hits, times);
        await change();
        await untilSameAsKubectl(plane, source, configMapsIn(namespace));
      });
    }
  }

  for (const [what, fault] of inWatches) {
    it(`misses nothing when a watch ${what}`, async () => {
      const times = fault.kind === 'delay' ? 1 : 2;
      const handle = proxy.add(watches, fault, times);
      await source.connect();
      for (let round = 0; handle.hits < times; round++) {
        assert.ok(round < 20, 'the fault strikes');
        await change(round);
        await sleep(200);
      }
      await change(21);
      await untilSameAsKubectl(plane, source, configMapsIn(namespace));
    });
  }

  it('notices soon that a watch has stopped within an event, and takes no quiet watch for such a one', async () => {
    const patient = await openSource(proxy.kubeconfig, [configMapsIn(namespace)], {
      timing: { watchIdleMs: 60_000, watchStallMs: 300 },
    });
    try {
      await patient.connect();
      await untilLoaded(patient, configMapsIn(namespace));
      proxy.forget();
      await sleep(1_000);
      assert.equal(proxy.count(watches), 0, 'a quiet watch goes on');
      const strike = proxy.add(watches, { kind: 'stall', after: { lines: 1 } }, 1);
      proxy.drop(watches);
      for (let round = 0; strike.hits === 0 || round < 2; round++) {
        await change(round);
        await untilSameAsKubectl(plane, patient, configMapsIn(namespace));
      }
      assert.equal(proxy.count(lists), 0, 'it goes on where it was');
    } finally {
      patient.dispose();
    }
  });

  it('resumes a watch that breaks where it was, without listing again', async () => {
    await source.connect();
    await untilLoaded(source, configMapsIn(namespace));
    proxy.forget();
    for (let round = 0; round < 5; round++) {
      proxy.drop(watches);
      await writeConfigMaps(plane, namespace, [`round-${round}`], 'x');
      await untilSameAsKubectl(plane, source, configMapsIn(namespace));
    }
    assert.equal(proxy.count(lists), 0);
  });

  it('goes on with a list where it was interrupted, instead of beginning again', async () => {
    proxy.add({ ...lists, continued: true }, { kind: 'answer', status: 429, retryAfterSeconds: 0 }, 3);
    await source.connect();
    await untilLoaded(source, configMapsIn(namespace));
    assert.equal(proxy.count({ ...lists, continued: false }), 1);
  });

  it('does not begin a list anew for every refresh that is asked for meanwhile', async () => {
    await source.connect();
    await untilLoaded(source, configMapsIn(namespace));
    proxy.forget();
    proxy.add(lists, { kind: 'delay', ms: 200 });
    await Promise.all(
      Array.from({ length: 5 }, async (_, index) => {
        await sleep(index * 100);
        await source.refresh();
      }),
    );
    assert.ok(proxy.count({ ...lists, continued: false }) <= 2);
    assert.equal(knowledge(source, configMapsIn(namespace)), 'loaded');
  });

  it('keeps to Retry-After', async () => {
    const handle = proxy.add({ ...lists, continued: false }, { kind: 'answer', status: 429, retryAfterSeconds: 2 }, 1);
    await source.connect();
    const began = Date.now();
    await untilLoaded(source, configMapsIn(namespace));
    assert.equal(handle.hits, 1);
    assert.ok(Date.now() - began >= 1_900, `asked again after ${Date.now() - began} ms`);
  });

  it('says since when its knowledge is old while a watch cannot be opened, and takes it back afterwards', async () => {
    await source.connect();
    await untilLoaded(source, configMapsIn(namespace));
    const before = Date.now();
    const handle = proxy.add(watches, { kind: 'answer', status: 503 });
    proxy.drop(watches);
    await until(source, 'the read to be stale', () => knowledge(source, configMapsIn(namespace)) === 'stale');
    const stale = source.snapshot.knowledge('configMaps', { namespace });
    assert.ok(stale.state === 'stale' && stale.since <= before + 50 && stale.since > before - 10_000);
    assert.equal(source.snapshot.list('configMaps').length >= names.length, true, 'what was known stays');
    assert.equal(source.state.kind, 'connected');
    handle.clear();
    await untilSameAsKubectl(plane, source, configMapsIn(namespace));
  });

  it('lists anew when etcd has forgotten what came after', async () => {
    await source.connect();
    await untilLoaded(source, configMapsIn(namespace));
    await proxy.reach('refusing');
    await change();
    await plane.etcd.compact();
    await plane.component('kube-apiserver').kill();
    await plane.component('kube-apiserver').start();
    await proxy.reach('open');
    await untilSameAsKubectl(plane, source, configMapsIn(namespace));
  });

  it('is unreachable while nobody listens, says when it tries again, and comes back by itself', async () => {
    await source.connect();
    await untilLoaded(source, configMapsIn(namespace));
    await proxy.reach('refusing');
    await until(source, 'unreachable', () => source.state.kind === 'unreachable');
    assert.ok(source.state.kind === 'unreachable' && source.state.retryAt !== undefined);
    assert.match(source.state.message, /connection (refused|reset)/);
    assert.equal(knowledge(source, configMapsIn(namespace)), 'stale');
    await change();
    await proxy.reach('open');
    await untilSameAsKubectl(plane, source, configMapsIn(namespace));
    assert.equal(source.state.kind, 'connected');
  });

  it('times out while a firewall swallows everything, and comes back by itself', async () => {
    await source.connect();
    await untilLoaded(source, configMapsIn(namespace));
    await proxy.reach('silent');
    await until(source, 'timed-out', () => source.state.kind === 'timed-out');
    assert.equal(knowledge(source, configMapsIn(namespace)), 'stale');
    await change();
    await proxy.reach('open');
    await untilSameAsKubectl(plane, source, configMapsIn(namespace));
  });

  it('asks everything anew when the machine has slept, though no connection says that it is dead', async () => {
    const patient = await openSource(proxy.kubeconfig, [configMapsIn(namespace)], {
      timing: { watchIdleMs: 60_000, watchStallMs: 60_000, heartbeatMs: 60_000 },
    });
    const clock = Date.now;
    try {
      await patient.connect();
      await untilLoaded(patient, configMapsIn(namespace));
      // A watch that goes nowhere: nothing more comes of it, and it stays open.
      const strike = proxy.add(watches, { kind: 'stall', after: { bytes: 1 } }, 1);
      proxy.drop(watches);
      await waitUntil('the fault to strike', () => Promise.resolve(strike.hits > 0 || undefined));
      await change();
      proxy.forget();
      // Timers stand still while a machine sleeps, and clocks do not.
      Date.now = () => clock() + 3_600_000;
      await untilSameAsKubectl(plane, patient, configMapsIn(namespace));
      assert.equal(proxy.count(lists), 0, 'it goes on where it was');
    } finally {
      Date.now = clock;
      patient.dispose();
    }
  });

  it('is back at once when the user retries, whatever it waits for', async () => {
    // Nothing here ends by itself while the test lasts.
    const patient = { firstReconnectMs: 120_000, longestReconnectMs: 120_000, heartbeatTimeoutMs: 1_000 };
    const other = await openSource(proxy.kubeconfig, [configMapsIn(namespace)], {
      timeoutMs: 120_000,
      timing: patient,
    });
    try {
      await other.connect();
      await untilLoaded(other, configMapsIn(namespace));
      await proxy.reach('silent');
      await until(other, 'timed-out', () => other.state.kind === 'timed-out');
      // Asked while still nothing comes back: this question would be waited for.
      const first = other.refresh();
      await until(other, 'the question to be under way', () => other.state.kind === 'connecting');
      await proxy.reach('open');
      await Promise.all([first, other.refresh()]);
      assert.equal(other.state.kind, 'connected');
      await change();
      await untilSameAsKubectl(plane, other, configMapsIn(namespace));
    } finally {
      await proxy.reach('open');
      other.dispose();
    }
  });

  it('doubts a server that refuses for a moment what it allowed before, and believes one that goes on', async () => {
    await source.connect();
    await untilLoaded(source, configMapsIn(namespace));
    const seen = new Set<string>();
    const watching = source.onDidChange(() => seen.add(knowledge(source, configMapsIn(namespace))));
    const moment = proxy.add({ resource: 'configmaps' }, { kind: 'answer', status: 403 }, 2);
    proxy.drop(watches);
    await change();
    await untilSameAsKubectl(plane, source, configMapsIn(namespace));
    assert.equal(moment.hits, 2);
    assert.ok(!seen.has('forbidden') && !seen.has('absent'), [...seen].join(', '));
    watching.dispose();

    const lasting = proxy.add({ resource: 'configmaps' }, { kind: 'answer', status: 403 });
    proxy.drop(watches);
    await until(source, 'forbidden', () => knowledge(source, configMapsIn(namespace)) === 'forbidden');
    assert.equal(source.snapshot.list('configMaps').length, 0, 'what may not be read is not shown');
    lasting.clear();
    await source.refresh();
    await untilSameAsKubectl(plane, source, configMapsIn(namespace));
  });

  it('waits no longer for one fault because of those before it', async () => {
    const other = await openSource(proxy.kubeconfig, [configMapsIn(namespace)], { timing: { longestRetryMs: 60_000 } });
    try {
      await other.connect();
      await untilLoaded(other, configMapsIn(namespace));
      for (let round = 0; round < 4; round++) {
        const handle = proxy.add({ resource: 'configmaps' }, { kind: 'answer', status: 410 }, 4);
        proxy.drop(watches);
        await until(other, 'the fault to have struck', () => {
          return handle.hits === 4 && knowledge(other, configMapsIn(namespace)) === 'loaded';
        });
        await change(round);
        await untilSameAsKubectl(plane, other, configMapsIn(namespace));
      }
      // Waits that went on doubling would have come to ten seconds by now.
      proxy.add(watches, { kind: 'answer', status: 503 }, 2);
      const began = Date.now();
      proxy.drop(watches);
      await change(9);
      await untilSameAsKubectl(plane, other, configMapsIn(namespace));
      assert.ok(Date.now() - began < 5_000, `back after ${Date.now() - began} ms`);
    } finally {
      other.dispose();
    }
  });

  it('shows what a list brings also where nothing was ever in doubt', async () => {
    const sure = await openSource(proxy.kubeconfig, [configMapsIn(namespace)], { timing: { doubtMs: 60_000 } });
    try {
      await sure.connect();
      await untilLoaded(sure, configMapsIn(namespace));
      for (let round = 0; round < 3; round++) {
        // The watch stops within its first event, so that only a list can tell.
        const strike = proxy.add(watches, { kind: 'stall', after: { bytes: 100 } }, 1);
        proxy.drop(watches);
        await waitUntil('the fault to strike', () => Promise.resolve(strike.hits > 0 || undefined));
        await change(round);
        await sure.refresh();
        await untilSameAsKubectl(plane, sure, configMapsIn(namespace));
      }
    } finally {
      sure.dispose();
    }
  });

  it('does not list in circles on a server that forgets at once where a watch begins', async () => {
    const handle = proxy.add(watches, { kind: 'watch-error', code: 410 });
    await source.connect();
    await untilLoaded(source, configMapsIn(namespace));
    proxy.forget();
    await sleep(2_000);
    assert.ok(proxy.count({ ...lists, continued: false }) <= 12, `${proxy.count(lists)} pages`);
    handle.clear();
    await change();
    await untilSameAsKubectl(plane, source, configMapsIn(namespace));
  });

  it('knocks once at a time while nothing gets through, however much is being read', async () => {
    const kinds = ['pods', 'nodes', 'services', 'daemonSets', 'deployments', 'networkPolicies', 'namespaces'] as const;
    source.need(kinds.map((kind) => ({ kind })));
    await source.connect();
    await untilLoaded(source, ...kinds.map((kind) => ({ kind })));
    await proxy.reach('silent');
    await until(source, 'timed-out', () => source.state.kind === 'timed-out');
    proxy.forget();
    await sleep(2_500);
    // An attempt takes a second here, and the wait for the next one less than that.
    assert.ok(proxy.connections <= 4, `${proxy.connections} connections in 2.5 s`);
    await proxy.reach('open');
    await untilLoaded(source, ...kinds.map((kind) => ({ kind })));
  });

  it('does not wait for another cluster that does not answer', async () => {
    await proxy.reach('silent');
    try {
      const connecting = source.connect();
      const other = await openSource(plane.kubeconfig, [configMapsIn(namespace)]);
      const began = Date.now();
      await other.connect();
      await untilLoaded(other, configMapsIn(namespace));
      const took = Date.now() - began;
      assert.equal(source.state.kind, 'connecting');
      assert.ok(took < 1_000, `took ${took} ms`);
      other.dispose();
      await connecting;
      assert.equal(source.state.kind, 'timed-out');
    } finally {
      await proxy.reach('open');
    }
  });

  it('survives the death of the API server', async () => {
    await source.connect();
    await untilLoaded(source, configMapsIn(namespace));
    await plane.component('kube-apiserver').kill();
    await until(source, 'the read to be stale', () => knowledge(source, configMapsIn(namespace)) === 'stale');
    assert.notEqual(source.state.kind, 'connected');
    await plane.component('kube-apiserver').start();
    await change();
    await untilSameAsKubectl(plane, source, configMapsIn(namespace));
    assert.equal(source.state.kind, 'connected');
  });
});
