import assert from 'node:assert/strict';
import { type Kustomized, readKustomization } from '../../../src/cluster/kustomization.ts';
import { PolicyTextReader, type PolicyText } from '../../../src/language/policyText.ts';

const policy = (name: string, spec = 'podSelector: {}'): string =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: ${name}\nspec:\n  ${spec}\n`;
const read = (text: string): Promise<PolicyText> => new PolicyTextReader('test').read(text);
const resource = (text: string): Kustomized => {
  const kustomization = readKustomization(text);
  assert.ok(kustomization);
  return { as: 'resource', by: [kustomization] };
};
const names = ({ policies }: PolicyText): readonly string[] => policies.map((one) => one.policy.meta.name);

describe('the text of policies', () => {
  it('reads each document and knows its lines', async () => {
    const text = await read(`# first\n${policy('one')}---\n${policy('two')}`);
    assert.deepEqual(names(text), ['one', 'two']);
    const [one, two] = text.policies;
    assert.deepEqual([one?.line, two?.line], [2, 9]);
    assert.deepEqual(two?.rangeOf(['metadata', 'name']), { line: 12, column: 9, endLine: 12, endColumn: 12 });
  });

  it('keeps the documents that a keystroke leaves as they are', async () => {
    const reader = new PolicyTextReader('test');
    const before = await reader.read(`${policy('one')}---\n${policy('two')}`);
    const after = await reader.read(`${policy('one')}# more\n# lines\n---\n${policy('two')}`);
    assert.equal(after.overlay[1], before.overlay[1]);
    assert.equal(after.policies[1]?.policy, before.policies[1]?.policy);
    assert.equal(after.policies[1]?.line, (before.policies[1]?.line ?? 0) + 2);
    assert.equal(after.policies[1].rangeOf(['metadata', 'name'])?.line, 13);
  });

  it('loses only the document that has a syntax error, and says where', async () => {
    const text = await read(`${policy('one')}---\n${policy('broken', 'podSelector: {')}---\n${policy('three')}`);
    assert.deepEqual(names(text), ['one', 'three']);
    const [problem, ...more] = text.problems;
    assert.deepEqual(more, []);
    assert.equal(problem?.severity, 'error');
    assert.ok(problem.line >= 8 && problem.line <= 15, `line ${problem.line}`);
  });

  it('finds the lines in a file with Windows line endings', async () => {
    const text = await read(`${policy('one')}---\n${policy('two')}`.replaceAll('\n', '\r\n'));
    assert.deepEqual(names(text), ['one', 'two']);
    assert.deepEqual(text.policies[1]?.rangeOf(['metadata', 'name']), {
      line: 11,
      column: 9,
      endLine: 11,
      endColumn: 12,
    });
  });

  it('reads JSON', async () => {
    const text = await read(
      '{\n  "apiVersion": "networking.k8s.io/v1",\n  "kind": "NetworkPolicy",\n  "metadata": { "name": "json" },\n  "spec": {}\n}',
    );
    assert.deepEqual(names(text), ['json']);
    assert.equal(text.policies[0]?.rangeOf(['metadata', 'name'])?.line, 4);
  });

  it('reads the elements of a List', async () => {
    const items = ['one', 'two'].map((name) => `- ${policy(name).trimEnd().replaceAll('\n', '\n  ')}\n`).join('');
    const text = await read(`apiVersion: v1\nkind: List\nitems:\n${items}`);
    assert.deepEqual(names(text), ['one', 'two']);
    assert.equal(text.policies[1]?.rangeOf(['metadata', 'name'])?.line, 13);
  });

  it('follows anchors', async () => {
    const text = await read(
      policy('one', 'podSelector: &web { matchLabels: { app: web } }\n  ingress: [{ from: [{ podSelector: *web }] }]'),
    );
    assert.deepEqual(text.policies[0]?.policy.spec['ingress'], [
      { from: [{ podSelector: { matchLabels: { app: 'web' } } }] },
    ]);
  });

  it('leaves what is no policy alone', async () => {
    const text = await read(`kind: Deployment\napiVersion: apps/v1\nmetadata: { name: web }\n---\n${policy('one')}`);
    assert.deepEqual(names(text), ['one']);
  });

  it('leaves templates alone, and says so only where a policy is meant', async () => {
    const templated = policy('api', 'podSelector: { matchLabels: { app: "{{ .Values.app }}" } }');
    const text = await read(
      `${templated}---\nkind: Service\nmetadata: { name: {{ .Release.Name }} }\n---\n${policy('one')}`,
    );
    assert.deepEqual(names(text), ['one']);
    assert.deepEqual(
      text.problems.map(({ code, line }) => `${code} ${line}`),
      ['helm-template 1'],
    );
  });

  it('takes a template in an annotation for text', async () => {
    const annotated = policy('api').replace('  name: api', '  name: api\n  annotations: { note: "{{ $value }}" }');
    assert.deepEqual(names(await read(annotated)), ['api']);
  });

  it('lays nothing over the cluster that kustomize makes something else of', async () => {
    const reader = new PolicyTextReader('test');
    const own = policy('one').replace('name: one', 'name: one\n  namespace: shop');
    const patch = await reader.read(own, { as: 'patch' });
    assert.equal(patch.policies[0]?.leftAlone?.as, 'patch');
    assert.deepEqual(patch.overlay, []);
    const bare = await reader.read(policy('one'), resource('namePrefix: a-'), true);
    assert.match(bare.policies[0]?.leftAlone?.text ?? '', /sets its namespace/);
    assert.deepEqual(bare.overlay, []);
    const amongFiles = await reader.read(policy('one'), resource('namePrefix: a-'));
    assert.equal(amongFiles.policies[0]?.leftAlone, undefined);
  });

  it('reads a policy as kustomize makes it, says so, and says what is left out', async () => {
    const reader = new PolicyTextReader('test');
    const kustomized = resource('namespace: shop\nnamePrefix: test-\npatches: [{ path: a.yaml }]');
    const text = await reader.read(policy('one'), kustomized, true);
    const [made] = text.policies;
    assert.deepEqual([made?.policy.meta.namespace, made?.policy.meta.name], ['shop', 'test-one']);
    assert.equal(
      made?.made?.text,
      'As kustomize makes it: namespace shop, name prefix test-. What kustomize does by patches is left out. Check what `kubectl kustomize` prints.',
    );
    assert.equal((await reader.read(policy('one'), kustomized, true)).overlay[0], text.overlay[0]);
    const plain = await reader.read(policy('one'), resource('resources: [a.yaml]'));
    assert.deepEqual([names(plain), plain.policies[0]?.made], [['one'], undefined]);
  });
});
