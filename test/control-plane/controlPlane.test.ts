import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isObject, stringAt } from '../../src/model/json.ts';
import { Component, ComponentError } from './component.ts';
import { type ControlPlane, startControlPlane } from './controlPlane.ts';
import { waitUntil } from './waitUntil.ts';

describe('a control plane', () => {
  let plane: ControlPlane;

  before(async () => {
    plane = await startControlPlane({ simulate: false });
  });
  after(() => plane.stop());

  it('answers with the version it was built from', async () => {
    if (!process.env['KUBEBUILDER_ASSETS']) assert.match(plane.version, /^v1\.36\.\d+$/);
    const { stdout } = await plane.kubectl(['version']);
    assert.match(stdout, new RegExp(`Server Version: ${plane.version.replaceAll('.', '\\.')}`));
  });

  it('keeps its files from other users', () => {
    assert.equal(statSync(plane.folder).mode & 0o777, 0o700);
    assert.equal(statSync(plane.kubeconfig).mode & 0o777, 0o600);
  });

  it('lets a user read what the rules say, and answers 403 to the rest', async () => {
    const rule = { apiGroups: [''], resources: ['configmaps'], verbs: ['list'] };
    const user = await plane.createUser('reader', { rulesIn: { default: [rule] } });
    const allowed = await plane.kubectl(['get', 'configmaps', '-n', 'default'], { kubeconfig: user.kubeconfig });
    assert.equal(allowed.code, 0, allowed.stderr);
    const denied = await plane.kubectl(['get', 'configmaps', '-n', 'kube-system'], { kubeconfig: user.kubeconfig });
    assert.equal(denied.code, 1);
    assert.match(denied.stderr, /Forbidden.*"reader" cannot list resource "configmaps".*"kube-system"/s);
  });

  it('knows a user by a token until it is revoked', async () => {
    const rules = [{ apiGroups: [''], resources: ['nodes'], verbs: ['list'] }];
    const user = await plane.createUser('bearer', { rules, credential: 'token' });
    const before = await plane.kubectl(['get', 'nodes'], { kubeconfig: user.kubeconfig });
    assert.equal(before.code, 0, before.stderr);
    assert.equal(user.credential.kind, 'token');
    if (user.credential.kind === 'token') plane.tokens.revoke(user.credential.token);
    const denied = await waitUntil(
      'the API server to forget the token',
      async () => {
        const result = await plane.kubectl(['get', 'nodes'], { kubeconfig: user.kubeconfig });
        return result.code === 0 ? undefined : result;
      },
      { seconds: 15, everyMs: 1_000 },
    );
    assert.match(denied.stderr, /Unauthorized|must be logged in/);
  });

  it('answers 401 to a token and to a certificate that have expired', async () => {
    for (const credential of ['token', 'certificate'] as const) {
      const user = await plane.createUser(`late-${credential}`, { credential, lifetimeSeconds: -1 });
      const { code, stderr } = await plane.kubectl(['get', 'nodes'], { kubeconfig: user.kubeconfig });
      assert.equal(code, 1);
      assert.match(stderr, /Unauthorized|must be logged in/, credential);
    }
  });

  it('comes back on the same port with the same objects after the API server was killed', async () => {
    const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kept' }, data: { a: 'b' } };
    await plane.api.create('/api/v1/namespaces/default/configmaps', configMap);
    const apiServer = plane.component('kube-apiserver');
    await apiServer.kill();
    assert.equal(apiServer.running, false);
    await assert.rejects(plane.api.get('/version'), { code: 'ECONNREFUSED' });
    await apiServer.start();
    const found = await plane.api.get('/api/v1/namespaces/default/configmaps/kept');
    assert.ok(isObject(found) && isObject(found['data']) && found['data']['a'] === 'b');
  });

  it('takes connections and says nothing while it is paused', async () => {
    const apiServer = plane.component('kube-apiserver');
    apiServer.pause();
    try {
      const socket = connect(Number(new URL(plane.server).port), '127.0.0.1');
      await once(socket, 'connect');
      socket.destroy();
      const { code, stderr } = await plane.kubectl(['get', 'nodes', '--request-timeout=1s']);
      assert.notEqual(code, 0);
      assert.match(stderr, /timeout|deadline/i);
    } finally {
      apiServer.resume();
    }
    const { code } = await plane.kubectl(['get', 'nodes']);
    assert.equal(code, 0);
  });

  it('answers 410 to a watch from a version that it no longer has', async () => {
    await plane.etcd.compact();
    await plane.component('kube-apiserver').restart();
    const { body } = await plane.api.send('GET', '/api/v1/namespaces?watch=true&resourceVersion=1&timeoutSeconds=1');
    assert.ok(isObject(body), String(body));
    // Depending on how far its cache has come, it says so in the answer's status or in the first event.
    const status = stringAt(body, 'type') === 'ERROR' ? body['object'] : body;
    assert.ok(isObject(status) && status['code'] === 410, JSON.stringify(body));
  });
});

describe('what a control plane leaves behind', () => {
  const starter = join(import.meta.dirname, 'controlPlane.ts');

  it('is nothing, when it is stopped', async () => {
    const plane = await startControlPlane({ simulate: false });
    await plane.stop();
    assert.equal(existsSync(plane.folder), false);
    await assert.rejects(plane.api.get('/version'), { code: 'ECONNREFUSED' });
  });

  it('is nothing, when whoever started it is killed', async () => {
    const program =
      `const { startControlPlane } = await import(${JSON.stringify(starter)});` +
      'const plane = await startControlPlane({ simulate: false });' +
      'console.log(JSON.stringify([plane.folder, plane.server])); setInterval(() => {}, 1000);';
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
    const [folder, server]: unknown[] = JSON.parse(String(line));
    assert.ok(existsSync(String(folder)));
    child.kill('SIGKILL');
    await waitUntil('the folder to go', () => Promise.resolve(existsSync(String(folder)) ? undefined : true), {
      seconds: 10,
    });
    await waitUntil('the API server to be gone', async () => {
      const socket = connect(Number(new URL(String(server)).port), '127.0.0.1');
      const [error] = await once(socket, 'error', { signal: AbortSignal.timeout(1_000) });
      return isObject(error) && error['code'] === 'ECONNREFUSED' ? true : undefined;
    });
  });
});

describe('a component that does not start', () => {
  it('says what it wrote last', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'component-'));
    const component = new Component({
      name: 'etcd',
      program: process.execPath,
      args: ['-e', 'console.error("bind: address already in use"); process.exit(1)'],
      folder,
      isReady: () => Promise.resolve(false),
      keeper: { watch: () => undefined, forget: () => undefined },
    });
    await assert.rejects(component.start(), (error) => {
      assert.ok(error instanceof ComponentError);
      assert.match(error.message, /etcd has ended.*bind: address already in use/s);
      return true;
    });
    rmSync(folder, { recursive: true });
  });
});
