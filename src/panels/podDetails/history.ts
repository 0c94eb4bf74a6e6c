import { type JsonObject, objectAt, objectsAt, stringAt } from '../../model/json.ts';
import { restarts as count } from '../../inspect/podHealth.ts';
import type { Pod } from '../../model/pod.ts';
import { boundsOf, formatOf, isNear, type Unit } from './resources.ts';
import type { Usage } from './input.ts';
import { type Block, ready, type Section, type SeriesRow, type Span, type TimelineRow } from '../page.ts';
import { t } from '../translate.ts';

/** A state held back to at most this many changes for each container; the oldest go first. */
const keptChanges = 500;

/** Two hours of what metrics-server is asked for, a quarter of a minute apart. */
const keptSamples = 480;
/** Metrics are read every 15 s, and by most clusters measured no more often. */
const gapMs = 60_000;

interface Sample extends Usage {
  readonly at: number;
}

interface Track {
  readonly changes: { readonly at: number; readonly state: Span['state'] }[];
  readonly restarts: number[];
  count: number;
}

/** What has been seen of a pod's containers since its page was opened: readiness and restarts over time. */
export class PodHistory {
  readonly #tracks = new Map<string, Track>();
  readonly #samples = new Map<string, Sample[]>();
  #from: number | undefined;
  #uid: string | undefined;

  /** `known` is false while the cluster does not answer: that time is shown as not known. */
  observe(pod: Pod, known: boolean, now: number): void {
    if (this.#uid !== pod.meta.uid) {
      this.#uid = pod.meta.uid;
      this.#tracks.clear();
      this.#samples.clear();
      this.#from = undefined;
    }
    this.#from ??= now;
    for (const status of pod.containerStatuses) {
      const track = this.#tracks.get(status.name) ?? { changes: [], restarts: [], count: status.restarts };
      this.#tracks.set(status.name, track);
      const state = known ? (status.ready ? 'ready' : 'not-ready') : 'unknown';
      if (track.changes.at(-1)?.state !== state) track.changes.push({ at: now, state });
      if (status.restarts > track.count) track.restarts.push(now);
      track.count = status.restarts;
      if (track.changes.length > keptChanges) track.changes.shift();
      if (track.restarts.length > keptChanges) track.restarts.shift();
    }
  }

  /** What each container uses at this moment. */
  measure(usage: ReadonlyMap<string, Usage>, now: number): void {
    for (const [name, { cpu, memory }] of usage) {
      const samples = this.#samples.get(name) ?? [];
      this.#samples.set(name, samples);
      samples.push({ at: now, cpu, memory });
      if (samples.length > keptSamples) samples.shift();
    }
  }

  /** Undefined until there is a time over which something was observed. `raw` is the pod as the server sent it. */
  section(now: number, raw: JsonObject): Section | undefined {
    const from = this.#from;
    if (from === undefined || now - from < 10_000) return undefined;
    const rows = [...this.#tracks].map(([label, { changes, restarts }]): TimelineRow => {
      const spans = changes.map(({ at, state }, index): Span => ({
        from: at,
        to: changes[index + 1]?.at ?? now,
        state,
      }));
      const share = spans.reduce((sum, span) => sum + (span.state === 'ready' ? span.to - span.from : 0), 0);
      const words = [
        share >= now - from
          ? t('ready all the time')
          : share === 0
            ? t('never ready')
            : t('ready for {0} of {1} s', Math.round(share / 1000), Math.round((now - from) / 1000)),
        restarts.length === 0 ? t('no restart') : count(restarts.length),
      ].join(', ');
      return { label, spans, marks: restarts, words };
    });
    const blocks: Block[] = [
      { kind: 'timeline', title: t('When was each container ready, and when was it restarted?'), from, to: now, rows },
    ];
    const containers = objectsAt(objectAt(raw, 'spec'), 'containers');
    blocks.push(
      ...this.#usage('cpu', t('How did each container’s use of CPU change?'), containers, now),
      ...this.#usage('memory', t('How did each container’s use of memory change?'), containers, now),
    );
    return { id: 'history', title: t('Since this page was opened'), open: false, state: ready, blocks };
  }
  /** No chart until something can have changed. */
  #usage(unit: Unit, title: string, containers: readonly JsonObject[], now: number): readonly Block[] {
    const rows = containers.flatMap((container): readonly SeriesRow[] => {
      const label = stringAt(container, 'name') ?? '';
      const points = (this.#samples.get(label) ?? []).map((sample) => ({ at: sample.at, value: sample[unit] }));
      const last = points.at(-1)?.value;
      if (last === undefined || points.length < 2) return [];
      const format = formatOf(unit);
      const { words, ...bounds } = boundsOf(container, unit);
      const values = points.map(({ value }) => value);
      const [least, most] = [format(Math.min(...values)), format(Math.max(...values))];
      return [
        {
          label,
          points,
          ...bounds,
          words:
            least === most
              ? t('always {0}; {1}', most, words)
              : t('{0} to {1}, now {2}; {3}', least, most, format(last), words),
          ...(isNear(Math.max(...values), bounds.limit) && { tone: 'warning' as const }),
        },
      ];
    });
    const from = Math.min(...rows.map(({ points }) => points[0]?.at ?? now));
    return rows.length === 0 ? [] : [{ kind: 'series', title, from, to: now, gap: gapMs, rows }];
  }
}
