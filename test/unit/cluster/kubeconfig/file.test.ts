import assert from 'node:assert/strict';
import { readKubeconfigFile } from '../../../../src/cluster/kubeconfig/file.ts';
import { mergeKubeconfig } from '../../../../src/cluster/kubeconfig/merge.ts';
import type { KubeContext } from '../../../../src/cluster/kubeconfig/entries.ts';

const read = (text: string, file = '/home/ada/.kube/config'): ReturnType<typeof readKubeconfigFile> =>
  readKubeconfigFile(text, file);

const contextOf = (text: string, name = 'c'): KubeContext => {
  const found = mergeKubeconfig([read(text)]).contexts.find((context) => context.name === name);
  assert.ok(found, `no context ${name}`);
  return found;
};

const withUser = (user: string): string => `
clusters: [{name: k, cluster: {server: "https://k.example"}}]
contexts: [{name: c, context: {cluster: k, user: u}}]
users:
- name: u
  user: ${user}
`;

describe('a kubeconfig file', () => {
  it('has its relative paths resolved against its own folder, and a bare plugin name left to PATH', () => {
    const { cluster, user } = contextOf(`
clusters: [{name: k, cluster: {server: "https://k.example", certificate-authority: pki/ca.crt}}]
contexts: [{name: c, context: {cluster: k, user: u, namespace: shop}}]
users:
- name: u
  user:
    tokenFile: ../token
    client-certificate: /etc/a.crt
    client-key: a.key
    exec: {apiVersion: client.authentication.k8s.io/v1, command: ./bin/login, args: [a, 1], interactiveMode: Never}
`);
    assert.equal(cluster?.certificateAuthority, '/home/ada/.kube/pki/ca.crt');
    assert.equal(user?.tokenFile, '/home/ada/token');
    assert.equal(user?.clientCertificate, '/etc/a.crt');
    assert.equal(user?.clientKey, '/home/ada/.kube/a.key');
    assert.equal(user?.exec?.command, '/home/ada/.kube/bin/login');
    assert.deepEqual(user?.exec?.args, ['a', '1']);
    const bare = contextOf(withUser('{exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws}}'));
    assert.equal(bare.user?.exec?.command, 'aws');
    assert.equal(bare.user?.exec?.interactiveMode, 'IfAvailable');
  });

  it('that is empty is an empty configuration', () => {
    for (const text of ['', '# nothing yet\n', '---\n', 'apiVersion: v1\nkind: Config\nclusters: null\nusers: []\n'])
      assert.deepEqual(mergeKubeconfig([read(text)]), { contexts: [], problems: [] }, JSON.stringify(text));
  });

  it('that is no kubeconfig is said to be none', () => {
    for (const text of ['just text', '- a\n- b', '{"a": '])
      assert.equal(read(text).problems.length, 1, JSON.stringify(text));
  });

  it('keeps its good entries beside a bad one, whose line is told', () => {
    const { contexts, problems } = mergeKubeconfig([
      read(`clusters:
- name: good
  cluster: {server: https://good.example}
- name: bad
  cluster:
    server: ftp://bad.example
contexts:
- {name: fine, context: {cluster: good, user: ""}}
- {name: spoilt, context: {cluster: bad, user: ""}}
- {name: lost, context: {cluster: nowhere, user: ""}}
- just text
`),
    ]);
    const byName = new Map(contexts.map((context) => [context.name, context]));
    assert.equal(byName.get('fine')?.problem, undefined);
    assert.equal(byName.get('spoilt')?.problem?.line, 4);
    assert.match(byName.get('spoilt')?.problem?.message ?? '', /"bad".*"server"/);
    assert.match(byName.get('lost')?.problem?.message ?? '', /"nowhere", which is not there/);
    assert.deepEqual(
      problems.map(({ line }) => line),
      [11],
    );
  });

  it('refuses what kubectl refuses: an authority beside insecure-skip-tls-verify', () => {
    const context = contextOf(`
clusters: [{name: k, cluster: {server: "https://k.example", insecure-skip-tls-verify: true, certificate-authority-data: YQ==}}]
contexts: [{name: c, context: {cluster: k, user: ""}}]`);
    assert.match(context.problem?.message ?? '', /insecure-skip-tls-verify/);
  });

  it('refuses a plugin of a version that is no more', () => {
    const context = contextOf(withUser('{exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: aws}}'));
    assert.match(context.problem?.message ?? '', /v1alpha1/);
  });

  it('takes names and tokens that look like numbers for text', () => {
    const context = contextOf(
      'clusters: [{name: 1, cluster: {server: "https://k.example"}}]\n' +
        'contexts: [{name: 2, context: {cluster: 1, user: true}}]\nusers: [{name: true, user: {token: 12345}}]',
      '2',
    );
    assert.equal(context.problem, undefined);
    assert.equal(context.user?.token, '12345');
  });

  it('reads whom to impersonate', () => {
    const { user } = contextOf(
      withUser('{as: eve, as-uid: "7", as-groups: [ops, dev], as-user-extra: {reason: [audit, drill]}}'),
    );
    assert.deepEqual(user?.impersonation, {
      user: 'eve',
      uid: '7',
      groups: ['ops', 'dev'],
      extra: { reason: ['audit', 'drill'] },
    });
  });

  it('with two entries of one name uses the first and says so', () => {
    const { contexts, problems } = mergeKubeconfig([
      read(`clusters:
- {name: k, cluster: {server: "https://first.example"}}
- {name: k, cluster: {server: "https://second.example"}}
contexts: [{name: c, context: {cluster: k, user: ""}}]`),
    ]);
    assert.equal(contexts[0]?.cluster?.server, 'https://first.example');
    assert.deepEqual(
      problems.map(({ line }) => line),
      [3],
    );
  });
});

describe('several kubeconfig files', () => {
  it('are merged as kubectl does: the first entry of a name counts as a whole, and the first current context', () => {
    const first = read(
      `
current-context: a
clusters: [{name: shared, cluster: {server: "https://first.example"}}]
contexts: [{name: a, context: {cluster: shared, user: admin}}]`,
      '/one/config',
    );
    const second = read(
      `
current-context: b
clusters: [{name: shared, cluster: {server: "https://second.example", tls-server-name: x}}]
contexts: [{name: a, context: {cluster: other, user: ""}}, {name: b, context: {cluster: shared, user: admin}}]
users: [{name: admin, user: {client-certificate: me.crt, client-key: me.key}}]`,
      '/two/config',
    );
    const merged = mergeKubeconfig([first, second]);
    assert.equal(merged.currentContext, 'a');
    assert.deepEqual(
      merged.contexts.map(({ name, current, cluster }) => [name, current, cluster?.server, cluster?.tlsServerName]),
      [
        ['a', true, 'https://first.example', undefined],
        ['b', false, 'https://first.example', undefined],
      ],
    );
    assert.equal(merged.contexts[0]?.user?.clientCertificate, '/two/me.crt');
  });
});
