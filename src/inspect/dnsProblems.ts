import type { Workload } from '../model/workload.ts';
import type { WorkloadView } from './cniViewTypes.ts';
import { referenceTo } from './evidence.ts';
import type { Located } from './located.ts';
import { problemsOfPods } from './rootCauses.ts';

/** While one DNS pod is ready, names resolve; with none, almost everything fails. */
export function dnsProblems(
  dns: Workload,
  { counts, pods }: WorkloadView,
  configuration: readonly Located[],
): readonly Located[] {
  const failing = pods.filter(({ severity }) => severity !== undefined);
  if (counts === undefined || counts.ready > 0 || counts.desired === 0)
    return problemsOfPods(dns, pods, 'service', configuration);
  const [first] = failing;
  const cause = first?.problems[0]?.sentence;
  const since = first?.problems[0]?.since;
  const sentence = `Cluster DNS is down: ${dns.meta.name} has none of ${counts.desired} pods ready`;
  return [
    {
      level: 'service',
      nodes: new Set(pods.flatMap(({ node }) => node ?? [])),
      problem: {
        id: 'dns-down',
        severity: 'breaks',
        subject: referenceTo(dns),
        sentence,
        evidence: [{ from: 'object', sentence, weight: 0, object: referenceTo(dns), field: 'status.readyReplicas' }],
        consequences: [],
        ...(cause === undefined ? {} : { cause: `${cause}.` }),
        ...(since === undefined ? {} : { since }),
      },
    },
  ];
}
