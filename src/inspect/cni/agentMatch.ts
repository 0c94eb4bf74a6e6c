import { matchesLabels } from '../../model/labels.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import type { Workload } from '../../model/workload.ts';
import type { AgentSignature } from './definition.ts';
import { weights } from './weights.ts';

export interface Match {
  readonly agent: Workload;
  readonly weight: number;
  readonly sentence: string;
}

/** How well a DaemonSet fits a signature; undefined where it does not. */
export function matchAgent(signature: AgentSignature, agent: Workload, snapshot: ClusterSnapshot): Match | undefined {
  const names = agent.template.containers.map(({ name }) => name);
  if (signature.without?.some((name) => names.includes(name)) === true) return undefined;
  const named = signature.names?.includes(agent.meta.name);
  if (named === false) return undefined;
  const labelled = signature.labels.some((labels) => matchesLabels(labels, agent.template.labels));
  const complete = signature.containers.every((choice) => choice.some((name) => names.includes(name)));
  const identified = labelled || named === true;
  if (!identified && !(complete && signature.containers.length > 0)) return undefined;
  if (signature.when !== undefined && !signature.when(agent, snapshot)) return undefined;
  const where = `DaemonSet ${agent.meta.name} in ${agent.meta.namespace}`;
  const written = signature.containers.map((choice) => choice.find((name) => names.includes(name)) ?? choice[0]);
  const containers =
    written.length === 0 ? '' : `the container${written.length > 1 ? 's' : ''} ${written.join(' and ')}`;
  if (complete && identified)
    return {
      agent,
      weight: weights.agent,
      sentence: containers === '' ? `The ${where} is its agent` : `The ${where} has its pod label and ${containers}`,
    };
  if (complete)
    return {
      agent,
      weight: weights.containersOnly,
      sentence: `The ${where} has ${containers}, under other pod labels`,
    };
  return { agent, weight: weights.labelsOnly, sentence: `The ${where} has its pod label and not its containers` };
}
