import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { allKinds, kindOfObject, type KindKey } from '../model/kinds.ts';
import { type ModelObject, objectKey } from '../model/meta.ts';
import type { Node } from '../model/node.ts';
import type { CustomResourceDefinition } from '../model/objects.ts';
import {
  type ApiGroup,
  ClusterSnapshot,
  ObjectTable,
  type ObjectTables,
  type ServerFacts,
  withDefaultNamespace,
} from '../model/snapshot.ts';
import { findManifestFiles, type FoundFile, reasonOf } from './folderFiles.ts';
import { type Kustomization, kustomizationNames, readKustomization } from './kustomization.ts';
import { type Manifest, type ManifestProblem, readManifest } from './manifest.ts';
import { decodeText } from './manifestText.ts';

/** A file as it was read, projected to the model; kept while the file does not change. */
interface ReadFile {
  readonly file: FoundFile;
  readonly objects: readonly { readonly key: KindKey; readonly object: ModelObject }[];
  /** `group/version` of everything in it, of unknown kinds too. */
  readonly apiVersions: readonly string[];
  readonly problems: readonly ManifestProblem[];
  readonly version: Manifest['version'];
  readonly kustomization?: Kustomization | undefined;
}

export interface FolderReading {
  readonly snapshot: ClusterSnapshot;
  readonly problems: readonly ManifestProblem[];
  readonly directories: readonly string[];
  readonly files: number;
  /** Objects of kinds that the program reads. */
  readonly objects: number;
}

/** V8 holds no longer string than about half a billion characters. */
const maxBytes = 500_000_000;

/** Reads manifests from disk into snapshots. Files that have not changed since the last read are not parsed again. */
export class FolderReader {
  readonly #name: string;
  readonly #paths: readonly string[];
  #known = new Map<string, ReadFile>();
  #revision = 0;

  /** `name` is what the cluster is called; `paths` are files and folders, the later winning over the earlier. */
  constructor(name: string, paths: readonly string[]) {
    this.#name = name;
    this.#paths = paths;
  }

  /**
   * @throws the signal's reason. Everything else that goes wrong is a problem of the result.
   */
  async read(signal?: AbortSignal, progress?: (done: number, total: number) => void): Promise<FolderReading> {
    const found = await findManifestFiles(this.#paths, signal);
    const known = new Map<string, ReadFile>();
    for (const [index, file] of found.files.entries()) {
      signal?.throwIfAborted();
      progress?.(index, found.files.length);
      const before = this.#known.get(file.path);
      const unchanged = before?.file.size === file.size && before.file.modified === file.modified;
      known.set(file.path, unchanged ? before : await readFileAt(file));
    }
    this.#known = known;
    const files = withoutPatches([...known.values()]);
    const problems = [...found.problems, ...files.flatMap((file) => file.problems)];
    const tables = this.#tables(files, problems);
    let objects = 0;
    for (const key of Object.keys(tables) as KindKey[]) objects += tables[key]?.size ?? 0;
    const snapshot = new ClusterSnapshot({
      revision: ++this.#revision,
      origin: 'folder',
      name: this.#name,
      server: serverFacts(files, tables),
      tables,
      reads: allKinds.map(({ key }) => ({ interest: { kind: key }, knowledge: { state: 'loaded' } })),
      asOf: files.reduce((newest, { file }) => Math.max(newest, file.modified), 0),
    });
    return { snapshot, problems, directories: found.directories, files: files.length, objects };
  }

  #tables(files: readonly ReadFile[], problems: ManifestProblem[]): ObjectTables {
    const byKind = new Map<KindKey, Map<string, ModelObject>>();
    for (const { objects } of files) {
      for (const { key, object } of objects) {
        let table = byKind.get(key);
        if (table === undefined) byKind.set(key, (table = new Map()));
        const name = objectKey(object.meta);
        const before = table.get(name);
        if (before !== undefined && !sameObject(before, object)) problems.push(duplicate(before, object));
        table.set(name, object);
      }
    }
    const tables: Record<string, ObjectTable<ModelObject>> = {};
    for (const [key, objects] of byKind) tables[key] = new ObjectTable(objects);
    return tables as ObjectTables;
  }
}

async function readFileAt(file: FoundFile): Promise<ReadFile> {
  const { path } = file;
  const failed = (code: ManifestProblem['code'], message: string): ReadFile => ({
    file,
    objects: [],
    apiVersions: [],
    version: undefined,
    problems: [{ file: path, line: 1, severity: 'error', code, message }],
  });
  if (file.size > maxBytes)
    return failed('too-large', `${Math.round(file.size / 1e6)} MB is more than can be read at once. Split the file.`);
  let text: string | undefined;
  try {
    text = decodeText(await readFile(path));
  } catch (error) {
    return failed('unreadable', `Cannot be read: ${reasonOf(error)}.`);
  }
  if (text === undefined) return failed('not-text', 'This file is neither YAML nor JSON: it is not text.');
  const manifest = readManifest(text, path);
  const isNamed = kustomizationNames.some((name) => name === basename(path));
  const objects: { key: KindKey; object: ModelObject }[] = [];
  const apiVersions = new Set<string>();
  for (const { object, apiVersion, kind, source } of manifest.objects) {
    apiVersions.add(apiVersion);
    const descriptor = kindOfObject(apiVersion, kind);
    if (descriptor !== undefined)
      objects.push({
        key: descriptor.key,
        object: withDefaultNamespace<ModelObject>(descriptor.read(object, source), descriptor.namespaced),
      });
  }
  return {
    file,
    objects,
    apiVersions: [...apiVersions],
    problems: manifest.problems,
    version: manifest.version,
    kustomization: isNamed ? readKustomization(text) : undefined,
  };
}

/** Files that a kustomization beside them names as patches hold parts of objects, which are no objects. */
function withoutPatches(files: readonly ReadFile[]): readonly ReadFile[] {
  const patches = new Set(
    files.flatMap(({ file, kustomization }) =>
      (kustomization?.patches ?? []).map((patch) => resolve(dirname(file.path), patch)),
    ),
  );
  if (patches.size === 0) return files;
  return files.map((read) => {
    const { file, objects } = read;
    if (objects.length === 0 || !patches.has(resolve(file.path))) return read;
    const message =
      'A kustomize patch is a part of an object, and is not read. Read what `kubectl kustomize` prints instead.';
    return {
      ...read,
      objects: [],
      problems: [{ file: file.path, line: 1, severity: 'note', code: 'kustomization', message }],
    };
  });
}

/** A dump often holds an object twice: in a list of its kind, and in a file of its own. */
function sameObject(one: ModelObject, other: ModelObject): boolean {
  if (one.meta.uid !== undefined) return one.meta.uid === other.meta.uid;
  const content = (object: ModelObject): string =>
    JSON.stringify({ ...object, meta: { ...object.meta, source: undefined } });
  return content(one) === content(other);
}

function duplicate(before: ModelObject, { kind, meta }: ModelObject): ManifestProblem {
  const { file, line } = meta.source ?? { file: '', line: 1 };
  const first = before.meta.source;
  const where = first === undefined ? 'elsewhere' : first.file === file ? `in line ${first.line}` : `in ${first.file}`;
  const message = `${kind} ${objectKey(meta)} is also defined ${where}. This one is used.`;
  return { file, line, severity: 'warning', code: 'duplicate-object', message };
}

function serverFacts(files: readonly ReadFile[], tables: ObjectTables): ServerFacts {
  const stated = files.findLast(({ version }) => version !== undefined)?.version;
  const kubelet = stated === undefined ? newestKubelet(tables.nodes?.items ?? []) : undefined;
  const version = stated ?? (kubelet === undefined ? undefined : { gitVersion: kubelet });
  const groups = { groups: apiGroups(files, tables), groupsKnowledge: { state: 'loaded' } } as const;
  if (version !== undefined) return { version, versionKnowledge: { state: 'loaded' }, ...groups };
  const reason = 'the files do not say which version the server runs';
  return { versionKnowledge: { state: 'unavailable', reason }, ...groups };
}

/** No kubelet is newer than its API server, and after an upgrade the newest is as new (version skew policy). */
function newestKubelet(nodes: readonly Node[]): string | undefined {
  const versions = nodes.flatMap(({ kubeletVersion }) => (kubeletVersion === undefined ? [] : [kubeletVersion]));
  return versions.sort((one, other) => one.localeCompare(other, 'en', { numeric: true })).at(-1);
}

/** The API groups that the objects and the definitions speak of. A folder cannot say which others a server has. */
function apiGroups(files: readonly ReadFile[], tables: ObjectTables): readonly ApiGroup[] {
  const versions = new Map<string, Set<string>>();
  const add = (group: string, version: string): void => {
    const known = versions.get(group);
    if (known === undefined) versions.set(group, new Set([version]));
    else known.add(version);
  };
  for (const { apiVersions } of files) {
    for (const apiVersion of apiVersions) {
      const slash = apiVersion.indexOf('/');
      add(slash < 0 ? '' : apiVersion.slice(0, slash), apiVersion.slice(slash + 1));
    }
  }
  const definitions: readonly CustomResourceDefinition[] = tables.customResourceDefinitions?.items ?? [];
  for (const definition of definitions) for (const version of definition.versions) add(definition.group, version);
  return [...versions].map(([name, list]) => ({ name, versions: [...list] }));
}
