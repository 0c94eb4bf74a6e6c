import * as vscode from 'vscode';
import { diagnosticSource } from './diagnostics.ts';
import type { OpenPolicies } from './openPolicies.ts';
import { rangeOf } from './openPolicies.ts';

/** The changes that settle findings. */
export class PolicyQuickFixes implements vscode.CodeActionProvider {
  static readonly kinds = [vscode.CodeActionKind.QuickFix];
  readonly #policies: OpenPolicies;

  constructor(policies: OpenPolicies) {
    this.#policies = policies;
  }

  async provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    context: vscode.CodeActionContext,
  ): Promise<vscode.CodeAction[]> {
    const diagnostics = context.diagnostics.filter(({ source }) => source === diagnosticSource);
    const measurement = diagnostics.length === 0 ? undefined : await this.#policies.measure(document);
    if (measurement === undefined) return [];
    const { fixEdits } = await import('./fixEdits.ts');
    const actions: vscode.CodeAction[] = [];
    for (const written of measurement.text.policies) {
      if (written.endLine - 1 < range.start.line || written.line - 1 > range.end.line) continue;
      const parsed = written.parsed();
      if (parsed === undefined) continue;
      for (const finding of measurement.findings(written)) {
        const place = written.rangeOf(finding.path, finding.offset);
        const diagnostic = diagnostics.find(
          (one) => one.code === finding.code && (place === undefined || one.range.isEqual(rangeOf(place))),
        );
        if (diagnostic === undefined) continue;
        for (const fix of finding.fixes) {
          const edits = fixEdits(written.slice, parsed.document, parsed.root, fix);
          if (edits === undefined) continue;
          const action = new vscode.CodeAction(fix.title, vscode.CodeActionKind.QuickFix);
          action.diagnostics = [diagnostic];
          action.edit = new vscode.WorkspaceEdit();
          for (const { start, end, text } of edits) {
            const at = (offset: number): vscode.Position => document.positionAt(written.start + offset);
            action.edit.replace(document.uri, new vscode.Range(at(start), at(end)), text);
          }
          action.isPreferred = finding.fixes.length === 1;
          actions.push(action);
        }
      }
    }
    return actions;
  }
}
