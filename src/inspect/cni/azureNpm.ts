import { enforces } from '../enforcement.ts';
import type { CniDefinition } from './definition.ts';

export const azureNpm: CniDefinition = {
  id: 'azure-npm',
  name: 'Azure NPM',
  role: 'policy',
  agent: { labels: [{ 'k8s-app': 'azure-npm' }], containers: [['azure-npm']] },
  versionContainer: 'azure-npm',
  images: [/\/azure-npm(:|@|$)/],
  configMaps: [{ namespace: 'kube-system', name: 'azure-npm-config' }],
  apiGroups: [],
  nodeAnnotations: [],
  networkReasons: [],
  companions: [],
  enforcement: () => enforces('Azure NPM enforces NetworkPolicy.'),
  containerRoles: { 'azure-npm': 'enforces NetworkPolicy on the node' },
};
