import * as vscode from 'vscode';
import { Disposable } from '../base/disposable.ts';
import type { ClusterSource } from '../cluster/source.ts';
import type { Clusters } from './clusters.ts';
import type { why } from './why.ts';

const scheme = 'network-inspector-why';

/** The path is what a tab shows; the source's id finds the cluster. */
export const whyUri = (source: ClusterSource): vscode.Uri =>
  vscode.Uri.from({
    scheme,
    path: `/${source.name.replace(/[\\/]/g, '_')} — why`,
    query: source.id,
  });

/** Read-only documents that say what a cluster's verdicts rest on. They follow the cluster while they are open. */
export class WhyDocuments extends Disposable implements vscode.TextDocumentContentProvider {
  readonly #changed = this.own(new vscode.EventEmitter<vscode.Uri>());
  readonly onDidChange = this.#changed.event;
  readonly #clusters: Clusters;
  readonly #followed = new Map<string, { dispose(): void }>();

  constructor(clusters: Clusters) {
    super();
    this.#clusters = clusters;
    this.own(vscode.workspace.registerTextDocumentContentProvider(scheme, this));
    this.own(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (uri.scheme === scheme) this.#unfollow(uri);
      }),
    );
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const { why: explain } = await import('./why.ts');
    const source = this.#clusters.list.find(({ source: { id } }) => id === uri.query)?.source;
    if (source === undefined) return vscode.l10n.t('This cluster is no longer configured.');
    this.#follow(uri, source, explain);
    return explain(source, vscode.l10n.t);
  }

  override dispose(): void {
    for (const follower of this.#followed.values()) follower.dispose();
    this.#followed.clear();
    super.dispose();
  }

  #follow(uri: vscode.Uri, source: ClusterSource, explain: typeof why): void {
    const key = uri.toString();
    if (this.#followed.has(key)) return;
    let text = explain(source, vscode.l10n.t);
    this.#followed.set(
      key,
      source.onDidChange(() => {
        const now = explain(source, vscode.l10n.t);
        if (now === text) return;
        text = now;
        this.#changed.fire(uri);
      }),
    );
  }

  #unfollow(uri: vscode.Uri): void {
    this.#followed.get(uri.toString())?.dispose();
    this.#followed.delete(uri.toString());
  }
}
