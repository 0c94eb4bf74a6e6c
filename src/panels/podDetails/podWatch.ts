import { Disposable } from '../../base/disposable.ts';
import { ApiError } from '../../cluster/apiError.ts';
import type { ClusterSource, Need } from '../../cluster/source.ts';
import { isObject, type JsonObject, numberAt, objectAt, objectsAt, stringAt } from '../../model/json.ts';
import type { Pod } from '../../model/pod.ts';
import type { ClusterSnapshot, Knowledge } from '../../model/snapshot.ts';
import type { SelectedBy } from '../../policy/types.ts';
import type { SectionState } from '../page.ts';
import type { PageState, PageSubject, PodPage } from '../protocol.ts';
import { PodHistory } from './history.ts';
import type { PodInput, Usage } from './input.ts';
import { podInterests } from './interests.ts';
import { podPage } from './podPage.ts';
import { parseQuantity } from './quantity.ts';
import { askRights, type Rights } from './rights.ts';
import { siblingsOf } from './relations.ts';
import { t } from '../translate.ts';

const usageMs = 15_000;
/** What comes within this time of a page is put together into the next one. */
const burstMs = 100;

export interface PodWatchOptions {
  readonly subject: PageSubject;
  readonly source: ClusterSource;
  /** The pod as its source has it, whole. */
  readonly original: (pod: Pod, signal: AbortSignal) => Promise<JsonObject | undefined>;
  readonly selectedBy?: (pod: Pod, snapshot: ClusterSnapshot) => SelectedBy | undefined;
  readonly changed: (page: PodPage) => void;
  readonly now?: () => number;
}

const toSection = (knowledge: Knowledge): SectionState => {
  switch (knowledge.state) {
    case 'loaded':
    case 'absent':
    case 'stale':
      return { kind: 'ready' };
    case 'loading':
    case 'unread':
      return { kind: 'loading' };
    case 'forbidden':
      return {
        kind: 'forbidden',
        verb: knowledge.verb,
        resource: knowledge.resource,
        ...(knowledge.namespace !== undefined && { namespace: knowledge.namespace }),
      };
    case 'unavailable':
      return { kind: 'failed', reason: knowledge.reason };
  }
};

/** Follows one pod while its page is visible, and makes the page anew when something around the pod changes. */
export class PodWatch extends Disposable {
  readonly #options: PodWatchOptions;
  readonly #now: () => number;
  readonly #history = new PodHistory();
  readonly #closed = new AbortController();
  #need: Need | undefined;
  #pod: Pod | undefined;
  #raw: JsonObject | undefined;
  #reading: Pod | undefined;
  #original: Promise<void> | undefined;
  #usage: ReadonlyMap<string, Usage> = new Map();
  #usageState: SectionState = { kind: 'loading' };
  #burst: NodeJS.Timeout | undefined;
  /** When the last page was made, by the clock that never turns back. */
  #made = -Infinity;
  #usageTimer: NodeJS.Timeout | undefined;
  #deletedAt: number | undefined;
  /**
   * The page while the pod was there. Once it is gone, readings of the snapshot no longer know of it, and once it has
   * been told to go, they no longer say what was wrong with it.
   */
  #last: PodPage | undefined;
  #rights: Rights | undefined;
  #visible = false;

  constructor(options: PodWatchOptions) {
    super();
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.own(options.source.onDidChange(() => this.#update()));
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
    const { source, subject } = this.#options;
    this.#need = source.need(podInterests(source.snapshot, subject.namespace, subject.name));
    void this.#readUsage();
    void this.#readRights();
    this.#make();
  }

  /** Makes the page anew: something that is no part of the cluster has come. */
  update(): void {
    this.#update();
  }

  hide(): void {
    if (!this.#visible) return;
    this.#visible = false;
    this.#need?.dispose();
    this.#need = undefined;
    clearTimeout(this.#usageTimer);
    clearTimeout(this.#burst);
    this.#burst = undefined;
  }

  async retry(): Promise<void> {
    const { source } = this.#options;
    if (source.state.kind === 'connected') await source.refresh();
    else await source.connect(this.#closed.signal);
    this.#reading = undefined;
    this.#rights = undefined;
    void this.#readRights();
    this.#update();
  }

  /** Makes the page now, or together with what else comes in the same burst. */
  #update(): void {
    if (!this.#visible) return;
    const { source, subject } = this.#options;
    this.#need?.update(podInterests(source.snapshot, subject.namespace, subject.name));
    if (this.#burst !== undefined) return;
    const wait = this.#made + burstMs - performance.now();
    if (wait <= 0) this.#make();
    else this.#burst = setTimeout(() => this.#make(), wait);
  }

  #make(): void {
    clearTimeout(this.#burst);
    this.#burst = undefined;
    this.#made = performance.now();
    const { source, subject, changed } = this.#options;
    const { snapshot } = source;
    const found = snapshot.table('pods').get(subject.namespace, subject.name);
    const knowledge = snapshot.knowledge('pods', {
      namespace: subject.namespace,
      fieldSelector: `metadata.name=${subject.name}`,
    });
    if (found !== undefined && found !== this.#pod) {
      this.#pod = found;
      this.#deletedAt = undefined;
      this.#original = this.#readOriginal(found);
    }
    const sure = knowledge.state === 'loaded';
    if (found === undefined && this.#pod !== undefined && sure) this.#deletedAt ??= this.#now();
    if (this.#pod !== undefined && found !== undefined) this.#history.observe(found, sure, this.#now());
    changed(this.#page(knowledge));
  }

  async #readOriginal(pod: Pod): Promise<void> {
    this.#reading = pod;
    try {
      const raw = await this.#options.original(pod, this.#closed.signal);
      // A newer pod may have come meanwhile: its own reading is on the way.
      if (this.#reading !== pod || raw === undefined) return;
      const first = this.#raw === undefined;
      this.#raw = raw;
      if (first && this.#visible) this.#make();
      else this.#update();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // The pod as it is read from the watch is shown all the same; deletion and lost connections have words of their own.
    }
  }

  async #readRights(): Promise<void> {
    const { source, subject } = this.#options;
    if (source.client === undefined || this.#rights !== undefined) return;
    const { namespace, name } = subject;
    this.#rights = await askRights(source.client, { namespace, name }, this.#closed.signal);
    if (!this.#closed.signal.aborted) this.#update();
  }

  async #readUsage(): Promise<void> {
    const { source, subject } = this.#options;
    const { client } = source;
    if (client === undefined) {
      this.#usageState = { kind: 'failed', reason: t('Usage is not shown: a folder has no live measurements.') };
      return;
    }
    const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${encodeURIComponent(subject.namespace)}/pods/${encodeURIComponent(subject.name)}`;
    try {
      const metrics = await client.get(path, { signal: this.#closed.signal });
      this.#usage = readUsage(isObject(metrics) ? metrics : {});
      this.#usageState = { kind: 'ready' };
      this.#history.measure(this.#usage, this.#now());
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#usage = new Map();
      this.#usageState = usageFailure(error);
    }
    if (!this.#visible || this.#closed.signal.aborted) return;
    this.#update();
    this.#usageTimer = setTimeout(() => void this.#readUsage(), usageMs);
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
      eventsState: toSection(
        snapshot.knowledge('events', {
          namespace: subject.namespace,
          fieldSelector: `involvedObject.kind=Pod,involvedObject.name=${subject.name}`,
        }),
      ),
      usage: this.#usage,
      usageState: this.#usageState,
      now,
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
    const made = { ...page, sections: withHistory, logs };
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
    switch (knowledge.state) {
      case 'loaded':
        return this.#pod === undefined
          ? { kind: 'failed', reason: t('There is no pod {0}/{1}.', subject.namespace, subject.name) }
          : { kind: 'live' };
      case 'stale':
        return { kind: 'stale', since: knowledge.since, reason: knowledge.reason };
      case 'forbidden':
        return {
          kind: 'forbidden',
          verb: knowledge.verb,
          resource: knowledge.resource,
          namespace: knowledge.namespace ?? subject.namespace,
        };
      case 'absent':
      case 'unavailable':
        return {
          kind: 'failed',
          reason: knowledge.state === 'absent' ? t('The server has no pods.') : knowledge.reason,
        };
      case 'loading':
      case 'unread':
        return source.state.kind === 'connected' || source.state.kind === 'connecting'
          ? { kind: 'loading' }
          : { kind: 'failed', reason: t('{0} is not connected.', source.name) };
    }
  }
}

/** The sibling that took the place of a pod that is gone: on the same node, or else the newest. */
function replacementOf(gone: Pod, all: readonly Pod[], siblings: readonly Pod[]): string | undefined {
  const candidates = (siblings.length > 0 ? siblings : all).filter(
    ({ meta }) =>
      meta.name !== gone.meta.name &&
      meta.owners.some(({ name, kind }) =>
        gone.meta.owners.some((owner) => owner.name === name && owner.kind === kind),
      ),
  );
  const sameNode = candidates.filter(({ spec }) => spec.nodeName === gone.spec.nodeName);
  const newest = (sameNode.length > 0 ? sameNode : candidates).toSorted(
    (one, other) => (other.meta.created ?? 0) - (one.meta.created ?? 0),
  )[0];
  return newest?.meta.name;
}

const emptyPage = ({ namespace, name }: PageSubject, cluster: string, state: PageState): PodPage => ({
  header: { cluster, namespace, name, kind: 'Pod', status: '', tone: 'plain', facts: [], actions: [] },
  state,
  sections: [],
  logs: { containers: [] },
});

/** The little that a snapshot keeps, until the whole pod has been read. */
const rawOf = ({ meta, spec }: Pod): JsonObject => ({
  metadata: { name: meta.name, namespace: meta.namespace, labels: meta.labels, annotations: meta.annotations },
  spec: {
    nodeName: spec.nodeName,
    hostNetwork: spec.hostNetwork,
    serviceAccountName: spec.serviceAccount,
    containers: spec.containers.map(({ name, image }) => ({ name, image })),
    initContainers: spec.initContainers.map(({ name, image }) => ({ name, image })),
  },
});

function readUsage(metrics: JsonObject): ReadonlyMap<string, Usage> {
  const usage = new Map<string, Usage>();
  for (const container of objectsAt(metrics, 'containers')) {
    const amounts = objectAt(container, 'usage');
    const amount = (unit: string): number =>
      parseQuantity(stringAt(amounts, unit) ?? String(numberAt(amounts, unit) ?? '')) ?? 0;
    usage.set(stringAt(container, 'name') ?? '', { cpu: amount('cpu') * 1000, memory: amount('memory') });
  }
  return usage;
}

function usageFailure(error: ApiError): SectionState {
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
