import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { TextRange } from '../../cluster/manifestRanges.ts';
import { lintCodes, type Severity } from '../../policy/lint/codes.ts';
import type { Finding } from '../../policy/lint/finding.ts';
import { formatPath } from '../../policy/lint/path.ts';
import { version } from '../version.ts';

export interface LocatedFinding {
  readonly finding: Finding;
  /** Absent where the policy comes from a live cluster. */
  readonly file?: string;
  readonly range?: TextRange;
}

export type FindingsFormat = 'text' | 'json' | 'sarif';

export function formatFindings(findings: readonly LocatedFinding[], format: FindingsFormat): string {
  switch (format) {
    case 'text':
      return findings.map(toLine).join('');
    case 'json':
      return `${JSON.stringify({ findings: findings.map(toJson) }, null, 2)}\n`;
    case 'sarif':
      return `${JSON.stringify(toSarif(findings), null, 2)}\n`;
  }
}

const policyName = ({ policy: { kind, namespace, name } }: Finding): string =>
  `${kind} ${namespace === '' ? name : `${namespace}/${name}`}`;

function toLine({ finding, file, range }: LocatedFinding): string {
  const place =
    file === undefined || range === undefined
      ? `${policyName(finding)}: ${formatPath(finding.path)}`
      : `${file}:${range.line}:${range.column}`;
  return `${place}: ${finding.severity}: ${finding.message} [${finding.code}]\n`;
}

const words: Readonly<Record<Severity, readonly [one: string, many: string]>> = {
  error: ['error', 'errors'],
  warning: ['warning', 'warnings'],
  info: ['piece of advice', 'pieces of advice'],
};

/** `2 errors, 1 warning`, or that nothing was found. */
export function summaryOf(findings: readonly LocatedFinding[]): string {
  const parts = (['error', 'warning', 'info'] as const).flatMap((severity) => {
    const count = findings.filter(({ finding }) => finding.severity === severity).length;
    return count === 0 ? [] : [`${count} ${words[severity][count === 1 ? 0 : 1]}`];
  });
  return `${parts.length === 0 ? 'No finding' : parts.join(', ')}.\n`;
}

function toJson({ finding, file, range }: LocatedFinding) {
  const { code, severity, message, policy, path, related, fixes } = finding;
  return {
    code,
    severity,
    message,
    ...(file === undefined ? {} : { file, ...range }),
    policy: { kind: policy.kind, namespace: policy.namespace, name: policy.name },
    path: formatPath(path),
    related,
    fixes: fixes.map((fix) => ({
      ...fix,
      path: formatPath(fix.path),
      ...('from' in fix ? { from: formatPath(fix.from) } : {}),
    })),
  };
}

const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' };

/** SARIF 2.1.0 (OASIS): one run; the rules that occur. */
function toSarif(findings: readonly LocatedFinding[]) {
  const codes = [...new Set(findings.map(({ finding }) => finding.code))].sort();
  const rules = codes.map((code) => ({
    id: code,
    shortDescription: { text: lintCodes[code].title },
    defaultConfiguration: { level: levels[lintCodes[code].severity] },
  }));
  const results = findings.map(({ finding, file, range }) => ({
    ruleId: finding.code,
    ruleIndex: codes.indexOf(finding.code),
    level: levels[finding.severity],
    message: { text: finding.message },
    locations: [
      {
        ...(file === undefined || range === undefined ? {} : { physicalLocation: physicalLocation(file, range) }),
        logicalLocations: [
          { fullyQualifiedName: `${policyName(finding)} ${formatPath(finding.path)}`, kind: 'object' },
        ],
      },
    ],
  }));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'network-inspector', version, rules } },
        columnKind: 'utf16CodeUnits',
        results,
      },
    ],
  };
}

function physicalLocation(file: string, { line, column, endLine, endColumn }: TextRange) {
  const uri = isAbsolute(file)
    ? pathToFileURL(file).href
    : file.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
  // A region that ends where it begins would be empty.
  const end = endLine === line && endColumn <= column ? {} : { endLine, endColumn };
  return { artifactLocation: { uri }, region: { startLine: line, startColumn: column, ...end } };
}
