import { matchesSelector } from '../../model/labels.ts';
import { objectAt, objectsAt, stringAt } from '../../model/json.ts';
import type { Pod } from '../../model/pod.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import type { Workload } from '../../model/workload.ts';
import { gapOf } from '../../inspect/evidence.ts';
import { restarts as restartWords } from '../../inspect/podHealth.ts';
import { podStatus } from '../../inspect/podStatus.ts';
import { type Block, field, fields, mono, ready, type Section, type TableRow, type Value } from '../page.ts';
import { stateWords } from './containers.ts';
import type { PodInput } from './input.ts';
import { t } from '../translate.ts';

const tables = {
  DaemonSet: 'daemonSets',
  Deployment: 'deployments',
  StatefulSet: 'statefulSets',
  ReplicaSet: 'replicaSets',
  Job: 'jobs',
} as const;

const shown = 50;

export const ownerOf = (pod: Pod, snapshot: ClusterSnapshot): Workload | undefined => {
  const owner = pod.meta.owners.find(({ controller }) => controller);
  if (owner === undefined || !Object.hasOwn(tables, owner.kind)) return undefined;
  return snapshot.table(tables[owner.kind as keyof typeof tables]).get(pod.meta.namespace, owner.name);
};

/** The pods that share the controller of `pod`, itself included, those with trouble first. */
export function siblingsOf(pod: Pod, snapshot: ClusterSnapshot): readonly Pod[] {
  const owner = pod.meta.owners.find(({ controller }) => controller);
  if (owner === undefined) return [];
  const selector = ownerOf(pod, snapshot)?.selector;
  const siblings = snapshot
    .table('pods')
    .in(pod.meta.namespace)
    .filter(
      ({ meta }) =>
        meta.owners.some(({ controller, kind, name }) => controller && kind === owner.kind && name === owner.name) &&
        (selector === undefined || matchesSelector(selector, meta.labels)),
    );
  const well = (one: Pod): number => {
    const { ready: count, total } = podStatus(one);
    return one === pod ? -1 : count < total ? 0 : 1;
  };
  return siblings.toSorted(
    (one, other) => well(one) - well(other) || (one.spec.nodeName ?? '').localeCompare(other.spec.nodeName ?? ''),
  );
}

function matrix(pod: Pod, siblings: readonly Pod[]): Block {
  const names = [
    ...new Set(siblings.flatMap(({ spec }) => [...spec.initContainers, ...spec.containers].map(({ name }) => name))),
  ];
  const rows = siblings.slice(0, shown).map((sibling): TableRow => {
    const statuses = [...sibling.initContainerStatuses, ...sibling.containerStatuses];
    const cells = names.map((name): Value => {
      const status = statuses.find((entry) => entry.name === name);
      const { text, tone } = stateWords(status?.state);
      const restarts = status === undefined || status.restarts === 0 ? {} : { note: restartWords(status.restarts) };
      const notReady = status?.state?.kind === 'running' && !status.ready;
      return { text: notReady ? t('running, not ready') : text, tone: notReady ? 'warning' : tone, ...restarts };
    });
    return {
      cells: [
        { text: sibling.spec.nodeName ?? t('no node'), mono: true },
        {
          text: sibling.meta.name,
          mono: true,
          ...(sibling !== pod && {
            action: {
              id: 'openPod',
              label: t('Open {0}', sibling.meta.name),
              args: [sibling.meta.namespace, sibling.meta.name],
            },
          }),
        },
        ...cells,
      ],
      ...(sibling === pod && { current: true }),
    };
  });
  return {
    kind: 'table',
    caption: t('Containers by node, those with trouble first'),
    columns: [{ title: t('Node') }, { title: t('Pod') }, ...names.map((title) => ({ title }))],
    rows,
    ...(siblings.length > shown && { rest: t('{0} of {1} pods.', shown, siblings.length) }),
  };
}

export function relations({ pod, raw, snapshot }: PodInput): Section {
  const owner = ownerOf(pod, snapshot);
  const siblings = siblingsOf(pod, snapshot);
  const node = pod.spec.nodeName === undefined ? undefined : snapshot.table('nodes').get('', pod.spec.nodeName);
  const volumes = objectsAt(objectAt(raw, 'spec'), 'volumes');
  const named = (kind: string, key: string): readonly Value[] =>
    [...new Set(volumes.map((volume) => stringAt(objectAt(volume, kind), key) ?? '').filter(Boolean))].map((text) => ({
      text,
      mono: true,
    }));
  const gap = gapOf(snapshot.knowledge('pods', { namespace: pod.meta.namespace }), 'pods are');
  return {
    id: 'relations',
    title: t('Owner and sibling pods'),
    summary: pod.meta.owners.map(({ kind, name }) => ({ text: `${kind} ${name}`, mono: true })),
    open: siblings.length > 1,
    state: ready,
    blocks: [
      ...fields(
        field(t('Owner'), ...pod.meta.owners.map(({ kind, name }) => mono(`${kind} ${name}`))),
        field(t('Its owner'), ...(owner?.meta.owners ?? []).map(({ kind, name }) => mono(`${kind} ${name}`))),
        field(
          t('Owner’s pods'),
          owner?.counts.desired === undefined
            ? undefined
            : t('{0} of {1} ready', owner.counts.ready ?? 0, owner.counts.desired),
          owner?.counts.updated === undefined ? undefined : t('{0} up to date', owner.counts.updated),
        ),
        field(
          t('Node’s conditions'),
          ...(node?.conditions ?? []).map(({ type, status, reason }): Value => {
            const bad = type === 'Ready' ? status !== 'True' : status === 'True';
            return {
              text: `${type} ${status}`,
              tone: bad ? 'error' : 'plain',
              ...(reason !== undefined && { note: reason }),
            };
          }),
        ),
        field(t('ConfigMaps'), ...named('configMap', 'name')),
        field(t('Secrets'), ...named('secret', 'secretName')),
        field(t('Volume claims'), ...named('persistentVolumeClaim', 'claimName')),
      ),
      ...(siblings.length > 1 ? [matrix(pod, siblings)] : []),
      ...(siblings.length <= 1 && gap !== undefined && pod.meta.owners.length > 0
        ? [
            {
              kind: 'note' as const,
              text: t('Cannot tell which other pods its owner has: {0}.', gap),
              tone: 'muted' as const,
            },
          ]
        : []),
    ],
  };
}
