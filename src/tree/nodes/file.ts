import { commands } from '../../contributions.ts';
import type { ClusterFault, FileProblem } from '../clusters.ts';
import { icons } from '../look.ts';
import type { Rendering } from '../rendering.ts';
import { named, parts, type Row } from '../row.ts';
import { formatCount } from '../words.ts';
import { paged } from './pages.ts';

const baseName = (path: string): string => path.split(/[\\/]/).at(-1) ?? path;

/** A kubeconfig that cannot be used. It stands among the clusters and hides none of them. */
export function faultRow({ place, message }: ClusterFault, rendering: Rendering): Row {
  const { t } = rendering;
  const description = parts(place.line === undefined ? undefined : t('line {0}', place.line), message);
  return {
    id: `fault:${place.path}:${place.line ?? 0}:${message}`,
    ...named(rendering, baseName(place.path)),
    description,
    icon: icons.invalid,
    spoken: `${baseName(place.path)}, ${description}`,
    tags: ['kubeconfig', 'invalid'],
    target: { kind: 'file', place },
    tooltip: () => ({
      title: place.path,
      sentences: [message, t('Correct the file; it is read again when it changes.')],
    }),
  };
}

/** What of a folder was not read, behind one row. */
export function fileProblemsRow(problems: readonly FileProblem[], root: string, id: string, rendering: Rendering): Row {
  const { t } = rendering;
  const lost = problems.filter(({ severity }) => severity !== 'note').length;
  const label =
    lost === 0
      ? t('{0} left alone', count(problems.length, rendering))
      : lost === 1
        ? t('1 document not read as written')
        : t('{0} documents not read as written', formatCount(lost));
  const group = `${id}/files`;
  return {
    id: group,
    label,
    icon: lost === 0 ? icons.note : icons.mayBreak,
    spoken: label,
    tags: ['group'],
    target: { kind: 'group' },
    children: () =>
      paged([...problems].sort(worstFirst), group, rendering, (problem) => problemRow(problem, root, group, rendering)),
  };
}

const count = (files: number, { t }: Rendering): string =>
  files === 1 ? t('1 file') : t('{0} files', formatCount(files));

const rank = { error: 0, warning: 1, note: 2 };
const worstFirst = (one: FileProblem, other: FileProblem): number => rank[one.severity] - rank[other.severity];

function problemRow(problem: FileProblem, root: string, group: string, rendering: Rendering): Row {
  const { t } = rendering;
  const { file, line, message, severity } = problem;
  const name = file.startsWith(root) ? file.slice(root.length).replace(/^[\\/]/, '') || baseName(file) : file;
  const description = parts(t('line {0}', line), message);
  return {
    id: `${group}/${file}:${line}:${message}`,
    ...named(rendering, name),
    description,
    icon: severity === 'note' ? icons.note : icons.mayBreak,
    spoken: `${name}, ${description}`,
    tags: ['file'],
    target: { kind: 'file', place: { path: file, line } },
    command: commands.openFile,
    tooltip: () => ({ title: t('{0}, line {1}', file, line), sentences: [message] }),
  };
}
