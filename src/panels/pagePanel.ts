import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { Disposable } from '../base/disposable.ts';
import type { Log } from '../base/log.ts';
import { pageHtml, type PageBundle } from './html.ts';
import type { Show, ToHost, ToPage } from './protocol.ts';

/** What a page asks that is about its subject. */
export type SubjectRequest = Extract<ToHost, { readonly sequence: number }>;

/** What a page is about: gives it what it shows, and does what it asks. */
export interface PageContent extends vscode.Disposable {
  readonly title: string;
  /** The page is seen from now on. May be called more than once. */
  show(): void;
  /** The page is not seen any more: nothing is read for it. */
  hide(): void;
  /** Resolves when as much is known as a first page is worth waiting for. */
  whole(): Promise<void>;
  receive(message: SubjectRequest): void;
}

/** The way to the page, for its content. */
export interface PageFeed {
  /** A whole page in place of the one before; `about` is what it is opened again by after a reload. */
  show(page: unknown, about: object): void;
  send(message: Exclude<ToPage, Show<unknown, unknown>>): void;
}

export interface PageFiles {
  /** The folder of the built pages, and the bundle of this one. */
  readonly folder: vscode.Uri;
  readonly bundle: PageBundle;
}

/** The frame of a webview takes about twice as long; a page that has its data with it is painted in one go. */
const firstPageMs = 60;

/** A webview: kept fed while it is seen, with one content after another. */
export class PagePanel<Content extends PageContent> extends Disposable {
  readonly panel: vscode.WebviewPanel;
  readonly #files: PageFiles;
  readonly #log: Log;
  #content: Content | undefined;
  /** Tells this host's messages from those of an earlier one after a reload. */
  #sequence = Date.now();
  /** The last number before the content's own. */
  #before = this.#sequence;
  #ready = false;
  /** The first page of the content waits until it is whole. */
  #waiting = false;
  /** The page as it was made last, for a webview that says only now that it is there. */
  #latest: Show<unknown, object> | undefined;
  /** What stands in the webview's own text. */
  #first: Show<unknown, object> | undefined;

  constructor(panel: vscode.WebviewPanel, files: PageFiles, log: Log) {
    super();
    this.panel = panel;
    this.#files = files;
    this.#log = log;
    panel.webview.options = { enableScripts: true, localResourceRoots: [files.folder] };
    this.own(panel.onDidDispose(() => this.dispose()));
    this.own(panel.onDidChangeViewState(() => this.#visibility()));
    this.own(panel.webview.onDidReceiveMessage((message: ToHost) => this.#receive(message)));
    this.own({ dispose: () => this.#content?.dispose() });
  }

  get content(): Content | undefined {
    return this.#content;
  }

  /** Shows something in the page, in place of what was there. */
  turn(make: (feed: PageFeed) => Content): void {
    this.#content?.dispose();
    this.#content = undefined;
    this.#latest = undefined;
    this.#before = this.#sequence;
    const feed: PageFeed = {
      show: (page, about) => {
        if (this.#content !== content) return;
        this.#latest = { type: 'show', sequence: ++this.#sequence, about, page };
        if (!this.#waiting) this.#send(this.#latest);
      },
      send: (message) => {
        if (this.#content === content) this.#send(message);
      },
    };
    const content: Content = make(feed);
    this.#content = content;
    this.panel.title = content.title;
    void this.#begin(content);
  }

  /** Makes the content's first page, for a new webview while VS Code makes that. */
  async #begin(content: Content): Promise<void> {
    this.#waiting = true;
    // VS Code hears of the panel in a turn of its own, before the work that follows.
    await sleep(0);
    if (this.panel.visible && !this.disposed) {
      content.show();
      await Promise.race([content.whole(), sleep(firstPageMs)]);
    }
    if (this.#content !== content) return;
    this.#waiting = false;
    if (!this.#ready) this.#fill(content);
    else if (this.#latest !== undefined) this.#send(this.#latest);
  }

  /** Gives the webview its text, with what is known by now. */
  #fill({ title }: Content): void {
    if (this.disposed) return;
    const { folder, bundle } = this.#files;
    const { webview } = this.panel;
    const address = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(folder, name)).toString();
    this.#first = this.panel.visible ? this.#latest : undefined;
    webview.html = pageHtml({
      ...bundle,
      title,
      later: { script: address('later.js'), style: address('later.css') },
      source: webview.cspSource,
      language: vscode.env.language,
      messages: vscode.l10n.bundle,
      first: this.#first,
    });
  }

  #visibility(): void {
    const content = this.#content;
    if (content === undefined) return;
    if (this.panel.visible && this.#ready) content.show();
    else if (!this.panel.visible) {
      // Messages to a hidden page are lost; a whole page is sent when it says that it is ready again.
      this.#ready = false;
      this.#latest = undefined;
      content.hide();
      // The webview will be made again of its text, in which nothing old may stand by then.
      this.#fill(content);
    }
  }

  #send(message: Show<unknown, object> | ToPage): void {
    if (this.#ready) void this.panel.webview.postMessage(message);
  }

  #receive(message: ToHost): void {
    switch (message.type) {
      case 'ready':
        this.#ready = true;
        if (this.#latest !== undefined && this.#latest !== this.#first) this.#send(this.#latest);
        this.#content?.show();
        return;
      case 'copy':
        void vscode.env.clipboard.writeText(message.text);
        return;
      case 'failed':
        this.#log.error(`the page of ${this.#content?.title ?? 'nothing'} failed: ${message.message}`);
        return;
      default:
        // What was asked on the page of something else is not done to this.
        if (message.sequence > this.#before) this.#content?.receive(message);
    }
  }
}
