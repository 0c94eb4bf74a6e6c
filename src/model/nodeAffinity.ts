import { type JsonObject, objectAt, objectsAt, stringAt, stringsAt } from './json.ts';
import { type LabelRequirement, type Labels, labelOf, matchesRequirement } from './labels.ts';

/** All of its requirements must hold; one without any matches no node. */
export interface NodeTerm {
  readonly matchExpressions: readonly LabelRequirement[];
  /** On fields of the node, of which `metadata.name` is the only one there is. */
  readonly matchFields: readonly LabelRequirement[];
}

const readRequirement = (requirement: JsonObject): LabelRequirement => ({
  key: stringAt(requirement, 'key') ?? '',
  operator: stringAt(requirement, 'operator') ?? '',
  values: stringsAt(requirement, 'values'),
});

/** What a pod's spec requires of its node, one term of several being enough. Absent where it requires nothing. */
export function readRequiredNodes(podSpec: JsonObject): readonly NodeTerm[] | undefined {
  const affinity = objectAt(objectAt(podSpec, 'affinity'), 'nodeAffinity');
  if (!('requiredDuringSchedulingIgnoredDuringExecution' in affinity)) return undefined;
  const required = objectAt(affinity, 'requiredDuringSchedulingIgnoredDuringExecution');
  return objectsAt(required, 'nodeSelectorTerms').map((term) => ({
    matchExpressions: objectsAt(term, 'matchExpressions').map(readRequirement),
    matchFields: objectsAt(term, 'matchFields').map(readRequirement),
  }));
}

const integer = /^[+-]?\d+$/;

/** `Gt` and `Lt` compare whole numbers and hold for nothing else. */
function matchesNodeRequirement(requirement: LabelRequirement, labels: Labels): boolean {
  const { key, operator, values } = requirement;
  if (operator !== 'Gt' && operator !== 'Lt') return matchesRequirement(requirement, labels);
  const value = labelOf(labels, key);
  const [bound] = values;
  if (value === undefined || bound === undefined || !integer.test(value) || !integer.test(bound)) return false;
  return operator === 'Gt' ? BigInt(value) > BigInt(bound) : BigInt(value) < BigInt(bound);
}

/** Source: component-helpers `nodeaffinity.NodeSelector.Match`. */
export function allowsNode(
  terms: readonly NodeTerm[] | undefined,
  { name, labels }: { readonly name: string; readonly labels: Labels },
): boolean {
  if (terms === undefined) return true;
  const fields = { 'metadata.name': name };
  return terms.some(
    ({ matchExpressions, matchFields }) =>
      matchExpressions.length + matchFields.length > 0 &&
      matchExpressions.every((requirement) => matchesNodeRequirement(requirement, labels)) &&
      matchFields.every((requirement) => matchesRequirement(requirement, fields)),
  );
}
