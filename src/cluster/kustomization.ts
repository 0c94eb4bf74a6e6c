import { posix } from 'node:path';
import { isObject, type JsonObject, objectsAt, stringAt, stringsAt } from '../model/json.ts';
import { readYamlDocument } from './manifestYaml.ts';

/** The names that kustomize looks for in a folder. Source: kustomize, `RecognizedKustomizationFileNames`. */
export const kustomizationNames = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'] as const;

/** What a kustomization says of the files it names. Paths are relative to its folder. */
export interface Kustomization {
  readonly resources: readonly string[];
  /** Files that hold parts of objects, to be merged into resources. */
  readonly patches: readonly string[];
  /** Its fields that change namespaces, names, labels or policies of the resources. */
  readonly changes: readonly string[];
}

const changing = [
  'namespace',
  'namePrefix',
  'nameSuffix',
  'commonLabels',
  'patches',
  'patchesStrategicMerge',
  'patchesJson6902',
  'replacements',
  'vars',
  'transformers',
  'components',
  'configurations',
] as const;

/** Undefined where the text is no kustomization. Its `kind` may be left out, as kustomize has it. */
export function readKustomization(text: string): Kustomization | undefined {
  const { value } = readYamlDocument(text, 1);
  if (!isObject(value)) return undefined;
  const kind = stringAt(value, 'kind') ?? 'Kustomization';
  if (kind !== 'Kustomization' && kind !== 'Component') return undefined;
  const files = ['patches', 'patchesJson6902'].flatMap((field) =>
    objectsAt(value, field).flatMap((patch) => stringAt(patch, 'path') ?? []),
  );
  // An entry of patchesStrategicMerge may also be the patch itself.
  const merged = stringsAt(value, 'patchesStrategicMerge').filter((entry) => !entry.includes('\n'));
  return {
    resources: [...stringsAt(value, 'resources'), ...stringsAt(value, 'bases')].map(normalized),
    patches: [...files, ...merged].map(normalized),
    changes: [...changing.filter((field) => isGiven(value[field])), ...(selectsByLabels(value) ? ['labels'] : [])],
  };
}

/** What becomes of the file at `path`, relative to the folder of the kustomization; undefined where it is not named. */
export function roleIn({ patches, resources }: Kustomization, path: string): 'patch' | 'resource' | undefined {
  if (patches.includes(path)) return 'patch';
  return resources.some((resource) => resource === path || path.startsWith(`${resource}/`)) ? 'resource' : undefined;
}

const normalized = (path: string): string => posix.normalize(path).replace(/\/$/, '');

const isGiven = (value: unknown): boolean =>
  Array.isArray(value) || typeof value === 'string'
    ? value.length > 0
    : isObject(value) && Object.keys(value).length > 0;

/** Labels that go to metadata alone change nothing of what a policy selects. */
const selectsByLabels = (value: JsonObject): boolean =>
  objectsAt(value, 'labels').some((label) => label['includeSelectors'] === true || label['includeTemplates'] === true);
