import { booleanAt, numberAt, objectAt, objectsAt, stringAt, stringMapAt, stringsAt } from '../../model/json.ts';
import { type Block, field, fields, mono, moment, ready, type Section } from '../page.ts';
import type { PodInput } from './input.ts';
import { rightsFields } from './rights.ts';
import { t } from '../translate.ts';

/** Annotations that hold a whole manifest; it is shown under YAML. */
const manifests = new Set(['kubectl.kubernetes.io/last-applied-configuration']);

/** A name that says that the value is a credential. */
const secretName = /token|password|passwd|secret|credential|api-?key|private/i;

/** The value, or a sentence in its place where its name says that it is a credential. */
export const maskSecret = (name: string, value: string): string =>
  secretName.test(name) ? '(hidden: its name says that it is a secret)' : value;

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
      ...(labels.length > 0 ? [count(labels.length, 'label')] : []),
      ...(annotations.length > 0 ? [count(annotations.length, 'annotation')] : []),
    ],
    open: false,
    state: ready,
    blocks: [
      ...fields(
        field(t('UID'), mono(pod.meta.uid)),
        field(t('Created'), moment(pod.meta.created, { after: t('ago') })),
        field(
          t('Being deleted'),
          moment(pod.meta.deleted, { before: 'since' }),
          gracePeriod(numberAt(meta, 'deletionGracePeriodSeconds')),
        ),
        field(t('Name begins with'), mono(stringAt(meta, 'generateName'))),
        field(t('Resource version'), mono(stringAt(meta, 'resourceVersion'))),
        field(
          t('Owned by'),
          ...pod.meta.owners.map(({ kind, name, controller }) => ({
            text: `${kind} ${name}`,
            mono: true,
            ...(controller && { note: 'controller' }),
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

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;

const gracePeriod = (seconds: number | undefined): string | undefined =>
  seconds === undefined ? undefined : t('grace period {0} s', seconds);

export function scheduling({ raw, pod, snapshot }: PodInput): Section {
  const spec = objectAt(raw, 'spec');
  const node = pod.spec.nodeName === undefined ? undefined : snapshot.table('nodes').get('', pod.spec.nodeName);
  const tolerations = objectsAt(spec, 'tolerations');
  const affinity = objectAt(spec, 'affinity');
  const spread = objectsAt(spec, 'topologySpreadConstraints');
  const selector = Object.entries(stringMapAt(spec, 'nodeSelector'));
  const summary = [mono(pod.spec.nodeName, { copy: false }) ?? { text: t('no node'), tone: 'warning' as const }];
  const blocks: Block[] = fields(
    field(
      t('Node'),
      mono(pod.spec.nodeName),
      node && `${node.osImage ?? ''}, ${node.operatingSystem ?? ''}/${node.architecture ?? ''}`,
    ),
    field(t('Nominated node'), mono(stringAt(objectAt(raw, 'status'), 'nominatedNodeName'))),
    field(
      t('Scheduler'),
      stringAt(spec, 'schedulerName') === 'default-scheduler' ? undefined : mono(stringAt(spec, 'schedulerName')),
    ),
    field(
      t('Priority'),
      String(numberAt(spec, 'priority') ?? ''),
      stringAt(spec, 'priorityClassName'),
      stringAt(spec, 'preemptionPolicy') === 'Never' ? t('preempts nobody') : undefined,
    ),
    field(t('Runtime class'), mono(stringAt(spec, 'runtimeClassName'))),
    field(t('Operating system'), stringAt(objectAt(spec, 'os'), 'name')),
    field(t('Held back by'), ...objectsAt(spec, 'schedulingGates').map((gate) => mono(stringAt(gate, 'name')))),
    field(t('Overhead'), ...Object.entries(stringMapAt(spec, 'overhead')).map(([name, amount]) => `${name} ${amount}`)),
  );
  if (selector.length > 0) blocks.push({ kind: 'pairs', label: t('Node selector'), pairs: selector });
  if (tolerations.length > 0)
    blocks.push({
      kind: 'table',
      caption: t('Tolerations'),
      columns: [
        { title: t('Key') },
        { title: t('Operator') },
        { title: t('Value') },
        { title: t('Effect') },
        { title: t('Seconds'), numeric: true },
      ],
      rows: tolerations.map((toleration) => ({
        cells: [
          { text: stringAt(toleration, 'key') ?? t('every taint'), mono: 'key' in toleration },
          stringAt(toleration, 'operator') ?? 'Equal',
          { text: stringAt(toleration, 'value') ?? '', mono: true },
          stringAt(toleration, 'effect') ?? t('every effect'),
          String(numberAt(toleration, 'tolerationSeconds') ?? ''),
        ],
      })),
    });
  if (Object.keys(affinity).length > 0)
    blocks.push({ kind: 'code', label: t('Affinity'), text: JSON.stringify(affinity, null, 2) });
  if (spread.length > 0)
    blocks.push({ kind: 'code', label: t('Topology spread'), text: JSON.stringify(spread, null, 2) });
  return { id: 'scheduling', title: t('Scheduling'), summary, open: false, state: ready, blocks };
}

export function security({ raw, pod, rights }: PodInput): Section {
  const spec = objectAt(raw, 'spec');
  const context = objectAt(spec, 'securityContext');
  const shares = [
    booleanAt(spec, 'hostPID') === true ? t('the node’s processes') : '',
    booleanAt(spec, 'hostIPC') === true ? t('the node’s IPC') : '',
    booleanAt(spec, 'hostNetwork') === true ? t('the node’s network') : '',
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
        field(t('Shares'), ...shares),
        field(t('User namespace'), booleanAt(spec, 'hostUsers') === false ? t('its own') : undefined),
        field(
          t('Image pull secrets'),
          ...objectsAt(spec, 'imagePullSecrets').map((secret) => mono(stringAt(secret, 'name'))),
        ),
        ...(rights === undefined ? [] : rightsFields(rights)),
      ),
      ...(Object.keys(context).length > 0
        ? [{ kind: 'code' as const, label: t('Security context of the pod'), text: JSON.stringify(context, null, 2) }]
        : []),
    ],
  };
}
