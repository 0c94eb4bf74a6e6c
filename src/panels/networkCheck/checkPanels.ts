import * as vscode from 'vscode';
import { Disposable } from '../../base/disposable.ts';
import type { Log } from '../../base/log.ts';
import { asRow } from '../../base/rowTarget.ts';
import { commands, webviews } from '../../contributions.ts';
import type { ClusterSource } from '../../cluster/source.ts';
import { isObject, objectAt, stringAt } from '../../model/json.ts';
import { describeLine } from '../describeLine.ts';
import type { PageFiles } from '../pagePanel.ts';
import { PagePanels } from '../pagePanels.ts';
import { sourceOf, type Sources } from '../subjects.ts';
import { CheckContent, type CheckedObject, type NetworkCheckActions } from './checkContent.ts';

/** The pages on which the networks of clusters are checked, one for each cluster, opened again after a reload. */
export class CheckPanels extends Disposable {
  readonly #sources: Sources;
  readonly #log: Log;
  readonly #actions: NetworkCheckActions;
  readonly #pages: PagePanels<CheckContent>;

  constructor(sources: Sources, files: PageFiles, log: Log, showLog: () => void) {
    super();
    this.#sources = sources;
    this.#pages = this.own(new PagePanels<CheckContent>(files, log));
    this.#log = log;
    this.#actions = {
      showLog,
      openPod: async (source, namespace, name) => {
        const object = { kind: 'Pod', namespace, name };
        await vscode.commands.executeCommand(commands.openPod, asRow({ kind: 'object', source, object }));
      },
      openLog: async (source, pod, container) => {
        const target = { kind: 'container', source: source.id, pod, name: container };
        const again = hasRunBefore(source, pod, container);
        await vscode.commands.executeCommand(again ? commands.previousLog : commands.followLogs, asRow(target));
      },
      copyDescribe: async (source, object) => {
        await vscode.env.clipboard.writeText(describeLine(sources, source.id, object));
      },
      copyText: async (text) => {
        await vscode.env.clipboard.writeText(text);
      },
    };
  }

  show(source: ClusterSource): void {
    const same = this.#pages.list.find(({ content }) => content?.subject.source === source.id);
    if (same !== undefined) {
      same.panel.reveal();
      return;
    }
    this.#fill(
      vscode.window.createWebviewPanel(webviews.networkCheck, source.name, vscode.ViewColumn.Active, {
        enableFindWidget: true,
      }),
      source,
    );
  }

  /** Fills a page that the editor kept over a reload; `state` is what the page had put aside. */
  async restore(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const id = stringAt(objectAt(isObject(state) ? state : {}, 'about'), 'source');
    await this.#sources.ready();
    const source = id === undefined ? undefined : sourceOf(this.#sources, id);
    if (source === undefined) {
      this.#log.warn('the cluster of a network check is no longer configured; its page is closed');
      panel.dispose();
    } else this.#fill(panel, source);
  }

  #fill(panel: vscode.WebviewPanel, source: ClusterSource): void {
    this.#pages.add(panel).turn((feed) => new CheckContent({ source, feed, log: this.#log, actions: this.#actions }));
  }
}

function hasRunBefore({ snapshot }: ClusterSource, { namespace, name }: CheckedObject, container: string): boolean {
  const pod = snapshot.table('pods').get(namespace, name);
  const statuses = [...(pod?.containerStatuses ?? []), ...(pod?.initContainerStatuses ?? [])];
  return (statuses.find((status) => status.name === container)?.restarts ?? 0) > 0;
}
