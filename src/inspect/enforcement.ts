import type { Evidence } from './evidence.ts';

/** Whether NetworkPolicy takes effect. The CNI's name does not say it. */
export interface Enforcement {
  readonly verdict: 'yes' | 'no' | 'unknown';
  /** One sentence: what decides it. */
  readonly reason: string;
  /** What to do where it is not enforced and could be. */
  readonly fix?: string;
  readonly evidence: readonly Evidence[];
}

export const enforces = (reason: string, ...evidence: Evidence[]): Enforcement => ({
  verdict: 'yes',
  reason,
  evidence,
});

export const doesNotEnforce = (reason: string, fix: string | undefined, ...evidence: Evidence[]): Enforcement => ({
  verdict: 'no',
  reason,
  evidence,
  ...(fix === undefined ? {} : { fix }),
});

export const cannotTellEnforcement = (reason: string, ...evidence: Evidence[]): Enforcement => ({
  verdict: 'unknown',
  reason,
  evidence,
});

/** In the words of every view. */
export const enforcementWords: Readonly<Record<Enforcement['verdict'], string>> = {
  yes: 'enforces NetworkPolicy',
  no: 'does not enforce NetworkPolicy',
  unknown: 'cannot tell whether it enforces',
};
