import { writeFile } from 'node:fs/promises';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import * as vscode from 'vscode';

/**
 * Run by VS Code in its extension host for test/bench/activation.bench.ts: activates the extension and writes how long
 * that took, in ms, and the files that were loaded for it.
 */
export async function run(): Promise<void> {
  const extension = vscode.extensions.getExtension('kubernetes-network-inspector.kubernetes-network-inspector');
  if (!extension || extension.isActive) throw new Error('The extension is not there, or is active already');
  const loaded: string[] = [];
  const hooks = registerHooks({
    load(url, context, next) {
      if (url.startsWith('file:')) loaded.push(fileURLToPath(url));
      return next(url, context);
    },
  });
  // VS Code itself is still starting; what is measured is the extension.
  await new Promise((resolve) => setTimeout(resolve, 5000));
  const began = performance.now();
  await extension.activate();
  const ms = performance.now() - began;
  // What activation merely set off counts as well: it would compete with the user's first click.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  hooks.deregister();
  const file = process.env['TEST_RESULT'];
  if (file) await writeFile(file, JSON.stringify({ ms, loaded }));
}
