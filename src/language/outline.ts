import * as vscode from 'vscode';
import type { Path } from '../policy/lint/path.ts';
import { type OpenPolicies, rangeOf } from './openPolicies.ts';
import type { WrittenPolicy } from './policyText.ts';

/** The policies of a document with their rules, for the outline and for going to one of them. */
export class PolicyOutline implements vscode.DocumentSymbolProvider {
  readonly #policies: OpenPolicies;

  constructor(policies: OpenPolicies) {
    this.#policies = policies;
  }

  async provideDocumentSymbols(document: vscode.TextDocument): Promise<vscode.DocumentSymbol[]> {
    const measurement = await this.#policies.measure(document);
    return (measurement?.text.policies ?? []).map((written) => {
      const { policy, line, endLine } = written;
      const whole = new vscode.Range(line - 1, 0, endLine - 1, document.lineAt(endLine - 1).text.length);
      const symbol = symbolOf(policy.meta.name, policy.kind, vscode.SymbolKind.Object, whole, written, [
        'metadata',
        'name',
      ]);
      for (const direction of ['ingress', 'egress'] as const) {
        const rules = policy.spec[direction];
        if (!Array.isArray(rules)) continue;
        for (const index of rules.keys())
          symbol.children.push(
            symbolOf(
              direction === 'ingress'
                ? vscode.l10n.t('ingress rule {0}', index + 1)
                : vscode.l10n.t('egress rule {0}', index + 1),
              '',
              vscode.SymbolKind.Event,
              whole,
              written,
              ['spec', direction, index],
            ),
          );
      }
      return symbol;
    });
  }
}

function symbolOf(
  name: string,
  detail: string,
  kind: vscode.SymbolKind,
  whole: vscode.Range,
  written: WrittenPolicy,
  path: Path,
): vscode.DocumentSymbol {
  const place = written.rangeOf(path);
  const found = place === undefined ? whole : rangeOf(place);
  const own = whole.contains(found) ? found : whole;
  return new vscode.DocumentSymbol(name, detail, kind, kind === vscode.SymbolKind.Object ? whole : own, own);
}
