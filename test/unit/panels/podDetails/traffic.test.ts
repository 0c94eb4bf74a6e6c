import assert from 'node:assert/strict';
import { ApiError } from '../../../../src/cluster/apiError.ts';
import { readPod } from '../../../../src/model/pod.ts';
import { TrafficMeter } from '../../../../src/panels/podDetails/traffic.ts';
import { FakeSource } from '../fakeSource.ts';
import { snapshotOf } from '../../../webview/canalPod.ts';
import { blockWords } from './words.ts';

const began = Date.parse('2026-11-24T10:00:00Z');
const pod = readPod({ metadata: { name: 'web', namespace: 'shop', uid: 'u' }, spec: { nodeName: 'node-1' } });
const hosted = readPod({
  metadata: { name: 'agent', namespace: 'shop', uid: 'v' },
  spec: { nodeName: 'node-1', hostNetwork: true },
});

/** What a kubelet says after so many seconds. Source: kubelet, stats/v1alpha1 Summary. */
const summary = (seconds: number, rxBytes: number, txBytes: number, rxErrors = 0): object => {
  const time = new Date(began + seconds * 1000).toISOString();
  return {
    node: { network: { time, name: 'eth0', rxBytes: rxBytes * 10, txBytes, rxErrors: 0, txErrors: 0 } },
    pods: [
      { podRef: { name: 'other', namespace: 'shop' }, network: { time, rxBytes: 1, txBytes: 1 } },
      { podRef: { name: 'web', namespace: 'shop' }, network: { time, rxBytes, txBytes, rxErrors, txErrors: 0 } },
    ],
  };
};

describe('the traffic of a pod', () => {
  const { signal } = new AbortController();
  let asked: string[];
  const measured = async (of: typeof pod, ...answers: readonly (object | ApiError)[]): Promise<string> => {
    const source = new FakeSource(snapshotOf([]));
    const meter = new TrafficMeter();
    meter.measure(true);
    asked = [];
    for (const answer of answers) {
      source.get = (path) => {
        asked.push(path);
        return answer instanceof ApiError ? Promise.reject(answer) : Promise.resolve(answer);
      };
      await meter.read(source.client, of, signal);
    }
    return meter
      .blocks(of, began + 60_000)
      .map((block) => `${'title' in block ? `${block.title}\n` : ''}${blockWords(block)}`)
      .join('\n');
  };

  it('is not measured before somebody asks for it', () => {
    const [offer] = new TrafficMeter().blocks(pod, began);
    assert.deepEqual(offer?.kind === 'note' && offer.actions?.map(({ id }) => id), ['measureTraffic']);
  });

  it('is what the kubelet of its node has counted between two readings, a second', async () => {
    const words = await measured(pod, summary(0, 0, 0), summary(10, 10_240, 5000), summary(20, 40_960, 10_000, 5));
    assert.match(words, /How much traffic does this pod have\?/);
    assert.match(words, /received: 1KiB\/s to 3KiB\/s, now 3KiB\/s/);
    assert.match(words, /sent: always 500B\/s/);
    assert.match(words, /packets that failed: 0 a second to 0\.5 a second, now 0\.5 a second/);
    assert.deepEqual([...new Set(asked)], ['/api/v1/nodes/node-1/proxy/stats/summary']);
  });

  it('is no rate yet with one reading, nor with the same one twice', async () => {
    for (const answers of [[summary(0, 5, 5)], [summary(0, 5, 5), summary(0, 5, 5)]])
      assert.match(await measured(pod, ...answers), /known with the second measurement/);
  });

  it('begins anew where counters went down', async () => {
    const words = await measured(pod, summary(0, 9000, 0), summary(10, 100, 0), summary(20, 10_340, 0));
    assert.match(words, /received: always 1KiB\/s/);
  });

  it('is the node’s where the pod shares its network, and says so', async () => {
    const words = await measured(hosted, summary(0, 0, 0), summary(10, 1024, 0));
    assert.match(words, /the node, whose network this pod shares/);
    assert.match(words, /received: always 1KiB\/s/);
    assert.match(words, /everything that uses the node’s network/);
  });

  it('says why it is not shown', async () => {
    const forbidden = new ApiError({ reason: 'forbidden', verb: 'get', resource: 'nodes/proxy' }, 'no');
    assert.match(await measured(pod, forbidden), /not allowed to get nodes\/proxy/);
    assert.match(await measured(pod, new ApiError({ reason: 'not-found' }, 'no')), /there is no node node-1/);
    assert.match(await measured(pod, new ApiError({ reason: 'unreachable' }, 'refused')), /not shown: refused/);
    assert.match(await measured(pod, { pods: [] }), /has not counted any for this pod/);
    assert.match(await measured(pod, {}), /has not counted any/);
    const waiting = readPod({ metadata: { name: 'web', namespace: 'shop' } });
    assert.match(await measured(waiting, {}), /on no node yet/);
  });

  it('is shown again once the kubelet answers', async () => {
    const refused = new ApiError({ reason: 'unreachable' }, 'refused');
    assert.match(await measured(pod, summary(0, 0, 0), refused, summary(10, 10_240, 0)), /received: always 1KiB\/s/);
  });
});
