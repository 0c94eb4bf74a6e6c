import { dump } from 'js-yaml';
import { isObject, type JsonObject } from '../../model/json.ts';
import { ready, type Section } from '../page.ts';
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

export const manifest = ({ raw }: PodInput): Section => ({
  id: 'yaml',
  title: t('YAML'),
  open: false,
  state: ready,
  blocks: [{ kind: 'code', label: t('The pod as YAML, without managedFields, secrets hidden'), text: toYaml(raw) }],
});
