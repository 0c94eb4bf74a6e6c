import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { ManifestProblem } from '../cluster/manifest.ts';
import { type InputArguments, UsageError } from './arguments.ts';
import type { CommandIo, Input } from './io.ts';
import type { CommandName } from './usage.ts';

/**
 * The cluster that the arguments name. Problems go to standard error, one a line.
 *
 * @returns `undefined` where there is nothing to go on with: something could not be read and `--keep-going` was not
 * given, or nothing was found.
 * @throws {UsageError}
 */
export async function readInput(
  command: CommandName,
  { paths, context, kubeconfig, keepGoing }: InputArguments,
  io: CommandIo,
): Promise<Input | undefined> {
  if (context !== undefined) {
    if (paths.length > 0) throw new UsageError('Give either paths or --context, not both.', command);
    const { readLiveInput } = await import('./liveInput.ts');
    return readLiveInput(command, { context, kubeconfig, keepGoing }, io);
  }
  if (kubeconfig !== undefined) throw new UsageError('--kubeconfig goes with --context NAME.', command);
  if (paths.length === 0) throw new UsageError('Give a file, a folder, or --context NAME.', command);
  return readPaths(paths, keepGoing, io);
}

/** Files and folders as one cluster. `-` is standard input. */
export async function readPaths(
  paths: readonly string[],
  keepGoing: boolean,
  io: CommandIo,
): Promise<Input | undefined> {
  const { FolderReader } = await import('../cluster/folderRead.ts');
  const { standardInput } = await import('../cluster/folderFiles.ts');
  const { readManifestBytes, readManifestFile } = await import('../cluster/manifestFile.ts');
  const { decodeText } = await import('../cluster/manifestText.ts');
  const { progress } = io;
  let given: Uint8Array | undefined;
  const reader = new FolderReader(
    basename(paths[0] ?? ''),
    paths.map((path) => (path === '-' ? standardInput : path)),
    async (file, _signal, by) => {
      if (file.path !== standardInput) return readManifestFile(file, by);
      given = await io.input();
      return readManifestBytes(file, given);
    },
  );
  const { snapshot, problems, objects } = await reader.read(undefined, (done, total) => {
    progress(`reading file ${done + 1} of ${total}`);
  });
  progress('');
  for (const problem of problems) if (problem.code !== 'not-kubernetes') io.err(`${formatProblem(problem)}\n`);
  const faulty = problems.some(({ severity }) => severity === 'error');
  if (faulty && !keepGoing) {
    io.err('Nothing was analysed. Mend the files, or leave them out with --keep-going.\n');
    return undefined;
  }
  if (objects === 0) {
    io.err(`${paths.join(' ')}: no Kubernetes object found. Give files or folders that hold manifests.\n`);
    return undefined;
  }
  const textOf = (file: string): string | undefined => {
    if (file === standardInput) return given && decodeText(given);
    try {
      return decodeText(readFileSync(file));
    } catch {
      return undefined;
    }
  };
  return { snapshot, faulty, textOf };
}

/** `file:line: message`, as compilers print it. */
export function formatProblem({ file, line, column, severity, message }: ManifestProblem): string {
  const place = column === undefined ? `${file}:${line}` : `${file}:${line}:${column}`;
  return `${place}: ${severity === 'error' ? '' : `${severity}: `}${message}`;
}
