import { commands } from '../../contributions.ts';
import { icons } from '../look.ts';
import { pageSize, type Rendering } from '../rendering.ts';
import type { Row } from '../row.ts';
import { formatCount } from '../words.ts';

/** The rows of a list as far as they have been asked for, and one that asks for more. `id` is that of the list's row. */
export function paged<T>(items: readonly T[], id: string, rendering: Rendering, row: (item: T) => Row): readonly Row[] {
  const { t } = rendering;
  const shown = rendering.shown(id);
  if (items.length <= shown) return items.map(row);
  const left = items.length - shown;
  const label = t('Show {0} More', formatCount(Math.min(left, pageSize)));
  const description = t('{0} of {1} shown', formatCount(shown), formatCount(items.length));
  return [
    ...items.slice(0, shown).map(row),
    {
      id: `${id}/more`,
      label,
      description,
      icon: icons.more,
      spoken: `${label}, ${description}`,
      tags: ['more'],
      target: { kind: 'group' },
      command: commands.showMore,
    },
  ];
}
