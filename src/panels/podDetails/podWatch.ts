import { Disposable } from '../../base/disposable.ts';
import { ApiError } from '../../cluster/apiError.ts';
import type { ClusterSource, Need } from '../../cluster/source.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Pod } from '../../model/pod.ts';
import type { ClusterSnapshot, Knowledge } from '../../model/snapshot.ts';
import type { SelectedBy } from '../../policy/types.ts';
import type { Pace, PageState, PageSubject, PodPage } from '../protocol.ts';
import { PodHistory } from './history.ts';
import type { PodInput } from './input.ts';
import { podInterests } from './interests.ts';
import { emptyPage, knownState, partialWords, rawOf, replacementOf, sectionState } from './pageState.ts';
import { podPage } from './podPage.ts';
import { Poll } from './poll.ts';
import { askRights, type Rights } from './rights.ts';
import { siblingsOf } from './relations.ts';
import { TrafficMeter } from './traffic.ts';
import { readUsage, type UsageAnswer } from './usage.ts';
import { t } from '../translate.ts';

/** Between two measurements of what is used. */
const measureMs = 15_000;
/** What comes within this time of a page is put together into the next one. */
const burstMs = 100;

export interface PodWatchOptions {
  readonly subject: PageSubject;
  readonly source: ClusterSource;
  /** The pod as its source has it, whole. */
  readonly original: (pod: Pod, signal: AbortSignal) => Promise<JsonObject | undefined>;
  readonly selectedBy?: (pod: Pod, snapshot: ClusterSnapshot) => SelectedBy | undefined;
  readonly changed: (page: PodPage) => void;
  /** `live` where it is absent. */
  readonly pace?: Pace;
  readonly now?: () => number;
}

/** Follows one pod while its page is visible, and makes the page anew when something around the pod changes. */
export class PodWatch extends Disposable {
  readonly #options: PodWatchOptions;
  readonly #now: () => number;
  readonly #history = new PodHistory();
  readonly #traffic = new TrafficMeter();
  readonly #closed = new AbortController();
  readonly #usagePoll = this.own(new Poll(() => this.#readUsage(), measureMs));
  readonly #trafficPoll = this.own(new Poll(() => this.#readTraffic(), measureMs));
  #need: Need | undefined;
  #pod: Pod | undefined;
  #raw: JsonObject | undefined;
  #reading: Pod | undefined;
  /** The pod that was last read whole, or could not be. */
  #read: Pod | undefined;
  #original: Promise<void> | undefined;
  /** Why the whole pod could not be read. */
  #partial: string | undefined;
  #used: UsageAnswer = { usage: new Map(), state: { kind: 'loading' } };
  #burst: NodeJS.Timeout | undefined;
  /** When the last page was made, by the clock that never turns back. */
  #made = -Infinity;
  #deletedAt: number | undefined;
  /**
   * The page while the pod was there. Once it is gone, readings of the snapshot no longer know of it, and once it has
   * been told to go, they no longer say what was wrong with it.
   */
  #last: PodPage | undefined;
  #rights: Rights | undefined;
  #visible = false;
  #pace: Pace;
  #clock: NodeJS.Timeout | undefined;
  /** What is shown, as it was made. */
  #shown: PodPage | undefined;
  /** What is shown is whole: at another pace than the cluster's it stays until its time has come. */
  #settled = false;

  constructor(options: PodWatchOptions) {
    super();
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#pace = options.pace ?? 'live';
    this.own(options.source.onDidChange(() => this.#changed()));
    this.own({
      dispose: () => {
        this.#closed.abort();
        this.hide();
      },
    });
  }

  /** Resolves when a page has been made of the whole pod, or when it cannot be read whole for now. */
  whole(): Promise<void> {
    return this.#original ?? Promise.resolve();
  }

  /** Reads what the page needs, as long as it is seen. */
  show(): void {
    if (this.#visible) return;
    this.#visible = true;
    const { source, subject, changed } = this.#options;
    this.#need = source.need(podInterests(source.snapshot, subject.namespace, subject.name));
    if (this.#pace === 'paused' && this.#settled && this.#shown !== undefined) {
      changed(this.#shown);
      return;
    }
    void this.#readRights();
    this.#follow();
    this.#make();
  }

  /** Makes the page anew: something that is no part of the cluster has come. */
  update(): void {
    this.#settled = false;
    this.#changed();
  }

  hide(): void {
    if (!this.#visible) return;
    this.#visible = false;
    this.#need?.dispose();
    this.#need = undefined;
    this.#usagePoll.stop();
    this.#trafficPoll.stop();
    clearInterval(this.#clock);
    clearTimeout(this.#burst);
    this.#burst = undefined;
  }

  /** How the page follows its cluster from now on. */
  setPace(pace: Pace): void {
    this.#pace = pace;
    if (!this.#visible) return;
    this.#follow();
    if (pace !== 'paused') this.#make();
    else if (this.#shown !== undefined) {
      this.#shown = { ...this.#shown, refresh: { pace, at: this.#shown.refresh?.at ?? this.#now() } };
      this.#options.changed(this.#shown);
    }
  }

  /** Begins to measure the pod's traffic, or ends. */
  measureTraffic(on: boolean): void {
    this.#traffic.measure(on);
    this.#trafficPoll.stop();
    this.#follow();
    if (on && this.#pace === 'paused') this.#trafficPoll.once();
    this.update();
  }

  async retry(): Promise<void> {
    const { source } = this.#options;
    if (source.state.kind === 'connected') await source.refresh();
    else await source.connect(this.#closed.signal);
    if (this.#pod !== undefined) this.#original = this.#readOriginal(this.#pod);
    this.#rights = undefined;
    void this.#readRights();
    if (this.#pace === 'paused') {
      this.#usagePoll.once();
      if (this.#traffic.measuring) this.#trafficPoll.once();
    }
    this.update();
  }

  /** Measures and makes pages at the pace that was chosen. */
  #follow(): void {
    clearInterval(this.#clock);
    if (!this.#visible) return;
    if (this.#pace === 'paused') {
      this.#usagePoll.stop();
      this.#trafficPoll.stop();
      // What a page is short of is read once.
      if (this.#used.state.kind === 'loading') this.#usagePoll.once();
      return;
    }
    this.#usagePoll.start();
    if (this.#traffic.measuring) this.#trafficPoll.start();
    if (this.#pace !== 'live') this.#clock = setInterval(() => this.#make(), this.#pace * 1000);
  }

  /** Something has changed: makes a page now, together with what else comes in the same burst, or when its time has come. */
  #changed(): void {
    if (!this.#visible) return;
    const { source, subject } = this.#options;
    this.#need?.update(podInterests(source.snapshot, subject.namespace, subject.name));
    this.#observe();
    if (this.#burst !== undefined || (this.#pace !== 'live' && this.#settled)) return;
    const wait = this.#made + burstMs - performance.now();
    if (wait <= 0) this.#make();
    else this.#burst = setTimeout(() => this.#make(), wait);
  }

  get #knowledge(): Knowledge {
    const { source, subject } = this.#options;
    return source.snapshot.knowledge('pods', {
      namespace: subject.namespace,
      fieldSelector: `metadata.name=${subject.name}`,
    });
  }

  /** Keeps what happens by the time at which it does, whenever a page says so. */
  #observe(): Pod | undefined {
    const { source, subject } = this.#options;
    const found = source.snapshot.table('pods').get(subject.namespace, subject.name);
    const sure = this.#knowledge.state === 'loaded';
    if (found !== undefined) this.#deletedAt = undefined;
    else if (this.#pod !== undefined && sure) this.#deletedAt ??= this.#now();
    if (found !== undefined) this.#history.observe(found, sure, this.#now());
    return found;
  }

  #make(): void {
    clearTimeout(this.#burst);
    this.#burst = undefined;
    this.#made = performance.now();
    const found = this.#observe();
    if (found !== undefined && found !== this.#pod) {
      this.#pod = found;
      this.#original = this.#readOriginal(found);
    }
    const made = this.#page(this.#knowledge);
    // Made anew is not brought up to date: what could not be confirmed is as old as it was.
    const at = made.state.kind === 'stale' ? made.state.since : this.#now();
    const page = { ...made, refresh: { pace: this.#pace, at } };
    this.#settled = page.state.kind !== 'loading' && this.#read === this.#pod && this.#used.state.kind !== 'loading';
    this.#shown = page;
    this.#options.changed(page);
  }

  async #readOriginal(pod: Pod): Promise<void> {
    this.#reading = pod;
    try {
      const raw = await this.#options.original(pod, this.#closed.signal);
      // A newer pod may have come meanwhile: its own reading is on the way.
      if (this.#reading !== pod) return;
      this.#read = pod;
      this.#partial = undefined;
      if (raw === undefined) return;
      const first = this.#raw === undefined;
      this.#raw = raw;
      if (first && this.#visible) this.#make();
      else this.update();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (this.#reading !== pod) return;
      // The pod as it is read from the watch is shown all the same; deletion has words of its own.
      this.#read = pod;
      this.#partial = partialWords(error);
      if (this.#raw === undefined) this.update();
    }
  }

  async #readRights(): Promise<void> {
    const { source, subject } = this.#options;
    if (source.client === undefined || this.#rights !== undefined) return;
    const { namespace, name } = subject;
    this.#rights = await askRights(source.client, { namespace, name }, this.#closed.signal);
    if (!this.#closed.signal.aborted) this.#changed();
  }

  async #readUsage(): Promise<void> {
    const { source, subject } = this.#options;
    this.#used = await readUsage(source.client, subject, this.#closed.signal);
    if (this.#used.state.kind === 'ready') this.#history.measure(this.#used.usage, this.#now());
    if (!this.#closed.signal.aborted) this.#changed();
  }

  async #readTraffic(): Promise<void> {
    const { client } = this.#options.source;
    if (client === undefined || this.#pod === undefined) return;
    await this.#traffic.read(client, this.#pod, this.#closed.signal);
    if (!this.#closed.signal.aborted) this.#changed();
  }

  #page(knowledge: Knowledge): PodPage {
    const { subject, source, selectedBy } = this.#options;
    const { snapshot } = source;
    const pod = this.#pod;
    const state = this.#state(knowledge);
    if (pod === undefined) return emptyPage(subject, snapshot.name, state);
    if (state.kind === 'deleted' && this.#last !== undefined) return { ...this.#last, state };
    const now = this.#now();
    const selected = selectedBy?.(pod, snapshot);
    const input: PodInput = {
      raw: this.#raw ?? rawOf(pod),
      pod,
      snapshot,
      events: snapshot
        .table('events')
        .in(subject.namespace)
        .filter(({ about }) => about.kind === 'Pod' && about.name === subject.name),
      eventsState: sectionState(
        snapshot.knowledge('events', {
          namespace: subject.namespace,
          fieldSelector: `involvedObject.kind=Pod,involvedObject.name=${subject.name}`,
        }),
      ),
      usage: this.#used.usage,
      usageState: this.#used.state,
      now,
      ...(source.client !== undefined && { traffic: this.#traffic.blocks(pod, now) }),
      ...(this.#rights !== undefined && { rights: this.#rights }),
      ...(selected !== undefined && { selectedBy: selected }),
    };
    const page = podPage(input, state);
    const history = this.#history.section(now, input.raw);
    const withHistory =
      history === undefined
        ? page.sections
        : page.sections.flatMap((section) => (section.id === 'resources' ? [section, history] : [section]));
    const logs =
      source.client === undefined
        ? { containers: [], unavailable: t('A folder has no logs: they are read from a live cluster.') }
        : page.logs;
    const partial = this.#raw === undefined ? this.#partial : undefined;
    const made = { ...page, sections: withHistory, logs, ...(partial !== undefined && { partial }) };
    if (this.#last === undefined || pod.meta.deleted === undefined) this.#last = made;
    return made;
  }

  #state(knowledge: Knowledge): PageState {
    const { source, subject } = this.#options;
    if (this.#deletedAt !== undefined) {
      const replacement =
        this.#pod === undefined
          ? undefined
          : replacementOf(
              this.#pod,
              source.snapshot.table('pods').in(subject.namespace),
              siblingsOf(this.#pod, source.snapshot),
            );
      return { kind: 'deleted', at: this.#deletedAt, ...(replacement !== undefined && { replacement }) };
    }
    return knownState(knowledge, source, subject, this.#pod !== undefined);
  }
}
