import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ManifestProblem } from './manifest.ts';

export interface FoundFile {
  /** As given, with what was found below it: relative where the given path was. */
  readonly path: string;
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly modified: number;
}

export interface FoundFiles {
  /** In the order of the given paths, sorted below each. */
  readonly files: readonly FoundFile[];
  readonly directories: readonly string[];
  readonly problems: readonly ManifestProblem[];
}

/** The path of what does not lie on disk but is handed to the program. */
export const standardInput = '<stdin>';

const maxFiles = 20_000;
const maxDepth = 32;
const manifestName = /\.(?:ya?ml|json)$/i;
const skipped = new Set(['node_modules', 'vendor', '__MACOSX']);

/**
 * The YAML and JSON files at and below `paths`. A path that is given is read whatever its name, and followed where it is
 * a link. Below it links are not followed, so that nothing outside is read, and hidden folders are left out.
 */
export async function findManifestFiles(paths: readonly string[], signal?: AbortSignal): Promise<FoundFiles> {
  const files: FoundFile[] = [];
  const directories: string[] = [];
  const problems: ManifestProblem[] = [];
  const seen = new Set<string>();
  const fault = (path: string, message: string): void => {
    problems.push({ file: path, line: 1, severity: 'error', code: 'unreadable', message });
  };
  const add = (path: string, found: { size: number; mtimeMs: number }): void => {
    if (seen.has(path)) return;
    seen.add(path);
    files.push({ path, size: found.size, modified: found.mtimeMs });
  };
  const walk = async (directory: string, depth: number): Promise<void> => {
    signal?.throwIfAborted();
    if (depth > maxDepth) {
      fault(directory, `This folder is more than ${maxDepth} levels deep and was not read.`);
      return;
    }
    directories.push(directory);
    const entries = await readdir(directory, { withFileTypes: true });
    entries.sort((one, other) => (one.name < other.name ? -1 : 1));
    for (const entry of entries) {
      if (files.length >= maxFiles) return;
      const path = join(directory, entry.name);
      try {
        if (entry.isDirectory()) {
          if (!entry.name.startsWith('.') && !skipped.has(entry.name)) await walk(path, depth + 1);
        } else if (entry.isFile() && manifestName.test(entry.name)) add(path, await lstat(path));
      } catch (error) {
        signal?.throwIfAborted();
        fault(path, `Cannot be read: ${reasonOf(error)}.`);
      }
    }
  };
  for (const path of paths) {
    if (path === standardInput) {
      add(path, { size: 0, mtimeMs: 0 });
      continue;
    }
    try {
      const found = await stat(path);
      if (found.isDirectory()) await walk(path, 0);
      else add(path, found);
    } catch (error) {
      signal?.throwIfAborted();
      fault(path, `Cannot be read: ${reasonOf(error)}.`);
    }
  }
  if (files.length >= maxFiles)
    fault(paths[0] ?? '', `More than ${maxFiles} files; the rest was not read. Choose a folder that holds fewer.`);
  return { files, directories, problems };
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a folder',
};

/** What the operating system said, in words. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return reasons[code] ?? error.message;
}
