import { oneOf, parseCommand } from './arguments.ts';
import { engineOptionNames, engineOptionsOf } from './engineOptions.ts';
import { formatConnectivity } from './format/connectivity.ts';
import { reportIncomplete } from './incomplete.ts';
import { readInput } from './input.ts';
import { type CommandIo, exitCode, type ExitCode } from './io.ts';

/** `network-inspector connectivity PATH… [--format …] [--by workload|pod]` */
export async function connectivityCommand(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const parsed = parseCommand('connectivity', args, ['format', 'by', ...engineOptionNames]);
  const format = oneOf('connectivity', 'format', parsed.value('format'), ['text', 'json', 'csv', 'markdown', 'dot']);
  const by = oneOf('connectivity', 'by', parsed.value('by'), ['workload', 'pod']);
  const options = engineOptionsOf('connectivity', parsed);
  const input = await readInput('connectivity', parsed.input, io);
  if (input === undefined) return exitCode.badInput;
  const { buildEngine } = await import('../policy/engine.ts');
  const engine = buildEngine(input.snapshot, options);
  const { progress } = io;
  const connectivity = await engine.connectivity(
    { by },
    {
      progress: (done, total, what) => {
        progress(`${what}: ${done} of ${total}`);
      },
    },
  );
  progress('');
  reportIncomplete(engine.incomplete, io);
  for (const piece of formatConnectivity(connectivity, engine.incomplete, format)) await io.out(piece);
  return input.faulty ? exitCode.badInput : exitCode.fine;
}
