import assert from 'node:assert/strict';
import { redact } from '../../../src/base/redact.ts';

describe('redact', () => {
  const secret = 'c2VjcmV0LXZhbHVlLTEyMw';
  const cases: readonly (readonly [string, string])[] = [
    ['a bearer header', `Authorization: Bearer ${secret}`],
    ['a web token', `got eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrIn0.${secret} back`],
    ['a PEM block', `key\n-----BEGIN EC PRIVATE KEY-----\n${secret}\n-----END EC PRIVATE KEY-----\nend`],
    ['a PEM block that was cut off', `-----BEGIN CERTIFICATE-----\n${secret}`],
    ['kubeconfig fields', `client-key-data: ${secret}`],
    ['a quoted token', `{"status":{"token":"${secret}","clientKeyData":"${secret}"}}`],
    ['a command line', `kubectl --token=${secret} get po`],
    ['a URL', `https://proxy:${secret}@proxy.example:3128/`],
    ['a named token', `id-token: ${secret}`],
  ];
  for (const [what, text] of cases) {
    it(`hides ${what}`, () => {
      const clean = redact(text);
      assert.ok(!clean.includes(secret), clean);
      assert.ok(clean.includes('«redacted»'));
    });
  }

  it('leaves everything else as it is', () => {
    const text = 'GET https://10.0.0.1:6443/api/v1/nodes?limit=500 403: nodes is forbidden: User "basic" cannot list';
    assert.equal(redact(text), text);
  });
});
