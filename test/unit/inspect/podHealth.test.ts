import { strict as assert } from 'node:assert';
import { readCniView } from '../../../src/inspect/cniView.ts';
import type { Problem } from '../../../src/inspect/problem.ts';
import { CanalCluster } from './brokenCanal.ts';

/** The problems of canal-b on n2, which is otherwise in order. */
const problems = (change: (cluster: CanalCluster) => CanalCluster): readonly Problem[] =>
  readCniView(change(new CanalCluster()).snapshot()).problems;
const container =
  (name: string, status: string) =>
  (cluster: CanalCluster): CanalCluster =>
    cluster.container('canal-b', name, status);
const pod =
  (part: string, fields: string) =>
  (cluster: CanalCluster): CanalCluster =>
    cluster.set('Pod', 'canal-b', part, fields);

const cases: Readonly<
  Record<
    string,
    readonly [change: (cluster: CanalCluster) => CanalCluster, id: string, sentence: string, cause: RegExp | undefined]
  >
> = {
  'an image that cannot be pulled': [
    container('calico-node', '{ state: { waiting: { reason: ErrImagePull, message: "manifest unknown" } } }'),
    'breaks image-pull',
    'calico-node on n2 cannot be started: ErrImagePull',
    /manifest unknown/,
  ],
  'a missing ConfigMap': [
    container(
      'kube-flannel',
      `{ state: { waiting: { reason: CreateContainerConfigError, message: 'configmap "canal-config" not found' } } }`,
    ),
    'breaks config-missing',
    'kube-flannel on n2 cannot be started: CreateContainerConfigError',
    /canal-config/,
  ],
  'a container out of memory': [
    container(
      'calico-node',
      '{ restartCount: 4, state: { waiting: { reason: CrashLoopBackOff } }, lastState: { terminated: { exitCode: 137, reason: OOMKilled, finishedAt: 2026-11-20T11:50:00Z } } }',
    ),
    'breaks crash-loop',
    'calico-node on n2 is in CrashLoopBackOff after 4 restarts, last with exit 137, OOMKilled',
    /more memory than its limit/,
  ],
  'a container that has just ended': [
    container('calico-node', '{ restartCount: 1, state: { terminated: { exitCode: 139, reason: Error } } }'),
    'breaks exited',
    'calico-node on n2 ended with exit 139, Error',
    /segmentation fault/,
  ],
  'a container that ended although it should go on': [
    container('calico-node', '{ state: { terminated: { exitCode: 0, reason: Completed } } }'),
    'may-break exited',
    'calico-node on n2 has ended',
    undefined,
  ],
  'a container that runs and is not ready': [
    container('calico-node', '{ state: { running: { startedAt: 2026-11-20T10:00:00Z } } }'),
    'breaks not-ready',
    'calico-node on n2 runs and is not ready',
    undefined,
  ],
  'an init container that fails': [
    container('install-cni', '{ restartCount: 2, state: { waiting: { reason: CrashLoopBackOff } } }'),
    'breaks init-failing',
    'install-cni on n2 is in CrashLoopBackOff after 2 restarts',
    undefined,
  ],
  'a pod that no node takes': [
    pod(
      'status',
      '{ phase: Pending, conditions: [{ type: PodScheduled, status: "False", reason: Unschedulable, message: "0/3 nodes are available: insufficient cpu" }], containerStatuses: [], initContainerStatuses: [] }',
    ),
    'breaks unschedulable',
    'canal-b is Pending: no node takes it',
    /insufficient cpu/,
  ],
  'a pod that was evicted': [
    (cluster) =>
      cluster
        .set(
          'Pod',
          'canal-b',
          'status',
          '{ phase: Failed, reason: Evicted, message: "disk pressure", containerStatuses: [] }',
        )
        .set('Node', 'n2', 'status', '{ conditions: [] }'),
    'breaks pod-failed',
    'canal-b has failed: Evicted',
    /disk pressure/,
  ],
  'a pod whose node is lost': [
    (cluster) =>
      cluster
        .set('Pod', 'canal-b', 'status', '{ reason: NodeLost }')
        .set('Node', 'n2', 'status', '{ conditions: [{ type: Ready, status: Unknown }] }'),
    'may-break node-lost',
    'canal-b is Unknown: its node n2 does not answer',
    undefined,
  ],
  'a pod that does not go away': [
    (cluster) =>
      cluster
        .set('Pod', 'canal-b', 'metadata', '{ deletionTimestamp: 2026-11-20T11:00:00Z }')
        .set('Node', 'n2', 'status', '{ conditions: [{ type: Ready, status: Unknown }] }'),
    'may-break stuck-terminating',
    'canal-b is still Terminating',
    undefined,
  ],
};

describe('the health of an agent’s pod', () => {
  for (const [what, [change, id, sentence, cause]] of Object.entries(cases))
    it(`tells ${what}`, () => {
      const [problem, ...more] = problems(change);
      assert.equal(problem && `${problem.severity} ${problem.id}`, id);
      assert.equal(problem?.sentence, sentence);
      if (cause !== undefined) assert.match(problem?.cause ?? '', cause);
      assert.deepEqual(more, []);
    });

  it('is in order while a pod is being deleted within its grace, and while its containers start', () => {
    const quiet = [
      (cluster: CanalCluster) =>
        cluster
          .set('Pod', 'canal-b', 'metadata', '{ deletionTimestamp: 2026-11-20T11:59:30Z }')
          .set('Node', 'n2', 'status', '{ conditions: [] }'),
      container('calico-node', '{ state: { running: { startedAt: 2026-11-20T11:59:30Z } } }'),
      (cluster: CanalCluster) =>
        cluster
          .set('Pod', 'canal-b', 'status', '{ startTime: 2026-11-20T11:59:00Z }')
          .container('canal-b', 'calico-node', '{ state: { waiting: { reason: ContainerCreating } } }'),
    ];
    for (const change of quiet) assert.deepEqual(problems(change), []);
  });

  it('may break something, and no more, where a controller fails', () => {
    const [problem] = problems((cluster) =>
      cluster.add(
        `apiVersion: v1\nkind: Pod\nmetadata: { name: calico-kube-controllers-7f94b8d9c6-k4m2x, namespace: kube-system, ownerReferences: [{ kind: ReplicaSet, name: calico-kube-controllers-7f94b8d9c6, controller: true }] }\nspec: { nodeName: n1, containers: [{ name: calico-kube-controllers }] }\nstatus: { phase: Running, containerStatuses: [{ name: calico-kube-controllers, restartCount: 3, state: { waiting: { reason: CrashLoopBackOff } } }] }`,
      ),
    );
    assert.equal(problem?.severity, 'may-break');
    assert.equal(problem?.subject.name, 'calico-kube-controllers-7f94b8d9c6-k4m2x');
  });

  it('names two agent pods on one node, unless a rollout is under way', () => {
    const second = `apiVersion: v1\nkind: Pod\nmetadata: { name: canal-z, namespace: kube-system, labels: { k8s-app: canal } }\nspec: { nodeName: n1, containers: [{ name: calico-node }, { name: kube-flannel }] }\nstatus: { phase: Running, containerStatuses: [{ name: calico-node, ready: true, state: { running: {} } }, { name: kube-flannel, ready: true, state: { running: {} } }] }`;
    const [problem] = problems((cluster) => cluster.add(second));
    assert.equal(problem?.id, 'agent-doubled');
    assert.equal(problem?.sentence, 'n1 has more than one pod of canal');
    const rolling = problems((cluster) =>
      cluster.add(second).set('DaemonSet', 'canal', 'status', '{ updatedNumberScheduled: 2 }'),
    );
    assert.deepEqual(rolling, []);
  });
});

describe('what to do about a container that ends', () => {
  const ended = (exitCode: number, more = '') => {
    const last = `exitCode: ${String(exitCode)}, finishedAt: 2026-11-20T11:50:00Z${more}`;
    const status = `{ restartCount: 4, state: { waiting: { reason: CrashLoopBackOff } }, lastState: { terminated: { ${last} } } }`;
    return problems(container('calico-node', status)).find(({ id }) => id === 'crash-loop');
  };
  const read = 'kubectl logs -n kube-system canal-b -c calico-node --previous';

  it('begins with its last words where nothing else is known', () => {
    const problem = ended(1, ', reason: Error');
    assert.equal(problem?.cause, undefined);
    assert.equal(problem?.fix, `Read what it wrote before it ended: ${read}`);
  });

  it('is told by how it ended', () => {
    assert.match(ended(127)?.cause ?? '', /command does not exist in the image/);
    assert.match(ended(127)?.fix ?? '', /Correct the container’s command/);
    assert.match(ended(0)?.fix ?? '', /ends by itself.*check its command/);
    assert.match(ended(137)?.fix ?? '', /liveness probe/);
    assert.match(ended(137, ', reason: OOMKilled')?.fix ?? '', /memory limit/);
  });

  it('is to read the log of the run itself while it was not started again', () => {
    const [problem] = problems(
      container('calico-node', '{ restartCount: 0, state: { terminated: { exitCode: 1, reason: Error } } }'),
    );
    assert.match(problem?.fix ?? '', /-c calico-node$/);
  });
});
