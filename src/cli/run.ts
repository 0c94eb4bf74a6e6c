import { UsageError } from './arguments.ts';
import { type CommandIo, exitCode, type ExitCode } from './io.ts';
import { isCommand, usage, usageOf, type CommandName } from './usage.ts';

type Command = (args: readonly string[], io: CommandIo) => Promise<ExitCode>;

/** Each command is a module of its own, so that none pays for what another needs. */
const load: Readonly<Record<CommandName, () => Promise<Command>>> = {
  connectivity: async () => (await import('./connectivityCommand.ts')).connectivityCommand,
  explain: async () => (await import('./explainCommand.ts')).explainCommand,
  diff: async () => (await import('./diffCommand.ts')).diffCommand,
  lint: async () => (await import('./lintCommand.ts')).lintCommand,
  inspect: async () => (await import('./inspectCommand.ts')).inspectCommand,
  check: async () => (await import('./checkCommand.ts')).checkCommand,
};

/** Carries out `network-inspector ARGS…`. Never throws. */
export async function run(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    const topic = rest[0];
    const text = topic !== undefined && isCommand(topic) ? usageOf(topic) : usage();
    if (name === undefined) {
      io.err(text);
      return exitCode.badInput;
    }
    await io.out(text);
    return exitCode.fine;
  }
  if (name === '--version' || name === '-V') {
    const { version } = await import('./version.ts');
    await io.out(`${version}\n`);
    return exitCode.fine;
  }
  if (!isCommand(name)) {
    io.err(`There is no command ${name}.\n\n${usage()}`);
    return exitCode.badInput;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    await io.out(usageOf(name));
    return exitCode.fine;
  }
  try {
    const command = await load[name]();
    return await command(rest, io);
  } catch (error) {
    if (error instanceof UsageError) {
      io.err(`${error.message}\n\n${usageOf(error.command ?? name).split('\n\n')[0]}\n`);
      io.err(`\`network-inspector ${name} --help\` shows the options.\n`);
    } else io.err(`network-inspector ${name}: ${error instanceof Error ? error.message : String(error)}\n`);
    return exitCode.badInput;
  }
}
