import * as vscode from 'vscode';
import { Disposable, onDispose } from '../base/disposable.ts';
import type { Finding, RelatedObject } from '../policy/lint/finding.ts';
import { redundantIn } from '../policy/lint/redundant.ts';
import type { PolicyRef } from '../policy/types.ts';
import type { Baseline } from './baseline.ts';
import type { CodeDocs } from './codeDocs.ts';
import type { LiveDocuments } from './liveDocuments.ts';
import type { Measurement } from './measurement.ts';
import { ObjectPlaces } from './objectPlaces.ts';
import { type OpenPolicies, rangeOf } from './openPolicies.ts';
import type { WrittenPolicy } from './policyText.ts';

/** Keystrokes that come within this time are answered together, in milliseconds. */
const pauseMs = 60;

/** A long file is checked in slices of this length, in milliseconds, so that typing is answered in between. */
const sliceMs = 10;

const severities: Readonly<Record<Finding['severity'], vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
};

/** The code of one of these diagnostics, with or without a link. */
export const codeOf = ({ code }: vscode.Diagnostic): unknown => (typeof code === 'object' ? code.value : code);

export const diagnosticSource = 'Network Inspector';

/** What is wrong with the policies of the visible editors, kept up with their text and with the cluster. */
export class PolicyDiagnostics extends Disposable {
  readonly #collection = this.own(vscode.languages.createDiagnosticCollection('networkInspector'));
  readonly #policies: OpenPolicies;
  readonly #docs: CodeDocs;
  readonly #baseline: Baseline;
  readonly #documents: LiveDocuments;
  readonly #pauses = new Map<string, NodeJS.Timeout>();
  /** What was found last by asking all pairs, for as long as the text stays the same. */
  readonly #redundant = new Map<string, { readonly version: number; readonly findings: readonly Finding[] }>();
  readonly #closing = new AbortController();

  constructor(policies: OpenPolicies, docs: CodeDocs, baseline: Baseline, documents: LiveDocuments) {
    super();
    this.#baseline = baseline;
    this.#documents = documents;
    this.#docs = docs;
    void docs.read().then(() => this.#all());
    this.#policies = policies;
    this.own(vscode.workspace.onDidOpenTextDocument((document) => this.#soon(document)));
    this.own(vscode.workspace.onDidChangeTextDocument(({ document }) => this.#soon(document)));
    this.own(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        clearTimeout(this.#pauses.get(uri.toString()));
        this.#collection.delete(uri);
        this.#redundant.delete(uri.toString());
      }),
    );
    this.own(policies.onDidChange(() => this.#all()));
    this.own(onDispose(() => this.#pauses.forEach((pause) => clearTimeout(pause))));
    this.own(onDispose(() => this.#closing.abort()));
    this.#all();
  }

  #all(): void {
    for (const document of vscode.workspace.textDocuments) this.#soon(document);
  }

  #soon(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    if (!this.#policies.holds(document)) {
      if (this.#collection.has(document.uri)) this.#collection.delete(document.uri);
      return;
    }
    clearTimeout(this.#pauses.get(key));
    this.#pauses.set(
      key,
      setTimeout(() => void this.#check(document), pauseMs),
    );
  }

  async #check(document: vscode.TextDocument): Promise<void> {
    const measurement = await this.#policies.measure(document);
    if (measurement === undefined || document.isClosed) return;
    const { version } = document;
    const { source } = this.#baseline.of(document.uri);
    const places = source === undefined ? undefined : new ObjectPlaces(source, this.#documents);
    const diagnostics: vscode.Diagnostic[] = [];
    const key = document.uri.toString();
    const known = this.#redundant.get(key);
    const redundant = known?.version === version ? known.findings : [];
    let begun = performance.now();
    for (const written of measurement.text.policies) {
      const aside = written.leftAlone ?? (written.made?.incomplete === true ? written.made : undefined);
      if (aside !== undefined) diagnostics.push(hint(document, written.line, aside.text));
      const ofAllPairs = written.leftAlone === undefined ? redundant.filter(({ policy }) => isOf(written, policy)) : [];
      for (const finding of [...measurement.findings(written), ...ofAllPairs]) {
        const diagnostic = toDiagnostic(finding, written, this.#docs);
        const related =
          places === undefined ? [] : finding.related.slice(0, shownRelated).flatMap((one) => relatedTo(one, places));
        if (related.length > 0) diagnostic.relatedInformation = related;
        diagnostics.push(diagnostic);
      }
      if (performance.now() - begun < sliceMs) continue;
      await new Promise((resolve) => setImmediate(resolve));
      if (document.isClosed || document.version !== version) return;
      begun = performance.now();
    }
    for (const { severity, line, column, message, code } of measurement.text.problems) {
      if (code === 'helm-template' || code === 'kustomization') diagnostics.push(hint(document, line, message));
      if (severity === 'note') continue;
      const at = Math.min(line, document.lineCount) - 1;
      const range = new vscode.Range(at, (column ?? 1) - 1, at, document.lineAt(at).text.length);
      const diagnostic = new vscode.Diagnostic(
        range,
        message,
        vscode.DiagnosticSeverity[severity === 'error' ? 'Error' : 'Warning'],
      );
      diagnostic.source = diagnosticSource;
      diagnostic.code = code;
      diagnostics.push(diagnostic);
    }
    this.#collection.set(document.uri, diagnostics);
    await this.#askAllPairs(document, measurement, redundant);
  }

  /** Once nobody has typed for a while: the policies without which nothing would change. */
  async #askAllPairs(
    document: vscode.TextDocument,
    measurement: Measurement,
    before: readonly Finding[],
  ): Promise<void> {
    const { version } = document;
    const signal = this.#closing.signal;
    const isCurrent = (): boolean => !document.isClosed && document.version === version && !signal.aborted;
    await new Promise((resolve) => setTimeout(resolve, quietMs));
    if (!isCurrent() || (await this.#policies.measure(document)) !== measurement || !isCurrent()) return;
    const findings = await redundantIn(measurement.engine, { signal }).catch((error: unknown) => {
      if (signal.aborted) return undefined;
      throw error;
    });
    if (findings === undefined || !isCurrent()) return;
    this.#redundant.set(document.uri.toString(), { version, findings });
    if (namesOf(findings) !== namesOf(before)) this.#soon(document);
  }
}

/** After so long without a keystroke or a change of the cluster, what takes longer is computed, in milliseconds. */
const quietMs = 800;

const namesOf = (findings: readonly Finding[]): string =>
  JSON.stringify(findings.map(({ policy: { table, namespace, name } }) => [table, namespace, name]));

const isOf = ({ kind, policy: { meta } }: WrittenPolicy, { table, namespace, name }: PolicyRef): boolean =>
  kind === table && meta.namespace === namespace && meta.name === name;

const shownRelated = 5;

function relatedTo(object: RelatedObject, places: ObjectPlaces): readonly vscode.DiagnosticRelatedInformation[] {
  const location = places.ofRelated(object);
  const name = [object.namespace, object.name].filter(Boolean).join('/');
  return location === undefined
    ? []
    : [new vscode.DiagnosticRelatedInformation(location, `${object.kind} ${name} ${object.text}`)];
}

/** Dots below the first line of what is left alone, which no list of problems shows. */
function hint(document: vscode.TextDocument, line: number, message: string): vscode.Diagnostic {
  const { range } = document.lineAt(Math.min(line, document.lineCount) - 1);
  const diagnostic = new vscode.Diagnostic(range, message, vscode.DiagnosticSeverity.Hint);
  diagnostic.source = diagnosticSource;
  return diagnostic;
}

function toDiagnostic(finding: Finding, written: WrittenPolicy, docs: CodeDocs): vscode.Diagnostic {
  const place = written.rangeOf(finding.path, finding.offset);
  const range = place === undefined ? new vscode.Range(written.line - 1, 0, written.line - 1, 1) : rangeOf(place);
  const diagnostic = new vscode.Diagnostic(range, finding.message, severities[finding.severity]);
  diagnostic.source = diagnosticSource;
  diagnostic.code = docs.codeOf(finding.code);
  if (finding.code === 'duplicate-rule' || finding.code === 'shadowed-rule' || finding.code === 'redundant-policy')
    diagnostic.tags = [vscode.DiagnosticTag.Unnecessary];
  return diagnostic;
}
