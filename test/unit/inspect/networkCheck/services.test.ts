import { strict as assert } from 'node:assert';
import { snapshotFromFixture } from '../../support/snapshotFromYaml.ts';
import { networkCheckInterests } from '../../../../src/inspect/networkCheck/interests.ts';
import { readNetworkCheck } from '../../../../src/inspect/networkCheck/requirements.ts';
import { checkOf, healthyCluster, readCluster, requirementOf, verdictsOf } from './checkedCluster.ts';

const service = (name: string, spec: string, created = '2026-10-01T00:00:00Z'): string =>
  `apiVersion: v1\nkind: Service\nmetadata: { name: ${name}, namespace: shop, creationTimestamp: ${created} }\nspec: ${spec}`;
const slice = (name: string, ready: boolean, serving = ready): string =>
  `apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: { name: ${name}-x, namespace: shop, labels: { kubernetes.io/service-name: ${name} } }\nendpoints: [{ addresses: [10.244.0.7], conditions: { ready: ${ready}, serving: ${serving}, terminating: ${serving && !ready} } }]`;

describe('the check of services', () => {
  it('finds the node without kube-proxy', () => {
    const reading = readCluster(healthyCluster().remove('Pod', 'kube-proxy-n2'));
    assert.deepEqual(verdictsOf(reading), ['holds', 'holds', 'broken', 'broken']);
    assert.equal(checkOf(reading, 'service-proxy-everywhere').sentence, 'kube-proxy has no pod on n2');
    assert.deepEqual(
      reading.problems.map(({ id }) => id),
      ['kube-proxy-missing'],
    );
  });

  it('doubts a kubeadm cluster that has no kube-proxy and no replacement', () => {
    const reading = readCluster(healthyCluster().remove('DaemonSet', 'kube-proxy'));
    assert.equal(checkOf(reading, 'service-proxy-everywhere').result, 'warning');
    assert.equal(requirementOf(reading, 'pod-to-service').verdict, 'at-risk');
  });

  it('knows Cilium in place of kube-proxy by its configuration', () => {
    const cilium = snapshotFromFixture('cnis/cilium.yaml').with([
      {
        object: {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'cilium-config', namespace: 'kube-system' },
          data: { 'kube-proxy-replacement': 'true' },
        },
      },
    ]);
    const { result, sentence, evidence } = checkOf(readNetworkCheck(cilium), 'service-proxy-everywhere');
    assert.equal(result, 'passed');
    assert.match(sentence, /^Cilium does kube-proxy’s work: kube-proxy-replacement: true/);
    assert.equal(evidence[0]?.field, 'data["kube-proxy-replacement"]');
  });

  it('counts the static pods of kube-proxy where the kubelet starts it from a file', () => {
    const proxy = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'kube-proxy-x', namespace: 'kube-system', labels: { component: 'kube-proxy' } },
      spec: { nodeName: 'srv-1', containers: [{ name: 'kube-proxy' }] },
      status: { phase: 'Running', containerStatuses: [{ name: 'kube-proxy', ready: true, state: { running: {} } }] },
    };
    const node = {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'srv-9', annotations: { 'rke2.io/hostname': 'srv-9' } },
      status: { conditions: [{ type: 'Ready', status: 'True' }] },
    };
    const rke2 = snapshotFromFixture('cnis/rke2-canal.yaml').with([{ object: proxy }]);
    assert.match(checkOf(readNetworkCheck(rke2), 'service-proxy-everywhere').sentence, /static pod on 1 node/);
    const { result, sentence } = checkOf(readNetworkCheck(rke2.with([{ object: node }])), 'service-proxy-everywhere');
    assert.deepEqual([result, sentence], ['warning', 'kube-proxy has no ready pod on srv-9']);
    assert.ok(networkCheckInterests(rke2).some(({ labelSelector }) => labelSelector === 'component=kube-proxy'));
  });

  it('expects no kube-proxy where k3s has it in its own process', () => {
    const { result, sentence } = checkOf(
      readNetworkCheck(snapshotFromFixture('cnis/k3s.yaml')),
      'service-proxy-everywhere',
    );
    assert.equal(result, 'does-not-apply');
    assert.match(sentence, /^k3s runs kube-proxy in its own process/);
  });

  it('says that no name resolves where DNS has no endpoint', () => {
    const cluster = healthyCluster();
    cluster.remove('EndpointSlice', 'kube-dns-x');
    const reading = readCluster(cluster);
    assert.deepEqual(verdictsOf(reading), ['holds', 'holds', 'broken', 'holds']);
    assert.match(
      requirementOf(reading, 'pod-to-service').sentence,
      /kube-dns, the cluster’s DNS, has no ready endpoint/,
    );
    assert.match(reading.problems[0]?.fix ?? '', /kubectl get pods -n kube-system/);
  });

  it('says that pods do not reach the API server where its service has no endpoint', () => {
    const reading = readCluster(healthyCluster().remove('EndpointSlice', 'kubernetes'));
    assert.equal(checkOf(reading, 'api-service').result, 'failed');
  });

  it('doubts a service none of whose pods is ready, and only mentions one that selects no pod', () => {
    const reading = readCluster(
      healthyCluster()
        .add(service('api', '{ selector: { app: api } }'))
        .add(slice('api', false))
        .add(service('idle', '{ selector: { app: idle } }')),
    );
    assert.equal(checkOf(reading, 'services-answered').sentence, 'Service shop/api has no ready endpoint');
    assert.equal(requirementOf(reading, 'pod-to-service').verdict, 'at-risk');
    const idle = checkOf(reading, 'services-select');
    assert.deepEqual([idle.result, idle.informs], ['warning', true]);
    const onlyIdle = readCluster(healthyCluster().add(service('idle', '{ selector: { app: idle } }')));
    assert.equal(requirementOf(onlyIdle, 'pod-to-service').verdict, 'holds');
  });

  it('has nothing against a service whose last pod is ending and still serves, or one that is new', () => {
    const reading = readCluster(
      healthyCluster()
        .add(service('api', '{ selector: { app: api } }'))
        .add(slice('api', false, true))
        .add(service('new', '{ selector: { app: new } }', '2026-11-20T11:59:50Z')),
    );
    assert.equal(checkOf(reading, 'services-answered').result, 'passed');
    assert.equal(checkOf(reading, 'services-select').result, 'passed');
  });

  it('takes the pods of a folder for the EndpointSlices that it does not hold', () => {
    const cluster = healthyCluster();
    for (const name of ['kubernetes', 'kube-dns-x', 'web-x']) cluster.remove('EndpointSlice', name);
    const reading = readNetworkCheck(cluster.snapshot({ origin: 'folder' }));
    assert.equal(checkOf(reading, 'dns-answered').sentence, 'kube-system/kube-dns: 10.244.0.2 and 10.244.1.2');
    assert.equal(checkOf(reading, 'api-service').result, 'does-not-apply');
    assert.equal(checkOf(reading, 'services-select').result, 'warning', 'shop/web has no pod in the files');
  });

  it('cannot tell from a folder of manifests without pods', () => {
    const reading = readNetworkCheck(snapshotFromFixture('health/services.yaml', { origin: 'folder' }));
    assert.equal(requirementOf(reading, 'container-to-container').verdict, 'cannot-tell');
    assert.equal(requirementOf(reading, 'pod-to-pod').verdict, 'cannot-tell');
  });
});

describe('the check of the way in from outside', () => {
  it('names a load balancer without an address, and what may be missing', () => {
    const cluster = healthyCluster().set('Service', 'web', 'status', '{ loadBalancer: {} }');
    const reading = readCluster(cluster);
    assert.deepEqual(verdictsOf(reading), ['holds', 'holds', 'holds', 'at-risk']);
    assert.equal(
      checkOf(reading, 'balancers-have-addresses').sentence,
      'Service shop/web of type LoadBalancer has no address',
    );
    assert.match(reading.problems[0]?.cause ?? '', /^No service of the cluster has one/);
    assert.equal(reading.problems[0]?.since, Date.parse('2026-10-01T00:00:00Z'));
  });

  it('gives a new load balancer five minutes', () => {
    const young = healthyCluster().add(
      service('new', '{ type: LoadBalancer, selector: { app: new } }', '2026-11-20T11:57:00Z'),
    );
    assert.equal(checkOf(readCluster(young), 'balancers-have-addresses').result, 'passed');
  });

  it('says on which nodes a service with externalTrafficPolicy Local answers', () => {
    const { result, evidence } = checkOf(readCluster(healthyCluster()), 'local-policy');
    assert.equal(result, 'passed');
    assert.equal(evidence[0]?.sentence, 'answers on n3');
  });

  it('warns of a service that is open and has no pod', () => {
    const reading = readCluster(healthyCluster().remove('EndpointSlice', 'web-x'));
    assert.equal(
      checkOf(reading, 'exposed-answered').sentence,
      'Service shop/web is open to the outside and has no ready endpoint',
    );
    assert.equal(requirementOf(reading, 'outside-to-service').verdict, 'at-risk');
  });

  it('finds an Ingress of no known class, and one that leads to no service', () => {
    const classless = readCluster(healthyCluster().remove('IngressClass', 'nginx'));
    assert.equal(
      checkOf(classless, 'ingress-classes').sentence,
      'Ingress shop/front names an IngressClass that is not there',
    );
    const dangling = readCluster(healthyCluster().remove('Service', 'web'));
    assert.equal(checkOf(dangling, 'ingress-backends').evidence[0]?.sentence, 'shop/front: web');
  });

  it('has nothing to check where nothing is open to the outside', () => {
    const cluster = healthyCluster().remove('Service', 'web').remove('Ingress', 'front');
    const reading = readCluster(cluster);
    for (const id of ['balancers-have-addresses', 'exposed-answered', 'local-policy', 'ingress-classes'])
      assert.equal(checkOf(reading, id).result, 'does-not-apply', id);
    assert.equal(requirementOf(reading, 'outside-to-service').verdict, 'holds');
  });
});
