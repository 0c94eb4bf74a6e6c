import type { Evidence } from '../../inspect/evidence.ts';

/** What a verdict rests on, with the points that each sign gives it. */
export const evidenceRows = (evidence: readonly Evidence[]): readonly (readonly [string, string])[] =>
  evidence.map(({ weight, sentence }) => [weight === 0 ? '' : `+${weight}`, sentence]);
