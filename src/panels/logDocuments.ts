import * as vscode from 'vscode';
import { Disposable } from '../base/disposable.ts';
import { isObject, stringAt } from '../model/json.ts';
import { logText } from './logText.ts';
import type { PageSubject } from './protocol.ts';
import { sourceOf, type Sources } from './subjects.ts';

const scheme = 'network-inspector-log';

/** Bytes that are read at most: the editor shows no larger document well. */
const limitBytes = 20 * 2 ** 20;

/** The log of a container as a read-only document. */
export class LogDocuments extends Disposable implements vscode.TextDocumentContentProvider {
  readonly #sources: Sources;

  constructor(sources: Sources) {
    super();
    this.#sources = sources;
    this.own(vscode.workspace.registerTextDocumentContentProvider(scheme, this));
  }

  async open(subject: PageSubject, container: string, previous: boolean): Promise<void> {
    const uri = vscode.Uri.from({
      scheme,
      // The time keeps each reading a document of its own.
      path: `/${subject.name} ${container}${previous ? ' (previous)' : ''}.log`,
      query: JSON.stringify({ ...subject, container, previous, at: Date.now() }),
    });
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
  }

  async provideTextDocumentContent(uri: vscode.Uri, token: vscode.CancellationToken): Promise<string> {
    const asked: unknown = JSON.parse(uri.query);
    const { source, namespace, name, container, previous } = isObject(asked) ? readQuery(asked) : readQuery({});
    const client = sourceOf(this.#sources, source)?.client;
    if (client === undefined) return vscode.l10n.t('The log cannot be read: its cluster is no longer configured.');
    const cancelled = new AbortController();
    const subscription = token.onCancellationRequested(() => cancelled.abort());
    try {
      const options = { container, previous, limitBytes, signal: cancelled.signal };
      return await logText(client.logs({ namespace, name }, options), limitBytes);
    } finally {
      subscription.dispose();
    }
  }
}

const readQuery = (query: Readonly<Record<string, unknown>>) => ({
  source: stringAt(query, 'source') ?? '',
  namespace: stringAt(query, 'namespace') ?? '',
  name: stringAt(query, 'name') ?? '',
  container: stringAt(query, 'container') ?? '',
  previous: query['previous'] === true,
});
