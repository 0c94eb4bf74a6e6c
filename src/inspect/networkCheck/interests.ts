import { type ClusterSnapshot, type Interest, interestKey } from '../../model/snapshot.ts';
import { readClusterType } from '../clusterType.ts';
import { interestsOf } from '../interests.ts';
import { hasStaticProxies, staticProxies } from './serviceProxy.ts';
import { sandboxEventInterest } from './sandboxEvents.ts';

/**
 * What the check of a network needs to have read, beside what the CNI’s view reads: services and what stands behind them
 * in all namespaces, the way in from outside, and kube-proxy’s pods. Not all pods: of those there may be tens of thousands.
 */
export function networkCheckInterests(snapshot: ClusterSnapshot): readonly Interest[] {
  const wanted: readonly Interest[] = [
    ...interestsOf(snapshot, { kubeProxyPods: true }),
    { kind: 'services' },
    { kind: 'endpointSlices' },
    { kind: 'ingresses' },
    { kind: 'ingressClasses' },
    { kind: 'configMaps', namespace: 'kube-system', fieldSelector: 'metadata.name=kubeadm-config' },
    sandboxEventInterest,
    ...(hasStaticProxies(readClusterType(snapshot).id) ? [staticProxies] : []),
  ];
  return [...new Map(wanted.map((interest) => [interestKey(interest), interest])).values()];
}
