import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Forward, ForwardError, PortForwards } from '../../../src/terminal/portForwards.ts';

const pod = { namespace: 'shop', name: 'web-0' };

describe('forwarding a port', () => {
  let folder: string;
  let forwards: PortForwards;
  let changes: string[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'network-inspector-forward-'));
    changes = [];
    forwards = new PortForwards((ended) => changes.push(ended === undefined ? 'changed' : `ended: ${ended.words}`));
  });
  afterEach(() => {
    forwards.dispose();
    rmSync(folder, { recursive: true });
  });

  /** A kubectl that leaves behind its process id and what it was called with. */
  const kubectl = (script: string): string => {
    const path = join(folder, 'kubectl');
    writeFileSync(
      path,
      `#!/bin/sh\necho $$ > ${folder}/pid\nprintf '%s\\n' "$KUBECONFIG" "$@" > ${folder}/args\n${script}\n`,
    );
    chmodSync(path, 0o755);
    return path;
  };
  const start = (script: string, localPort?: number): Promise<Forward> =>
    forwards.start({
      kubectl: kubectl(script),
      kubeconfig: '/private/config',
      pod,
      port: 80,
      ...(localPort !== undefined && { localPort }),
    });
  const listening = 'echo "Forwarding from 127.0.0.1:41234 -> 80"; exec sleep 60';
  const isRunning = (): boolean => {
    try {
      process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')), 0);
      return true;
    } catch {
      return false;
    }
  };
  const ends = async (): Promise<void> => {
    for (let left = 100; isRunning() && left > 0; left--) await sleep(20);
    assert.equal(isRunning(), false);
  };

  it('tells the port on which kubectl listens, on loopback alone', async () => {
    assert.deepEqual(await start(listening), { pod, port: 80, localPort: 41234 });
    assert.deepEqual(readFileSync(join(folder, 'args'), 'utf8').trimEnd().split('\n'), [
      '/private/config',
      ...['-n', 'shop', 'port-forward', '--address=127.0.0.1', 'pod/web-0', ':80'],
    ]);
    assert.deepEqual(changes, ['changed']);
  });

  it('ends when it is stopped', async () => {
    const forward = await start(listening);
    assert.deepEqual(forwards.list, [forward]);
    forwards.stop(forward);
    assert.deepEqual(forwards.list, []);
    await ends();
    assert.deepEqual(changes, ['changed', 'changed']);
  });

  it('ends with the window', async () => {
    await start(listening);
    forwards.dispose();
    await ends();
  });

  it('says why it did not come about', async () => {
    await assert.rejects(
      start('echo "error: pods is forbidden" >&2; exit 1'),
      (error) => error instanceof ForwardError && error.message === 'error: pods is forbidden',
    );
    assert.deepEqual([forwards.list, changes], [[], []]);
  });

  it('says that it ended by itself, and why', async () => {
    await start('echo "Forwarding from 127.0.0.1:41234 -> 80"; sleep 0.1; echo "error: lost connection to pod" >&2');
    for (let left = 100; changes.length < 2 && left > 0; left--) await sleep(20);
    assert.deepEqual(changes, ['changed', 'ended: error: lost connection to pod']);
    assert.deepEqual(forwards.list, []);
  });

  it('says that there is no such program', async () => {
    await assert.rejects(
      forwards.start({ kubectl: join(folder, 'nothing'), kubeconfig: '', pod, port: 80 }),
      ForwardError,
    );
  });
});
