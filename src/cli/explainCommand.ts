import { oneOf, parseCommand, UsageError } from './arguments.ts';
import type { Endpoint, Protocol } from '../policy/types.ts';
import { findEndpoint } from './endpoint.ts';
import { engineOptionNames, engineOptionsOf } from './engineOptions.ts';
import { formatExplanation } from './format/explanation.ts';
import { reportIncomplete } from './incomplete.ts';
import { readInput } from './input.ts';
import { type CommandIo, exitCode, type ExitCode } from './io.ts';

/** An echo request: what `ping` sends. */
const echoRequest = { 4: 8 * 256, 6: 128 * 256 } as const;

/** `network-inspector explain PATH… --from END --to END --port PORT [--protocol …] [--format text|json]` */
export async function explainCommand(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const parsed = parseCommand('explain', args, ['from', 'to', 'port', 'protocol', 'format', ...engineOptionNames]);
  const format = oneOf('explain', 'format', parsed.value('format'), ['text', 'json']);
  const protocol = oneOf('explain', 'protocol', parsed.value('protocol')?.toUpperCase(), [
    'TCP',
    'UDP',
    'SCTP',
    'ICMP',
  ]);
  const port = portOf(parsed.value('port'), protocol);
  const from = parsed.value('from');
  const to = parsed.value('to');
  if (from === undefined || to === undefined)
    throw new UsageError('Give both ends: --from END and --to END.', 'explain');
  const options = engineOptionsOf('explain', parsed);
  const input = await readInput('explain', parsed.input, io);
  if (input === undefined) return exitCode.badInput;
  const source = findEndpoint(from, input.snapshot, false);
  const destination = findEndpoint(to, input.snapshot, true);
  if (typeof source === 'string' || typeof destination === 'string') {
    for (const end of [source, destination]) if (typeof end === 'string') io.err(`${end}\n`);
    return exitCode.badInput;
  }
  const { buildEngine } = await import('../policy/engine.ts');
  const engine = buildEngine(input.snapshot, options);
  const explanation = engine.explain({
    from: source,
    to: destination,
    protocol,
    ...questionPort(port, source, destination),
  });
  reportIncomplete(engine.incomplete, io);
  await io.out(formatExplanation(explanation, format));
  return input.faulty ? exitCode.badInput : exitCode.fine;
}

/** @throws {UsageError} */
function portOf(text: string | undefined, protocol: Protocol): number | string | undefined {
  if (protocol === 'ICMP') {
    if (text !== undefined) throw new UsageError('ICMP has no ports: leave --port out.', 'explain');
    return undefined;
  }
  if (text === undefined) throw new UsageError('Give --port, a number or the name of a port.', 'explain');
  if (!/^\d+$/.test(text)) return text;
  const port = Number(text);
  if (port < 1 || port > 65535) throw new UsageError(`--port is 1 to 65535; not ${text}.`, 'explain');
  return port;
}

function questionPort(port: number | string | undefined, ...ends: readonly Endpoint[]): { port: number | string } {
  if (port !== undefined) return { port };
  const six = ends.some((end) => end.kind === 'address' && end.address.includes(':'));
  return { port: echoRequest[six ? 6 : 4] };
}
