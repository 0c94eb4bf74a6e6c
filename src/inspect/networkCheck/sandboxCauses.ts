/** What the runtime says when a pod’s network cannot be set up, with what that means. */
export interface SandboxCause {
  readonly id: string;
  readonly pattern: RegExp;
  readonly cause: string;
  readonly fix: string;
}

/** The more telling come first. Words of the plugins themselves, as they stand in the event’s message. */
export const sandboxCauses: readonly SandboxCause[] = [
  {
    id: 'addresses-used-up',
    pattern: /no IP addresses available in range set|failed to allocate for range 0/i,
    cause: 'The node has no address left in its pod CIDR, or addresses of pods that are gone are still taken there.',
    fix: 'Count the pods on the node against its pod CIDR. Where it is not full, drain the node and clear /var/lib/cni/networks.',
  },
  {
    id: 'pool-used-up',
    pattern: /Assigned 0 out of 1 requested|no more free affine blocks|failed to request IPv[46] addresses/i,
    cause: 'Calico’s IP pools have no block with a free address for the node.',
    fix: 'Add an IP pool or a larger one, and look for leaked addresses: calicoctl ipam check.',
  },
  {
    id: 'no-pool',
    pattern: /no configured Calico pools|cannot find a qualified ippool/i,
    cause: 'No IP pool of Calico is enabled for the node or the namespace.',
    fix: 'Enable an IPPool whose node selector picks the node.',
  },
  {
    id: 'cloud-addresses-used-up',
    pattern: /failed to assign an IP address to container|InsufficientFreeAddressesInSubnet/i,
    cause: 'The node’s subnet or network interfaces have no address left.',
    fix: 'Give the nodes larger subnets or prefix delegation, or fewer pods.',
  },
  {
    id: 'subnet-file-missing',
    pattern: /\/run\/flannel\/subnet\.env: no such file|loadFlannelSubnetEnv failed/i,
    cause: 'flannel has not taken a subnet on the node, or its plugin runs where another CNI should.',
    fix: 'Look at flannel’s pod on that node first. Where none is meant to be there, remove flannel’s file from /etc/cni/net.d.',
  },
  {
    id: 'agent-not-running',
    pattern: /\/var\/lib\/calico\/nodename|check that the calico\/node container is running/i,
    cause: 'Calico’s agent is not up on the node, so its plugin does not know which node it is on.',
    fix: 'Look at the pod of calico-node or canal on that node.',
  },
  {
    id: 'datastore-not-ready',
    pattern: /Calico is currently not ready to process requests/i,
    cause: 'Calico’s datastore is locked, as while it is being migrated.',
    fix: 'Finish the migration, then run calicoctl datastore migrate unlock.',
  },
  {
    id: 'plugin-unauthorized',
    pattern: /error getting ClusterInformation|connection is unauthorized/i,
    cause: 'The token in the plugin’s kubeconfig on the node is no longer accepted.',
    fix: 'Restart the agent’s pod on that node, which writes the token anew. Where Calico is not used any more, remove its file from /etc/cni/net.d.',
  },
  {
    id: 'cilium-agent-away',
    pattern: /unable to connect to Cilium (agent|daemon)|cilium\.sock/i,
    cause: 'Cilium’s agent does not answer on the node.',
    fix: 'Look at the Cilium pod on that node. Where Cilium was removed, remove its file from /etc/cni/net.d.',
  },
  {
    id: 'plugin-missing',
    pattern: /failed to find plugin/i,
    cause: 'The plugin that the CNI configuration names is not in /opt/cni/bin on the node.',
    fix: 'Look at the init container of the agent that installs it, or install the package of the standard plugins.',
  },
  {
    id: 'plugin-version',
    pattern: /unsupported CNI (result )?version|incompatible CNI versions/i,
    cause: 'The CNI configuration asks for a version that a plugin in /opt/cni/bin does not know.',
    fix: 'Update the plugins on the node.',
  },
];

/** Undefined where the message is of nothing that is known here. */
export const sandboxCauseOf = (message: string): SandboxCause | undefined =>
  sandboxCauses.find(({ pattern }) => pattern.test(message));
