import * as vscode from 'vscode';
import { changeSetting } from '../../base/settings.ts';
import { commands } from '../../contributions.ts';
import { type CommandContext, register, registerOnRows } from './selection.ts';

/** What the view leaves out, and how it is arranged. */
export function registerFilterCommands({ view, state }: CommandContext): readonly vscode.Disposable[] {
  const change = (apply: () => void) => () => {
    apply();
    state.changed();
  };
  const setText = (text: string): void => {
    state.filter = { ...state.filter, text: text.trim() };
    state.changed();
  };
  return [
    register(commands.filter, (argument) => {
      if (typeof argument === 'string') setText(argument);
      else askForText(state.filter.text, setText);
    }),
    register(commands.clearFilter, () => setText('')),
    register(
      commands.showProblemsOnly,
      change(() => (state.filter = { ...state.filter, problemsOnly: true })),
    ),
    register(
      commands.showEverything,
      change(() => (state.filter = { ...state.filter, problemsOnly: false })),
    ),
    register(
      commands.showHidden,
      change(() => (state.showHidden = true)),
    ),
    register(
      commands.leaveOutHidden,
      change(() => (state.showHidden = false)),
    ),
    register(commands.groupByServer, () => changeSetting('networkInspector.groupByServer', true)),
    register(commands.ungroup, () => changeSetting('networkInspector.groupByServer', false)),
    registerOnRows(commands.showMore, view, (nodes) => {
      for (const { parent } of nodes) if (parent !== undefined) state.showMore(parent.id);
    }),
  ];
}

/** The view follows while the text is typed; Escape puts back what was there. */
function askForText(before: string, apply: (text: string) => void): void {
  const input = vscode.window.createInputBox();
  input.value = before;
  input.title = vscode.l10n.t('Filter Clusters');
  input.prompt = vscode.l10n.t('Part of the name of a cluster, workload, pod, container or node, or of a status');
  let accepted = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  input.onDidChangeValue((text) => {
    clearTimeout(timer);
    timer = setTimeout(() => apply(text), 150);
  });
  input.onDidAccept(() => {
    accepted = true;
    input.hide();
  });
  input.onDidHide(() => {
    clearTimeout(timer);
    apply(accepted ? input.value : before);
    input.dispose();
  });
  input.show();
}
