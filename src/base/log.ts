import type { LogOutputChannel } from 'vscode';
import { redact } from './redact.ts';

/** Where a part of the program writes what a person may want to read when something does not work. */
export interface Log {
  trace(message: string): void;
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string, cause?: unknown): void;
}

const describe = (cause: unknown): string =>
  cause instanceof Error ? (cause.stack ?? `${cause.name}: ${cause.message}`) : String(cause);

/** One output channel serves the whole extension; each line names the part it came from and carries no secret. */
export function componentLog(channel: LogOutputChannel, component: string): Log {
  const line = (message: string): string => `[${component}] ${redact(message)}`;
  return {
    trace: (message) => channel.trace(line(message)),
    debug: (message) => channel.debug(line(message)),
    info: (message) => channel.info(line(message)),
    warn: (message) => channel.warn(line(message)),
    error: (message, cause) => channel.error(line(cause === undefined ? message : `${message}: ${describe(cause)}`)),
  };
}
