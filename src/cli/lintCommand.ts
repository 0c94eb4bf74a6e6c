import { type ManifestRanges, manifestRanges } from '../cluster/manifestRanges.ts';
import { detectCni } from '../inspect/cni/detect.ts';
import { kindEnforcement } from '../inspect/kindEnforcement.ts';
import type { SourceRange } from '../model/meta.ts';
import type { RawObject } from '../model/objects.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import type { Finding } from '../policy/lint/finding.ts';
import { lintedKinds, lintPolicies } from '../policy/lint/lint.ts';
import { policyRef } from '../policy/lint/policyView.ts';
import { redundantIn } from '../policy/lint/redundant.ts';
import { findUnquotedValues } from '../policy/lint/unquoted.ts';
import { oneOf, parseCommand } from './arguments.ts';
import { formatFindings, type LocatedFinding, summaryOf } from './format/findings.ts';
import { readInput } from './input.ts';
import { type CommandIo, exitCode, type ExitCode, type Input } from './io.ts';

/** `network-inspector lint PATH… [--format text|json|sarif]` */
export async function lintCommand(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const parsed = parseCommand('lint', args, ['format']);
  const format = oneOf('lint', 'format', parsed.value('format'), ['text', 'json', 'sarif']);
  const input = await readInput('lint', parsed.input, io);
  if (input === undefined) return exitCode.badInput;
  const { snapshot } = input;
  const cni = detectCni(snapshot);
  const findings = [
    ...lintPolicies(snapshot, { enforcement: (kind) => kindEnforcement(kind, cni) }),
    ...(await redundant(snapshot, io)),
  ];
  const located = await locate(input, findings);
  await io.out(formatFindings(located, format));
  if (format === 'text') io.err(summaryOf(located));
  if (input.faulty) return exitCode.badInput;
  return located.some(({ finding }) => finding.severity !== 'info') ? exitCode.found : exitCode.fine;
}

/** Needs the engine, which the other checks do without. */
async function redundant(snapshot: ClusterSnapshot, io: CommandIo): Promise<readonly Finding[]> {
  if (lintedKinds.every((kind) => snapshot.table(kind).size === 0)) return [];
  const { buildEngine } = await import('../policy/engine.ts');
  const { progress } = io;
  const findings = await redundantIn(buildEngine(snapshot), {
    progress: (done, total, what) => {
      progress(`checking ${what}: ${done} of ${total}`);
    },
  });
  progress('');
  return findings;
}

async function locate({ snapshot, textOf }: Input, findings: readonly Finding[]): Promise<readonly LocatedFinding[]> {
  const written = lintedKinds.flatMap((kind) =>
    (snapshot.list(kind) as readonly RawObject[]).flatMap((policy) =>
      policy.meta.source === undefined ? [] : [{ kind, policy, source: policy.meta.source }],
    ),
  );
  if (written.length === 0) return findings.map((finding) => ({ finding }));
  const ranges = await manifestRanges(textOf);
  const all = [...findings];
  // Objects that share their lines, as in JSON of one line, are looked at together.
  const known = new Map<string, boolean>();
  const hasBareWord = (source: SourceRange): boolean => {
    const lines = `${source.line}-${source.endLine} ${source.file}`;
    const found = known.get(lines) ?? bareWord.test(ranges.linesOf(source));
    known.set(lines, found);
    return found;
  };
  for (const { kind, policy, source } of written) {
    if (!hasBareWord(source)) continue;
    const parsed = ranges.documentOf(source);
    if (parsed !== undefined) all.push(...findUnquotedValues(parsed.document, parsed.root, policyRef(kind, policy)));
  }
  return all.map((finding) => locateOne(finding, ranges)).sort(byPlace);
}

/** Whether it is worth while to read a document again for its quotes. JSON has them all. */
const bareWord =
  /(?:[:{,[]|-)[ \t]*(?:[yn]|yes|no|on|off|[-+]?\d+_[\d_]*|[-+]?0b\d+)[ \t]*(?:\r?$|[,}\]#])|(?:^|[{,])[ \t]*(?:[yn]|yes|no|on|off)[ \t]*:/im;

function locateOne(finding: Finding, ranges: ManifestRanges): LocatedFinding {
  const { source } = finding.policy;
  if (source === undefined) return { finding };
  const { file, line } = source;
  const range = ranges.documentOf(source)?.rangeOf(finding.path, finding.offset);
  return { finding, file, range: range ?? { line, column: 1, endLine: line, endColumn: 1 } };
}

function byPlace(one: LocatedFinding, other: LocatedFinding): number {
  if (one.file !== other.file) return (one.file ?? '') < (other.file ?? '') ? -1 : 1;
  return (one.range?.line ?? 0) - (other.range?.line ?? 0) || (one.range?.column ?? 0) - (other.range?.column ?? 0);
}
