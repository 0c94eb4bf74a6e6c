import { strict as assert } from 'node:assert';
import { detectCni } from '../../../src/inspect/cni/detect.ts';
import { kindEnforcement } from '../../../src/inspect/kindEnforcement.ts';
import type { KindKey } from '../../../src/model/kinds.ts';
import { fixtureText, snapshotFromFixture, snapshotFromYaml } from '../support/snapshotFromYaml.ts';

const kinds = {
  NetworkPolicy: 'networkPolicies',
  AdminNetworkPolicy: 'adminNetworkPolicies',
  BaselineAdminNetworkPolicy: 'baselineAdminNetworkPolicies',
  ClusterNetworkPolicy: 'clusterNetworkPolicies',
  'Calico NetworkPolicy': 'calicoNetworkPolicies',
  'Calico GlobalNetworkPolicy': 'calicoGlobalNetworkPolicies',
} as const satisfies Record<string, KindKey>;

/** What is said of each kind, in the order of `kinds`. */
const verdicts = (cni: ReturnType<typeof detectCni>): string =>
  Object.values(kinds)
    .map((kind) => kindEnforcement(kind, cni)?.verdict ?? 'nothing')
    .join(' ');

/** By fixture: NetworkPolicy, AdminNetworkPolicy and its baseline, ClusterNetworkPolicy, Calico's two. */
const table: Readonly<Record<string, string>> = {
  weave: 'yes no no no no no',
  'weave-no-npc': 'no no no no no no',
  'kube-router': 'yes no no no no no',
  'kube-router-no-firewall': 'no no no no no no',
  k3s: 'yes no no no no no',
  'k3s-policy-off': 'no no no no no no',
  antrea: 'yes unknown unknown unknown no no',
  'openshift-ovn': 'yes yes yes unknown no no',
  'ovn-kubernetes': 'yes yes yes unknown no no',
  kindnet: 'yes unknown unknown unknown no no',
  flannel: 'no no no no no no',
  'flannel-netpol': 'yes unknown unknown unknown no no',
  cilium: 'yes unknown unknown unknown no no',
  'gke-dataplane-v2': 'yes unknown unknown unknown no no',
};

describe('which kinds of policy a network plugin enforces', () => {
  for (const [fixture, expected] of Object.entries(table)) {
    it(`${fixture}: ${expected}`, () => {
      assert.equal(verdicts(detectCni(snapshotFromFixture(`cnis/${fixture}.yaml`))), expected);
    });
  }

  for (const [version, expected] of [
    ['v3.28.5', 'yes no no no yes yes'],
    ['v3.29.0', 'yes unknown unknown no yes yes'],
    ['v3.30.1', 'yes yes yes no yes yes'],
    ['v3.31.7', 'yes yes yes no yes yes'],
    ['v3.32.1', 'yes no no yes yes yes'],
    ['v4.0.0', 'yes no no yes yes yes'],
    ['latest', 'yes unknown unknown unknown yes yes'],
  ] as const) {
    for (const fixture of ['canal', 'calico']) {
      it(`${fixture} ${version}: ${expected}`, () => {
        const text = fixtureText(`cnis/${fixture}.yaml`).replaceAll(
          /(calico\/(?:node|cni|typha|calico)):[^"]+/g,
          `$1:${version}`,
        );
        assert.equal(verdicts(detectCni(snapshotFromYaml(text))), expected);
      });
    }
  }

  it('says nothing where no plugin is known', () => {
    assert.equal(kindEnforcement('networkPolicies', detectCni(snapshotFromYaml(''))), undefined);
  });

  it('says why in words that end a sentence', () => {
    const reason = (fixture: string, kind: KindKey): string =>
      kindEnforcement(kind, detectCni(snapshotFromFixture(`cnis/${fixture}.yaml`)))?.reason ?? '';
    assert.equal(
      reason('weave', 'adminNetworkPolicies'),
      'of the Kubernetes kinds Weave Net enforces NetworkPolicy alone.',
    );
    assert.match(
      reason('weave', 'calicoNetworkPolicies'),
      /^it is Calico's own kind, and the cluster runs Weave Net\.$/,
    );
  });
});
