import * as vscode from 'vscode';
import { Disposable } from '../base/disposable.ts';
import { type CommandId, commands } from '../contributions.ts';
import { emptyPeers } from './emptyPeers.ts';
import { isEdited, lensTitle } from './measurement.ts';
import { type OpenPolicies, rangeOf } from './openPolicies.ts';

/** A line above each policy that says what it selects, and one above each peer that matches nothing. */
export class PolicyLenses extends Disposable implements vscode.CodeLensProvider {
  readonly #changed = this.own(new vscode.EventEmitter<void>());
  readonly onDidChangeCodeLenses = this.#changed.event;
  readonly #policies: OpenPolicies;

  constructor(policies: OpenPolicies) {
    super();
    this.#policies = policies;
    this.own(policies.onDidChange(() => this.#changed.fire()));
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const measurement = await this.#policies.measure(document);
    if (measurement === undefined) return [];
    const notes = measurement.text.problems.flatMap(({ code, line }) => {
      const title = aside[code as keyof typeof aside]?.();
      const at = new vscode.Range(line - 1, 0, line - 1, 0);
      return title === undefined ? [] : [new vscode.CodeLens(at, { title, command: '' })];
    });
    const lenses = measurement.text.policies.flatMap((written) => {
      const line = new vscode.Range(written.line - 1, 0, written.line - 1, 0);
      const { namespace, name } = written.policy.meta;
      const lens = (title: string, command: CommandId): vscode.CodeLens =>
        new vscode.CodeLens(line, {
          title,
          command,
          arguments: [document.uri.toString(), written.kind, namespace, name],
        });
      if (written.leftAlone !== undefined)
        return [new vscode.CodeLens(line, { title: leftAloneTitles[written.leftAlone.as](), command: '' })];
      const edited = isEdited(measurement, written);
      const lenses = [
        lens(lensTitle(measurement, written), commands.listSelected),
        lens(vscode.l10n.t('Explain a pair'), commands.explainPolicyPair),
        ...(edited === undefined ? [] : [lens(vscode.l10n.t('Effect of the edit'), commands.showPolicyEffect)]),
        ...(edited === 'changed' ? [lens(vscode.l10n.t('Compare with the cluster'), commands.comparePolicy)] : []),
      ];
      for (const { path, title } of emptyPeers(measurement, written)) {
        const place = written.rangeOf(path);
        if (place !== undefined) lenses.push(new vscode.CodeLens(rangeOf(place), { title, command: '' }));
      }
      return lenses;
    });
    return [...notes, ...lenses];
  }
}

/** What stands above a document that is not read, and above a policy that is not measured. */
const aside = {
  'helm-template': () => vscode.l10n.t('Helm template, not evaluated here'),
  kustomization: () => vscode.l10n.t('Kustomization, not applied as a whole'),
} as const;
const leftAloneTitles = {
  patch: () => vscode.l10n.t('Kustomize patch, not measured by itself'),
  resource: () => vscode.l10n.t('Not measured: its namespace is set where the kustomization is applied'),
} as const;
