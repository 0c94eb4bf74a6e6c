import assert from 'node:assert/strict';
import { ApiError } from '../../src/cluster/apiError.ts';
import type { LiveSource } from '../../src/cluster/live/liveSource.ts';
import { type ControlPlane, startControlPlane } from '../control-plane/controlPlane.ts';
import { type FaultProxy, startFaultProxy } from '../control-plane/faultProxy.ts';
import { crashLooping, podNames, setContainers } from '../control-plane/fill/containers.ts';
import { installCanal } from '../control-plane/fill/manifests.ts';
import { createNodes } from '../control-plane/fill/nodes.ts';
import { openSource, until, untilLoaded, untilSameAsKubectl } from './liveCluster.ts';

const canalPods = { kind: 'pods', namespace: 'kube-system', labelSelector: 'k8s-app=canal' } as const;

describe('the containers of a simulated Canal', () => {
  let plane: ControlPlane;
  let proxy: FaultProxy;
  let source: LiveSource;
  let pod: { namespace: string; name: string };

  before(async () => {
    plane = await startControlPlane();
    proxy = await startFaultProxy(plane);
    await createNodes(plane, 3);
    await installCanal(plane);
    const [name = ''] = await podNames(plane, 'kube-system', 'k8s-app=canal');
    pod = { namespace: 'kube-system', name };
    source = await openSource(proxy.kubeconfig, [canalPods]);
    await source.connect();
    await untilLoaded(source, canalPods);
  });
  after(async () => {
    source.dispose();
    await proxy.stop();
    await plane.stop();
  });

  const collect = async (lines: AsyncIterable<string> | undefined, most = 1_000): Promise<string[]> => {
    const result: string[] = [];
    for await (const line of lines ?? []) {
      result.push(line);
      if (result.length >= most) break;
    }
    return result;
  };

  it('are as kubectl prints them, and a crash shows within two seconds', async () => {
    await untilSameAsKubectl(plane, source, canalPods);
    const began = Date.now();
    await setContainers(plane, pod, { 'kube-flannel': crashLooping(12) });
    const status = (): string | undefined => {
      const found = source.snapshot.table('pods').get(pod.namespace, pod.name);
      const flannel = found?.containerStatuses.find(({ name }) => name === 'kube-flannel');
      return flannel?.state?.kind === 'waiting' ? flannel.state.reason : undefined;
    };
    await until(source, 'the crash', () => status() === 'CrashLoopBackOff');
    assert.ok(Date.now() - began < 2_000, `${Date.now() - began} ms`);
    await untilSameAsKubectl(plane, source, canalPods);
  });

  it('have logs: all, the end, the run before, and those of a container that is named', async () => {
    const key = { namespace: pod.namespace, pod: pod.name, container: 'kube-flannel' };
    await plane.kubelet?.setLog(key, ['one', 'two', 'three ü'], ['lease lost']);
    const logs = (options: object): Promise<string[]> =>
      collect(source.client?.logs(pod, { container: 'kube-flannel', ...options }));
    assert.deepEqual(await logs({}), ['one', 'two', 'three ü']);
    assert.deepEqual(await logs({ tailLines: 1 }), ['three ü']);
    assert.deepEqual(await logs({ previous: true }), ['lease lost']);
    await assert.rejects(
      collect(source.client?.logs(pod, { container: 'nobody' })),
      (error) => error instanceof ApiError && error.reason === 'rejected',
    );
  });

  it('give up a log that is followed when nobody wants it any more', async () => {
    const cancel = new AbortController();
    const lines = source.client?.logs(pod, { container: 'kube-flannel', follow: true, signal: cancel.signal });
    const first = await collect(lines, 1);
    assert.equal(first.length, 1);
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal(proxy.requests.filter(({ subresource, ended }) => subresource === 'log' && !ended).length, 0);
    const following = collect(
      source.client?.logs(pod, { container: 'kube-flannel', follow: true, signal: cancel.signal }),
    );
    setTimeout(() => cancel.abort(), 300);
    await assert.rejects(following, (error) => error instanceof ApiError && error.reason === 'aborted');
  });

  it('run a command and say what it printed and how it ended', async () => {
    const run = (...command: readonly string[]): Promise<unknown> | undefined =>
      source.client?.exec(pod, { container: 'kube-flannel', command });
    assert.deepEqual(await run('sh', '-c', 'echo out; echo err >&2'), {
      stdout: 'out\n',
      stderr: 'err\n',
      exitCode: 0,
    });
    // The simulated kubelet has no word for exit codes: it says that it has failed.
    await assert.rejects(run('sh', '-c', 'exit 3') ?? Promise.resolve(), /exit status 3/);
    assert.deepEqual(await run('printf', '%s', '$HOME "quoted"'), {
      stdout: '$HOME "quoted"',
      stderr: '',
      exitCode: 0,
    });
  });

  it('stop a command that takes too long, and one that is cancelled', async () => {
    const options = { container: 'kube-flannel', command: ['sleep', '60'] };
    await assert.rejects(
      source.client?.exec(pod, { ...options, timeoutMs: 500 }) ?? Promise.resolve(),
      (error) => error instanceof ApiError && error.reason === 'timed-out',
    );
    await assert.rejects(
      source.client?.exec(pod, { ...options, signal: AbortSignal.timeout(300) }) ?? Promise.resolve(),
      (error) => error instanceof ApiError && error.reason === 'aborted',
    );
  });

  it('say who may not run a command, and where there is no such pod', async () => {
    const user = await plane.createUser('reader', {
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }],
    });
    const reader = await openSource(user.kubeconfig);
    await reader.connect();
    const command = { container: 'kube-flannel', command: ['true'] };
    await assert.rejects(reader.client?.exec(pod, command) ?? Promise.resolve(), (error) => {
      assert.ok(error instanceof ApiError);
      assert.ok(error.failure.reason === 'forbidden');
      assert.equal(error.failure.resource, 'pods/exec');
      return true;
    });
    reader.dispose();
    await assert.rejects(
      source.client?.exec({ namespace: 'kube-system', name: 'nobody' }, command) ?? Promise.resolve(),
      (error) => error instanceof ApiError && error.reason === 'not-found',
    );
  });
});
