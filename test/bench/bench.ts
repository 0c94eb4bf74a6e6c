/** One measured number. */
export interface Figure {
  /** What was measured, unique among all figures: "activation: activate()". */
  readonly name: string;
  readonly value: number;
  /** `ms`, `MB`, or `×` for a ratio of two measurements of the same run. */
  readonly unit: string;
  /** What it is held to; the bench says so when it is missed. */
  readonly goal: number;
  readonly better: 'lower' | 'higher';
  /** What it stands beside: the other half of a ratio, with its own number; empty for a figure on its own. */
  readonly against: string;
}

/**
 * A bench lives in test/bench/NAME.bench.ts and is exported as `bench`. It runs in a Node process of its own, started
 * with --expose-gc, and reports each figure when it has it. What it prints goes to stderr.
 */
export interface Bench {
  readonly name: string;
  run(report: (figure: Figure) => void): Promise<void>;
}
