import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { isObject, objectAt } from '../../src/model/json.ts';
import { type ControlPlane, startControlPlane } from './controlPlane.ts';
import { createNodes } from './fill/nodes.ts';
import { type FaultProxy, startFaultProxy } from './faultProxy.ts';
import { readRequest } from './requests.ts';
import { readEverything } from './users.ts';
import { waitUntil } from './waitUntil.ts';

interface Reading {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** `end`: HTTP says that the body is whole. `cut`: the connection broke first. `open`: it is still to come. */
  readonly outcome: 'end' | 'cut' | 'open';
}

describe('the fault proxy', () => {
  const namespaces = '/api/v1/namespaces';
  let plane: ControlPlane;
  let proxy: FaultProxy;

  before(async () => {
    plane = await startControlPlane({ simulate: false });
    proxy = await startFaultProxy(plane);
  });
  after(async () => {
    await proxy.stop();
    await plane.stop();
  });
  beforeEach(() => {
    proxy.clear();
    proxy.drop();
    proxy.forget();
  });

  /** Reads for at most the time, which is long for loopback. */
  async function read(path: string, ms = 700): Promise<Reading> {
    const outgoing = request(new URL(path, proxy.server), {
      agent: false,
      ca: plane.authority.certificate,
      cert: plane.administrator.certificate,
      key: plane.administrator.key,
    });
    // A connection may break more than once.
    outgoing.on('error', () => undefined);
    outgoing.end();
    const [incoming]: IncomingMessage[] = await once(outgoing, 'response', { signal: AbortSignal.timeout(ms) });
    assert.ok(incoming);
    let body = '';
    incoming.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    const outcome = await Promise.race([
      once(incoming, 'end').then(
        () => 'end' as const,
        () => 'cut' as const,
      ),
      sleep(ms, 'open' as const),
    ]);
    outgoing.destroy();
    return { status: incoming.statusCode ?? 0, headers: incoming.headers, body, outcome };
  }

  /** Creates and deletes a ConfigMap so that a watch of them has something to say. */
  let made = 0;
  async function makeEvent(): Promise<void> {
    const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `event-${(made += 1)}` } };
    await plane.api.create('/api/v1/namespaces/default/configmaps', configMap);
  }

  it('is no hindrance while it does no harm', async () => {
    const { code, stdout, stderr } = await plane.kubectl(['get', 'ns', '-o', 'name'], { kubeconfig: proxy.kubeconfig });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /namespace\/kube-system/);
    const direct = JSON.stringify(await plane.api.get(namespaces));
    assert.equal((await read(namespaces)).body.trim(), direct);
  });

  it('leaves every user what they are: certificate, token, none', async () => {
    const rules = [{ apiGroups: [''], resources: ['nodes'], verbs: ['list'] }];
    for (const credential of ['certificate', 'token'] as const) {
      const user = await plane.createUser(`through-${credential}`, { rules, credential, groups: ['team'] });
      const kubeconfig = await proxy.kubeconfigOf(user);
      const identity = await plane.kubectl(['auth', 'whoami'], { kubeconfig });
      assert.match(identity.stdout, new RegExp(`Username +through-${credential}`));
      assert.match(identity.stdout, /Groups +\[team system:authenticated\]/);
      const denied = await plane.kubectl(['get', 'secrets', '-A'], { kubeconfig });
      assert.match(denied.stderr, /Forbidden/);
    }
    const late = await plane.createUser('too-late', { rules: readEverything, lifetimeSeconds: -1 });
    const refused = await plane.kubectl(['get', 'nodes'], { kubeconfig: await proxy.kubeconfigOf(late) });
    assert.match(refused.stderr, /Unauthorized|must be logged in/);
  });

  it('says what was asked, by verb and resource, and how it was answered', async () => {
    assert.equal(proxy.count(), 0);
    assert.equal(proxy.connections, 0);
    await read(namespaces);
    await read(`${namespaces}/kube-system/pods?limit=5`);
    await read('/api/v1/nodes/absent');
    assert.equal(proxy.count({ verb: 'list' }), 2);
    assert.equal(proxy.count({ verb: 'list', resource: 'pods', namespace: 'kube-system' }), 1);
    assert.equal(proxy.count({ verb: 'get', resource: 'nodes', name: 'absent' }), 1);
    assert.deepEqual(
      proxy.requests.map(({ status, user }) => [status, user]),
      [
        [200, 'administrator'],
        [200, 'administrator'],
        [404, 'administrator'],
      ],
    );
    assert.equal(proxy.connections, 3);
  });

  it('cuts a body in the middle', async () => {
    proxy.add({ resource: 'namespaces' }, { kind: 'cut', after: { bytes: 100 } });
    const { status, body, outcome } = await read(namespaces);
    assert.deepEqual([status, body.length, outcome], [200, 100, 'cut']);
  });

  it('stalls in the middle of a body', async () => {
    proxy.add({ resource: 'namespaces' }, { kind: 'stall', after: { bytes: 100 } });
    const { body, outcome } = await read(namespaces);
    assert.deepEqual([body.length, outcome], [100, 'open']);
  });

  it('truncates a list and calls it whole', async () => {
    proxy.add({ resource: 'namespaces' }, { kind: 'truncate', after: { bytes: 100 } });
    const { body, outcome } = await read(namespaces);
    assert.deepEqual([body.length, outcome], [100, 'end']);
    assert.throws(() => void JSON.parse(body));
  });

  it('truncates a watch in the middle of an event', async () => {
    proxy.add({ verb: 'watch' }, { kind: 'truncate', after: { lines: 1 } });
    const { resourceVersion } = await listVersion();
    const reading = read(`/api/v1/configmaps?watch=true&resourceVersion=${resourceVersion}`, 3_000);
    await waitUntil('the watch', () => Promise.resolve(proxy.requests.at(-1)?.status));
    await makeEvent();
    await makeEvent();
    const { body, outcome } = await reading;
    const [whole = '', half = ''] = body.split('\n');
    assert.equal(outcome, 'end');
    assert.ok(isObject(JSON.parse(whole)));
    assert.ok(half.length > 0);
    assert.throws(() => void JSON.parse(half));
  });

  it('never answers', async () => {
    proxy.add({ resource: 'namespaces' }, { kind: 'silence' });
    await assert.rejects(read(namespaces), { name: 'AbortError' });
  });

  it('resets the connection', async () => {
    proxy.add({ resource: 'namespaces' }, { kind: 'reset' });
    await assert.rejects(read(namespaces), { code: 'ECONNRESET' });
  });

  it('answers late', async () => {
    proxy.add({ resource: 'namespaces' }, { kind: 'delay', ms: 300 });
    const started = Date.now();
    const { status } = await read(namespaces, 2_000);
    assert.equal(status, 200);
    assert.ok(Date.now() - started >= 300);
  });

  for (const status of [401, 403, 410, 429, 500, 503])
    it(`answers ${status} as the API server would`, async () => {
      proxy.add({ verb: 'list' }, { kind: 'answer', status, ...(status === 429 && { retryAfterSeconds: 7 }) });
      const { status: found, headers, body } = await read(namespaces);
      assert.equal(found, status);
      assert.equal(headers['retry-after'], status === 429 ? '7' : undefined);
      const object: unknown = JSON.parse(body);
      assert.ok(isObject(object));
      assert.deepEqual([object['kind'], object['status'], object['code']], ['Status', 'Failure', status]);
    });

  it('answers what is not Kubernetes at all', async () => {
    proxy.add({}, { kind: 'answer', status: 200, body: '<html>Sign in</html>', contentType: 'text/html' });
    const { headers, body } = await read(namespaces);
    assert.deepEqual([headers['content-type'], body], ['text/html', '<html>Sign in</html>']);
  });

  it('lets a watch fail with its first event', async () => {
    proxy.add({ verb: 'watch' }, { kind: 'watch-error', code: 410 });
    const { status, body, outcome } = await read('/api/v1/configmaps?watch=true');
    assert.deepEqual([status, outcome], [200, 'end']);
    const event: unknown = JSON.parse(body);
    assert.ok(isObject(event));
    assert.equal(event['type'], 'ERROR');
    assert.equal(objectAt(event, 'object')['code'], 410);
  });

  it('strikes as often as it was told, the newest first, and where it was told', async () => {
    const older = proxy.add({ resource: 'namespaces' }, { kind: 'answer', status: 500 });
    const newer = proxy.add({ path: namespaces }, { kind: 'answer', status: 503 }, 1);
    assert.equal((await read(namespaces)).status, 503);
    assert.equal((await read(namespaces)).status, 500);
    assert.equal((await read('/api/v1/nodes')).status, 200);
    assert.deepEqual([older.hits, newer.hits], [1, 1]);
    older.clear();
    assert.equal((await read(namespaces)).status, 200);
  });

  it('can spare the first page of a list', async () => {
    proxy.add({ continued: true }, { kind: 'answer', status: 410 });
    const first = await read(`${namespaces}?limit=1`);
    assert.equal(first.status, 200);
    const page: unknown = JSON.parse(first.body);
    const token = String(objectAt(isObject(page) ? page : {}, 'metadata')['continue']);
    assert.equal((await read(`${namespaces}?limit=1&continue=${encodeURIComponent(token)}`)).status, 410);
  });

  it('drops the watches that are under way', async () => {
    const { resourceVersion } = await listVersion();
    const reading = read(`/api/v1/configmaps?watch=true&resourceVersion=${resourceVersion}`, 3_000);
    await waitUntil('the watch', () => Promise.resolve(proxy.requests.at(-1)?.status));
    assert.equal(proxy.drop({ resource: 'pods' }), 0);
    assert.equal(proxy.drop({ verb: 'watch' }), 1);
    assert.equal((await reading).outcome, 'cut');
    await waitUntil('it to be seen as ended', () => Promise.resolve(proxy.requests.at(-1)?.ended || undefined));
  });

  it('cannot be reached, or is reached and silent, and comes back on its port', async () => {
    await proxy.reach('refusing');
    await assert.rejects(read(namespaces), { code: 'ECONNREFUSED' });
    await proxy.reach('silent');
    const socket = connect(Number(new URL(proxy.server).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.destroy();
    await assert.rejects(read(namespaces), { name: 'AbortError' });
    await proxy.reach('open');
    assert.equal((await read(namespaces)).status, 200);
  });

  async function listVersion(): Promise<{ readonly resourceVersion: string }> {
    const list = await plane.api.get('/api/v1/configmaps?limit=1');
    return { resourceVersion: String(objectAt(isObject(list) ? list : {}, 'metadata')['resourceVersion']) };
  }
});

describe('exec through the fault proxy', () => {
  it('talks both ways', async () => {
    const plane = await startControlPlane();
    const proxy = await startFaultProxy(plane);
    try {
      await createNodes(plane, 1);
      const pod = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'web' },
        spec: { containers: [{ name: 'web', image: 'web' }] },
      };
      await waitUntil('the service account', () => plane.api.get('/api/v1/namespaces/default/serviceaccounts/default'));
      await plane.api.create('/api/v1/namespaces/default/pods', pod);
      await plane.kubectl(['wait', '--for=condition=Ready', 'pod/web', '--timeout=30s']);
      const { stdout, stderr } = await plane.kubectl(
        ['exec', '-i', 'web', '--', 'sh', '-c', 'read line; echo "got $line"'],
        {
          kubeconfig: proxy.kubeconfig,
          input: 'hello\n',
        },
      );
      assert.equal(stdout, 'got hello\n', stderr);
      assert.equal(proxy.count({ resource: 'pods', name: 'web' }) > 0, true);
    } finally {
      await proxy.stop();
      await plane.stop();
    }
  });
});

describe('a request, read as the API server reads it', () => {
  const cases: readonly (readonly [method: string, url: string, expected: string])[] = [
    ['GET', '/api/v1/nodes?limit=500', 'list nodes'],
    ['GET', '/api/v1/nodes?watch=true', 'watch nodes'],
    ['GET', '/api/v1/namespaces/shop', 'get namespaces shop'],
    ['GET', '/api/v1/namespaces/shop/pods/web/log?follow=true', 'get pods web shop log'],
    ['POST', '/apis/apps/v1/namespaces/shop/deployments', 'create deployments shop apps'],
    ['PATCH', '/apis/apps/v1/namespaces/shop/daemonsets/a/status', 'patch daemonsets a shop status apps'],
    ['GET', '/version', 'get'],
    ['GET', '/apis', 'get'],
  ];
  for (const [method, url, expected] of cases)
    it(`${method} ${url}`, () => {
      const { verb, resource, name, namespace, subresource, group } = readRequest(method, url);
      assert.equal([verb, resource, name, namespace, subresource, group].filter(Boolean).join(' '), expected);
    });
});
