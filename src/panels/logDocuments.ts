import * as vscode from 'vscode';
import { Disposable } from '../base/disposable.ts';
import { ApiError } from '../cluster/apiError.ts';
import { isObject, stringAt } from '../model/json.ts';
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
    const lines: string[] = [];
    let bytes = 0;
    try {
      for await (const line of client.logs(
        { namespace, name },
        { container, previous, limitBytes, signal: cancelled.signal },
      )) {
        lines.push(line);
        bytes += Buffer.byteLength(line) + 1;
      }
      // The server ends in the middle of a line, of which no end was counted.
      if (bytes >= limitBytes)
        lines.push(
          vscode.l10n.t('The log goes on: its first {0} MB are shown, {1} lines.', limitBytes / 2 ** 20, lines.length),
        );
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.reason !== 'aborted') lines.push(vscode.l10n.t('The log cannot be read further: {0}.', error.message));
    } finally {
      subscription.dispose();
    }
    return lines.join('\n');
  }
}

const readQuery = (query: Readonly<Record<string, unknown>>) => ({
  source: stringAt(query, 'source') ?? '',
  namespace: stringAt(query, 'namespace') ?? '',
  name: stringAt(query, 'name') ?? '',
  container: stringAt(query, 'container') ?? '',
  previous: query['previous'] === true,
});
