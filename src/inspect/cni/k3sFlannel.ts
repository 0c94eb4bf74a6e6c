import { doesNotEnforce, enforces } from '../enforcement.ts';
import { type Evidence, referenceTo } from '../evidence.ts';
import { flannelBackendTitle } from '../flannelBackend.ts';
import { k3sArguments, k3sFlag } from '../k3sArguments.ts';
import type { CniDefinition } from './definition.ts';

/** Flannel inside the k3s process: no pods, no DaemonSet, no ConfigMap; only what it writes to its node. */
export const k3sFlannel: CniDefinition = {
  id: 'k3s-flannel',
  name: 'Flannel (embedded in k3s)',
  role: ({ snapshot }) => (k3sFlag(snapshot, '--disable-network-policy') === 'true' ? 'network' : 'network-and-policy'),
  images: [],
  configMaps: [],
  apiGroups: [],
  nodeAnnotations: ['flannel.alpha.coreos.com/'],
  networkReasons: ['FlannelIsUp'],
  companions: [],
  concludedFromAbsence: true,
  embedded({ snapshot, clusterType }) {
    if (clusterType !== 'k3s' && clusterType !== 'rke2') return undefined;
    if (k3sFlag(snapshot, '--flannel-backend') === 'none') return undefined;
    const managed = snapshot
      .list('nodes')
      .find(({ meta }) => meta.annotations['flannel.alpha.coreos.com/kube-subnet-manager'] === 'true');
    if (managed === undefined) return undefined;
    return {
      sentence: 'Nodes carry flannel’s annotations and no DaemonSet writes them: k3s runs it itself',
      object: referenceTo(managed),
      field: 'metadata.annotations["flannel.alpha.coreos.com/kube-subnet-manager"]',
    };
  },
  title: ({ snapshot }) => `Flannel ${flannelBackendTitle(snapshot)}`.trimEnd() + ', embedded in k3s',
  enforcement({ snapshot }) {
    const servers = k3sArguments(snapshot).filter(({ server }) => server);
    const evidence = servers.map(({ node, words }): Evidence => ({
      from: 'object',
      sentence: `k3s on ${node.meta.name} was started with ${words.join(' ')}`,
      weight: 0,
      object: referenceTo(node),
      field: 'metadata.annotations["k3s.io/node-args"]',
    }));
    if (k3sFlag(snapshot, '--disable-network-policy') === 'true')
      return doesNotEnforce(
        'k3s was started with --disable-network-policy.',
        'Start the k3s servers without --disable-network-policy.',
        ...evidence,
      );
    return enforces('k3s enforces NetworkPolicy unless it is started with --disable-network-policy.', ...evidence);
  },
  confFile: '10-flannel.conflist',
  usesPodCidr: true,
};
