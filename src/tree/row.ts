import type { ObjectReference } from '../inspect/evidence.ts';
import type { CommandId } from '../contributions.ts';
import type { FilePlace } from './clusters.ts';
import { highlightsOf } from './filter.ts';
import type { Icon } from './look.ts';
import type { Rendering } from './rendering.ts';
import type { Tooltip } from './tooltip.ts';

/** What the commands of a row act on. `source` is the id of the cluster's source. */
export type RowTarget =
  | { readonly kind: 'cluster'; readonly source: string; readonly name: string }
  | { readonly kind: 'network'; readonly source: string; readonly name: string }
  | { readonly kind: 'object'; readonly source: string; readonly object: ObjectReference }
  | { readonly kind: 'container'; readonly source: string; readonly pod: ObjectReference; readonly name: string }
  | { readonly kind: 'file'; readonly place: FilePlace }
  | { readonly kind: 'group' };

/**
 * A row of the Clusters view as data: what is shown, said and offered, without the editor. `children` is called only
 * for rows that are open, so rows that nobody sees cost nothing.
 */
export interface Row {
  /** Unique in the view, and the same for the same thing in every later rendering. */
  readonly id: string;
  readonly label: string;
  /** The parts of the label that a filter matched: start and end. */
  readonly highlights?: readonly (readonly [number, number])[];
  readonly description?: string;
  readonly icon?: Icon;
  /** What a screen reader says: name, state, and what the icon shows. */
  readonly spoken: string;
  /** What the row is and has, for the menus: `;cluster;live;connected;`. */
  readonly tags: readonly string[];
  readonly target: RowTarget;
  /** Whether the row is open when it first appears; from then on the user decides. */
  readonly open?: boolean;
  /** The row stands on the way to the cluster's first problem, and is opened with a cluster that the user opens. */
  readonly leads?: boolean;
  readonly children?: () => readonly Row[];
  readonly tooltip?: () => Tooltip;
  /** What the tooltip is made of: when a part of it is another, the tooltip is out of date. */
  readonly basis?: readonly unknown[];
  /** What can be copied, besides the label of a row that stands for something. */
  readonly address?: string;
  readonly kubectl?: () => readonly string[];
  /** What a click does, for rows that are there to be clicked. */
  readonly command?: CommandId;
}

/** The label, and where in it the filter's text stands. */
export function named({ filter }: Pick<Rendering, 'filter'>, label: string): Pick<Row, 'label' | 'highlights'> {
  const highlights = highlightsOf(filter, label);
  return highlights === undefined ? { label } : { label, highlights };
}

/** The tags of a row, with those for what it offers. */
export const tagsOf = (row: Row): readonly string[] => [
  ...row.tags,
  ...(row.target.kind === 'group' ? [] : ['name']),
  ...(row.address === undefined ? [] : ['address']),
  ...(row.kubectl === undefined ? [] : ['kubectl']),
];

/** Joins the parts of a description that there are. */
export const parts = (...texts: readonly (string | undefined)[]): string =>
  texts.filter((text) => text !== undefined && text !== '').join(' · ');

/** Whether two renderings of a row look, sound and behave the same, children and tooltip apart. */
export function sameRow(one: Row, other: Row): boolean {
  return (
    one === other ||
    (one.label === other.label &&
      one.description === other.description &&
      one.spoken === other.spoken &&
      one.icon?.id === other.icon?.id &&
      one.icon?.colour === other.icon?.colour &&
      one.command === other.command &&
      one.address === other.address &&
      (one.children === undefined) === (other.children === undefined) &&
      sameList(one.tags, other.tags) &&
      sameList((one.highlights ?? []).flat(), (other.highlights ?? []).flat()))
  );
}

/** Whether a tooltip that was made of the one rendering is as good as one of the other. */
export const sameTooltip = (one: Row, other: Row): boolean => sameList(one.basis ?? [], other.basis ?? []);

const sameList = (one: readonly unknown[], other: readonly unknown[]): boolean =>
  one.length === other.length && one.every((value, index) => Object.is(value, other[index]));
