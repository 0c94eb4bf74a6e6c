import { type Evidence, referenceTo } from '../evidence.ts';
import { formatNames, type Problem } from '../problem.ts';
import { check, type Check, type CheckContext, counted, evidenceShown, found } from './check.ts';
import { countEvidence, readyWords, stateGaps } from './cniChecks.ts';
import { findingsOf } from './findings.ts';
import { endpointGaps, factsOf, problemOfServices } from './serviceChecks.ts';
import { nameOf } from './serviceFacts.ts';

/** Whether pods that ask for a service by its name get an answer. */
export function dnsChecks({ snapshot, view, findings, nodes }: CheckContext): readonly Check[] {
  const gaps = endpointGaps(snapshot);
  const known = gaps.length === 0;
  const { dns } = factsOf(snapshot);
  const silent = dns.filter(({ ready }) => ready.length === 0);
  // EKS Auto Mode has no DNS pods; the service may be left from before.
  const onNodes =
    nodes.length === 0 && snapshot.table('nodes').size > 0 && view.system.every(({ role }) => role !== 'dns');
  const workload = view.system.find(({ role }) => role === 'dns');
  const own = workload === undefined ? [] : findingsOf(findings, workload);
  // That the workload is down says the same of the service and more.
  const down = own.some(({ problem }) => problem.id === 'dns-down');
  return [
    check({
      id: 'dns-answered',
      title: 'The cluster’s DNS has a ready endpoint',
      findings:
        known && !down && !onNodes && dns.length > 0 && silent.length === dns.length
          ? found([withoutEndpoint(silent)])
          : [],
      without:
        known && dns.length === 0
          ? 'No service of the cluster’s DNS is known by its label k8s-app=kube-dns; pods may have it from elsewhere.'
          : onNodes
            ? 'The provider answers for DNS on each node.'
            : undefined,
      gaps,
      passed: () => ({
        sentence: down
          ? 'See the DNS workload.'
          : dns
              .filter(({ ready }) => ready.length > 0)
              .map((one) => `${nameOf(one)}: ${formatNames(one.ready.flatMap(({ addresses }) => addresses))}`)
              .join('; '),
        evidence: dns.flatMap(({ slices, ready }) =>
          slices.slice(0, evidenceShown).map((slice): Evidence => ({
            from: 'object',
            sentence: counted(ready.length, 'ready endpoint'),
            weight: 0,
            object: referenceTo(slice),
            field: 'endpoints[].conditions.ready',
          })),
        ),
      }),
    }),
    check({
      id: 'dns-ready',
      title: 'The pods of the cluster’s DNS run and are ready',
      findings: own,
      without:
        workload === undefined && !view.type.pending
          ? 'No workload of the cluster’s DNS was found in kube-system.'
          : undefined,
      gaps: workload === undefined ? [] : stateGaps(workload),
      passed: () => ({
        sentence: workload === undefined ? '' : readyWords(workload),
        evidence: workload === undefined ? [] : [countEvidence(workload)],
      }),
    }),
  ];
}

const withoutEndpoint = (silent: Parameters<typeof problemOfServices>[0]['services']): Problem | undefined =>
  problemOfServices({
    id: 'dns-without-endpoint',
    severity: 'breaks',
    services: silent,
    sentence: (names) => `Service ${names}, the cluster’s DNS, has no ready endpoint`,
    state: ({ unready }) => (unready === 0 ? 'it selects no pod' : `${counted(unready, 'endpoint')}, none ready`),
    field: 'endpoints[].conditions.ready',
    cause: 'No DNS pod is ready, or the service’s selector picks none: no name resolves in any pod.',
    fix: 'Look at the DNS pods: kubectl get pods -n kube-system -l k8s-app=kube-dns -o wide',
  });
