import * as vscode from 'vscode';
import { Disposable, onDispose } from '../base/disposable.ts';
import type { Log } from '../base/log.ts';
import { PodPanel, type PodPanelActions, podPageType, samePod, subjectOf } from './podPanel.ts';
import type { PageSubject } from './protocol.ts';
import type { Sources } from './subjects.ts';

/** The pages of pods: one for each pod that is open, opened again after a reload. */
export class PodPanels extends Disposable implements vscode.WebviewPanelSerializer<unknown> {
  readonly #sources: Sources;
  readonly #extensionUri: vscode.Uri;
  readonly #actions: PodPanelActions;
  readonly #log: Log;
  readonly #open = new Set<PodPanel>();

  constructor(sources: Sources, extensionUri: vscode.Uri, actions: PodPanelActions, log: Log) {
    super();
    this.#sources = sources;
    this.#extensionUri = extensionUri;
    this.#actions = actions;
    this.#log = log;
    this.own(vscode.window.registerWebviewPanelSerializer(podPageType, this));
    this.own(
      onDispose(() => {
        for (const panel of this.#open) panel.panel.dispose();
      }),
    );
  }

  show(subject: PageSubject): void {
    const open = [...this.#open].find((panel) => samePod(panel.subject, subject));
    if (open !== undefined) {
      open.panel.reveal();
      return;
    }
    this.#fill(
      vscode.window.createWebviewPanel(podPageType, subject.name, vscode.ViewColumn.Active, { enableFindWidget: true }),
      subject,
    );
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const subject = subjectOf(
      typeof state === 'object' && state !== null && 'about' in state ? state.about : undefined,
    );
    if (subject === undefined) {
      panel.dispose();
      return;
    }
    await this.#loaded();
    this.#fill(panel, subject);
  }

  #fill(panel: vscode.WebviewPanel, subject: PageSubject): void {
    const source = this.#sources.find(subject.source);
    if (source === undefined) {
      this.#log.warn(`the cluster of ${subject.namespace}/${subject.name} is no longer configured; its page is closed`);
      panel.dispose();
      return;
    }
    const page = new PodPanel({
      panel,
      extensionUri: this.#extensionUri,
      subject,
      source,
      log: this.#log,
      actions: this.#actions,
      openPod: (other) => this.show(other),
    });
    this.#open.add(page);
    panel.onDidDispose(() => this.#open.delete(page));
  }

  /** Resolves when the configured clusters are known. */
  async #loaded(): Promise<void> {
    if (this.#sources.loaded) return;
    await new Promise<void>((resolve) => {
      const subscription = this.#sources.onDidChange(() => {
        if (!this.#sources.loaded) return;
        subscription.dispose();
        resolve();
      });
    });
  }
}
