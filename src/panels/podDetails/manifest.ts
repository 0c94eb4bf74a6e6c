import { dump } from 'js-yaml';
import { isObject, type JsonObject, objectAt, stringAt } from '../../model/json.ts';
import { type Action, ready, type Section } from '../page.ts';
import type { PodInput } from './input.ts';
import { maskSecret } from './metadata.ts';
import { t } from '../translate.ts';

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * The object without what only servers read, and with values hidden whose name says that they are secrets: environment
 * variables and annotations. Deeper than any real manifest the rest is cut off.
 */
export function presentable(value: unknown, depth = 0): unknown {
  if (depth > 60) return '…';
  if (Array.isArray(value)) return value.map((element) => presentable(element, depth + 1));
  if (!isObject(value)) return value;
  const result: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'managedFields' || key === lastApplied) continue;
    result[key] = key === 'annotations' && isObject(inner) ? maskAll(inner) : presentable(inner, depth + 1);
  }
  const { name, value: text } = value;
  if (typeof name === 'string' && typeof text === 'string') result['value'] = maskSecret(name, text);
  return result;
}

const maskAll = (annotations: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(annotations)
      .filter(([name]) => name !== lastApplied)
      .map(([name, value]) => [name, typeof value === 'string' ? maskSecret(name, value) : value]),
  );

export const toYaml = (object: JsonObject): string => dump(presentable(object), { lineWidth: -1, noRefs: true });

/** Fields in one order, so that two states of an object are compared by what is in them. */
const toSortedYaml = (object: JsonObject): string =>
  dump(presentable(object), { lineWidth: -1, noRefs: true, sortKeys: true });

const appliedText = (raw: JsonObject): string | undefined =>
  stringAt(objectAt(objectAt(raw, 'metadata'), 'annotations'), lastApplied);

/** What `kubectl apply` was given last, as YAML; undefined where it is not noted in the object, or cannot be read. */
export function appliedYaml(raw: JsonObject): string | undefined {
  const text = appliedText(raw);
  if (text === undefined) return undefined;
  try {
    const applied: unknown = JSON.parse(text);
    return isObject(applied) ? toSortedYaml(withoutEmptyAnnotations(applied)) : undefined;
  } catch {
    return undefined;
  }
}

/** Fields of an object's metadata that the server sets. */
const serverFields = new Set(['uid', 'resourceVersion', 'generation', 'creationTimestamp', 'selfLink']);

/** The object without its status and without what the server notes about it, to be compared with what was applied. */
export function liveYaml(raw: JsonObject): string {
  const metadata = Object.fromEntries(
    Object.entries(objectAt(raw, 'metadata')).filter(([name]) => !serverFields.has(name)),
  );
  const rest = Object.fromEntries(Object.entries(raw).filter(([name]) => name !== 'status'));
  return toSortedYaml(withoutEmptyAnnotations({ ...rest, metadata }));
}

/** kubectl notes an object without annotations as one with an empty list of them. */
function withoutEmptyAnnotations(object: JsonObject): JsonObject {
  const metadata = objectAt(object, 'metadata');
  const annotations = maskAll(objectAt(metadata, 'annotations'));
  const others = Object.fromEntries(Object.entries(metadata).filter(([name]) => name !== 'annotations'));
  return { ...object, metadata: Object.keys(annotations).length === 0 ? others : { ...others, annotations } };
}

export function manifest({ raw, snapshot }: PodInput): Section {
  const actions: Action[] = [];
  if (snapshot.content.origin === 'live') {
    actions.push({ id: 'openManifest', label: t('Open as Document') });
    if (appliedText(raw) !== undefined)
      actions.push({ id: 'compareLastApplied', label: t('Compare with Last Applied') });
  }
  return {
    id: 'yaml',
    title: t('YAML'),
    open: false,
    state: ready,
    blocks: [
      {
        kind: 'code',
        label: t('The pod as YAML, without managedFields, secrets hidden'),
        text: toYaml(raw),
        ...(actions.length > 0 && { actions }),
      },
    ],
  };
}
