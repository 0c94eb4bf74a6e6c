import { numberAt, objectAt, objectsAt, stringAt, stringMapAt, stringsAt } from '../../model/json.ts';
import { type Block, field, fields, mono, moment, ready, type Section } from '../page.ts';
import type { PodInput } from './input.ts';
import { t } from '../translate.ts';

/** Annotations that hold a whole manifest; it is shown under YAML. */
const manifests = new Set(['kubectl.kubernetes.io/last-applied-configuration']);

/** A name that says that the value is a credential. */
const secretName = /token|password|passwd|secret|credential|api-?key|private/i;

/** The value, or a sentence in its place where its name says that it is a credential. */
export const maskSecret = (name: string, value: string): string =>
  secretName.test(name) ? t('(hidden: its name says that it is a secret)') : value;

export function metadata({ raw, pod }: PodInput): Section {
  const meta = objectAt(raw, 'metadata');
  const annotations = Object.entries(stringMapAt(meta, 'annotations')).filter(([name]) => !manifests.has(name));
  const labels = Object.entries(pod.meta.labels);
  const pairs: Block[] = [];
  if (labels.length > 0) pairs.push({ kind: 'pairs', label: t('Labels'), pairs: labels });
  if (annotations.length > 0)
    pairs.push({
      kind: 'pairs',
      label: t('Annotations'),
      pairs: annotations.map(([name, value]) => [name, maskSecret(name, value)] as const),
    });
  return {
    id: 'metadata',
    title: t('Metadata'),
    summary: [
      ...(labels.length === 0 ? [] : [labels.length === 1 ? t('1 label') : t('{0} labels', labels.length)]),
      ...(annotations.length === 0
        ? []
        : [annotations.length === 1 ? t('1 annotation') : t('{0} annotations', annotations.length)]),
    ],
    open: false,
    state: ready,
    blocks: [
      ...fields(
        field(t('UID'), mono(pod.meta.uid)),
        field(t('Created'), moment(pod.meta.created, { after: t('ago') })),
        field(
          t('Being deleted'),
          moment(pod.meta.deleted, { before: t('for') }),
          gracePeriod(numberAt(meta, 'deletionGracePeriodSeconds')),
        ),
        field(t('Name begins with'), mono(stringAt(meta, 'generateName'))),
        field(t('Resource version'), mono(stringAt(meta, 'resourceVersion'))),
        field(
          t('Owned by'),
          ...pod.meta.owners.map(({ kind, name, controller }) => ({
            text: `${kind} ${name}`,
            mono: true,
            ...(controller && { note: t('controller') }),
          })),
        ),
        field(t('Finalizers'), ...stringsAt(meta, 'finalizers').map((finalizer) => mono(finalizer))),
        field(
          t('Written by'),
          [...new Set(objectsAt(meta, 'managedFields').map((entry) => stringAt(entry, 'manager') ?? ''))]
            .filter(Boolean)
            .join(', '),
        ),
      ),
      ...pairs,
    ],
  };
}

const gracePeriod = (seconds: number | undefined): string | undefined =>
  seconds === undefined ? undefined : t('grace period {0} s', seconds);
