import * as vscode from 'vscode';
import { Disposable } from '../base/disposable.ts';
import { type CommandId, commands } from '../contributions.ts';
import { Baseline } from './baseline.ts';
import type { PolicySources } from './folderBaseline.ts';
import { mayHoldPolicy } from './gate.ts';
import type { PolicyLanguage } from './policyLanguage.ts';

/** Waits for a document that may hold a policy, and loads what helps with it only then. */
export class LanguageFeature extends Disposable {
  readonly #baseline: Baseline;
  readonly #extension: vscode.Uri;
  #language: Promise<PolicyLanguage> | undefined;

  constructor(context: vscode.ExtensionContext, sources: PolicySources) {
    super();
    this.#extension = context.extensionUri;
    this.#baseline = this.own(new Baseline(sources, context.workspaceState));
    const register = (id: CommandId, run: (language: PolicyLanguage, args: readonly unknown[]) => Promise<void>) =>
      this.own(vscode.commands.registerCommand(id, async (...args) => run(await this.#load(), args)));
    this.own(vscode.commands.registerCommand(commands.choosePolicyCluster, () => this.#baseline.pick()));
    register(commands.listSelected, (language, args) => language.commands.listSelected(args));
    register(commands.showPolicyEffect, (language, args) => language.commands.showEffect(args));
    register(commands.explainPolicyPair, (language, args) => language.commands.explainPair(args));
    register(commands.comparePolicy, (language, args) => language.commands.compare(args));
    this.own(vscode.workspace.onDidOpenTextDocument((document) => this.#look(document)));
    this.own(vscode.workspace.onDidChangeTextDocument(({ document }) => this.#look(document)));
    for (const document of vscode.workspace.textDocuments) this.#look(document);
  }

  #look(document: vscode.TextDocument): void {
    if (this.#language !== undefined || document.languageId === 'plaintext' || !mayHoldPolicy(document.getText()))
      return;
    void this.#load();
  }

  #load(): Promise<PolicyLanguage> {
    return (this.#language ??= import('./policyLanguage.ts').then(({ PolicyLanguage }) =>
      this.own(new PolicyLanguage(this.#baseline, this.#extension)),
    ));
  }
}
