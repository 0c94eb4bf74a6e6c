import assert from 'node:assert/strict';
import { parseDocument } from 'yaml';
import { fixEdits } from '../../../src/language/fixEdits.ts';
import type { Fix } from '../../../src/policy/lint/finding.ts';

function apply(text: string, fix: Fix): string | undefined {
  const edits = fixEdits(text, parseDocument(text), [], fix);
  return edits
    ?.toSorted((one, other) => other.start - one.start)
    .reduce((changed, { start, end, text: put }) => changed.slice(0, start) + put + changed.slice(end), text);
}

const policy = `# who may come in
kind: NetworkPolicy
spec:
  podSelector: {}   # everybody
  policyTypes: [Egress]
  egress:
    - to:
        - namespaceSelector:
            matchLabels: { team: 'a' }
        - podSelector: { matchLabels: { app: web } } # the front
      ports:
        - port: 80
`;

describe('a quick fix', () => {
  const cases: [string, Fix, (text: string) => string][] = [
    [
      'replaces a value and leaves the comment beside it',
      { kind: 'set', title: '', path: ['spec', 'egress', 0, 'ports', 0, 'port'], value: 8080 },
      (text) => text.replace('port: 80\n', 'port: 8080\n'),
    ],
    [
      'quotes what would not be text',
      {
        kind: 'set',
        title: '',
        path: ['spec', 'egress', 0, 'to', 0, 'namespaceSelector', 'matchLabels', 'team'],
        value: 'true',
      },
      (text) => text.replace("'a'", '"true"'),
    ],
    [
      'replaces a list in the style of one line',
      { kind: 'set', title: '', path: ['spec', 'policyTypes'], value: ['Ingress', 'Egress'] },
      (text) => text.replace('[Egress]', '[ Ingress, Egress ]'),
    ],
    [
      'adds a field at the end of its map',
      { kind: 'set', title: '', path: ['spec', 'egress', 0, 'ports', 0, 'protocol'], value: 'UDP' },
      (text) => `${text}          protocol: UDP\n`,
    ],
    [
      'adds an element in the indentation of the list',
      { kind: 'append', title: '', path: ['spec', 'egress'], value: { ports: [{ port: 53, protocol: 'UDP' }] } },
      (text) => `${text}    - ports:\n        - port: 53\n          protocol: UDP\n`,
    ],
    [
      'adds an element after one that a comment follows',
      { kind: 'append', title: '', path: ['spec', 'egress', 0, 'to'], value: { podSelector: {} } },
      (text) => text.replace('# the front\n', '# the front\n        - podSelector: {}\n'),
    ],
    [
      'makes a list that is not there',
      { kind: 'append', title: '', path: ['spec', 'ingress'], value: { from: [] } },
      (text) => `${text}  ingress:\n    - from: []\n`,
    ],
    [
      'renames a key',
      {
        kind: 'rename',
        title: '',
        path: ['spec', 'egress', 0, 'to', 0, 'namespaceSelector', 'matchLabels', 'team'],
        to: 'squad',
      },
      (text) => text.replace('team:', 'squad:'),
    ],
    [
      'removes an element with its line',
      { kind: 'remove', title: '', path: ['spec', 'egress', 0, 'to', 1] },
      (text) => text.replace(/ +- podSelector: \{ matchLabels.*\n/, ''),
    ],
    [
      'makes one peer of two',
      { kind: 'merge', title: '', path: ['spec', 'egress', 0, 'to', 0], from: ['spec', 'egress', 0, 'to', 1] },
      (text) => text.replace('        - podSelector: { match', '          podSelector: { match'),
    ],
  ];
  for (const [title, fix, expected] of cases) {
    it(title, () => {
      const changed = apply(policy, fix);
      assert.equal(changed, expected(policy));
      assert.deepEqual(parseDocument(changed).errors, []);
    });
    it(`${title}, with Windows line endings`, () => {
      const changed = apply(policy.replaceAll('\n', '\r\n'), fix);
      assert.deepEqual(parseDocument(changed ?? '').toJS(), parseDocument(expected(policy)).toJS());
    });
  }

  it('fills an empty list', () => {
    assert.equal(
      apply('spec:\n  egress: [] # none\n', { kind: 'append', title: '', path: ['spec', 'egress'], value: { to: [] } }),
      'spec:\n  egress:\n    - to: [] # none\n',
    );
  });

  it('adds to JSON as JSON', () => {
    const text = '{"spec": {"egress": [{"to": []}], "podSelector": {}}}';
    const added = apply(text, {
      kind: 'append',
      title: '',
      path: ['spec', 'egress'],
      value: { ports: [{ port: 53 }] },
    });
    assert.deepEqual(parseDocument(added ?? '').toJS(), {
      spec: { egress: [{ to: [] }, { ports: [{ port: 53 }] }], podSelector: {} },
    });
  });

  it('does nothing where the document is written in another way', () => {
    const text = 'spec:\n  egress: [{ to: [{ a: 1 }, { b: 2 }] }]\n';
    assert.equal(
      apply(text, {
        kind: 'merge',
        title: '',
        path: ['spec', 'egress', 0, 'to', 0],
        from: ['spec', 'egress', 0, 'to', 1],
      }),
      undefined,
    );
    assert.equal(apply(text, { kind: 'rename', title: '', path: ['spec', 'nothing'], to: 'x' }), undefined);
  });
});
