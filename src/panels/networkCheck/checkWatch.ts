import { setTimeout as sleep } from 'node:timers/promises';
import { Disposable } from '../../base/disposable.ts';
import type { ClusterSource, Need } from '../../cluster/source.ts';
import { isPending } from '../../inspect/evidence.ts';
import { networkCheckInterests } from '../../inspect/networkCheck/interests.ts';
import { prepareCniView } from '../../inspect/prepare.ts';
import type { NetworkCheckPage, PageState } from '../protocol.ts';
import { t } from '../translate.ts';
import { networkCheckPage } from './checkPage.ts';

/** What comes within this time of a page is put together into the next one, in milliseconds. */
const burstMs = 250;

/** Checks a cluster while its page is visible, and anew whenever something changes. */
export class CheckWatch extends Disposable {
  readonly #source: ClusterSource;
  readonly #changed: (page: NetworkCheckPage) => void;
  readonly #closed = new AbortController();
  #need: Need | undefined;
  #visible = false;
  #making = false;
  /** Something has changed since the page that is being made was begun. */
  #again = false;

  constructor(source: ClusterSource, changed: (page: NetworkCheckPage) => void) {
    super();
    this.#source = source;
    this.#changed = changed;
    this.own(source.onDidChange(() => this.#update()));
    this.own({
      dispose: () => {
        this.hide();
        this.#closed.abort();
      },
    });
  }

  show(): void {
    if (this.#visible) return;
    this.#visible = true;
    this.#need = this.#source.need(networkCheckInterests(this.#source.snapshot));
    void this.#make();
  }

  hide(): void {
    this.#visible = false;
    this.#need?.dispose();
    this.#need = undefined;
  }

  async retry(): Promise<void> {
    if (this.#source.state.kind === 'connected') await this.#source.refresh();
    else await this.#source.connect(this.#closed.signal);
    this.#update();
  }

  #update(): void {
    if (!this.#visible) return;
    this.#need?.update(networkCheckInterests(this.#source.snapshot));
    void this.#make();
  }

  /** Makes a page, and another one once a burst has passed if something has changed meanwhile. */
  async #make(): Promise<void> {
    if (this.#making) {
      this.#again = true;
      return;
    }
    this.#making = true;
    try {
      do {
        this.#again = false;
        const { snapshot } = this.#source;
        // In a large cluster the first reading is done in parts between which other things have their turn.
        for (const part of prepareCniView(snapshot)) {
          void part;
          await new Promise(setImmediate);
        }
        if (!this.#visible) return;
        this.#changed(networkCheckPage(snapshot, stateOf(this.#source)));
        await sleep(burstMs, undefined, { signal: this.#closed.signal }).catch(() => undefined);
      } while (this.#again && this.#visible);
    } finally {
      this.#making = false;
    }
  }
}

/** How well the cluster as a whole is known; what single reads lack, the checks say. */
function stateOf({ state, snapshot, name }: ClusterSource): PageState {
  const nodes = snapshot.knowledge('nodes');
  if (nodes.state === 'stale') return { kind: 'stale', since: nodes.since, reason: nodes.reason };
  if (state.kind === 'connected') return { kind: 'live' };
  if (state.kind === 'connecting') return { kind: 'loading' };
  return isPending(nodes)
    ? { kind: 'failed', reason: t('{0} is not connected.', name) }
    : { kind: 'stale', since: snapshot.content.asOf, reason: t('{0} is not connected.', name) };
}
