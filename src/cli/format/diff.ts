import type { ConnectivityChange, ConnectivityDiff } from '../../policy/types.ts';
import { formatAllowed, formatUnknown, portsByProtocol } from './connections.ts';
import type { Connections } from '../../policy/types.ts';
import { toCsv, toMarkdown } from './table.ts';

export type DiffFormat = 'text' | 'json' | 'csv' | 'markdown';

interface DiffRow {
  readonly change: 'added' | 'removed' | 'changed';
  readonly source: string;
  readonly destination: string;
  readonly before: string;
  readonly after: string;
}

export function formatDiff(diff: ConnectivityDiff, format: DiffFormat): string {
  switch (format) {
    case 'text':
      return rowsOf(diff)
        .map(
          ({ change, source, destination, before, after }) =>
            `${change}: ${source} => ${destination} : ${before} -> ${after}\n`,
        )
        .join('');
    case 'json':
      return toJson(diff);
    case 'csv':
      return toCsv(toTable(diff));
    case 'markdown':
      return toMarkdown(toTable(diff));
  }
}

function rowsOf({ changes }: ConnectivityDiff): readonly DiffRow[] {
  const rows = changes.map(({ kind, from, to, before, after, family }: ConnectivityChange): DiffRow => {
    const suffix = family === undefined ? '' : ` over IPv${family}`;
    return {
      change: kind === 'now-unknown' ? 'changed' : kind,
      source: from,
      destination: to,
      before: state(before) + suffix,
      after: state(after) + suffix,
    };
  });
  const key = ({ change, source, destination, before, after }: DiffRow): string =>
    [change, source, destination, before, after].join('\t');
  return rows.sort((one, other) => (key(one) < key(other) ? -1 : 1));
}

function state(connections: Connections): string {
  const unknown = formatUnknown(connections);
  if (unknown === undefined) return formatAllowed(connections);
  return connections.allowed.length === 0 ? unknown : `${formatAllowed(connections)}, ${unknown}`;
}

const toTable = (diff: ConnectivityDiff) => ({
  columns: ['change', 'source', 'destination', 'before', 'after'],
  rows: rowsOf(diff).map(({ change, source, destination, before, after }) => [
    change,
    source,
    destination,
    before,
    after,
  ]),
});

function toJson({ by, changes, onlyBefore, onlyAfter }: ConnectivityDiff): string {
  const list = changes.map(({ kind, from, to, family, before, after }) => ({
    change: kind,
    source: from,
    destination: to,
    ...(family === undefined ? {} : { family }),
    before: stateToJson(before),
    after: stateToJson(after),
  }));
  return `${JSON.stringify({ by, changes: list, onlyBefore, onlyAfter }, null, 2)}\n`;
}

const stateToJson = (connections: Connections) => ({
  connections: state(connections),
  allowed: connections.all ? 'all' : portsByProtocol(connections.allowed),
  unknown: portsByProtocol(connections.unknown),
});
