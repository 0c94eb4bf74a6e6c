import assert from 'node:assert/strict';
import { refactorsAt } from '../../../src/language/refactors.ts';
import { PolicyTextReader } from '../../../src/language/policyText.ts';
import type { Path } from '../../../src/policy/lint/path.ts';

const policy = (peers: string): string => `# who
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
    - from:
${peers}`;
const both = `        - namespaceSelector: { matchLabels: { a: b } } # there
          podSelector: { matchLabels: { c: d } } # these
`;
const either = both.replace('          podSelector', '        - podSelector');
const peer: Path = ['spec', 'ingress', 0, 'from', 0, 'podSelector'];

/** The text after the one change whose title fits. */
async function apply(text: string, path: Path, title: RegExp): Promise<string | undefined> {
  const [written] = (await new PolicyTextReader('test').read(text)).policies;
  assert.ok(written);
  const chosen = refactorsAt(written, path).filter((one) => title.test(one.title));
  if (chosen.length === 0) return undefined;
  assert.equal(chosen.length, 1);
  return chosen[0]?.edits
    .toSorted((one, other) => other.start - one.start)
    .reduce((changed, { start, end, text: put }) => changed.slice(0, start) + put + changed.slice(end), written.slice);
}

describe('a change that may be made', () => {
  it('makes two peers of one, and one of two, and keeps comments', async () => {
    assert.equal(await apply(policy(both), peer, /OR/), policy(either));
    assert.equal(await apply(policy(either), peer, /AND/), policy(both));
    assert.equal(await apply(policy(either), peer, /OR/), undefined);
    assert.equal(await apply(policy(both), peer, /AND/), undefined);
  });

  it('does not join peers that name the same thing', async () => {
    const same = '        - podSelector: { matchLabels: { a: b } }\n        - podSelector: { matchLabels: { c: d } }\n';
    assert.equal(await apply(policy(same), peer, /AND/), undefined);
  });

  it('writes out the policy types that hold now', async () => {
    const text = policy(both).replace('  policyTypes: [Ingress]\n', '');
    assert.match((await apply(text, ['kind'], /policyTypes/)) ?? '', /\n {2}policyTypes:\n? *(- |\[ ?)Ingress/);
    assert.equal(await apply(policy(both), ['kind'], /policyTypes/), undefined);
  });

  it('adds a default deny behind the document, in its line endings', async () => {
    const after = await apply(policy(both).replaceAll('\n', '\r\n'), ['kind'], /default deny/);
    const { policies } = await new PolicyTextReader('test').read(after ?? '');
    assert.deepEqual(
      policies.map(({ policy: { meta } }) => `${meta.namespace}/${meta.name}`),
      ['shop/web', 'shop/default-deny'],
    );
    assert.doesNotMatch(after ?? '', /[^\r]\n/);
  });
});
