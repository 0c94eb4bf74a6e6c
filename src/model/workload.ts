import { defined, type JsonObject, numberAt, objectAt, objectsAt, stringAt, stringsAt } from './json.ts';
import { type Condition, type ModelObject, readConditions, readMeta, type SourceRange } from './meta.ts';
import { type PodSpec, readPodSpec } from './pod.ts';
import { type LabelSelector, readLabelSelector } from './labels.ts';
import { type NodeTerm, readRequiredNodes } from './nodeAffinity.ts';

export type WorkloadKind =
  'DaemonSet' | 'Deployment' | 'StatefulSet' | 'ReplicaSet' | 'ReplicationController' | 'Job' | 'CronJob';

/** What a container of a template says beyond what a pod's container keeps: enough to read a CNI's switches. */
export interface TemplateContainer {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  /** Plain values only; a value taken from a field, ConfigMap or Secret is absent. */
  readonly env: Readonly<Record<string, string>>;
  readonly readinessProbe: boolean;
  readonly livenessProbe: boolean;
  readonly init: boolean;
}

/** A volume that shows the keys of a ConfigMap or a Secret of the pod's namespace. */
export interface DataVolume {
  readonly volume: string;
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
}

export interface PodTemplate {
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
  readonly containers: readonly TemplateContainer[];
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly JsonObject[];
  /** Absent where there is none. */
  readonly dataVolumes?: readonly DataVolume[];
  /** The required node affinity. Absent where there is none. */
  readonly requiredNodes?: readonly NodeTerm[];
}

/** Counts as the controller reports them; absent where it has not yet reported. */
export interface WorkloadCounts {
  readonly desired?: number;
  readonly current?: number;
  readonly ready?: number;
  readonly available?: number;
  readonly updated?: number;
  readonly misscheduled?: number;
  readonly observedGeneration?: number;
}

export interface Workload extends ModelObject {
  readonly kind: WorkloadKind;
  readonly selector?: LabelSelector;
  readonly template: PodTemplate;
  /** `spec.replicas`; for a Job `spec.parallelism`. Absent for a DaemonSet. */
  readonly replicas?: number;
  readonly counts: WorkloadCounts;
  readonly conditions: readonly Condition[];
}

const plainEnv = (container: JsonObject): Readonly<Record<string, string>> => {
  const env: [string, string][] = [];
  for (const variable of objectsAt(container, 'env')) {
    const name = stringAt(variable, 'name');
    const value = stringAt(variable, 'value');
    if (name !== undefined && value !== undefined) env.push([name, value]);
  }
  return Object.fromEntries(env);
};

const readTemplateContainer = (container: JsonObject, init: boolean): TemplateContainer => ({
  name: stringAt(container, 'name') ?? '',
  image: stringAt(container, 'image') ?? '',
  command: stringsAt(container, 'command'),
  args: stringsAt(container, 'args'),
  env: plainEnv(container),
  readinessProbe: 'readinessProbe' in container,
  livenessProbe: 'livenessProbe' in container,
  init,
});

function readDataVolumes(spec: JsonObject): readonly DataVolume[] | undefined {
  const found = objectsAt(spec, 'volumes').flatMap((volume): readonly DataVolume[] => {
    const configMap = stringAt(objectAt(volume, 'configMap'), 'name');
    const name = configMap ?? stringAt(objectAt(volume, 'secret'), 'secretName');
    const kind = configMap === undefined ? 'Secret' : 'ConfigMap';
    return name === undefined ? [] : [{ volume: stringAt(volume, 'name') ?? '', kind, name }];
  });
  return found.length === 0 ? undefined : found;
}

const readTemplate = (template: JsonObject): PodTemplate => {
  const spec = objectAt(template, 'spec');
  return {
    labels: readMeta(template).labels,
    spec: readPodSpec(spec),
    containers: [
      ...objectsAt(spec, 'initContainers').map((container) => readTemplateContainer(container, true)),
      ...objectsAt(spec, 'containers').map((container) => readTemplateContainer(container, false)),
    ],
    nodeSelector: Object.fromEntries(
      Object.entries(objectAt(spec, 'nodeSelector')).filter(
        (entry): entry is [string, string] => typeof entry[1] === 'string',
      ),
    ),
    tolerations: objectsAt(spec, 'tolerations'),
    ...defined({ dataVolumes: readDataVolumes(spec), requiredNodes: readRequiredNodes(spec) }),
  };
};

export const workloadReader =
  (apiVersion: string, kind: WorkloadKind) =>
  (object: JsonObject, source?: SourceRange): Workload => {
    const spec = objectAt(object, 'spec');
    const status = objectAt(object, 'status');
    const template =
      kind === 'CronJob'
        ? objectAt(objectAt(objectAt(spec, 'jobTemplate'), 'spec'), 'template')
        : objectAt(spec, 'template');
    const daemon = kind === 'DaemonSet';
    return {
      apiVersion,
      kind,
      meta: readMeta(object, source),
      template: readTemplate(template),
      counts: defined({
        desired: daemon ? numberAt(status, 'desiredNumberScheduled') : numberAt(spec, 'replicas'),
        current: numberAt(status, daemon ? 'currentNumberScheduled' : 'replicas'),
        ready: numberAt(status, daemon ? 'numberReady' : 'readyReplicas'),
        available: numberAt(status, daemon ? 'numberAvailable' : 'availableReplicas'),
        updated: numberAt(status, daemon ? 'updatedNumberScheduled' : 'updatedReplicas'),
        misscheduled: numberAt(status, 'numberMisscheduled'),
        observedGeneration: numberAt(status, 'observedGeneration'),
      }),
      conditions: readConditions(status),
      ...defined({
        selector:
          kind === 'ReplicationController'
            ? 'selector' in spec
              ? readLabelSelector({ matchLabels: spec['selector'] })
              : undefined
            : 'selector' in spec
              ? readLabelSelector(objectAt(spec, 'selector'))
              : undefined,
        replicas: numberAt(spec, kind === 'Job' ? 'parallelism' : 'replicas'),
      }),
    };
  };
