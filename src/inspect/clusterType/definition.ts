import type { Signal } from './signals.ts';

export interface ClusterTypeDefinition {
  readonly id: string;
  readonly name: string;
  readonly signals: readonly Signal[];
}

/** A manager that looks after a cluster of any type. */
export interface OverlayDefinition extends ClusterTypeDefinition {
  /** What the badge means, as a sentence without its subject. */
  readonly meaning: string;
}
