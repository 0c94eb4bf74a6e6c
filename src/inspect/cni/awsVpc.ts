import type { Workload } from '../../model/workload.ts';
import { cannotTellEnforcement, doesNotEnforce, enforces } from '../enforcement.ts';
import { type Evidence, gapOf, knowledgeOf, referenceTo } from '../evidence.ts';
import { containerOf, flagOfContainer } from './agent.ts';
import type { CniDefinition } from './definition.ts';

const configMapName = { namespace: 'kube-system', name: 'amazon-vpc-cni' };
const controllerKey = 'enable-network-policy-controller';

const nodeAgentSwitch = (
  agents: readonly Workload[],
): { readonly agent: Workload; readonly value?: string } | undefined => {
  for (const agent of agents) {
    const container = containerOf(agent, 'aws-eks-nodeagent');
    if (container === undefined) continue;
    const value = flagOfContainer(container, '--enable-network-policy');
    return value === undefined ? { agent } : { agent, value };
  }
  return undefined;
};

/** Ships with policy off. Two switches turn it on, one for the controller and one for each node's agent. */
export const awsVpc: CniDefinition = {
  id: 'aws-vpc',
  name: 'AWS VPC CNI',
  role: ({ agents }) => (nodeAgentSwitch(agents)?.value === 'true' ? 'network-and-policy' : 'network'),
  agent: {
    labels: [{ 'k8s-app': 'aws-node' }, { 'app.kubernetes.io/name': 'aws-node' }],
    containers: [['aws-node']],
  },
  versionContainer: 'aws-node',
  images: [/amazon-k8s-cni(-init)?(:|@|$)/, /aws-network-policy-agent/],
  configMaps: [configMapName],
  apiGroups: ['crd.k8s.amazonaws.com', 'vpcresources.k8s.aws', 'networking.k8s.aws'],
  nodeAnnotations: [],
  networkReasons: [],
  companions: [],
  enforcement({ snapshot, agents, found }) {
    const agentSwitch = nodeAgentSwitch(agents);
    const evidence: Evidence[] = [];
    const fix = `Set ${controllerKey}: "true" in the ConfigMap kube-system/amazon-vpc-cni and --enable-network-policy=true on the container aws-eks-nodeagent, as the add-on's option enableNetworkPolicy does.`;
    const elsewhere = found.has('calico-policy-only') ? ' Calico beside it does.' : '';
    if (agentSwitch === undefined)
      return doesNotEnforce(`The DaemonSet aws-node has no container aws-eks-nodeagent.${elsewhere}`, fix);
    evidence.push({
      from: 'object',
      sentence: `aws-eks-nodeagent runs with --enable-network-policy=${agentSwitch.value ?? 'false (its default)'}`,
      weight: 0,
      object: referenceTo(agentSwitch.agent),
      field: 'spec.template.spec.containers[].args',
    });
    if (agentSwitch.value !== 'true')
      return doesNotEnforce(`Network policy is off in the node agent of AWS VPC CNI.${elsewhere}`, fix, ...evidence);
    const configMap = snapshot.table('configMaps').get(configMapName.namespace, configMapName.name);
    if (configMap === undefined) {
      const gap = gapOf(
        knowledgeOf(snapshot, 'configMaps', {
          namespace: configMapName.namespace,
          fieldSelector: `metadata.name=${configMapName.name}`,
        }),
        'configmaps',
      );
      if (gap !== undefined)
        return cannotTellEnforcement(
          `The node agent’s switch is on; the controller’s is not known: ${gap}.`,
          ...evidence,
        );
    }
    const controller = configMap?.data[controllerKey];
    evidence.push({
      from: 'object',
      sentence:
        configMap === undefined
          ? 'The ConfigMap kube-system/amazon-vpc-cni does not exist'
          : `amazon-vpc-cni says ${controllerKey}: ${controller ?? 'nothing'}`,
      weight: 0,
      object: { kind: 'ConfigMap', ...configMapName },
      field: `data["${controllerKey}"]`,
    });
    return controller === 'true'
      ? enforces('Both switches of AWS VPC CNI’s network policy are on.', ...evidence)
      : doesNotEnforce(`The network policy controller of AWS VPC CNI is off.${elsewhere}`, fix, ...evidence);
  },
  confFile: '10-aws.conflist',
  containerRoles: {
    'aws-node': 'gives pods addresses of the VPC',
    'aws-eks-nodeagent': 'enforces NetworkPolicy where it is turned on',
    'aws-vpc-cni-init': 'prepares the node and writes the CNI binaries',
  },
};
