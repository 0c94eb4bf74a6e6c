import * as vscode from 'vscode';
import { Disposable } from '../base/disposable.ts';
import { ApiError } from '../cluster/apiError.ts';
import { readOriginal } from '../cluster/original.ts';
import { isObject, stringAt } from '../model/json.ts';
import { allKinds, type KindKey, kindOf } from '../model/kinds.ts';
import type { ModelObject } from '../model/meta.ts';
import { appliedYaml, liveYaml, toYaml } from './podDetails/manifest.ts';
import type { PageSubject } from './protocol.ts';
import { sourceOf, type Sources } from './subjects.ts';

const scheme = 'network-inspector-manifest';

/** The whole pod; what was applied last; the pod without what servers add, as it is compared with that. */
type Part = 'whole' | 'applied' | 'live';

/** Objects as read-only documents, with secrets hidden as on the page. */
export class ManifestDocuments extends Disposable implements vscode.TextDocumentContentProvider {
  readonly #sources: Sources;

  constructor(sources: Sources) {
    super();
    this.#sources = sources;
    this.own(vscode.workspace.registerTextDocumentContentProvider(scheme, this));
  }

  /** `kind`: of an object that is no pod. */
  async open(subject: PageSubject, kind: KindKey = 'pods'): Promise<void> {
    const document = await vscode.workspace.openTextDocument(uriOf(subject, 'whole', kind));
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
    const { source: id, kind, namespace, name, part } = isObject(asked) ? readQuery(asked) : readQuery({});
    const source = sourceOf(this.#sources, id);
    if (source === undefined) return vscode.l10n.t('# It cannot be read: its cluster is no longer configured.');
    const object = source.snapshot.table(kind).get(namespace, name) ?? named(kind, namespace, name);
    const gone = vscode.l10n.t(
      '# There is no {0} {1} any more.',
      kindOf(kind).kind,
      [namespace, name].filter(Boolean).join('/'),
    );
    const cancelled = new AbortController();
    const subscription = token.onCancellationRequested(() => cancelled.abort());
    try {
      const raw = await readOriginal(source, kind, object, cancelled.signal);
      if (raw === undefined) return gone;
      switch (part) {
        case 'applied':
          return appliedYaml(raw) ?? vscode.l10n.t('# What was applied last is not noted in it.');
        case 'live':
          return liveYaml(raw);
        case 'whole':
          return toYaml(raw);
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return error.reason === 'not-found' ? gone : vscode.l10n.t('# It cannot be read: {0}.', error.message);
    } finally {
      subscription.dispose();
    }
  }
}

/** What a server needs to know of an object that the snapshot does not hold. */
const named = (kind: KindKey, namespace: string, name: string): ModelObject => ({
  apiVersion: '',
  kind: kindOf(kind).kind,
  meta: { namespace, name, labels: {}, annotations: {}, owners: [] },
});

const uriOf = ({ source, namespace, name }: PageSubject, part: Part, kind: KindKey = 'pods'): vscode.Uri =>
  vscode.Uri.from({
    scheme,
    path: `/${name}${part === 'whole' ? '' : ` ${part}`}.yaml`,
    // The time keeps each reading a document of its own.
    query: JSON.stringify({ source, kind, namespace, name, part, at: Date.now() }),
  });

const readQuery = (query: Readonly<Record<string, unknown>>) => {
  const part = stringAt(query, 'part');
  return {
    source: stringAt(query, 'source') ?? '',
    kind: allKinds.find(({ key }) => key === query['kind'])?.key ?? 'pods',
    namespace: stringAt(query, 'namespace') ?? '',
    name: stringAt(query, 'name') ?? '',
    part: part === 'applied' || part === 'live' ? part : 'whole',
  } satisfies { readonly part: Part; readonly kind: KindKey } & PageSubject;
};
