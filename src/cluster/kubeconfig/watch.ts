import { type FSWatcher, watch } from 'node:fs';
import { readlink, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import type { Disposable } from '../source.ts';

/** Milliseconds. */
export interface WatchTiming {
  /** Files are written in several steps; what comes within this time is one change. */
  readonly settleMs: number;
  /** Not every file system tells of changes, so the files are looked at as well. */
  readonly pollMs: number;
}

const defaultTiming: WatchTiming = { settleMs: 100, pollMs: 5_000 };
const mostLinks = 16;

/**
 * Calls `changed` when one of the files appears, goes, is written, is replaced by a rename, or when a symbolic link on
 * its path is turned to something else. Their folders are watched, because a replaced file is another file.
 */
export function watchFiles(
  files: readonly string[],
  changed: () => void,
  timing: Partial<WatchTiming> = {},
): FilesWatch {
  return new FilesWatcher(files, changed, { ...defaultTiming, ...timing });
}

export interface FilesWatch extends Disposable {
  /** Resolves once a change would be seen. */
  readonly ready: Promise<void>;
}

class FilesWatcher implements FilesWatch {
  readonly ready: Promise<void>;
  readonly #files: readonly string[];
  readonly #changed: () => void;
  readonly #timing: WatchTiming;
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #poll: NodeJS.Timeout;
  #settling: NodeJS.Timeout | undefined;
  #stamp: string | undefined;
  #looking = false;
  #again = false;
  #disposed = false;

  constructor(files: readonly string[], changed: () => void, timing: WatchTiming) {
    this.#files = files;
    this.#changed = changed;
    this.#timing = timing;
    this.#poll = setInterval(() => void this.#look(), timing.pollMs);
    this.#poll.unref();
    this.ready = this.#look();
  }

  dispose(): void {
    this.#disposed = true;
    clearInterval(this.#poll);
    clearTimeout(this.#settling);
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  async #look(): Promise<void> {
    if (this.#looking) {
      this.#again = true;
      return;
    }
    this.#looking = true;
    try {
      const found = await Promise.all(this.#files.map(lookAt));
      if (this.#disposed) return;
      this.#watch(new Set(found.flatMap(({ folders }) => folders)));
      const stamp = found.map((file) => file.stamp).join('\n');
      const before = this.#stamp;
      this.#stamp = stamp;
      if (before !== undefined && before !== stamp) this.#changed();
    } finally {
      this.#looking = false;
      if (this.#again && !this.#disposed) {
        this.#again = false;
        void this.#look();
      }
    }
  }

  #watch(folders: ReadonlySet<string>): void {
    for (const [folder, watcher] of this.#watchers) {
      if (folders.has(folder)) continue;
      watcher.close();
      this.#watchers.delete(folder);
    }
    for (const folder of folders) {
      if (this.#watchers.has(folder)) continue;
      try {
        const watcher = watch(folder, { persistent: false }, () => this.#settle());
        watcher.on('error', () => {
          watcher.close();
          this.#watchers.delete(folder);
        });
        this.#watchers.set(folder, watcher);
      } catch {
        // No more watches to be had, or the folder has just gone: the poll sees what happens.
      }
    }
  }

  #settle(): void {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => void this.#look(), this.#timing.settleMs);
    this.#settling.unref();
  }
}

interface Look {
  /** Differs when the file's content may differ. */
  readonly stamp: string;
  /** Where a change of the file, or of a link that leads to it, shows. */
  readonly folders: readonly string[];
}

async function lookAt(file: string): Promise<Look> {
  const folders: string[] = [];
  let path = file;
  for (let hops = 0; hops < mostLinks; hops++) {
    folders.push(await nearestFolder(dirname(path)));
    const target = await readlink(path).catch(() => undefined);
    if (target === undefined) break;
    path = isAbsolute(target) ? target : join(dirname(path), target);
  }
  const [real, found] = await Promise.all([
    realpath(file).catch(() => undefined),
    stat(file, { bigint: true }).catch(() => undefined),
  ]);
  // A link may stand for a folder further up, as a mounted Secret's `..data` does.
  if (real !== undefined) folders.push(dirname(real));
  const stamp =
    found === undefined ? 'missing' : `${real ?? ''}|${found.ino}|${found.size}|${found.mtimeNs}|${found.ctimeNs}`;
  return { stamp, folders };
}

/** The folder itself, or what there is of the way to it. */
async function nearestFolder(folder: string): Promise<string> {
  for (let path = folder; ; path = dirname(path)) {
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory() === true || dirname(path) === path) return path;
  }
}
