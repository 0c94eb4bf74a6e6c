/** Kleene's three values: what a packet's unknown parts leave open stays open. */
export type Truth = 'yes' | 'no' | 'maybe';

export const truth = (value: boolean): Truth => (value ? 'yes' : 'no');

export const not = (value: Truth): Truth => (value === 'maybe' ? 'maybe' : truth(value === 'no'));

export const every = (values: readonly Truth[]): Truth =>
  values.includes('no') ? 'no' : values.includes('maybe') ? 'maybe' : 'yes';

export const some = (values: readonly Truth[]): Truth =>
  values.includes('yes') ? 'yes' : values.includes('maybe') ? 'maybe' : 'no';
