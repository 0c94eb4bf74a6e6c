import * as vscode from 'vscode';
import {
  type Kustomization,
  kustomizationNames,
  type Kustomized,
  kustomizedBy,
  readKustomization,
} from '../cluster/kustomization.ts';
import { Disposable } from '../base/disposable.ts';

/** Finds out which files of the workspace kustomize takes for patches, and which it changes. */
export class Kustomizations extends Disposable {
  readonly #changed = this.own(new vscode.EventEmitter<void>());
  readonly onDidChange = this.#changed.event;
  readonly #folders = new Map<string, Promise<Kustomization | undefined>>();
  /** The same for a file until a kustomization changes. */
  readonly #files = new Map<string, Promise<Kustomized | undefined>>();

  constructor() {
    super();
    const watcher = this.own(vscode.workspace.createFileSystemWatcher(`**/{${kustomizationNames.join(',')}}`));
    const forget = (): void => {
      this.#folders.clear();
      this.#files.clear();
      this.#changed.fire();
    };
    this.own(watcher.onDidCreate(forget));
    this.own(watcher.onDidChange(forget));
    this.own(watcher.onDidDelete(forget));
  }

  /** By the kustomizations in its folder and above it, within its folder of the workspace. */
  of(uri: vscode.Uri): Promise<Kustomized | undefined> {
    const key = uri.toString();
    let known = this.#files.get(key);
    if (known === undefined) this.#files.set(key, (known = this.#find(uri)));
    return known;
  }

  async #find(uri: vscode.Uri): Promise<Kustomized | undefined> {
    const root = vscode.workspace.getWorkspaceFolder(uri)?.uri;
    if (root === undefined) return undefined;
    const steps = uri.path.slice(root.path.length).split('/').filter(Boolean);
    const above = await Promise.all(
      steps.map((_, depth) => this.#in(vscode.Uri.joinPath(root, ...steps.slice(0, depth)))),
    );
    return kustomizedBy(steps, (depth) => above[depth]);
  }

  #in(folder: vscode.Uri): Promise<Kustomization | undefined> {
    const key = folder.toString();
    let known = this.#folders.get(key);
    if (known === undefined) this.#folders.set(key, (known = readFrom(folder)));
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
