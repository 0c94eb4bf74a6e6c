import { strict as assert } from 'node:assert';
import { readdirSync } from 'node:fs';
import { detectCni } from '../../../../src/inspect/cni/detect.ts';
import type { Knowledge } from '../../../../src/model/snapshot.ts';
import {
  fixtureText,
  snapshotFromFixture,
  snapshotFromYaml,
  type SnapshotOptions,
} from '../../support/snapshotFromYaml.ts';

/** `name version · role`, for each CNI found; then whether the cluster enforces. */
type Expected = readonly [cnis: readonly string[], enforcement: 'yes' | 'no' | 'unknown'];

const read = (fixture: string, options?: SnapshotOptions) =>
  detectCni(snapshotFromFixture(`cnis/${fixture}.yaml`, options));

const forbidden = (resource: string, namespace?: string): Knowledge => ({
  state: 'forbidden',
  verb: 'list',
  resource,
  ...(namespace === undefined ? {} : { namespace }),
});

describe('the CNIs of a cluster', () => {
  const expected: Readonly<Record<string, Expected>> = {
    'aks-kubenet': [['Provider-managed network · network'], 'unknown'],
    antrea: [['Antrea 2.7.0 · network-and-policy'], 'yes'],
    'aws-node-parked': [['Cilium 1.18.2 · network-and-policy'], 'yes'],
    'aws-vpc': [['AWS VPC CNI 1.20.1 · network'], 'no'],
    'aws-vpc-calico': [['AWS VPC CNI 1.20.1 · network', 'Calico (policy only) 3.30.0 · policy'], 'yes'],
    'aws-vpc-half': [['AWS VPC CNI 1.20.1 · network-and-policy'], 'no'],
    'aws-vpc-old': [['AWS VPC CNI 1.20.1 · network'], 'no'],
    'aws-vpc-policy': [['AWS VPC CNI 1.20.1 · network-and-policy'], 'yes'],
    'azure-cilium': [['Azure CNI 1.6.23 · network', 'Cilium 1.17.4 · policy'], 'yes'],
    'azure-none': [['Azure CNI 1.6.23 · network'], 'no'],
    'azure-npm': [['Azure CNI 1.6.23 · network', 'Azure NPM 1.6.23 · policy'], 'yes'],
    calico: [['Calico 3.32.1 · network-and-policy'], 'yes'],
    'calico-operator': [['Calico 3.32.1 · network-and-policy'], 'yes'],
    canal: [['Canal 3.32.1 · network-and-policy'], 'yes'],
    'canal-etcd': [['Canal 3.20.0 · network-and-policy'], 'yes'],
    'canal-renamed': [['Canal 3.32.1 · network-and-policy'], 'yes'],
    cilium: [['Cilium 1.18.2 · network-and-policy'], 'yes'],
    'cilium-chained': [['AWS VPC CNI 1.20.1 · network', 'Cilium 1.18.2 · policy'], 'yes'],
    'cilium-never': [['Cilium 1.18.2 · network-and-policy'], 'no'],
    'crds-only': [[], 'unknown'],
    'deceptive-names': [[], 'unknown'],
    'eks-auto': [['Provider-managed network · network'], 'unknown'],
    flannel: [['Flannel 0.28.9 · network'], 'no'],
    'flannel-calico-policy': [['Flannel 0.28.9 · network', 'Calico (policy only) 3.30.0 · policy'], 'yes'],
    'flannel-netpol': [['Flannel 0.28.9 · network-and-policy'], 'yes'],
    'flannel-old': [['Flannel 0.12.0-amd64 · network'], 'no'],
    'gke-calico': [['GKE network 0.6.6-gke.0 · network', 'Calico (policy only) 3.26.3-gke.14 · policy'], 'yes'],
    'gke-dataplane-v2': [['GKE Dataplane V2 1.15.6-gke.30 · network-and-policy'], 'yes'],
    'gke-netd': [['GKE network 0.6.6-gke.0 · network'], 'no'],
    k3s: [['Flannel (embedded in k3s) · network-and-policy'], 'yes'],
    'k3s-policy-off': [['Flannel (embedded in k3s) · network'], 'no'],
    kindnet: [['kindnet 20250512-df8de77b · network-and-policy'], 'yes'],
    'kindnet-old': [['kindnet 20230511-dc714da8 · network-and-policy'], 'no'],
    'kindnet-unknown-age': [['kindnet mine · network-and-policy'], 'unknown'],
    'kube-ovn': [['Kube-OVN 1.14.4 · network-and-policy'], 'yes'],
    'kube-ovn-policy-off': [['Kube-OVN 1.14.4 · network-and-policy'], 'no'],
    'kube-router': [['kube-router 2.5.0 · network-and-policy'], 'yes'],
    'kube-router-no-firewall': [['kube-router 2.5.0 · network'], 'no'],
    'kube-router-policy-only': [['Flannel 0.28.9 · network', 'kube-router 2.5.0 · policy'], 'yes'],
    leftovers: [['Cilium 1.18.2 · network-and-policy'], 'yes'],
    multus: [['Canal 3.32.1 · network-and-policy', 'Multus 4.2.2 · meta'], 'yes'],
    'openshift-declared': [['OVN-Kubernetes · network-and-policy'], 'yes'],
    'openshift-ovn': [['OVN-Kubernetes · network-and-policy', 'Multus · meta'], 'yes'],
    'openshift-sdn': [['OpenShift SDN · network-and-policy'], 'unknown'],
    'ovn-kubernetes': [['OVN-Kubernetes release-1.1 · network-and-policy'], 'yes'],
    relabelled: [['Calico 3.31.0 · network-and-policy'], 'yes'],
    'rke1-canal': [['Canal 3.22.5 · network-and-policy'], 'yes'],
    'rke2-canal': [['Canal 3.30.3-build20250909 · network-and-policy'], 'yes'],
    'rke2-canal-secret': [['Canal 3.30.3-build20250909 · network-and-policy'], 'yes'],
    'two-networks': [['Cilium 1.18.2 · network-and-policy', 'Flannel 0.28.9 · network'], 'unknown'],
    weave: [['Weave Net 2.8.1 · network-and-policy'], 'yes'],
    'weave-no-npc': [['Weave Net 2.8.1 · network'], 'no'],
  };

  it('are told for every fixture', () => {
    const files = readdirSync(new URL('../../../fixtures/clusters/cnis', import.meta.url)).map((name) =>
      name.replace('.yaml', ''),
    );
    assert.deepEqual(files.sort(), Object.keys(expected).sort());
  });

  for (const [fixture, [cnis, enforcement]] of Object.entries(expected))
    it(`${fixture}: ${cnis.length === 0 ? 'none' : cnis.join(', ')}; enforces: ${enforcement}`, () => {
      const found = read(fixture);
      const words = found.detected.map(
        ({ name, version, role }) => `${[name, version].filter(Boolean).join(' ')} · ${role}`,
      );
      assert.deepEqual([...words].sort(), [...cnis].sort());
      assert.equal(found.enforcement.verdict, enforcement);
      for (const { id, evidence, score } of found.detected) {
        if (id !== 'provider-managed') assert.ok(evidence[0]?.object !== undefined, 'says where it was seen');
        assert.ok(evidence.length > 0 && evidence[0] !== undefined && evidence[0].weight >= 45);
        assert.ok(score >= 60 && score <= 100);
      }
    });

  const titles: Readonly<Record<string, string>> = {
    canal: 'Calico policy + Flannel VXLAN',
    'rke2-canal': 'Calico policy + Flannel VXLAN',
    'rke2-canal-secret': 'Calico policy + Flannel WireGuard',
    'canal-renamed': 'Calico policy + Flannel host-gw',
    'canal-etcd': 'Calico policy + Flannel',
    calico: 'Calico IPIP',
    'calico-operator': 'Calico VXLAN across subnets',
    flannel: 'Flannel VXLAN',
    'k3s-policy-off': 'Flannel WireGuard, embedded in k3s',
    cilium: 'Cilium VXLAN',
    'cilium-chained': 'AWS VPC CNI',
    'azure-npm': 'Azure CNI overlay',
  };
  for (const [fixture, title] of Object.entries(titles))
    it(`${fixture} is titled "${title}"`, () => {
      assert.equal(read(fixture).detected[0]?.title, title);
    });

  it('reports two networks as a conflict and says which the kubelet takes', () => {
    const [problem] = read('two-networks').problems;
    assert.equal(problem?.id, 'cni-conflict');
    assert.match(problem?.cause ?? '', /05-cilium\.conflist before 10-flannel\.conflist/);
  });

  it('has no conflict where one makes the network and the other the policy, or calls it', () => {
    for (const fixture of ['aws-vpc-calico', 'cilium-chained', 'multus', 'kube-router-policy-only', 'azure-cilium'])
      assert.deepEqual(read(fixture).problems, [], fixture);
  });

  it('lists what a removed CNI left behind as traces, and nothing that the running one accounts for', () => {
    const { traces } = read('leftovers');
    assert.deepEqual(
      traces.map(({ id }) => id),
      ['calico'],
    );
    for (const fixture of ['canal', 'rke2-canal', 'aws-vpc-calico', 'flannel', 'calico-operator'])
      assert.deepEqual(read(fixture).traces, [], fixture);
  });

  it('takes a DaemonSet that wants no pod for a trace, not for a second network', () => {
    const found = read('aws-node-parked');
    assert.deepEqual(found.problems, []);
    assert.deepEqual(
      found.traces.map(({ id }) => id),
      ['aws-vpc'],
    );
  });

  it('takes neither CRDs nor annotations for a CNI', () => {
    const found = read('crds-only');
    assert.deepEqual(found.detected, []);
    assert.equal(found.state, 'known');
  });

  it('is sure of nothing where daemonsets may not be listed, and names verb and resource', () => {
    const found = read('canal', { knowledge: { daemonSets: forbidden('daemonsets') } });
    // The fixture's objects stay in the snapshot; a real one would have none.
    assert.ok(found.detected.length > 0);
    const empty = detectCni(
      snapshotFromYaml(fixtureText('types/eks.yaml'), {
        knowledge: { daemonSets: forbidden('daemonsets') },
        reads: [
          {
            interest: { kind: 'daemonSets', namespace: 'kube-system' },
            knowledge: forbidden('daemonsets', 'kube-system'),
          },
        ],
      }),
    );
    assert.equal(empty.state, 'cannot-tell');
    assert.deepEqual(empty.detected, [], 'a provider’s network is not concluded from what may not be read');
    assert.equal(empty.enforcement.verdict, 'unknown');
    assert.match(empty.gaps[0]?.sentence ?? '', /^Cannot tell: not allowed to list daemonsets/);
  });

  it('does not conclude a flannel inside k3s, or a provider’s network, where agents may run unseen', () => {
    for (const fixture of ['k3s', 'eks-auto']) {
      const found = read(fixture, { knowledge: { daemonSets: forbidden('daemonsets') } });
      assert.deepEqual(found.detected, [], fixture);
      assert.equal(found.state, 'cannot-tell', fixture);
    }
  });

  it('is likely, not certain, of an agent without its labels and of a provider’s network', () => {
    assert.equal(read('relabelled').detected[0]?.confidence, 'likely');
    assert.equal(read('eks-auto').detected[0]?.confidence, 'likely');
    assert.equal(read('canal').detected[0]?.confidence, 'certain');
  });

  it('is enough with kube-system where all namespaces may not be listed', () => {
    const found = read('flannel-netpol', {
      knowledge: { daemonSets: forbidden('daemonsets') },
      reads: [{ interest: { kind: 'daemonSets', namespace: 'kube-system' }, knowledge: { state: 'loaded' } }],
    });
    assert.equal(found.state, 'known');
    assert.deepEqual(found.gaps, []);
  });

  it('waits while daemonsets are on their way', () => {
    const found = detectCni(snapshotFromYaml('', { knowledge: { daemonSets: { state: 'loading' } } }));
    assert.equal(found.state, 'pending');
    assert.deepEqual(found.gaps, []);
  });

  it('goes on with what was read last where it is stale', () => {
    const stale: Knowledge = { state: 'stale', since: 0, reason: 'connection lost' };
    assert.equal(read('canal', { knowledge: { daemonSets: stale, nodes: stale } }).detected[0]?.name, 'Canal');
  });

  it('does not say "no CNI" of files that hold no daemonset', () => {
    const found = detectCni(snapshotFromYaml(fixtureText('types/kubeadm.yaml'), { origin: 'folder' }));
    assert.equal(found.state, 'cannot-tell');
    assert.match(found.gaps[0]?.sentence ?? '', /no DaemonSets/);
  });

  it('cannot tell about the controller’s switch of AWS VPC CNI where its ConfigMap may not be read', () => {
    const text = fixtureText('cnis/aws-vpc-policy.yaml').replace('name: amazon-vpc-cni', 'name: something-else');
    const found = detectCni(
      snapshotFromYaml(text, { knowledge: { configMaps: forbidden('configmaps', 'kube-system') } }),
    );
    assert.equal(found.enforcement.verdict, 'unknown');
    assert.match(found.enforcement.reason, /not allowed to list configmaps in kube-system/);
  });

  it('takes the mode of OpenShift SDN from the operator, and cannot tell without it', () => {
    const inMode = (config: string) =>
      detectCni(
        snapshotFromYaml(
          `${fixtureText('cnis/openshift-sdn.yaml')}\n---\napiVersion: operator.openshift.io/v1\nkind: Network\nmetadata: { name: cluster }\nspec: { defaultNetwork: { type: OpenShiftSDN, openshiftSDNConfig: ${config} } }`,
        ),
      ).enforcement;
    assert.equal(inMode('{ mode: NetworkPolicy }').verdict, 'yes');
    assert.equal(inMode('{ mtu: 1450 }').verdict, 'yes', 'the default');
    assert.equal(inMode('{ mode: Multitenant }').verdict, 'no');
    assert.match(inMode('{ mode: Subnet }').reason, /its mode Subnet, which ignores NetworkPolicy/);
    assert.equal(inMode('{ mode: Later }').verdict, 'unknown');
  });

  it('says that the Secret in which an RKE2 keeps Canal’s configuration may not be read', () => {
    const text = fixtureText('cnis/rke2-canal-secret.yaml').replace('name: rke2-canal-config, n', 'name: other, n');
    const found = detectCni(snapshotFromYaml(text, { knowledge: { secrets: forbidden('secrets', 'kube-system') } }));
    assert.deepEqual(
      found.gaps.map(({ sentence }) => sentence),
      ['Cannot tell: not allowed to list secrets in kube-system'],
    );
  });

  it('gives every verdict a reason, and a way out where there is one', () => {
    for (const fixture of Object.keys(expected)) {
      const { enforcement } = read(fixture);
      if (read(fixture).detected.length > 0) assert.ok(enforcement.evidence.length > 0, fixture);
      assert.match(enforcement.reason, /\.( Calico beside it does\.)?$/, fixture);
      if (enforcement.verdict === 'no') assert.ok(enforcement.fix !== undefined, fixture);
    }
  });

  it('survives daemonsets of any shape', () => {
    const found = detectCni(
      snapshotFromYaml(
        [
          'apiVersion: apps/v1\nkind: DaemonSet\nmetadata: { name: [], namespace: kube-system }\nspec: 7',
          'apiVersion: apps/v1\nkind: DaemonSet\nmetadata: { name: canal, namespace: kube-system }\nspec: { template: { metadata: { labels: { k8s-app: canal } }, spec: { containers: [null, 3, { name: calico-node, image: [] }, { name: kube-flannel }] } } }',
          'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: canal-config, namespace: kube-system }\ndata: { net-conf.json: "{" }',
        ].join('\n---\n'),
      ),
    );
    assert.equal(found.detected[0]?.name, 'Canal');
    assert.equal(found.detected[0]?.version, undefined);
  });
});
