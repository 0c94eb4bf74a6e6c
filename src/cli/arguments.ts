import { parseArgs } from 'node:util';
import type { CommandName } from './usage.ts';

/** What was typed cannot be carried out; the message is a sentence for the person who typed it. */
export class UsageError extends Error {
  readonly command: CommandName | undefined;

  constructor(message: string, command?: CommandName) {
    super(message);
    this.command = command;
  }
}

export interface InputArguments {
  readonly paths: readonly string[];
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly keepGoing: boolean;
}

const inputOptions = {
  context: { type: 'string' },
  kubeconfig: { type: 'string' },
  'keep-going': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** The options of one command, each with its value, after the ones that every command takes. */
export interface ParsedArguments {
  readonly help: boolean;
  readonly input: InputArguments;
  /** The value of `--name`, or `undefined` where it was not given. */
  readonly value: (name: string) => string | undefined;
}

/**
 * @param options the names of the command's own options; each takes a value.
 * @throws {UsageError}
 */
export function parseCommand(
  command: CommandName,
  args: readonly string[],
  options: readonly string[],
): ParsedArguments {
  const own = Object.fromEntries(options.map((name) => [name, { type: 'string' } as const]));
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], options: { ...own, ...inputOptions }, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? firstSentence(error.message) : String(error), command);
  }
  const values: Readonly<Record<string, string | boolean | undefined>> = parsed.values;
  const value = (name: string): string | undefined => {
    const given = values[name];
    return typeof given === 'string' ? given : undefined;
  };
  const context = value('context');
  const kubeconfig = value('kubeconfig');
  return {
    help: values['help'] === true,
    input: {
      paths: parsed.positionals,
      keepGoing: values['keep-going'] === true,
      ...(context === undefined ? {} : { context }),
      ...(kubeconfig === undefined ? {} : { kubeconfig }),
    },
    value,
  };
}

/** Node adds how to write a positional argument that begins with a hyphen; nobody's file does. */
const firstSentence = (message: string): string => message.split('. ')[0]?.replace(/\.?$/, '.') ?? message;

/** @throws {UsageError} where the value is none of those allowed. */
export function oneOf<T extends string>(
  command: CommandName,
  option: string,
  given: string | undefined,
  allowed: readonly [T, ...T[]],
): T {
  if (given === undefined) return allowed[0];
  const found = allowed.find((value) => value === given);
  if (found === undefined) throw new UsageError(`--${option} is ${allowed.join(', ')}; not ${given}.`, command);
  return found;
}
