import assert from 'node:assert/strict';
import { changePod, restartPodsOf, type WriteTarget } from '../../../src/writes/change.ts';
import type { PodChange } from '../../../src/writes/words.ts';
import { FakeServer, FakeUser, failed, isDryRun } from './fakeServer.ts';

const podPath = '/api/v1/namespaces/shop/pods/web-0';
const budgetsPath = '/apis/policy/v1/namespaces/shop/poddisruptionbudgets';
const setPath = '/apis/apps/v1/namespaces/shop/replicasets/web-7d';
const owner = (kind: string, name: string) => [{ kind, name, controller: true }];

const pod = (meta: object = {}, spec: object = {}): object => ({
  metadata: {
    namespace: 'shop',
    name: 'web-0',
    uid: 'u1',
    resourceVersion: '7',
    labels: { app: 'web' },
    ownerReferences: owner('ReplicaSet', 'web-7d'),
    ...meta,
  },
  spec: { nodeName: 'node-1', terminationGracePeriodSeconds: 30, ...spec },
});
const budget = (disruptionsAllowed: number, matchLabels: object = { app: 'web' }): object => ({
  metadata: { name: 'web-pdb' },
  spec: { selector: { matchLabels } },
  status: { disruptionsAllowed },
});

describe('changing a pod', () => {
  let server: FakeServer;
  let user: FakeUser;
  let target: WriteTarget;
  const change = (what: PodChange) => changePod(what, target, user, new AbortController().signal);
  const refusedWith = async (what: PodChange): Promise<string> => {
    const outcome = await change(what);
    assert.ok(outcome.kind === 'refused', outcome.kind);
    assert.deepEqual(server.done.length, 0);
    return outcome.words;
  };
  const detail = (): string => user.asked.at(-1)?.detail ?? '';

  beforeEach(() => {
    server = new FakeServer();
    user = new FakeUser();
    target = { client: server.client, context: 'prod-eu', guarded: false, namespace: 'shop', name: 'web-0' };
    server.objects.set(podPath, pod());
    server.objects.set(budgetsPath, { items: [] });
    server.objects.set(setPath, {
      metadata: { ownerReferences: owner('Deployment', 'web') },
      spec: { replicas: 3 },
      status: { readyReplicas: 2 },
    });
  });

  it('asks nothing and sends nothing while the user has not turned writes on', async () => {
    user.isOn = false;
    assert.deepEqual(await change('delete'), { kind: 'off' });
    assert.deepEqual([user.asked, server.written], [[], []]);
  });

  it('sends nothing when writes are turned off while the question is open', async () => {
    user.answer = () => !(user.isOn = false);
    assert.deepEqual(await change('delete'), { kind: 'off' });
    assert.deepEqual(server.done, []);
  });

  it('restarts by an eviction of the very pod that was seen, tried on the server before the user is asked', async () => {
    user.answer = () => {
      assert.deepEqual(server.written.map(isDryRun), [true]);
      return true;
    };
    assert.deepEqual(await change('restart'), { kind: 'done', words: 'web-0 is evicted and going.' });
    const [sent] = server.done;
    assert.deepEqual([sent?.method, sent?.path], ['POST', `${podPath}/eviction`]);
    assert.deepEqual((sent?.body as { deleteOptions?: unknown }).deleteOptions, {
      preconditions: { uid: 'u1', resourceVersion: '7' },
    });
  });

  it('deletes with the same care', async () => {
    assert.equal((await change('delete')).kind, 'done');
    const [sent] = server.done;
    assert.deepEqual([sent?.method, sent?.path], ['DELETE', podPath]);
    assert.deepEqual((sent?.body as { preconditions?: unknown }).preconditions, { uid: 'u1', resourceVersion: '7' });
  });

  it('says what, where, who makes it anew, and what may be lost', async () => {
    server.objects.set(podPath, pod({}, { volumes: [{ name: 'cache', emptyDir: {} }] }));
    await change('restart');
    assert.equal(user.asked[0]?.message, 'Restart pod web-0 in shop of prod-eu?');
    assert.match(detail(), /ReplicaSet web-7d \(Deployment web\) makes a new one, .*2 of its 3 pods are ready now\./);
    assert.match(detail(), /given 30 s to end/);
    assert.match(detail(), /emptyDir volumes is lost/);
  });

  it('says that a pod without a controller is gone for good, and restarts none', async () => {
    server.objects.set(podPath, pod({ ownerReferences: [] }));
    await change('delete');
    assert.match(detail(), /No controller makes it anew: it is gone for good\./);
    server.written.length = 0;
    assert.match(await refusedWith('restart'), /no controller that would make it anew/);
  });

  it('names the PodDisruptionBudget that counts the pod, and that deleting goes round it', async () => {
    server.objects.set(budgetsPath, { items: [budget(1), budget(0, { app: 'other' })] });
    await change('restart');
    assert.match(detail(), /PodDisruptionBudget web-pdb allows one pod less now\./);
    await change('delete');
    assert.match(detail(), /Deleting does not ask PodDisruptionBudgets, restarting does\. PodDisruptionBudget web-pdb/);
  });

  it('tells before anything happens that a PodDisruptionBudget refuses', async () => {
    server.refusal = () =>
      failed({ reason: 'too-many-requests', budget: true }, 'Cannot evict pod as it would violate…');
    assert.match(await refusedWith('restart'), /^A PodDisruptionBudget does not allow it now: Cannot evict/);
    assert.deepEqual(user.asked, []);
  });

  it('tells a server that is overloaded from a budget', async () => {
    server.refusal = () => failed({ reason: 'too-many-requests' }, 'too many requests');
    assert.match(await refusedWith('restart'), /^The server has too much to do/);
  });

  it('names the verb and the resource that the user has no right to', async () => {
    server.denied.add('delete pods');
    assert.match(await refusedWith('delete'), /your account may not delete pods in shop/);
    server.denied.add('create pods/eviction');
    assert.match(await refusedWith('restart'), /may not create pods\/eviction in shop, nor delete pods/);
    assert.deepEqual([user.asked, server.written], [[], []]);
  });

  it('deletes where the user may not evict, and says so', async () => {
    server.denied.add('create pods/eviction');
    assert.equal((await change('restart')).kind, 'done');
    assert.match(detail(), /deleted without asking PodDisruptionBudgets: your account may not create pods\/eviction/);
    assert.equal(server.done[0]?.method, 'DELETE');
  });

  it('says what could not be read, and goes on', async () => {
    server.objects.delete(setPath);
    server.objects.delete(budgetsPath);
    await change('restart');
    assert.match(detail(), /ReplicaSet web-7d should make it anew\. Cannot tell how that stands/);
    assert.match(detail(), /They cannot be shown/);
  });

  it('has the name of a protected context typed, and does nothing without', async () => {
    target = { ...target, guarded: true };
    user.typesName = false;
    assert.deepEqual(await change('delete'), { kind: 'cancelled' });
    assert.deepEqual([user.typed, server.done], [['prod-eu'], []]);
  });

  it('does nothing when the user says no', async () => {
    user.answer = () => false;
    assert.deepEqual(await change('delete'), { kind: 'cancelled' });
    assert.deepEqual(server.done, []);
  });

  it('leaves static pods and pods that are going alone', async () => {
    server.objects.set(podPath, pod({ ownerReferences: owner('Node', 'node-1') }));
    assert.match(await refusedWith('delete'), /static pod: the kubelet of node-1/);
    server.objects.set(podPath, pod({ deletionTimestamp: '2026-11-24T10:00:00Z' }));
    assert.match(await refusedWith('delete'), /has been going since 2026-11-24T10:00:00Z/);
  });

  describe('that changes while the user is asked', () => {
    const conflict = () => failed({ reason: 'rejected', status: 409 }, 'the object has been modified');
    const changeMeanwhile = (next: object): void => {
      server.refusal = (request) => {
        if (isDryRun(request)) return undefined;
        server.refusal = undefined;
        server.objects.set(podPath, next);
        return conflict();
      };
    };

    it('goes on with the newer version where nothing differs that was told', async () => {
      changeMeanwhile(pod({ resourceVersion: '8' }));
      assert.equal((await change('restart')).kind, 'done');
      assert.equal(user.asked.length, 1);
      const last = server.done.at(-1)?.body as { deleteOptions: { preconditions: object } };
      assert.deepEqual(last.deleteOptions.preconditions, { uid: 'u1', resourceVersion: '8' });
    });

    it('asks anew where something differs that was told', async () => {
      changeMeanwhile(pod({ resourceVersion: '8', ownerReferences: [] }));
      assert.equal((await change('delete')).kind, 'done');
      assert.equal(user.asked.length, 2);
      assert.match(detail(), /gone for good/);
    });

    it('leaves alone what has taken its place', async () => {
      changeMeanwhile(pod({ uid: 'u2', resourceVersion: '9' }));
      const outcome = await change('restart');
      assert.ok(outcome.kind === 'refused');
      assert.match(outcome.words, /Another web-0 has taken its place/);
      assert.equal(server.done.length, 1);
    });

    it('gives up where it changes each time', async () => {
      server.refusal = (request) => (isDryRun(request) ? undefined : conflict());
      const outcome = await change('restart');
      assert.ok(outcome.kind === 'refused');
      assert.match(outcome.words, /It has changed since you were asked\. Nothing was done/);
    });
  });

  it('says that it may have been done where no answer comes, and that it was not where none was asked for', async () => {
    server.refusal = (request) =>
      isDryRun(request) ? undefined : failed({ reason: 'timed-out', seconds: 15 }, 'no answer in 15 s');
    const late = await change('delete');
    assert.ok(late.kind === 'refused');
    assert.match(late.words, /It may have been done all the same/);
    server.refusal = () => failed({ reason: 'timed-out', seconds: 15 }, 'no answer in 15 s');
    const early = await change('delete');
    assert.ok(early.kind === 'refused');
    assert.match(early.words, /Nothing was done/);
  });

  it('tells an admission policy’s refusal before the user is asked, and a pod that is gone', async () => {
    server.refusal = () =>
      failed({ reason: 'forbidden', verb: 'delete', resource: 'pods' }, 'denied by policy keep-web');
    assert.match(
      await refusedWith('delete'),
      /^Refused by the cluster: denied by policy keep-web\. Nothing was done\.$/,
    );
    server.objects.delete(podPath);
    assert.match(await refusedWith('delete'), /^It is gone already/);
    assert.deepEqual(user.asked, []);
  });
});

describe('restarting the pods of a workload', () => {
  const path = '/apis/apps/v1/namespaces/kube-system/daemonsets/canal';
  let server: FakeServer;
  let user: FakeUser;
  const restart = (kind: 'DaemonSet' | 'Deployment' = 'DaemonSet', name = 'canal') =>
    restartPodsOf(
      kind,
      { client: server.client, context: 'prod-eu', guarded: false, namespace: 'kube-system', name },
      user,
      new AbortController().signal,
    );

  beforeEach(() => {
    server = new FakeServer();
    user = new FakeUser();
    server.objects.set(path, {
      metadata: { namespace: 'kube-system', name: 'canal', uid: 'd1', resourceVersion: '3' },
      spec: { updateStrategy: { type: 'RollingUpdate' } },
      status: { desiredNumberScheduled: 8, numberReady: 7 },
    });
  });

  it('changes the annotation of the pod template that kubectl changes, on that object alone', async () => {
    assert.equal((await restart()).kind, 'done');
    const [sent] = server.done;
    assert.deepEqual([sent?.method, sent?.type], ['PATCH', 'application/strategic-merge-patch+json']);
    assert.match(
      JSON.stringify(sent?.body),
      /^{"metadata":{"uid":"d1"},"spec":{"template":{"metadata":{"annotations":{"kubectl\.kubernetes\.io\/restartedAt":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"}}}}}$/,
    );
    assert.match(user.asked[0]?.message ?? '', /Restart all pods of DaemonSet canal in kube-system of prod-eu\?/);
    assert.match(user.asked[0]?.detail ?? '', /7 of its 8 pods are ready now/);
  });

  it('says where the update strategy replaces no pod', async () => {
    server.objects.set(path, { metadata: { uid: 'd1' }, spec: { updateStrategy: { type: 'OnDelete' } }, status: {} });
    await restart();
    assert.match(user.asked[0]?.detail ?? '', /OnDelete: its pods go on/);
  });

  it('refuses what is paused, and who may not', async () => {
    server.objects.set('/apis/apps/v1/namespaces/kube-system/deployments/dns', {
      metadata: { namespace: 'kube-system', name: 'dns', uid: 'd2' },
      spec: { paused: true },
    });
    const paused = await restart('Deployment', 'dns');
    assert.ok(paused.kind === 'refused');
    assert.match(paused.words, /paused: .*rollout resume deployment\/dns/);
    server.denied.add('patch daemonsets');
    const denied = await restart();
    assert.ok(denied.kind === 'refused');
    assert.match(denied.words, /may not patch daemonsets\.apps in kube-system/);
    assert.deepEqual(server.written, []);
  });
});
