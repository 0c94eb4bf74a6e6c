import * as vscode from 'vscode';
import { Disposable, type IDisposable, onDispose } from '../base/disposable.ts';
import { onSettingChanged, setting } from '../base/settings.ts';
import type { Baseline } from './baseline.ts';
import { CodeDocs } from './codeDocs.ts';
import { PolicyCompletions } from './completions.ts';
import { PolicyDiagnostics } from './diagnostics.ts';
import { PolicyHovers } from './hovers.ts';
import { PolicyInlayHints } from './inlayHints.ts';
import { PolicyLenses } from './lenses.ts';
import { LiveDocuments } from './liveDocuments.ts';
import { PolicyNavigation } from './navigation.ts';
import { OpenPolicies } from './openPolicies.ts';
import { PolicyOutline } from './outline.ts';
import { PolicyCommands } from './policyCommands.ts';
import { PolicyQuickFixes } from './quickFixes.ts';

/** The settings that turn a part on and off, at once. */
type PolicySwitch = `networkInspector.policy.${'diagnostics' | 'codeLens' | 'hover' | 'completion' | 'inlayHints'}`;

const selector: vscode.DocumentSelector = ['yaml', 'json', 'jsonc', 'helm'].map((language) => ({ language }));

/** Help with policies in the editor. Loaded when the first document that may hold one is opened. */
export class PolicyLanguage extends Disposable {
  readonly commands: PolicyCommands;

  constructor(baseline: Baseline, extension: vscode.Uri) {
    super();
    const policies = this.own(new OpenPolicies(baseline));
    const documents = this.own(new LiveDocuments(baseline));
    const { languages } = vscode;
    this.commands = this.own(new PolicyCommands(policies, baseline, extension));
    this.#whileSet('networkInspector.policy.diagnostics', () => [
      new PolicyDiagnostics(policies, new CodeDocs(extension), baseline, documents),
    ]);
    this.#whileSet('networkInspector.policy.codeLens', () => {
      const lenses = new PolicyLenses(policies);
      return [lenses, languages.registerCodeLensProvider(selector, lenses)];
    });
    this.#whileSet('networkInspector.policy.hover', () => [
      languages.registerHoverProvider(selector, new PolicyHovers(policies)),
    ]);
    this.#whileSet('networkInspector.policy.completion', () => [
      languages.registerCompletionItemProvider(
        selector,
        new PolicyCompletions(policies),
        ...PolicyCompletions.triggers,
      ),
    ]);
    this.#whileSet('networkInspector.policy.inlayHints', () => {
      const hints = new PolicyInlayHints(policies);
      return [hints, languages.registerInlayHintsProvider(selector, hints)];
    });
    this.own(
      languages.registerCodeActionsProvider(selector, new PolicyQuickFixes(policies), {
        providedCodeActionKinds: PolicyQuickFixes.kinds,
      }),
    );
    const navigation = new PolicyNavigation(policies, baseline, documents);
    this.own(languages.registerDefinitionProvider(selector, navigation));
    this.own(languages.registerReferenceProvider(selector, navigation));
    this.own(languages.registerDocumentLinkProvider(selector, navigation));
    // The YAML extension has an outline of its own, of every field.
    this.#while(
      () => vscode.extensions.getExtension('redhat.vscode-yaml') === undefined,
      vscode.extensions.onDidChange,
      () => [languages.registerDocumentSymbolProvider('yaml', new PolicyOutline(policies))],
    );
    const status = (): void => {
      const document = vscode.window.activeTextEditor?.document;
      const holds = document !== undefined && policies.holds(document);
      void baseline.show(holds ? document.uri : undefined);
    };
    this.own(vscode.window.onDidChangeActiveTextEditor(status));
    const look = (document: vscode.TextDocument): void => {
      if (document === vscode.window.activeTextEditor?.document) status();
    };
    this.own(vscode.workspace.onDidChangeTextDocument(({ document }) => look(document)));
    // A document that becomes another language is opened anew.
    this.own(vscode.workspace.onDidOpenTextDocument(look));
    status();
  }

  #whileSet(id: PolicySwitch, make: () => readonly IDisposable[]): void {
    this.#while(
      () => setting(id),
      (listener) => onSettingChanged([id], listener),
      make,
    );
  }

  /** Has what `make` makes exist whenever the condition holds; `changed` tells when to look again. */
  #while(
    holds: () => boolean,
    changed: (listener: () => void) => IDisposable,
    make: () => readonly IDisposable[],
  ): void {
    let made: readonly IDisposable[] = [];
    const end = (): void => {
      made.forEach((one) => one.dispose());
      made = [];
    };
    const look = (): void => {
      if (!holds()) end();
      else if (made.length === 0 && !this.disposed) made = make();
    };
    look();
    this.own(changed(look));
    this.own(onDispose(end));
  }
}
