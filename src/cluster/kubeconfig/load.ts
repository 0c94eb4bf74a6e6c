import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import type { Kubeconfig, KubeconfigProblem } from './entries.ts';
import { type KubeconfigFile, readKubeconfigFile } from './file.ts';
import { mergeKubeconfig } from './merge.ts';

export interface KubeconfigSources {
  /** The files of `KUBECONFIG`, or `~/.kube/config`: merged as kubectl does. */
  readonly own: readonly string[];
  /** Files that kubectl does not know of: each stands for itself, so that equal names do not hide one another. */
  readonly further: readonly string[];
}

/** Source: client-go, ClientConfigLoadingRules: with `KUBECONFIG` set, `~/.kube/config` is not read. */
export function kubeconfigSources(
  env: Readonly<Record<string, string | undefined>> = process.env,
  further: readonly string[] = [],
): KubeconfigSources {
  const list = env['KUBECONFIG'] ?? '';
  const named = list.split(delimiter).filter((file) => file !== '');
  const own = named.length > 0 ? named : [join(homedir(), '.kube', 'config')];
  const absolute = (file: string): string => resolve(file.startsWith('~/') ? join(homedir(), file.slice(2)) : file);
  const unique = [...new Set(own.map((file) => resolve(file)))];
  return { own: unique, further: [...new Set(further.map(absolute))].filter((file) => !unique.includes(file)) };
}

/** Reads the files; none of what they name is read, run or contacted. Never throws. */
export async function loadKubeconfig(sources: KubeconfigSources): Promise<Kubeconfig> {
  const [own, further] = await Promise.all([readAll(sources.own), readAll(sources.further)]);
  const merged = mergeKubeconfig(own.filter((file) => file !== undefined));
  const others = further.map((file, index) => {
    const path = sources.further[index] ?? '';
    if (file === undefined) return { contexts: [], problems: [{ file: path, message: 'There is no such file.' }] };
    return mergeKubeconfig([file], path);
  });
  return {
    ...merged,
    contexts: [...merged.contexts, ...others.flatMap((other) => other.contexts)],
    problems: [...merged.problems, ...others.flatMap((other) => other.problems)],
  };
}

/** Like kubectl, a file that is not there counts as empty; `undefined` says so. */
const readAll = (files: readonly string[]): Promise<(KubeconfigFile | undefined)[]> =>
  Promise.all(
    files.map(async (file) => {
      try {
        return readKubeconfigFile(await readFile(file, 'utf8'), file);
      } catch (error) {
        if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
        return {
          file,
          clusters: new Map(),
          users: new Map(),
          contexts: new Map(),
          problems: [unreadable(file, error)],
        };
      }
    }),
  );

const errorCode = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

function unreadable(file: string, error: unknown): KubeconfigProblem {
  const code = errorCode(error);
  if (code === 'EACCES' || code === 'EPERM') return { file, message: 'Cannot be read: no permission.' };
  if (code === 'EISDIR') return { file, message: 'Cannot be read: it is a folder.' };
  return { file, message: `Cannot be read: ${error instanceof Error ? error.message : String(error)}.` };
}
