import { enforcementWords } from '../enforcement.ts';
import { formatReference } from '../evidence.ts';
import type { Problem } from '../problem.ts';
import type { Check, CheckResult } from './check.ts';
import type { NetworkCheck, Requirement, Verdict } from './requirements.ts';

const verdicts: Readonly<Record<Verdict, string>> = {
  holds: 'holds',
  'at-risk': 'at risk',
  broken: 'broken',
  'cannot-tell': 'cannot tell',
};

const results: Readonly<Record<CheckResult, string>> = {
  passed: 'passed',
  warning: 'warning',
  failed: 'failed',
  'cannot-tell': 'cannot tell',
  'does-not-apply': 'does not apply',
};

/** The check as lines of text, for a terminal or a ticket. */
export function networkCheckText({ view, requirements, others, problems, limits }: NetworkCheck): string {
  const lines = [
    `Cluster      ${view.type.id === 'unknown' ? 'type unknown' : view.type.name}${view.version === undefined ? '' : ` ${view.version}`}`,
    `CNI          ${view.summary}`,
    `Enforcement  ${enforcementWords[view.cni.enforcement.verdict]}`,
    ...requirements.flatMap(requirementLines),
    '',
    'Beside these',
    ...others.map(checkLine),
    ...(problems.length === 0 ? [] : ['', 'Problems', ...problems.flatMap(problemLines)]),
    '',
    'What this does not tell',
    ...limits.map((limit) => `  ${limit}`),
  ];
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

const requirementLines = ({ title, verdict, sentence, parts, checks }: Requirement): readonly string[] => [
  '',
  `${title}: ${verdicts[verdict]}`,
  `  ${sentence}`,
  ...parts.map(
    (part) => `  ${part.id === 'same-node' ? 'On one node' : 'From node to node'}: ${verdicts[part.verdict]}`,
  ),
  ...checks.map(checkLine),
];

const checkLine = ({ result, title, sentence }: Check): string =>
  `  ${results[result].padEnd(16)}${title}${sentence === '' ? '' : ` — ${sentence}`}`;

const problemLines = ({ severity, sentence, subject, cause, fix, consequences }: Problem): readonly string[] => [
  `  ${severity === 'breaks' ? 'error' : 'warning'}: ${sentence} (${formatReference(subject)})`,
  ...(cause === undefined ? [] : [`    ${cause}`]),
  ...(fix === undefined ? [] : [`    ${fix}`]),
  ...(consequences.length === 0
    ? []
    : [`    It explains: ${consequences.map((consequence) => consequence.sentence).join('; ')}`]),
];
