import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiError } from '../../../../src/cluster/apiError.ts';
import { KubeconfigCredentials } from '../../../../src/cluster/credentials/credentials.ts';
import { ExecPlugins, type ExecPluginOptions } from '../../../../src/cluster/credentials/execPlugin.ts';
import type { ClusterEntry, ExecEntry, UserEntry } from '../../../../src/cluster/kubeconfig/entries.ts';

const cluster: ClusterEntry = {
  name: 'k',
  file: '/kubeconfig',
  server: 'https://k.example',
  insecureSkipTlsVerify: false,
  disableCompression: false,
};

describe('the credentials of a kubeconfig user', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'credentials-'));
  });
  after(() => rm(folder, { recursive: true }));

  const of = (user: Partial<UserEntry>, options: ExecPluginOptions = {}): KubeconfigCredentials =>
    new KubeconfigCredentials({ name: 'ada', file: '/kubeconfig', ...user }, cluster, new ExecPlugins(options));
  const file = async (name: string, content: string): Promise<string> => {
    await writeFile(join(folder, name), content);
    return join(folder, name);
  };
  const failure = async (credentials: KubeconfigCredentials): Promise<ApiError> => {
    const error: unknown = await credentials.get().then(
      () => assert.fail('it fails'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof ApiError);
    return error;
  };
  /** A plugin of one line of shell. */
  const plugin = async (name: string, script: string, more: Partial<ExecEntry> = {}): Promise<ExecEntry> => {
    const command = await file(name, `#!/bin/sh\n${script}\n`);
    await chmod(command, 0o700);
    return {
      apiVersion: 'client.authentication.k8s.io/v1',
      command,
      args: [],
      env: [],
      provideClusterInfo: false,
      interactiveMode: 'Never',
      ...more,
    };
  };
  const credential = (status: object): string =>
    `echo '${JSON.stringify({ kind: 'ExecCredential', apiVersion: 'client.authentication.k8s.io/v1', status })}'`;

  it('are none for nobody', async () => {
    assert.deepEqual(await new KubeconfigCredentials(undefined, cluster, new ExecPlugins()).get(), { headers: {} });
  });

  it('are a token, of the file before the entry', async () => {
    const tokenFile = await file('token', 'from-file\n');
    assert.deepEqual((await of({ token: 'own' }).get()).headers, { Authorization: 'Bearer own' });
    assert.deepEqual((await of({ token: 'own', tokenFile }).get()).headers, { Authorization: 'Bearer from-file' });
    assert.deepEqual((await of({ token: 'own', tokenFile: join(folder, 'none') }).get()).headers, {
      Authorization: 'Bearer own',
    });
    const error = await failure(of({ tokenFile: join(folder, 'none') }));
    assert.equal(error.reason, 'credentials');
    assert.match(error.message, /token file .*none cannot be read: there is no such file/);
  });

  it('are a user and a password', async () => {
    const { headers } = await of({ username: 'ada', password: 'p:w' }).get();
    assert.equal(headers['Authorization'], `Basic ${Buffer.from('ada:p:w').toString('base64')}`);
  });

  it('are a client certificate, of the entry before the file, and never half of one', async () => {
    const clientCertificate = await file('me.crt', 'CERT OF FILE');
    const clientKey = await file('me.key', 'KEY OF FILE');
    assert.deepEqual((await of({ clientCertificate, clientKey }).get()).certificate, {
      cert: 'CERT OF FILE',
      key: 'KEY OF FILE',
    });
    const clientCertificateData = Buffer.from('OWN').toString('base64');
    assert.equal((await of({ clientCertificate, clientCertificateData, clientKey }).get()).certificate?.cert, 'OWN');
    assert.match((await failure(of({ clientCertificate }))).message, /no client key/);
  });

  it('that come from a plugin do not take the place of a token beside it', async () => {
    const exec = await plugin('never', 'exit 1');
    assert.deepEqual((await of({ token: 'own', exec }).get()).headers, { Authorization: 'Bearer own' });
  });

  it('of a legacy provider are said to be gone, with what to do instead', async () => {
    const error = await failure(of({ authProvider: 'gcp' }));
    assert.equal(error.reason, 'credentials');
    assert.match(error.message, /gke-gcloud-auth-plugin/);
  });

  describe('from a plugin', () => {
    it('have the environment of the entry over that of the program', async () => {
      const exec = await plugin(
        'env',
        `[ "$REGION/$PROFILE" = "eu/dev" ] || exit 7\n${credential({ token: 'good' })}`,
        { env: [{ name: 'REGION', value: 'eu' }] },
      );
      const env = { PATH: process.env['PATH'], REGION: 'us', PROFILE: 'dev' };
      assert.deepEqual((await of({ exec }, { env }).get()).headers, { Authorization: 'Bearer good' });
    });

    it('have arguments that no shell looks at', async () => {
      const exec = await plugin('args', `[ "$1" = '$(exit); "x" *' ] || exit 7\n${credential({ token: 'good' })}`, {
        args: ['$(exit); "x" *'],
      });
      await of({ exec }).get();
    });

    it('are refused when they are not what was promised', async () => {
      const cases: readonly (readonly [string, RegExp])[] = [
        ['echo hello', /printed no ExecCredential/],
        ['echo "{}"', /printed no ExecCredential/],
        [credential({}), /neither a token nor a certificate/],
        [credential({ clientCertificateData: 'x' }), /half of a client certificate/],
        [credential({ token: 'x' }).replace('/v1', '/v1beta1'), /speaks client.authentication.k8s.io\/v1beta1/],
        ['exit 4', /exit code 4/],
        ['kill -9 $$', /SIGKILL/],
        ['head -c 2000000 /dev/zero', /more than a credential/],
      ];
      for (const [index, [script, message]] of cases.entries()) {
        const error = await failure(of({ exec: await plugin(`bad-${index}`, script) }));
        assert.equal(error.reason, 'credential-plugin');
        assert.match(error.message, message);
      }
    });

    it('do not wait for what the plugin has left running', async () => {
      const exec = await plugin('daemon', `sleep 30 &\n${credential({ token: 'good' })}`);
      const began = Date.now();
      await of({ exec }).get();
      assert.ok(Date.now() - began < 5_000);
    });

    it('are asked for no longer when nobody waits for them, and still when somebody does', async () => {
      const exec = await plugin('slow', `sleep 1\n${credential({ token: 'good' })}`);
      const credentials = of({ exec });
      const impatient = new AbortController();
      const first = credentials.get(impatient.signal);
      const second = credentials.get();
      setTimeout(() => impatient.abort(), 100);
      await assert.rejects(first, (error) => error instanceof ApiError && error.reason === 'aborted');
      assert.deepEqual((await second).headers, { Authorization: 'Bearer good' });
    });
  });
});
