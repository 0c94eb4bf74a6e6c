import type { ClusterSource, ConnectionState, Need } from '../../../src/cluster/source.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { kindOfObject, type KindKey } from '../../../src/model/kinds.ts';
import type { ModelObject } from '../../../src/model/meta.ts';
import {
  ClusterSnapshot,
  type ConnectionFacts,
  type Interest,
  type Knowledge,
  ObjectTable,
  type ObjectTables,
} from '../../../src/model/snapshot.ts';
import type { Cluster, ClusterFault, Clusters } from '../../../src/tree/clusters.ts';
import { type Filter, noFilter } from '../../../src/tree/filter.ts';
import type { Rendering } from '../../../src/tree/rendering.ts';
import type { Row } from '../../../src/tree/row.ts';
import { renderClusters } from '../../../src/tree/rows.ts';
import { ViewState } from '../../../src/tree/viewState.ts';
import { inEnglish } from '../../../src/tree/words.ts';

export const noon = Date.parse('2026-11-24T12:00:00Z');

interface SnapshotOptions {
  readonly objects: readonly JsonObject[];
  readonly name?: string;
  readonly version?: string;
  readonly connection?: ConnectionFacts;
  readonly groups?: readonly string[];
  /** Reads that did not end well, by kind. Every other kind is loaded. */
  readonly reads?: readonly { readonly interest: Interest; readonly knowledge: Knowledge }[];
}

const read: readonly KindKey[] = [
  'nodes',
  'namespaces',
  'daemonSets',
  'deployments',
  'pods',
  'configMaps',
  'services',
  'networkPolicies',
];

export function snapshotOf(options: SnapshotOptions): ClusterSnapshot {
  const lists = new Map<KindKey, ModelObject[]>();
  for (const object of options.objects) {
    const descriptor = kindOfObject(String(object['apiVersion']), String(object['kind']));
    if (descriptor === undefined) throw new Error(`no kind for ${JSON.stringify(object)}`);
    const list = lists.get(descriptor.key) ?? [];
    list.push(descriptor.read(object));
    lists.set(descriptor.key, list);
  }
  const tables = Object.fromEntries([...lists].map(([key, list]) => [key, ObjectTable.of(list)]));
  const special = options.reads ?? [];
  return new ClusterSnapshot({
    revision: 1,
    origin: 'live',
    name: options.name ?? 'prod-eu',
    ...(options.connection === undefined ? {} : { connection: options.connection }),
    server: {
      version: { gitVersion: options.version ?? 'v1.34.2' },
      versionKnowledge: { state: 'loaded' },
      groups: (options.groups ?? ['', 'apps', 'crd.projectcalico.org']).map((name) => ({ name, versions: ['v1'] })),
      groupsKnowledge: { state: 'loaded' },
    },
    tables: tables as ObjectTables,
    reads: [
      ...special,
      ...read
        .filter((kind) => !special.some(({ interest }) => interest.kind === kind))
        .map((kind) => ({ interest: { kind }, knowledge: { state: 'loaded' } as const })),
    ],
    asOf: noon,
  });
}

/** A source that is what it is told to be. */
export class FakeSource implements ClusterSource {
  readonly id: string;
  readonly name: string;
  readonly origin: 'live' | 'folder';
  readonly client = undefined;
  state: ConnectionState;
  snapshot: ClusterSnapshot;
  connects = 0;
  readonly needed: (readonly Interest[] | 'disposed')[] = [];
  readonly #listeners = new Set<() => void>();

  constructor(name: string, state: ConnectionState, snapshot?: ClusterSnapshot, origin: 'live' | 'folder' = 'live') {
    this.id = `context:${name}`;
    this.name = name;
    this.origin = origin;
    this.state = state;
    this.snapshot = snapshot ?? nothing(name);
  }

  become(change: { readonly state?: ConnectionState; readonly snapshot?: ClusterSnapshot }): void {
    this.state = change.state ?? this.state;
    this.snapshot = change.snapshot ?? this.snapshot;
    for (const listener of this.#listeners) listener();
  }

  onDidChange(listener: () => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  need(interests: readonly Interest[]): Need {
    this.needed.push(interests);
    return {
      update: (now) => this.needed.push(now),
      dispose: () => this.needed.push('disposed'),
    };
  }

  connect(): Promise<void> {
    this.connects++;
    return Promise.resolve();
  }

  disconnect(): void {
    this.become({ state: { kind: 'not-connected' }, snapshot: nothing(this.name) });
  }

  refresh(): Promise<void> {
    return Promise.resolve();
  }

  dispose(): void {
    this.#listeners.clear();
  }
}

export const connected: ConnectionState = { kind: 'connected', checked: noon };

const nothing = (name: string): ClusterSnapshot =>
  new ClusterSnapshot({
    revision: 0,
    origin: 'live',
    name,
    server: { versionKnowledge: { state: 'unread' }, groups: [], groupsKnowledge: { state: 'unread' } },
    tables: {},
    reads: [],
    asOf: 0,
  });

export const clustersOf = (
  sources: readonly (ClusterSource | Cluster)[],
  faults: readonly ClusterFault[] = [],
): Clusters => ({
  loaded: true,
  list: sources.map((source) => ('source' in source ? source : { source, current: false })),
  faults,
  ready: () => Promise.resolve(),
  onDidChange: () => ({ dispose: () => undefined }),
});

export const memory = (): ConstructorParameters<typeof ViewState>[0] => {
  const values = new Map<string, unknown>();
  return {
    get: <T>(key: string) => values.get(key) as T | undefined,
    update: (key, value) => {
      values.set(key, value);
      return Promise.resolve();
    },
  };
};

export const rendering = (state: ViewState, filter: Partial<Filter> = {}): Rendering => ({
  t: inEnglish,
  now: noon,
  filter: { ...noFilter, ...filter },
  shown: (id) => state.shown(id),
});

export function render(
  sources: readonly (ClusterSource | Cluster)[],
  filter: Partial<Filter> = {},
  state = new ViewState(memory()),
): ReturnType<typeof renderClusters> {
  return renderClusters(clustersOf(sources), state, rendering(state, filter));
}

interface TextOptions {
  /** Rows that are open besides those that open themselves; all of them where it is absent. */
  readonly open?: (row: Row) => boolean;
  readonly icons?: boolean;
}

/** The rows as text, one a line, as deep as they are open: `icon label  description`. */
export function textOf(rows: readonly Row[], { open = () => true, icons = false }: TextOptions = {}): string {
  const lines: string[] = [];
  const visit = (list: readonly Row[], depth: number): void => {
    for (const row of list) {
      const icon = icons ? `(${row.icon?.id ?? ''}) ` : '';
      const description = row.description === undefined || row.description === '' ? '' : `  ${row.description}`;
      lines.push(`${'  '.repeat(depth)}${icon}${row.label}${description}`);
      if (row.children !== undefined && open(row)) visit(row.children(), depth + 1);
    }
  };
  visit(rows, 0);
  return lines.join('\n');
}

export const find = (rows: readonly Row[], label: string): Row => {
  for (const row of rows) {
    if (row.label === label) return row;
    try {
      return find(row.children?.() ?? [], label);
    } catch {
      // It may stand below a later row.
    }
  }
  throw new Error(`no row ${label}`);
};
