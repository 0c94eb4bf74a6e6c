import { isObject, objectAt, stringAt } from '../model/json.ts';

/** What a command was chosen on in the Clusters view. Commands are open to every extension: the argument may be anything. */
export interface RowTarget {
  /** The id of the cluster's source. */
  readonly source: string;
  /** The row's pod, or the one whose container it is. */
  readonly pod?: { readonly namespace: string; readonly name: string };
  /** Where the row is a container's. */
  readonly container?: string;
}

/** Undefined where it was not a row of a cluster. */
export function targetOfRow(node: unknown): RowTarget | undefined {
  const target = objectAt(objectAt(isObject(node) ? node : {}, 'row'), 'target');
  const source = stringAt(target, 'source');
  if (source === undefined) return undefined;
  const inContainer = stringAt(target, 'kind') === 'container';
  const object = objectAt(target, inContainer ? 'pod' : 'object');
  const [namespace, name] = [stringAt(object, 'namespace'), stringAt(object, 'name')];
  if (stringAt(object, 'kind') !== 'Pod' || namespace === undefined || name === undefined) return { source };
  const container = inContainer ? stringAt(target, 'name') : undefined;
  return { source, pod: { namespace, name }, ...(container !== undefined && { container }) };
}
