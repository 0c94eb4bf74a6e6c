import { ApiError } from '../../cluster/apiError.ts';
import type { ClusterClient } from '../../cluster/client.ts';
import { isObject, type JsonObject, numberAt, objectAt, objectsAt, stringAt } from '../../model/json.ts';
import type { SectionState } from '../page.ts';
import type { Usage } from './input.ts';
import { parseQuantity } from './quantity.ts';
import { t } from '../translate.ts';

/** What metrics-server says about the containers of a pod, or why it says nothing. */
export interface UsageAnswer {
  /** By container; empty where the state is not ready. */
  readonly usage: ReadonlyMap<string, Usage>;
  readonly state: SectionState;
}

const path = (namespace: string, name: string): string =>
  `/apis/metrics.k8s.io/v1beta1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}`;

export async function readUsage(
  client: ClusterClient | undefined,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  signal: AbortSignal,
): Promise<UsageAnswer> {
  if (client === undefined) {
    const reason = t('Usage is not shown: a folder has no live measurements.');
    return { usage: new Map(), state: { kind: 'failed', reason } };
  }
  try {
    const metrics = await client.get(path(namespace, name), { signal });
    return { usage: usageOf(isObject(metrics) ? metrics : {}), state: { kind: 'ready' } };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { usage: new Map(), state: failureOf(error) };
  }
}

function usageOf(metrics: JsonObject): ReadonlyMap<string, Usage> {
  const usage = new Map<string, Usage>();
  for (const container of objectsAt(metrics, 'containers')) {
    const amounts = objectAt(container, 'usage');
    const amount = (unit: string): number =>
      parseQuantity(stringAt(amounts, unit) ?? String(numberAt(amounts, unit) ?? '')) ?? 0;
    usage.set(stringAt(container, 'name') ?? '', { cpu: amount('cpu') * 1000, memory: amount('memory') });
  }
  return usage;
}

function failureOf(error: ApiError): SectionState {
  const { failure } = error;
  switch (failure.reason) {
    case 'forbidden':
      return { kind: 'forbidden', verb: failure.verb, resource: failure.resource };
    case 'not-found':
      return {
        kind: 'failed',
        reason: t('Usage is not shown: the cluster serves no metrics. Install metrics-server to see it.'),
      };
    default:
      return { kind: 'failed', reason: t('Usage is not shown: {0}.', error.message) };
  }
}
