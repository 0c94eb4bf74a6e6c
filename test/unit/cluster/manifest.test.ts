import { strict as assert } from 'node:assert';
import { readManifest } from '../../../src/cluster/manifest.ts';
import { decodeText } from '../../../src/cluster/manifestText.ts';

const pod = (name: string): string => `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\n`;

const names = (text: string): string[] =>
  readManifest(text, 'a.yaml').objects.map(
    ({ object, kind, source }) =>
      `${kind}/${(object['metadata'] as { name: string }).name} ${source.line}-${source.endLine} d${source.document}` +
      (source.item === undefined ? '' : ` i${source.item}`),
  );

const problems = (text: string): string[] =>
  readManifest(text, 'a.yaml').problems.map(({ line, severity, code }) => `${line} ${severity} ${code}`);

describe('reading a manifest', () => {
  it('reads documents with their lines', () => {
    assert.deepEqual(names(`# first\n${pod('a')}---\n${pod('b')}`), ['Pod/a 2-5 d0', 'Pod/b 7-10 d1']);
  });

  it('reads Windows line endings and a byte order mark', () => {
    assert.deepEqual(names(`\uFEFF${pod('a')}---\n${pod('b')}`.replaceAll('\n', '\r\n')), [
      'Pod/a 1-4 d0',
      'Pod/b 6-9 d1',
    ]);
  });

  it('does not cut at a marker inside a block scalar', () => {
    const text = `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata:\n  x: |\n    a\n    ---\n    b\n  y: "---"\n`;
    assert.deepEqual(names(`${text}---\n${pod('p')}`), ['ConfigMap/c 1-10 d0', 'Pod/p 12-15 d1']);
  });

  it('takes directives, end markers, comments between markers and text behind a marker for what they are', () => {
    assert.deepEqual(names(`%YAML 1.2\n---\n${pod('a')}...\n# between\n---\n# nothing\n---\n${pod('b')}...\n`), [
      'Pod/a 3-7 d0',
      'Pod/b 12-16 d2',
    ]);
    assert.deepEqual(names('--- {apiVersion: v1, kind: Pod, metadata: {name: a}}\n'), ['Pod/a 1-1 d0']);
  });

  it('loses only the document that has a syntax error, and says where it is', () => {
    const text = `${pod('a')}---\napiVersion: v1\nkind: [\n---\n${pod('c')}`;
    assert.deepEqual(names(text), ['Pod/a 1-4 d0', 'Pod/c 9-12 d2']);
    assert.deepEqual(problems(text), ['8 error syntax']);
  });

  it('says that tabs are the trouble', () => {
    const [problem] = readManifest(`${pod('a')}spec:\n\thostNetwork: true\n`, 'a.yaml').problems;
    assert.equal(problem?.line, 6);
    assert.match(problem?.message ?? '', /blanks: replace the tabs/);
  });

  it('keeps unquoted words that YAML 1.1 takes for booleans as they are written', () => {
    const text = `${pod('a')}  labels:\n    feature: on\n    other: yes\n    real: true\n`;
    const metadata = readManifest(text, 'a.yaml').objects[0]?.object['metadata'] as { labels: unknown };
    assert.deepEqual(metadata.labels, { feature: 'on', other: 'yes', real: true });
  });

  it('follows anchors, aliases and merge keys', () => {
    const text = `apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  labels: &l {app: web}\n  annotations: {<<: *l, b: c}\n`;
    const metadata = readManifest(text, 'a.yaml').objects[0]?.object['metadata'] as { annotations: unknown };
    assert.deepEqual(metadata.annotations, { app: 'web', b: 'c' });
  });

  it('uses the last of two equal keys, as kubectl does, and warns', () => {
    const text = `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nmetadata: {name: b}\n`;
    assert.deepEqual(names(text), ['Pod/b 1-4 d0']);
    assert.deepEqual(problems(text), ['4 warning duplicate-key']);
  });

  it('reads lists and typed lists, whose elements need not say what they are', () => {
    const list = `apiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: a\n- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: b\nkind: List\nmetadata: {}\n`;
    assert.deepEqual(names(list), ['Pod/a 3-6 d0 i0', 'Pod/b 7-10 d0 i1']);
    const typed = `kind: NamespaceList\napiVersion: v1\nitems:\n  - metadata:\n      name: a\n  - metadata: {name: b}\n`;
    assert.deepEqual(names(typed), ['Namespace/a 4-5 d0 i0', 'Namespace/b 6-6 d0 i1']);
    assert.equal(readManifest(typed, 'a.yaml').objects[0]?.object['kind'], 'Namespace');
  });

  it('loses only the element of a list that has a syntax error', () => {
    const list = `kind: PodList\napiVersion: v1\nitems:\n  - metadata: {name: a}\n  - metadata: [\n  # c\n  - metadata: {name: c}\n    spec:\n      nodeName: n\nmetadata: {resourceVersion: '1'}\n`;
    assert.deepEqual(names(list), ['Pod/a 4-4 d0 i0', 'Pod/c 7-9 d0 i2']);
    assert.deepEqual(problems(list), ['7 error syntax']);
  });

  it('reads a list whose elements refer to one another, or are written otherwise', () => {
    const aliases = `kind: PodList\napiVersion: v1\nitems:\n- &a\n  metadata: {name: a}\n- <<: *a\n  kind: Pod\n`;
    assert.deepEqual(
      names(aliases).map((name) => name.slice(0, 5)),
      ['Pod/a', 'Pod/a'],
    );
    const flow = 'kind: PodList\napiVersion: v1\nitems: [{metadata: {name: a}}, {metadata: {name: b}}]\n';
    assert.deepEqual(names(flow), ['Pod/a 1-3 d0 i0', 'Pod/b 1-3 d0 i1']);
    const block = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  list: |\n    items:\n    - a\n`;
    assert.deepEqual(names(block), ['ConfigMap/c 1-7 d0']);
  });

  it('knows the lines of a list that kubectl printed as JSON', () => {
    const list = {
      apiVersion: 'v1',
      items: ['a', 'b'].map((name) => ({ kind: 'Pod', apiVersion: 'v1', metadata: { name } })),
    };
    assert.deepEqual(names(JSON.stringify({ ...list, kind: 'List' }, null, 4)), [
      'Pod/a 4-10 d0 i0',
      'Pod/b 11-17 d0 i1',
    ]);
    assert.deepEqual(names(JSON.stringify({ ...list, kind: 'List' })), ['Pod/a 1-1 d0 i0', 'Pod/b 1-1 d0 i1']);
  });

  it('reads several JSON values in one file', () => {
    const value = (name: string): string => JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name } });
    assert.deepEqual(names(`${value('a}"{')}\n\n${value('b')}\n`), ['Pod/a}"{ 1-1 d0', 'Pod/b 3-3 d1']);
  });

  it('points into broken JSON', () => {
    assert.deepEqual(problems('{\n  "kind": "Pod",\n  "apiVersion": "v1" "x": 1\n}\n'), ['3 error syntax']);
  });

  for (const [what, text, expected] of [
    ['an object without a name', 'apiVersion: v1\nkind: Pod\nmetadata: {}\n', '1 error no-name'],
    ['a name that is a number', 'apiVersion: v1\nkind: Pod\nmetadata: {name: 12}\n', '1 error no-name'],
    ['an object without an apiVersion', 'kind: Pod\nmetadata: {name: a}\n', '1 error not-an-object'],
    ['a list of something else', 'apiVersion: v1\nkind: List\nitems:\n- 5\n', '4 error not-an-object'],
    ['a file that is no manifest', 'image: web\nreplicas: 3\n', '1 note not-kubernetes'],
    ['a list of other things', '[{"src": 1}, {"src": 2}]', '1 note not-kubernetes'],
    ['a plain text', 'hello', '1 note not-kubernetes'],
    ['a Helm template', `kind: Pod\nmetadata:\n  name: {{ .Release.Name }}\n`, '1 note helm-template'],
    ['a Helm template with quotes', pod('"{{ .Release.Name }}"'), '1 note helm-template'],
    [
      'a policy with other capitals',
      'apiVersion: networking.k8s.io/v1\nkind: Networkpolicy\nmetadata: { name: a }\n',
      '1 warning unknown-kind',
    ],
    [
      'a policy of a group that has none',
      'apiVersion: v1\nkind: NetworkPolicy\nmetadata: { name: a }\n',
      '1 warning unknown-kind',
    ],
    [
      'a kustomization',
      'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\npatches: [{ path: a.yaml }]\n',
      '1 note kustomization',
    ],
    [
      'an object that contains itself',
      'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: &x {y: *x}\n',
      '1 error too-large',
    ],
    ['JSON that is nested without end', '{"a":'.repeat(5000) + '1' + '}'.repeat(5000), '1 error syntax'],
    ['YAML that is nested without end', '['.repeat(5000), '1 error syntax'],
  ] as const) {
    it(`reports ${what}`, () => {
      assert.deepEqual(problems(text), [expected]);
      assert.deepEqual(names(text), []);
    });
  }

  it('leaves braces in ordinary values alone', () => {
    const text = `${pod('a')}  annotations:\n    summary: 'job {{ $labels.job }} is down'\n`;
    assert.deepEqual(names(text), ['Pod/a 1-6 d0']);
  });

  it('gives up on a text whose aliases stand for billions of values', () => {
    const letters = [...'bcdefghijklmno'];
    const lines = letters.map(
      (name, index) =>
        `${name}: &${name} [${Array(9)
          .fill(`*${letters[index - 1] ?? 'a'}`)
          .join(', ')}]`,
    );
    const text = `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\na: &a [1]\n${lines.join('\n')}\n`;
    assert.deepEqual(problems(text), ['1 error too-large']);
  });

  it('reads the answer of kubectl version', () => {
    const text = JSON.stringify({
      clientVersion: {},
      serverVersion: { gitVersion: 'v1.34.2', platform: 'linux/amd64' },
    });
    assert.deepEqual(readManifest(text, 'v.json').version, { gitVersion: 'v1.34.2', platform: 'linux/amd64' });
  });
});

describe('decoding a file', () => {
  it('reads what PowerShell writes', () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(pod('a'), 'utf16le')]);
    assert.equal(decodeText(bytes), pod('a'));
  });

  it('refuses what is no text', () => {
    assert.equal(decodeText(Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1])), undefined);
  });
});
