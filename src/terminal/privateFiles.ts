import { chmodSync, constants, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';

const prefix = 'kubeconfig-';

/**
 * Files that hold credentials for as long as a terminal needs them. They lie in a folder that only the user can enter,
 * in memory where the system has such a place, and carry the id of the process that made them, so that another one can
 * remove what a crash left behind.
 */
export class PrivateFiles {
  readonly #folder: string;
  readonly #own = new Set<string>();

  /** `fallback` is used where the system has no folder of its own for this. */
  constructor(fallback: string, runtimeFolder = process.env['XDG_RUNTIME_DIR']) {
    this.#folder = usable(runtimeFolder) ? join(runtimeFolder, 'kubernetes-network-inspector') : fallback;
  }

  write(content: string): string {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    chmodSync(this.#folder, 0o700);
    const file = join(this.#folder, `${prefix}${process.pid}-${randomUUID()}`);
    // `wx`: never through a file or link that somebody else has put there.
    writeFileSync(file, content, { mode: 0o600, flag: 'wx' });
    this.#own.add(file);
    return file;
  }

  remove(file: string): void {
    if (this.#own.delete(file)) rmSync(file, { force: true });
  }

  removeAll(): void {
    for (const file of [...this.#own]) this.remove(file);
  }

  /** Removes the files of processes that no longer run. Returns how many there were. */
  sweep(): number {
    let removed = 0;
    for (const name of names(this.#folder)) {
      const pid = Number(new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1] ?? Number.NaN);
      if (Number.isNaN(pid) || isRunning(pid)) continue;
      rmSync(join(this.#folder, name), { force: true });
      removed++;
    }
    return removed;
  }
}

/** The runtime folder is trusted only where it is the user's own and closed to everybody else. */
function usable(folder: string | undefined): folder is string {
  if (folder === undefined || folder === '' || process.platform === 'win32') return false;
  try {
    const { uid, mode } = statSync(folder);
    const others = constants.S_IRWXG | constants.S_IRWXO;
    return uid === process.getuid?.() && (mode & others) === 0;
  } catch {
    return false;
  }
}

function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not allowed to signal it: it runs, as somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
