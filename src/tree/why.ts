import type { ClusterSource } from '../cluster/source.ts';
import { readClusterType } from '../inspect/clusterType.ts';
import { detectCni } from '../inspect/cni/detect.ts';
import { enforcementWords } from '../inspect/enforcement.ts';
import { type Confidence, type Evidence, formatReference } from '../inspect/evidence.ts';
import type { Knowledge } from '../model/snapshot.ts';
import { kindOf } from '../model/kinds.ts';
import { proxyWords } from './connection.ts';
import { staleSince } from './staleness.ts';
import { formatMoment, type Translate } from './words.ts';

/** The verdicts on a cluster, each with the signs that it rests on, as text to be read and copied. */
export function why({ name, snapshot, state, origin }: ClusterSource, t: Translate): string {
  const type = readClusterType(snapshot);
  const cni = detectCni(snapshot);
  const { connection, server, content } = snapshot;
  const stale = staleSince(snapshot);
  const confidence: Readonly<Record<Confidence, string>> = {
    certain: t('certain'),
    likely: t('likely'),
    hint: t('no more than a hint'),
  };
  const lines: string[] = [name, '='.repeat(Math.min(80, name.length))];
  const fact = (label: string, value: string | undefined): void => {
    if (value !== undefined && value !== '') lines.push(`${label}: ${value}`);
  };
  fact(t('Server'), connection?.server);
  if (connection?.proxy !== undefined) fact(t('Proxy'), proxyWords(connection.proxy, t));
  fact(t('Version'), server.version?.gitVersion);
  if (stale !== undefined) fact(t('Not confirmed since'), formatMoment(stale));
  else if (content.asOf > 0) fact(t('As of'), formatMoment(content.asOf));
  if (state.kind === 'not-connected')
    lines.push(
      origin === 'folder'
        ? t('Not connected: none of its files has been read.')
        : t('Not connected: what stands below is what the kubeconfig tells.'),
    );

  const section = (title: string, verdict: string): void => {
    lines.push('', title, '-'.repeat(title.length), verdict);
  };
  section(
    t('Cluster type'),
    type.confidence === undefined ? type.name : `${type.name} (${confidence[type.confidence]})`,
  );
  lines.push(...evidenceLines(type.evidence, t));
  for (const overlay of type.overlays) {
    section(t('Also: {0}', overlay.name), `${overlay.meaning} (${confidence[overlay.confidence]})`);
    lines.push(...evidenceLines(overlay.evidence, t));
  }
  if (cni.detected.length === 0)
    section(
      'CNI',
      cni.state === 'known' ? t('None found') : cni.state === 'pending' ? t('Still being read') : t('Cannot tell'),
    );
  for (const detected of cni.detected) {
    section(
      t('CNI: {0}', [detected.name, detected.version].filter((text) => text !== undefined).join(' ')),
      t('{0}, {1} of 100 points', confidence[detected.confidence], detected.score),
    );
    lines.push(...evidenceLines(detected.evidence, t));
    lines.push('', `NetworkPolicy: ${enforcementWords[detected.enforcement.verdict]}`, detected.enforcement.reason);
    if (detected.enforcement.fix !== undefined) lines.push(detected.enforcement.fix);
    lines.push(...evidenceLines(detected.enforcement.evidence, t));
    if (detected.notes.length > 0) lines.push('', ...detected.notes.map((note) => `· ${note}`));
  }
  for (const trace of cni.traces) {
    section(t('Traces of {0}', trace.name), t('Not seen running. {0} of 100 points', trace.score));
    lines.push(...evidenceLines(trace.evidence, t));
  }
  section(t('NetworkPolicy in this cluster'), enforcementWords[cni.enforcement.verdict]);
  lines.push(cni.enforcement.reason, ...(cni.enforcement.fix === undefined ? [] : [cni.enforcement.fix]));
  lines.push(...evidenceLines(cni.enforcement.evidence, t));

  const gaps = [...new Set([...type.gaps, ...cni.gaps].map(({ sentence }) => sentence))];
  if (gaps.length > 0) {
    section(t('Not known'), t('Any of this may change a verdict above.'));
    lines.push(...gaps.map((gap) => `· ${gap}`));
  }
  if (content.reads.length > 0) {
    section(t('What was read'), t('With these credentials, and only this:'));
    for (const { interest, knowledge } of content.reads) {
      const scope = [interest.namespace, interest.labelSelector, interest.fieldSelector].filter(
        (text) => text !== undefined,
      );
      const what = [kindOf(interest.kind).plural, ...scope.map((text) => `[${text}]`)].join(' ');
      lines.push(`· ${what}: ${knowledgeText(knowledge, t)}`);
    }
  }
  return `${lines.map(oneLine).join('\n')}\n`;
}

/** Names and messages are somebody else's input and stay on their line. */
const oneLine = (text: string): string => text.replace(/[\r\n\u2028\u2029]+/g, ' ');

function evidenceLines(evidence: readonly Evidence[], t: Translate): readonly string[] {
  const from = { object: '', server: t('API server'), kubeconfig: t('kubeconfig'), gap: t('not readable') };
  return evidence.map(({ sentence, weight, object, field, count, from: origin }) => {
    const place = [
      object === undefined ? from[origin] : formatReference(object),
      field,
      count !== undefined && count > 1 ? t('and {0} more', count - 1) : undefined,
    ].filter((text) => text !== undefined && text !== '');
    const points = weight === 0 ? '    ' : `${`+${weight}`.padStart(4)}`;
    return `${points}  ${sentence}${place.length === 0 ? '' : `  [${place.join(', ')}]`}`;
  });
}

function knowledgeText(knowledge: Knowledge, t: Translate): string {
  switch (knowledge.state) {
    case 'unread':
      return t('not read');
    case 'loading':
      return t('loading');
    case 'loaded':
      return t('read');
    case 'absent':
      return t('this server has no such kind');
    case 'forbidden':
      return t('not allowed: {0} {1}', knowledge.verb, knowledge.resource);
    case 'unavailable':
      return knowledge.reason;
    case 'stale':
      return t('not confirmed since {0}: {1}', formatMoment(knowledge.since), knowledge.reason);
  }
}
