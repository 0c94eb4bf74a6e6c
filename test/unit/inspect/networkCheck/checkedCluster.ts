import { strict as assert } from 'node:assert';
import type { Check } from '../../../../src/inspect/networkCheck/check.ts';
import {
  type NetworkCheck,
  readNetworkCheck,
  type Requirement,
  type RequirementId,
} from '../../../../src/inspect/networkCheck/requirements.ts';
import { fixtureText } from '../../support/snapshotFromYaml.ts';
import { CanalCluster } from '../brokenCanal.ts';

const kubeProxyPod = (node: string): string => `
apiVersion: v1
kind: Pod
metadata:
  name: kube-proxy-${node}
  namespace: kube-system
  creationTimestamp: 2026-11-20T08:00:00Z
  labels: { k8s-app: kube-proxy }
  ownerReferences: [{ apiVersion: apps/v1, kind: DaemonSet, name: kube-proxy, controller: true }]
spec: { hostNetwork: true, nodeName: ${node}, containers: [{ name: kube-proxy, image: 'registry.k8s.io/kube-proxy:v1.34.2' }] }
status:
  phase: Running
  conditions: [{ type: Ready, status: 'True' }]
  containerStatuses: [{ name: kube-proxy, ready: true, restartCount: 0, state: { running: { startedAt: 2026-11-20T08:00:10Z } } }]
`;

/** Three nodes of kubeadm with Canal, kube-proxy, DNS and a service with a load balancer, all well. */
export function healthyCluster(): CanalCluster {
  const cluster = new CanalCluster().add(fixtureText('health/services.yaml'));
  for (const node of ['n1', 'n2', 'n3']) cluster.add(kubeProxyPod(node));
  return cluster;
}

export const requirementOf = ({ requirements }: NetworkCheck, id: RequirementId): Requirement => {
  const found = requirements.find((one) => one.id === id);
  assert.ok(found, id);
  return found;
};

export const checkOf = (reading: NetworkCheck, id: string): Check => {
  const found = [...reading.requirements.flatMap(({ checks }) => checks), ...reading.others].find(
    (one) => one.id === id,
  );
  assert.ok(found, id);
  return found;
};

export const verdictsOf = ({ requirements }: NetworkCheck): readonly string[] =>
  requirements.map(({ verdict }) => verdict);

export const readCluster = (cluster: CanalCluster): NetworkCheck => readNetworkCheck(cluster.snapshot());

/** Each check that is neither passed nor without application, as `result id`. */
export const wrong = (reading: NetworkCheck): readonly string[] => [
  ...new Set(
    [...reading.requirements.flatMap(({ checks }) => checks), ...reading.others]
      .filter(({ result }) => result !== 'passed' && result !== 'does-not-apply')
      .map(({ result, id }) => `${result} ${id}`),
  ),
];
