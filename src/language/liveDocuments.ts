import * as vscode from 'vscode';
import { Disposable } from '../base/disposable.ts';
import type { ClusterSource } from '../cluster/source.ts';
import { kindOf, type KindKey } from '../model/kinds.ts';
import type { ModelObject } from '../model/meta.ts';
import type { Baseline } from './baseline.ts';
import { ownSchemes } from './ownSchemes.ts';
import type { ObjectRef } from './targets.ts';

const timeoutMs = 15_000;

/** Objects of clusters as read-only YAML, read when they are opened and again when they have changed. */
export class LiveDocuments extends Disposable implements vscode.TextDocumentContentProvider {
  readonly #baseline: Baseline;
  readonly #changed = this.own(new vscode.EventEmitter<vscode.Uri>());
  readonly onDidChange = this.#changed.event;
  /** The object as it was when the document was written. */
  readonly #shown = new Map<string, ModelObject | undefined>();

  constructor(baseline: Baseline) {
    super();
    this.#baseline = baseline;
    this.own(vscode.workspace.registerTextDocumentContentProvider(ownSchemes.object, this));
    this.own(vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#shown.delete(uri.toString())));
    this.own(
      baseline.onDidChange(() => {
        for (const [key, before] of this.#shown) {
          const uri = vscode.Uri.parse(key, true);
          if (this.#find(uri)?.object !== before) this.#changed.fire(uri);
        }
      }),
    );
  }

  uriOf({ id, name: cluster }: ClusterSource, { kind, namespace, name }: ObjectRef): vscode.Uri {
    const parts = [cluster, namespace, `${name}.yaml`].filter(Boolean).map((part) => part.replaceAll(/[\\/]/g, '_'));
    return vscode.Uri.from({
      scheme: ownSchemes.object,
      path: `/${parts.join('/')}`,
      query: JSON.stringify([id, kind, namespace, name]),
    });
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const found = this.#find(uri);
    this.#shown.set(uri.toString(), found?.object);
    if (found === undefined) return `# ${vscode.l10n.t('The cluster is not known any more.')}\n`;
    const { source, kind, object } = found;
    const what = [kindOf(kind).kind, [found.namespace, found.name].filter(Boolean).join('/')].join(' ');
    if (object === undefined) return `# ${vscode.l10n.t('{0} is not in {1}.', what, source.name)}\n`;
    const { readOriginal } = await import('../cluster/original.ts');
    const { readableYaml } = await import('./liveObject.ts');
    try {
      const original = await readOriginal(source, kind, object, AbortSignal.timeout(timeoutMs));
      if (original === undefined) return `# ${vscode.l10n.t('{0} is not in {1}.', what, source.name)}\n`;
      const head = vscode.l10n.t('{0} in {1}, read only. Without managedFields.', what, source.name);
      return `# ${head}\n${readableYaml(original)}`;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return `# ${vscode.l10n.t('Cannot read {0} of {1}: {2}', what, source.name, why).replaceAll('\n', ' ')}\n`;
    }
  }

  #find({ query }: vscode.Uri): (ObjectRef & { source: ClusterSource; object: ModelObject | undefined }) | undefined {
    const parts: unknown = JSON.parse(query);
    if (!Array.isArray(parts)) return undefined;
    const [id, kind, namespace, name] = parts.map(String) as [string, KindKey, string, string];
    const source = this.#baseline.source(id);
    const object = source?.snapshot.table(kind).get(namespace, name);
    return source === undefined ? undefined : { source, kind, namespace, name, object };
  }
}
