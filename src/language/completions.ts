import * as vscode from 'vscode';
import { suggestionsAt } from './completion.ts';
import type { OpenPolicies } from './openPolicies.ts';
import { insertion } from './suggestion.ts';

/** Names out of the cluster, offered where they are written. */
export class PolicyCompletions implements vscode.CompletionItemProvider {
  static readonly triggers = [' ', '{', '[', ',', '(', '"', "'"];
  readonly #policies: OpenPolicies;

  constructor(policies: OpenPolicies) {
    this.#policies = policies;
  }

  async provideCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.CompletionItem[]> {
    const measurement = await this.#policies.measure(document);
    if (measurement === undefined) return [];
    const first = documentStart(document, position.line);
    const lines: string[] = [];
    for (let line = first; line < document.lineCount; line++) {
      const { text } = document.lineAt(line);
      if (line > position.line && isSeparator(text)) break;
      lines.push(text);
    }
    const word = document.getWordRangeAtPosition(position, /[\w./-]+/);
    const range = new vscode.Range(word?.start ?? position, position);
    return suggestionsAt(measurement.snapshot, lines, position.line - first, position.character).map((suggestion) => {
      const { text, detail, isField, count } = suggestion;
      const item = new vscode.CompletionItem(
        { label: text, description: detail },
        vscode.CompletionItemKind[isField ? 'Field' : 'Value'],
      );
      const inQuotes = /["']/.test(document.lineAt(range.start).text.charAt(range.start.character - 1));
      item.insertText = inQuotes ? text : insertion(suggestion, document.languageId.startsWith('json'));
      item.filterText = text.replaceAll(/^["']|["']$/g, '');
      item.range = range;
      item.sortText = String(999_999 - count).padStart(6, '0') + text;
      return item;
    });
  }
}

const isSeparator = (text: string): boolean => /^---(\s|$)/.test(text);

function documentStart(document: vscode.TextDocument, line: number): number {
  for (let at = line; at >= 0; at--) if (isSeparator(document.lineAt(at).text)) return at + 1;
  return 0;
}
