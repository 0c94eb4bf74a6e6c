import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { kindOfObject, type KindKey } from '../model/kinds.ts';
import type { ModelObject } from '../model/meta.ts';
import { withDefaultNamespace } from '../model/snapshot.ts';
import { type FoundFile, reasonOf } from './folderFiles.ts';
import { type Kustomization, kustomizationNames, kustomizationNote, readKustomization } from './kustomization.ts';
import { kustomize } from './kustomize.ts';
import { type Manifest, type ManifestProblem, readManifest } from './manifest.ts';
import { decodeText } from './manifestText.ts';

/** A file as it was read, projected to the model; kept while the file does not change. */
export interface ManifestFile {
  readonly file: FoundFile;
  readonly objects: readonly ReadObject[];
  /** `group/version` of everything in it, of unknown kinds too. */
  readonly apiVersions: readonly string[];
  readonly problems: readonly ManifestProblem[];
  readonly version: Manifest['version'];
  readonly kustomization?: Kustomization | undefined;
}

export interface ReadObject {
  readonly key: KindKey;
  readonly object: ModelObject;
}

/** V8 holds no longer string than about half a billion characters. */
const maxBytes = 500_000_000;

const none: readonly Kustomization[] = [];

/** @param by the kustomizations that its objects are resources of. What goes wrong is a problem of the result. */
export async function readManifestFile(file: FoundFile, by = none): Promise<ManifestFile> {
  if (file.size > maxBytes) return tooLarge(file, file.size);
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file.path);
  } catch (error) {
    return failed(file, 'unreadable', `Cannot be read: ${reasonOf(error)}.`);
  }
  return readManifestBytes(file, bytes, by);
}

/** What the bytes of a file hold. What goes wrong is a problem of the result. */
export function readManifestBytes(file: FoundFile, bytes: Uint8Array, by = none): ManifestFile {
  if (bytes.length > maxBytes) return tooLarge(file, bytes.length);
  const { path } = file;
  const text = decodeText(bytes);
  if (text === undefined) return failed(file, 'not-text', 'This file is neither YAML nor JSON: it is not text.');
  const manifest = readManifest(text, path);
  const kustomization = isKustomization(path) ? readKustomization(text) : undefined;
  const objects: ReadObject[] = [];
  const apiVersions = new Set<string>();
  for (const { object, apiVersion, kind, source } of manifest.objects) {
    apiVersions.add(apiVersion);
    const descriptor = kindOfObject(apiVersion, kind);
    if (descriptor === undefined) continue;
    const { key, namespaced, read } = descriptor;
    const made = by.length === 0 ? object : kustomize(object, descriptor, by);
    objects.push({ key, object: withDefaultNamespace<ModelObject>(read(made, source), namespaced) });
  }
  return {
    file,
    objects,
    apiVersions: [...apiVersions],
    problems: kustomization === undefined ? manifest.problems : problemsOf(kustomization, manifest.problems, path),
    version: manifest.version,
    kustomization,
  };
}

export const isKustomization = (path: string): boolean => kustomizationNames.some((name) => name === basename(path));

/** A kustomization may say neither its kind nor its version; by its name it is one all the same. */
function problemsOf(
  kustomization: Kustomization,
  found: readonly ManifestProblem[],
  file: string,
): readonly ManifestProblem[] {
  const message = kustomizationNote(kustomization);
  const note: ManifestProblem[] =
    message === undefined ? [] : [{ file, line: 1, severity: 'note', code: 'kustomization', message }];
  return [...note, ...found.filter(({ code }) => code !== 'kustomization' && code !== 'not-kubernetes')];
}

const failed = (file: FoundFile, code: ManifestProblem['code'], message: string): ManifestFile => ({
  file,
  objects: [],
  apiVersions: [],
  version: undefined,
  problems: [{ file: file.path, line: 1, severity: 'error', code, message }],
});

const tooLarge = (file: FoundFile, bytes: number): ManifestFile =>
  failed(file, 'too-large', `${Math.round(bytes / 1e6)} MB is more than can be read at once. Split the file.`);
