import * as vscode from 'vscode';
import { Disposable } from '../base/disposable.ts';
import { commands } from '../contributions.ts';
import type { Baseline } from './baseline.ts';
import { emptyPeers, lensTitle } from './measurement.ts';
import { type OpenPolicies, rangeOf } from './openPolicies.ts';

/** A line above each policy that says what it selects, and one above each peer that matches nothing. */
export class PolicyLenses extends Disposable implements vscode.CodeLensProvider {
  readonly #changed = this.own(new vscode.EventEmitter<void>());
  readonly onDidChangeCodeLenses = this.#changed.event;
  readonly #policies: OpenPolicies;

  constructor(policies: OpenPolicies, baseline: Baseline) {
    super();
    this.#policies = policies;
    this.own(baseline.onDidChange(() => this.#changed.fire()));
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const measurement = await this.#policies.measure(document);
    if (measurement === undefined) return [];
    return measurement.text.policies.flatMap((written) => {
      const line = new vscode.Range(written.line - 1, 0, written.line - 1, 0);
      const { namespace, name } = written.policy.meta;
      const lenses = [
        new vscode.CodeLens(line, {
          title: lensTitle(measurement, written),
          command: commands.listSelected,
          arguments: [document.uri.toString(), written.kind, namespace, name],
        }),
      ];
      for (const { path, title } of emptyPeers(measurement, written)) {
        const place = written.rangeOf(path);
        if (place !== undefined) lenses.push(new vscode.CodeLens(rangeOf(place), { title, command: '' }));
      }
      return lenses;
    });
  }
}
