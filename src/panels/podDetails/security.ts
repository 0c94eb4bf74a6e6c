import { booleanAt, objectAt, objectsAt, stringAt } from '../../model/json.ts';
import { field, fields, mono, ready, type Section } from '../page.ts';
import type { PodInput } from './input.ts';
import { rightsFields } from './rights.ts';
import { securityWords } from './securityContext.ts';
import { t } from '../translate.ts';

export function security({ raw, pod, rights }: PodInput): Section {
  const spec = objectAt(raw, 'spec');
  const context = objectAt(spec, 'securityContext');
  const shares = [
    booleanAt(spec, 'hostPID') === true ? t('the node’s processes') : '',
    booleanAt(spec, 'hostIPC') === true ? t('the node’s IPC') : '',
    booleanAt(spec, 'hostNetwork') === true ? t('the node’s network') : '',
    booleanAt(spec, 'shareProcessNamespace') === true ? t('processes among its containers') : '',
  ].filter(Boolean);
  return {
    id: 'security',
    title: t('Security'),
    summary: [mono(pod.spec.serviceAccount, { copy: false })].filter((value) => value !== undefined),
    open: false,
    state: ready,
    blocks: [
      ...fields(
        field(
          t('Service account'),
          mono(pod.spec.serviceAccount),
          booleanAt(spec, 'automountServiceAccountToken') === false ? t('its token is not mounted') : undefined,
        ),
        field(t('Security context'), ...securityWords(context)),
        field(t('Shares'), ...shares),
        field(t('User namespace'), booleanAt(spec, 'hostUsers') === false ? t('its own') : undefined),
        field(
          t('Image pull secrets'),
          ...objectsAt(spec, 'imagePullSecrets').map((secret) => mono(stringAt(secret, 'name'))),
        ),
        ...(rights === undefined ? [] : rightsFields(rights)),
      ),
    ],
  };
}
