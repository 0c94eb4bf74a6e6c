import * as vscode from 'vscode';
import { Disposable } from '../base/disposable.ts';
import type { Log } from '../base/log.ts';
import { asRow, type ObjectTarget } from '../base/rowTarget.ts';
import { onSettingChanged, setting } from '../base/settings.ts';
import { commands, webviews } from '../contributions.ts';
import { kindOfObject } from '../model/kinds.ts';
import { describeLine } from './describeLine.ts';
import { LogDocuments } from './logDocuments.ts';
import { ManifestDocuments } from './manifestDocuments.ts';
import type { PageFiles, PagePanel } from './pagePanel.ts';
import { PagePanels } from './pagePanels.ts';
import { PodContent, type PodPageActions, subjectOf } from './podContent.ts';
import { type Pace, type PageSubject, type PodPageSubject, samePod } from './protocol.ts';
import { sourceOf, type Sources } from './subjects.ts';

/** What a command gets that is chosen on the pod's row in the Clusters view. */
const rowOf = ({ source, namespace, name }: PageSubject, port?: number): object =>
  asRow({ kind: 'object', source, object: { kind: 'Pod', namespace, name }, port });

/**
 * The pages of pods, opened again after a reload. As with VS Code's preview editors, a page is given to the next pod
 * unless it is kept: a webview takes longer to be made than all that stands in it.
 */
export class PodPanels extends Disposable {
  readonly #sources: Sources;
  readonly #actions: PodPageActions;
  readonly #log: Log;
  readonly #pages: PagePanels<PodContent>;
  readonly #manifests: ManifestDocuments;

  constructor(sources: Sources, files: PageFiles, log: Log, showLog: () => void) {
    super();
    this.#sources = sources;
    this.#log = log;
    this.#pages = this.own(new PagePanels<PodContent>(files, log));
    const documents = this.own(new LogDocuments(sources));
    const manifests = this.own(new ManifestDocuments(sources));
    this.#manifests = manifests;
    this.#actions = {
      showLog,
      openLog: (subject, container, previous) => documents.open(subject, container, previous),
      run: async (action, subject, port) => {
        await vscode.commands.executeCommand(commands[action], rowOf(subject, port));
      },
      mayChange: () => setting('networkInspector.writes.enabled'),
      copyKubectl: async (subject) => {
        await vscode.env.clipboard.writeText(describeLine(sources, subject.source, { kind: 'Pod', ...subject }));
      },
      openManifest: (subject) => manifests.open(subject),
      compareLastApplied: (subject) => manifests.compare(subject),
      openPod: (subject) => this.show(subject),
    };
    this.own(
      onSettingChanged(['networkInspector.writes.enabled'], () => {
        for (const { content } of this.#pages.list) content?.redraw();
      }),
    );
  }

  show(subject: PageSubject): void {
    const open = this.#pages.list;
    const same = open.find(({ content }) => content !== undefined && samePod(content.subject, subject));
    if (same !== undefined) {
      same.panel.reveal();
      return;
    }
    const page = open.findLast((one) => one.content?.reusable === true && !isPinned(one.panel));
    if (page !== undefined && previews()) {
      page.panel.reveal();
      this.#turn(page, { ...subject, kept: false, pace: paceOfNext(page.content?.subject.pace) });
      return;
    }
    this.#fill(
      vscode.window.createWebviewPanel(webviews.podDetails, subject.name, vscode.ViewColumn.Active, {
        enableFindWidget: true,
      }),
      { ...subject, kept: false },
    );
  }

  /** An object of the Clusters view as a document. */
  async showYaml({ kind, ...names }: ObjectTarget): Promise<void> {
    const known = kindOfObject('v1', kind) ?? kindOfObject('apps/v1', kind);
    if (known !== undefined) await this.#manifests.open(names, known.key);
  }

  async showPolicies(subject: PageSubject): Promise<void> {
    const source = sourceOf(this.#sources, subject.source);
    if (source === undefined) return;
    const { showPodPolicies } = await import('./podPolicies.ts');
    await showPodPolicies(source, subject, this.#manifests);
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

  #fill(panel: vscode.WebviewPanel, subject: PodPageSubject): void {
    this.#turn(this.#pages.add(panel), subject);
  }

  #turn(page: PagePanel<PodContent>, subject: PodPageSubject): void {
    const source = sourceOf(this.#sources, subject.source);
    if (source === undefined) {
      this.#log.warn(`the cluster of ${subject.namespace}/${subject.name} is no longer configured; its page is closed`);
      page.panel.dispose();
      return;
    }
    page.turn((feed) => new PodContent({ subject, source, feed, log: this.#log, actions: this.#actions }));
  }
}

/** A page that is given to another pod goes on at its pace, but one that was held at a pod is not held at the next. */
const paceOfNext = (pace: Pace = 'live'): Pace => (pace === 'paused' ? 'live' : pace);

/** Whether the user has editors reused that were only looked at. */
const previews = (): boolean =>
  vscode.workspace.getConfiguration('workbench.editor').get<boolean>('enablePreview') !== false;

/** Whether the user has pinned the page's tab. VS Code tells of tabs apart from panels; they meet by place and title. */
const isPinned = ({ viewColumn, title }: vscode.WebviewPanel): boolean =>
  vscode.window.tabGroups.all
    .filter((group) => group.viewColumn === viewColumn)
    .flatMap(({ tabs }) => tabs)
    .some(
      ({ input, isPinned: pinned, label }) =>
        pinned &&
        label === title &&
        input instanceof vscode.TabInputWebview &&
        input.viewType.endsWith(webviews.podDetails),
    );
