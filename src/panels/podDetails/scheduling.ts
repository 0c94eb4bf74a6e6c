import { type JsonObject, numberAt, objectAt, objectsAt, stringAt, stringMapAt } from '../../model/json.ts';
import type { ObjectMeta } from '../../model/meta.ts';
import { type Block, type Field, field, fields, mono, ready, type Section, type Value } from '../page.ts';
import { affinityBlocks, spreadValues } from './affinity.ts';
import type { PodInput } from './input.ts';
import { t } from '../translate.ts';

/** Labels and annotations by which schedulers of groups of pods know that pods belong together. */
const groupKeys = [
  'scheduling.x-k8s.io/pod-group',
  'pod-group.scheduling.sigs.k8s.io',
  'pod-group.scheduling.sigs.k8s.io/name',
  'scheduling.k8s.io/group-name',
  'scheduling.volcano.sh/group-name',
  'kueue.x-k8s.io/pod-group-name',
];

/**
 * The pods that this one is scheduled together with: `spec.schedulingGroup` since 1.36, `spec.workloadRef` in 1.35, a label or an
 * annotation where another scheduler does it.
 */
function groupField(spec: JsonObject, { labels, annotations }: ObjectMeta): Field | undefined {
  const workload = objectAt(spec, 'workloadRef');
  const replica = stringAt(workload, 'podGroupReplicaKey');
  const named = groupKeys.flatMap((key): readonly Value[] => {
    const name = labels[key] ?? annotations[key];
    return name === undefined ? [] : [{ text: name, mono: true, copy: true, note: key }];
  });
  return field(
    t('Scheduled with'),
    mono(stringAt(objectAt(spec, 'schedulingGroup'), 'podGroupName'), { note: 'PodGroup' }),
    mono(stringAt(workload, 'name'), { note: 'Workload' }),
    mono(stringAt(workload, 'podGroup'), {
      note: replica === undefined ? t('its group') : t('its group, replica {0}', replica),
    }),
    ...named,
  );
}

function tolerationTable(tolerations: readonly JsonObject[]): Block {
  return {
    kind: 'table',
    caption: t('Tolerations'),
    columns: [
      { title: t('Key') },
      { title: t('Operator') },
      { title: t('Value') },
      { title: t('Effect') },
      { title: t('Seconds'), numeric: true },
    ],
    rows: tolerations.map((toleration) => {
      const key = stringAt(toleration, 'key') ?? '';
      return {
        cells: [
          key === '' ? t('every taint') : { text: key, mono: true },
          stringAt(toleration, 'operator') ?? 'Equal',
          { text: stringAt(toleration, 'value') ?? '', mono: true },
          stringAt(toleration, 'effect') ?? t('every effect'),
          String(numberAt(toleration, 'tolerationSeconds') ?? ''),
        ],
      };
    }),
  };
}

export function scheduling({ raw, pod, snapshot }: PodInput): Section {
  const spec = objectAt(raw, 'spec');
  const node = pod.spec.nodeName === undefined ? undefined : snapshot.table('nodes').get('', pod.spec.nodeName);
  const tolerations = objectsAt(spec, 'tolerations');
  const selector = Object.entries(stringMapAt(spec, 'nodeSelector'));
  const scheduler = stringAt(spec, 'schedulerName');
  const system = [node?.operatingSystem, node?.architecture].filter((part) => part !== undefined).join('/');
  const preemption = stringAt(spec, 'preemptionPolicy');
  const blocks: Block[] = fields(
    field(
      t('Node'),
      mono(pod.spec.nodeName),
      [node?.osImage, system].filter((part) => part !== undefined && part !== '').join(', '),
    ),
    field(t('Nominated node'), mono(stringAt(objectAt(raw, 'status'), 'nominatedNodeName'))),
    field(t('Scheduler'), scheduler === 'default-scheduler' ? undefined : mono(scheduler)),
    field(
      t('Priority'),
      String(numberAt(spec, 'priority') ?? ''),
      stringAt(spec, 'priorityClassName'),
      preemption === 'Never' ? t('preempts nobody') : undefined,
    ),
    field(t('Runtime class'), mono(stringAt(spec, 'runtimeClassName'))),
    field(t('Operating system'), stringAt(objectAt(spec, 'os'), 'name')),
    field(t('Held back by'), ...objectsAt(spec, 'schedulingGates').map((gate) => mono(stringAt(gate, 'name')))),
    groupField(spec, pod.meta),
    field(t('Overhead'), ...Object.entries(stringMapAt(spec, 'overhead')).map(([name, amount]) => `${name} ${amount}`)),
    field(t('Resource claims'), ...claimValues(spec, objectAt(raw, 'status'))),
    field(t('Spread'), ...spreadValues(objectsAt(spec, 'topologySpreadConstraints'))),
  );
  blocks.push(...affinityBlocks(objectAt(spec, 'affinity')));
  if (selector.length > 0) blocks.push({ kind: 'pairs', label: t('Node selector'), pairs: selector });
  if (tolerations.length > 0) blocks.push(tolerationTable(tolerations));
  return {
    id: 'scheduling',
    title: t('Scheduling'),
    summary: [mono(pod.spec.nodeName, { copy: false }) ?? { text: t('no node'), tone: 'warning' as const }],
    open: false,
    state: ready,
    blocks,
  };
}

/** Devices that the pod claims, with the claims that were made for it. */
function claimValues(spec: JsonObject, status: JsonObject): readonly Value[] {
  const made = objectsAt(status, 'resourceClaimStatuses');
  return objectsAt(spec, 'resourceClaims').map((claim) => {
    const name = stringAt(claim, 'name') ?? '';
    const of =
      stringAt(claim, 'resourceClaimName') ??
      stringAt(made.find((entry) => stringAt(entry, 'name') === name) ?? {}, 'resourceClaimName') ??
      stringAt(claim, 'resourceClaimTemplateName');
    return { text: name, mono: true, ...(of !== undefined && { note: of }) };
  });
}
