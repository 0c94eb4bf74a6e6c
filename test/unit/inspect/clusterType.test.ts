import { strict as assert } from 'node:assert';
import { clusterTypeInterests, readClusterType } from '../../../src/inspect/clusterType.ts';
import type { Knowledge } from '../../../src/model/snapshot.ts';
import { snapshotFromFixture, snapshotFromYaml } from '../support/snapshotFromYaml.ts';

const forbidden = (resource: string): Knowledge => ({ state: 'forbidden', verb: 'list', resource });

describe('the type of a cluster', () => {
  const certain: Readonly<Record<string, string>> = {
    ack: 'Alibaba Cloud Kubernetes',
    aks: 'AKS',
    'docker-desktop': 'Docker Desktop',
    doks: 'DigitalOcean Kubernetes',
    eks: 'EKS',
    'eks-anywhere': 'EKS Anywhere',
    gke: 'GKE',
    iks: 'IBM Cloud Kubernetes Service',
    k0s: 'k0s',
    k3s: 'k3s',
    kind: 'kind',
    'kops-on-aws': 'kOps',
    kubeadm: 'Upstream (kubeadm)',
    'kubeadm-on-aws': 'Upstream (kubeadm)',
    lke: 'Linode Kubernetes Engine',
    microk8s: 'MicroK8s',
    minikube: 'minikube',
    'misleading-names': 'k3s',
    mke: 'Mirantis Kubernetes Engine',
    oke: 'OKE',
    openshift: 'OpenShift',
    rke1: 'RKE1',
    rke2: 'RKE2',
    talos: 'Talos',
    tkg: 'Tanzu Kubernetes Grid',
  };
  for (const [fixture, name] of Object.entries(certain))
    it(`${fixture} is ${name}, for certain and with evidence`, () => {
      const type = readClusterType(snapshotFromFixture(`types/${fixture}.yaml`));
      assert.equal(type.name, name);
      assert.equal(type.confidence, 'certain');
      assert.ok(type.evidence.length > 0);
      for (const { sentence, object, field } of type.evidence)
        assert.ok(object !== undefined || field !== undefined, `"${sentence}" says where it was read`);
    });

  it('takes EKS’s version and an EC2 instance without a control plane for EKS, with no aws-auth and no node group', () => {
    const type = readClusterType(snapshotFromFixture('types/eks-access-entries.yaml'));
    assert.equal(type.name, 'EKS');
    assert.equal(type.confidence, 'certain');
  });

  it('does not take an EC2 instance alone for EKS', () => {
    const type = readClusterType(snapshotFromFixture('types/kops-on-aws.yaml'));
    assert.equal(type.id, 'kops');
    assert.equal(type.infrastructure, 'AWS');
    assert.equal(
      readClusterType(snapshotFromFixture('types/eks.yaml')).infrastructure,
      undefined,
      'goes without saying',
    );
  });

  it('says unknown where nothing speaks for a type', () => {
    const type = readClusterType(snapshotFromFixture('types/unknown.yaml'));
    assert.equal(type.id, 'unknown');
    assert.equal(type.confidence, undefined);
    assert.deepEqual(type.evidence, []);
  });

  it('holds what the kubeconfig says for likely, and never for certain', () => {
    const type = readClusterType(snapshotFromFixture('types/kubeconfig-only-eks.yaml'));
    assert.equal(type.name, 'EKS');
    assert.equal(type.confidence, 'likely');
    assert.ok(type.evidence.every(({ from }) => from === 'kubeconfig'));
  });

  it('does not show the arguments of a credential plugin', () => {
    const type = readClusterType(snapshotFromFixture('types/kubeconfig-only-eks.yaml'));
    assert.ok(type.evidence.every(({ sentence }) => !sentence.includes('--cluster-name')));
  });

  it('holds a context’s name for a hint', () => {
    const type = readClusterType(snapshotFromFixture('types/context-only-kind.yaml'));
    assert.equal(type.name, 'kind');
    assert.equal(type.confidence, 'hint');
  });

  it('does not look for a host name in the middle of another', () => {
    const type = readClusterType(
      snapshotFromYaml('kind: Config\nclusters: [{ cluster: { server: "https://azmk8s.io.example.com" } }]'),
    );
    assert.equal(type.id, 'unknown');
  });

  it('keeps the type below a manager, which is a badge of its own', () => {
    const read = (fixture: string): [string, string[]] => {
      const type = readClusterType(snapshotFromFixture(`types/${fixture}.yaml`));
      return [type.name, type.overlays.map(({ name, confidence }) => `${name} ${confidence}`)];
    };
    assert.deepEqual(read('rancher-on-rke2'), ['RKE2', ['Rancher certain']]);
    assert.deepEqual(read('rafay-on-kubeadm'), ['Upstream (kubeadm)', ['Rafay certain']]);
    assert.deepEqual(read('arc-on-k3s'), ['k3s', ['Azure Arc certain']]);
    assert.deepEqual(read('kubeadm'), ['Upstream (kubeadm)', []]);
  });

  it('does not take what may not be read for absent', () => {
    const type = readClusterType(
      snapshotFromYaml('serverVersion: { gitVersion: v1.34.2 }', {
        knowledge: {
          nodes: forbidden('nodes'),
          configMaps: forbidden('configmaps'),
          namespaces: forbidden('namespaces'),
        },
      }),
    );
    assert.equal(type.id, 'unknown');
    const sentences = type.gaps.map(({ sentence }) => sentence);
    assert.ok(sentences.includes('Cannot tell: not allowed to list nodes'), sentences.join('\n'));
    assert.ok(sentences.includes('Cannot tell: not allowed to list configmaps'), sentences.join('\n'));
    assert.equal(new Set(sentences).size, sentences.length, 'each gap is named once');
  });

  it('tells by the version alone where nodes may not be read', () => {
    const type = readClusterType(
      snapshotFromYaml('serverVersion: { gitVersion: v1.33.4+rke2r1 }', { knowledge: { nodes: forbidden('nodes') } }),
    );
    assert.equal(type.name, 'RKE2');
    assert.ok(type.gaps.some(({ sentence }) => sentence.includes('nodes')));
  });

  it('says that it may change while nodes are on their way', () => {
    assert.equal(readClusterType(snapshotFromYaml('', { knowledge: { nodes: { state: 'loading' } } })).pending, true);
    assert.equal(readClusterType(snapshotFromFixture('types/eks.yaml')).pending, false);
  });

  it('survives nodes of any shape', () => {
    const type = readClusterType(
      snapshotFromYaml(
        'apiVersion: v1\nkind: Node\nmetadata: { name: 7, labels: [a], annotations: { constructor: x, __proto__: y } }\nspec: 3\nstatus: { nodeInfo: [] }',
      ),
    );
    assert.equal(type.id, 'unknown');
  });

  it('gives the same answer for the same snapshot without reading it again', () => {
    const snapshot = snapshotFromFixture('types/eks.yaml');
    assert.equal(readClusterType(snapshot), readClusterType(snapshot));
  });

  describe('what it asks for', () => {
    const kinds = (fixture: string): string[] =>
      clusterTypeInterests(snapshotFromFixture(`types/${fixture}.yaml`)).map(({ kind }) => kind);

    it('is nodes and namespaces while they settle it', () => {
      assert.deepEqual(kinds('k3s'), ['nodes', 'namespaces']);
    });

    it('is single objects where they leave it open, never whole lists', () => {
      const interests = clusterTypeInterests(snapshotFromFixture('types/unknown.yaml'));
      assert.ok(interests.some(({ fieldSelector }) => fieldSelector === 'metadata.name=kubeadm-config'));
      for (const { kind, namespace, fieldSelector } of interests)
        assert.ok(
          kind === 'nodes' || kind === 'namespaces' || (namespace !== undefined && fieldSelector !== undefined),
        );
    });

    it('is a manager’s agent once its namespace has been seen', () => {
      assert.deepEqual(kinds('rancher-on-rke2'), ['nodes', 'namespaces', 'deployments']);
    });
  });
});
