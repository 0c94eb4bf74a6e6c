import type { Explanation, Half } from '../policy/types.ts';
import { packetText } from '../policy/words.ts';

const verdicts = { allow: 'allowed', deny: 'denied', unknown: 'cannot tell' } as const;

/** Why a connection is allowed or denied, as a plain document: the sentence, then each side's steps. */
export function explanationText(explanation: Explanation, enforcement: string): string {
  const heading = `${explanation.from} → ${explanation.to}, ${packetText(explanation.protocol, explanation.port)}`;
  const lines = [heading, '='.repeat(heading.length), '', explanation.sentence, enforcement, ''];
  for (const one of explanation.cases ?? [explanation]) {
    if (explanation.cases !== undefined) {
      const title = `${one.from} → ${one.to}, ${packetText(one.protocol, one.port)}`;
      lines.push(title, '-'.repeat(title.length), '', one.sentence, '');
    }
    lines.push(
      ...halfLines('Egress of the source', one.egress),
      ...halfLines('Ingress of the destination', one.ingress),
    );
  }
  return lines.join('\n');
}

function halfLines(title: string, { verdict, reason, trace }: Half): readonly string[] {
  const why = reason === undefined ? '' : `, ${reason}`;
  return [`${title}: ${verdicts[verdict]}${why}`, ...trace.map(({ text }) => `  ${text}`), ''];
}
