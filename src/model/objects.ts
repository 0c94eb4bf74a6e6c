import {
  defined,
  type JsonObject,
  numberAt,
  objectAt,
  objectsAt,
  stringAt,
  stringMapAt,
  stringsAt,
  timeAt,
} from './json.ts';
import { type ModelObject, readMeta, type SourceRange } from './meta.ts';

/** An object of which only a few readings need more than the metadata; its `spec` and `status` stay as sent. */
export interface RawObject extends ModelObject {
  readonly spec: JsonObject;
  readonly status: JsonObject;
  /** Fields of the object itself that no such object has; absent for none. Only what a person has written has any. */
  readonly strayFields?: readonly string[];
}

/**
 * Keeps `spec` and `status` as they are. For kinds of which a cluster has few, and for policies, whose spec
 * `policy/` compiles.
 */
export const rawReader =
  (apiVersion: string, kind: string) =>
  (object: JsonObject, source?: SourceRange): RawObject => ({
    apiVersion: stringAt(object, 'apiVersion') ?? apiVersion,
    kind: stringAt(object, 'kind') ?? kind,
    meta: readMeta(object, source),
    spec: objectAt(object, 'spec'),
    status: objectAt(object, 'status'),
    ...strayFieldsOf(object),
  });

const ownFields = new Set(['apiVersion', 'kind', 'metadata', 'spec', 'status']);

function strayFieldsOf(object: JsonObject): Pick<RawObject, 'strayFields'> {
  const strayFields = Object.keys(object).filter((field) => !ownFields.has(field));
  return strayFields.length === 0 ? {} : { strayFields };
}

/** A kind of which only the existence matters. */
export const metaReader =
  (apiVersion: string, kind: string) =>
  (object: JsonObject, source?: SourceRange): ModelObject => ({
    apiVersion: stringAt(object, 'apiVersion') ?? apiVersion,
    kind: stringAt(object, 'kind') ?? kind,
    meta: readMeta(object, source),
  });

export interface ConfigMap extends ModelObject {
  readonly kind: 'ConfigMap';
  readonly data: Readonly<Record<string, string>>;
}

export const readConfigMap = (object: JsonObject, source?: SourceRange): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  meta: readMeta(object, source),
  data: stringMapAt(object, 'data'),
});

/** The parts of a Secret that are none: flannel's configuration, which some charts of RKE2's Canal keep in one. */
export interface ConfigurationSecret extends ModelObject {
  readonly kind: 'Secret';
  readonly data: Readonly<Record<string, string>>;
}

const configurationKeys = ['net-conf.json', 'veth_mtu'];

/** Nothing else of a Secret is kept. Its annotations may hold all of it, as kubectl leaves it there. */
export function readConfigurationSecret(object: JsonObject, source?: SourceRange): ConfigurationSecret {
  const encoded = stringMapAt(object, 'data');
  const plain = stringMapAt(object, 'stringData');
  const data = configurationKeys.flatMap((key): [string, string][] => {
    const value = plain[key] ?? decodeBase64(encoded[key]);
    return value === undefined ? [] : [[key, value]];
  });
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    meta: { ...readMeta(object, source), annotations: {} },
    data: Object.fromEntries(data),
  };
}

function decodeBase64(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)));
  } catch {
    return undefined;
  }
}

/** A CRD by the API it defines. */
export interface CustomResourceDefinition extends ModelObject {
  readonly kind: 'CustomResourceDefinition';
  readonly group: string;
  readonly definedKind: string;
  readonly plural: string;
  readonly versions: readonly string[];
}

export function readCustomResourceDefinition(object: JsonObject, source?: SourceRange): CustomResourceDefinition {
  const spec = objectAt(object, 'spec');
  const names = objectAt(spec, 'names');
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    meta: readMeta(object, source),
    group: stringAt(spec, 'group') ?? '',
    definedKind: stringAt(names, 'kind') ?? '',
    plural: stringAt(names, 'plural') ?? '',
    versions: objectsAt(spec, 'versions').map((version) => stringAt(version, 'name') ?? ''),
  };
}

/** A core/v1 event. Times are milliseconds since the epoch. */
export interface KubernetesEvent extends ModelObject {
  readonly kind: 'Event';
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  readonly first?: number;
  readonly last?: number;
  readonly about: {
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
    readonly fieldPath?: string;
  };
  readonly component?: string;
}

export function readEvent(object: JsonObject, source?: SourceRange): KubernetesEvent {
  const about = objectAt(object, 'involvedObject');
  const series = objectAt(object, 'series');
  return {
    apiVersion: 'v1',
    kind: 'Event',
    meta: readMeta(object, source),
    type: stringAt(object, 'type') ?? 'Normal',
    reason: stringAt(object, 'reason') ?? '',
    message: stringAt(object, 'message') ?? '',
    count: numberAt(series, 'count') ?? numberAt(object, 'count') ?? 1,
    about: defined({
      kind: stringAt(about, 'kind') ?? '',
      namespace: stringAt(about, 'namespace') ?? '',
      name: stringAt(about, 'name') ?? '',
      fieldPath: stringAt(about, 'fieldPath'),
    }),
    ...defined({
      first: timeAt(object, 'firstTimestamp') ?? timeAt(object, 'eventTime'),
      last: timeAt(series, 'lastObservedTime') ?? timeAt(object, 'lastTimestamp') ?? timeAt(object, 'eventTime'),
      component: stringAt(objectAt(object, 'source'), 'component') ?? stringAt(object, 'reportingComponent'),
    }),
  };
}

/** A Calico network set: `spec.nets`. */
export const netsOf = (set: RawObject): readonly string[] => stringsAt(set.spec, 'nets');
