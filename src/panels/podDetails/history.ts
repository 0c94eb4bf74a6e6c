import type { Pod } from '../../model/pod.ts';
import { type Block, ready, type Section, type Span, type TimelineRow } from '../page.ts';

/** A state held back to at most this many changes for each container; the oldest go first. */
const keptChanges = 500;

interface Track {
  readonly changes: { readonly at: number; readonly state: Span['state'] }[];
  readonly restarts: number[];
  count: number;
}

/** What has been seen of a pod's containers since its page was opened: readiness and restarts over time. */
export class PodHistory {
  readonly #tracks = new Map<string, Track>();
  #from: number | undefined;
  #uid: string | undefined;

  /** `known` is false while the cluster does not answer: that time is shown as not known. */
  observe(pod: Pod, known: boolean, now: number): void {
    if (this.#uid !== pod.meta.uid) {
      this.#uid = pod.meta.uid;
      this.#tracks.clear();
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

  /** Undefined until there is a time over which something was observed. */
  section(now: number): Section | undefined {
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
          ? 'ready all the time'
          : share === 0
            ? 'never ready'
            : `ready for ${Math.round(share / 1000)} of ${Math.round((now - from) / 1000)} s`,
        restarts.length === 0 ? 'no restart' : `${restarts.length} restarts`,
      ].join(', ');
      return { label, spans, marks: restarts, words };
    });
    const blocks: Block[] = [
      { kind: 'timeline', title: 'When was each container ready, and when was it restarted?', from, to: now, rows },
    ];
    return { id: 'history', title: 'Since this page was opened', open: false, state: ready, blocks };
  }
}
