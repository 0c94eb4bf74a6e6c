import assert from 'node:assert/strict';
import { mayHoldPolicy } from '../../../src/language/gate.ts';

describe('the look at a text before anything is loaded', () => {
  for (const text of [
    'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n',
    '{\n  "apiVersion": "networking.k8s.io/v1",\n  "kind": "NetworkPolicy"\n}',
    '{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy"}',
    '{"kind":"NetworkPolicy"}',
    'kind: List\r\nitems:\r\n- kind: "NetworkPolicy"\r\n',
    "- kind: 'GlobalNetworkPolicy'\n",
    'kind: AdminNetworkPolicy',
    'kind: BaselineAdminNetworkPolicy',
    'kind: ClusterNetworkPolicy',
    'kind: StagedGlobalNetworkPolicy',
    'kind: NetworkPolicyList',
    'kind: Networkpolicy',
  ])
    it(`finds ${JSON.stringify(text)}`, () => assert.equal(mayHoldPolicy(text), true));

  for (const text of [
    'kind: Pod\n',
    '# a NetworkPolicy would be nice\nkind: Pod\n',
    'kind: CiliumNetworkPolicy\n',
    'description: kind of NetworkPolicy\n',
    '',
  ])
    it(`passes over ${JSON.stringify(text)}`, () => assert.equal(mayHoldPolicy(text), false));
});
