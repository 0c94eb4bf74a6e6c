import assert from 'node:assert/strict';
import type { Block, Section } from '../../../src/panels/page.ts';
import { PodHistory } from '../../../src/panels/podDetails/history.ts';
import { canalPod } from '../../webview/canalPod.ts';

const { pod, raw } = canalPod(false);
const mebi = 2 ** 20;

describe('what was seen of a pod since its page was opened', () => {
  const charts = (section: Section | undefined): Readonly<Record<string, readonly string[]>> =>
    Object.fromEntries(
      (section?.blocks ?? [])
        .filter(
          (block): block is Extract<Block, { kind: 'timeline' | 'series' }> => 'rows' in block && 'title' in block,
        )
        .map(({ title, rows }) => [title, rows.map(({ label, words }) => `${label}: ${words}`)]),
    );
  const withFlannel = (change: object): typeof pod => ({
    ...pod,
    containerStatuses: pod.containerStatuses.map((status) =>
      status.name === 'kube-flannel' ? { ...status, ...change } : status,
    ),
  });

  it('is nothing before there was a time to look at', () => {
    const history = new PodHistory();
    history.observe(pod, true, 0);
    assert.equal(history.section(5000, raw), undefined);
  });

  it('says for how long each container was ready and how often it was started again', () => {
    const history = new PodHistory();
    history.observe(pod, true, 0);
    history.observe(withFlannel({ ready: false, restarts: 1 }), true, 30_000);
    assert.deepEqual(charts(history.section(40_000, raw)), {
      'When was each container ready, and when was it restarted?': [
        'calico-node: ready all the time, no restart',
        'kube-flannel: ready for 30 of 40 s, 1 restart',
      ],
    });
  });

  it('shows use over time against request and limit, once there is more than one measurement', () => {
    const history = new PodHistory();
    history.observe(pod, true, 0);
    history.measure(new Map([['calico-node', { cpu: 40, memory: 100 * mebi }]]), 0);
    assert.equal(history.section(15_000, raw)?.blocks.length, 1);
    history.measure(new Map([['calico-node', { cpu: 260, memory: 100 * mebi }]]), 15_000);
    const section = history.section(15_000, raw);
    const {
      'How did each container’s use of CPU change?': cpu,
      'How did each container’s use of memory change?': memory,
    } = charts(section);
    assert.deepEqual(cpu, ['calico-node: 40m to 260m, now 260m; requests 250m, no limit']);
    assert.deepEqual(memory, ['calico-node: always 100Mi; no request, no limit']);
  });

  it('begins anew with another pod of the same name', () => {
    const history = new PodHistory();
    history.observe(pod, true, 0);
    for (const at of [0, 15_000]) history.measure(new Map([['calico-node', { cpu: 1, memory: 1 }]]), at);
    history.observe({ ...pod, meta: { ...pod.meta, uid: 'another' } }, true, 20_000);
    assert.equal(history.section(25_000, raw), undefined);
  });
});
