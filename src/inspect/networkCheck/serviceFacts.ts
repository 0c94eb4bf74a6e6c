import { matchesLabels } from '../../model/labels.ts';
import type { Pod } from '../../model/pod.ts';
import type { Endpoint, EndpointSlice, Service } from '../../model/service.ts';
import { cachedBy } from '../reading.ts';

/** A service and what stands behind it. */
export interface ServiceEndpoints {
  readonly service: Service;
  readonly slices: readonly EndpointSlice[];
  /** Those that traffic is sent to. */
  readonly ready: readonly Endpoint[];
  readonly unready: number;
}

export interface ServiceFacts {
  readonly all: readonly ServiceEndpoints[];
  /** Those whose endpoints Kubernetes keeps, other than DNS. */
  readonly selecting: readonly ServiceEndpoints[];
  /** Of these, those that traffic cannot be sent to. */
  readonly silent: readonly ServiceEndpoints[];
  readonly dns: readonly ServiceEndpoints[];
  /** Those that are open to the outside. */
  readonly exposed: readonly ServiceEndpoints[];
  readonly get: (namespace: string, name: string) => ServiceEndpoints | undefined;
}

/** An endpoint that is ending and still serves gets traffic while there is no other. Source: KEP-1669. */
const answers = ({ ready, serving, terminating }: Endpoint): boolean => ready || (terminating && serving);

const readyIn = cachedBy((slice: EndpointSlice): readonly Endpoint[] => slice.endpoints.filter(answers));

const byService = cachedBy((slices: readonly EndpointSlice[]): ReadonlyMap<string, EndpointSlice[]> => {
  const found = new Map<string, EndpointSlice[]>();
  for (const slice of slices) {
    if (slice.service === undefined) continue;
    const key = `${slice.meta.namespace}/${slice.service}`;
    const list = found.get(key);
    if (list === undefined) found.set(key, [slice]);
    else list.push(slice);
  }
  return found;
});

const none: readonly EndpointSlice[] = [];

/** Whether Kubernetes keeps its endpoints. Those made by hand are another’s business. */
export const selects = ({ service: { selector, type } }: ServiceEndpoints): boolean =>
  selector !== undefined && Object.keys(selector).length > 0 && type !== 'ExternalName';

const dnsNamespaces: ReadonlySet<string> = new Set(['kube-system', 'openshift-dns']);

/** The service that pods ask for names. Its label is kept by every distribution; OpenShift has its own. */
const isDns = ({ service: { meta, headless } }: ServiceEndpoints): boolean =>
  dnsNamespaces.has(meta.namespace) &&
  !headless &&
  (meta.name === 'kube-dns' || meta.name === 'dns-default' || meta.labels['k8s-app'] === 'kube-dns');

const isExposed = ({ service }: ServiceEndpoints): boolean =>
  service.type === 'NodePort' || service.type === 'LoadBalancer' || service.externalIPs.length > 0;

function factsOf(all: readonly ServiceEndpoints[]): ServiceFacts {
  const byName = new Map(all.map((one) => [nameOf(one), one]));
  const selecting = all.filter((one) => selects(one) && !isDns(one));
  return {
    all,
    selecting,
    silent: selecting.filter(({ ready }) => ready.length === 0),
    dns: all.filter(isDns),
    exposed: all.filter(isExposed),
    get: (namespace, name) => byName.get(`${namespace}/${name}`),
  };
}

/** Services with their endpoints. Remembered for as long as neither list changes. */
export const serviceFacts = cachedBy((services: readonly Service[]) =>
  cachedBy((slices: readonly EndpointSlice[]): ServiceFacts => {
    const slicesOf = byService(slices);
    return factsOf(
      services.map((service): ServiceEndpoints => {
        const own = slicesOf.get(`${service.meta.namespace}/${service.meta.name}`) ?? none;
        const [first] = own;
        const ready = first !== undefined && own.length === 1 ? readyIn(first) : own.flatMap(readyIn);
        const total = own.reduce((sum, { endpoints }) => sum + endpoints.length, 0);
        return { service, slices: own, ready, unready: total - ready.length };
      }),
    );
  }),
);

const isReady = ({ conditions }: Pod): boolean =>
  conditions.some(({ type, status }) => type === 'Ready' && status === 'True');

/** The same of files that hold pods and no EndpointSlices: what Kubernetes would make of the pods. */
export const serviceFactsOfPods = cachedBy((services: readonly Service[]) =>
  cachedBy((pods: readonly Pod[]): ServiceFacts => {
    const byNamespace = Map.groupBy(
      pods.filter(({ podIPs, meta, phase }) => podIPs.length > 0 && !meta.deleted && phase === 'Running'),
      ({ meta }) => meta.namespace,
    );
    return factsOf(
      services.map((service): ServiceEndpoints => {
        const { selector, publishNotReadyAddresses } = service;
        const chosen =
          selector === undefined
            ? []
            : (byNamespace.get(service.meta.namespace) ?? []).filter(({ meta }) =>
                matchesLabels(selector, meta.labels),
              );
        const ready = chosen.filter((pod) => publishNotReadyAddresses || isReady(pod)).map(endpointOf);
        return { service, slices: none, ready, unready: chosen.length - ready.length };
      }),
    );
  }),
);

const endpointOf = ({ podIPs, spec }: Pod): Endpoint => ({
  addresses: podIPs,
  ready: true,
  serving: true,
  terminating: false,
  ...(spec.nodeName === undefined ? {} : { nodeName: spec.nodeName }),
});

export const nameOf = ({ service }: ServiceEndpoints): string => `${service.meta.namespace}/${service.meta.name}`;
