/** What the user wants to see: rows that contain a text, rows with problems, or both. */
export interface Filter {
  /** Compared without regard to case; empty: everything. */
  readonly text: string;
  readonly problemsOnly: boolean;
}

export const noFilter: Filter = { text: '', problemsOnly: false };

export const isFiltering = ({ text, problemsOnly }: Filter): boolean => text !== '' || problemsOnly;

export const contains = ({ text }: Filter, ...values: readonly (string | undefined)[]): boolean => {
  if (text === '') return true;
  const wanted = text.toLowerCase();
  return values.some((value) => value?.toLowerCase().includes(wanted));
};

/** Where the filter's text stands in `label`. */
export function highlightsOf({ text }: Filter, label: string): readonly (readonly [number, number])[] | undefined {
  if (text === '') return undefined;
  const at = label.toLowerCase().indexOf(text.toLowerCase());
  return at < 0 ? undefined : [[at, at + text.length]];
}
