import type { CommandId } from '../../contributions.ts';
import type { Icon } from '../look.ts';
import type { Row } from '../row.ts';

/** A row that says something instead of standing for something. */
export const messageRow = (id: string, text: string, icon: Icon, command?: CommandId): Row => ({
  id,
  label: text,
  icon,
  spoken: text,
  tags: ['message'],
  target: { kind: 'group' },
  tooltip: () => ({ title: text }),
  ...(command === undefined ? {} : { command }),
});
