import type { ClusterSource } from '../../cluster/source.ts';
import type { ClusterTypeReading } from '../../inspect/clusterType.ts';
import { readCniView } from '../../inspect/cniView.ts';
import type { CniView } from '../../inspect/cniViewTypes.ts';
import { enforcementWords } from '../../inspect/enforcement.ts';
import { type Evidence, formatReference } from '../../inspect/evidence.ts';
import { commands } from '../../contributions.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import type { Cluster } from '../clusters.ts';
import { connectionLook, type ConnectionLook } from '../connection.ts';
import { contains, isFiltering } from '../filter.ts';
import { getNodes } from '../kubectlLine.ts';
import { type Icon, icons, severityIcon } from '../look.ts';
import type { Rendering } from '../rendering.ts';
import { named, parts, type Row } from '../row.ts';
import { asOf, staleSince } from '../staleness.ts';
import type { Tooltip } from '../tooltip.ts';
import { type Visible, visiblePart } from '../visible.ts';
import { formatMoment, type Translate } from '../words.ts';
import { cniRow, problemCount, traceRow } from './cni.ts';
import { evidenceRows } from './evidenceRows.ts';
import { fileProblemsRow } from './file.ts';
import { messageRow } from './message.ts';
import { problemRows } from './problemRows.ts';
import type { ClusterScope } from './scope.ts';
import { workloadRow } from './workload.ts';

/** What the user chose for this cluster. */
export interface ClusterMarks {
  readonly favourite: boolean;
  readonly hidden: boolean;
}

export interface RenderedCluster {
  /** Absent where the filter leaves nothing of the cluster. */
  readonly row: Row | undefined;
  readonly problems: number;
  /** Pods that the filter leaves, and all of them. */
  readonly matched: number;
  readonly total: number;
}

export const clusterRowId = (source: string): string => `cluster:${source}`;

export const kubeProxyRowId = (source: string): string => `${clusterRowId(source)}/DaemonSet:kube-system/kube-proxy`;

export function renderCluster(cluster: Cluster, marks: ClusterMarks, rendering: Rendering): RenderedCluster {
  const { source } = cluster;
  const { filter, t } = rendering;
  const snapshot = shownSnapshot(cluster);
  const view = hasContent(snapshot) ? readCniView(snapshot) : undefined;
  const matches = contains(filter, source.name);
  const visible = view === undefined ? undefined : visiblePart(view, filter, matches);
  const look = connectionLook(source.state, t, rendering.now);
  const shown = matches || (visible !== undefined && !isEmpty(visible));
  return {
    row: shown ? clusterRow({ cluster, snapshot, marks, rendering, look, view, visible }) : undefined,
    problems: view?.problems.length ?? 0,
    matched: visible?.matched ?? 0,
    total: visible?.total ?? 0,
  };
}

const isEmpty = ({ entries, system, problems }: Visible): boolean =>
  entries.length + system.length + problems.length === 0;

/** Whether the server has ever told anything, as opposed to: nobody has asked yet, or it has not answered. */
const hasContent = ({ content }: ClusterSnapshot): boolean =>
  content.server.version !== undefined ||
  content.reads.some(({ knowledge }) => knowledge.state === 'loaded' || knowledge.state === 'stale');

const shownSnapshot = ({ source, earlier }: Cluster): ClusterSnapshot =>
  earlier === undefined || hasContent(source.snapshot) ? source.snapshot : earlier;

interface Shown {
  readonly cluster: Cluster;
  readonly snapshot: ClusterSnapshot;
  readonly marks: ClusterMarks;
  readonly rendering: Rendering;
  readonly look: ConnectionLook;
  readonly view: CniView | undefined;
  readonly visible: Visible | undefined;
}

function clusterRow(shown: Shown): Row {
  const { cluster, snapshot, marks, rendering, look, view } = shown;
  const { source } = cluster;
  const { t } = rendering;
  const id = clusterRowId(source.id);
  const connected = source.state.kind === 'connected';
  const description = parts(
    connected ? undefined : look.words,
    ...(view === undefined ? (connected ? [t('reading…')] : []) : verdicts(shown, view)),
    marks.hidden ? t('hidden') : undefined,
  );
  const scope: ClusterScope | undefined =
    view === undefined
      ? undefined
      : {
          rendering,
          source: source.id,
          id,
          view,
          ...(source.origin === 'folder' ? {} : { kubectl: kubectlScope(cluster) }),
        };
  return {
    id,
    ...named(rendering, source.name),
    description,
    icon: iconOf(source, look, view),
    spoken: [
      marks.favourite ? t('Favourite cluster {0}', source.name) : t('Cluster {0}', source.name),
      description,
      problemCount(view?.problems.length ?? 0, t),
    ]
      .filter((text) => text !== undefined)
      .join(', '),
    tags: [
      'cluster',
      source.origin,
      ...look.tags,
      ...(marks.favourite ? ['favourite'] : []),
      ...(marks.hidden ? ['hidden'] : []),
      ...(cluster.folder === undefined ? [] : ['opened']),
      ...(cluster.file === undefined ? [] : ['kubeconfig']),
      ...(view === undefined ? [] : ['why']),
    ],
    target: { kind: 'cluster', source: source.id, name: source.name },
    basis: [source.state.kind, snapshot.server, ...(view?.problems ?? [])],
    tooltip: () => clusterTooltip(shown),
    children: () => clusterChildren(shown, id, scope),
    ...(source.origin === 'folder' ? {} : { kubectl: () => getNodes(kubectlScope(cluster)) }),
  };
}

const kubectlScope = ({ source, kubeconfig }: Cluster) => ({
  context: source.snapshot.connection?.context ?? source.name,
  ...(kubeconfig === undefined ? {} : { kubeconfig }),
});

function iconOf(source: ClusterSource, look: ConnectionLook, view: CniView | undefined): Icon {
  if (source.state.kind !== 'connected') return look.icon;
  if (view?.severity !== undefined) return severityIcon(view.severity);
  if (staleSince(source.snapshot) !== undefined) return icons.stale;
  if (view?.cni.state === 'cannot-tell') return icons.unknown;
  return source.origin === 'folder' ? icons.folder : icons.cluster;
}

/** `as of 10:42, 3 min ago`, `Upstream (kubeadm) v1.34.2`, `Canal 3.32.1 · 47/48 ready`. */
function verdicts({ cluster, snapshot, rendering }: Shown, view: CniView): readonly (string | undefined)[] {
  const { t, now } = rendering;
  const since = snapshot === cluster.source.snapshot ? staleSince(snapshot) : snapshot.content.asOf;
  return [
    since === undefined ? undefined : asOf(since, now, t),
    typeWords(view.type, view.version, t),
    ...view.type.overlays.map(({ name }) => name),
    view.cni.state === 'cannot-tell' ? t('cannot tell which CNI') : view.summary,
  ];
}

function typeWords(type: ClusterTypeReading, version: string | undefined, t: Translate): string {
  if (type.pending && type.confidence === 'hint') return version ?? t('reading…');
  const name = type.confidence === 'hint' && type.id !== 'unknown' ? t('perhaps {0}', type.name) : type.name;
  return [name, version].filter((text) => text !== undefined).join(' ');
}

function clusterChildren(
  { cluster, look, visible, view, rendering }: Shown,
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
    ...(type.confidence === 'hint' ? type.gaps : []),
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
      const said = state.kind === 'credential-plugin' ? lastLine(state.stderr) : undefined;
      return [
        messageRow(`${id}/advice`, look.advice ?? look.words, icons.note),
        ...(said === undefined ? [] : [messageRow(`${id}/stderr`, said, icons.credentialPlugin)]),
      ];
    }
  }
}

const lastLine = (text: string): string | undefined => text.trim().split('\n').at(-1)?.trim() || undefined;

function clusterTooltip({ cluster, snapshot, look, view, rendering, marks }: Shown): Tooltip {
  const { source } = cluster;
  const { t } = rendering;
  const { connection, server, content } = snapshot;
  const row = (name: string, value: string | undefined): (readonly [string, string])[] =>
    value === undefined || value === '' ? [] : [[name, value]];
  const { state } = source;
  return {
    title: source.name,
    sentences: [
      ...(state.kind === 'connected' ? [] : [capital(look.words)]),
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
      ...row(t('Folder'), cluster.folder),
      ...row(t('Kubeconfig'), cluster.file?.path),
      ...row(t('Credential plugin'), connection?.execCommand),
      ...row(t('Checked'), state.kind === 'connected' && content.asOf > 0 ? formatMoment(state.checked) : undefined),
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
