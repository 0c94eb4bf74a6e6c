import * as vscode from 'vscode';
import type { ClusterSource } from '../cluster/source.ts';
import type { SourceRange } from '../model/meta.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import type { Path } from '../policy/lint/path.ts';
import { podsOf } from '../policy/workloads.ts';
import type { Baseline } from './baseline.ts';
import type { LiveDocuments } from './liveDocuments.ts';
import { Measurer } from './measurement.ts';
import { type OpenPolicies, rangeOf } from './openPolicies.ts';
import { placeAt } from './placeAt.ts';
import { namedAt, type ObjectRef, selectedAt } from './targets.ts';

/** More than these nobody goes through, and each is an entry of a list. */
const maxReferences = 500;

/**
 * From a name in a policy to the object that has it, and from a selector to what it selects: in the manifests of the
 * workspace where it is there, else in the cluster.
 */
export class PolicyNavigation
  implements vscode.DefinitionProvider, vscode.ReferenceProvider, vscode.DocumentLinkProvider
{
  readonly #policies: OpenPolicies;
  readonly #baseline: Baseline;
  readonly #documents: LiveDocuments;

  constructor(policies: OpenPolicies, baseline: Baseline, documents: LiveDocuments) {
    this.#policies = policies;
    this.#baseline = baseline;
    this.#documents = documents;
  }

  async provideDefinition(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Location[]> {
    const measurement = await this.#policies.measure(document);
    const place = measurement && placeAt(measurement, position.line, position.character);
    const named = place === undefined ? [] : namedAt(place.written, place.path);
    if (named.length === 0) return [];
    const { source } = this.#baseline.of(document.uri);
    const manifests = await this.#manifests(document.uri);
    return named.flatMap((ref) => {
      const inFile = manifests === undefined ? undefined : this.#locate(manifests, ref);
      const found = inFile ?? (source === undefined ? undefined : this.#locate(source, ref));
      return found ?? [];
    });
  }

  async provideReferences(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Location[]> {
    const measurement = await this.#policies.measure(document);
    const place = measurement && placeAt(measurement, position.line, position.character);
    if (measurement === undefined || place === undefined) return [];
    const { written, path } = place;
    const { source } = this.#baseline.of(document.uri);
    const manifests = await this.#manifests(document.uri);
    const found: vscode.Location[] = [];
    for (const from of new Set([manifests, source])) {
      if (from === undefined) continue;
      const measured = from === source ? measurement : new Measurer().measure(from.snapshot, measurement.text);
      const place = placeOf(from.snapshot);
      const refs = [...namedAt(written, path), ...selectedAt(measured, written, path)];
      const once = new Map(refs.map((ref) => [`${ref.kind}/${ref.namespace}/${ref.name}`, ref]));
      for (const ref of [...once.values()].slice(0, maxReferences)) {
        const location = this.#locate(from, ref, place);
        if (location !== undefined) found.push(location);
      }
    }
    return found;
  }

  /** From the name of a policy to the object of the cluster. */
  async provideDocumentLinks(document: vscode.TextDocument): Promise<vscode.DocumentLink[]> {
    const measurement = await this.#policies.measure(document);
    const { source } = this.#baseline.of(document.uri);
    if (measurement === undefined || source?.origin !== 'live') return [];
    const path: Path = ['metadata', 'name'];
    return measurement.text.policies.flatMap((written) => {
      const place = written.rangeOf(path);
      const [ref] = namedAt(written, path);
      if (place === undefined || ref === undefined || !isThere(source.snapshot, ref)) return [];
      const link = new vscode.DocumentLink(rangeOf(place), this.#documents.uriOf(source, ref));
      link.tooltip = vscode.l10n.t('Open it as it is in {0}', source.name);
      return [link];
    });
  }

  /** The manifests of the document's folder, read. */
  async #manifests(uri: vscode.Uri): Promise<ClusterSource | undefined> {
    const manifests = await this.#baseline.of(uri).manifests();
    await manifests?.connect();
    return manifests;
  }

  #locate(
    source: ClusterSource,
    ref: ObjectRef,
    place: (ref: ObjectRef) => SourceRange | undefined = placeOf(source.snapshot),
  ): vscode.Location | undefined {
    const at = place(ref);
    if (at !== undefined) return new vscode.Location(vscode.Uri.file(at.file), new vscode.Position(at.line - 1, 0));
    if (source.origin !== 'live' || !isThere(source.snapshot, ref)) return undefined;
    return new vscode.Location(this.#documents.uriOf(source, ref), new vscode.Position(1, 0));
  }
}

const isThere = (snapshot: ClusterSnapshot, { kind, namespace, name }: ObjectRef): boolean =>
  snapshot.table(kind).get(namespace, name) !== undefined;

/** Where objects stand in files. A workload stands for its pods where these are not written. */
function placeOf(snapshot: ClusterSnapshot): (ref: ObjectRef) => SourceRange | undefined {
  let pods: ReadonlyMap<string, SourceRange | undefined> | undefined;
  return ({ kind, namespace, name }) => {
    if (kind !== 'pods' || snapshot.content.origin === 'live')
      return snapshot.table(kind).get(namespace, name)?.meta.source;
    pods ??= new Map(podsOf(snapshot).map(({ meta }) => [`${meta.namespace}/${meta.name}`, meta.source]));
    return pods.get(`${namespace}/${name}`);
  };
}
