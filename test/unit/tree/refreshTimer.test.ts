import assert from 'node:assert/strict';
import { mock } from 'node:test';
import type { ConnectionState } from '../../../src/cluster/source.ts';
import { RefreshTimer } from '../../../src/tree/refreshTimer.ts';
import { connected, FakeSource } from './fakes.ts';

class CountingSource extends FakeSource {
  refreshes = 0;

  override refresh(): Promise<void> {
    this.refreshes++;
    return Promise.resolve();
  }
}

describe('the refresh beside the watch', () => {
  let timer: RefreshTimer;
  let sources: readonly CountingSource[];

  beforeEach(() => {
    mock.timers.enable({ apis: ['setInterval'] });
    sources = [];
    timer = new RefreshTimer(() => sources);
  });
  afterEach(() => {
    timer.dispose();
    mock.timers.reset();
  });

  const opened = (state: ConnectionState): CountingSource => {
    const source = new CountingSource('prod-eu', state);
    sources = [...sources, source];
    return source;
  };

  it('comes as often as it is chosen, and not at all when it is off', () => {
    const source = opened(connected);
    timer.every(0);
    mock.timers.tick(120_000);
    assert.equal(source.refreshes, 0);
    for (const seconds of [10, 20, 30]) {
      source.refreshes = 0;
      timer.every(seconds);
      mock.timers.tick(60_000);
      assert.equal(source.refreshes, 60 / seconds, `every ${seconds} s`);
    }
    timer.every(0);
    mock.timers.tick(60_000);
    assert.equal(source.refreshes, 2);
  });

  it('is not more often than every five seconds, whatever settings.json says', () => {
    const source = opened(connected);
    timer.every(0.01);
    mock.timers.tick(10_000);
    assert.equal(source.refreshes, 2);
    timer.every(Number.NaN);
    mock.timers.tick(10_000);
    assert.equal(source.refreshes, 2);
  });

  it('is for clusters that answer: a refused credential is not tried again by it', () => {
    const healthy = opened(connected);
    const others = [
      opened({ kind: 'unauthorized', message: 'token expired' }),
      opened({ kind: 'credential-plugin', command: 'aws', args: [], missing: false, message: '', stderr: '' }),
      opened({ kind: 'unreachable', message: 'connection refused' }),
      opened({ kind: 'not-connected' }),
    ];
    timer.every(10);
    mock.timers.tick(30_000);
    assert.equal(healthy.refreshes, 3);
    for (const source of others) assert.equal(source.refreshes, 0, source.state.kind);
  });

  it('ends with the view', () => {
    const source = opened(connected);
    timer.every(10);
    timer.dispose();
    mock.timers.tick(60_000);
    assert.equal(source.refreshes, 0);
  });
});
