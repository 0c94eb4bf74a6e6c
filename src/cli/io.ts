import type { ClusterSnapshot } from '../model/snapshot.ts';

/** What a command has read, from files or from a live cluster. */
export interface Input {
  readonly snapshot: ClusterSnapshot;
  /** Something could not be read. */
  readonly faulty: boolean;
  /** The text of a file of the input, again; `undefined` where it cannot be read any more. */
  readonly textOf: (file: string) => string | undefined;
}

/** What a command reads from and writes to; a test looks at what was written. */
export interface CommandIo {
  /** All of standard input. Asked for once. */
  readonly input: () => Promise<Uint8Array>;
  /** May ask to be waited for: a pipe takes no more than its reader does. */
  readonly out: (text: string) => Promise<void> | void;
  /** Problems and hints. */
  readonly err: (text: string) => void;
  /** What is going on, for a person who waits. The next text takes the place of the last one; an empty one ends it. */
  readonly progress: (text: string) => void;
}

/** What a process ends with. */
export const exitCode = { fine: 0, found: 1, badInput: 2 } as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
