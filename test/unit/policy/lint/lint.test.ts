import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { lintCodes, type LintCode } from '../../../../src/policy/lint/codes.ts';
import type { LintOptions } from '../../../../src/policy/lint/context.ts';
import type { Finding } from '../../../../src/policy/lint/finding.ts';
import { lintPolicies } from '../../../../src/policy/lint/lint.ts';
import { findRedundantPolicies } from '../../../../src/policy/lint/redundant.ts';
import { findUnquotedValues } from '../../../../src/policy/lint/unquoted.ts';
import { buildEngine } from '../../../../src/policy/engine.ts';
import { formatPath } from '../../../../src/policy/lint/path.ts';
import { snapshotFromYaml, type SnapshotOptions } from '../../support/snapshotFromYaml.ts';
import { cluster, examples } from './examples.ts';

const lint = (policies: string, options?: SnapshotOptions, lintOptions?: LintOptions): readonly Finding[] =>
  lintPolicies(snapshotFromYaml(`${cluster}\n---\n${policies}`, options), lintOptions);

const codesOf = (findings: readonly Finding[]): string[] => findings.map(({ code }) => code);

const policy = (spec: string): string =>
  `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p, namespace: shop}, spec: ${spec}}`;

/** Codes of which the examples are elsewhere: they need more than a policy and a cluster. */
const elsewhere: ReadonlySet<LintCode> = new Set<LintCode>(['not-enforced', 'unquoted-value', 'redundant-policy']);

describe('linting policies', () => {
  for (const { code, found, at, fine, says, fix } of examples) {
    describe(code, () => {
      it(`is found in ${found.slice(0, 200)}`, () => {
        const findings = lint(found).filter((finding) => finding.code === code && finding.policy.name !== 'rival');
        assert.deepEqual(
          findings.map(({ path }) => formatPath(path)),
          [at],
          JSON.stringify(lint(found), null, 1),
        );
        const [finding] = findings;
        assert.ok(finding !== undefined);
        assert.match(finding.message, /[.?]$/, 'a message is made of sentences');
        if (says !== undefined) assert.match(finding.message, says);
        if (fix !== undefined) assert.deepEqual(finding.fixes[0], fix);
      });

      it(`is not found in ${fine.slice(0, 200)}`, () => {
        assert.deepEqual(
          lint(fine).filter((finding) => finding.code === code),
          [],
        );
      });
    });
  }

  it('has examples for every code', () => {
    const shown = new Set<string>(examples.map(({ code }) => code));
    const missing = Object.keys(lintCodes).filter((code) => !shown.has(code) && !elsewhere.has(code as LintCode));
    assert.deepEqual(missing, []);
  });

  it('explains every code in the manual', () => {
    const text = readFileSync(new URL('../../../../docs/policy-lint.md', import.meta.url), 'utf8');
    const missing = Object.keys(lintCodes).filter((code) => !text.includes(`### ${code}\n`));
    assert.deepEqual(missing, []);
  });

  describe('what is not known', () => {
    const typo = policy('{podSelector: {matchLabels: {app: apii}}}');
    const peer = policy('{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: fronz}}}]}]}');

    it('is not taken for absent: pods that may not be listed', () => {
      const forbidden = { state: 'forbidden', verb: 'list', resource: 'pods' } as const;
      assert.deepEqual(codesOf(lint(typo, { knowledge: { pods: forbidden } })), []);
      assert.deepEqual(codesOf(lint(typo, { knowledge: { pods: { state: 'loading' } } })), []);
    });

    it('is not taken for absent: namespaces that may not be listed', () => {
      const forbidden = { state: 'forbidden', verb: 'list', resource: 'namespaces' } as const;
      assert.ok(!codesOf(lint(peer, { knowledge: { namespaces: forbidden } })).includes('peer-matches-nothing'));
    });

    it('is left open by manifests of a part of a cluster', () => {
      const part = (text: string): string[] => codesOf(lintPolicies(snapshotFromYaml(text, { origin: 'folder' })));
      assert.deepEqual(part(typo), [], 'policies without pods');
      const elsewherePeer = policy(
        '{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}]}]}',
      );
      const pod = '{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: shop, labels: {app: api}}}';
      assert.deepEqual(part(`${elsewherePeer}\n---\n${pod}`), [], 'a namespace that is made elsewhere');
      assert.deepEqual(part(`${typo}\n---\n${pod}`), ['selects-no-pod'], 'a slip is one all the same');
    });
  });

  it('takes workloads in manifests for their pods', () => {
    const workload = `{apiVersion: apps/v1, kind: Deployment, metadata: {name: api, namespace: shop}, spec: {template: {metadata: {labels: {app: api}}, spec: {containers: [{name: c, ports: [{name: http, containerPort: 80}]}]}}}}`;
    const text = (port: string): string =>
      `${workload}\n---\n${policy(`{podSelector: {matchLabels: {app: api}}, ingress: [{ports: [{port: ${port}}]}]}`)}`;
    const codes = (port: string): string[] => codesOf(lintPolicies(snapshotFromYaml(text(port), { origin: 'folder' })));
    assert.deepEqual(codes('http'), []);
    assert.deepEqual(codes('htpp'), ['named-port-unknown']);
  });

  it('says at each policy that the cluster does not enforce it, when it is told so', () => {
    const policies = policy('{podSelector: {}}');
    const no = (): { verdict: 'no'; reason: string } => ({ verdict: 'no', reason: 'flannel enforces nothing.' });
    const [finding, ...others] = lint(policies, {}, { enforcement: no });
    assert.equal(finding?.code, 'not-enforced');
    assert.match(finding.message, /flannel enforces nothing\.$/);
    assert.deepEqual(others, []);
    assert.deepEqual(lint(policies, {}, { enforcement: () => ({ verdict: 'unknown', reason: '' }) }), []);
  });

  it('finds policies that change nothing, but for backstops', async () => {
    const db = '{podSelector: {matchLabels: {app: db}}}';
    const named = (name: string, spec: string): string => policy(spec).replace('name: p,', `name: ${name},`);
    const policies = [
      named('all', `{podSelector: {}, ingress: [{from: [${db}]}]}`),
      named('one', `{podSelector: {matchLabels: {app: api}}, ingress: [{from: [${db}]}]}`),
      named('backstop', '{podSelector: {}}'),
    ];
    const snapshot = snapshotFromYaml(`${cluster}\n---\n${policies.join('\n---\n')}`);
    const found = findRedundantPolicies(snapshot, await buildEngine(snapshot).coverage());
    assert.deepEqual(
      found.map(({ code, policy: { name } }) => `${code} ${name}`),
      ['redundant-policy one'],
    );
  });

  it('finds bare words that kubectl takes for booleans or numbers, where text is meant', () => {
    const text = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: no, labels: {a: off, b: 'on', "y": z}}
spec:
  podSelector:
    matchLabels: {canary: No, yes: x, quoted: "yes", plain: nothing, odd: oN, number: 1_000}
    matchExpressions: [{key: k, operator: In, values: [on, other]}]
`;
    const ref = { table: 'networkPolicies', kind: 'NetworkPolicy', namespace: 'default', name: 'no' } as const;
    const found = findUnquotedValues(parseDocument(text), [], ref);
    assert.deepEqual(
      found.map(({ path, fixes }) => `${formatPath(path)} ${fixes[0]?.kind}`),
      [
        'metadata.name set',
        'metadata.labels.a set',
        'spec.podSelector.matchLabels.canary set',
        'spec.podSelector.matchLabels.yes rename',
        'spec.podSelector.matchLabels.number set',
        'spec.podSelector.matchExpressions[0].values[0] set',
      ],
    );
    const [, , value, key] = found.map(({ message }) => message);
    assert.equal(value, 'kubectl takes the bare No for a boolean, which the API server refuses. Quote it.');
    assert.equal(key, 'kubectl takes the bare yes for a boolean, and makes the key "true" of it. Quote it.');
  });

  it('does not stumble over anything in a spec', () => {
    const oddities = [
      'null',
      '5',
      '"x"',
      '[]',
      '{}',
      '[null]',
      '[5]',
      '[[]]',
      '{a: {b: [1]}}',
      '[{from: 5}]',
      '[{ports: [null, 5, {port: {}}]}]',
    ];
    for (const kind of [
      'networking.k8s.io/v1, kind: NetworkPolicy',
      'policy.networking.k8s.io/v1alpha1, kind: AdminNetworkPolicy',
      'projectcalico.org/v3, kind: GlobalNetworkPolicy',
    ]) {
      for (const field of [
        'podSelector',
        'subject',
        'policyTypes',
        'types',
        'ingress',
        'egress',
        'priority',
        'tier',
        'selector',
      ]) {
        for (const odd of oddities)
          assert.doesNotThrow(
            () => lint(`{apiVersion: ${kind}, metadata: {name: p}, spec: {${field}: ${odd}}}`),
            `${field}: ${odd}`,
          );
      }
    }
  });
});
