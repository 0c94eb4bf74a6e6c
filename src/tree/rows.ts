import type { Clusters } from './clusters.ts';
import type { ContextKeys } from '../contributions.ts';
import { contains } from './filter.ts';
import { type RenderedCluster, renderCluster } from './nodes/cluster.ts';
import { faultRow } from './nodes/file.ts';
import { serverRow } from './nodes/server.ts';
import type { Rendering } from './rendering.ts';
import type { Row } from './row.ts';
import type { ViewState } from './viewState.ts';
import { formatCount } from './words.ts';

/** The whole view as data. */
export interface Rendered {
  readonly rows: readonly Row[];
  /** What the filter leaves out, above the tree. */
  readonly message: string | undefined;
  /** On the view's icon. */
  readonly badge: { readonly value: number; readonly tooltip: string } | undefined;
  readonly content: ContextKeys['networkInspector.clusters.content'];
}

interface Entry {
  readonly row: Row;
  readonly server: string | undefined;
  readonly favourite: boolean;
}

export function renderClusters(clusters: Clusters, state: ViewState, rendering: Rendering): Rendered {
  const { filter } = rendering;
  const rendered: RenderedCluster[] = [];
  const entries: Entry[] = [];
  const broken: { name: string; count: number }[] = [];
  let hidden = 0;
  for (const cluster of clusters.list) {
    const { id, snapshot } = cluster.source;
    const marks = { favourite: state.has('favourites', id), hidden: state.has('hidden', id) };
    if (marks.hidden && !state.showHidden) {
      hidden++;
      continue;
    }
    const one = renderCluster(cluster, marks, rendering);
    rendered.push(one);
    if (one.problems > 0) broken.push({ name: cluster.source.name, count: one.problems });
    if (one.row !== undefined)
      entries.push({ row: one.row, server: snapshot.connection?.server, favourite: marks.favourite });
  }
  const faults = clusters.faults.filter(({ place, message }) => contains(filter, place.path, message));
  const ordered = [...entries.filter(({ favourite }) => favourite), ...entries.filter(({ favourite }) => !favourite)];
  const rows = [
    ...(state.groupByServer ? grouped(ordered, rendering) : ordered.map(({ row }) => row)),
    ...faults.map((fault) => faultRow(fault, rendering)),
  ];
  const all = clusters.list.length + clusters.faults.length;
  return {
    rows,
    // VS Code shows a welcome text only where there is no message.
    message: rows.length === 0 ? undefined : filterWords(rendered, rendering),
    badge: badgeOf(broken, rendering),
    content: !clusters.loaded
      ? 'loading'
      : rows.length > 0
        ? 'some'
        : all === 0
          ? 'none'
          : hidden === all
            ? 'hidden'
            : 'filtered',
  };
}

/** Each group stands where its first context would. */
function grouped(entries: readonly Entry[], rendering: Rendering): readonly Row[] {
  const byServer = Map.groupBy(entries, ({ server, row }) => server ?? row.id);
  return [...byServer].flatMap(([server, members]) => {
    const rows = members.map(({ row }) => row);
    return rows.length === 1 ? rows : [serverRow(server, rows, rendering)];
  });
}

/** `filtered: canal, problems only, 12 of 48 pods` */
function filterWords(rendered: readonly RenderedCluster[], { filter, t }: Rendering): string | undefined {
  const what = [...(filter.text === '' ? [] : [filter.text]), ...(filter.problemsOnly ? [t('problems only')] : [])];
  if (what.length === 0) return undefined;
  const matched = rendered.reduce((sum, one) => sum + one.matched, 0);
  const total = rendered.reduce((sum, one) => sum + one.total, 0);
  const shown = rendered.filter(({ row }) => row !== undefined).length;
  return t(
    'filtered: {0}',
    [
      ...what,
      ...(total === 0 ? [] : [t('{0} of {1} pods', formatCount(matched), formatCount(total))]),
      ...(shown === rendered.length ? [] : [t('{0} of {1} clusters', shown, rendered.length)]),
    ].join(', '),
  );
}

function badgeOf(
  problems: readonly { readonly name: string; readonly count: number }[],
  { t }: Rendering,
): Rendered['badge'] {
  const value = problems.reduce((sum, { count }) => sum + count, 0);
  if (value === 0) return undefined;
  const names = problems.map(({ name }) => name).join(', ');
  return { value, tooltip: value === 1 ? t('1 problem in {0}', names) : t('{0} problems in {1}', value, names) };
}
