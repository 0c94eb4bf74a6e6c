import { isObject, numberAt, objectAt, stringAt } from '../model/json.ts';

/** What a command was chosen on in the Clusters view. Commands are open to every extension: the argument may be anything. */
export interface RowTarget {
  /** The id of the cluster's source. */
  readonly source: string;
  /** The row's pod, or the one whose container it is. */
  readonly pod?: { readonly namespace: string; readonly name: string };
  /** Where the row is a container's. */
  readonly container?: string;
  /** Of the pod, where one was chosen. */
  readonly port?: number;
}

/** An object of a cluster by its names. `source` is the id of the cluster's source. */
export interface ObjectTarget {
  readonly source: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** What a command gets that is chosen on a row of the Clusters view: for the commands that other parts of the extension call. */
export const asRow = (target: object): object => ({ row: { target } });

/** The object of a row; undefined where the row stands for none, or is no row of a cluster. */
export function objectOfRow(node: unknown): ObjectTarget | undefined {
  const target = objectAt(objectAt(isObject(node) ? node : {}, 'row'), 'target');
  const object = objectAt(target, 'object');
  const [source, kind, namespace, name] = [
    stringAt(target, 'source'),
    ...['kind', 'namespace', 'name'].map((field) => stringAt(object, field)),
  ];
  if (source === undefined || kind === undefined || namespace === undefined || name === undefined) return undefined;
  return { source, kind, namespace, name };
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
  const port = numberAt(target, 'port');
  return {
    source,
    pod: { namespace, name },
    ...(container !== undefined && { container }),
    ...(port !== undefined && { port }),
  };
}
