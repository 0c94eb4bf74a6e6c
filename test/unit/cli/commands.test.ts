import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { CommandLine, shop } from './commandLine.ts';

describe('network-inspector', () => {
  const line = new CommandLine();
  beforeEach(async () => {
    await line.open();
    await line.write(shop);
  });
  afterEach(() => line.close());

  describe('arguments', () => {
    it('explains itself', async () => {
      const { out, err, code } = await line.run('--help');
      assert.deepEqual([err, code], ['', 0]);
      for (const command of ['connectivity', 'explain', 'diff', 'lint', 'inspect', 'check'])
        assert.ok(out.includes(command));
      assert.match((await line.run('lint', '--help')).out, /^Usage: network-inspector lint PATH/);
    });

    it('says its version', async () => {
      assert.match((await line.run('--version')).out, /^\d+\.\d+\.\d+\n$/);
    });

    for (const [what, args, expected] of [
      ['no command', [], /^Usage: /],
      ['another command', ['frobnicate'], /^There is no command frobnicate\.\n/],
      ['an option that does not exist', ['lint', '--frmt', 'json', './shop'], /^Unknown option '--frmt'\.\n\nUsage: /],
      [
        'a format that does not exist',
        ['diff', '--format', 'dot', './shop', './shop'],
        /^--format is text, json, csv, markdown; not dot\./,
      ],
      ['no path', ['connectivity'], /^Give a file, a folder, or --context NAME\./],
      ['one path to compare', ['diff', './shop'], /^Give two paths/],
      ['standard input twice', ['diff', '-', '-'], /^Standard input is one of the two/],
      ['a path and a context', ['inspect', './shop', '--context', 'a'], /^Give either paths or --context/],
      [
        'a port that does not exist',
        ['explain', './shop', '--from', 'shop/web', '--to', 'shop/api', '--port', '70000'],
        /^--port is 1 to 65535; not 70000\./,
      ],
      [
        'a port for ICMP',
        ['explain', './shop', '--from', 'a/b', '--to', 'c/d', '--protocol', 'icmp', '--port', '1'],
        /^ICMP has no ports/,
      ],
    ] as const) {
      it(`refuses ${what}`, async () => {
        const { out, err, code } = await line.run(...args);
        assert.equal(code, 2);
        assert.equal(out, '');
        assert.match(err, expected);
      });
    }
  });

  describe('standard input', () => {
    const closed = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: closed, namespace: shop }
spec:
  podSelector: {}
  ingress:
    - from: [{}]
`;

    it('is read beside files, and its findings have places', async () => {
      const { out, code } = await line.runWith(closed, 'lint', './shop/workloads.yaml', '-');
      assert.match(out, /^<stdin>:7:14: error: .*\[empty-peer\]$/m);
      assert.equal(code, 1);
      const { out: sarif } = await line.runWith(closed, 'lint', '-', '--format', 'sarif');
      assert.match(sarif, /"uri": "%3Cstdin%3E"/);
    });

    it('is one of the two that are compared', async () => {
      const { out, code } = await line.runWith(closed, 'diff', './shop/workloads.yaml', '-', '--format', 'text');
      assert.match(out, /^removed: .*shop\/web\[Deployment\]/m);
      assert.equal(code, 1);
    });

    it('has problems with places', async () => {
      const { err, code } = await line.runWith('kind: [', 'connectivity', '-');
      assert.match(err, /^<stdin>:1:\d+: /);
      assert.equal(code, 2);
    });
  });

  describe('bad input', () => {
    beforeEach(() => line.write({ 'shop/broken.yaml': 'apiVersion: v1\nkind: [\n' }));

    it('is named with file and line, and ends the run', async () => {
      const { out, err, code } = await line.run('connectivity', './shop');
      assert.equal(code, 2);
      assert.equal(out, '');
      assert.match(err, /^shop\/broken\.yaml:3:\d+: .+\nNothing was analysed\./);
    });

    it('does not keep the rest from being analysed with --keep-going', async () => {
      const { out, err, code } = await line.run('connectivity', './shop', '--keep-going');
      assert.equal(code, 2);
      assert.match(out, /^shop\/web\[Deployment\] => shop\/api\[Deployment\] : TCP 8080,9000-9010$/m);
      assert.match(err, /^shop\/broken\.yaml:3:\d+: .+\n$/);
    });

    it('includes a path that is not there, and one with nothing in it', async () => {
      assert.match(
        (await line.run('lint', './nowhere')).err,
        /^\.?\/?nowhere:1: Cannot be read: no such file or folder\.\n/,
      );
      await line.write({ 'empty/values.yaml': 'replicas: 1\n' });
      assert.match(
        (await line.run('inspect', '--context', 'prod', '--kubeconfig', './nowhere')).err,
        /^nowhere: no such file\n$/,
      );
      const { err, code } = await line.run('lint', './empty');
      assert.deepEqual(
        [err, code],
        ['empty: no Kubernetes object found. Give files or folders that hold manifests.\n', 2],
      );
    });
  });

  describe('explain', () => {
    const ask = (...args: string[]) => line.run('explain', './shop', ...args);

    it('says in a sentence why a connection is denied, with the policy and its place', async () => {
      const { out, code } = await ask('--from', '10.1.2.3', '--to', 'shop/api', '--port', 'http');
      assert.equal(code, 0);
      assert.match(out, /^Denied: /);
      assert.match(out, /shop\/policies\.yaml:1\)/);
    });

    it('answers in JSON', async () => {
      const { out } = await ask(
        '--from',
        'shop/web',
        '--to',
        'shop/api[Deployment]',
        '--port',
        '8080',
        '--format',
        'json',
      );
      const answer = JSON.parse(out) as Record<string, unknown>;
      assert.equal(answer['verdict'], 'allow');
      for (const field of ['egress', 'ingress', 'basis', 'trace', 'sentence']) assert.ok(field in answer, field);
    });

    it('asks a service at the port of the service', async () => {
      assert.match((await ask('--from', 'shop/web', '--to', 'shop/api[Service]', '--port', '80')).out, /^Allowed: /);
    });

    it('asks about ping, which has no port', async () => {
      assert.match((await ask('--from', 'shop/api', '--to', 'shop/web', '--protocol', 'ICMP')).out, /^Allowed: /);
    });

    it('names what is like an end that is not there', async () => {
      const { err, code } = await ask('--from', 'shop/webb', '--to', 'nonsense', '--port', '1');
      assert.equal(code, 2);
      assert.equal(
        err,
        'There is no pod or workload shop/webb. There is shop/web.\nnonsense is neither NAMESPACE/NAME nor an IP address.\n',
      );
    });
  });

  describe('diff', () => {
    it('finds nothing between equal states', async () => {
      assert.deepEqual(await line.run('diff', './shop', './shop'), { out: '', err: '', code: 0 });
    });

    it('says what was added, removed and changed', async () => {
      const [workloads = '', policies = ''] = Object.values(shop);
      await line.write({
        'after/workloads.yaml': workloads,
        'after/policies.yaml': `${policies.replace('9010', '9020')}---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec: {podSelector: {matchLabels: {app: web}}, ingress: []}
`,
      });
      const { out, code } = await line.run('diff', './shop', './after');
      assert.equal(code, 1);
      assert.equal(
        out,
        `changed: shop/web[Deployment] => shop/api[Deployment] : TCP 8080,9000-9010 -> TCP 8080,9000-9020
removed: 0.0.0.0-255.255.255.255[External] => shop/web[Deployment] : All Connections -> No Connections
removed: shop/api[Deployment] => shop/web[Deployment] : All Connections -> No Connections
`,
      );
      const back = await line.run('diff', './after', './shop', '--format', 'csv');
      assert.match(back.out, /^added,shop\/api\[Deployment\],shop\/web\[Deployment\],No Connections,All Connections$/m);
      const json = JSON.parse((await line.run('diff', './shop', './after', '--format', 'json')).out) as {
        changes: unknown[];
      };
      assert.equal(json.changes.length, 3);
    });
  });

  describe('lint', () => {
    const bad = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: api
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: apii
      canary: no
  ingress:
    - from: [{}]
`;

    it('says which policies the network plugin of the cluster does not know', async () => {
      const canal = await readFile(new URL('../../fixtures/clusters/cnis/canal.yaml', import.meta.url), 'utf8');
      const wide = (kind: string, version: string, tier: string, action: string): string => `
---
apiVersion: policy.networking.k8s.io/${version}
kind: ${kind}
metadata: {name: wide}
spec: {${tier}priority: 7, subject: {namespaces: {}}, ingress: [{action: ${action}, from: [{namespaces: {matchLabels: {team: x}}}]}]}`;
      const policies =
        wide('AdminNetworkPolicy', 'v1alpha1', '', 'Deny') +
        wide('ClusterNetworkPolicy', 'v1alpha2', 'tier: Admin, ', 'Deny');
      await line.write({ 'wide/cluster.yaml': canal + policies });
      const { out } = await line.run('lint', './wide');
      assert.deepEqual(
        out
          .split('\n')
          .filter((text) => text.includes('[not-enforced]'))
          .map((text) => text.replace(/^\S+ /, '')),
        [
          'warning: This AdminNetworkPolicy has no effect in this cluster: Calico enforces ClusterNetworkPolicy in its place from release 3.32 on. [not-enforced]',
        ],
      );
    });

    it('finds nothing in good policies', async () => {
      assert.deepEqual(await line.run('lint', './shop'), { out: '', err: 'No finding.\n', code: 0 });
    });

    it('prints findings at their places', async () => {
      await line.write({ 'shop/policies.yaml': bad });
      const { out, err, code } = await line.run('lint', './shop');
      assert.equal(code, 1);
      assert.deepEqual(
        out.split('\n').map((text) => text.replace(/^(\S+ \w+:) .* (\[.*\])$/, '$1 $2')),
        [
          'shop/policies.yaml:7:3: warning: [selects-no-pod]',
          'shop/policies.yaml:10:15: error: [unquoted-value]',
          'shop/policies.yaml:12:14: error: [empty-peer]',
          '',
        ],
      );
      assert.equal(err, '2 errors, 1 warning.\n');
    });

    it('writes JSON and SARIF', async () => {
      await line.write({ 'shop/policies.yaml': bad });
      const { findings } = JSON.parse((await line.run('lint', './shop', '--format', 'json')).out) as {
        findings: Record<string, unknown>[];
      };
      assert.deepEqual(
        findings.map(({ code, line: at, column, path }) => [code, at, column, path]),
        [
          ['selects-no-pod', 7, 3, 'spec.podSelector'],
          ['unquoted-value', 10, 15, 'spec.podSelector.matchLabels.canary'],
          ['empty-peer', 12, 14, 'spec.ingress[0].from[0]'],
        ],
      );
      const sarif = JSON.parse((await line.run('lint', './shop', '--format', 'sarif')).out) as {
        version: string;
        runs: { tool: { driver: { rules: { id: string }[] } }; results: { ruleId: string; ruleIndex: number }[] }[];
      };
      assert.equal(sarif.version, '2.1.0');
      const [run] = sarif.runs;
      assert.deepEqual(
        run?.results.map(({ ruleIndex }) => run.tool.driver.rules[ruleIndex]?.id),
        run?.results.map(({ ruleId }) => ruleId),
      );
    });

    it('does not take advice alone for a finding', async () => {
      await line.write({ 'shop/policies.yaml': bad.replace('apii\n      canary: no', 'api').replace('[{}]', '[]') });
      const { out, code } = await line.run('lint', './shop');
      assert.match(out, /info: .*\[allows-everything\]/);
      assert.equal(code, 0);
    });
  });

  describe('check', () => {
    const samples = fileURLToPath(new URL('../../../media/samples', import.meta.url));

    it('says of each requirement whether it holds, and ends with 1 only where one is broken', async () => {
      const well = await line.run('check', `${samples}/canal-healthy`);
      assert.equal(well.code, 0);
      assert.match(well.out, /^Pods reach each other without NAT: holds$/m);
      assert.match(well.out, /^ {2}passed {10}Every node has a pod CIDR — 4 nodes, 10\.244\.0\.0\/24/m);
      const broken = await line.run('check', `${samples}/canal-problems`);
      assert.equal(broken.code, 1);
      assert.match(broken.out, /^Pods reach each other without NAT: broken$/m);
      assert.match(broken.out, /^ {2}error: worker-3 has no pod CIDR \(Node worker-3\)$/m);
      assert.match(broken.out, /--allocate-node-cidrs/);
    });

    it('gives checks and problems as JSON', async () => {
      const { out } = await line.run('check', `${samples}/canal-problems`, '--format', 'json');
      const answer = JSON.parse(out) as {
        verdict: string;
        requirements: { id: string; verdict: string; checks: { id: string; problems: object[] }[] }[];
      };
      assert.equal(answer.verdict, 'broken');
      const pods = answer.requirements.find(({ id }) => id === 'pod-to-pod');
      assert.deepEqual(pods?.checks.find(({ id }) => id === 'node-network-available')?.problems, [
        { id: 'network-unavailable', root: 'no-pod-cidr' },
      ]);
    });
  });

  describe('inspect', () => {
    it('reads the cluster that manifests describe', async () => {
      await line.write({
        'flannel.yaml': `apiVersion: apps/v1
kind: DaemonSet
metadata: {name: kube-flannel-ds, namespace: kube-flannel}
spec:
  selector: {matchLabels: {app: flannel}}
  template:
    metadata: {labels: {app: flannel, tier: node}}
    spec:
      hostNetwork: true
      containers: [{name: kube-flannel, image: 'ghcr.io/flannel-io/flannel:v0.28.9'}]
`,
      });
      const { out } = await line.run('inspect', './flannel.yaml', '--format', 'json');
      const answer = JSON.parse(out) as {
        cni: { name: string; version: string; role: string }[];
        enforcement: { verdict: string };
        workloads: { name: string }[];
      };
      assert.deepEqual(
        answer.cni.map(({ name, version, role }) => [name, version, role]),
        [['Flannel', '0.28.9', 'network']],
      );
      assert.equal(answer.enforcement.verdict, 'no');
      assert.deepEqual(
        answer.workloads.map(({ name }) => name),
        ['kube-flannel-ds'],
      );
      for (const field of ['type', 'overlays', 'version', 'problems']) assert.ok(field in answer, field);
      assert.match(
        (await line.run('inspect', './flannel.yaml')).out,
        /^Enforcement {2}does not enforce NetworkPolicy: /m,
      );
    });

    it('says of the type how sure it is of it, and what speaks for it', async () => {
      const node = (name: string, id: string): string =>
        `apiVersion: v1\nkind: Node\nmetadata: {name: ${name}}\nspec: {providerID: ${id}}\n`;
      await line.write({ 'kind.yaml': node('a', 'kind://docker/demo/a'), 'unknown.yaml': node('b', 'other://b') });
      const typeOf = async (file: string) => {
        const answer = JSON.parse((await line.run('inspect', file, '--format', 'json')).out) as {
          type: { id: string; confidence: string | null; evidence: readonly unknown[] };
        };
        return answer.type;
      };
      const kind = await typeOf('./kind.yaml');
      assert.deepEqual([kind.id, kind.confidence, kind.evidence.length], ['kind', 'certain', 1]);
      const unknown = await typeOf('./unknown.yaml');
      assert.deepEqual([unknown.id, unknown.confidence, unknown.evidence.length], ['unknown', null, 0]);
      assert.match((await line.run('inspect', './unknown.yaml')).out, /^Type {9}cannot tell$/m);
    });
  });
});
