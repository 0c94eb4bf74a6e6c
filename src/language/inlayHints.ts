import * as vscode from 'vscode';
import { Disposable } from '../base/disposable.ts';
import { gapOf } from '../inspect/evidence.ts';
import type { Path } from '../policy/lint/path.ts';
import type { OpenPolicies } from './openPolicies.ts';
import { plural } from './podWords.ts';

/** How many pods a selector matches, at the end of its line. */
export class PolicyInlayHints extends Disposable implements vscode.InlayHintsProvider {
  readonly #changed = this.own(new vscode.EventEmitter<void>());
  readonly onDidChangeInlayHints = this.#changed.event;
  readonly #policies: OpenPolicies;

  constructor(policies: OpenPolicies) {
    super();
    this.#policies = policies;
    this.own(policies.onDidChange(() => this.#changed.fire()));
  }

  async provideInlayHints(document: vscode.TextDocument, range: vscode.Range): Promise<vscode.InlayHint[]> {
    const measurement = await this.#policies.measure(document);
    if (measurement === undefined || gapOf(measurement.snapshot.knowledge('pods'), '') !== undefined) return [];
    const hints: vscode.InlayHint[] = [];
    for (const written of measurement.text.policies) {
      if (written.endLine - 1 < range.start.line || written.line - 1 > range.end.line) continue;
      const selection = measurement.selection(written);
      if (selection === undefined) continue;
      const add = (path: Path, pods: number, unknown: number): void => {
        const place = written.rangeOf(path);
        if (place === undefined) return;
        const line = document.lineAt(place.line - 1);
        const more = unknown === 0 ? '' : `, ${vscode.l10n.t('cannot tell for {0}', unknown)}`;
        const hint = new vscode.InlayHint(line.range.end, plural(pods, 'pod') + more);
        hint.paddingLeft = true;
        hints.push(hint);
      };
      const field = written.kind === 'networkPolicies' ? 'podSelector' : 'selector';
      add(['spec', field], selection.pods.length, selection.unknownPods.length);
      if (written.kind !== 'networkPolicies') continue;
      for (const { rule, peers } of selection.rules)
        for (const { everything, index, pods, unknownPods } of peers)
          if (!everything)
            add(
              ['spec', rule.direction, rule.index, rule.direction === 'ingress' ? 'from' : 'to', index],
              pods.length,
              unknownPods.length,
            );
    }
    return hints;
  }
}
