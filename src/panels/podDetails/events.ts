import type { KubernetesEvent } from '../../model/objects.ts';
import { moment, type Section, type TableRow, type Value } from '../page.ts';
import type { PodInput } from './input.ts';
import { t } from '../translate.ts';

const shown = 100;

const latest = (event: KubernetesEvent): number => event.last ?? event.first ?? 0;

const container = (fieldPath: string | undefined): string => /\{(.+)\}$/.exec(fieldPath ?? '')?.[1] ?? '';

/** When it happened last, and first where that is another time. */
const seen = ({ first, last }: KubernetesEvent): readonly Value[] =>
  [
    moment(last ?? first, { after: t('ago') }),
    first === undefined || last === undefined || first >= last
      ? undefined
      : moment(first, { before: t('first'), after: t('ago') }),
  ].filter((value) => value !== undefined);

/** Warnings first, then the newest. */
export const sortEvents = (events: readonly KubernetesEvent[]): readonly KubernetesEvent[] =>
  events.toSorted(
    (one, other) => Number(other.type === 'Warning') - Number(one.type === 'Warning') || latest(other) - latest(one),
  );

export function events({ events: list, eventsState }: PodInput): Section {
  const warnings = list.filter(({ type }) => type === 'Warning').length;
  const rows = sortEvents(list)
    .slice(0, shown)
    .map((event): TableRow => ({
      cells: [
        { text: event.type, tone: event.type === 'Warning' ? 'warning' : 'plain' },
        event.reason,
        { text: event.message, copy: true },
        seen(event),
        String(event.count),
        { text: container(event.about.fieldPath), mono: true },
        event.component ?? '',
      ],
    }));
  return {
    id: 'events',
    title: t('Events'),
    summary:
      eventsState.kind === 'ready'
        ? [
            warnings === 0
              ? String(list.length)
              : { text: t('{0} of {1} are warnings', warnings, list.length), tone: 'warning' },
          ]
        : [],
    open: warnings > 0,
    state: eventsState,
    blocks: [
      list.length === 0
        ? { kind: 'note', text: t('None. The API server forgets events after about an hour.'), tone: 'muted' }
        : {
            kind: 'table',
            caption: t('Events, warnings first'),
            columns: [
              { title: t('Type') },
              { title: t('Reason') },
              { title: t('Message'), text: true },
              { title: t('Seen') },
              { title: t('Count'), numeric: true },
              { title: t('Container') },
              { title: t('From') },
            ],
            rows,
            rest:
              list.length > shown
                ? t('{0} of {1}; the API server forgets events after about an hour.', shown, list.length)
                : t('The API server forgets events after about an hour.'),
          },
    ],
  };
}
