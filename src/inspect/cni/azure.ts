import { cannotTellEnforcement, doesNotEnforce, enforces } from '../enforcement.ts';
import { type Evidence, referenceTo } from '../evidence.ts';
import type { CniContext, CniDefinition } from './definition.ts';

const policyLabel = 'kubernetes.azure.com/network-policy';

/** AKS writes the engine that the cluster was made with on its nodes. */
export function aksPolicy({
  snapshot,
  found,
}: Pick<CniContext, 'snapshot' | 'found'>): ReturnType<CniDefinition['enforcement']> {
  const node = snapshot.list('nodes').find(({ meta }) => Object.hasOwn(meta.labels, policyLabel));
  const engine = node?.meta.labels[policyLabel];
  const evidence: Evidence[] = [];
  if (node !== undefined)
    evidence.push({
      from: 'object',
      sentence: `Nodes carry the label ${policyLabel}=${engine}`,
      weight: 0,
      object: referenceTo(node),
      field: `metadata.labels["${policyLabel}"]`,
    });
  const names: Readonly<Record<string, string>> = { azure: 'Azure NPM', calico: 'Calico', cilium: 'Cilium' };
  if (engine !== undefined && Object.hasOwn(names, engine))
    return enforces(`The cluster’s policy engine is ${names[engine]}.`, ...evidence);
  if (engine === 'none')
    return doesNotEnforce(
      'The cluster was made with network policy none.',
      'Turn on a network policy engine for the AKS cluster.',
      ...evidence,
    );
  for (const other of ['azure-npm', 'cilium', 'calico-policy-only', 'calico'])
    if (found.has(other)) return enforces(`A policy engine runs beside it: ${other}.`, ...evidence);
  return cannotTellEnforcement(`No node carries the label ${policyLabel}.`, ...evidence);
}

export const azure: CniDefinition = {
  id: 'azure',
  name: 'Azure CNI',
  role: 'network',
  agent: { labels: [{ 'k8s-app': 'azure-cns' }], containers: [] },
  versionContainer: 'cns-container',
  images: [/\/azure-cns(:|@|$)/, /\/azure-cni(:|@|$)/],
  configMaps: [{ namespace: 'kube-system', name: 'cns-config' }],
  apiGroups: ['acn.azure.com'],
  nodeAnnotations: [],
  networkReasons: [],
  companions: [],
  title: ({ snapshot }) =>
    snapshot.list('nodes').some(({ meta }) => meta.labels['kubernetes.azure.com/azure-cni-overlay'] === 'true')
      ? 'Azure CNI overlay'
      : 'Azure CNI',
  enforcement: aksPolicy,
  confFile: '10-azure.conflist',
  containerRoles: { 'cns-container': 'gives pods addresses of the Azure network' },
};
