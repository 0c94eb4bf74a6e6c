import * as vscode from 'vscode';
import type { CommandId } from '../contributions.ts';

const saidMs = 3000;

/**
 * Registers a command that rows of the Clusters view offer. `run` gets the row whose button or menu was used; nothing
 * where a key or the palette was used.
 *
 * While VS Code draws rows anew it does not know them, for some milliseconds, and passes on a button that is pressed then
 * without its row. Which one it was cannot be known: nothing is done, and the user is told so.
 */
export const registerRowCommand = (id: CommandId, run: (row: unknown) => unknown): vscode.Disposable =>
  vscode.commands.registerCommand(id, (...given: unknown[]) =>
    isWithoutItsRow(given) ? sayRowIsLost() : run(given[0]),
  );

/** Of the arguments that a command was called with: a menu gives two in any case, a key and the palette none. */
export const isWithoutItsRow = (given: readonly unknown[]): boolean =>
  given.length > 1 && (given[0] ?? undefined) === undefined;

export function sayRowIsLost(): void {
  const words = vscode.l10n.t('The row was just being updated: nothing was done. Choose it again.');
  vscode.window.setStatusBarMessage(words, saidMs);
}
