import type { OverlayDefinition } from './definition.ts';
import { deployment, namespace, serverUrl } from './signals.ts';

export const rancher: OverlayDefinition = {
  id: 'rancher',
  name: 'Rancher',
  meaning: 'imported into Rancher, or made by it',
  signals: [
    deployment(60, 'cattle-system', 'cattle-cluster-agent'),
    namespace(40, 'cattle-system'),
    serverUrl(40, /\/k8s\/clusters\//),
  ],
};

/** Whether Rafay made the cluster or imported it cannot be told from its API. */
export const rafay: OverlayDefinition = {
  id: 'rafay',
  name: 'Rafay',
  meaning: 'managed through Rafay; imported, or made by it',
  signals: [namespace(60, 'rafay-system'), serverUrl(20, /\.rafay(-edge)?\.(dev|net|co)(:|\/|$)/)],
};

export const arc: OverlayDefinition = {
  id: 'arc',
  name: 'Azure Arc',
  meaning: 'connected to Azure through Arc',
  signals: [namespace(60, 'azure-arc')],
};

export const overlays: readonly OverlayDefinition[] = [rancher, rafay, arc];
