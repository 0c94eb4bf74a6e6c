import type { Filter } from './filter.ts';
import type { Translate } from './words.ts';

/** What a rendering depends on besides the cluster. */
export interface Rendering {
  readonly t: Translate;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly filter: Filter;
  /** How many of a long list's rows are shown, by the id of the row that holds the list. */
  readonly shown: (id: string) => number;
}

/** A list longer than this is shown in pages of this length. */
export const pageSize = 100;
