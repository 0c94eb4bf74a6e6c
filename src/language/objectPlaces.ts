import * as vscode from 'vscode';
import type { ClusterSource } from '../cluster/source.ts';
import { allKinds } from '../model/kinds.ts';
import type { SourceRange } from '../model/meta.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import type { RelatedObject } from '../policy/lint/finding.ts';
import { podsOf } from '../policy/workloads.ts';
import type { LiveDocuments } from './liveDocuments.ts';
import type { ObjectRef } from './targets.ts';

/** Where the objects of one snapshot can be looked at: a line of a file, or a document of the cluster. */
export class ObjectPlaces {
  readonly #source: ClusterSource;
  readonly #snapshot: ClusterSnapshot;
  readonly #documents: LiveDocuments;
  #pods: ReadonlyMap<string, SourceRange | undefined> | undefined;

  constructor(source: ClusterSource, documents: LiveDocuments) {
    this.#source = source;
    this.#snapshot = source.snapshot;
    this.#documents = documents;
  }

  has({ kind, namespace, name }: ObjectRef): boolean {
    return this.#snapshot.table(kind).get(namespace, name) !== undefined;
  }

  of(ref: ObjectRef): vscode.Location | undefined {
    const at = this.#inFile(ref);
    if (at !== undefined) return new vscode.Location(vscode.Uri.file(at.file), new vscode.Position(at.line - 1, 0));
    if (this.#source.origin !== 'live' || !this.has(ref)) return undefined;
    // Below the line that says what it is.
    return new vscode.Location(this.#documents.uriOf(this.#source, ref), new vscode.Position(1, 0));
  }

  /** That of an object which is known by the name of its kind, which two kinds of policy share. */
  ofRelated({ kind, namespace, name }: RelatedObject): vscode.Location | undefined {
    const found = allKinds
      .filter((descriptor) => descriptor.kind === kind)
      .map(({ key }): ObjectRef => ({ kind: key, namespace, name }))
      .find((ref) => this.has(ref) || this.#inFile(ref) !== undefined);
    return found === undefined ? undefined : this.of(found);
  }

  /** A workload stands for its pods where these are not written. */
  #inFile({ kind, namespace, name }: ObjectRef): SourceRange | undefined {
    if (kind !== 'pods' || this.#source.origin === 'live')
      return this.#snapshot.table(kind).get(namespace, name)?.meta.source;
    this.#pods ??= new Map(podsOf(this.#snapshot).map(({ meta }) => [`${meta.namespace}/${meta.name}`, meta.source]));
    return this.#pods.get(`${namespace}/${name}`);
  }
}
