import * as vscode from 'vscode';
import { type ContextKeys, contextKeys } from '../contributions.ts';

/** The context keys of the view, set only when they change. */
export class Contexts {
  readonly #values = new Map<string, unknown>();

  set<K extends keyof ContextKeys>(key: K, value: ContextKeys[K]): void {
    if (this.#values.get(key) === value) return;
    this.#values.set(key, value);
    void vscode.commands.executeCommand('setContext', contextKeys[key], value);
  }
}
