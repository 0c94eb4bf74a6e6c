import * as vscode from 'vscode';
import { Disposable, onDispose } from '../base/disposable.ts';
import type { Log } from '../base/log.ts';
import { commandLine, shellKind } from '../base/shell.ts';
import { commands, webviews } from '../contributions.ts';
import type { PageBundle } from './html.ts';
import { LogDocuments } from './logDocuments.ts';
import { PodPanel, type PodPanelActions, samePod, subjectOf } from './podPanel.ts';
import type { PageSubject } from './protocol.ts';
import { sourceOf, type Sources } from './subjects.ts';

/** What a command gets that is chosen on the pod's row in the Clusters view. */
const rowOf = ({ source, namespace, name }: PageSubject): object => ({
  row: { target: { kind: 'object', source, object: { kind: 'Pod', namespace, name } } },
});

/** The pages of pods: one for each pod that is open, opened again after a reload. */
export class PodPanels extends Disposable {
  readonly #sources: Sources;
  readonly #folder: vscode.Uri;
  readonly #bundle: PageBundle;
  readonly #actions: PodPanelActions;
  readonly #log: Log;
  readonly #open = new Set<PodPanel>();

  /** `folder` is that of the built pages, `bundle` what is in it of the page of a pod. */
  constructor(sources: Sources, folder: vscode.Uri, bundle: PageBundle, log: Log, showLog: () => void) {
    super();
    this.#sources = sources;
    this.#folder = folder;
    this.#bundle = bundle;
    this.#log = log;
    const documents = this.own(new LogDocuments(sources));
    this.#actions = {
      showLog,
      openLog: (subject, container, previous) => documents.open(subject, container, previous),
      run: async (action, subject) => {
        await vscode.commands.executeCommand(commands[action], rowOf(subject));
      },
      copyKubectl: async (subject) => {
        await vscode.env.clipboard.writeText(this.#kubectlLine(subject));
      },
    };
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
      vscode.window.createWebviewPanel(webviews.podDetails, subject.name, vscode.ViewColumn.Active, {
        enableFindWidget: true,
      }),
      subject,
    );
  }

  /** Fills a page that the editor kept over a reload; `state` is what the page had put aside. */
  async restore(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const subject = subjectOf(
      typeof state === 'object' && state !== null && 'about' in state ? state.about : undefined,
    );
    if (subject === undefined) {
      panel.dispose();
      return;
    }
    await this.#sources.ready();
    this.#fill(panel, subject);
  }

  #kubectlLine({ source, namespace, name }: PageSubject): string {
    const kubeconfig = this.#sources.kubeconfigOf(source);
    const found = sourceOf(this.#sources, source);
    const context = found?.snapshot.connection?.context ?? found?.name ?? '';
    const command = [
      'kubectl',
      ...(kubeconfig === undefined ? [] : [`--kubeconfig=${kubeconfig}`]),
      `--context=${context}`,
      ...['-n', namespace, 'describe', 'pod', name],
    ];
    return commandLine(command, shellKind(vscode.env.shell, process.platform));
  }

  #fill(panel: vscode.WebviewPanel, subject: PageSubject): void {
    const source = sourceOf(this.#sources, subject.source);
    if (source === undefined) {
      this.#log.warn(`the cluster of ${subject.namespace}/${subject.name} is no longer configured; its page is closed`);
      panel.dispose();
      return;
    }
    const page = new PodPanel({
      panel,
      folder: this.#folder,
      bundle: this.#bundle,
      subject,
      source,
      log: this.#log,
      actions: this.#actions,
      openPod: (other) => this.show(other),
    });
    this.#open.add(page);
    panel.onDidDispose(() => this.#open.delete(page));
  }
}
