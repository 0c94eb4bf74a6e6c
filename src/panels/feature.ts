import * as vscode from 'vscode';
import { Disposable } from '../base/disposable.ts';
import { componentLog } from '../base/log.ts';
import { registerRowCommand } from '../base/rowCommand.ts';
import { objectOfRow, targetOfRow } from '../base/rowTarget.ts';
import type { ClusterSource } from '../cluster/source.ts';
import { commands, webviews } from '../contributions.ts';
import type { CheckPanels } from './networkCheck/checkPanels.ts';
import { isObject, stringAt } from '../model/json.ts';
import type { PageFiles } from './pagePanel.ts';
import { type CurrentCluster, podOfNode } from './podOfNode.ts';
import type { PodPanels } from './podPanels.ts';
import type { PageSubject } from './protocol.ts';
import { sourceOf, type Sources } from './subjects.ts';
import { translateBy } from './translate.ts';

/** A kubeconfig that the Kubernetes extension has been told to use: what is current in it is not what is current here. */
const otherKubeconfig = (): string => {
  const settings: unknown = vscode.workspace.getConfiguration().get('vs-kubernetes');
  return (isObject(settings) ? stringAt(settings, 'vs-kubernetes.kubeconfig') : undefined) ?? '';
};

/** The pages. Their code is loaded when the first one opens. */
export class PanelsFeature extends Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #sources: Sources;
  readonly #channel: vscode.LogOutputChannel;
  #pods: Promise<PodPanels> | undefined;
  #checks: Promise<CheckPanels> | undefined;

  constructor(context: vscode.ExtensionContext, channel: vscode.LogOutputChannel, sources: Sources) {
    super();
    this.#context = context;
    this.#sources = sources;
    this.#channel = channel;
    translateBy(vscode.l10n.t);
    this.own(
      vscode.window.registerWebviewPanelSerializer(webviews.podDetails, {
        deserializeWebviewPanel: async (panel: vscode.WebviewPanel, state: unknown) =>
          (await this.#podPanels()).restore(panel, state),
      }),
    );
    this.own(
      vscode.window.registerWebviewPanelSerializer(webviews.networkCheck, {
        deserializeWebviewPanel: async (panel: vscode.WebviewPanel, state: unknown) =>
          (await this.#checkPanels()).restore(panel, state),
      }),
    );
    this.own(
      registerRowCommand(commands.checkNetwork, async (row) => {
        const source = await this.#clusterOf(row);
        if (source !== undefined) (await this.#checkPanels()).show(source);
      }),
    );
    this.own(
      registerRowCommand(commands.openPod, async (row) => {
        const subject = await this.#podOf(row);
        if (subject !== undefined) (await this.#podPanels()).show(subject);
      }),
    );
    this.own(
      registerRowCommand(commands.showPodPolicies, async (row) => {
        const subject = await this.#podOf(row);
        if (subject !== undefined) await (await this.#podPanels()).showPolicies(subject);
      }),
    );
    this.own(
      registerRowCommand(commands.showYaml, async (row) => {
        const target = objectOfRow(row);
        if (target !== undefined) await (await this.#podPanels()).showYaml(target);
      }),
    );
  }

  /** The cluster of what a command was chosen on, or the one that the user chooses. */
  async #clusterOf(row: unknown): Promise<ClusterSource | undefined> {
    const target = targetOfRow(row);
    if (target !== undefined) return sourceOf(this.#sources, target.source);
    return (await import('./pickPod.ts')).pickSource(this.#sources);
  }

  /** The current cluster, once it is known; a row of the Clusters view names its own. */
  async #current(row: unknown): Promise<CurrentCluster | undefined> {
    if (row === undefined || otherKubeconfig() !== '') return undefined;
    await this.#sources.ready();
    const source = this.#sources.current();
    return source && { source: source.id, namespace: source.snapshot.connection?.namespace ?? 'default' };
  }

  /** The pod of what a command was chosen on, or the one that the user chooses. */
  async #podOf(row: unknown): Promise<PageSubject | undefined> {
    return podOfNode(row, await this.#current(row)) ?? (await import('./pickPod.ts')).pickPod(this.#sources);
  }

  #podPanels(): Promise<PodPanels> {
    return (this.#pods ??= this.#loadPodPanels());
  }

  async #loadPodPanels(): Promise<PodPanels> {
    const [{ PodPanels: Panels }, files] = await Promise.all([import('./podPanels.ts'), this.#files('podDetails')]);
    const log = componentLog(this.#channel, 'pages');
    return this.own(new Panels(this.#sources, files, log, () => this.#channel.show()));
  }

  #checkPanels(): Promise<CheckPanels> {
    return (this.#checks ??= this.#loadCheckPanels());
  }

  async #loadCheckPanels(): Promise<CheckPanels> {
    const [{ CheckPanels: Panels }, files] = await Promise.all([
      import('./networkCheck/checkPanels.ts'),
      this.#files('networkCheck'),
    ]);
    const log = componentLog(this.#channel, 'network check');
    return this.own(new Panels(this.#sources, files, log, () => this.#channel.show()));
  }

  /** The built page of this name. */
  async #files(name: string): Promise<PageFiles> {
    const folder = vscode.Uri.joinPath(this.#context.extensionUri, 'dist', 'webview');
    const { readBundle } = await import('./html.ts');
    return { folder, bundle: await readBundle(folder.fsPath, name) };
  }
}
