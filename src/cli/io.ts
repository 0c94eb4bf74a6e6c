/** Where a command writes to; a test looks at what was written. */
export interface CommandIo {
  /** May ask to be waited for: a pipe takes no more than its reader does. */
  readonly out: (text: string) => Promise<void> | void;
  /** Problems, hints and progress. */
  readonly err: (text: string) => void;
  /** Whether `err` is a terminal that a person looks at, so that progress may be shown on it. */
  readonly interactive: boolean;
}

/** What a process ends with. */
export const exitCode = { fine: 0, found: 1, badInput: 2 } as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
