import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { Disposable } from '../base/disposable.ts';
import type { Log } from '../base/log.ts';
import { readOriginal } from '../cluster/original.ts';
import type { ClusterSource } from '../cluster/source.ts';
import { isObject, stringAt } from '../model/json.ts';
import { pageHtml, type PageBundle } from './html.ts';
import { PodWatch } from './podDetails/podWatch.ts';
import { LogStream } from './podDetails/logStream.ts';
import type { PodSelection } from './podDetails/selection.ts';
import type { PageSubject, ToHost, ToPage } from './protocol.ts';

type ShowMessage = Extract<ToPage, { type: 'show' }>;

/** What a page may ask for beside its own data. Each is offered by another part of the extension. */
export interface PodPanelActions {
  showLog(): void;
  openLog(subject: PageSubject, container: string, previous: boolean): Promise<void>;
  /** A command of the extension, as on the pod's row in the Clusters view. */
  run(action: PodAction, subject: PageSubject): Promise<void>;
  copyKubectl(subject: PageSubject): Promise<void>;
}

const podActions = ['openShell', 'describePod', 'forwardPort'] as const;
export type PodAction = (typeof podActions)[number];

export const subjectOf = (value: unknown): PageSubject | undefined => {
  if (!isObject(value)) return undefined;
  const [source, namespace, name] = ['source', 'namespace', 'name'].map((field) => stringAt(value, field));
  return source === undefined || namespace === undefined || name === undefined
    ? undefined
    : { source, namespace, name };
};

export const samePod = (one: PageSubject, other: PageSubject): boolean =>
  one.source === other.source && one.namespace === other.namespace && one.name === other.name;

export interface PodPanelOptions {
  readonly panel: vscode.WebviewPanel;
  /** The folder of the built pages, and the bundle of this one. */
  readonly folder: vscode.Uri;
  readonly bundle: PageBundle;
  readonly subject: PageSubject;
  readonly source: ClusterSource;
  readonly log: Log;
  readonly actions: PodPanelActions;
  readonly openPod: (subject: PageSubject) => void;
}

/** The frame of a webview takes about twice as long; a page that has its data with it is painted in one go. */
const firstPageMs = 60;

/** The page of one pod: keeps the webview fed while it is seen, and does what it asks. */
export class PodPanel extends Disposable {
  readonly panel: vscode.WebviewPanel;
  readonly subject: PageSubject;
  readonly #options: PodPanelOptions;
  readonly #watch: PodWatch;
  readonly #logs: LogStream;
  /** Tells this host's messages from those of an earlier one after a reload. */
  #sequence = Date.now();
  #ready = false;
  /** The page as it was made last, for a webview that says only now that it is there. */
  #latest: ShowMessage | undefined;
  /** What stands in the page itself. */
  #first: ShowMessage | undefined;
  #selection: PodSelection | undefined;

  constructor(options: PodPanelOptions) {
    super();
    const { panel, subject, source, folder, log } = options;
    this.#options = options;
    this.panel = panel;
    this.subject = subject;
    panel.webview.options = { enableScripts: true, localResourceRoots: [folder] };
    panel.title = subject.name;
    this.own(panel.onDidDispose(() => this.dispose()));
    this.own(panel.onDidChangeViewState(() => this.#visibility()));
    this.own(panel.webview.onDidReceiveMessage((message: ToHost) => this.#receive(message)));
    this.#watch = this.own(
      new PodWatch({
        subject,
        source,
        selectedBy: (pod, snapshot) => this.#selection?.of(pod, snapshot),
        original: (pod, signal) => readOriginal(source, 'pods', pod, signal),
        changed: (page) => {
          this.#latest = { type: 'show', sequence: ++this.#sequence, about: subject, page };
          this.#send(this.#latest);
        },
      }),
    );
    // The page does not wait for the policy engine to be loaded.
    void import('./podDetails/selection.ts').then(({ PodSelection: Selection }) => {
      this.#selection = new Selection();
      this.#watch.update();
    });
    this.#logs = this.own(new LogStream(source, subject, (message) => this.#send(message)));
    void this.#begin();
    if (source.state.kind === 'not-connected') {
      source.connect().catch((error: unknown) => {
        log.error(`${source.name} could not be opened`, error);
      });
    }
  }

  /** Makes the first page while VS Code makes the webview. */
  async #begin(): Promise<void> {
    // VS Code hears of the panel in a turn of its own, before the work that follows.
    await sleep(0);
    if (this.panel.visible && !this.disposed) {
      this.#watch.show();
      await Promise.race([this.#watch.whole(), sleep(firstPageMs)]);
    }
    this.#fill();
  }

  /** Gives the webview its page, with what is known by now. */
  #fill(): void {
    if (this.disposed) return;
    const { folder, bundle } = this.#options;
    const { webview } = this.panel;
    const address = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(folder, name)).toString();
    this.#first = this.panel.visible ? this.#latest : undefined;
    webview.html = pageHtml({
      ...bundle,
      title: this.subject.name,
      later: { script: address('later.js'), style: address('later.css') },
      source: webview.cspSource,
      language: vscode.env.language,
      messages: vscode.l10n.bundle,
      first: this.#first,
    });
  }

  #visibility(): void {
    if (this.panel.visible && this.#ready) this.#watch.show();
    else if (!this.panel.visible) {
      // Messages to a hidden page are lost; a whole page is sent when it says that it is ready again.
      this.#ready = false;
      this.#latest = undefined;
      this.#watch.hide();
      this.#logs.stop();
      // The webview will be made again of its text, in which nothing old may stand by then.
      this.#fill();
    }
  }

  #send(message: ToPage): void {
    if (this.#ready) void this.panel.webview.postMessage(message);
  }

  #receive(message: ToHost): void {
    const { log } = this.#options;
    switch (message.type) {
      case 'ready':
        this.#ready = true;
        if (this.#latest !== undefined && this.#latest !== this.#first) this.#send(this.#latest);
        this.#watch.show();
        return;
      case 'log':
        this.#logs.ask(message.request, message.what);
        return;
      case 'copy':
        void vscode.env.clipboard.writeText(message.text);
        return;
      case 'failed':
        log.error(`the page of ${this.subject.name} failed: ${message.message}`);
        return;
      case 'invoke':
        this.#invoke(message.id, message.args).catch((error: unknown) => {
          log.error(`${message.id} failed`, error);
        });
    }
  }

  async #invoke(id: string, args: readonly string[]): Promise<void> {
    const { actions, openPod, source } = this.#options;
    const [first = '', second = ''] = args;
    switch (id) {
      case 'retry':
        await this.#watch.retry();
        return;
      case 'showLog':
        actions.showLog();
        return;
      case 'openPod':
        openPod({ source: source.id, namespace: first, name: second });
        return;
      case 'openLog':
        await actions.openLog(this.subject, first, second === 'true');
        return;
      case 'copyKubectl':
        await actions.copyKubectl(this.subject);
        return;
      default: {
        const action = podActions.find((one) => one === id);
        if (action !== undefined) await actions.run(action, this.subject);
        else this.#options.log.warn(`the page asked for ${JSON.stringify(id)}, which there is not`);
      }
    }
  }
}
