import * as vscode from 'vscode';
import { Disposable } from '../base/disposable.ts';
import { commands } from '../contributions.ts';
import { Baseline, type PolicySources } from './baseline.ts';
import { mayHoldPolicy } from './gate.ts';

/** Waits for a document that may hold a policy, and loads what helps with it only then. */
export class LanguageFeature extends Disposable {
  readonly #baseline: Baseline;
  #loading = false;

  constructor(context: vscode.ExtensionContext, sources: PolicySources) {
    super();
    this.#baseline = this.own(new Baseline(sources, context.workspaceState));
    this.own(vscode.commands.registerCommand(commands.choosePolicyCluster, () => this.#baseline.pick()));
    this.own(vscode.workspace.onDidOpenTextDocument((document) => this.#look(document)));
    this.own(vscode.workspace.onDidChangeTextDocument(({ document }) => this.#look(document)));
    for (const document of vscode.workspace.textDocuments) this.#look(document);
  }

  #look(document: vscode.TextDocument): void {
    if (this.#loading || document.languageId === 'plaintext' || !mayHoldPolicy(document.getText())) return;
    this.#loading = true;
    void import('./policyLanguage.ts').then(({ PolicyLanguage }) => this.own(new PolicyLanguage(this.#baseline)));
  }
}
