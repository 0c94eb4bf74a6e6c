import * as vscode from 'vscode';
import { hoverAt } from './hover.ts';
import { escapeMarkdown } from '../base/markdown.ts';
import { type OpenPolicies, rangeOf } from './openPolicies.ts';
import { placeAt } from './placeAt.ts';

/** What a part of a policy means for the cluster, as lines of text: nothing of the cluster becomes markup. */
export class PolicyHovers implements vscode.HoverProvider {
  readonly #policies: OpenPolicies;

  constructor(policies: OpenPolicies) {
    this.#policies = policies;
  }

  async provideHover(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | undefined> {
    const measurement = await this.#policies.measure(document);
    const at = measurement && placeAt(measurement, position.line, position.character);
    if (measurement === undefined || at === undefined) return undefined;
    const { written, path } = at;
    const lines = hoverAt(measurement, written, path);
    if (lines.length === 0) return undefined;
    const place = written.rangeOf(path);
    const text = new vscode.MarkdownString();
    for (const sentence of lines) text.appendMarkdown(`${escapeMarkdown(sentence)}\n\n`);
    return new vscode.Hover(text, place && rangeOf(place));
  }
}
