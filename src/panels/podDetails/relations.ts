import { matchesSelector } from '../../model/labels.ts';
import { objectAt } from '../../model/json.ts';
import type { ModelObject, OwnerReference } from '../../model/meta.ts';
import type { Pod } from '../../model/pod.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import type { Workload } from '../../model/workload.ts';
import { gapOf } from '../../inspect/evidence.ts';
import { restarts as restartWords } from '../../inspect/podHealth.ts';
import { podStatus } from '../../inspect/podStatus.ts';
import { type Block, field, fields, mono, ready, type Section, type TableRow, type Value } from '../page.ts';
import { stateWords } from './containerState.ts';
import type { PodInput } from './input.ts';
import { References } from './references.ts';
import { t } from '../translate.ts';

/** Kinds of which a snapshot knows objects that own others. */
const tables = {
  DaemonSet: 'daemonSets',
  Deployment: 'deployments',
  StatefulSet: 'statefulSets',
  ReplicaSet: 'replicaSets',
  ReplicationController: 'replicationControllers',
  Job: 'jobs',
  CronJob: 'cronJobs',
} as const;

type OwnerTable = (typeof tables)[keyof typeof tables];

/** The kind of an owner as snapshots know it; undefined for one that they do not. */
export const ownerTable = (kind: string): OwnerTable | undefined =>
  Object.hasOwn(tables, kind) ? tables[kind as keyof typeof tables] : undefined;

const controllerOf = ({ meta }: ModelObject): OwnerReference | undefined =>
  meta.owners.find(({ controller }) => controller);

const shown = 50;

/** The object that controls another one, where it has been read. */
export function ownerOf(object: ModelObject, snapshot: ClusterSnapshot): Workload | undefined {
  const owner = controllerOf(object);
  const table = owner === undefined ? undefined : ownerTable(owner.kind);
  return owner === undefined || table === undefined
    ? undefined
    : snapshot.table(table).get(object.meta.namespace, owner.name);
}

/** No chain of owners is as long; one that turns in a circle is cut off here. */
const longestChain = 5;

/** Who controls the pod, who controls that, and so on, as far as it is known; the last may be known by name alone. */
export function ownerChain(pod: Pod, snapshot: ClusterSnapshot): readonly OwnerReference[] {
  const chain: OwnerReference[] = [];
  for (let object: ModelObject | undefined = pod; object !== undefined && chain.length < longestChain;) {
    const owner = controllerOf(object);
    if (owner === undefined) break;
    chain.push(owner);
    object = ownerOf(object, snapshot);
  }
  return chain;
}

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

const nameOf = (owner: OwnerReference | undefined): string | undefined => owner && `${owner.kind} ${owner.name}`;

export function relations({ pod, raw, snapshot }: PodInput): Section {
  const owner = ownerOf(pod, snapshot);
  const chain = ownerChain(pod, snapshot);
  const siblings = siblingsOf(pod, snapshot);
  const node = pod.spec.nodeName === undefined ? undefined : snapshot.table('nodes').get('', pod.spec.nodeName);
  const gap = gapOf(snapshot.knowledge('pods', { namespace: pod.meta.namespace }), 'pods are');
  return {
    id: 'relations',
    title: t('Owner and sibling pods'),
    summary: [mono(nameOf(chain.at(-1) ?? pod.meta.owners[0]), { copy: false })].filter((value) => value !== undefined),
    open: siblings.length > 1,
    state: ready,
    blocks: [
      ...fields(
        field(t('Owner'), mono(nameOf(chain[0]))),
        field(t('Owned in turn by'), ...chain.slice(1).map((one) => mono(nameOf(one)))),
        field(
          t('Also owned by'),
          ...pod.meta.owners.filter(({ controller }) => !controller).map((one) => mono(nameOf(one))),
        ),
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
        ...new References(objectAt(raw, 'spec'), pod.meta.name).fields(),
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
