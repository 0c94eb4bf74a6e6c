/** What a person who ran a script has to know: what happened, why, and what to do next. Printed without a stack. */
export class ScriptError extends Error {
  override name = 'ScriptError';
  readonly next: string | undefined;

  constructor(message: string, next?: string) {
    super(message);
    this.next = next;
  }
}

export function describeError(error: unknown): string {
  if (error instanceof ScriptError) return error.next ? `${error.message}\n${error.next}` : error.message;
  if (error instanceof Error) return error.stack ?? error.message;
  return String(error);
}

/** Runs a script's main function, whose result is the exit code, and turns its failure into a message. */
export async function main(run: () => Promise<number | undefined>): Promise<void> {
  try {
    process.exitCode = (await run()) ?? 0;
  } catch (error) {
    process.stderr.write(`${describeError(error)}\n`);
    process.exitCode = 1;
  }
}
