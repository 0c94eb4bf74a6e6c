import { readFileSync } from 'node:fs';
import { loadAll } from 'js-yaml';
import { isObject, type JsonObject, objectAt, objectsAt, stringAt, stringsAt } from '../../../src/model/json.ts';
import { allKinds, kindOfObject, type KindKey } from '../../../src/model/kinds.ts';
import type { ModelObject } from '../../../src/model/meta.ts';
import {
  ClusterSnapshot,
  type ConnectionFacts,
  type Knowledge,
  ObjectTable,
  type ObjectTables,
  type Read,
  withDefaultNamespace,
} from '../../../src/model/snapshot.ts';

export interface SnapshotOptions {
  /** How well a kind is known, everywhere; `loaded` where nothing is said. */
  readonly knowledge?: Partial<Record<KindKey, Knowledge>>;
  /** Reads beside those of whole kinds: of one namespace, of one label. */
  readonly reads?: readonly Read[];
  readonly origin?: 'live' | 'folder';
  /** In milliseconds since the epoch, or as RFC 3339. */
  readonly asOf?: number | string;
  readonly connection?: ConnectionFacts;
  readonly versionKnowledge?: Knowledge;
  readonly groupsKnowledge?: Knowledge;
}

/** The time at which the fixtures' clusters were looked at. */
export const fixtureTime = Date.parse('2026-11-20T12:00:00Z');

/**
 * A snapshot of the objects in a YAML stream. Three documents mean something else: what `kubectl version -o yaml` prints
 * is the server's version, a kubeconfig (`kind: Config`) is the way to the cluster, and `apiGroups:` with a list of names
 * is what discovery serves beside the groups of the objects.
 */
export function snapshotFromYaml(text: string, options: SnapshotOptions = {}): ClusterSnapshot {
  return snapshotFromObjects(loadAll(text), options);
}

/** As `snapshotFromYaml`, of documents that have been read, for a test to change first. */
export function snapshotFromObjects(documents: readonly unknown[], options: SnapshotOptions = {}): ClusterSnapshot {
  const tables = new Map<KindKey, ModelObject[]>();
  const groups = new Set<string>(['', 'apps', 'networking.k8s.io']);
  let gitVersion: string | undefined;
  let connection = options.connection;
  for (const document of documents.filter(isObject)) {
    if (isObject(document['serverVersion'])) gitVersion = stringAt(document['serverVersion'], 'gitVersion');
    else if (document['kind'] === 'Config') connection = connectionOf(document);
    else if (Array.isArray(document['apiGroups']))
      stringsAt(document, 'apiGroups').forEach((group) => groups.add(group));
    else for (const object of document['kind'] === 'List' ? objectsAt(document, 'items') : [document]) add(object);
  }

  function add(object: JsonObject): void {
    const apiVersion = stringAt(object, 'apiVersion') ?? '';
    const descriptor = kindOfObject(apiVersion, stringAt(object, 'kind') ?? '');
    if (descriptor === undefined)
      throw new Error(`The fixture has an object that no reader reads: ${apiVersion} ${stringAt(object, 'kind')}`);
    if (apiVersion.includes('/')) groups.add(apiVersion.slice(0, apiVersion.indexOf('/')));
    const list = tables.get(descriptor.key) ?? [];
    list.push(withDefaultNamespace<ModelObject>(descriptor.read(object), descriptor.namespaced));
    tables.set(descriptor.key, list);
  }

  const { asOf = fixtureTime } = options;
  return new ClusterSnapshot({
    revision: 1,
    origin: options.origin ?? 'live',
    name: 'fixture',
    server: {
      versionKnowledge: options.versionKnowledge ?? { state: 'loaded' },
      groupsKnowledge: options.groupsKnowledge ?? { state: 'loaded' },
      groups: [...groups].map((name) => ({ name, versions: ['v1'] })),
      ...(gitVersion === undefined ? {} : { version: { gitVersion } }),
    },
    tables: Object.fromEntries([...tables].map(([key, list]) => [key, ObjectTable.of(list)])) as ObjectTables,
    reads: [
      ...allKinds.map(({ key }): Read => ({
        interest: { kind: key },
        knowledge: options.knowledge?.[key] ?? { state: 'loaded' },
      })),
      ...(options.reads ?? []),
    ],
    asOf: typeof asOf === 'string' ? Date.parse(asOf) : asOf,
    ...(connection === undefined ? {} : { connection }),
  });
}

/** `path` is relative to `test/fixtures/clusters`. */
export const snapshotFromFixture = (path: string, options?: SnapshotOptions): ClusterSnapshot =>
  snapshotFromYaml(fixtureText(path), options);

export const fixtureText = (path: string): string =>
  readFileSync(new URL(`../../fixtures/clusters/${path}`, import.meta.url), 'utf8');

function connectionOf(kubeconfig: JsonObject): ConnectionFacts {
  const cluster = objectAt(objectsAt(kubeconfig, 'clusters')[0] ?? {}, 'cluster');
  const exec = objectAt(objectAt(objectsAt(kubeconfig, 'users')[0] ?? {}, 'user'), 'exec');
  const server = stringAt(cluster, 'server');
  const certificateAuthority = stringAt(cluster, 'certificate-authority');
  const execCommand = stringAt(exec, 'command');
  return {
    context: stringAt(kubeconfig, 'current-context') ?? '',
    execArgs: stringsAt(exec, 'args'),
    ...(server === undefined ? {} : { server }),
    ...(certificateAuthority === undefined ? {} : { certificateAuthority }),
    ...(execCommand === undefined ? {} : { execCommand }),
  };
}
