import { strict as assert } from 'node:assert';
import { containerWords, exitMeaning } from '../../../src/inspect/containerWords.ts';
import type { ContainerState, ContainerStatus } from '../../../src/model/pod.ts';

const status = (state: ContainerState, more: Partial<ContainerStatus> = {}): ContainerStatus => ({
  name: 'a',
  ready: false,
  restarts: 0,
  image: '',
  state,
  ...more,
});

describe('a container’s state in words', () => {
  it('says whether it runs and is ready', () => {
    assert.equal(containerWords('main', status({ kind: 'running' }, { ready: true })), 'running, ready');
    assert.equal(containerWords('main', status({ kind: 'running' })), 'running, not ready');
    assert.equal(containerWords('sidecar', status({ kind: 'running' }, { ready: true })), 'sidecar, running, ready');
    assert.equal(containerWords('init', status({ kind: 'running' })), 'init, running');
  });

  it('says what it waits for and how it last ended', () => {
    const lastState: ContainerState = { kind: 'terminated', exitCode: 1, reason: 'Error' };
    assert.equal(
      containerWords('main', status({ kind: 'waiting', reason: 'CrashLoopBackOff' }, { lastState })),
      'waiting: CrashLoopBackOff (last exit 1, Error)',
    );
    assert.equal(containerWords('init', status({ kind: 'waiting' })), 'init, waiting');
  });

  it('says how it ended', () => {
    assert.equal(
      containerWords('init', status({ kind: 'terminated', exitCode: 0, reason: 'Completed' })),
      'init, completed',
    );
    assert.equal(
      containerWords('main', status({ kind: 'terminated', exitCode: 137, reason: 'OOMKilled' })),
      'ended: exit 137, OOMKilled',
    );
    assert.equal(containerWords('main', status({ kind: 'terminated', exitCode: 0, signal: 9 })), 'ended: signal 9');
  });

  it('shows the last line of a message that is a whole log, shortened', () => {
    const message = `first line\n${'x'.repeat(500)}\n`;
    const words = containerWords('main', status({ kind: 'terminated', exitCode: 1, message }));
    assert.ok(words.startsWith('ended: exit 1, "xxx') && words.endsWith('…"'));
    assert.ok(words.length < 150);
  });

  it('does not take a container without a status for one that is well', () => {
    assert.equal(containerWords('main', undefined), 'not started');
  });

  it('knows what exit codes mean, and that out of memory is more than killed', () => {
    assert.equal(exitMeaning(137, 'OOMKilled'), 'it used more memory than its limit');
    assert.equal(exitMeaning(137, 'Error'), 'it was killed');
    assert.equal(exitMeaning(1), undefined);
  });
});
