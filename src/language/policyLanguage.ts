import * as vscode from 'vscode';
import { Disposable } from '../base/disposable.ts';
import { setting } from '../base/settings.ts';
import { commands } from '../contributions.ts';
import type { Baseline } from './baseline.ts';
import { PolicyDiagnostics } from './diagnostics.ts';
import { PolicyHovers } from './hovers.ts';
import { PolicyLenses } from './lenses.ts';
import { OpenPolicies } from './openPolicies.ts';
import { PolicyQuickFixes } from './quickFixes.ts';

const selector: vscode.DocumentSelector = ['yaml', 'json', 'jsonc', 'helm'].map((language) => ({ language }));

/** Help with policies in the editor. Loaded when the first document that may hold one is opened. */
export class PolicyLanguage extends Disposable {
  constructor(baseline: Baseline) {
    super();
    const policies = this.own(new OpenPolicies(baseline));
    if (setting('networkInspector.policy.diagnostics')) this.own(new PolicyDiagnostics(policies, baseline));
    if (setting('networkInspector.policy.codeLens'))
      this.own(vscode.languages.registerCodeLensProvider(selector, this.own(new PolicyLenses(policies, baseline))));
    if (setting('networkInspector.policy.hover'))
      this.own(vscode.languages.registerHoverProvider(selector, new PolicyHovers(policies)));
    this.own(
      vscode.languages.registerCodeActionsProvider(selector, new PolicyQuickFixes(policies), {
        providedCodeActionKinds: PolicyQuickFixes.kinds,
      }),
    );
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
    this.own(
      vscode.commands.registerCommand(
        commands.listSelected,
        async (uri: unknown, kind: unknown, namespace: unknown, name: unknown) => {
          const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri);
          const measurement = document === undefined ? undefined : await policies.measure(document);
          const written = measurement?.text.policies.find(
            (one) => one.kind === kind && one.policy.meta.namespace === namespace && one.policy.meta.name === name,
          );
          const selection = written === undefined ? undefined : measurement?.selection(written);
          if (selection === undefined) return;
          const item = (note: string) => (pod: { namespace: string; name: string }) => ({
            label: pod.name,
            description: [pod.namespace, note].filter(Boolean).join(' · '),
          });
          await vscode.window.showQuickPick(
            [
              ...selection.pods.map(item('')),
              ...selection.hostNetworkPods.map(item(vscode.l10n.t('on its node’s network, not covered'))),
              ...selection.unknownPods.map(item(vscode.l10n.t('cannot tell'))),
            ],
            { placeHolder: vscode.l10n.t('Pods that {0} selects', String(name)), matchOnDescription: true },
          );
        },
      ),
    );
    status();
  }
}
