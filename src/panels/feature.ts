import * as vscode from 'vscode';
import { Disposable } from '../base/disposable.ts';
import { componentLog } from '../base/log.ts';
import { commands, webviews } from '../contributions.ts';
import { isObject, objectAt, stringAt } from '../model/json.ts';
import type { PodPanels } from './podPanels.ts';
import type { PageSubject } from './protocol.ts';
import type { Sources } from './subjects.ts';

/** The pages. Their code is loaded when the first one opens. */
export class PanelsFeature extends Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #sources: Sources;
  readonly #channel: vscode.LogOutputChannel;
  #pods: Promise<PodPanels> | undefined;

  constructor(context: vscode.ExtensionContext, channel: vscode.LogOutputChannel, sources: Sources) {
    super();
    this.#context = context;
    this.#sources = sources;
    this.#channel = channel;
    this.own(
      vscode.window.registerWebviewPanelSerializer(webviews.podDetails, {
        deserializeWebviewPanel: async (panel: vscode.WebviewPanel, state: unknown) =>
          (await this.#podPanels()).restore(panel, state),
      }),
    );
    this.own(
      vscode.commands.registerCommand(commands.openPod, async (row: unknown) => {
        const subject = podOfRow(row) ?? (await (await import('./pickPod.ts')).pickPod(this.#sources));
        if (subject !== undefined) (await this.#podPanels()).show(subject);
      }),
    );
  }

  #podPanels(): Promise<PodPanels> {
    return (this.#pods ??= import('./podPanels.ts').then(({ PodPanels: Panels }) =>
      this.own(
        new Panels(this.#sources, this.#context.extensionUri, componentLog(this.#channel, 'pages'), () =>
          this.#channel.show(),
        ),
      ),
    ));
  }
}

/** The pod of a row of the Clusters view, or of one of its containers. */
function podOfRow(node: unknown): PageSubject | undefined {
  const target = objectAt(objectAt(isObject(node) ? node : {}, 'row'), 'target');
  const object = stringAt(target, 'kind') === 'container' ? objectAt(target, 'pod') : objectAt(target, 'object');
  const [source, namespace, name] = [
    stringAt(target, 'source'),
    stringAt(object, 'namespace'),
    stringAt(object, 'name'),
  ];
  if (stringAt(object, 'kind') !== 'Pod' || source === undefined || namespace === undefined || name === undefined)
    return undefined;
  return { source, namespace, name };
}
