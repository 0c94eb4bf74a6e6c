import { isKnown, referenceTo } from '../../inspect/evidence.ts';
import type { WorkloadView } from '../../inspect/cniViewTypes.ts';
import type { Node } from '../../model/node.ts';
import { knowledgeWords } from '../knowledge.ts';
import { getObject } from '../../base/kubectlLine.ts';
import { icons, severityIcon } from '../look.ts';
import { pageSize } from '../rendering.ts';
import { named, type Row } from '../row.ts';
import type { VisibleWorkload } from '../visible.ts';
import { formatCount } from '../words.ts';
import { messageRow } from './message.ts';
import { nodeRow } from './node.ts';
import { paged } from './pages.ts';
import { podRow } from './pod.ts';
import { problemTooltip } from './problemRows.ts';
import { type ClusterScope, leadsToProblem, problemsOf } from './scope.ts';

/** `parentId` begins its id: a companion may belong to two CNIs. */
export function workloadRow(visible: VisibleWorkload, parentId: string, scope: ClusterScope): Row {
  const { rendering, source, kubectl } = scope;
  const { t } = rendering;
  const { view } = visible;
  const { workload, severity } = view;
  const reference = referenceTo(workload);
  const id = `${parentId}/${workload.kind}:${workload.meta.namespace}/${workload.meta.name}`;
  const problems = problemsOf(scope, reference);
  const words = `${workload.kind} ${view.words}`;
  return {
    id,
    ...named(rendering, workload.meta.name),
    description: words,
    icon: severity !== undefined ? severityIcon(severity) : view.rollingOut ? icons.progress : icons.workload,
    spoken: `${workload.meta.name}, ${words}${view.rollingOut ? `, ${t('rolling out')}` : ''}`,
    tags: ['workload', workload.kind, ...(severity === undefined ? [] : ['problem'])],
    target: { kind: 'object', source, object: reference },
    leads: leadsToProblem(scope, reference),
    children: () => [...uncoveredRows(visible, id, scope), ...podRows(visible, id, scope)],
    basis: [workload, ...problems],
    tooltip: () => ({
      title: `${workload.kind} ${workload.meta.name}`,
      rows: [
        [t('Namespace'), workload.meta.namespace],
        ...countRows(view, scope),
        ...(view.uncovered.length === 0
          ? []
          : [[t('Nodes not covered'), listed(view.uncovered.map(({ meta }) => meta.name))] as const]),
        ...workload.template.containers.map(({ name, image }) => [name, image] as const),
      ],
      ...problemTooltip(problems, t),
    }),
    ...(kubectl === undefined ? {} : { kubectl: () => getObject(kubectl, reference) }),
  };
}

const countRows = (
  { counts }: WorkloadView,
  { rendering: { t } }: ClusterScope,
): readonly (readonly [string, string])[] =>
  counts === undefined
    ? []
    : [
        [t('Desired'), formatCount(counts.desired)],
        [t('Ready'), formatCount(counts.ready)],
        [t('Up to date'), formatCount(counts.updated)],
        ...(counts.misscheduled === 0
          ? []
          : [[t('On nodes where it should not run'), formatCount(counts.misscheduled)] as const]),
      ];

const listed = (names: readonly string[]): string =>
  names.length <= 5 ? names.join(', ') : `${names.slice(0, 5).join(', ')}, … (${formatCount(names.length)})`;

const uncoveredWords = (nodes: readonly Node[], { rendering: { t } }: ClusterScope): string =>
  nodes.length === 1 ? t('1 node not covered') : t('{0} nodes not covered', formatCount(nodes.length));

function uncoveredRows({ view, uncovered }: VisibleWorkload, id: string, scope: ClusterScope): readonly Row[] {
  if (uncovered.length === 0) return [];
  const label = uncoveredWords(uncovered, scope);
  const group = `${id}/uncovered`;
  return [
    {
      id: group,
      label,
      icon: severityIcon(view.severity ?? 'breaks'),
      spoken: label,
      tags: ['group'],
      target: { kind: 'group' },
      children: () => paged(uncovered, group, scope.rendering, (node) => nodeRow(node, group, scope)),
      tooltip: () => ({
        title: label,
        sentences: [scope.rendering.t('These nodes are ready and have no pod of this DaemonSet.')],
      }),
    },
  ];
}

/** Pods with problems first. Of many pods, those without a problem stand in a group of their own. */
function podRows({ view, pods }: VisibleWorkload, id: string, scope: ClusterScope): readonly Row[] {
  const { rendering } = scope;
  const { t } = rendering;
  if (!isKnown(view.podsKnowledge)) {
    const { words, icon } = knowledgeWords(view.podsKnowledge, t('pods'), t);
    return [messageRow(`${id}/pods`, words, icon)];
  }
  if (pods.length === 0) {
    if (rendering.filter.text !== '' || rendering.filter.problemsOnly) return [];
    return [messageRow(`${id}/pods`, t('No pods'), icons.group)];
  }
  if (view.pods.length <= pageSize) return paged(pods, id, rendering, (pod) => podRow(pod, id, scope));
  const broken = pods.filter(({ severity }) => severity !== undefined);
  const working = pods.filter(({ severity }) => severity === undefined);
  const rows = paged(broken, id, rendering, (pod) => podRow(pod, id, scope));
  return working.length === 0
    ? rows
    : [
        ...rows,
        workingRow(working.length, () => paged(working, `${id}/working`, rendering, (pod) => podRow(pod, id, scope))),
      ];

  function workingRow(count: number, children: () => readonly Row[]): Row {
    const label = t('{0} without a problem', formatCount(count));
    return {
      id: `${id}/working`,
      label,
      icon: icons.group,
      spoken: label,
      tags: ['group'],
      target: { kind: 'group' },
      open: broken.length === 0,
      children,
    };
  }
}
