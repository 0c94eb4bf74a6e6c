import { Disposable } from '../base/disposable.ts';
import type { Log } from '../base/log.ts';
import { readOriginal } from '../cluster/original.ts';
import type { ClusterSource } from '../cluster/source.ts';
import { isObject, stringAt } from '../model/json.ts';
import type { PageContent, PageFeed, SubjectRequest } from './pagePanel.ts';
import { LogStream } from './podDetails/logStream.ts';
import { PodWatch } from './podDetails/podWatch.ts';
import type { PodSelection } from './podDetails/selection.ts';
import type { Pace, PageHeader, PageSubject, PodPage, PodPageSubject } from './protocol.ts';
import { t } from './translate.ts';

/** What a page may ask for beside its own data. Each is offered by another part of the extension. */
export interface PodPageActions {
  showLog(): void;
  openLog(subject: PageSubject, container: string, previous: boolean): Promise<void>;
  /** A command of the extension, as on the pod's row in the Clusters view. */
  run(action: PodAction, subject: PageSubject, port?: number): Promise<void>;
  copyKubectl(subject: PageSubject): Promise<void>;
  /** Whether the user has turned on what changes a cluster. */
  mayChange(): boolean;
  /** The pod as a read-only document. */
  openManifest(subject: PageSubject): Promise<void>;
  compareLastApplied(subject: PageSubject): Promise<void>;
  /** Opens the page of another pod. */
  openPod(subject: PageSubject): void;
}

const podActions = [
  'openShell',
  'describePod',
  'forwardPort',
  'openTerminal',
  'followLogs',
  'debugContainer',
  'showPodPolicies',
  'checkNetwork',
  'restartPod',
  'deletePod',
] as const;
export type PodAction = (typeof podActions)[number];

const paces: readonly Pace[] = ['live', 10, 20, 30, 'paused'];

/** The pace that a value names: a choice of the page, or what it had put aside. */
const paceOf = (value: unknown): Pace => paces.find((pace) => String(pace) === String(value)) ?? 'live';

export const subjectOf = (value: unknown): PodPageSubject | undefined => {
  if (!isObject(value)) return undefined;
  const [source, namespace, name] = ['source', 'namespace', 'name'].map((field) => stringAt(value, field));
  return source === undefined || namespace === undefined || name === undefined
    ? undefined
    : { source, namespace, name, kept: value['kept'] === true, pace: paceOf(value['pace']) };
};

/** A port that a page names; undefined for anything else. */
const portOf = (text: string): number | undefined =>
  /^[1-9]\d{0,4}$/.test(text) && Number(text) < 65_536 ? Number(text) : undefined;

export interface PodContentOptions {
  readonly subject: PodPageSubject;
  readonly source: ClusterSource;
  readonly feed: PageFeed;
  readonly log: Log;
  readonly actions: PodPageActions;
}

/** What the page of one pod shows, and what it does. */
export class PodContent extends Disposable implements PageContent {
  readonly title: string;
  readonly #options: PodContentOptions;
  readonly #watch: PodWatch;
  readonly #logs: LogStream;
  #subject: PodPageSubject;
  #page: PodPage | undefined;
  #readsLog = false;
  #selection: PodSelection | undefined;

  constructor(options: PodContentOptions) {
    super();
    const { subject, source, feed, log } = options;
    this.#options = options;
    this.#subject = subject;
    this.title = subject.name;
    this.#watch = this.own(
      new PodWatch({
        subject,
        source,
        selectedBy: (pod, snapshot) => this.#selection?.of(pod, snapshot),
        original: (pod, signal) => readOriginal(source, 'pods', pod, signal),
        pace: subject.pace ?? 'live',
        changed: (page) => {
          this.#page = page;
          this.#show();
        },
      }),
    );
    // The page does not wait for the policy engine to be loaded.
    void import('./podDetails/selection.ts').then(({ PodSelection: Selection }) => {
      this.#selection = new Selection();
      this.#watch.update();
    });
    this.#logs = this.own(new LogStream(source, subject, (message) => feed.send(message)));
    if (source.state.kind === 'not-connected') {
      source.connect().catch((error: unknown) => {
        log.error(`${source.name} could not be opened`, error);
      });
    }
  }

  get subject(): PodPageSubject {
    return this.#subject;
  }

  /** Whether the page may be given to another pod: nothing is lost that the reader wants to have at hand. */
  get reusable(): boolean {
    return !this.#subject.kept && !this.#readsLog;
  }

  show(): void {
    this.#watch.show();
  }

  /** What is offered is another: the user has changed a setting. */
  redraw(): void {
    this.#show();
  }

  hide(): void {
    this.#watch.hide();
    this.#logs.stop();
  }

  whole(): Promise<void> {
    return this.#watch.whole();
  }

  receive(message: SubjectRequest): void {
    if (message.type === 'log') {
      this.#readsLog = message.what !== undefined;
      this.#logs.ask(message.request, message.what);
      return;
    }
    this.#invoke(message.id, message.args).catch((error: unknown) => {
      this.#options.log.error(`${message.id} failed`, error);
    });
  }

  #show(): void {
    if (this.#page === undefined) return;
    const { header } = this.#page;
    const offered = header.actions.filter(({ more }) => more !== 'change' || this.#options.actions.mayChange());
    const actions = header.actions.length === 0 ? [] : [...offered, this.#keepAction()];
    this.#options.feed.show({ ...this.#page, header: { ...header, actions } }, this.#subject);
  }

  #keepAction(): PageHeader['actions'][number] {
    return this.#subject.kept
      ? { id: 'release', label: t('Let the Next Pod Take This Page'), icon: 'pinned' }
      : { id: 'keep', label: t('Keep This Page for the Pod'), icon: 'pin' };
  }

  #keep(kept: boolean): void {
    this.#subject = { ...this.#subject, kept };
    this.#show();
  }

  async #invoke(id: string, args: readonly string[]): Promise<void> {
    const { actions, source } = this.#options;
    const [first = '', second = ''] = args;
    switch (id) {
      case 'retry':
        await this.#watch.retry();
        return;
      case 'pace':
        this.#subject = { ...this.#subject, pace: paceOf(first) };
        this.#watch.setPace(paceOf(first));
        return;
      case 'measureTraffic':
      case 'stopTraffic':
        this.#watch.measureTraffic(id === 'measureTraffic');
        return;
      case 'keep':
      case 'release':
        this.#keep(id === 'keep');
        return;
      case 'showLog':
        actions.showLog();
        return;
      case 'openPod':
        actions.openPod({ source: source.id, namespace: first, name: second });
        return;
      case 'openLog':
        await actions.openLog(this.#subject, first, second === 'true');
        return;
      case 'copyKubectl':
        await actions.copyKubectl(this.#subject);
        return;
      case 'openManifest':
      case 'compareLastApplied':
        await actions[id](this.#subject);
        return;
      default: {
        const action = podActions.find((one) => one === id);
        if (action !== undefined) await actions.run(action, this.#subject, portOf(first));
        else this.#options.log.warn(`the page asked for ${JSON.stringify(id)}, which there is not`);
      }
    }
  }
}
