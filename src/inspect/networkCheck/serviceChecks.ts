import type { ClusterSnapshot } from '../../model/snapshot.ts';
import { type Evidence, referenceTo } from '../evidence.ts';
import { formatNames, type Problem, type Severity } from '../problem.ts';
import { check, type Check, type CheckContext, counted, evidenceShown, found, gapsIn, type Gap } from './check.ts';
import { nameOf, type ServiceEndpoints, type ServiceFacts, serviceFacts, serviceFactsOfPods } from './serviceFacts.ts';

/** Its pods may still be starting, in milliseconds. */
export const youngMs = 60_000;

/** Files often hold pods without the EndpointSlices that Kubernetes makes of them. */
const isFromPods = (snapshot: ClusterSnapshot): boolean =>
  snapshot.content.origin === 'folder' &&
  snapshot.table('endpointSlices').size === 0 &&
  snapshot.list('pods').some(({ podIPs }) => podIPs.length > 0);

export const factsOf = (snapshot: ClusterSnapshot): ServiceFacts =>
  isFromPods(snapshot)
    ? serviceFactsOfPods(snapshot.list('services'))(snapshot.list('pods'))
    : serviceFacts(snapshot.list('services'))(snapshot.list('endpointSlices'));

export const serviceGaps = (snapshot: ClusterSnapshot): readonly Gap[] => gapsIn(snapshot, 'services', 'services');

export const endpointGaps = (snapshot: ClusterSnapshot): readonly Gap[] => [
  ...serviceGaps(snapshot),
  ...(isFromPods(snapshot) ? [] : gapsIn(snapshot, 'endpointSlices', 'EndpointSlices')),
];

export const isYoung = ({ service }: ServiceEndpoints, asOf: number): boolean =>
  service.meta.created !== undefined && asOf - service.meta.created < youngMs;

export interface ServiceProblem {
  readonly id: string;
  readonly severity: Severity;
  readonly services: readonly ServiceEndpoints[];
  readonly sentence: (names: string, count: number) => string;
  readonly state: (one: ServiceEndpoints) => string;
  readonly field: string;
  readonly cause: string;
  readonly fix: string;
  readonly since?: number;
}

/** One problem for all services that share it; undefined where there is none. */
export function problemOfServices(input: ServiceProblem): Problem | undefined {
  const { id, severity, services, sentence, state, field, cause, fix, since } = input;
  const [first] = services;
  if (first === undefined) return undefined;
  return {
    id,
    severity,
    subject: referenceTo(first.service),
    sentence: sentence(formatNames(services.map(nameOf)), services.length),
    cause,
    fix,
    evidence: services.slice(0, evidenceShown).map((one): Evidence => ({
      from: 'object',
      sentence: `${nameOf(one)}: ${state(one)}`,
      weight: 0,
      object: referenceTo(one.slices[0] ?? one.service),
      field,
    })),
    consequences: [],
    ...(since === undefined ? {} : { since }),
  };
}

const selectorOf = ({ service }: ServiceEndpoints): string =>
  Object.entries(service.selector ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(',');

/** Where to look for the pods of the first of them. */
export const podsCommand = (services: readonly ServiceEndpoints[]): string => {
  const [first] = services;
  return first === undefined ? '' : `kubectl get pods -n ${first.service.meta.namespace} -l ${selectorOf(first)}`;
};

/** Whether what asks for a service is answered by a pod. */
export function serviceChecks({ snapshot }: CheckContext): readonly Check[] {
  const facts = factsOf(snapshot);
  const gaps = endpointGaps(snapshot);
  const { asOf } = snapshot.content;
  const known = gaps.length === 0;
  const { selecting } = facts;
  const silent = known ? facts.silent.filter((one) => !isYoung(one, asOf)) : [];
  const unready = silent.filter((one) => one.unready > 0);
  const empty = silent.filter((one) => one.unready === 0);
  const answered = selecting.length - unready.length - empty.length;
  const api = facts.get('default', 'kubernetes');
  return [
    check({
      id: 'api-service',
      title: 'Pods reach the API server by its service',
      findings: known && !isFromPods(snapshot) ? found([apiProblem(api)]) : [],
      without:
        known && (api === undefined || isFromPods(snapshot)) && snapshot.content.origin === 'folder'
          ? 'The files do not hold the endpoints of Service default/kubernetes.'
          : undefined,
      gaps,
      passed: () => ({
        sentence: `default/kubernetes leads to ${formatNames((api?.ready ?? []).flatMap(({ addresses }) => addresses))}.`,
        evidence: (api?.slices ?? []).slice(0, evidenceShown).map((slice): Evidence => ({
          from: 'object',
          sentence: counted(api?.ready.length ?? 0, 'ready endpoint'),
          weight: 0,
          object: referenceTo(slice),
          field: 'endpoints',
        })),
      }),
    }),
    check({
      id: 'services-answered',
      title: 'Services whose pods run have a ready one',
      findings: found([
        problemOfServices({
          id: 'service-not-ready',
          severity: 'may-break',
          services: unready,
          sentence: (names, count) =>
            count === 1
              ? `Service ${names} has no ready endpoint`
              : `${count} services have no ready endpoint: ${names}`,
          state: ({ unready: count }) => `${counted(count, 'endpoint')}, none ready`,
          field: 'endpoints[].conditions.ready',
          cause: 'The pods that it selects run and are not ready: what connects to the service is refused.',
          fix: `Look at the pods: ${podsCommand(unready)}`,
        }),
      ]),
      gaps,
      passed: () => ({
        sentence: `${counted(answered, 'service')} with a selector ${answered === 1 ? 'has' : 'have'} a ready endpoint.`,
      }),
    }),
    check({
      id: 'services-select',
      title: 'Services select pods that are there',
      informs: true,
      findings: found([
        problemOfServices({
          id: 'service-selects-no-pod',
          severity: 'may-break',
          services: empty,
          sentence: (names, count) =>
            count === 1
              ? `Service ${names} selects no running pod`
              : `${count} services select no running pod: ${names}`,
          state: (one) => `no endpoint for ${selectorOf(one)}`,
          field: 'endpoints',
          cause: 'Its workload is scaled to 0 or gone, or no pod has these labels.',
          fix: `Compare the selector with the labels of the pods that are meant: ${podsCommand(empty)}`,
        }),
      ]),
      gaps,
      passed: () => ({
        sentence: `${counted(selecting.length, 'service')} with a selector, each with pods behind it.`,
      }),
    }),
  ];
}

/** Every cluster has it, and the API servers write its endpoints themselves. */
function apiProblem(api: ServiceEndpoints | undefined): Problem | undefined {
  if (api === undefined || api.ready.length > 0) return undefined;
  return problemOfServices({
    id: 'api-service-without-endpoint',
    severity: 'breaks',
    services: [api],
    sentence: (names) => `Service ${names}, by which pods reach the API server, has no endpoint`,
    state: () => 'no ready endpoint',
    field: 'endpoints',
    cause: 'The API servers write their addresses to it; they have not, or something has removed them.',
    fix: 'Look at EndpointSlice kubernetes in namespace default, and at the log of kube-apiserver.',
  });
}
