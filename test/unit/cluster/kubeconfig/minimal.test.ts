import assert from 'node:assert/strict';
import { readKubeconfigFile } from '../../../../src/cluster/kubeconfig/file.ts';
import { mergeKubeconfig } from '../../../../src/cluster/kubeconfig/merge.ts';
import { minimalKubeconfig } from '../../../../src/cluster/kubeconfig/minimal.ts';

const file = `
apiVersion: v1
kind: Config
current-context: b
contexts:
  - { name: a, context: { cluster: ca, user: ua, namespace: shop } }
  - { name: b, context: { cluster: cb, user: ub } }
  - { name: broken, context: { cluster: nowhere, user: ub } }
clusters:
  - { name: ca, cluster: { server: "https://a:6443", certificate-authority: pki/ca.crt, proxy-url: "http://proxy:3128", tls-server-name: api } }
  - { name: cb, cluster: { server: "https://b:6443", insecure-skip-tls-verify: true } }
users:
  - name: ua
    user:
      exec: { apiVersion: client.authentication.k8s.io/v1, command: ./login, args: [--cluster, "a b"], env: [{ name: X, value: "1" }], interactiveMode: IfAvailable, provideClusterInfo: true }
  - { name: ub, user: { token: abc, as: admin, as-groups: [ops] } }
`;

const read = (text: string, path: string) => mergeKubeconfig([readKubeconfigFile(text, path)]).contexts;
const context = (name: string) => {
  const found = read(file, '/home/me/.kube/config').find((one) => one.name === name);
  assert.ok(found);
  return found;
};

describe('a kubeconfig for one context', () => {
  for (const name of ['a', 'b']) {
    it(`says of ${name} what the whole kubeconfig says, from any folder`, () => {
      const [again] = read(minimalKubeconfig(context(name)) ?? '', '/home/me/.kube/config');
      const { cluster, user, namespace } = context(name);
      assert.deepEqual([again?.cluster, again?.user, again?.namespace], [cluster, user, namespace]);
      assert.doesNotMatch(minimalKubeconfig(context(name)) ?? '', /"(pki|\.\/)/);
    });
  }

  it('holds no other cluster and no other user', () => {
    const text = minimalKubeconfig(context('a')) ?? '';
    assert.doesNotMatch(text, /https:\/\/b:6443|abc|"ub"/);
  });

  it('goes to the namespace that is asked for', () => {
    const parsed = JSON.parse(minimalKubeconfig(context('a'), 'kube-system') ?? '{}') as {
      contexts: { context: unknown }[];
    };
    assert.deepEqual(parsed.contexts[0]?.context, { cluster: 'ca', user: 'ua', namespace: 'kube-system' });
  });

  it('does not exist for a context that cannot be used', () => {
    assert.equal(minimalKubeconfig(context('broken')), undefined);
  });
});
