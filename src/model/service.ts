import {
  booleanAt,
  defined,
  type JsonObject,
  numberAt,
  objectAt,
  objectsAt,
  stringAt,
  stringMapAt,
  stringsAt,
} from './json.ts';
import { type ModelObject, readMeta, type SourceRange } from './meta.ts';
import type { Labels } from './labels.ts';

export interface ServicePort {
  readonly name?: string;
  readonly protocol: string;
  readonly port: number;
  /** A number, or the name of a container port. Defaults to `port`. */
  readonly targetPort: number | string;
  readonly nodePort?: number;
}

export interface Service extends ModelObject {
  readonly kind: 'Service';
  /** `ClusterIP`, `NodePort`, `LoadBalancer` or `ExternalName`. */
  readonly type: string;
  /** Empty for a headless service, whose `clusterIP` is `None`. */
  readonly clusterIPs: readonly string[];
  readonly headless: boolean;
  /** Absent where endpoints are made by hand. */
  readonly selector?: Labels;
  readonly ports: readonly ServicePort[];
  readonly externalIPs: readonly string[];
  readonly externalTrafficPolicy?: string;
  readonly internalTrafficPolicy?: string;
  readonly publishNotReadyAddresses: boolean;
  readonly loadBalancerAddresses: readonly string[];
}

export function readService(object: JsonObject, source?: SourceRange): Service {
  const spec = objectAt(object, 'spec');
  const clusterIPs = stringsAt(spec, 'clusterIPs');
  const clusterIP = stringAt(spec, 'clusterIP');
  const addresses = clusterIPs.length > 0 ? clusterIPs : clusterIP === undefined || clusterIP === '' ? [] : [clusterIP];
  return {
    apiVersion: 'v1',
    kind: 'Service',
    meta: readMeta(object, source),
    type: stringAt(spec, 'type') ?? 'ClusterIP',
    clusterIPs: addresses.filter((address) => address !== 'None'),
    headless: addresses.includes('None'),
    ports: objectsAt(spec, 'ports').map((entry) => {
      const port = numberAt(entry, 'port') ?? 0;
      return defined({
        name: stringAt(entry, 'name'),
        protocol: stringAt(entry, 'protocol') ?? 'TCP',
        port,
        targetPort: numberAt(entry, 'targetPort') ?? stringAt(entry, 'targetPort') ?? port,
        nodePort: numberAt(entry, 'nodePort'),
      });
    }),
    externalIPs: stringsAt(spec, 'externalIPs'),
    publishNotReadyAddresses: booleanAt(spec, 'publishNotReadyAddresses') ?? false,
    loadBalancerAddresses: objectsAt(objectAt(objectAt(object, 'status'), 'loadBalancer'), 'ingress')
      .map((entry) => stringAt(entry, 'ip') ?? stringAt(entry, 'hostname') ?? '')
      .filter((address) => address !== ''),
    ...defined({
      selector: 'selector' in spec && spec['selector'] !== null ? stringMapAt(spec, 'selector') : undefined,
      externalTrafficPolicy: stringAt(spec, 'externalTrafficPolicy'),
      internalTrafficPolicy: stringAt(spec, 'internalTrafficPolicy'),
    }),
  };
}

export interface Endpoint {
  readonly addresses: readonly string[];
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly nodeName?: string;
  readonly target?: { readonly kind: string; readonly namespace: string; readonly name: string };
}

export interface EndpointSlice extends ModelObject {
  readonly kind: 'EndpointSlice';
  /** From the label `kubernetes.io/service-name`. */
  readonly service?: string;
  readonly addressType: string;
  readonly endpoints: readonly Endpoint[];
  readonly ports: readonly { readonly name?: string; readonly port?: number; readonly protocol: string }[];
}

export function readEndpointSlice(object: JsonObject, source?: SourceRange): EndpointSlice {
  const meta = readMeta(object, source);
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    meta,
    addressType: stringAt(object, 'addressType') ?? 'IPv4',
    endpoints: objectsAt(object, 'endpoints').map((endpoint) => {
      const conditions = objectAt(endpoint, 'conditions');
      const ready = booleanAt(conditions, 'ready') ?? true;
      const target = objectAt(endpoint, 'targetRef');
      const name = stringAt(target, 'name');
      return defined({
        addresses: stringsAt(endpoint, 'addresses'),
        ready,
        serving: booleanAt(conditions, 'serving') ?? ready,
        terminating: booleanAt(conditions, 'terminating') ?? false,
        nodeName: stringAt(endpoint, 'nodeName'),
        target:
          name === undefined
            ? undefined
            : { kind: stringAt(target, 'kind') ?? '', namespace: stringAt(target, 'namespace') ?? '', name },
      });
    }),
    ports: objectsAt(object, 'ports').map((port) =>
      defined({
        name: stringAt(port, 'name'),
        port: numberAt(port, 'port'),
        protocol: stringAt(port, 'protocol') ?? 'TCP',
      }),
    ),
    ...defined({ service: meta.labels['kubernetes.io/service-name'] }),
  };
}
