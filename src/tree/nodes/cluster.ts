import type { ClusterSource } from '../../cluster/source.ts';
import { isPending } from '../../inspect/evidence.ts';
import { readCniView } from '../../inspect/cniView.ts';
import type { CniView } from '../../inspect/cniViewTypes.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import type { Cluster } from '../clusters.ts';
import { connectionLook, type ConnectionLook } from '../connection.ts';
import { contains } from '../filter.ts';
import { getNodes } from '../../base/kubectlLine.ts';
import { type Icon, icons, severityIcon } from '../look.ts';
import type { Rendering } from '../rendering.ts';
import { named, parts, type Row } from '../row.ts';
import { clusterRowId } from '../rowIds.ts';
import { asOf, staleSince } from '../staleness.ts';
import { type Visible, visiblePart } from '../visible.ts';
import { clusterChildren } from './clusterChildren.ts';
import { type ClusterMarks, type ClusterShown, typeWords } from './clusterShown.ts';
import { clusterTooltip } from './clusterTooltip.ts';
import { problemCount } from './cni.ts';
import type { ClusterScope } from './scope.ts';

export interface RenderedCluster {
  /** Absent where the filter leaves nothing of the cluster. */
  readonly row: Row | undefined;
  readonly problems: number;
  /** Pods that the filter leaves, and all of them. */
  readonly matched: number;
  readonly total: number;
}

export function renderCluster(cluster: Cluster, marks: ClusterMarks, rendering: Rendering): RenderedCluster {
  const { source } = cluster;
  const { filter, t } = rendering;
  const snapshot = shownSnapshot(cluster);
  const view = hasContent(snapshot) ? readCniView(snapshot) : undefined;
  const matches = contains(filter, source.name);
  const visible = view === undefined ? undefined : visiblePart(view, filter, matches);
  const look = connectionLook(source.state, t, rendering.now, snapshot.connection?.proxy);
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
  earlier === undefined || isComplete(source.snapshot) ? source.snapshot : earlier;

/** Whether the first answers are in, so that what was known before can be let go without rows going and coming back. */
function isComplete(snapshot: ClusterSnapshot): boolean {
  if (!hasContent(snapshot)) return false;
  const { cni, entries } = readCniView(snapshot);
  return (
    cni.state !== 'pending' &&
    entries.every(({ workloads }) => workloads.every(({ podsKnowledge }) => !isPending(podsKnowledge)))
  );
}

function clusterRow(shown: ClusterShown): Row {
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

/** As a control plane without workers is, or a cluster that was scaled to nothing; files need not hold any. */
const hasNoNodes = (snapshot: ClusterSnapshot): boolean =>
  snapshot.content.origin === 'live' &&
  snapshot.knowledge('nodes').state === 'loaded' &&
  snapshot.table('nodes').size === 0;

/** `as of 10:42, 3 min ago`, `Upstream (kubeadm) v1.34.2`, `Canal 3.32.1 · 47/48 ready`. */
function verdicts({ cluster, snapshot, rendering }: ClusterShown, view: CniView): readonly (string | undefined)[] {
  const { t, now } = rendering;
  const since = snapshot === cluster.source.snapshot ? staleSince(snapshot) : snapshot.content.asOf;
  return [
    since === undefined ? undefined : asOf(since, now, t),
    typeWords(view.type, view.version, t),
    ...view.type.overlays.map(({ name }) => name),
    hasNoNodes(snapshot) ? t('no nodes') : undefined,
    view.cni.state === 'cannot-tell' ? t('cannot tell which CNI') : view.summary,
  ];
}
