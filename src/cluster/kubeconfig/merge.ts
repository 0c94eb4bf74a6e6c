import { defined } from '../../model/json.ts';
import type { Kubeconfig, KubeconfigProblem, KubeContext } from './entries.ts';
import type { Entry, KubeconfigFile } from './file.ts';

/**
 * Puts files together as kubectl does: of entries with the same name the first one counts as a whole, and so does the
 * first `current-context`. Source: kubernetes.io, "Merging kubeconfig files".
 *
 * `scope` tells apart contexts of files that are not kubectl's own; it is empty for kubectl's.
 */
export function mergeKubeconfig(files: readonly KubeconfigFile[], scope = ''): Kubeconfig {
  const clusters = firstOf(files.map((file) => file.clusters));
  const users = firstOf(files.map((file) => file.users));
  const entries = firstOf(files.map((file) => file.contexts));
  const currentContext = files.find((file) => file.currentContext !== undefined)?.currentContext;
  const problems = files.flatMap((file) => file.problems);
  const used = new Set<Entry<unknown>>();

  const contexts = [...entries].map(([name, entry]): KubeContext => {
    const common = { id: contextId(name, scope), name, current: scope === '' && name === currentContext };
    if (!entry.ok) return { ...common, file: entry.problem.file, problem: entry.problem };
    const { file, namespace } = entry.value;
    const cluster = clusters.get(entry.value.cluster);
    const user = entry.value.user === '' ? undefined : users.get(entry.value.user);
    if (cluster !== undefined) used.add(cluster);
    if (user !== undefined) used.add(user);
    return defined({
      ...common,
      file,
      namespace,
      cluster: cluster?.ok === true ? cluster.value : undefined,
      user: user?.ok === true ? user.value : undefined,
      problem:
        problemOf(
          cluster,
          file,
          `The context "${name}" names the cluster "${entry.value.cluster}", which is not there.`,
        ) ??
        (entry.value.user === ''
          ? undefined
          : problemOf(user, file, `The context "${name}" names the user "${entry.value.user}", which is not there.`)),
    });
  });

  for (const entry of [...clusters.values(), ...users.values()])
    if (!entry.ok && !used.has(entry)) problems.push(entry.problem);
  return defined({ contexts, currentContext, problems });
}

const contextId = (name: string, scope: string): string =>
  scope === '' ? `context:${name}` : `context:${scope}#${name}`;

function problemOf(entry: Entry<unknown> | undefined, file: string, missing: string): KubeconfigProblem | undefined {
  if (entry === undefined) return { file, message: missing };
  return entry.ok ? undefined : entry.problem;
}

function firstOf<T>(maps: readonly ReadonlyMap<string, T>[]): ReadonlyMap<string, T> {
  const result = new Map<string, T>();
  for (const map of maps) for (const [name, entry] of map) if (!result.has(name)) result.set(name, entry);
  return result;
}
