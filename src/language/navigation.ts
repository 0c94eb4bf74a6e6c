import * as vscode from 'vscode';
import type { ClusterSource } from '../cluster/source.ts';
import type { Path } from '../policy/lint/path.ts';
import type { Baseline } from './baseline.ts';
import type { LiveDocuments } from './liveDocuments.ts';
import { Measurer } from './measurement.ts';
import { ObjectPlaces } from './objectPlaces.ts';
import { type OpenPolicies, rangeOf } from './openPolicies.ts';
import { placeAt } from './placeAt.ts';
import { namedAt, selectedAt } from './targets.ts';

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
    // The manifest of the policy itself is where one stands already.
    const isItself = place?.path[0] === 'metadata' && place.path[1] === 'name';
    const order = isItself ? [source, manifests] : [manifests, source];
    const places = order.flatMap((from) => (from === undefined ? [] : [this.#places(from)]));
    return named.flatMap((ref) => places.map((one) => one.of(ref)).find((found) => found !== undefined) ?? []);
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
      const places = this.#places(from);
      const refs = [...namedAt(written, path), ...selectedAt(measured, written, path)];
      const once = new Map(refs.map((ref) => [`${ref.kind}/${ref.namespace}/${ref.name}`, ref]));
      for (const ref of [...once.values()].slice(0, maxReferences)) {
        const location = places.of(ref);
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
    const places = this.#places(source);
    return measurement.text.policies.flatMap((written) => {
      const place = written.rangeOf(path);
      const [ref] = namedAt(written, path);
      if (place === undefined || ref === undefined || !places.has(ref)) return [];
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

  #places(source: ClusterSource): ObjectPlaces {
    return new ObjectPlaces(source, this.#documents);
  }
}
