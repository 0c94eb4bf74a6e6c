import { dirname, resolve, sep } from 'node:path';
import { allKinds, type KindKey } from '../model/kinds.ts';
import { type ModelObject, objectKey } from '../model/meta.ts';
import type { Node } from '../model/node.ts';
import type { CustomResourceDefinition } from '../model/objects.ts';
import { type ApiGroup, ClusterSnapshot, ObjectTable, type ObjectTables, type ServerFacts } from '../model/snapshot.ts';
import { findManifestFiles, type FoundFile } from './folderFiles.ts';
import { type Kustomization, kustomizedBy } from './kustomization.ts';
import { breathe, mustBreathe } from './live/pace.ts';
import type { ManifestProblem } from './manifest.ts';
import { isKustomization, type ManifestFile, readManifestFile } from './manifestFile.ts';

export interface FolderReading {
  readonly snapshot: ClusterSnapshot;
  readonly problems: readonly ManifestProblem[];
  readonly directories: readonly string[];
  readonly files: number;
  /** Objects of kinds that the program reads. */
  readonly objects: number;
}

/** `by` are the kustomizations that the objects of the file are resources of. */
export type ReadManifestFile = (
  file: FoundFile,
  signal: AbortSignal | undefined,
  by: readonly Kustomization[],
) => Promise<ManifestFile>;

interface KnownFile {
  readonly read: ManifestFile;
  readonly by: readonly Kustomization[];
}

/** Reads manifests from disk into snapshots. Files that have not changed since the last read are not parsed again. */
export class FolderReader {
  readonly #name: string;
  readonly #paths: readonly string[];
  readonly #readFile: ReadManifestFile;
  #known = new Map<string, KnownFile>();
  #revision = 0;

  /**
   * `name` is what the cluster is called; `paths` are files and folders, the later winning over the earlier. `readFile`
   * reads one file; in this thread where it is absent.
   */
  constructor(
    name: string,
    paths: readonly string[],
    readFile: ReadManifestFile = (file, _signal, by) => readManifestFile(file, by),
  ) {
    this.#name = name;
    this.#paths = paths;
    this.#readFile = readFile;
  }

  /**
   * @throws the signal's reason. Everything else that goes wrong is a problem of the result.
   */
  async read(signal?: AbortSignal, progress?: (done: number, total: number) => void): Promise<FolderReading> {
    const found = await findManifestFiles(this.#paths, signal);
    const known = new Map<string, KnownFile>();
    const kustomizations = new Map<string, Kustomization>();
    const readOne = async (file: FoundFile, by: readonly Kustomization[]): Promise<ManifestFile> => {
      signal?.throwIfAborted();
      progress?.(known.size, found.files.length);
      const before = this.#known.get(file.path);
      const unchanged = before?.read.file.size === file.size && before.read.file.modified === file.modified;
      const read = unchanged && isSame(before.by, by) ? before.read : await this.#readFile(file, signal, by);
      known.set(file.path, { read, by });
      return read;
    };
    // They say what becomes of the other files.
    for (const file of found.files) {
      if (!isKustomization(file.path)) continue;
      const { kustomization } = await readOne(file, []);
      if (kustomization !== undefined) kustomizations.set(dirname(resolve(file.path)), kustomization);
    }
    for (const file of found.files) if (!known.has(file.path)) await readOne(file, resourcesOf(file, kustomizations));
    this.#known = known;
    const files = withoutPatches(found.files.flatMap(({ path }) => known.get(path)?.read ?? []));
    const problems = [...found.problems, ...files.flatMap((file) => file.problems)];
    const tables = await tablesOf(files, problems);
    signal?.throwIfAborted();
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
}

const isSame = (one: readonly Kustomization[], other: readonly Kustomization[]): boolean =>
  one.length === other.length && one.every((kustomization, index) => kustomization === other[index]);

/** The kustomizations that a file's objects are resources of, by their folders. */
function resourcesOf(
  { path }: FoundFile,
  kustomizations: ReadonlyMap<string, Kustomization>,
): readonly Kustomization[] {
  if (kustomizations.size === 0) return [];
  const steps = resolve(path).split(sep);
  const at = (depth: number): Kustomization | undefined => kustomizations.get(steps.slice(0, depth).join(sep));
  const found = kustomizedBy(steps, at);
  return found?.as === 'resource' ? found.by : [];
}

async function tablesOf(files: readonly ManifestFile[], problems: ManifestProblem[]): Promise<ObjectTables> {
  const byKind = new Map<KindKey, Map<string, ModelObject>>();
  for (const { objects } of files) {
    for (const { key, object } of objects) {
      if (mustBreathe()) await breathe();
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

/** Files that a kustomization beside them names as patches hold parts of objects, which are no objects. */
function withoutPatches(files: readonly ManifestFile[]): readonly ManifestFile[] {
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

function serverFacts(files: readonly ManifestFile[], tables: ObjectTables): ServerFacts {
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
  const versions = new Set(nodes.flatMap(({ kubeletVersion }) => kubeletVersion ?? []));
  return [...versions].sort((one, other) => one.localeCompare(other, 'en', { numeric: true })).at(-1);
}

/** The API groups that the objects and the definitions speak of. A folder cannot say which others a server has. */
function apiGroups(files: readonly ManifestFile[], tables: ObjectTables): readonly ApiGroup[] {
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
