import * as vscode from 'vscode';
import { codeOf, diagnosticSource } from './diagnostics.ts';
import type { Edit } from './fixEdits.ts';
import { type OpenPolicies, rangeOf } from './openPolicies.ts';
import { pathAt } from './pathAt.ts';
import type { WrittenPolicy } from './policyText.ts';

/** The changes that settle findings, and those that may be made at the cursor. */
export class PolicyQuickFixes implements vscode.CodeActionProvider {
  static readonly kinds = [vscode.CodeActionKind.QuickFix, vscode.CodeActionKind.RefactorRewrite];
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
    const wanted = (kind: vscode.CodeActionKind): boolean => context.only === undefined || context.only.contains(kind);
    const measurement = await this.#policies.measure(document);
    if (measurement === undefined) return [];
    const { fixEdits } = await import('./fixEdits.ts');
    const { refactorsAt } = await import('./refactors.ts');
    const { peersAfter } = await import('./preview.ts');
    const actions: vscode.CodeAction[] = [];
    const add = (title: string, kind: vscode.CodeActionKind, written: WrittenPolicy, edits: readonly Edit[]) => {
      const action = new vscode.CodeAction(title, kind);
      action.edit = new vscode.WorkspaceEdit();
      const at = (offset: number): vscode.Position => document.positionAt(written.start + offset);
      for (const { start, end, text } of edits)
        action.edit.replace(document.uri, new vscode.Range(at(start), at(end)), text);
      actions.push(action);
      return action;
    };
    for (const written of measurement.text.policies) {
      if (written.endLine - 1 < range.start.line || written.line - 1 > range.end.line) continue;
      const parsed = written.parsed();
      if (parsed === undefined) continue;
      if (wanted(vscode.CodeActionKind.RefactorRewrite)) {
        const offset = parsed.offsetOf(range.start.line + 1 - written.shift, range.start.character + 1);
        const path = pathAt(parsed.document, offset).slice(parsed.root.length);
        for (const { title, edits, isOfPeers } of refactorsAt(written, path)) {
          const effect = isOfPeers ? await peersAfter(measurement, written, edits, path) : undefined;
          const label = effect === undefined ? title : `${title} · ${effect}`;
          add(label, vscode.CodeActionKind.RefactorRewrite, written, edits);
        }
      }
      if (!wanted(vscode.CodeActionKind.QuickFix) || diagnostics.length === 0) continue;
      for (const finding of measurement.findings(written)) {
        const place = written.rangeOf(finding.path, finding.offset);
        const diagnostic = diagnostics.find(
          (one) => codeOf(one) === finding.code && (place === undefined || one.range.isEqual(rangeOf(place))),
        );
        if (diagnostic === undefined) continue;
        for (const fix of finding.fixes) {
          const edits = fixEdits(written.slice, parsed.document, parsed.root, fix);
          if (edits === undefined) continue;
          const action = add(fix.title, vscode.CodeActionKind.QuickFix, written, edits);
          action.diagnostics = [diagnostic];
          action.isPreferred = finding.fixes.length === 1;
        }
      }
    }
    return actions;
  }
}
