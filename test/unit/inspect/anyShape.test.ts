import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { readCniView } from '../../../src/inspect/cniView.ts';
import { interestsOf } from '../../../src/inspect/interests.ts';
import { readNetworkCheck } from '../../../src/inspect/networkCheck/requirements.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { snapshotFromObjects } from '../support/snapshotFromYaml.ts';
import { CanalCluster } from './brokenCanal.ts';

/** Keys and values that readers look for, so that random objects reach deep into them. */
const word = fc.constantFrom(
  ...[
    'constructor',
    '__proto__',
    'toString',
    'canal',
    'kube-system',
    'calico-node',
    'kube-flannel',
    'n1',
    'True',
    'vxlan',
  ],
  ...['10.244.0.0/16', '10.0.0.1', '{"Network":7}', '["server"]', 'Always', 'DaemonSet', 'NetworkUnavailable', '', 'é'],
);
const key = fc.constantFrom(
  ...['name', 'namespace', 'labels', 'annotations', 'conditions', 'type', 'status', 'reason', 'containers', 'image'],
  ...['initContainers', 'containerStatuses', 'initContainerStatuses', 'state', 'lastState', 'waiting', 'terminated'],
  ...[
    'running',
    'template',
    'spec',
    'metadata',
    'selector',
    'matchLabels',
    'podCIDRs',
    'nodeName',
    'exitCode',
    'taints',
  ],
  ...['flannel.alpha.coreos.com/backend-type', 'k3s.io/node-args', 'net-conf.json', 'ownerReferences', '__proto__'],
);
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    word,
    fc.constantFrom(null, true, 0, -1, 1e308),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
  ),
}));
const object = fc
  .tuple(
    fc.constantFrom(
      ...['v1 Node', 'v1 Pod', 'v1 ConfigMap', 'v1 Namespace', 'v1 Service', 'apps/v1 DaemonSet', 'apps/v1 Deployment'],
      ...['operator.tigera.io/v1 Installation', 'crd.projectcalico.org/v1 IPPool', 'config.openshift.io/v1 Network'],
      ...['v1 Event', 'discovery.k8s.io/v1 EndpointSlice', 'networking.k8s.io/v1 Ingress'],
      'crd.projectcalico.org/v1 ClusterInformation',
    ),
    fc.record({ metadata: tree, spec: tree, status: tree, data: tree }, { requiredKeys: [] }),
  )
  .map(([kind, parts]): JsonObject => {
    const [apiVersion, name] = kind.split(' ');
    return { ...parts, apiVersion, kind: name };
  });

describe('objects of any shape', () => {
  it('break no reading, alone or in a cluster that is otherwise in order', () => {
    const healthy = new CanalCluster().documents;
    fc.assert(
      fc.property(fc.array(object, { maxLength: 4 }), fc.boolean(), (objects, alone) => {
        const snapshot = snapshotFromObjects(alone ? objects : [...healthy, ...objects]);
        const view = readCniView(snapshot);
        interestsOf(snapshotFromObjects(objects));
        for (const { sentence } of view.problems)
          assert.ok(typeof sentence === 'string' && !sentence.includes('[object'));
        assert.ok(!/undefined|NaN|function/.test(view.summary), view.summary);
        for (const { sentence, checks } of readNetworkCheck(snapshot).requirements)
          for (const words of [sentence, ...checks.map((one) => one.sentence)])
            assert.ok(!/undefined|NaN|\[object/.test(words), words);
        for (const { cni } of view.entries) assert.ok(!/undefined|function/.test(cni.title), cni.title);
      }),
      { numRuns: 150, seed: 2026 },
    );
  });
});
