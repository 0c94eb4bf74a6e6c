import type { Check } from '../inspect/networkCheck/check.ts';
import { type NetworkCheck, readNetworkCheck } from '../inspect/networkCheck/requirements.ts';
import { networkCheckText } from '../inspect/networkCheck/report.ts';
import { oneOf, parseCommand } from './arguments.ts';
import { problemToJson } from './format/inspection.ts';
import { readInput } from './input.ts';
import { type CommandIo, exitCode, type ExitCode } from './io.ts';

/** `network-inspector check PATH… [--format text|json]` */
export async function checkCommand(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const parsed = parseCommand('check', args, ['format']);
  const format = oneOf('check', 'format', parsed.value('format'), ['text', 'json']);
  const input = await readInput('check', parsed.input, io);
  if (input === undefined) return exitCode.badInput;
  const reading = readNetworkCheck(input.snapshot);
  await io.out(format === 'json' ? `${JSON.stringify(toJson(reading), null, 2)}\n` : networkCheckText(reading));
  if (input.faulty) return exitCode.badInput;
  return reading.verdict === 'broken' ? exitCode.found : exitCode.fine;
}

const toJson = ({ view, verdict, requirements, others, problems, limits }: NetworkCheck) => ({
  verdict,
  type: view.type.id,
  version: view.version ?? null,
  cni: view.summary,
  enforcement: view.cni.enforcement.verdict,
  requirements: requirements.map(({ checks, ...requirement }) => ({ ...requirement, checks: checks.map(checkToJson) })),
  others: others.map(checkToJson),
  problems: problems.map(problemToJson),
  limits,
});

const checkToJson = ({ id, title, result, sentence, informs, evidence, findings }: Check) => ({
  id,
  title,
  result,
  sentence,
  informs,
  evidence,
  problems: findings.map(({ problem, root }) => ({ id: problem.id, ...(root === undefined ? {} : { root: root.id }) })),
});
