import { posix } from 'node:path';
import { isObject, type JsonObject, objectsAt, stringAt, stringMapAt, stringsAt } from '../model/json.ts';
import type { Labels } from '../model/labels.ts';
import { readYamlDocument } from './manifestYaml.ts';

/** The names that kustomize looks for in a folder. Source: kustomize, `RecognizedKustomizationFileNames`. */
export const kustomizationNames = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'] as const;

/** What a kustomization says of the files it names. Paths are relative to its folder. */
export interface Kustomization {
  readonly resources: readonly string[];
  /** Files that hold parts of objects, to be merged into resources. */
  readonly patches: readonly string[];
  /** The namespace of all resources; empty where it is not set. */
  readonly namespace: string;
  readonly namePrefix: string;
  readonly nameSuffix: string;
  readonly labels: readonly AddedLabels[];
  /** Its other fields that change what policies and pods are. */
  readonly leftOut: readonly string[];
}

/** Labels for all resources. */
export interface AddedLabels {
  readonly pairs: Labels;
  /** Selectors ask for them as well. */
  readonly selectors: boolean;
  /** Templates of pods have them as well. */
  readonly templates: boolean;
}

/** Fields that change resources in ways that are not followed. */
const notFollowed = [
  'patches',
  'patchesStrategicMerge',
  'patchesJson6902',
  'replacements',
  'vars',
  'transformers',
  'components',
  'configurations',
] as const;

/** Undefined where the text is no kustomization. */
export function readKustomization(text: string): Kustomization | undefined {
  const { value } = readYamlDocument(text, 1);
  return isObject(value) ? kustomizationOf(value) : undefined;
}

/** Undefined where the object is no kustomization. Its `kind` may be left out, as kustomize has it. */
export function kustomizationOf(value: JsonObject): Kustomization | undefined {
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
    namespace: stringAt(value, 'namespace') ?? '',
    namePrefix: stringAt(value, 'namePrefix') ?? '',
    nameSuffix: stringAt(value, 'nameSuffix') ?? '',
    labels: labelsOf(value),
    leftOut: [
      ...notFollowed.filter((field) => isGiven(value[field])),
      ...(objectsAt(value, 'labels').some((entry) => isGiven(entry['fields'])) ? ['labels.fields'] : []),
    ],
  };
}

function labelsOf(value: JsonObject): readonly AddedLabels[] {
  const common = { pairs: stringMapAt(value, 'commonLabels'), selectors: true, templates: true };
  const others = objectsAt(value, 'labels').map((entry): AddedLabels => {
    const selectors = entry['includeSelectors'] === true;
    return {
      pairs: stringMapAt(entry, 'pairs'),
      selectors,
      templates: selectors || entry['includeTemplates'] === true,
    };
  });
  return [common, ...others].filter(({ pairs }) => Object.keys(pairs).length > 0);
}

/** What of a kustomization is not reflected in what is read, as a sentence; undefined where all of it is. */
export function kustomizationNote({ leftOut, resources }: Kustomization): string | undefined {
  const parts = [
    ...(leftOut.length === 0 ? [] : [`Not applied here: ${leftOut.join(', ')}.`]),
    ...(resources.some((resource) => resource.startsWith('../'))
      ? ['What it names outside its folder is read as it stands.']
      : []),
  ];
  return parts.length === 0 ? undefined : [...parts, 'Read what `kubectl kustomize` prints instead.'].join(' ');
}

/** What a kustomization changes in all of its resources, in words: `namespace shop`, `labels team=a`. */
export function changesOf({ namespace, namePrefix, nameSuffix, labels }: Kustomization): readonly string[] {
  const pairs = labels.flatMap((added) => Object.entries(added.pairs).map(([key, value]) => `${key}=${value}`));
  return [
    ...(namespace === '' ? [] : [`namespace ${namespace}`]),
    ...(namePrefix === '' ? [] : [`name prefix ${namePrefix}`]),
    ...(nameSuffix === '' ? [] : [`name suffix ${nameSuffix}`]),
    ...(pairs.length === 0 ? [] : [`${pairs.length === 1 ? 'label' : 'labels'} ${pairs.join(', ')}`]),
  ];
}

/** What kustomize does with a file. */
export type Kustomized =
  /** The file holds parts of objects. */
  | { readonly as: 'patch' }
  /** Its objects are resources of these, the nearest first: each is named by the next. */
  | { readonly as: 'resource'; readonly by: readonly Kustomization[] };

/**
 * What becomes of a file by the kustomizations in its folder and above; undefined where none names it.
 *
 * @param steps the file's path from the uppermost folder on
 * @param at the kustomization in the folder that is so many steps down
 */
export function kustomizedBy(
  steps: readonly string[],
  at: (depth: number) => Kustomization | undefined,
): Kustomized | undefined {
  const by: Kustomization[] = [];
  let named = steps;
  for (let depth = steps.length - 1; depth >= 0; depth--) {
    const kustomization = at(depth);
    if (kustomization === undefined) continue;
    const role = roleIn(kustomization, named.slice(depth).join('/'));
    if (role === 'patch') return { as: 'patch' };
    if (role === undefined) continue;
    by.push(kustomization);
    // From here on the folder is what others name.
    named = steps.slice(0, depth);
  }
  return by.length === 0 ? undefined : { as: 'resource', by };
}

/** What becomes of the file or folder at `path`, relative to that of the kustomization; undefined where it is not named. */
export function roleIn({ patches, resources }: Kustomization, path: string): 'patch' | 'resource' | undefined {
  if (patches.includes(path)) return 'patch';
  return resources.some((resource) => resource === path || path.startsWith(`${resource}/`)) ? 'resource' : undefined;
}

const normalized = (path: string): string => posix.normalize(path).replace(/\/$/, '');

const isGiven = (value: unknown): boolean =>
  Array.isArray(value) || typeof value === 'string'
    ? value.length > 0
    : isObject(value) && Object.keys(value).length > 0;
