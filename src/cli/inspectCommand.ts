import { readCniView } from '../inspect/cniView.ts';
import { oneOf, parseCommand } from './arguments.ts';
import { formatInspection } from './format/inspection.ts';
import { readInput } from './input.ts';
import { type CommandIo, exitCode, type ExitCode } from './io.ts';

/** `network-inspector inspect PATH… [--format text|json]` */
export async function inspectCommand(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const parsed = parseCommand('inspect', args, ['format']);
  const format = oneOf('inspect', 'format', parsed.value('format'), ['text', 'json']);
  const input = await readInput('inspect', parsed.input, io);
  if (input === undefined) return exitCode.badInput;
  const view = readCniView(input.snapshot);
  await io.out(formatInspection(view, format));
  if (input.faulty) return exitCode.badInput;
  return view.problems.length > 0 ? exitCode.found : exitCode.fine;
}
