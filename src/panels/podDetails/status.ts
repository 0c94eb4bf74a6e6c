import { numberAt, objectAt, stringAt } from '../../model/json.ts';
import type { Condition } from '../../model/meta.ts';
import { field, fields, moment, ready, type Section } from '../page.ts';
import type { PodInput } from './input.ts';
import { t } from '../translate.ts';

/** Conditions for which `True` is the bad news. */
const badWhenTrue = new Set(['DisruptionTarget', 'PodResizePending', 'PodResizeInProgress']);

export const conditionFails = ({ type, status }: Condition): boolean =>
  badWhenTrue.has(type) ? status === 'True' : status !== 'True';

export function status({ raw, pod }: PodInput): Section {
  const spec = objectAt(raw, 'spec');
  const state = objectAt(raw, 'status');
  const done = pod.phase === 'Succeeded' || pod.phase === 'Failed';
  return {
    id: 'status',
    title: t('Status'),
    summary: [pod.phase, stringAt(state, 'qosClass')].filter((text): text is string => text !== undefined),
    open: false,
    state: ready,
    blocks: [
      ...fields(
        field(
          t('Phase'),
          pod.phase,
          pod.reason,
          pod.message === undefined ? undefined : { text: pod.message, mono: true, copy: true },
        ),
        field(t('Started'), moment(pod.started, { after: t('ago') })),
        field(t('Quality of service'), stringAt(state, 'qosClass')),
        field(t('Restart policy'), stringAt(spec, 'restartPolicy')),
        field(t('Grace period'), seconds(numberAt(spec, 'terminationGracePeriodSeconds'))),
        field(t('Deadline'), seconds(numberAt(spec, 'activeDeadlineSeconds'))),
        field(t('Resize'), stringAt(state, 'resize')),
        field(t('Readiness gates'), ...pod.spec.readinessGates),
      ),
      {
        kind: 'table',
        caption: t('Conditions'),
        columns: [{ title: t('Condition') }, { title: t('Status') }, { title: t('Since') }, { title: t('Reason') }],
        rows: pod.conditions.map((condition) => {
          const { type, status: value, since, reason, message } = condition;
          const tone = conditionFails(condition) && !done ? ('warning' as const) : ('plain' as const);
          const why = [reason, message].filter((text) => text !== undefined && text !== '').join(': ');
          return {
            cells: [type, { text: value, tone }, since === undefined ? '' : { at: since, after: t('ago') }, why],
          };
        }),
      },
    ],
  };
}

const seconds = (value: number | undefined): string | undefined => (value === undefined ? undefined : `${value} s`);
