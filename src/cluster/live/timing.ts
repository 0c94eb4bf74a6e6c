import { type ReflectorTiming, reflectorTiming } from './reflector.ts';

/** Milliseconds. */
export interface LiveTiming extends ReflectorTiming {
  /** Changes that come within this time are reported together. */
  readonly coalesceMs: number;
  /** How long a read goes on that nobody needs any more. */
  readonly graceMs: number;
  /** How often the connection is checked. */
  readonly heartbeatMs: number;
  readonly heartbeatTimeoutMs: number;
  /** How often it is looked whether the machine has slept. */
  readonly sleepCheckMs: number;
  /** Within what time after that all clusters are asked again. */
  readonly wakeSpreadMs: number;
  /** After the custom resource definitions have changed. */
  readonly rediscoverMs: number;
  readonly firstReconnectMs: number;
  readonly longestReconnectMs: number;
}

export const liveTiming: LiveTiming = {
  ...reflectorTiming,
  coalesceMs: 50,
  graceMs: 30_000,
  heartbeatMs: 30_000,
  heartbeatTimeoutMs: 10_000,
  sleepCheckMs: 5_000,
  wakeSpreadMs: 2_000,
  rediscoverMs: 2_000,
  firstReconnectMs: 500,
  longestReconnectMs: 15_000,
};
