import { oneOf, parseCommand, UsageError } from './arguments.ts';
import { engineOptionNames, engineOptionsOf } from './engineOptions.ts';
import { formatDiff } from './format/diff.ts';
import { reportIncomplete } from './incomplete.ts';
import { readPaths } from './input.ts';
import { type CommandIo, exitCode, type ExitCode } from './io.ts';

/** `network-inspector diff PATH_A PATH_B [--format …] [--by workload|pod]` */
export async function diffCommand(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const parsed = parseCommand('diff', args, ['format', 'by', ...engineOptionNames]);
  const format = oneOf('diff', 'format', parsed.value('format'), ['text', 'json', 'csv', 'markdown']);
  const by = oneOf('diff', 'by', parsed.value('by'), ['workload', 'pod']);
  const options = engineOptionsOf('diff', parsed);
  const { paths, keepGoing, context } = parsed.input;
  const [first, second] = paths;
  if (context !== undefined || first === undefined || second === undefined || paths.length > 2)
    throw new UsageError('Give two paths: before and after.', 'diff');
  if (first === '-' && second === '-') throw new UsageError('Standard input is one of the two, not both.', 'diff');
  const before = await readPaths([first], keepGoing, io);
  const after = await readPaths([second], keepGoing, io);
  if (before === undefined || after === undefined) return exitCode.badInput;
  const { buildEngine } = await import('../policy/engine.ts');
  const { diffConnectivity } = await import('../policy/diff.ts');
  const engines = [buildEngine(before.snapshot, options), buildEngine(after.snapshot, options)] as const;
  const { progress } = io;
  const changes = await diffConnectivity(
    ...engines,
    { by },
    {
      progress: (done, total, what) => {
        progress(`comparing ${what}: ${done} of ${total}`);
      },
    },
  );
  progress('');
  for (const engine of engines) reportIncomplete(engine.incomplete, io);
  await io.out(formatDiff(changes, format));
  if (before.faulty || after.faulty) return exitCode.badInput;
  return changes.changes.length > 0 ? exitCode.found : exitCode.fine;
}
