import { type JsonObject, numberAt, objectAt, objectsAt, stringAt, timeAt } from '../../model/json.ts';
import type { Condition } from '../../model/meta.ts';
import {
  type Block,
  type Column,
  type Field,
  field,
  fields,
  moment,
  ready,
  type Section,
  type Value,
} from '../page.ts';
import type { PodInput } from './input.ts';
import { t } from '../translate.ts';

/** Conditions for which `True` is the bad news. */
const badWhenTrue = new Set(['DisruptionTarget', 'PodResizePending', 'PodResizeInProgress', 'AllContainersRestarting']);

export const conditionFails = ({ type, status }: Condition): boolean =>
  badWhenTrue.has(type) ? status === 'True' : status !== 'True';

/** How a change of the pod's resources stands: by its conditions since 1.33, by a word of the status before. */
function resizeField(conditions: readonly Condition[], state: JsonObject): Field | undefined {
  const holds = (type: string): Condition | undefined =>
    conditions.find((condition) => condition.type === type && condition.status === 'True');
  const pending = holds('PodResizePending');
  const running = holds('PodResizeInProgress');
  const old = stringAt(state, 'resize');
  const words = (reason: string | undefined): string => {
    switch (reason) {
      case 'Infeasible':
        return t('cannot be done on this node');
      case 'Deferred':
        return t('waits until the node has room for it');
      case 'InProgress':
        return t('under way');
      case 'Proposed':
        return t('proposed');
      default:
        return t('waits: {0}', reason ?? '');
    }
  };
  const of = (
    text: string,
    { message, since }: Condition,
    tone: 'warning' | 'plain',
  ): readonly (Value | undefined)[] => [
    { text, tone, ...(message !== undefined && message !== '' && { note: message }) },
    moment(since, { before: t('for') }),
  ];
  return field(
    t('Resize'),
    ...(pending === undefined ? [] : of(words(pending.reason), pending, 'warning')),
    ...(running === undefined
      ? []
      : running.reason === 'Error'
        ? of(t('the node cannot bring it about yet'), running, 'warning')
        : of(t('under way'), running, 'plain')),
    pending === undefined && running === undefined && old !== undefined && old !== '' ? words(old) : undefined,
  );
}

/** Which state of the spec the kubelet's report is about, where it says so: since 1.33. */
function generationField(raw: JsonObject): Field | undefined {
  const seen = numberAt(objectAt(raw, 'status'), 'observedGeneration');
  const generation = numberAt(objectAt(raw, 'metadata'), 'generation');
  if (seen === undefined) return undefined;
  return field(t('Generation'), {
    text: String(generation ?? seen),
    ...(generation !== undefined &&
      generation !== seen && { tone: 'warning', note: t('what is shown of its state is of {0}', seen) }),
  });
}

function conditionTable({ pod, raw }: PodInput): Block {
  const done = pod.phase === 'Succeeded' || pod.phase === 'Failed';
  const originals = objectsAt(objectAt(raw, 'status'), 'conditions');
  const rows = pod.conditions.map((condition) => {
    const original = originals.find((entry) => stringAt(entry, 'type') === condition.type) ?? {};
    return { condition, probed: timeAt(original, 'lastProbeTime') };
  });
  // The kubelet has long stopped to say when it looked.
  const showsProbed = rows.some(({ probed }) => probed !== undefined);
  const column = (title: string): Column => ({ title });
  return {
    kind: 'table',
    caption: t('Conditions'),
    columns: [
      column(t('Condition')),
      column(t('Status')),
      column(t('Since')),
      ...(showsProbed ? [column(t('Looked at'))] : []),
      column(t('Reason')),
    ],
    rows: rows.map(({ condition, probed }) => {
      const { type, status: value, since, reason, message } = condition;
      const tone = conditionFails(condition) && !done ? ('warning' as const) : ('plain' as const);
      const at = (time: number | undefined): Value => moment(time, { after: t('ago') }) ?? '';
      const why = [reason, message].filter((text) => text !== undefined && text !== '').join(': ');
      return { cells: [type, { text: value, tone }, at(since), ...(showsProbed ? [at(probed)] : []), why] };
    }),
  };
}

export function status(input: PodInput): Section {
  const { raw, pod } = input;
  const spec = objectAt(raw, 'spec');
  const state = objectAt(raw, 'status');
  const quality = stringAt(state, 'qosClass');
  return {
    id: 'status',
    title: t('Status'),
    summary: [pod.phase, quality].filter((text): text is string => text !== undefined),
    open: false,
    state: ready,
    blocks: [
      ...fields(
        field(
          t('Phase'),
          pod.phase,
          pod.reason,
          pod.message === undefined || pod.message === '' ? undefined : { text: pod.message, mono: true, copy: true },
        ),
        field(t('Started'), moment(pod.started, { after: t('ago') })),
        field(t('Quality of service'), quality),
        field(t('Restart policy'), stringAt(spec, 'restartPolicy')),
        field(t('Grace period'), seconds(numberAt(spec, 'terminationGracePeriodSeconds'))),
        field(t('Deadline'), seconds(numberAt(spec, 'activeDeadlineSeconds'))),
        resizeField(pod.conditions, state),
        generationField(raw),
        field(t('Readiness gates'), ...gates(input)),
      ),
      ...(pod.conditions.length === 0 ? [] : [conditionTable(input)]),
    ],
  };
}

/** Conditions of others that the pod waits for, each with what it says by now. */
const gates = ({ pod }: PodInput): readonly Value[] =>
  pod.spec.readinessGates.map((gate): Value => {
    const value = pod.conditions.find(({ type }) => type === gate)?.status;
    return {
      text: gate,
      mono: true,
      note: value ?? t('nobody has said'),
      tone: value === 'True' ? 'plain' : 'warning',
    };
  });

const seconds = (value: number | undefined): string | undefined =>
  value === undefined ? undefined : t('{0} s', value);
