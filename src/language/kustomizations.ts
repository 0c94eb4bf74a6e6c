import * as vscode from 'vscode';
import { type Kustomization, kustomizationNames, readKustomization, roleIn } from '../cluster/kustomization.ts';
import { Disposable } from '../base/disposable.ts';

/** What a kustomization does with the policies of a file. */
export type Kustomized =
  /** The file holds parts of objects. */
  | { readonly as: 'patch' }
  /** Its objects are changed by these fields of the kustomization before they reach a cluster. */
  | { readonly as: 'resource'; readonly changes: readonly string[] };

/** Finds out which files of the workspace kustomize takes for patches, and which it changes. */
export class Kustomizations extends Disposable {
  readonly #changed = this.own(new vscode.EventEmitter<void>());
  readonly onDidChange = this.#changed.event;
  readonly #known = new Map<string, Promise<Kustomization | undefined>>();

  constructor() {
    super();
    const watcher = this.own(vscode.workspace.createFileSystemWatcher(`**/{${kustomizationNames.join(',')}}`));
    const forget = (): void => {
      this.#known.clear();
      this.#changed.fire();
    };
    this.own(watcher.onDidCreate(forget));
    this.own(watcher.onDidChange(forget));
    this.own(watcher.onDidDelete(forget));
  }

  /** By the nearest kustomization that names the file, in its folder or above it within the workspace. */
  async of(uri: vscode.Uri): Promise<Kustomized | undefined> {
    const root = vscode.workspace.getWorkspaceFolder(uri)?.uri;
    if (root === undefined) return undefined;
    const steps = uri.path.slice(root.path.length).split('/').filter(Boolean);
    for (let depth = steps.length - 1; depth >= 0; depth--) {
      const folder = vscode.Uri.joinPath(root, ...steps.slice(0, depth));
      const kustomization = await this.#in(folder);
      if (kustomization === undefined) continue;
      const role = roleIn(kustomization, steps.slice(depth).join('/'));
      if (role === 'patch') return { as: 'patch' };
      if (role === 'resource') return { as: 'resource', changes: kustomization.changes };
    }
    return undefined;
  }

  #in(folder: vscode.Uri): Promise<Kustomization | undefined> {
    const key = folder.toString();
    let known = this.#known.get(key);
    if (known === undefined) this.#known.set(key, (known = readFrom(folder)));
    return known;
  }
}

async function readFrom(folder: vscode.Uri): Promise<Kustomization | undefined> {
  for (const name of kustomizationNames) {
    try {
      const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder, name));
      return readKustomization(new TextDecoder().decode(bytes));
    } catch {
      // There is none of this name.
    }
  }
  return undefined;
}
