import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { run } from '../../src/cli/run.ts';
import { type ControlPlane, startControlPlane } from './controlPlane.ts';
import { kubeconfigText } from './kubeconfig.ts';
import { readEverything } from './users.ts';

const pod = (name: string): string =>
  `{apiVersion: v1, kind: Pod, metadata: {name: ${name}, namespace: shop, labels: {app: ${name}}}, spec: {containers: [{name: main, image: ${name}, ports: [{containerPort: 8080}]}]}}`;

const objects = [
  '{apiVersion: v1, kind: Namespace, metadata: {name: shop}}',
  // Made by the controller manager, which does not run here.
  '{apiVersion: v1, kind: ServiceAccount, metadata: {name: default, namespace: shop}}',
  pod('web'),
  pod('api'),
  '{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: api, namespace: shop}, spec: {podSelector: {matchLabels: {app: api}}, ingress: [{from: [{podSelector: {matchLabels: {app: wep}}}]}, {from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 8080}]}]}}',
].join('\n---\n');

describe('the command line on a live cluster', () => {
  let plane: ControlPlane;

  before(async () => {
    plane = await startControlPlane({ simulate: false });
    const { code, stderr } = await plane.kubectl(['apply', '-f', '-'], { input: objects });
    assert.equal(code, 0, stderr);
  });
  after(() => plane.stop());

  const ask = async (
    command: string,
    kubeconfig: string,
    context: string,
    ...more: string[]
  ): Promise<{ out: string; err: string; code: number }> => {
    let out = '';
    let err = '';
    const code = await run([command, '--context', context, '--kubeconfig', kubeconfig, ...more], {
      input: () => Promise.resolve(new Uint8Array()),
      out: (text) => void (out += text),
      err: (text) => void (err += text),
      progress: () => undefined,
    });
    return { out, err, code };
  };

  it('lists what may talk to what', async () => {
    const { out, err, code } = await ask('connectivity', plane.kubeconfig, 'control-plane');
    assert.deepEqual([err, code], ['', 0]);
    assert.match(out, /^shop\/web\[Pod\] => shop\/api\[Pod\] : TCP 8080$/m);
    assert.match(out, /^shop\/api\[Pod\] => shop\/web\[Pod\] : All Connections$/m);
  });

  it('does so as a program, in a thread of its own', async () => {
    const program = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
    const args = ['connectivity', '--context', 'control-plane', '--kubeconfig', plane.kubeconfig];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [program, ...args]);
    assert.deepEqual([stdout, stderr], [(await ask('connectivity', plane.kubeconfig, 'control-plane')).out, '']);
  });

  it('explains, lints and inspects', async () => {
    const explained = await ask(
      'explain',
      plane.kubeconfig,
      'control-plane',
      ...'--from shop/web --to shop/api --port 80'.split(' '),
    );
    assert.match(explained.out, /^Denied: /);
    const linted = await ask('lint', plane.kubeconfig, 'control-plane');
    assert.equal(linted.code, 1);
    assert.match(
      linted.out,
      /^NetworkPolicy shop\/api: spec\.ingress\[0\]\.from\[0\]\.podSelector: warning: .*app=web/m,
    );
    const inspected = await ask('inspect', plane.kubeconfig, 'control-plane', '--format', 'json');
    assert.equal((JSON.parse(inspected.out) as { version: string }).version, plane.version);
  });

  it('says what it may not read, and takes it for unknown', async () => {
    const rules = [{ apiGroups: ['networking.k8s.io'], resources: ['*'], verbs: ['get', 'list', 'watch'] }];
    const user = await plane.createUser('policies-only', { rules });
    const { err, out } = await ask('lint', user.kubeconfig, 'policies-only');
    assert.match(err, /^note: not allowed to list pods; what depends on them cannot be told\.$/m);
    assert.ok(!out.includes('matches nothing'), out);
  });

  it('says why it cannot read a cluster at all', async () => {
    const file = join(plane.folder, 'nobody.kubeconfig');
    const entry = { server: plane.server, certificateAuthority: plane.authority.certificate };
    const credential = { kind: 'token', token: 'nonsense' } as const;
    await writeFile(
      file,
      kubeconfigText([
        { name: 'nobody', ...entry, credential },
        { name: 'gone', ...entry, server: 'https://127.0.0.1:1', credential },
      ]),
    );
    const nobody = await ask('inspect', file, 'nobody');
    assert.equal(nobody.code, 2);
    assert.match(nobody.err, /^nobody: signed out: /);
    const gone = await ask('inspect', file, 'gone');
    assert.equal(gone.code, 2);
    assert.match(gone.err, /^gone: unreachable: /);
    assert.match((await ask('inspect', file, 'other')).err, /^There is no context other\. There is nobody, gone\.\n/);
  });

  it('reads the whole of it as a user who may only read', async () => {
    const user = await plane.createUser('reader', { rules: readEverything });
    const { err, code } = await ask('connectivity', user.kubeconfig, 'reader');
    assert.deepEqual([err, code], ['', 0]);
  });
});
