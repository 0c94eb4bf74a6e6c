import * as vscode from 'vscode';
import { Disposable } from '../base/disposable.ts';
import { ApiError } from '../cluster/apiError.ts';
import { readOriginal } from '../cluster/original.ts';
import { isObject, stringAt } from '../model/json.ts';
import { appliedYaml, liveYaml, toYaml } from './podDetails/manifest.ts';
import type { PageSubject } from './protocol.ts';
import { sourceOf, type Sources } from './subjects.ts';

const scheme = 'network-inspector-manifest';

/** The whole pod; what was applied last; the pod without what servers add, as it is compared with that. */
type Part = 'whole' | 'applied' | 'live';

/** Pods as read-only documents, with secrets hidden as on the page. */
export class ManifestDocuments extends Disposable implements vscode.TextDocumentContentProvider {
  readonly #sources: Sources;

  constructor(sources: Sources) {
    super();
    this.#sources = sources;
    this.own(vscode.workspace.registerTextDocumentContentProvider(scheme, this));
  }

  async open(subject: PageSubject): Promise<void> {
    const document = await vscode.workspace.openTextDocument(uriOf(subject, 'whole'));
    await vscode.window.showTextDocument(document, { preview: true });
  }

  /** What was applied last on the left, what is there on the right. */
  async compare(subject: PageSubject): Promise<void> {
    await vscode.commands.executeCommand(
      'vscode.diff',
      uriOf(subject, 'applied'),
      uriOf(subject, 'live'),
      vscode.l10n.t('{0}: last applied ↔ live', subject.name),
      { preview: true } satisfies vscode.TextDocumentShowOptions,
    );
  }

  async provideTextDocumentContent(uri: vscode.Uri, token: vscode.CancellationToken): Promise<string> {
    const asked: unknown = JSON.parse(uri.query);
    const { source: id, namespace, name, part } = isObject(asked) ? readQuery(asked) : readQuery({});
    const source = sourceOf(this.#sources, id);
    if (source === undefined) return vscode.l10n.t('# The pod cannot be read: its cluster is no longer configured.');
    const pod = source.snapshot.table('pods').get(namespace, name);
    const gone = vscode.l10n.t('# There is no pod {0}/{1} any more.', namespace, name);
    const cancelled = new AbortController();
    const subscription = token.onCancellationRequested(() => cancelled.abort());
    try {
      const raw = pod && (await readOriginal(source, 'pods', pod, cancelled.signal));
      if (raw === undefined) return gone;
      switch (part) {
        case 'applied':
          return appliedYaml(raw) ?? vscode.l10n.t('# What was applied last is not noted in this pod.');
        case 'live':
          return liveYaml(raw);
        case 'whole':
          return toYaml(raw);
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return error.reason === 'not-found' ? gone : vscode.l10n.t('# The pod cannot be read: {0}.', error.message);
    } finally {
      subscription.dispose();
    }
  }
}

const uriOf = ({ source, namespace, name }: PageSubject, part: Part): vscode.Uri =>
  vscode.Uri.from({
    scheme,
    path: `/${name}${part === 'whole' ? '' : ` ${part}`}.yaml`,
    // The time keeps each reading a document of its own.
    query: JSON.stringify({ source, namespace, name, part, at: Date.now() }),
  });

const readQuery = (query: Readonly<Record<string, unknown>>) => {
  const part = stringAt(query, 'part');
  return {
    source: stringAt(query, 'source') ?? '',
    namespace: stringAt(query, 'namespace') ?? '',
    name: stringAt(query, 'name') ?? '',
    part: part === 'applied' || part === 'live' ? part : 'whole',
  } satisfies { readonly part: Part } & PageSubject;
};
