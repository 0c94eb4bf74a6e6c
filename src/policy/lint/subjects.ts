import type { Labels } from '../../model/labels.ts';
import type { KindKey } from '../../model/kinds.ts';
import type { Container, ContainerPort, Pod, PodSpec } from '../../model/pod.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import { workloadKinds } from '../kinds.ts';
import { namespaceNameLabel } from '../selectors.ts';
import { isFinished, podsOf } from '../workloads.ts';
import { cachedBy } from './cachedBy.ts';

/** A pod as selectors see it, or one that stands for those of a workload. */
export interface Subject {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly spec: PodSpec;
  readonly addresses: readonly string[];
}

/** The pods of a snapshot as policies see them, and the namespaces with the labels that the API server gives them. */
export interface Subjects {
  readonly all: readonly Subject[];
  readonly byNamespace: ReadonlyMap<string, readonly Subject[]>;
  readonly namespaces: ReadonlyMap<string, Labels>;
}

/** The tables that the pods of a snapshot and their workloads are read from. */
const read: readonly KindKey[] = ['pods', 'namespaces', ...workloadKinds];

const known = new WeakMap<object, { readonly tables: readonly object[]; readonly subjects: Subjects }>();

/** Computed once for as long as pods, workloads and namespaces stay the same. */
export function subjectsOf(snapshot: ClusterSnapshot): Subjects {
  const tables = read.map((key) => snapshot.table(key));
  const pods = snapshot.table('pods');
  const hit = known.get(pods);
  if (hit?.tables.every((table, index) => table === tables[index]) === true) return hit.subjects;
  const subjects = computeSubjects(snapshot);
  known.set(pods, { tables, subjects });
  return subjects;
}

function computeSubjects(snapshot: ClusterSnapshot): Subjects {
  const all = podsOf(snapshot)
    .filter((pod) => !isFinished(pod))
    .map(subjectOf);
  const byNamespace = new Map<string, Subject[]>();
  for (const subject of all) {
    const list = byNamespace.get(subject.namespace);
    if (list === undefined) byNamespace.set(subject.namespace, [subject]);
    else list.push(subject);
  }
  const namespaces = new Map<string, Labels>();
  for (const name of byNamespace.keys()) namespaces.set(name, namespaceLabels(name, {}));
  for (const { meta } of snapshot.list('namespaces'))
    namespaces.set(meta.name, namespaceLabels(meta.name, meta.labels));
  return { all, byNamespace, namespaces };
}

const subjectOf = ({ meta, spec, podIPs }: Pod): Subject => ({
  namespace: meta.namespace,
  name: meta.name,
  labels: meta.labels,
  spec,
  addresses: podIPs,
});

const namespaceLabels = (name: string, labels: Labels): Labels => ({ ...labels, [namespaceNameLabel]: name });

/** Ports that containers declare; sidecars run beside them. */
export const declaredPorts = cachedBy(({ spec }: Subject): readonly ContainerPort[] =>
  [...spec.containers, ...spec.initContainers.filter(({ sidecar }: Container) => sidecar)].flatMap(
    ({ ports }) => ports,
  ),
);

/** The pods by namespace, then by name. */
export const subjectsByName = cachedBy(
  ({ byNamespace }: Subjects): ReadonlyMap<string, ReadonlyMap<string, Subject>> =>
    new Map([...byNamespace].map(([namespace, pods]) => [namespace, new Map(pods.map((pod) => [pod.name, pod]))])),
);
