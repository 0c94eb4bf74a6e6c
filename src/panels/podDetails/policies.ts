import { detectCni } from '../../inspect/cni/detect.ts';
import { enforcementWords } from '../../inspect/enforcement.ts';
import type { PolicyRef, SelectedBy } from '../../policy/types.ts';
import { type Block, field, fields, type Value } from '../page.ts';
import type { PodInput } from './input.ts';
import { selectionGap } from './policyKinds.ts';
import { t } from '../translate.ts';

function isolationWords(isolation: SelectedBy['ingress']): string {
  switch (isolation) {
    case 'open':
      return t('open: no policy isolates it');
    case 'restricted':
      return t('restricted: admin policies refuse some of it');
    case 'isolated':
      return t('isolated: only what a policy admits');
    case 'unknown':
      return t('cannot tell');
  }
}

const policyWords = ({ kind, namespace, name }: PolicyRef, directions: readonly string[]): Value => ({
  text: namespace === '' ? name : `${namespace}/${name}`,
  mono: true,
  note:
    directions.length > 1
      ? t('{0}, {1} and {2}', kind, directions[0] ?? '', directions[1] ?? '')
      : t('{0}, {1}', kind, directions[0] ?? ''),
});

export function policyBlocks({ pod, selectedBy, snapshot }: PodInput): readonly Block[] {
  const { enforcement } = detectCni(snapshot);
  const badge = field(t('The cluster’s network'), {
    text: enforcementWords[enforcement.verdict],
    note: enforcement.reason,
    tone: enforcement.verdict === 'no' ? 'warning' : enforcement.verdict === 'unknown' ? 'muted' : 'plain',
  });
  if (pod.spec.hostNetwork)
    return [
      {
        kind: 'note',
        text: t(
          'This pod uses the node’s network. NetworkPolicy does not reliably apply to it: most network plugins treat its traffic as the node’s own.',
        ),
        tone: 'muted',
      },
      ...fields(badge),
    ];
  const gap = selectionGap(snapshot, pod.meta.namespace);
  if (gap !== undefined)
    return fields(badge, field(t('Policies'), { text: t('cannot tell which select it: {0}', gap), tone: 'muted' }));
  if (selectedBy === undefined) return fields(badge);
  return fields(
    badge,
    field(t('Ingress'), isolationWords(selectedBy.ingress)),
    field(t('Egress'), isolationWords(selectedBy.egress)),
    field(
      t('Selected by'),
      ...(selectedBy.policies.length === 0
        ? [{ text: t('no policy'), tone: 'muted' as const }]
        : selectedBy.policies.map(({ policy, directions }) => policyWords(policy, directions))),
    ),
  );
}
