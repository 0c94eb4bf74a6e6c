import { type JsonObject, objectsAt } from '../../src/model/json.ts';
import { type Pod, readPod } from '../../src/model/pod.ts';
import { PodHistory } from '../../src/panels/podDetails/history.ts';
import { podPage } from '../../src/panels/podDetails/podPage.ts';
import type { PodPage, PodPageSubject, ToPage } from '../../src/panels/protocol.ts';
import { canalPod, snapshotOf } from './canalPod.ts';
import { fullPod } from './fullPod.ts';

export const about: PodPageSubject = { source: 'a', namespace: 'kube-system', name: 'canal-x7k2p', kept: false };

/** When the fixtures are. */
export const now = new Date('2026-11-24T10:00:00Z');

let sequence = 0;
export const show = (page: PodPage, subject = about): ToPage => ({
  type: 'show',
  sequence: ++sequence,
  about: subject,
  page,
});

const live = { kind: 'live' } as const;
const failing = (): PodPage => podPage(canalPod(), live);

/** What a name may hold that means something else: markup, an escape of terminals, a turn of the writing direction. */
export const hostileText =
  '<img src=x onerror="window.hurt=1"><script>window.hurt=1</script>\u001b[31m\u202Eesrever ${7*7}';

export const longName = `canal-${'n'.repeat(240)}-abcdef`.slice(0, 253);

function hostile(): PodPage {
  const input = canalPod();
  const { raw } = input;
  const meta = raw['metadata'] as JsonObject;
  const spec = raw['spec'] as JsonObject;
  const spoiled = {
    ...raw,
    metadata: {
      ...meta,
      name: hostileText,
      labels: { [hostileText]: hostileText, 'k8s-app': 'canal' },
      annotations: { [hostileText]: hostileText.repeat(40), 'javascript:window.hurt=1': 'javascript:window.hurt=1' },
    },
    spec: {
      ...spec,
      nodeName: hostileText,
      containers: [
        {
          name: hostileText,
          image: hostileText,
          command: [hostileText],
          env: [{ name: hostileText, value: hostileText }],
        },
      ],
    },
  };
  return podPage({ ...input, raw: spoiled, pod: readPod(spoiled as never), snapshot: snapshotOf([spoiled]) }, live);
}

function long(): PodPage {
  const input = canalPod();
  const raw = { ...input.raw, metadata: { ...(input.raw['metadata'] as JsonObject), name: longName } };
  const page = podPage({ ...input, raw, pod: readPod(raw as never) }, live);
  return { ...page, header: { ...page.header, cluster: `cluster-${'c'.repeat(245)}` } };
}

/** After a quarter of an hour in which it was looked at: one restart, memory that grows towards its limit, a pause. */
function watched(): PodPage {
  const input = canalPod();
  const history = new PodHistory();
  const began = input.now - 900_000;
  const seen = (restarts: number, isReady: boolean): Pod => ({
    ...input.pod,
    containerStatuses: input.pod.containerStatuses.map((status) =>
      status.name === 'kube-flannel' ? { ...status, restarts, ready: isReady } : { ...status, ready: true },
    ),
  });
  history.observe(seen(11, true), true, began);
  history.observe(seen(12, false), true, began + 400_000);
  history.observe(seen(12, false), false, began + 700_000);
  for (let sample = 0; sample < 60; sample++) {
    if (sample > 40 && sample < 50) continue;
    const wave = Math.sin(sample / 4);
    const usage = new Map([
      ['calico-node', { cpu: Math.round(60 + 40 * wave), memory: (150 + sample) * 2 ** 20 }],
      ['kube-flannel', { cpu: 2, memory: Math.round(20 + sample * 0.45) * 2 ** 20 }],
    ]);
    history.measure(usage, began + sample * 15_000);
  }
  const spec = input.raw['spec'] as JsonObject;
  const limited = { requests: { memory: '20Mi' }, limits: { memory: '50Mi', cpu: '100m' } };
  const raw = {
    ...input.raw,
    spec: {
      ...spec,
      containers: objectsAt(spec, 'containers').map((container) =>
        container['name'] === 'kube-flannel' ? { ...container, resources: limited } : container,
      ),
    },
  };
  const page = podPage({ ...input, raw }, live);
  const section = history.section(input.now, raw);
  return { ...page, sections: [...page.sections, ...(section === undefined ? [] : [{ ...section, open: true }])] };
}

/** With every field that a pod can have: many of them are rare. */
const full = (): PodPage => ({
  ...podPage(fullPod(), live),
  refresh: { pace: 10, at: now.getTime() - 4000 },
});

/** Every state in which the page can be, by a name that stands in the names of its pictures. */
export const pageStates: Readonly<Record<string, () => PodPage>> = {
  failing,
  healthy: () => podPage(canalPod(false), live),
  loading: () => ({
    header: { ...failing().header, status: '', tone: 'plain', facts: [], actions: [] },
    state: { kind: 'loading' },
    sections: [],
    logs: { containers: [] },
  }),
  'section-forbidden': () =>
    podPage(
      {
        ...canalPod(),
        events: [],
        eventsState: { kind: 'forbidden', verb: 'list', resource: 'events', namespace: 'kube-system' },
        usage: new Map(),
        usageState: { kind: 'forbidden', verb: 'get', resource: 'pods.metrics.k8s.io' },
      },
      live,
    ),
  stale: () => ({
    ...failing(),
    state: { kind: 'stale', since: now.getTime() - 180_000, reason: 'unreachable: connection refused' },
  }),
  deleted: () => ({ ...failing(), state: { kind: 'deleted', at: now.getTime() - 20_000, replacement: 'canal-9q8w7' } }),
  forbidden: () => ({
    ...(pageStates['loading']?.() ?? failing()),
    state: { kind: 'forbidden', verb: 'get', resource: 'pods', namespace: 'kube-system' },
  }),
  failed: () => ({
    ...(pageStates['loading']?.() ?? failing()),
    state: { kind: 'failed', reason: 'There is no pod kube-system/canal-x7k2p.' },
  }),
  watched,
  paused: () => ({ ...failing(), refresh: { pace: 'paused', at: now.getTime() - 180_000 } }),
  full,
  partial: () => ({ ...failing(), partial: 'not allowed to get pods' }),
  hostile,
  'long-names': long,
};
