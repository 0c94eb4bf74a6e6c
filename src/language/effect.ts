import type { ConnectivityChange, ConnectivityDiff, Connections, ProtocolPorts } from '../policy/types.ts';
import { plural } from './podWords.ts';

const kinds = ['added', 'removed', 'changed', 'now-unknown'] as const satisfies readonly ConnectivityChange['kind'][];

const titles: Readonly<Record<ConnectivityChange['kind'], string>> = {
  added: 'Newly allowed',
  removed: 'Newly denied',
  changed: 'Allowed on other ports',
  'now-unknown': 'Cannot tell any more',
};

/**
 * What an edit changes, as a plain document: one section for each kind of change, one line for each pair of workloads.
 *
 * @param heading what was compared with what, as the first line
 */
export function effectText(heading: string, { changes, onlyBefore, onlyAfter }: ConnectivityDiff): string {
  const lines = [heading, '='.repeat(heading.length), ''];
  if (changes.length + onlyBefore.length + onlyAfter.length === 0)
    return [...lines, 'Nothing changes: every connection is allowed or denied as before.', ''].join('\n');
  const byKind = Map.groupBy(changes, ({ kind }) => kind);
  const summary = kinds.flatMap((kind) => {
    const count = byKind.get(kind)?.length ?? 0;
    return count === 0 ? [] : [`${titles[kind]}: ${plural(count, 'pair')}`];
  });
  lines.push(`${summary.join(' · ')}. A pair is two workloads, or a workload and addresses outside.`, '');
  for (const kind of kinds) {
    const own = byKind.get(kind) ?? [];
    if (own.length === 0) continue;
    lines.push(titles[kind], '-'.repeat(titles[kind].length));
    for (const change of own) lines.push(changeLine(change));
    lines.push('');
  }
  return lines.join('\n');
}

function changeLine({ kind, from, to, family, before, after }: ConnectivityChange): string {
  const pair = `${from} → ${to}${family === undefined ? '' : ` over IPv${family}`}`;
  switch (kind) {
    case 'added':
      return `${pair}: ${connectionWords(after)}`;
    case 'removed':
      return `${pair}: was ${connectionWords(before)}`;
    case 'changed':
    case 'now-unknown':
      return `${pair}: was ${connectionWords(before)}, becomes ${connectionWords(after)}`;
  }
}

/** `everything`, `TCP 80 and 443, UDP 53`, `nothing`; with what cannot be told. */
function connectionWords({ all, allowed, unknown, reasons }: Connections): string {
  if (all) return 'everything';
  const parts = allowed.length === 0 ? [] : [allowed.map(portWords).join(', ')];
  if (unknown.length > 0) {
    const why = [...new Set(reasons.map(({ text }) => text))].join('; ');
    parts.push(`cannot tell for ${unknown.map(portWords).join(', ')}${why === '' ? '' : ` (${why})`}`);
  }
  return parts.join(', ') || 'nothing';
}

const portWords = ({ protocol, ranges }: ProtocolPorts): string => {
  if (ranges[0]?.first === 1 && ranges[0].last === 65535) return `all ${protocol} ports`;
  return `${protocol} ${ranges.map(({ first, last }) => (first === last ? `${first}` : `${first}–${last}`)).join(' and ')}`;
};
