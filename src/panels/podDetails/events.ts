import type { KubernetesEvent } from '../../model/objects.ts';
import type { Section, TableRow } from '../page.ts';
import type { PodInput } from './input.ts';

const shown = 100;

const latest = (event: KubernetesEvent): number => event.last ?? event.first ?? 0;

const container = (fieldPath: string | undefined): string => /\{(.+)\}$/.exec(fieldPath ?? '')?.[1] ?? '';

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
        { text: container(event.about.fieldPath), mono: true },
        { text: event.message, copy: true },
        String(event.count),
        event.last === undefined ? '' : { at: event.last, after: 'ago' },
        event.component ?? '',
      ],
    }));
  return {
    id: 'events',
    title: 'Events',
    summary:
      eventsState.kind === 'ready'
        ? [
            warnings === 0
              ? String(list.length)
              : { text: `${warnings} of ${list.length} are warnings`, tone: 'warning' },
          ]
        : [],
    open: warnings > 0,
    state: eventsState,
    blocks: [
      list.length === 0
        ? { kind: 'note', text: 'None. The API server forgets events after about an hour.', tone: 'muted' }
        : {
            kind: 'table',
            caption: 'Events, warnings first',
            columns: [
              { title: 'Type' },
              { title: 'Reason' },
              { title: 'Container' },
              { title: 'Message' },
              { title: 'Count', numeric: true },
              { title: 'Last' },
              { title: 'From' },
            ],
            rows,
            rest:
              list.length > shown
                ? `${shown} of ${list.length}; the API server forgets events after about an hour.`
                : 'The API server forgets events after about an hour.',
          },
    ],
  };
}
