import assert from 'node:assert/strict';
import { namedAt, selectedAt } from '../../../src/language/targets.ts';
import { pod } from '../policy/clusterOf.ts';
import { cluster, markedPlace } from './measured.ts';

const shop = cluster(`
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { team: a } }
---
apiVersion: v1
kind: Namespace
metadata: { name: pay, labels: { team: b } }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: other, namespace: shop }
spec: { podSelector: {} }
---
${pod('shop', 'web-0', 'app: web, tier: front')}
${pod('shop', 'db-0', 'app: db')}
${pod('pay', 'web-0', 'app: web')}
`);

const refs = (all: readonly { kind: string; namespace: string; name: string }[]): readonly string[] =>
  all.map(({ kind, namespace, name }) => [kind, namespace, name].filter(Boolean).join(' ')).toSorted();
const named = async (text: string): Promise<readonly string[]> => {
  const { written, path } = await markedPlace(shop, text);
  return refs(namedAt(written, path));
};
const selected = async (text: string): Promise<readonly string[]> => {
  const { measurement, written, path } = await markedPlace(shop, text);
  return refs(selectedAt(measurement, written, path));
};

const policy = (spec: string): string =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: api, namespace: shop }\nspec: ${spec}\n`;
const admin = (spec: string): string =>
  `apiVersion: policy.networking.k8s.io/v1alpha1\nkind: AdminNetworkPolicy\nmetadata: { name: all }\nspec: ${spec}\n`;
const calico = (spec: string): string =>
  `apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: { name: api, namespace: shop }\nspec: ${spec}\n`;

describe('the object that is named in a policy', () => {
  const cases: [string, string, string[]][] = [
    ['its namespace', policy('{}').replace('namespace: shop', 'namespace: sh‸op'), ['namespaces shop']],
    ['itself', policy('{}').replace('name: api', 'name: a‸pi'), ['networkPolicies shop api']],
    [
      'a namespace that is chosen by its name',
      policy(
        '{ ingress: [{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: p‸ay } } }] }] }',
      ),
      ['namespaces pay'],
    ],
    [
      'one of the namespaces of an expression',
      policy(
        '{ ingress: [{ from: [{ namespaceSelector: { matchExpressions: [{ key: kubernetes.io/metadata.name, operator: In, values: [shop, p‸ay] }] } }] }] }',
      ),
      ['namespaces pay'],
    ],
    [
      'a namespace of a cluster-wide policy',
      admin('{ subject: { namespaces: { matchLabels: { kubernetes.io/metadata.name: sh‸op } } } }'),
      ['namespaces shop'],
    ],
    ['a tier', calico('{ tier: secu‸rity }'), ['calicoTiers security']],
    [
      'the namespaces of a Calico selector',
      calico(
        `{ ingress: [{ action: Allow, source: { namespaceSelector: "projectcalico.org/name == 'p‸ay' || has(x)" } }] }`,
      ),
      ['namespaces pay'],
    ],
    [
      'a service account',
      calico('{ ingress: [{ action: Allow, source: { serviceAccounts: { names: [bui‸lder] } } }] }'),
      ['serviceAccounts shop builder'],
    ],
    [
      'a service',
      calico('{ egress: [{ action: Allow, destination: { services: { name: d‸b, namespace: pay } } }] }'),
      ['services pay db'],
    ],
    ['none where a label is not a name', policy('{ podSelector: { matchLabels: { app: w‸eb } } }'), []],
    [
      'none where a namespace is chosen by another label',
      policy('{ ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: ‸b } } }] }] }'),
      [],
    ],
  ];
  for (const [title, text, expected] of cases)
    it(`is ${title}`, async () => assert.deepEqual(await named(text), expected));
});

describe('the objects that are selected at a place of a policy', () => {
  const cases: [string, string, string[]][] = [
    ['pods by the selector', policy('{ podSelecto‸r: { matchLabels: { app: web } } }'), ['pods shop web-0']],
    [
      'pods by one of its labels',
      policy('{ podSelector: { matchLabels: { app: web, ti‸er: back } } }').replace('back', 'front'),
      ['pods shop web-0'],
    ],
    [
      'pods of a peer, and not of the other',
      policy(
        '{ ingress: [{ from: [{ podSelector: {} }, { namespaceSelector: { matchLabels: { team: b } }, podSelec‸tor: {} }] }] }',
      ),
      ['pods pay web-0'],
    ],
    [
      'namespaces by a namespace selector',
      policy('{ ingress: [{ from: [{ namespaceSelec‸tor: { matchLabels: { team: b } } }] }] }'),
      ['namespaces pay'],
    ],
    [
      'pods and policies of the namespace',
      policy('{}').replace('namespace: shop', 'namespace: sh‸op'),
      ['networkPolicies shop api', 'networkPolicies shop other', 'pods shop db-0', 'pods shop web-0'],
    ],
    [
      'pods of a cluster-wide subject',
      admin(
        '{ priority: 1, subj‸ect: { pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: web } } } }, ingress: [{ action: Deny, from: [{ namespaces: {} }] }] }',
      ),
      ['pods pay web-0', 'pods shop web-0'],
    ],
    [
      'pods of the source of a Calico rule',
      calico(`{ selector: all(), ingress: [{ action: Allow, source: { selec‸tor: "app == 'db'" } }] }`),
      ['pods shop db-0'],
    ],
    ['no pods of everything', policy('{ ingress: [{ po‸rts: [{ port: 80 }] }] }'), []],
  ];
  for (const [title, text, expected] of cases)
    it(`are ${title}`, async () => assert.deepEqual(await selected(text), expected));
});
