import { strict as assert } from 'node:assert';
import { load } from 'js-yaml';
import { formatRestarts, podStatus } from '../../../src/inspect/podStatus.ts';
import { isObject } from '../../../src/model/json.ts';
import { type Pod, readPod } from '../../../src/model/pod.ts';

function pod(yaml: string): Pod {
  const object = load(yaml);
  assert.ok(isObject(object));
  return readPod(object);
}

const one = 'spec: { containers: [{ name: a }] }';
const two = 'spec: { containers: [{ name: a }, { name: b }] }';
const withInit = 'spec: { initContainers: [{ name: i }, { name: j }], containers: [{ name: a }] }';
const withSidecar =
  'spec: { initContainers: [{ name: i }, { name: s, restartPolicy: Always }], containers: [{ name: a }] }';
const running = 'state: { running: {} }, ready: true';
const done = 'state: { terminated: { exitCode: 0, reason: Completed } }, ready: true';
const readyTrue = 'conditions: [{ type: Ready, status: "True" }]';

/** READY, STATUS and RESTARTS, with what makes them so. */
const cases: readonly (readonly [what: string, expected: string, spec: string, status: string])[] = [
  ['runs', '1/1 Running 0', one, `{ phase: Running, containerStatuses: [{ name: a, ${running} }] }`],
  ['waits for a node', '0/1 Pending 0', one, '{ phase: Pending }'],
  [
    'is held back',
    '0/1 SchedulingGated 0',
    one,
    '{ phase: Pending, conditions: [{ type: PodScheduled, status: "False", reason: SchedulingGated }] }',
  ],
  ['was evicted', '0/1 Evicted 0', one, '{ phase: Failed, reason: Evicted }'],
  [
    'is being created',
    '0/1 ContainerCreating 0',
    one,
    '{ phase: Pending, containerStatuses: [{ name: a, state: { waiting: { reason: ContainerCreating } } }] }',
  ],
  [
    'cannot pull',
    '0/1 ImagePullBackOff 0',
    one,
    '{ phase: Pending, containerStatuses: [{ name: a, state: { waiting: { reason: ImagePullBackOff } } }] }',
  ],
  [
    'crash-loops in one of two',
    '1/2 CrashLoopBackOff 12',
    two,
    `{ phase: Running, containerStatuses: [{ name: a, ${running} }, { name: b, restartCount: 12, state: { waiting: { reason: CrashLoopBackOff } } }] }`,
  ],
  [
    'reports the first of several troubles',
    '0/2 ErrImagePull 3',
    two,
    '{ phase: Running, containerStatuses: [{ name: a, state: { waiting: { reason: ErrImagePull } } }, { name: b, restartCount: 3, state: { waiting: { reason: CrashLoopBackOff } } }] }',
  ],
  [
    'ended with an error',
    '0/1 Error 1',
    one,
    '{ phase: Running, containerStatuses: [{ name: a, restartCount: 1, state: { terminated: { exitCode: 1, reason: Error } } }] }',
  ],
  [
    'ended without a reason',
    '0/1 ExitCode:3 0',
    one,
    '{ phase: Failed, containerStatuses: [{ name: a, state: { terminated: { exitCode: 3 } } }] }',
  ],
  [
    'ended by a signal',
    '0/1 Signal:9 0',
    one,
    '{ phase: Failed, containerStatuses: [{ name: a, state: { terminated: { exitCode: 137, signal: 9 } } }] }',
  ],
  [
    'was out of memory',
    '0/1 OOMKilled 2',
    one,
    '{ phase: Running, containerStatuses: [{ name: a, restartCount: 2, state: { terminated: { exitCode: 137, reason: OOMKilled } } }] }',
  ],
  [
    'is done',
    '0/1 Completed 0',
    one,
    '{ phase: Succeeded, containerStatuses: [{ name: a, state: { terminated: { exitCode: 0, reason: Completed } } }] }',
  ],
  [
    'goes on after one is done',
    '1/2 Running 0',
    two,
    `{ phase: Running, ${readyTrue}, containerStatuses: [{ name: a, ${done} }, { name: b, ${running} }] }`,
  ],
  [
    'goes on, not ready, after one is done',
    '1/2 NotReady 0',
    two,
    `{ phase: Running, containerStatuses: [{ name: a, ${done} }, { name: b, ${running} }] }`,
  ],
  [
    'runs and is not ready',
    '0/1 Running 0',
    one,
    '{ phase: Running, containerStatuses: [{ name: a, ready: false, state: { running: {} } }] }',
  ],
  [
    'failed in one of two while the other is done',
    '0/2 ExitCode:3 0',
    two,
    `{ phase: Running, containerStatuses: [{ name: a, ${done} }, { name: b, state: { terminated: { exitCode: 3 } } }] }`,
  ],
  [
    'waits for its first init container',
    '0/1 Init:0/2 0',
    withInit,
    '{ phase: Pending, initContainerStatuses: [{ name: i, state: { running: {} } }, { name: j, state: { waiting: { reason: PodInitializing } } }] }',
  ],
  [
    'waits for its second init container',
    '0/1 Init:1/2 0',
    withInit,
    `{ phase: Pending, initContainerStatuses: [{ name: i, ${done} }, { name: j, state: { running: {} } }] }`,
  ],
  [
    'crash-loops in an init container',
    '0/1 Init:CrashLoopBackOff 7',
    withInit,
    '{ phase: Pending, initContainerStatuses: [{ name: i, restartCount: 7, state: { waiting: { reason: CrashLoopBackOff } } }, { name: j, state: { waiting: { reason: PodInitializing } } }] }',
  ],
  [
    'fails in an init container',
    '0/1 Init:Error 1',
    withInit,
    '{ phase: Pending, initContainerStatuses: [{ name: i, restartCount: 1, state: { terminated: { exitCode: 1, reason: Error } } }] }',
  ],
  [
    'fails in an init container without a reason',
    '0/1 Init:ExitCode:2 0',
    withInit,
    '{ phase: Pending, initContainerStatuses: [{ name: i, state: { terminated: { exitCode: 2 } } }] }',
  ],
  [
    'fails in an init container by a signal',
    '0/1 Init:Signal:15 0',
    withInit,
    '{ phase: Pending, initContainerStatuses: [{ name: i, state: { terminated: { exitCode: 143, signal: 15 } } }] }',
  ],
  [
    'starts after its init containers',
    '0/1 PodInitializing 0',
    withInit,
    `{ phase: Pending, initContainerStatuses: [{ name: i, ${done} }, { name: j, ${done} }], containerStatuses: [{ name: a, state: { waiting: { reason: PodInitializing } } }] }`,
  ],
  [
    'does not count restarts of init containers once it runs',
    '1/1 Running 2',
    withInit,
    `{ phase: Running, initContainerStatuses: [{ name: i, restartCount: 5, ${done} }, { name: j, ${done} }], containerStatuses: [{ name: a, restartCount: 2, ${running} }] }`,
  ],
  [
    'counts a sidecar',
    '2/2 Running 4',
    withSidecar,
    `{ phase: Running, initContainerStatuses: [{ name: i, restartCount: 9, ${done} }, { name: s, restartCount: 3, started: true, ${running} }], containerStatuses: [{ name: a, restartCount: 1, ${running} }] }`,
  ],
  [
    'waits for its sidecar',
    '0/2 Init:1/2 0',
    withSidecar,
    `{ phase: Pending, initContainerStatuses: [{ name: i, ${done} }, { name: s, started: false, state: { running: {} } }] }`,
  ],
  [
    'runs beside a sidecar that crash-loops',
    '1/2 Init:CrashLoopBackOff 6',
    withSidecar,
    `{ phase: Running, conditions: [{ type: Initialized, status: "True" }], initContainerStatuses: [{ name: i, ${done} }, { name: s, restartCount: 6, started: false, state: { waiting: { reason: CrashLoopBackOff } } }], containerStatuses: [{ name: a, ${running} }] }`,
  ],
  ['has no status at all', '0/1  0', one, '{}'],
];

describe('a pod as kubectl prints it', () => {
  for (const [what, expected, spec, status] of cases)
    it(`that ${what}: ${expected}`, () => {
      const found = podStatus(pod(`metadata: { name: p }\n${spec}\nstatus: ${status}`));
      assert.equal(`${found.ready}/${found.total} ${found.status} ${found.restarts}`, expected);
    });

  it('says Terminating while it is being deleted, unless it has ended, and Unknown where its node is lost', () => {
    const deleted = (status: string): string =>
      podStatus(pod(`metadata: { name: p, deletionTimestamp: "2026-11-20T12:00:00Z" }\n${one}\nstatus: ${status}`))
        .status;
    assert.equal(deleted(`{ phase: Running, containerStatuses: [{ name: a, ${running} }] }`), 'Terminating');
    assert.equal(
      deleted(
        '{ phase: Succeeded, containerStatuses: [{ name: a, state: { terminated: { exitCode: 0, reason: Completed } } }] }',
      ),
      'Completed',
    );
    assert.equal(deleted('{ phase: Running, reason: NodeLost }'), 'Unknown');
  });

  it('says when it was last restarted', () => {
    const found = podStatus(
      pod(
        `metadata: { name: p }\n${two}\nstatus: { phase: Running, containerStatuses: [{ name: a, restartCount: 2, ${running}, lastState: { terminated: { exitCode: 1, finishedAt: "2026-11-20T11:00:00Z" } } }, { name: b, restartCount: 10, ${running}, lastState: { terminated: { exitCode: 1, finishedAt: "2026-11-20T11:57:00Z" } } }] }`,
      ),
    );
    assert.equal(formatRestarts(found, Date.parse('2026-11-20T12:00:00Z')), '12 (3m ago)');
    assert.equal(formatRestarts({ ...found, restarts: 0 }, 0), '0');
  });
});
