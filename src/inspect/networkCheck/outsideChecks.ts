import { objectAt, objectsAt, stringAt } from '../../model/json.ts';
import type { RawObject } from '../../model/objects.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import { type Evidence, referenceTo } from '../evidence.ts';
import { formatNames, type Problem } from '../problem.ts';
import { cachedBy } from '../reading.ts';
import { check, type Check, type CheckContext, counted, evidenceShown, found, gapsIn } from './check.ts';
import { endpointGaps, factsOf, isYoung, podsCommand, problemOfServices, serviceGaps } from './serviceChecks.ts';
import { nameOf, selects, type ServiceEndpoints } from './serviceFacts.ts';

/** Clouds take minutes to make a load balancer, in milliseconds. */
const balancerMs = 5 * 60_000;

/** Whether what comes from outside of the cluster gets to a pod. */
export function outsideChecks({ snapshot }: CheckContext): readonly Check[] {
  const { exposed } = factsOf(snapshot);
  const { asOf } = snapshot.content;
  const ofServices = serviceGaps(snapshot);
  const ofEndpoints = endpointGaps(snapshot);
  const balanced = exposed.filter(({ service }) => service.type === 'LoadBalancer');
  const local = exposed.filter(({ service }) => service.externalTrafficPolicy === 'Local');
  const none = (what: string): string | undefined => (ofServices.length === 0 ? what : undefined);
  const dead =
    ofEndpoints.length === 0
      ? exposed.filter((one) => selects(one) && one.ready.length === 0 && !isYoung(one, asOf))
      : [];
  return [
    check({
      id: 'balancers-have-addresses',
      title: 'Every Service of type LoadBalancer has an address',
      findings: found([pendingBalancers(balanced, asOf)]),
      without: balanced.length === 0 ? none('There is no Service of type LoadBalancer.') : undefined,
      gaps: ofServices,
      passed: () => ({
        sentence: balanced
          .slice(0, 3)
          .map((one) => `${nameOf(one)}: ${formatNames(one.service.loadBalancerAddresses)}`)
          .join('; '),
        evidence: balanced.slice(0, evidenceShown).map(({ service }): Evidence => ({
          from: 'object',
          sentence: service.loadBalancerAddresses.join(', '),
          weight: 0,
          object: referenceTo(service),
          field: 'status.loadBalancer.ingress',
        })),
      }),
    }),
    check({
      id: 'exposed-answered',
      title: 'Every service that is open to the outside has a ready endpoint',
      findings: found([
        problemOfServices({
          id: 'exposed-without-endpoint',
          severity: 'may-break',
          services: dead,
          sentence: (names, count) =>
            count === 1
              ? `Service ${names} is open to the outside and has no ready endpoint`
              : `${count} services are open to the outside and have no ready endpoint: ${names}`,
          state: ({ service, unready }) =>
            `${service.type}, ${unready === 0 ? 'it selects no running pod' : `${counted(unready, 'endpoint')}, none ready`}`,
          field: 'endpoints[].conditions.ready',
          cause: 'Its pods are gone, scaled to 0 or not ready; every node refuses or drops what comes for it.',
          fix: `Look at the pods: ${podsCommand(dead)}`,
        }),
      ]),
      without: exposed.length === 0 ? none('There is no Service of type NodePort or LoadBalancer.') : undefined,
      gaps: ofEndpoints,
      passed: () => ({ sentence: `${counted(exposed.length, 'service')}: ${formatNames(exposed.map(nameOf))}.` }),
    }),
    check({
      id: 'local-policy',
      title: 'Where only nodes with a pod of it answer, it is known which',
      informs: true,
      without: local.length === 0 ? none('No service has externalTrafficPolicy Local.') : undefined,
      gaps: ofEndpoints,
      passed: () => ({
        sentence: `${counted(local.length, 'service')} with externalTrafficPolicy Local: other nodes drop what comes for ${local.length === 1 ? 'it' : 'them'}.`,
        evidence: local.slice(0, evidenceShown).map((one): Evidence => ({
          from: 'object',
          sentence: `answers on ${formatNames([...new Set(one.ready.flatMap(({ nodeName }) => nodeName ?? []))])}`,
          weight: 0,
          object: referenceTo(one.service),
          field: 'spec.externalTrafficPolicy',
        })),
      }),
    }),
    ...ingressChecks(snapshot),
  ];
}

function pendingBalancers(balanced: readonly ServiceEndpoints[], asOf: number): Problem | undefined {
  const pending = balanced.filter(
    ({ service: { loadBalancerAddresses, meta } }) =>
      loadBalancerAddresses.length === 0 && (meta.created === undefined || asOf - meta.created > balancerMs),
  );
  const times = pending.flatMap(({ service }) => service.meta.created ?? []);
  const noneHas = balanced.every(({ service }) => service.loadBalancerAddresses.length === 0);
  return problemOfServices({
    id: 'balancer-pending',
    severity: 'may-break',
    services: pending,
    sentence: (names, count) =>
      count === 1
        ? `Service ${names} of type LoadBalancer has no address`
        : `${count} Services of type LoadBalancer have no address: ${names}`,
    state: () => 'no address',
    field: 'status.loadBalancer.ingress',
    cause: noneHas
      ? 'No service of the cluster has one: nothing may be there that gives out addresses.'
      : 'Other services have one, so a controller is there: its pool may be empty, or it refuses this service.',
    fix: noneHas
      ? 'Run the cloud’s controller-manager, or a controller such as MetalLB or kube-vip; until then the node ports answer.'
      : 'Read the events of the service and the log of that controller.',
    ...(times.length === 0 ? {} : { since: Math.min(...times) }),
  });
}

interface IngressFacts {
  readonly ingress: RawObject;
  readonly className: string | undefined;
  readonly backends: readonly string[];
}

/** Source: networking.k8s.io/v1 `IngressSpec`. */
const ingressFacts = cachedBy((ingress: RawObject): IngressFacts => {
  const backendOf = (holder: Parameters<typeof objectAt>[0], field: string): readonly string[] => {
    const name = stringAt(objectAt(objectAt(holder, field), 'service'), 'name');
    return name === undefined ? [] : [name];
  };
  const paths = objectsAt(ingress.spec, 'rules').flatMap((rule) => objectsAt(objectAt(rule, 'http'), 'paths'));
  return {
    ingress,
    className: stringAt(ingress.spec, 'ingressClassName'),
    backends: [
      ...new Set([
        ...backendOf(ingress.spec, 'defaultBackend'),
        ...paths.flatMap((path) => backendOf(path, 'backend')),
      ]),
    ],
  };
});

function ingressChecks(snapshot: ClusterSnapshot): readonly Check[] {
  const ingresses = snapshot.list('ingresses').map(ingressFacts);
  const gaps = gapsIn(snapshot, 'ingresses', 'Ingresses');
  const without = ingresses.length === 0 && gaps.length === 0 ? 'There is no Ingress.' : undefined;
  // That files hold none says nothing of the cluster, and is no reason to doubt it.
  const informs = snapshot.content.origin === 'folder' && ingresses.length === 0;
  const classGaps = gapsIn(snapshot, 'ingressClasses', 'IngressClasses');
  const classes = snapshot.table('ingressClasses');
  const classless =
    classGaps.length > 0
      ? []
      : ingresses.filter(({ className }) => className !== undefined && classes.get('', className) === undefined);
  const serviceGap = serviceGaps(snapshot);
  const services = snapshot.table('services');
  const dangling =
    serviceGap.length > 0
      ? []
      : ingresses.filter(({ ingress, backends }) =>
          backends.some((name) => services.get(ingress.meta.namespace, name) === undefined),
        );
  return [
    check({
      id: 'ingress-classes',
      title: 'Every Ingress names a class that is there',
      findings: found([
        problemOfIngresses(classless, {
          id: 'ingress-class-missing',
          sentence: (names, count) =>
            `${count === 1 ? `Ingress ${names} names` : `${count} Ingresses name`} an IngressClass that is not there${count === 1 ? '' : `: ${names}`}`,
          state: ({ className }) => className ?? '',
          field: 'spec.ingressClassName',
          cause: 'No controller takes an Ingress of a class that it does not know.',
          fix: 'Install the controller of that class, or name one of those there are: kubectl get ingressclass',
        }),
      ]),
      without,
      informs,
      gaps: [...gaps, ...classGaps],
      passed: () => ({
        sentence: `${counted(ingresses.length, 'Ingress', 'Ingresses')}; classes: ${formatNames(snapshot.list('ingressClasses').map(({ meta }) => meta.name))}.`,
      }),
    }),
    check({
      id: 'ingress-backends',
      title: 'Every Ingress leads to services that are there',
      findings: found([
        problemOfIngresses(dangling, {
          id: 'ingress-backend-missing',
          sentence: (names, count) =>
            `${count === 1 ? `Ingress ${names} leads` : `${count} Ingresses lead`} to a service that is not there${count === 1 ? '' : `: ${names}`}`,
          state: ({ ingress, backends }) =>
            backends.filter((name) => services.get(ingress.meta.namespace, name) === undefined).join(', '),
          field: 'spec.rules[].http.paths[].backend.service.name',
          cause: 'The service was removed or renamed; the controller answers with an error for these paths.',
          fix: 'Create the service, or name the one that is meant.',
        }),
      ]),
      without,
      informs,
      gaps: [...gaps, ...serviceGap],
      passed: () => ({
        sentence: `${counted(ingresses.length, 'Ingress', 'Ingresses')}, all with services of their namespace.`,
      }),
    }),
  ];
}

interface IngressProblem {
  readonly id: string;
  readonly sentence: (names: string, count: number) => string;
  readonly state: (facts: IngressFacts) => string;
  readonly field: string;
  readonly cause: string;
  readonly fix: string;
}

function problemOfIngresses(
  list: readonly IngressFacts[],
  { id, sentence, state, field, cause, fix }: IngressProblem,
): Problem | undefined {
  const [first] = list;
  if (first === undefined) return undefined;
  const name = ({ ingress: { meta } }: IngressFacts): string => `${meta.namespace}/${meta.name}`;
  return {
    id,
    severity: 'may-break',
    subject: referenceTo(first.ingress),
    sentence: sentence(formatNames(list.map(name)), list.length),
    cause,
    fix,
    evidence: list.slice(0, evidenceShown).map((facts): Evidence => ({
      from: 'object',
      sentence: `${name(facts)}: ${state(facts)}`,
      weight: 0,
      object: referenceTo(facts.ingress),
      field,
    })),
    consequences: [],
  };
}
