import type { Explanation, Half, TraceStep } from '../../policy/types.ts';

export type ExplanationFormat = 'text' | 'json';

export const formatExplanation = (explanation: Explanation, format: ExplanationFormat): string =>
  format === 'json' ? `${JSON.stringify(explanation, null, 2)}\n` : toText(explanation);

/** As design: "allowed", "denied", "cannot tell". */
const words: Readonly<Record<Explanation['verdict'], string>> = {
  allow: 'allowed',
  deny: 'denied',
  unknown: 'cannot tell',
};

function toText(explanation: Explanation): string {
  const { cases } = explanation;
  if (cases === undefined) return `${explanation.sentence}\n${halvesToText(explanation)}`;
  const parts = cases.map((one) => `\n${heading(one)}\n${one.sentence}\n${halvesToText(one)}`);
  return `${explanation.sentence}\n${parts.join('')}`;
}

function heading({ from, to, protocol, port, family }: Explanation): string {
  const what = protocol === 'ICMP' || protocol === 'ICMPv6' || port === undefined ? protocol : `${protocol} ${port}`;
  return `${from} => ${to} : ${what}${family === undefined ? '' : ` over IPv${family}`}`;
}

const halvesToText = ({ from, to, egress, ingress }: Explanation): string =>
  `${halfToText(`Egress of ${from}`, egress)}${halfToText(`Ingress of ${to}`, ingress)}`;

function halfToText(title: string, { verdict, basis, reason, trace }: Half): string {
  const why = reason === undefined ? basis : `${basis}: ${reason}`;
  return `  ${title}: ${words[verdict]} (${why})\n${trace.map(stepToText).join('')}`;
}

function stepToText({ tier, policy, rule, outcome, text }: TraceStep): string {
  const name =
    policy === undefined
      ? ''
      : ` ${policy.kind} ${policy.namespace === '' ? '' : `${policy.namespace}/`}${policy.name}`;
  const which = rule === undefined ? '' : ` rule ${rule.index + 1}${rule.name === undefined ? '' : ` (${rule.name})`}`;
  const place = policy?.source === undefined ? '' : ` (${policy.source.file}:${policy.source.line})`;
  return `    ${tier}:${name}${which} ${outcome}: ${text}${place}\n`;
}
