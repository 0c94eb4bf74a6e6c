/** Kinds of crd.projectcalico.org/v1 that Calico 3.32's manifests define: plural, kind, scope. */
const calicoKinds: readonly (readonly [plural: string, kind: string, scope: 'Cluster' | 'Namespaced'])[] = [
  ['bgpconfigurations', 'BGPConfiguration', 'Cluster'],
  ['bgpfilters', 'BGPFilter', 'Cluster'],
  ['bgppeers', 'BGPPeer', 'Cluster'],
  ['blockaffinities', 'BlockAffinity', 'Cluster'],
  ['caliconodestatuses', 'CalicoNodeStatus', 'Cluster'],
  ['clusterinformations', 'ClusterInformation', 'Cluster'],
  ['felixconfigurations', 'FelixConfiguration', 'Cluster'],
  ['globalnetworkpolicies', 'GlobalNetworkPolicy', 'Cluster'],
  ['globalnetworksets', 'GlobalNetworkSet', 'Cluster'],
  ['hostendpoints', 'HostEndpoint', 'Cluster'],
  ['ipamblocks', 'IPAMBlock', 'Cluster'],
  ['ipamconfigs', 'IPAMConfig', 'Cluster'],
  ['ipamhandles', 'IPAMHandle', 'Cluster'],
  ['ippools', 'IPPool', 'Cluster'],
  ['ipreservations', 'IPReservation', 'Cluster'],
  ['kubecontrollersconfigurations', 'KubeControllersConfiguration', 'Cluster'],
  ['networkpolicies', 'NetworkPolicy', 'Namespaced'],
  ['networksets', 'NetworkSet', 'Namespaced'],
  ['stagedglobalnetworkpolicies', 'StagedGlobalNetworkPolicy', 'Cluster'],
  ['stagedkubernetesnetworkpolicies', 'StagedKubernetesNetworkPolicy', 'Namespaced'],
  ['stagednetworkpolicies', 'StagedNetworkPolicy', 'Namespaced'],
  ['tiers', 'Tier', 'Cluster'],
];

/** The definitions of Calico's own resources, open for any field: what is read of them is not validated here. */
export const calicoDefinitions: readonly object[] = [
  ...calicoKinds.map(([plural, kind, scope]) => definition('crd.projectcalico.org', 'v1', plural, kind, scope)),
  definition('policy.networking.k8s.io', 'v1alpha2', 'clusternetworkpolicies', 'ClusterNetworkPolicy', 'Cluster'),
];

/** What calico-node writes when it starts in Canal. The pool is made there too, and nothing is allocated from it. */
export const canalObjects: readonly object[] = [
  calicoObject('ClusterInformation', 'default', {
    clusterGUID: '5f0c0d3e5b6f4f0f9f3f2f1f0f9f8f7f',
    clusterType: 'k8s,canal,kubeadm,kdd',
    calicoVersion: 'v3.32.1',
    datastoreReady: true,
  }),
  calicoObject('FelixConfiguration', 'default', { bpfConnectTimeLoadBalancing: 'TCP', floatingIPs: 'Disabled' }),
  calicoObject('IPPool', 'default-ipv4-ippool', {
    cidr: '10.244.0.0/16',
    blockSize: 26,
    ipipMode: 'Never',
    vxlanMode: 'Never',
    natOutgoing: true,
    nodeSelector: 'all()',
    allowedUses: ['Workload', 'Tunnel'],
  }),
  calicoObject('Tier', 'default', { order: 1_000_000, defaultAction: 'Deny' }),
];

function calicoObject(kind: string, name: string, spec: object): object {
  return { apiVersion: 'crd.projectcalico.org/v1', kind, metadata: { name }, spec };
}

function definition(group: string, version: string, plural: string, kind: string, scope: string): object {
  const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${plural}.${group}`,
      // Names that end in k8s.io are the Kubernetes project's, and the API server wants to see its approval.
      ...(group.endsWith('.k8s.io') && {
        annotations: {
          'api-approved.kubernetes.io': 'https://github.com/kubernetes-sigs/network-policy-api/pull/300',
        },
      }),
    },
    spec: {
      group,
      scope,
      names: { plural, kind, listKind: `${kind}List`, singular: kind.toLowerCase() },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', properties: { spec: anything, status: anything } } },
        },
      ],
    },
  };
}
