import { Disposable } from '../../base/disposable.ts';
import type { Log } from '../../base/log.ts';
import type { ClusterSource } from '../../cluster/source.ts';
import { readNetworkCheck } from '../../inspect/networkCheck/requirements.ts';
import { networkCheckText } from '../../inspect/networkCheck/report.ts';
import type { PageContent, PageFeed, SubjectRequest } from '../pagePanel.ts';
import type { NetworkCheckSubject } from '../protocol.ts';
import { t } from '../translate.ts';
import { CheckWatch } from './checkWatch.ts';

export interface CheckedObject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** What the page may ask for beside its own data. */
export interface NetworkCheckActions {
  showLog(): void;
  openPod(source: string, namespace: string, name: string): Promise<void>;
  /** The log of a container’s run before, where it has had one, else of this one. */
  openLog(source: ClusterSource, pod: CheckedObject, container: string): Promise<void>;
  copyDescribe(source: ClusterSource, object: CheckedObject): Promise<void>;
  copyText(text: string): Promise<void>;
}

export interface CheckContentOptions {
  readonly source: ClusterSource;
  readonly feed: PageFeed;
  readonly log: Log;
  readonly actions: NetworkCheckActions;
}

/** What the page of a cluster’s network shows, and what it does. */
export class CheckContent extends Disposable implements PageContent {
  readonly title: string;
  readonly subject: NetworkCheckSubject;
  readonly #options: CheckContentOptions;
  readonly #watch: CheckWatch;

  constructor(options: CheckContentOptions) {
    super();
    const { source, feed, log } = options;
    this.#options = options;
    this.subject = { source: source.id };
    this.title = t('Network of {0}', source.name);
    this.#watch = this.own(new CheckWatch(source, (page) => feed.show(page, this.subject)));
    if (source.state.kind === 'not-connected') {
      source.connect().catch((error: unknown) => {
        log.error(`${source.name} could not be opened`, error);
      });
    }
  }

  show(): void {
    this.#watch.show();
  }

  hide(): void {
    this.#watch.hide();
  }

  /** The page shows what is known at any time. */
  whole(): Promise<void> {
    return Promise.resolve();
  }

  receive(message: SubjectRequest): void {
    if (message.type !== 'invoke') return;
    this.#invoke(message.id, message.args).catch((error: unknown) => {
      this.#options.log.error(`${message.id} failed`, error);
    });
  }

  async #invoke(id: string, args: readonly string[]): Promise<void> {
    const { actions, source } = this.#options;
    const [first = '', second = '', third = ''] = args;
    switch (id) {
      case 'retry':
        await this.#watch.retry();
        return;
      case 'showLog':
        actions.showLog();
        return;
      case 'openPod':
        await actions.openPod(source.id, first, second);
        return;
      case 'openLog':
        await actions.openLog(source, { kind: 'Pod', namespace: first, name: second }, third);
        return;
      case 'copyDescribe':
        await actions.copyDescribe(source, { kind: first, namespace: second, name: third });
        return;
      case 'copyReport':
        await actions.copyText(networkCheckText(readNetworkCheck(source.snapshot)));
        return;
      default:
        this.#options.log.warn(`the page asked for ${JSON.stringify(id)}, which there is not`);
    }
  }
}
