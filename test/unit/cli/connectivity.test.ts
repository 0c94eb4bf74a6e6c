import { strict as assert } from 'node:assert';
import { CommandLine, shop } from './commandLine.ts';

describe('network-inspector connectivity', () => {
  const line = new CommandLine();
  beforeEach(async () => {
    await line.open();
    await line.write(shop);
  });
  afterEach(() => line.close());

  it('lists what may talk to what, sorted', async () => {
    assert.deepEqual(await line.run('connectivity', './shop'), {
      out: `0.0.0.0-255.255.255.255[External] => shop/web[Deployment] : All Connections
shop/api[Deployment] => 0.0.0.0-255.255.255.255[External] : All Connections
shop/api[Deployment] => shop/web[Deployment] : All Connections
shop/web[Deployment] => 0.0.0.0-255.255.255.255[External] : All Connections
shop/web[Deployment] => shop/api[Deployment] : TCP 8080,9000-9010
`,
      err: '',
      code: 0,
    });
  });

  it('shows what an Ingress lets in', async () => {
    await line.write({
      'shop/ingress.yaml': `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec:
  defaultBackend: {service: {name: web, port: {number: 80}}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
`,
    });
    const { out } = await line.run('connectivity', './shop');
    assert.ok(out.includes('{ingress-controller} => shop/web[Deployment] : TCP 8080\n'), out);
  });

  it('says of a pair that cannot be decided why', async () => {
    await line.write({
      'shop/block.yaml': `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]
`,
    });
    const { out } = await line.run('connectivity', './shop');
    assert.match(out, /^shop\/api\[Deployment\] => shop\/web\[Deployment\] : unknown \(.+\)$/m);
    const without = await line.run('connectivity', './shop', '--ipblock-matches-pods=false');
    assert.ok(!without.out.includes('unknown'), without.out);
  });

  it('writes JSON', async () => {
    const { out, code } = await line.run('connectivity', './shop', '--format', 'json');
    const { by, connections } = JSON.parse(out) as { by: string; connections: Record<string, unknown>[] };
    assert.equal(code, 0);
    assert.equal(by, 'workload');
    const [last] = connections.slice(-1);
    assert.deepEqual(last?.['destination'], {
      label: 'shop/api[Deployment]',
      kind: 'Deployment',
      namespace: 'shop',
      name: 'api',
      pods: 1,
    });
    assert.deepEqual(last['allowed'], { TCP: ['8080', '9000-9010'] });
    assert.equal(last['connections'], 'TCP 8080,9000-9010');
  });

  it('writes CSV, Markdown and DOT', async () => {
    const csv = await line.run('connectivity', './shop', '--format', 'csv');
    assert.equal(csv.out.split('\n')[0], 'source,destination,connections');
    assert.ok(csv.out.includes('shop/web[Deployment],shop/api[Deployment],"TCP 8080,9000-9010"\n'), csv.out);
    const markdown = await line.run('connectivity', './shop', '--format', 'markdown');
    assert.ok(
      markdown.out.startsWith('| source | destination | connections |\n| --- | --- | --- |\n| 0.0.0.0'),
      markdown.out,
    );
    const dot = await line.run('connectivity', './shop', '--format', 'dot');
    assert.ok(dot.out.includes('  subgraph "cluster_shop" {\n    label="shop";\n    "shop/api[Deployment]";'), dot.out);
    assert.ok(
      dot.out.includes('"shop/web[Deployment]" -> "shop/api[Deployment]" [label="TCP 8080,9000-9010"];'),
      dot.out,
    );
  });

  it('tells pods apart when asked to', async () => {
    const { out } = await line.run('connectivity', './shop', '--by', 'pod');
    assert.ok(out.includes('[Pod] => '), out);
  });
});
