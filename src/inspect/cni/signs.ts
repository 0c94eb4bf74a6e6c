import type { Node } from '../../model/node.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import type { TemplateContainer, Workload } from '../../model/workload.ts';
import { servesGroup } from '../clusterType/signals.ts';
import { type Evidence, referenceTo } from '../evidence.ts';
import { cachedBy } from '../reading.ts';
import { catalogue, withoutAgent } from './catalogue.ts';
import type { CniDefinition } from './definition.ts';
import { weights } from './weights.ts';

const annotationPrefixes = [
  ...new Set([...catalogue, ...withoutAgent].flatMap(({ nodeAnnotations }) => nodeAnnotations)),
];

/** The annotation prefixes of the catalogue that a node shows, and its reason for `NetworkUnavailable`. */
const signsOfNode = cachedBy((node: Node): { readonly prefixes: readonly string[]; readonly reason?: string } => {
  const keys = Object.keys(node.meta.annotations);
  const prefixes = annotationPrefixes.filter((prefix) => keys.some((key) => key.startsWith(prefix)));
  const reason = node.conditions.find(({ type }) => type === 'NetworkUnavailable')?.reason;
  return { prefixes, ...(reason === undefined ? {} : { reason }) };
});

interface Seen {
  readonly node: Node;
  count: number;
}

const nodeSigns = cachedBy((nodes: readonly Node[]) => {
  const annotations = new Map<string, Seen>();
  const reasons = new Map<string, Seen>();
  const note = (map: Map<string, Seen>, key: string, node: Node): void => {
    const known = map.get(key);
    if (known === undefined) map.set(key, { node, count: 1 });
    else known.count++;
  };
  for (const node of nodes) {
    const { prefixes, reason } = signsOfNode(node);
    for (const prefix of prefixes) note(annotations, prefix, node);
    if (reason !== undefined) note(reasons, reason, node);
  }
  return { annotations, reasons };
});

/** All containers, those named `first` before the others. */
function* containersOf(
  workloads: readonly Workload[],
  first: string | undefined,
): Iterable<readonly [Workload, TemplateContainer]> {
  for (const wanted of [true, false])
    for (const workload of workloads)
      for (const container of workload.template.containers)
        if ((container.name === first) === wanted) yield [workload, container];
}

/** The signs of a CNI beside its agent: image, ConfigMap, API group, annotation, condition. `explained` leaves out those that a CNI which was found accounts for. */
export function signsOf(
  definition: CniDefinition,
  snapshot: ClusterSnapshot,
  workloads: readonly Workload[],
  explained: (sign: string) => boolean,
): readonly Evidence[] {
  const evidence: Evidence[] = [];
  for (const [workload, { image, name }] of containersOf(workloads, definition.versionContainer)) {
    if (!definition.images.some((pattern) => pattern.test(image))) continue;
    evidence.push({
      from: 'object',
      sentence: `The container ${name} runs the image ${image}`,
      weight: weights.image,
      object: referenceTo(workload),
      field: 'spec.template.spec.containers[].image',
    });
    break;
  }
  for (const { namespace, name } of definition.configMaps) {
    const configMap = snapshot.table('configMaps').get(namespace, name);
    if (configMap === undefined) continue;
    evidence.push({
      from: 'object',
      sentence: `The ConfigMap ${namespace}/${name} exists`,
      weight: weights.configMap,
      object: referenceTo(configMap),
    });
    break;
  }
  const group = definition.apiGroups.find((name) => !explained(name) && servesGroup(snapshot, name));
  if (group !== undefined)
    evidence.push({
      from: 'server',
      sentence: `The server serves the API group ${group}`,
      weight: weights.apiGroup,
      field: 'groups',
    });
  const { annotations, reasons } = nodeSigns(snapshot.list('nodes'));
  const prefix = definition.nodeAnnotations.find((name) => !explained(name) && annotations.has(name));
  const annotated = prefix === undefined ? undefined : annotations.get(prefix);
  if (annotated !== undefined)
    evidence.push({
      from: 'object',
      sentence: `Nodes carry annotations ${prefix}…`,
      weight: weights.nodeAnnotation,
      object: referenceTo(annotated.node),
      field: `metadata.annotations["${prefix}…"]`,
      count: annotated.count,
    });
  const reason = definition.networkReasons.find((name) => !explained(name) && reasons.has(name));
  const reasoned = reason === undefined ? undefined : reasons.get(reason);
  if (reasoned !== undefined)
    evidence.push({
      from: 'object',
      sentence: `Nodes give ${reason} as the reason of NetworkUnavailable`,
      weight: weights.networkReason,
      object: referenceTo(reasoned.node),
      field: 'status.conditions[type=NetworkUnavailable].reason',
      count: reasoned.count,
    });
  return evidence;
}
