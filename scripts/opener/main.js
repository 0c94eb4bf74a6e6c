import * as vscode from 'vscode';

/** Once: a visitor who then closes the view, or reloads the page, is not led back to it. */
export async function activate(context) {
  if (context.globalState.get('shown')) return;
  await vscode.commands.executeCommand('workbench.view.extension.networkInspector');
  await context.globalState.update('shown', true);
}
