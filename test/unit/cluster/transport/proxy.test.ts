import assert from 'node:assert/strict';
import { proxyFor, withoutSecrets } from '../../../../src/cluster/transport/proxy.ts';

const via = (server: string, env: Record<string, string>, own?: string): string | undefined =>
  proxyFor(new URL(server), own, env)?.url.href;

describe('the proxy for a server', () => {
  const proxy = 'http://proxy.example:3128';
  const env = { HTTPS_PROXY: proxy };

  it('is the one of the kubeconfig, whatever the environment says, also on this machine', () => {
    assert.equal(via('https://10.0.0.1', { ...env, NO_PROXY: '*' }, 'socks5://s:1080'), 'socks5://s:1080');
    assert.equal(via('https://127.0.0.1:6443', {}, 'http://own:1'), 'http://own:1/');
  });

  it('else the one of the environment, by the scheme of the server, in either spelling', () => {
    assert.equal(via('https://k.example', env), `${proxy}/`);
    assert.equal(via('https://k.example', { https_proxy: proxy }), `${proxy}/`);
    assert.equal(via('https://k.example', { HTTP_PROXY: proxy, ALL_PROXY: proxy }), undefined);
    assert.equal(via('http://k.example', { HTTP_PROXY: proxy }), `${proxy}/`);
    assert.equal(via('https://k.example', { HTTPS_PROXY: 'proxy.example:3128' }), `${proxy}/`);
  });

  it('is told with what names it, and without its password', () => {
    const told = (env: Record<string, string>, own?: string): readonly (string | undefined)[] => {
      const chosen = proxyFor(new URL('https://k.example'), own, env);
      return [chosen && withoutSecrets(chosen), chosen?.from];
    };
    assert.deepEqual(told({ HTTPS_PROXY: 'http://user:secret@proxy.example:3128' }), [proxy, 'HTTPS_PROXY']);
    assert.deepEqual(told({ HTTPS_PROXY: '', https_proxy: proxy }), [proxy, 'https_proxy']);
    assert.deepEqual(told(env, 'socks5://a:b@s:1080'), ['socks5://s:1080', 'proxy-url']);
    assert.deepEqual(told({}), [undefined, undefined]);
  });

  it('is none for this machine', () => {
    for (const server of ['https://localhost:6443', 'https://127.0.0.1', 'https://127.8.9.1:1', 'https://[::1]:6443'])
      assert.equal(via(server, env), undefined, server);
  });

  it('is none for what NO_PROXY names', () => {
    const cases: readonly (readonly [string, string, boolean])[] = [
      ['https://k.example.com', 'example.com', true],
      ['https://example.com', 'example.com', true],
      ['https://badexample.com', 'example.com', false],
      ['https://k.example.com', '.example.com', true],
      ['https://example.com', '.example.com', false],
      ['https://k.example.com', '*.example.com', true],
      ['https://k.example.com', 'other, example.com ,x', true],
      ['https://K.Example.com', 'EXAMPLE.com', true],
      ['https://k.example.com:6443', 'example.com:6443', true],
      ['https://k.example.com:6443', 'example.com:443', false],
      ['https://k.example.com', 'example.com:443', true],
      ['https://10.1.2.3', '10.0.0.0/8', true],
      ['https://11.1.2.3', '10.0.0.0/8', false],
      ['https://10.1.2.3', '10.1.2.3', true],
      ['https://10.1.2.3', '10.1.2.3:443', true],
      ['https://10.1.2.30', '10.1.2.3', false],
      ['https://[fd00::5]', 'fd00::/8', true],
      ['https://[fd00::5]:6443', '[fd00::5]:6443', true],
      ['https://[fd00::5]', 'fd00:0:0::5', true],
      ['https://k.example', '*', true],
      ['https://k.example', '10.0.0.0/99,/,,:', false],
    ];
    for (const [server, list, none] of cases)
      assert.equal(via(server, { ...env, NO_PROXY: list }), none ? undefined : `${proxy}/`, `${server} and ${list}`);
  });
});
