import assert from 'node:assert/strict';
import fc from 'fast-check';
import { podStatus } from '../../src/inspect/podStatus.ts';
import { isObject, objectsAt } from '../../src/model/json.ts';
import { readPod } from '../../src/model/pod.ts';
import { type ControlPlane, startControlPlane } from './controlPlane.ts';
import { setPodStatus } from './fill/containers.ts';

const time = fc.constantFrom('2026-01-01T00:00:00Z', '2026-06-01T12:00:00Z', '2026-11-01T08:30:00Z');
const terminated = fc.record(
  {
    exitCode: fc.constantFrom(0, 0, 1, 137),
    reason: fc.constantFrom('Error', 'Completed', 'OOMKilled'),
    signal: fc.constant(9),
    startedAt: time,
    finishedAt: time,
  },
  { requiredKeys: ['exitCode', 'startedAt', 'finishedAt'] },
);
const waiting = fc.constantFrom('CrashLoopBackOff', 'ImagePullBackOff', 'ContainerCreating', 'PodInitializing');
const state = fc.oneof(
  { weight: 3, arbitrary: time.map((startedAt) => ({ running: { startedAt } })) },
  { weight: 2, arbitrary: terminated.map((ended) => ({ terminated: ended })) },
  { weight: 2, arbitrary: waiting.map((reason) => ({ waiting: { reason } })) },
  { weight: 1, arbitrary: fc.constant({ waiting: {} }) },
);
const status = fc.record(
  {
    ready: fc.boolean(),
    started: fc.boolean(),
    restartCount: fc.constantFrom(0, 0, 1, 12),
    state,
    lastState: terminated.map((ended) => ({ terminated: ended })),
  },
  { requiredKeys: ['ready', 'restartCount', 'state'] },
);
const condition = fc.record({
  type: fc.constantFrom('Ready', 'Initialized'),
  status: fc.constantFrom('True', 'False'),
});
const podShape = fc.record({
  init: fc.array(fc.tuple(fc.boolean(), status), { maxLength: 3 }),
  main: fc.array(status, { minLength: 1, maxLength: 3 }),
  phase: fc.constantFrom('Pending', 'Running', 'Running', 'Failed', 'Succeeded'),
  reason: fc.option(fc.constantFrom('Evicted', 'NodeLost'), { nil: undefined, freq: 6 }),
  conditions: fc.uniqueArray(condition, { selector: ({ type }) => type, maxLength: 2 }),
  deleted: fc.boolean(),
});

const named = (prefix: string, statuses: readonly object[]): readonly object[] =>
  statuses.map((one, index) => ({ name: `${prefix}${index}`, image: 'x', imageID: '', ...one }));

describe('READY, STATUS and RESTARTS of a pod', () => {
  let plane: ControlPlane;

  before(async () => {
    plane = await startControlPlane({ simulate: false });
    await plane.kubectl(['create', 'serviceaccount', 'default', '-n', 'default']);
  });
  after(() => plane.stop());

  it('are what kubectl prints, for pods in any state', async () => {
    const shapes = fc.sample(podShape, { numRuns: 150, seed: 20261124 });
    const pods = shapes.map(({ init, main, deleted }, index) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: `p${index}`,
        namespace: 'default',
        ...(deleted && { finalizers: ['control-plane.test/keep'] }),
      },
      spec: {
        nodeName: 'n1',
        initContainers: init.map(([sidecar], i) => ({
          name: `i${i}`,
          image: 'x',
          ...(sidecar && { restartPolicy: 'Always' }),
        })),
        containers: main.map((_, i) => ({ name: `c${i}`, image: 'x' })),
      },
    }));
    const list = { apiVersion: 'v1', kind: 'List', items: pods };
    const created = await plane.kubectl(['create', '-f', '-'], { input: JSON.stringify(list) });
    assert.equal(created.code, 0, created.stderr);
    await Promise.all(
      shapes.map(({ init, main, phase, reason, conditions }, index) =>
        setPodStatus(
          plane,
          { namespace: 'default', name: `p${index}` },
          {
            phase,
            ...(reason !== undefined && { reason }),
            conditions,
            initContainerStatuses: named(
              'i',
              init.map(([, one]) => one),
            ),
            containerStatuses: named('c', main),
          },
        ),
      ),
    );
    const going = shapes.flatMap(({ deleted }, index) => (deleted ? [`p${index}`] : []));
    await plane.kubectl(['delete', 'pods', '--wait=false', ...going]);

    const printed = await plane.kubectl(['get', 'pods', '--no-headers']);
    // The age of the last restart depends on the second in which it is asked for.
    const theirs = printed.stdout
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).slice(0, 4).join(' '));
    const answer: unknown = await plane.api.get('/api/v1/namespaces/default/pods');
    assert.ok(isObject(answer));
    const ours = objectsAt(answer, 'items').map((object) => {
      const pod = readPod(object);
      const { ready, total, status, restarts } = podStatus(pod);
      return `${pod.meta.name} ${ready}/${total} ${status} ${restarts}`;
    });
    assert.equal(ours.length, shapes.length);
    assert.deepEqual(ours, theirs);
  }).timeout(120_000);
});
