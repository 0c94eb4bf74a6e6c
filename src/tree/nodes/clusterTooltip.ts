import { enforcementWords } from '../../inspect/enforcement.ts';
import { formatReference } from '../../inspect/evidence.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import { proxyWords } from '../connection.ts';
import { staleSince } from '../staleness.ts';
import type { Tooltip } from '../tooltip.ts';
import { formatMoment } from '../words.ts';
import { type ClusterShown, typeWords } from './clusterShown.ts';
import { evidenceRows } from './evidenceRows.ts';

export function clusterTooltip({ cluster, snapshot, look, view, rendering, marks }: ClusterShown): Tooltip {
  const { source } = cluster;
  const { t } = rendering;
  const { connection, server, content } = snapshot;
  const row = (name: string, value: string | undefined): (readonly [string, string])[] =>
    value === undefined || value === '' ? [] : [[name, value]];
  const { state } = source;
  const since = staleSince(snapshot);
  return {
    title: source.name,
    sentences: [
      ...(state.kind === 'connected' ? [] : [capital(look.words)]),
      ...(state.kind === 'credential-plugin' && !state.missing ? [state.message] : []),
      ...(look.advice === undefined ? [] : [look.advice]),
    ],
    rows: [
      ...(view === undefined
        ? []
        : [
            ...row(t('Type'), typeWords(view.type, undefined, t)),
            ...row(t('Infrastructure'), view.type.infrastructure),
            ...row(t('Overlays'), view.type.overlays.map(({ name, meaning }) => `${name}: ${meaning}`).join('; ')),
            ...row(t('Version'), server.version?.gitVersion),
            ...row(t('Nodes'), nodeCount(snapshot)),
            ...row(t('CNI'), view.summary),
            ...row(
              'NetworkPolicy',
              `${enforcementWords[view.cni.enforcement.verdict]}. ${view.cni.enforcement.reason}`,
            ),
          ]),
      ...row(t('Server'), connection?.server),
      ...row(t('Proxy'), connection?.proxy === undefined ? undefined : proxyWords(connection.proxy, t)),
      ...row(t('Folder'), cluster.folder),
      ...row(t('Kubeconfig'), cluster.file?.path),
      ...row(t('Credential plugin'), connection?.execCommand),
      ...row(t('Checked'), state.kind === 'connected' && content.asOf > 0 ? formatMoment(state.checked) : undefined),
      ...row(t('As of'), since === undefined ? undefined : formatMoment(since)),
      ...row(t('Favourite'), marks.favourite ? t('yes') : undefined),
    ],
    sections: [
      ...(state.kind === 'credential-plugin' && state.stderr.trim() !== ''
        ? [{ title: t('What it said'), rows: [[state.command, state.stderr.trim()] as const] }]
        : []),
      ...(view === undefined
        ? []
        : [
            {
              title: t('Why this type'),
              rows: evidenceRows(view.type.evidence.slice(0, 5)),
            },
            {
              title: t('Problems'),
              rows: view.problems
                .slice(0, 5)
                .map(({ subject, sentence }) => [formatReference(subject), sentence] as const),
            },
          ]),
    ],
  };
}

function nodeCount(snapshot: ClusterSnapshot): string | undefined {
  const { state } = snapshot.knowledge('nodes');
  return state === 'loaded' || state === 'stale' ? String(snapshot.table('nodes').size) : undefined;
}

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
