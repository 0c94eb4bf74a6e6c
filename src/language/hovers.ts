import * as vscode from 'vscode';
import { hoverAt } from './hover.ts';
import { escapeMarkdown } from '../base/markdown.ts';
import { type OpenPolicies, rangeOf } from './openPolicies.ts';
import { pathAt } from './pathAt.ts';

/** What a part of a policy means for the cluster, as lines of text: nothing of the cluster becomes markup. */
export class PolicyHovers implements vscode.HoverProvider {
  readonly #policies: OpenPolicies;

  constructor(policies: OpenPolicies) {
    this.#policies = policies;
  }

  async provideHover(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | undefined> {
    const measurement = await this.#policies.measure(document);
    const line = position.line + 1;
    const written = measurement?.text.policies.find((policy) => policy.line <= line && line <= policy.endLine);
    const parsed = written?.parsed();
    if (measurement === undefined || written === undefined || parsed === undefined) return undefined;
    const start = parsed.offsetOf(position.line + 1 - written.shift, position.character + 1);
    const whole = pathAt(parsed.document, start);
    if (!parsed.root.every((step, index) => whole[index] === step)) return undefined;
    const path = whole.slice(parsed.root.length);
    const lines = hoverAt(measurement, written, path);
    if (lines.length === 0) return undefined;
    const place = written.rangeOf(path);
    const text = new vscode.MarkdownString();
    for (const sentence of lines) text.appendMarkdown(`${escapeMarkdown(sentence)}\n\n`);
    return new vscode.Hover(text, place && rangeOf(place));
  }
}
