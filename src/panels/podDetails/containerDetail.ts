import { booleanAt, type JsonObject, objectAt, objectsAt, stringAt } from '../../model/json.ts';
import { type Block, field, fields, ready, type Section, type Value } from '../page.ts';
import { maskSecret } from './metadata.ts';
import { t } from '../translate.ts';

const optional = (reference: JsonObject): { readonly note?: string } =>
  booleanAt(reference, 'optional') === true ? { note: t('optional') } : {};

/** Where a value comes from; the value of a Secret is neither fetched nor shown. */
function variableWords(variable: JsonObject): Value {
  const from = objectAt(variable, 'valueFrom');
  const reference = (kind: string, words: (name: string, key: string) => string): Value | undefined => {
    if (!(kind in from)) return undefined;
    const at = objectAt(from, kind);
    return { text: words(stringAt(at, 'name') ?? '', stringAt(at, 'key') ?? ''), tone: 'muted', ...optional(at) };
  };
  const named =
    reference('secretKeyRef', (name, key) => t('Secret {0}, key {1}', name, key)) ??
    reference('configMapKeyRef', (name, key) => t('ConfigMap {0}, key {1}', name, key));
  if (named !== undefined) return named;
  if ('fieldRef' in from)
    return { text: t('field {0}', stringAt(objectAt(from, 'fieldRef'), 'fieldPath') ?? ''), tone: 'muted' };
  if ('resourceFieldRef' in from)
    return { text: t('resource {0}', stringAt(objectAt(from, 'resourceFieldRef'), 'resource') ?? ''), tone: 'muted' };
  if ('fileKeyRef' in from) {
    const file = objectAt(from, 'fileKeyRef');
    const path = `${stringAt(file, 'volumeName') ?? ''}/${stringAt(file, 'path') ?? ''}`;
    return { text: t('file {0}, key {1}', path, stringAt(file, 'key') ?? ''), tone: 'muted', ...optional(file) };
  }
  return { text: maskSecret(stringAt(variable, 'name') ?? '', stringAt(variable, 'value') ?? ''), mono: true };
}

/** A ConfigMap or a Secret of which every key becomes a variable. */
function sourceWords(source: JsonObject): Value {
  const secret = 'secretRef' in source;
  const reference = objectAt(source, secret ? 'secretRef' : 'configMapRef');
  const prefix = stringAt(source, 'prefix') ?? '';
  const notes = [
    prefix === '' ? '' : t('names begin with {0}', prefix),
    booleanAt(reference, 'optional') === true ? t('optional') : '',
  ].filter(Boolean);
  return {
    text: `${secret ? 'Secret' : 'ConfigMap'} ${stringAt(reference, 'name') ?? ''}`,
    ...(notes.length > 0 && { note: notes.join(', ') }),
  };
}

function environment(name: string, spec: JsonObject): readonly Block[] {
  const variables = objectsAt(spec, 'env');
  return [
    ...fields(field(t('All of'), ...objectsAt(spec, 'envFrom').map(sourceWords))),
    ...(variables.length === 0
      ? []
      : [
          {
            kind: 'table' as const,
            caption: t('Environment of {0}', name),
            columns: [{ title: t('Name') }, { title: t('Value') }],
            rows: variables.map((variable) => ({
              cells: [{ text: stringAt(variable, 'name') ?? '', mono: true }, variableWords(variable)],
            })),
          },
        ]),
  ];
}

/** Whether a container may write where a volume is mounted. */
export function mountAccess(mount: JsonObject): string {
  if (booleanAt(mount, 'readOnly') !== true) return t('read and write');
  const below = stringAt(mount, 'recursiveReadOnly');
  return below === 'Enabled' || below === 'IfPossible'
    ? below === 'Enabled'
      ? t('read-only, with all that is mounted below')
      : t('read-only, below too where the node can')
    : t('read-only');
}

/** The part of the volume that is mounted, which may be named by the container's environment. */
const partOf = (mount: JsonObject): string => stringAt(mount, 'subPath') ?? stringAt(mount, 'subPathExpr') ?? '';

function mounts(name: string, spec: JsonObject): Block {
  return {
    kind: 'table',
    caption: t('Mounts of {0}', name),
    columns: [{ title: t('Path') }, { title: t('Volume') }, { title: t('Access') }],
    rows: [
      ...objectsAt(spec, 'volumeMounts').map((mount) => {
        const propagation = stringAt(mount, 'mountPropagation');
        return {
          cells: [
            { text: stringAt(mount, 'mountPath') ?? '', mono: true },
            { text: [stringAt(mount, 'name') ?? '', partOf(mount)].filter(Boolean).join(' / '), mono: true },
            {
              text: mountAccess(mount),
              ...(propagation !== undefined &&
                propagation !== 'None' && { note: t('mounts pass {0}', propagationWords(propagation)) }),
            },
          ],
        };
      }),
      ...objectsAt(spec, 'volumeDevices').map((device) => ({
        cells: [
          { text: stringAt(device, 'devicePath') ?? '', mono: true },
          { text: stringAt(device, 'name') ?? '', mono: true },
          t('block device'),
        ],
      })),
    ],
  };
}

const propagationWords = (propagation: string): string =>
  propagation === 'Bidirectional'
    ? t('from and to the node')
    : propagation === 'HostToContainer'
      ? t('from the node')
      : propagation;

/** What is long and read seldom, folded below the container. `id` is that of the container's section. */
export function containerDetails(id: string, name: string, spec: JsonObject): readonly Section[] {
  const sections: Section[] = [];
  const fold = (part: string, title: string, ...blocks: readonly Block[]): void => {
    sections.push({ id: `${id}/${part}`, title, open: false, state: ready, blocks });
  };
  const variables = objectsAt(spec, 'env').length + objectsAt(spec, 'envFrom').length;
  if (variables > 0) fold('environment', t('Environment ({0})', variables), ...environment(name, spec));
  const places = objectsAt(spec, 'volumeMounts').length + objectsAt(spec, 'volumeDevices').length;
  if (places > 0) fold('mounts', t('Mounts ({0})', places), mounts(name, spec));
  return sections;
}
