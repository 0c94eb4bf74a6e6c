import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KubeconfigClusters } from '../../src/cluster/kubeconfigClusters.ts';
import type { LiveSource } from '../../src/cluster/live/liveSource.ts';
import { isObject, objectAt } from '../../src/model/json.ts';
import { CertificateAuthority } from '../control-plane/certificates.ts';
import { type ControlPlane, startControlPlane } from '../control-plane/controlPlane.ts';
import { type FaultProxy, startFaultProxy } from '../control-plane/faultProxy.ts';
import { type Credential, kubeconfigText, writeKubeconfig } from '../control-plane/kubeconfig.ts';
import { readEverything } from '../control-plane/users.ts';
import { waitUntil } from '../control-plane/waitUntil.ts';
import {
  configMapsIn,
  createNamespace,
  knowledge,
  openSource,
  quick,
  until,
  untilLoaded,
  untilSameAsKubectl,
  writeConfigMaps,
} from './liveCluster.ts';
import { writePlugin } from './plugin.ts';

describe('a live source', () => {
  let plane: ControlPlane;
  let proxy: FaultProxy;
  const sources: { dispose(): void }[] = [];
  let count = 0;

  before(async () => {
    plane = await startControlPlane({ simulate: false });
    proxy = await startFaultProxy(plane);
    await createNamespace(plane, 'shop');
    await writeConfigMaps(plane, 'shop', ['settings'], 'x');
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
  afterEach(() => {
    for (const source of sources.splice(0)) source.dispose();
  });

  const shop = configMapsIn('shop');
  const open = async (...parameters: Parameters<typeof openSource>): Promise<LiveSource> => {
    const source = await openSource(...parameters);
    sources.push(source);
    return source;
  };
  /** A kubeconfig that leads through the proxy. */
  const kubeconfigWith = async (
    credential: Credential,
    options: { server?: string; ca?: string } = {},
  ): Promise<string> => {
    const file = join(plane.folder, `test-${++count}.kubeconfig`);
    await writeKubeconfig(file, [
      {
        name: `test-${count}`,
        server: options.server ?? proxy.server,
        certificateAuthority: options.ca ?? plane.authority.certificate,
        credential,
      },
    ]);
    return file;
  };

  describe('connects', () => {
    it('only when it is told to', async () => {
      const source = await open(proxy.kubeconfig, [shop, { kind: 'nodes' }]);
      assert.equal(source.state.kind, 'not-connected');
      await sleep(100);
      assert.equal(proxy.connections, 0);
      assert.deepEqual(source.snapshot.knowledge('nodes'), { state: 'unread' });
      await source.connect();
      assert.equal(source.state.kind, 'connected');
      await until(source, 'the version', () => source.snapshot.server.version?.gitVersion === plane.version);
    });

    it('and reads what is needed, no more', async () => {
      const source = await open(proxy.kubeconfig, [shop]);
      await source.connect();
      await untilSameAsKubectl(plane, source, shop);
      const asked = new Set(proxy.requests.map(({ path }) => path));
      assert.deepEqual([...asked].sort(), ['/api/v1/namespaces/shop/configmaps', '/apis', '/version']);
    });

    it('not at all when the user changes his mind', async () => {
      proxy.add({}, { kind: 'silence' });
      const source = await open(proxy.kubeconfig, [shop]);
      const cancel = new AbortController();
      const connecting = source.connect(cancel.signal);
      await sleep(50);
      cancel.abort();
      await connecting;
      assert.equal(source.state.kind, 'not-connected');
    });

    it('again after it was disconnected, and says meanwhile how old its knowledge is', async () => {
      const source = await open(proxy.kubeconfig, [shop]);
      await source.connect();
      await untilLoaded(source, shop);
      source.disconnect();
      await until(source, 'stale', () => knowledge(source, shop) === 'stale');
      assert.equal(source.state.kind, 'not-connected');
      assert.equal(source.snapshot.server.versionKnowledge.state, 'stale');
      await sleep(700);
      proxy.forget();
      await sleep(700);
      assert.equal(proxy.requests.length, 0, 'a disconnected source asks for nothing');
      await source.connect();
      await untilSameAsKubectl(plane, source, shop);
    });
  });

  describe('with needs that change', () => {
    const isPaused = ({ snapshot }: LiveSource): boolean =>
      snapshot.content.reads.some(({ interest, paused }) => interest.kind === 'configMaps' && paused === true);

    it('reads once what two views need, and pauses when both have gone', async () => {
      const source = await open(proxy.kubeconfig);
      await source.connect();
      const first = source.need([shop]);
      const second = source.need([shop]);
      await untilLoaded(source, shop);
      assert.equal(proxy.count({ verb: 'list', resource: 'configmaps' }), 1);
      first.dispose();
      await sleep(quick.graceMs === undefined ? 0 : quick.graceMs * 2);
      assert.equal(knowledge(source, shop), 'loaded');
      second.update([]);
      await until(source, 'stale', () => knowledge(source, shop) === 'stale');
      assert.equal(source.snapshot.list('configMaps').length > 0, true, 'the last data is kept');
      assert.ok(isPaused(source), 'what nobody needs says so');
      await waitUntil('the watch to be closed', () =>
        Promise.resolve(proxy.requests.every(({ verb, ended }) => verb !== 'watch' || ended) || undefined),
      );
      await writeConfigMaps(plane, 'shop', ['later'], 'y');
      const third = source.need([shop]);
      await untilSameAsKubectl(plane, source, shop);
      assert.equal(proxy.count({ verb: 'list', resource: 'configmaps' }), 1, 'it went on where it had stopped');
      assert.ok(!isPaused(source));
      third.dispose();
    });

    it('keeps the identity of what has not changed', async () => {
      await writeConfigMaps(plane, 'shop', ['settings', 'other'], 'x');
      const source = await open(proxy.kubeconfig, [shop]);
      await source.connect();
      await untilLoaded(source, shop);
      const before = source.snapshot.table('configMaps');
      await source.refresh();
      assert.equal(source.snapshot.table('configMaps'), before);
      const settings = before.get('shop', 'settings');
      await writeConfigMaps(plane, 'shop', ['other'], String(Date.now()));
      await until(source, 'the change', () => source.snapshot.table('configMaps') !== before);
      assert.equal(source.snapshot.table('configMaps').get('shop', 'settings'), settings);
      assert.notEqual(source.snapshot.table('configMaps').get('shop', 'other'), before.get('shop', 'other'));
    });

    it('sees in one read with a selector what another read without it sees go', async () => {
      const selected = { kind: 'configMaps', namespace: 'shop', labelSelector: 'app=shop' } as const;
      const source = await open(proxy.kubeconfig, [shop, selected]);
      await source.connect();
      await untilLoaded(source, shop, selected);
      await writeConfigMaps(plane, 'shop', ['passing'], 'x');
      await until(source, 'passing', () => source.snapshot.table('configMaps').get('shop', 'passing') !== undefined);
      // It leaves the selector and stays in the namespace.
      await plane.api.mergePatch('/api/v1/namespaces/shop/configmaps/passing', { metadata: { labels: { app: 'x' } } });
      await until(
        source,
        'the label',
        () => source.snapshot.table('configMaps').get('shop', 'passing')?.meta.labels['app'] === 'x',
      );
      await plane.api.delete('/api/v1/namespaces/shop/configmaps/passing');
      await until(source, 'its end', () => source.snapshot.table('configMaps').get('shop', 'passing') === undefined);
      await untilSameAsKubectl(plane, source, shop);
    });

    it('notices an API that appears and one that goes', async () => {
      const tiers = { kind: 'calicoTiers' } as const;
      const source = await open(proxy.kubeconfig, [tiers, { kind: 'customResourceDefinitions' }]);
      await source.connect();
      await until(source, 'absent', () => knowledge(source, tiers) === 'absent');
      assert.equal(proxy.count({ resource: 'tiers' }), 0, 'discovery has told, nothing was asked in vain');
      const definition = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
      await plane.api.create(definition, {
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name: 'tiers.crd.projectcalico.org' },
        spec: {
          group: 'crd.projectcalico.org',
          scope: 'Cluster',
          names: { kind: 'Tier', plural: 'tiers', singular: 'tier', listKind: 'TierList' },
          versions: [
            {
              name: 'v1',
              served: true,
              storage: true,
              schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
            },
          ],
        },
      });
      await untilLoaded(source, tiers);
      await plane.api.create('/apis/crd.projectcalico.org/v1/tiers', {
        apiVersion: 'crd.projectcalico.org/v1',
        kind: 'Tier',
        metadata: { name: 'security' },
        spec: { order: 10 },
      });
      await until(source, 'a tier', () => source.snapshot.list('calicoTiers').length === 1);
      assert.deepEqual(source.snapshot.list('calicoTiers')[0]?.spec, { order: 10 });
      await plane.api.delete(`${definition}/tiers.crd.projectcalico.org`);
      await until(source, 'absent again', () => knowledge(source, tiers) === 'absent', 30);
      assert.equal(source.snapshot.list('calicoTiers').length, 0);
    });
  });

  describe('of a user with few rights', () => {
    it('says what may not be read, and asks no more until told to', async () => {
      const user = await plane.createUser('anna', {
        rulesIn: { shop: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'watch'] }] },
      });
      const daemonSets = { kind: 'daemonSets', namespace: 'kube-system' } as const;
      const source = await open(await proxy.kubeconfigOf(user), [shop, daemonSets, { kind: 'nodes' }]);
      await source.connect();
      await untilLoaded(source, shop);
      await until(source, 'a refusal', () => knowledge(source, daemonSets) === 'forbidden');
      assert.deepEqual(source.snapshot.knowledge('daemonSets', { namespace: 'kube-system' }), {
        state: 'forbidden',
        verb: 'list',
        resource: 'daemonsets.apps',
        namespace: 'kube-system',
      });
      assert.deepEqual(source.snapshot.knowledge('nodes'), { state: 'forbidden', verb: 'list', resource: 'nodes' });
      assert.equal(source.state.kind, 'connected', 'what may be read is read');
      await sleep(1_000);
      assert.equal(proxy.count({ resource: 'nodes' }), 1);
      await source.refresh();
      assert.equal(proxy.count({ resource: 'nodes' }), 2);
    });

    it('is forbidden when nothing may be read, and no longer when the user was let in', async () => {
      const user = await plane.createUser('bert');
      const source = await open(user.kubeconfig, [shop, { kind: 'nodes' }, { kind: 'routes' }]);
      await source.connect();
      await until(source, 'forbidden', () => source.state.kind === 'forbidden');
      assert.ok(source.state.kind === 'forbidden' && source.state.verb === 'list');
      await plane.createUser('bert', { rules: readEverything });
      await until(source, 'rights', () => {
        void source.refresh();
        return knowledge(source, shop) === 'loaded';
      });
      await until(source, 'connected', () => source.state.kind === 'connected');
    });

    it('can ask what he may do', async () => {
      const user = await plane.createUser('carla', {
        rulesIn: { shop: [{ apiGroups: [''], resources: ['pods/log'], verbs: ['get'] }] },
      });
      const source = await open(user.kubeconfig);
      await source.connect();
      const log = { verb: 'get', resource: 'pods', subresource: 'log' };
      assert.equal((await source.client?.mayI({ ...log, namespace: 'shop' }))?.allowed, true);
      assert.equal((await source.client?.mayI({ ...log, namespace: 'kube-system' }))?.allowed, false);
      assert.equal((await source.client?.mayI({ verb: 'list', resource: 'nodes' }))?.allowed, false);
    });
  });

  describe('whose credentials run out', () => {
    it('is unauthorized, keeps what it knew with its age, and does not try again by itself', async () => {
      const user = await plane.createUser('dora', { rules: readEverything, credential: 'token' });
      assert.ok(user.credential.kind === 'token');
      const source = await open(await proxy.kubeconfigOf(user), [shop]);
      await source.connect();
      await untilLoaded(source, shop);
      plane.tokens.revoke(user.credential.token);
      await until(source, 'unauthorized', () => source.state.kind === 'unauthorized');
      assert.equal(knowledge(source, shop), 'stale');
      assert.ok(source.snapshot.list('configMaps').length > 0);
      await sleep(300);
      proxy.forget();
      await sleep(1_200);
      assert.equal(proxy.requests.length, 0);
      const refreshed = source.refresh();
      assert.equal(source.state.kind, 'connecting');
      await refreshed;
      assert.equal(source.state.kind, 'unauthorized');
      assert.ok(proxy.requests.length > 0, 'the user asked for it');
      const nodes = { kind: 'nodes' } as const;
      source.need([nodes]);
      await until(source, 'no knowledge', () => knowledge(source, nodes) === 'unavailable');
    });

    it('signs in again by itself when the file that holds the token was renewed', async () => {
      const user = await plane.createUser('emil', { rules: readEverything, credential: 'token' });
      assert.ok(user.credential.kind === 'token');
      const tokenFile = join(plane.folder, 'token-of-emil');
      await writeFile(tokenFile, user.credential.token);
      const file = join(plane.folder, 'emil-token-file.kubeconfig');
      const text = kubeconfigText([
        {
          name: 'emil',
          server: proxy.server,
          certificateAuthority: plane.authority.certificate,
          credential: user.credential,
        },
      ]);
      await writeFile(file, text.replace(`token: ${user.credential.token}`, 'tokenFile: token-of-emil'));
      const source = await open(file, [shop]);
      await source.connect();
      await untilLoaded(source, shop);
      const renewed = await plane.createUser('emil', { rules: readEverything, credential: 'token' });
      assert.ok(renewed.credential.kind === 'token');
      await writeFile(tokenFile, renewed.credential.token);
      plane.tokens.revoke(user.credential.token);
      await source.refresh();
      assert.equal(source.state.kind, 'connected');
      assert.equal(knowledge(source, shop), 'loaded');
    });

    it('says what is wrong when the server is not the one that the kubeconfig trusts', async () => {
      const stranger = new CertificateAuthority('stranger');
      const file = await kubeconfigWith({ kind: 'none' }, { ca: stranger.certificate });
      const source = await open(file, [shop]);
      await source.connect();
      assert.equal(source.state.kind, 'certificate');
      assert.ok(source.state.kind === 'certificate' && /not trusted|signed by itself|TLS/.test(source.state.message));
    });
  });

  describe('with a credential plugin', () => {
    const execOf = (plugin: { command: string; args: readonly string[] }, more: object = {}): Credential => ({
      kind: 'exec',
      command: plugin.command,
      args: plugin.args,
      interactiveMode: 'Never',
      ...more,
    });
    const tokenOf = async (name: string): Promise<string> => {
      const { credential } = await plane.createUser(name, { rules: readEverything, credential: 'token' });
      assert.ok(credential.kind === 'token');
      return credential.token;
    };

    it('runs it once for all reads that start together, and not again while its credential is good', async () => {
      const plugin = await writePlugin(
        plane.folder,
        'single',
        `await new Promise((resolve) => setTimeout(resolve, 200));
give({ token: ${JSON.stringify(await tokenOf('frida'))} });`,
      );
      const file = await kubeconfigWith(execOf(plugin, { provideClusterInfo: true }));
      const source = await open(file, [shop, { kind: 'nodes' }, { kind: 'namespaces' }, { kind: 'daemonSets' }]);
      await source.connect();
      await untilLoaded(source, shop, { kind: 'nodes' }, { kind: 'namespaces' }, { kind: 'daemonSets' });
      const runs = await plugin.runs();
      assert.equal(runs.length, 1);
      const [info] = runs;
      assert.ok(isObject(info));
      const spec = objectAt(info, 'spec');
      assert.equal(spec['interactive'], false);
      assert.equal(objectAt(spec, 'cluster')['server'], proxy.server);
      assert.equal(
        Buffer.from(String(objectAt(spec, 'cluster')['certificate-authority-data']), 'base64').toString(),
        plane.authority.certificate,
      );
    });

    it('runs it again when the server refuses its credential, once', async () => {
      const first = await tokenOf('gerd');
      const second = await tokenOf('gerd');
      const plugin = await writePlugin(plane.folder, 'renewing', `give({ token: ${JSON.stringify(first)} });`);
      const source = await open(await kubeconfigWith(execOf(plugin)), [shop]);
      await source.connect();
      await untilLoaded(source, shop);
      await plugin.become(`give({ token: ${JSON.stringify(second)} });`);
      plane.tokens.revoke(first);
      await source.refresh();
      assert.equal(source.state.kind, 'connected');
      await untilLoaded(source, shop);
      assert.equal((await plugin.runs()).length, 2);
      plane.tokens.revoke(second);
      await until(source, 'unauthorized', () => source.state.kind === 'unauthorized');
      const runs = (await plugin.runs()).length;
      assert.ok(runs <= 4, `${runs} runs`);
      await sleep(1_000);
      assert.equal((await plugin.runs()).length, runs, 'it gives up');
    });

    it('runs it again when its credential has expired', async () => {
      const token = await tokenOf('hans');
      const plugin = await writePlugin(
        plane.folder,
        'expiring',
        `give({ token: ${JSON.stringify(token)}, expirationTimestamp: new Date(Date.now() + 6_000).toISOString() });`,
      );
      const source = await open(await kubeconfigWith(execOf(plugin)), [shop]);
      await source.connect();
      await untilLoaded(source, shop);
      assert.equal((await plugin.runs()).length, 1);
      await until(source, 'a second run', () => source.state.kind !== 'connected', 2).catch(() => undefined);
      assert.ok((await plugin.runs()).length >= 2);
      assert.equal(source.state.kind, 'connected');
    });

    it('takes a client certificate from it', async () => {
      await plane.createUser('ida', { rules: readEverything });
      const pair = plane.authority.issue({ commonName: 'ida', organizations: [] });
      const plugin = await writePlugin(
        plane.folder,
        'certificate',
        `give(${JSON.stringify({ clientCertificateData: pair.certificate, clientKeyData: pair.key })});`,
      );
      const source = await open(await kubeconfigWith(execOf(plugin)), [shop]);
      await source.connect();
      await untilLoaded(source, shop);
      assert.ok(proxy.requests.every(({ user }) => user === 'ida'));
    });

    it('says that it is not there, and how to get it', async () => {
      const file = await kubeconfigWith(
        execOf(
          { command: 'no-such-plugin-anywhere', args: ['get-token'] },
          { installHint: 'Install it from the shop.' },
        ),
      );
      const source = await open(file, [shop]);
      await source.connect();
      assert.deepEqual(source.state, {
        kind: 'credential-plugin',
        command: 'no-such-plugin-anywhere',
        args: ['get-token'],
        missing: true,
        message: 'no-such-plugin-anywhere is not installed or not on PATH',
        stderr: '',
        installHint: 'Install it from the shop.',
      });
      assert.equal(proxy.requests.length, 0);
    });

    it('shows what it says when it fails, without its secrets, and does not run it again by itself', async () => {
      const plugin = await writePlugin(
        plane.folder,
        'failing',
        `console.error('Your session has expired. Run: login --token=s3cret-token-value');\nprocess.exit(3);`,
      );
      const source = await open(await kubeconfigWith(execOf(plugin)), [shop, { kind: 'nodes' }]);
      await source.connect();
      assert.ok(source.state.kind === 'credential-plugin');
      assert.equal(source.state.missing, false);
      assert.match(source.state.stderr, /Your session has expired/);
      assert.doesNotMatch(source.state.stderr, /s3cret/);
      const runs = (await plugin.runs()).length;
      await sleep(800);
      assert.equal((await plugin.runs()).length, runs);
      await plugin.become(`give({ token: ${JSON.stringify(await tokenOf('jana'))} });`);
      await source.connect();
      assert.equal(source.state.kind, 'connected');
      await untilLoaded(source, shop);
    });

    it('stops one that takes too long, with all that it has started', async () => {
      const plugin = await writePlugin(
        plane.folder,
        'slow',
        `import { spawn } from 'node:child_process';
const child = spawn('sleep', ['600']);
console.error('child ' + child.pid);
setTimeout(() => undefined, 600_000);`,
      );
      const clusters = new KubeconfigClusters({ plugins: { timeoutMs: 700 }, live: { timing: quick } });
      sources.push(clusters);
      await clusters.configure({ env: { ...process.env, KUBECONFIG: await kubeconfigWith(execOf(plugin)) } });
      const source = clusters.list[0]?.source;
      assert.ok(source);
      await source.connect();
      assert.ok(source.state.kind === 'credential-plugin');
      const child = Number(/child (\d+)/.exec(source.state.stderr)?.[1]);
      assert.ok(child > 0, source.state.stderr);
      for (let waited = 0; isAlive(child); waited += 50) {
        assert.ok(waited < 5_000, 'what the plugin started has ended');
        await sleep(50);
      }
    });

    it('gives one that asks nothing to read, so that it fails instead of waiting', async () => {
      const plugin = await writePlugin(
        plane.folder,
        'prompting',
        `process.stderr.write('Please enter Username: ');
let answer = '';
for await (const chunk of process.stdin) answer += chunk;
if (answer === '') { console.error('no terminal'); process.exit(1); }`,
      );
      const source = await open(await kubeconfigWith(execOf(plugin)), [shop]);
      const began = Date.now();
      await source.connect();
      assert.ok(Date.now() - began < 5_000);
      assert.ok(source.state.kind === 'credential-plugin');
      assert.match(source.state.stderr, /Please enter Username: no terminal/);
    });

    it('does not run one that must have a terminal', async () => {
      const plugin = await writePlugin(plane.folder, 'interactive', 'give({ token: "x" });');
      const source = await open(await kubeconfigWith(execOf(plugin, { interactiveMode: 'Always' })), [shop]);
      await source.connect();
      assert.equal(source.state.kind, 'credential-plugin');
      assert.equal((await plugin.runs()).length, 0);
    });
  });

  describe('whose kubeconfig is rewritten while it is in use', () => {
    it('keeps its connection when its own entry stays, and is replaced when that changes', async () => {
      const file = join(plane.folder, 'rewritten.kubeconfig');
      const credential: Credential = { kind: 'certificate', pair: plane.administrator };
      const entry = { server: proxy.server, certificateAuthority: plane.authority.certificate, credential };
      await writeKubeconfig(file, [{ ...entry, name: 'one' }]);
      const clusters = new KubeconfigClusters({ live: { timing: quick }, watch: { settleMs: 20, pollMs: 200 } });
      sources.push(clusters);
      await clusters.configure({ env: { KUBECONFIG: file } });
      const source = clusters.list[0]?.source;
      assert.ok(source);
      source.need([shop]);
      await source.connect();
      await untilLoaded(source, shop);
      const version = proxy.count({ verb: 'list', resource: 'configmaps' });

      const changed = (): Promise<void> =>
        new Promise((resolve) => {
          const listening = clusters.onDidChange(() => {
            listening.dispose();
            resolve();
          });
        });
      let next = changed();
      await writeKubeconfig(file, [
        { ...entry, name: 'two' },
        { ...entry, name: 'one' },
      ]);
      await next;
      assert.deepEqual(
        clusters.list.map(({ context, current }) => [context.name, current]),
        [
          ['two', true],
          ['one', false],
        ],
      );
      assert.equal(clusters.list[1]?.source, source);
      await writeConfigMaps(plane, 'shop', ['settings'], 'after the first rewrite');
      await untilSameAsKubectl(plane, source, shop);
      assert.equal(proxy.count({ verb: 'list', resource: 'configmaps' }), version);

      next = changed();
      await writeFile(file, (await readFile(file, 'utf8')).replaceAll(proxy.server, plane.server));
      await next;
      const replaced = clusters.list.find(({ context }) => context.name === 'one')?.source;
      assert.ok(replaced !== undefined && replaced !== source);
      assert.equal(replaced.id, source.id);
      assert.equal(source.state.kind, 'not-connected', 'the old one has let go');
      replaced.need([shop]);
      await replaced.connect();
      await untilSameAsKubectl(plane, replaced, shop);
    });
  });
});

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
