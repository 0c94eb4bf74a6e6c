import * as vscode from 'vscode';
import { Disposable } from '../base/disposable.ts';
import { setting } from '../base/settings.ts';
import type { Baseline } from './baseline.ts';
import { CodeDocs } from './codeDocs.ts';
import { PolicyCompletions } from './completions.ts';
import { PolicyDiagnostics } from './diagnostics.ts';
import { PolicyHovers } from './hovers.ts';
import { PolicyInlayHints } from './inlayHints.ts';
import { PolicyLenses } from './lenses.ts';
import { OpenPolicies } from './openPolicies.ts';
import { PolicyOutline } from './outline.ts';
import { PolicyCommands } from './policyCommands.ts';
import { PolicyQuickFixes } from './quickFixes.ts';

const selector: vscode.DocumentSelector = ['yaml', 'json', 'jsonc', 'helm'].map((language) => ({ language }));

/** Help with policies in the editor. Loaded when the first document that may hold one is opened. */
export class PolicyLanguage extends Disposable {
  readonly commands: PolicyCommands;

  constructor(baseline: Baseline, extension: vscode.Uri) {
    super();
    const policies = this.own(new OpenPolicies(baseline));
    this.commands = this.own(new PolicyCommands(policies, baseline));
    if (setting('networkInspector.policy.diagnostics'))
      this.own(new PolicyDiagnostics(policies, baseline, new CodeDocs(extension)));
    if (setting('networkInspector.policy.codeLens'))
      this.own(vscode.languages.registerCodeLensProvider(selector, this.own(new PolicyLenses(policies, baseline))));
    if (setting('networkInspector.policy.hover'))
      this.own(vscode.languages.registerHoverProvider(selector, new PolicyHovers(policies)));
    this.own(
      vscode.languages.registerCodeActionsProvider(selector, new PolicyQuickFixes(policies), {
        providedCodeActionKinds: PolicyQuickFixes.kinds,
      }),
    );
    if (setting('networkInspector.policy.completion'))
      this.own(
        vscode.languages.registerCompletionItemProvider(
          selector,
          new PolicyCompletions(policies),
          ...PolicyCompletions.triggers,
        ),
      );
    this.own(vscode.languages.registerInlayHintsProvider(selector, this.own(new PolicyInlayHints(policies, baseline))));
    // The YAML extension has an outline of its own, of every field.
    if (vscode.extensions.getExtension('redhat.vscode-yaml') === undefined)
      this.own(vscode.languages.registerDocumentSymbolProvider('yaml', new PolicyOutline(policies)));
    const status = (): void => {
      const document = vscode.window.activeTextEditor?.document;
      const holds = document !== undefined && policies.holds(document);
      if (holds) void baseline.use().then(() => baseline.show(true));
      else baseline.show(false);
    };
    this.own(vscode.window.onDidChangeActiveTextEditor(status));
    this.own(
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document === vscode.window.activeTextEditor?.document) status();
      }),
    );
    status();
  }
}
