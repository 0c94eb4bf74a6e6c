import type * as vscode from 'vscode';
import { Disposable, onDispose } from '../base/disposable.ts';
import type { Log } from '../base/log.ts';
import { type PageContent, type PageFiles, PagePanel } from './pagePanel.ts';

/** The open pages of one kind; they end with it. */
export class PagePanels<Content extends PageContent> extends Disposable {
  readonly #files: PageFiles;
  readonly #log: Log;
  readonly #open = new Set<PagePanel<Content>>();

  constructor(files: PageFiles, log: Log) {
    super();
    this.#files = files;
    this.#log = log;
    this.own(
      onDispose(() => {
        for (const { panel } of this.#open) panel.dispose();
      }),
    );
  }

  /** In the order in which they were opened. */
  get list(): readonly PagePanel<Content>[] {
    return [...this.#open];
  }

  /** Makes a page of a panel, which has nothing to show yet. */
  add(panel: vscode.WebviewPanel): PagePanel<Content> {
    const page = new PagePanel<Content>(panel, this.#files, this.#log);
    this.#open.add(page);
    panel.onDidDispose(() => this.#open.delete(page));
    return page;
  }
}
