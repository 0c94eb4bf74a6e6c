import { commands } from '../../contributions.ts';
import type { CniView } from '../../inspect/cniViewTypes.ts';
import type { Evidence } from '../../inspect/evidence.ts';
import type { Cluster } from '../clusters.ts';
import type { ConnectionLook } from '../connection.ts';
import { isFiltering } from '../filter.ts';
import { icons } from '../look.ts';
import type { Rendering } from '../rendering.ts';
import type { Row } from '../row.ts';
import type { ClusterShown } from './clusterShown.ts';
import { cniRow, traceRow } from './cni.ts';
import { fileProblemsRow } from './file.ts';
import { messageRow } from './message.ts';
import { problemRows } from './problemRows.ts';
import type { ClusterScope } from './scope.ts';
import { workloadRow } from './workload.ts';

/** The rows below a cluster; `scope` is absent while nothing is known of it. */
export function clusterChildren(
  { cluster, look, visible, view, rendering }: ClusterShown,
  id: string,
  scope: ClusterScope | undefined,
): readonly Row[] {
  const { source } = cluster;
  const { t, filter } = rendering;
  if (view === undefined || visible === undefined || scope === undefined)
    return withoutContent(cluster, look, id, rendering);
  const rows: Row[] = [];
  const files = cluster.problems?.() ?? [];
  if (files.length > 0 && filter.text === '')
    rows.push(fileProblemsRow(files, source.id.replace(/^folder:/, ''), id, rendering));
  rows.push(...problemRows(visible.problems, id, scope));
  if (filter.text === '') rows.push(...gapRows(view, id));
  rows.push(...visible.entries.map((entry) => cniRow(entry, scope)));
  rows.push(...visible.system.map((workload) => workloadRow(workload, id, scope)));
  if (!isFiltering(filter)) rows.push(...view.cni.traces.map((trace) => traceRow(trace, scope)));
  if (view.cni.state === 'pending') rows.push(messageRow(`${id}/pending`, t('reading…'), icons.connecting));
  if (rows.length > 0) return rows;
  if (view.cni.state === 'cannot-tell') return gapRows(view, id);
  return [
    filter.problemsOnly
      ? messageRow(`${id}/none`, t('No problems'), icons.cluster)
      : messageRow(`${id}/none`, t('No CNI found'), icons.unknown, commands.why),
  ];
}

/** What could not be read and leaves a verdict open, each thing once. "Why?" lists the rest. */
function gapRows({ cni, type }: CniView, id: string): readonly Row[] {
  const gaps: readonly Evidence[] = [
    ...(cni.state === 'cannot-tell' ? cni.gaps : []),
    ...(type.confidence === undefined || type.confidence === 'hint' ? type.gaps : []),
  ];
  return [...new Set(gaps.map(({ sentence }) => sentence))].map((sentence) =>
    messageRow(`${id}/gap:${sentence}`, sentence, icons.unknown),
  );
}

/** A cluster that has not answered says what to do about it; the row above says what is the matter. */
function withoutContent({ source }: Cluster, look: ConnectionLook, id: string, { t }: Rendering): readonly Row[] {
  const { state } = source;
  switch (state.kind) {
    case 'connecting':
      return [messageRow(`${id}/advice`, t('connecting…'), icons.connecting)];
    case 'connected':
      return [messageRow(`${id}/advice`, t('reading…'), icons.connecting)];
    case 'not-connected':
      return [messageRow(`${id}/advice`, t('not connected'), icons.notConnected)];
    default: {
      const said = state.kind === 'credential-plugin' ? (lastLine(state.stderr) ?? state.message) : undefined;
      return [
        messageRow(`${id}/advice`, oneLine(look.advice ?? look.words), icons.note),
        ...(said === undefined ? [] : [messageRow(`${id}/stderr`, said, icons.credentialPlugin)]),
      ];
    }
  }
}

/** Install hints often are paragraphs. */
const oneLine = (text: string): string => text.trim().replaceAll(/\s*\n\s*/g, ' ');

const lastLine = (text: string): string | undefined => text.trim().split('\n').at(-1)?.trim() || undefined;
