import { strict as assert } from 'node:assert';
import { readdirSync } from 'node:fs';
import { readCniView } from '../../../src/inspect/cniView.ts';
import { interestsOf } from '../../../src/inspect/interests.ts';
import { matchesLabels } from '../../../src/model/labels.ts';
import { kindOf, type KindKey } from '../../../src/model/kinds.ts';
import type { ModelObject } from '../../../src/model/meta.ts';
import {
  ClusterSnapshot,
  type Interest,
  interestKey,
  type Knowledge,
  ObjectTable,
  type ObjectTables,
} from '../../../src/model/snapshot.ts';
import { fixtureText, snapshotFromFixture, snapshotFromYaml } from '../support/snapshotFromYaml.ts';

const selects = ({ namespace, labelSelector, fieldSelector }: Interest, { meta }: ModelObject): boolean => {
  const labels = Object.fromEntries(
    (labelSelector ?? '')
      .split(',')
      .filter(Boolean)
      .map((part) => part.split('=')),
  );
  return (
    (namespace === undefined || namespace === meta.namespace) &&
    matchesLabels(labels, meta.labels) &&
    (fieldSelector === undefined || fieldSelector === `metadata.name=${meta.name}`)
  );
};

/** What a source that has read `interests` of the whole cluster would show. */
function readOnly(whole: ClusterSnapshot, interests: readonly Interest[]): ClusterSnapshot {
  const tables: Record<string, ObjectTable<ModelObject>> = {};
  for (const interest of interests) {
    const before = tables[interest.kind] ?? ObjectTable.of<ModelObject>([]);
    const found = (whole.list(interest.kind) as readonly ModelObject[]).filter((object) => selects(interest, object));
    tables[interest.kind] = before.with(found);
  }
  return new ClusterSnapshot({
    ...whole.content,
    tables: tables as ObjectTables,
    reads: interests.map((interest) => ({ interest, knowledge: { state: 'loaded' } })),
  });
}

const keys = (interests: readonly Interest[]): string => interests.map(interestKey).sort().join('\n');

/** Reads, asks what else is needed, and reads again, as a source does; fails where that does not settle. */
function settled(whole: ClusterSnapshot): {
  readonly snapshot: ClusterSnapshot;
  readonly interests: readonly Interest[];
} {
  let interests = interestsOf(readOnly(whole, []));
  for (let round = 0; round < 6; round++) {
    const snapshot = readOnly(whole, interests);
    const next = interestsOf(snapshot);
    if (keys(next) === keys(interests)) return { snapshot, interests };
    interests = next;
  }
  assert.fail(`does not settle:\n${keys(interests)}`);
}

const fixtures = ['types', 'cnis', 'health'].flatMap((folder) =>
  readdirSync(new URL(`../../fixtures/clusters/${folder}`, import.meta.url)).map((file) => `${folder}/${file}`),
);

describe('what the CNI view asks for', () => {
  for (const fixture of fixtures)
    it(`settles for ${fixture}, and suffices to say what the whole cluster would say`, () => {
      const whole = snapshotFromFixture(fixture);
      const { snapshot } = settled(whole);
      const [all, some] = [readCniView(whole), readCniView(snapshot)];
      assert.equal(some.summary, all.summary);
      assert.equal(some.type.name, all.type.name);
      assert.equal(some.type.confidence, all.type.confidence);
      assert.deepEqual(
        some.type.overlays.map(({ name }) => name),
        all.type.overlays.map(({ name }) => name),
      );
      assert.equal(some.cni.enforcement.verdict, all.cni.enforcement.verdict);
      assert.deepEqual(
        some.entries.map(({ cni }) => cni.title),
        all.entries.map(({ cni }) => cni.title),
      );
      assert.deepEqual(
        some.problems.map(({ id }) => id),
        all.problems.map(({ id }) => id),
      );
    });

  it('is never all pods, ConfigMaps, Deployments or services of a cluster or of a namespace', () => {
    const large: readonly KindKey[] = [
      'pods',
      'configMaps',
      'secrets',
      'services',
      'endpointSlices',
      'events',
      'replicaSets',
    ];
    for (const fixture of fixtures)
      for (const interest of settled(snapshotFromFixture(fixture)).interests) {
        const narrow = interest.labelSelector !== undefined || interest.fieldSelector !== undefined;
        if (large.includes(interest.kind))
          assert.ok(interest.namespace !== undefined && narrow, `${fixture}: ${interestKey(interest)}`);
        if (interest.kind === 'deployments') assert.ok(interest.namespace !== undefined, fixture);
        assert.ok(kindOf(interest.kind).namespaced || interest.namespace === undefined);
      }
  });

  it('names each thing once', () => {
    const { interests } = settled(snapshotFromFixture('health/canal.yaml'));
    assert.equal(new Set(interests.map(interestKey)).size, interests.length);
  });

  it('is the pods of Canal by their label, and the one ConfigMap that goes with the agent', () => {
    const asked = (fixture: string): string => keys(settled(snapshotFromFixture(fixture)).interests);
    assert.match(asked('cnis/canal.yaml'), /^pods\|kube-system\|k8s-app=canal\|$/m);
    assert.match(asked('cnis/canal.yaml'), /^configMaps\|kube-system\|\|metadata\.name=canal-config$/m);
    assert.doesNotMatch(asked('cnis/canal.yaml'), /rke2-canal-config/);
    assert.match(asked('cnis/rke2-canal.yaml'), /^configMaps\|kube-system\|\|metadata\.name=rke2-canal-config$/m);
  });

  it('is flannel’s configuration by whatever name its agent mounts it, and no other Secret', () => {
    const asked = (fixture: string): readonly string[] =>
      settled(snapshotFromFixture(`cnis/${fixture}.yaml`))
        .interests.map(interestKey)
        .filter((key) => /^(configMaps|secrets)/.test(key) && !key.includes('kubeadm'));
    assert.deepEqual(asked('rke2-canal-secret'), ['secrets|kube-system||metadata.name=rke2-canal-config']);
    assert.ok(asked('canal-renamed').includes('configMaps|network||metadata.name=network-agent-settings'));
    for (const fixture of fixtures.filter((name) => !name.includes('secret')))
      assert.ok(
        settled(snapshotFromFixture(fixture)).interests.every(({ kind }) => kind !== 'secrets'),
        fixture,
      );
  });

  it('is kube-proxy’s pods only where one is not ready, or where somebody looks', () => {
    const healthy = snapshotFromFixture('health/canal.yaml');
    assert.doesNotMatch(keys(interestsOf(healthy)), /k8s-app=kube-proxy/);
    assert.match(keys(interestsOf(healthy, { kubeProxyPods: true })), /k8s-app=kube-proxy/);
  });

  it('is the pods of a DaemonSet beside the agents where they are few, fail, or are looked at', () => {
    const text = fixtureText('cnis/calico-operator.yaml');
    const asked = (status: string, open: readonly string[] = []): boolean => {
      const set = text.replace('name: csi-node-driver, namespace: calico-system }', `$&\nstatus: ${status}`);
      return /k8s-app=csi-node-driver/.test(
        keys(interestsOf(snapshotFromYaml(set), { openDaemonSets: new Set(open) })),
      );
    };
    const many = '{ desiredNumberScheduled: 5000, numberReady: 5000 }';
    assert.equal(asked('{ desiredNumberScheduled: 40, numberReady: 40 }'), true);
    assert.equal(asked('{ desiredNumberScheduled: 5000, numberReady: 4999 }'), true);
    assert.equal(asked(many), false);
    assert.equal(asked(many, ['calico-system/csi-node-driver']), true);
  });

  it('is daemonsets namespace by namespace where they may not be listed everywhere', () => {
    const forbidden: Knowledge = { state: 'forbidden', verb: 'list', resource: 'daemonsets' };
    const asked = keys(interestsOf(snapshotFromYaml('', { knowledge: { daemonSets: forbidden } })));
    for (const namespace of ['kube-system', 'kube-flannel', 'calico-system', 'openshift-ovn-kubernetes'])
      assert.match(asked, new RegExp(`^daemonSets\\|${namespace}\\|\\|$`, 'm'));
  });

  it('never asks for every pod of a namespace because a selector is missing', () => {
    const text =
      'apiVersion: apps/v1\nkind: DaemonSet\nmetadata: { name: canal, namespace: kube-system }\nspec: { template: { metadata: { labels: { k8s-app: canal } }, spec: { containers: [{ name: calico-node }, { name: kube-flannel }] } } }';
    assert.ok(interestsOf(snapshotFromYaml(text)).every(({ kind }) => kind !== 'pods'));
  });
});
