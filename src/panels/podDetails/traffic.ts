import { ApiError } from '../../cluster/apiError.ts';
import type { ClusterClient } from '../../cluster/client.ts';
import { isObject, type JsonObject, numberAt, objectAt, objectsAt, stringAt, timeAt } from '../../model/json.ts';
import type { Pod } from '../../model/pod.ts';
import type { Action, Block, SeriesRow } from '../page.ts';
import { formatMemory } from './quantity.ts';
import { t } from '../translate.ts';

/** What a kubelet has counted since the pod's sandbox, or the node, was started. Bytes, and packets that failed. */
interface Counters {
  /** When the kubelet read them, in milliseconds since the epoch. */
  readonly at: number;
  readonly received: number;
  readonly sent: number;
  readonly errors: number;
}

/** Bytes and failed packets a second, up to `at`. */
interface Rate {
  readonly at: number;
  readonly received: number;
  readonly sent: number;
  readonly errors: number;
}

/** Two hours, four readings a minute. */
const keptRates = 480;
/** Kubelets are asked every 15 s, and measure every 10 to 20 s. */
const gapMs = 60_000;

const countersOf = (network: JsonObject): Counters | undefined => {
  const at = timeAt(network, 'time');
  if (at === undefined) return undefined;
  const count = (field: string): number => numberAt(network, field) ?? 0;
  return {
    at,
    received: count('rxBytes'),
    sent: count('txBytes'),
    errors: count('rxErrors') + count('txErrors'),
  };
};

/** The counters of the pod in what its kubelet says of all pods; those of the node for a pod that shares its network. */
function readCounters(summary: unknown, { meta, spec }: Pod): Counters | undefined {
  if (!isObject(summary)) return undefined;
  if (spec.hostNetwork) return countersOf(objectAt(objectAt(summary, 'node'), 'network'));
  const found = objectsAt(summary, 'pods').find((entry) => {
    const reference = objectAt(entry, 'podRef');
    return stringAt(reference, 'namespace') === meta.namespace && stringAt(reference, 'name') === meta.name;
  });
  return found && countersOf(objectAt(found, 'network'));
}

const bytes = (amount: number): string => t('{0}B/s', formatMemory(amount));
const packets = (amount: number): string =>
  t('{0} a second', amount < 10 ? Number(amount.toFixed(1)) : Math.round(amount));

/**
 * Measures a pod's traffic from what the kubelet of its node counts, once the reader has asked for it: the answer is about
 * all pods of the node, and it takes the right to reach the node through the API server.
 */
export class TrafficMeter {
  #measuring = false;
  #last: Counters | undefined;
  #rates: Rate[] = [];
  /** Why nothing is shown. */
  #failure: string | undefined;
  #uid: string | undefined;

  get measuring(): boolean {
    return this.#measuring;
  }

  /** Begins anew, or ends. */
  measure(on: boolean): void {
    this.#measuring = on;
    this.#forget();
  }

  #forget(): void {
    this.#last = undefined;
    this.#rates = [];
    this.#failure = undefined;
  }

  /** Asks the kubelet once. */
  async read(client: ClusterClient, pod: Pod, signal: AbortSignal): Promise<void> {
    if (this.#uid !== pod.meta.uid) {
      this.#uid = pod.meta.uid;
      this.#forget();
    }
    const node = pod.spec.nodeName;
    if (node === undefined) {
      this.#failure = t('Traffic is not shown: the pod is on no node yet.');
      return;
    }
    try {
      const summary = await client.get(`/api/v1/nodes/${encodeURIComponent(node)}/proxy/stats/summary`, { signal });
      this.#add(readCounters(summary, pod), node);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.reason !== 'aborted') this.#failure = failureWords(error, node);
    }
  }

  #add(counters: Counters | undefined, node: string): void {
    if (counters === undefined) {
      this.#failure = t('Traffic is not shown: the kubelet of {0} has not counted any for this pod.', node);
      return;
    }
    this.#failure = undefined;
    const last = this.#last;
    // The kubelet has nothing new.
    if (last !== undefined && counters.at <= last.at) return;
    this.#last = counters;
    // Counters that went down begin anew: there is no telling what was counted in between.
    if (last === undefined || counters.received < last.received || counters.sent < last.sent) return;
    const seconds = (counters.at - last.at) / 1000;
    this.#rates.push({
      at: counters.at,
      received: (counters.received - last.received) / seconds,
      sent: (counters.sent - last.sent) / seconds,
      errors: Math.max(0, counters.errors - last.errors) / seconds,
    });
    if (this.#rates.length > keptRates) this.#rates.shift();
  }

  /** The offer to measure, or what was measured. */
  blocks(pod: Pod, now: number): readonly Block[] {
    const stop: Action = { id: 'stopTraffic', label: t('Stop Measuring') };
    if (!this.#measuring)
      return [
        {
          kind: 'note',
          text: t('Traffic is measured when you ask for it: the kubelet is then asked about all pods of the node.'),
          actions: [{ id: 'measureTraffic', label: t('Measure Traffic') }],
        },
      ];
    if (this.#failure !== undefined) return [{ kind: 'note', text: this.#failure, actions: [stop] }];
    if (this.#rates.length === 0)
      return [
        {
          kind: 'note',
          text: t('Traffic is known with the second measurement, in about half a minute.'),
          actions: [stop],
        },
      ];
    const from = this.#rates[0]?.at ?? now;
    return [
      {
        kind: 'series',
        title: pod.spec.hostNetwork
          ? t('How much traffic has the node, whose network this pod shares?')
          : t('How much traffic does this pod have?'),
        from,
        to: Math.max(now, from + 1),
        gap: gapMs,
        rows: [
          this.#row(t('received'), 'received', bytes),
          this.#row(t('sent'), 'sent', bytes),
          this.#row(t('packets that failed'), 'errors', packets),
        ],
      },
      ...(pod.spec.hostNetwork
        ? [
            {
              kind: 'note' as const,
              text: t('The counters are the node’s: they are of everything that uses the node’s network.'),
            },
          ]
        : []),
      { kind: 'note', text: t('Measured by the kubelet of the node.'), actions: [stop] },
    ];
  }

  #row(label: string, measure: 'received' | 'sent' | 'errors', format: (amount: number) => string): SeriesRow {
    const points = this.#rates.map((rate) => ({ at: rate.at, value: rate[measure] }));
    const values = points.map(({ value }) => value);
    const [least, most] = [format(Math.min(...values)), format(Math.max(...values))];
    const words =
      least === most ? t('always {0}', most) : t('{0} to {1}, now {2}', least, most, format(values.at(-1) ?? 0));
    const bad = measure === 'errors' && values.some((value) => value > 0);
    return { label, points, words, ...(bad && { tone: 'warning' as const }) };
  }
}

function failureWords(error: ApiError, node: string): string {
  const { failure } = error;
  switch (failure.reason) {
    case 'forbidden':
      return t('Traffic is not shown: not allowed to {0} {1}.', failure.verb, failure.resource);
    case 'not-found':
      return t('Traffic is not shown: there is no node {0}, or its kubelet does not count.', node);
    default:
      return t('Traffic is not shown: {0}.', error.message);
  }
}
