import { targetOfRow } from '../base/rowTarget.ts';
import { isObject, type JsonObject, objectAt, stringAt } from '../model/json.ts';
import type { PageSubject } from './protocol.ts';

/** The cluster that the kubeconfig's current context names. */
export interface CurrentCluster {
  readonly source: string;
  readonly namespace: string;
}

/**
 * The pod of what a command was chosen on: a row of the Clusters view, one of its containers, or a pod in the view of
 * the Kubernetes extension, which lists the current context alone.
 */
export function podOfNode(node: unknown, current: CurrentCluster | undefined): PageSubject | undefined {
  const row = targetOfRow(node);
  if (row !== undefined) return row.pod && { source: row.source, ...row.pod };
  return current && isObject(node) ? podOfExplorer(node, current) : undefined;
}

/** A node of `ms-kubernetes-tools.vscode-kubernetes-tools`: older ones have the name as `id`; one without a namespace is in the context's. */
function podOfExplorer(node: JsonObject, { source, namespace }: CurrentCluster): PageSubject | undefined {
  if (stringAt(node, 'nodeType') !== 'resource') return undefined;
  if (!/^pods?$/.test(stringAt(objectAt(node, 'kind'), 'abbreviation') ?? '')) return undefined;
  const metadata = objectAt(node, 'metadata');
  const name = stringAt(node, 'name') ?? stringAt(node, 'id') ?? stringAt(metadata, 'name');
  if (name === undefined) return undefined;
  return { source, namespace: stringAt(node, 'namespace') ?? stringAt(metadata, 'namespace') ?? namespace, name };
}
