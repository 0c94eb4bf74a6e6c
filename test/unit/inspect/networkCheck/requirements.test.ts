import { strict as assert } from 'node:assert';
import { networkCheckInterests } from '../../../../src/inspect/networkCheck/interests.ts';
import { readNetworkCheck } from '../../../../src/inspect/networkCheck/requirements.ts';
import type { Knowledge } from '../../../../src/model/snapshot.ts';
import { snapshotFromFixture } from '../../support/snapshotFromYaml.ts';
import { checkOf, healthyCluster, readCluster, requirementOf, verdictsOf, wrong } from './checkedCluster.ts';

const crashLoop =
  '{ restartCount: 12, state: { waiting: { reason: CrashLoopBackOff } }, lastState: { terminated: { exitCode: 1, reason: Error, finishedAt: 2026-11-20T11:57:00Z } } }';
const forbidden = (resource: string): Knowledge => ({ state: 'forbidden', verb: 'list', resource });

describe('the check of a cluster’s network', () => {
  it('is calm about a healthy cluster, and says what it has seen', () => {
    const reading = readCluster(healthyCluster());
    assert.deepEqual(wrong(reading), []);
    assert.deepEqual(verdictsOf(reading), ['holds', 'holds', 'holds', 'holds']);
    assert.equal(reading.verdict, 'holds');
    assert.deepEqual(reading.problems, []);
    assert.equal(checkOf(reading, 'cni-known').sentence, 'Canal 3.32.1: Calico policy + Flannel VXLAN');
    const cidrs = checkOf(reading, 'pod-cidr-present');
    assert.deepEqual(
      cidrs.evidence.map(({ object, field, sentence }) => `${object?.kind} ${object?.name} ${field} ${sentence}`),
      [
        'Node n1 spec.podCIDRs 10.244.0.0/24',
        'Node n2 spec.podCIDRs 10.244.1.0/24',
        'Node n3 spec.podCIDRs 10.244.2.0/24',
      ],
    );
    assert.match(checkOf(reading, 'tunnel-announced').evidence[0]?.sentence ?? '', /VXLAN, 10\.0\.0\.1, VTEP 9a:00/);
    assert.match(reading.limits[0] ?? '', /^No packet was sent/);
  });

  it('names the node, the cause and what to do where flannel crash-loops on one', () => {
    const reading = readCluster(
      healthyCluster()
        .set('Node', 'n2', 'spec', '{ podCIDR: "", podCIDRs: [] }')
        .container('canal-b', 'kube-flannel', crashLoop),
    );
    assert.deepEqual(verdictsOf(reading), ['holds', 'broken', 'holds', 'holds']);
    assert.deepEqual(wrong(reading), ['failed agents-ready', 'failed pod-cidr-present']);
    const [agent] = checkOf(reading, 'agents-ready').findings;
    assert.match(agent?.problem.sentence ?? '', /^kube-flannel on n2 is in CrashLoopBackOff/);
    assert.equal(agent?.root?.sentence, 'n2 has no pod CIDR');
    assert.deepEqual(
      reading.problems.map(({ id }) => id),
      ['no-pod-cidr'],
      'what follows from it is not a problem of its own',
    );
    assert.match(reading.problems[0]?.fix ?? '', /--allocate-node-cidrs/);
  });

  it('tells what is wrong between nodes from what is wrong on each of them', () => {
    const { parts, verdict } = requirementOf(
      readCluster(healthyCluster().annotate('n2', 'public-ip', '10.0.0.1')),
      'pod-to-pod',
    );
    assert.equal(verdict, 'broken');
    assert.deepEqual(
      parts.map(({ id, verdict: own }) => `${id} ${own}`),
      ['same-node holds', 'across-nodes broken'],
    );
  });

  it('finds pod CIDRs that overlap, and one outside of what kubeadm was given', () => {
    const overlapping = readCluster(
      healthyCluster().set('Node', 'n3', 'spec', '{ podCIDR: 10.244.1.0/24, podCIDRs: [10.244.1.0/24] }'),
    );
    assert.equal(checkOf(overlapping, 'pod-cidrs-disjoint').result, 'failed');
    const outside = readCluster(
      healthyCluster()
        .set(
          'ConfigMap',
          'canal-config',
          'data',
          `{ net-conf.json: '{"Network":"10.0.0.0/8","Backend":{"Type":"vxlan"}}' }`,
        )
        .add(
          'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: kubeadm-config, namespace: kube-system }\ndata: { ClusterConfiguration: "networking:\\n  podSubnet: 10.243.0.0/16\\n" }',
        ),
    );
    assert.match(checkOf(outside, 'pod-cidr-in-range').sentence, /are outside the cluster’s 10\.243\.0\.0\/16$/);
    assert.equal(requirementOf(outside, 'pod-to-pod').verdict, 'at-risk');
  });

  it('never takes what may not be read for what is not there', () => {
    const reading = readNetworkCheck(healthyCluster().snapshot({ knowledge: { nodes: forbidden('nodes') } }));
    const { verdict, sentence } = requirementOf(reading, 'pod-to-pod');
    assert.equal(verdict, 'cannot-tell');
    assert.match(sentence, /^not allowed to list nodes/);
    assert.ok(!wrong(reading).some((line) => line.startsWith('failed')));
    const noSlices = readNetworkCheck(
      healthyCluster().snapshot({ knowledge: { endpointSlices: forbidden('endpointslices') } }),
    );
    assert.deepEqual(verdictsOf(noSlices), ['holds', 'holds', 'cannot-tell', 'cannot-tell']);
    assert.match(checkOf(noSlices, 'dns-answered').sentence, /not allowed to list endpointslices/);
  });

  it('is pending while something is still being read, and says what', () => {
    const reading = readNetworkCheck(healthyCluster().snapshot({ knowledge: { services: { state: 'loading' } } }));
    assert.equal(reading.pending, true);
    assert.match(requirementOf(reading, 'pod-to-service').sentence, /services still loading/);
    assert.equal(readCluster(healthyCluster()).pending, false);
  });

  it('stays with what is wrong although something else may not be read', () => {
    const cluster = healthyCluster().container('canal-b', 'kube-flannel', crashLoop);
    const reading = readNetworkCheck(cluster.snapshot({ knowledge: { configMaps: forbidden('configmaps') } }));
    assert.equal(requirementOf(reading, 'pod-to-pod').verdict, 'broken');
  });

  it('has nothing against managed clusters in which agents, DNS or kube-proxy are not seen', () => {
    for (const fixture of ['cnis/eks-auto.yaml', 'types/gke.yaml', 'cnis/gke-dataplane-v2.yaml', 'types/aks.yaml']) {
      const reading = readNetworkCheck(snapshotFromFixture(fixture));
      const bad = wrong(reading).filter((line) => !line.startsWith('cannot-tell'));
      assert.deepEqual(bad, [], fixture);
    }
  });

  it('leaves Windows nodes, virtual ones and those being removed out, and says so', () => {
    const node = (name: string, more: string): string =>
      `apiVersion: v1\nkind: Node\nmetadata: { name: ${name}, creationTimestamp: 2026-09-01T00:00:00Z${more}\n`;
    const ready = `conditions: [{ type: Ready, status: 'True' }]`;
    const reading = readCluster(
      healthyCluster()
        .add(`${node('win-1', '}')}status: { nodeInfo: { operatingSystem: windows }, ${ready} }`)
        .add(`${node('vk', ', labels: { type: virtual-kubelet } }')}status: { ${ready} }`)
        .add(
          `${node('old', '}')}spec: { taints: [{ key: ToBeDeletedByClusterAutoscaler, effect: NoSchedule }] }\nstatus: { ${ready} }`,
        ),
    );
    assert.deepEqual(
      wrong(reading).filter((line) => !line.includes('pod-cidr')),
      [],
    );
    assert.ok(reading.limits.some((line) => line.startsWith('1 Windows node is not checked')));
    assert.ok(reading.limits.some((line) => line.includes('a virtual kubelet’s')));
    assert.ok(reading.limits.some((line) => line.includes('being removed')));
  });

  it('warns of policies that nothing enforces, which is no requirement’s matter', () => {
    const policy = 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: deny, namespace: shop }';
    const flannel = snapshotFromFixture('cnis/flannel.yaml').with([
      {
        object: {
          apiVersion: 'networking.k8s.io/v1',
          kind: 'NetworkPolicy',
          metadata: { name: 'deny', namespace: 'shop' },
        },
      },
    ]);
    assert.equal(checkOf(readNetworkCheck(flannel), 'policies-enforced').result, 'warning');
    assert.equal(checkOf(readCluster(healthyCluster().add(policy)), 'policies-enforced').result, 'passed');
  });

  it('reads services and what is behind them in all namespaces, and not all pods', () => {
    const interests = networkCheckInterests(healthyCluster().snapshot());
    const whole = interests.filter(
      ({ namespace, fieldSelector }) => namespace === undefined && fieldSelector === undefined,
    );
    const kinds = whole.map(({ kind }) => kind);
    for (const kind of ['services', 'endpointSlices', 'nodes', 'ingresses'] as const)
      assert.ok(kinds.includes(kind), kind);
    assert.ok(!kinds.includes('pods') && !kinds.includes('events'));
    assert.ok(interests.some(({ kind, labelSelector }) => kind === 'pods' && labelSelector === 'k8s-app=kube-proxy'));
  });
});
