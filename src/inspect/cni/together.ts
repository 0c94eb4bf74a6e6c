import { cannotTellEnforcement, type Enforcement } from '../enforcement.ts';
import { type Evidence, referenceTo } from '../evidence.ts';
import type { Problem } from '../problem.ts';
import { definitionOf } from './catalogue.ts';
import type { CniReading, DetectedCni } from './cniReading.ts';
import { makesNetwork } from './definition.ts';

/** Whether the cluster enforces, given what each of its CNIs does: one that enforces is enough. */
export function clusterEnforcement(
  detected: readonly DetectedCni[],
  state: CniReading['state'],
  gaps: readonly Evidence[],
): Enforcement {
  if (detected.length === 0) {
    if (state === 'pending') return cannotTellEnforcement('The CNI is not known yet.');
    if (state === 'cannot-tell') return cannotTellEnforcement('The CNI is not known.', ...gaps);
    return cannotTellEnforcement('No known CNI runs in this cluster.');
  }
  const acting = detected.filter(({ role }) => role !== 'meta');
  const networks = acting.filter(({ role }) => makesNetwork(role));
  const verdicts = new Set(networks.map(({ enforcement }) => enforcement.verdict));
  if (networks.length > 1 && verdicts.size > 1)
    return cannotTellEnforcement(
      `${networks.map(({ name }) => name).join(' and ')} both claim the network, and not both enforce.`,
      ...networks.flatMap(({ enforcement }) => enforcement.evidence),
    );
  for (const verdict of ['yes', 'unknown', 'no'] as const) {
    const decisive = acting.find(({ enforcement }) => enforcement.verdict === verdict);
    if (decisive !== undefined) return decisive.enforcement;
  }
  return cannotTellEnforcement('Only a meta-plugin was found; the CNI that it calls is not known.');
}

/** Two CNIs that both want to make the pod network. */
export function conflicts(detected: readonly DetectedCni[]): readonly Problem[] {
  const networks = detected.filter(({ role }) => makesNetwork(role));
  const [one, other] = networks;
  if (one === undefined || other === undefined) return [];
  const files = networks.flatMap(({ id }) => definitionOf(id)?.confFile ?? []).sort();
  const agent = other.agents[0] ?? one.agents[0];
  const subject = agent === undefined ? { kind: 'Cluster', namespace: '', name: '' } : referenceTo(agent);
  return [
    {
      id: 'cni-conflict',
      severity: 'breaks',
      subject,
      sentence: `${networks.map(({ name }) => name).join(' and ')} both make the pod network`,
      ...(files[0] === undefined
        ? {}
        : {
            cause: `On a node that has both, the kubelet takes the first file by name in /etc/cni/net.d: ${files.join(' before ')}.`,
          }),
      fix: 'Remove the one that is not meant, with its DaemonSet and its file in /etc/cni/net.d, then make the pods again.',
      evidence: networks.flatMap(({ evidence }) => evidence.slice(0, 1)),
      consequences: [],
    },
  ];
}
