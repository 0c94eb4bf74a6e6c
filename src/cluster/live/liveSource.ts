import { defined } from '../../model/json.ts';
import { type KindDescriptor, type KindKey, kindOf } from '../../model/kinds.ts';
import type { ModelObject } from '../../model/meta.ts';
import {
  ClusterSnapshot,
  type ConnectionFacts,
  type Interest,
  interestKey,
  type Knowledge,
  type ObjectTable,
  type ObjectTables,
  type ServerVersion,
} from '../../model/snapshot.ts';
import { ApiError, knowledgeOfError, stateOfError } from '../apiError.ts';
import type { ClusterClient } from '../client.ts';
import { KubeconfigCredentials, unusable } from '../credentials/credentials.ts';
import { ExecPlugins } from '../credentials/execPlugin.ts';
import type { ClusterEntry, KubeContext } from '../kubeconfig/entries.ts';
import { minimalKubeconfig } from '../kubeconfig/minimal.ts';
import type { ClusterSource, ConnectionState, Disposable, Need } from '../source.ts';
import { proxyFor, withoutSecrets } from '../transport/proxy.ts';
import { serverUrl, Transport, type TransportOptions } from '../transport/transport.ts';
import { type Discovery, pathsOfKind } from './discovery.ts';
import { KindStore } from './kindStore.ts';
import { LiveClient } from './liveClient.ts';
import { Reflector, type ReflectorHost } from './reflector.ts';
import { Session } from './session.ts';
import { type LiveTiming, liveTiming } from './timing.ts';

export interface LiveOptions extends TransportOptions {
  /** Shared by all contexts, so that contexts with the same user run its plugin once. */
  readonly plugins?: ExecPlugins;
  readonly timing?: Partial<LiveTiming>;
}

interface SharedRead {
  readonly reflector: Reflector;
  users: number;
  pause?: NodeJS.Timeout;
}

/** The cluster of a kubeconfig context: connects when told to, and reads what is needed while it is needed. */
export class LiveSource implements ClusterSource {
  readonly id: string;
  readonly name: string;
  readonly origin = 'live';
  readonly context: KubeContext;
  readonly #options: LiveOptions;
  readonly #timing: LiveTiming;
  readonly #plugins: ExecPlugins;
  readonly #listeners = new Set<() => void>();
  readonly #reads = new Map<string, SharedRead>();
  readonly #stores = new Map<KindKey, KindStore>();
  readonly #client: LiveClient;
  readonly #facts: ConnectionFacts;
  #session: Session | undefined;
  #state: ConnectionState;
  /** Why nothing gets through at the moment. */
  #failure: ApiError | undefined;
  #snapshot: ClusterSnapshot;
  #server: ServerReading = { versionKnowledge: { state: 'unread' }, groupsKnowledge: { state: 'unread' } };
  #publishing: NodeJS.Timeout | undefined;
  #rediscovering: NodeJS.Timeout | undefined;
  #published = -Infinity;
  #contentChanged = false;
  #disposed = false;

  constructor(context: KubeContext, options: LiveOptions = {}) {
    this.id = context.id;
    this.name = context.name;
    this.context = context;
    this.#options = options;
    this.#timing = { ...liveTiming, ...defined({ heartbeatTimeoutMs: heartbeatTimeout(options) }), ...options.timing };
    this.#plugins = options.plugins ?? new ExecPlugins();
    this.#facts = factsOf(context, options.env);
    this.#state = initialState(context);
    this.#snapshot = this.#read(0);
    this.#client = new LiveClient(() => {
      if (this.#session === undefined) throw new ApiError({ reason: 'unreachable' }, `${this.name} is not connected`);
      return this.#session.transport;
    });
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get snapshot(): ClusterSnapshot {
    return this.#snapshot;
  }

  get client(): ClusterClient | undefined {
    return this.#client;
  }

  kubectlConfig(namespace?: string): string | undefined {
    return minimalKubeconfig(this.context, namespace);
  }

  onDidChange(listener: () => void): Disposable {
    const own = (): void => listener();
    this.#listeners.add(own);
    return { dispose: () => void this.#listeners.delete(own) };
  }

  need(interests: readonly Interest[]): Need {
    let held = new Map<string, Interest>();
    const update = (wanted: readonly Interest[]): void => {
      const next = new Map(wanted.map((interest) => [interestKey(interest), interest]));
      for (const [key, interest] of next) if (!held.has(key)) this.#acquire(key, interest);
      for (const key of held.keys()) if (!next.has(key)) this.#release(key);
      held = next;
    };
    update(interests);
    return { update, dispose: () => update([]) };
  }

  async connect(signal?: AbortSignal): Promise<void> {
    if (this.#disposed || this.context.problem !== undefined || signal?.aborted === true) return;
    const session = (this.#session ??= this.#open());
    if (session === undefined) return;
    const abort = (): void => {
      if (this.#session === session && !session.answered) this.disconnect();
    };
    signal?.addEventListener('abort', abort, { once: true });
    await this.#answer(session);
    signal?.removeEventListener('abort', abort);
  }

  disconnect(): void {
    const session = this.#session;
    if (session === undefined) return;
    this.#session = undefined;
    this.#failure = undefined;
    session.close();
    for (const read of this.#reads.values()) read.reflector.stop('not connected');
    this.#setState(initialState(this.context));
    this.#server = staleServer(this.#server, this.#snapshot.content.asOf);
    this.#changed();
  }

  async refresh(): Promise<void> {
    const session = this.#session;
    if (session === undefined) return;
    if (session.isWell) void session.rediscover();
    else {
      await this.#answer(session);
      if (!session.isUp) return;
    }
    await Promise.all([...this.#reads.values()].map(({ reflector }) => reflector.refresh()));
    if (this.#publishing !== undefined) this.#publish();
  }

  dispose(): void {
    if (this.#disposed) return;
    this.disconnect();
    this.#disposed = true;
    clearTimeout(this.#publishing);
    clearTimeout(this.#rediscovering);
    for (const read of this.#reads.values()) clearTimeout(read.pause);
    this.#listeners.clear();
  }

  /** The user acts: what waits or has given up tries again now. */
  async #answer(session: Session): Promise<void> {
    if (session.isWell) return;
    if (!session.answered) return session.firstAnswer;
    this.#setState({ kind: 'connecting' });
    const next = session.nextAnswer();
    session.retryNow();
    return next;
  }

  #open(): Session {
    const cluster = this.context.cluster;
    if (cluster === undefined) throw new Error('a context without a problem has a cluster');
    const credentials = new KubeconfigCredentials(this.context.user, cluster, this.#plugins);
    const transport = new Transport(cluster, credentials, this.#options);
    this.#setState({ kind: 'connecting' });
    const session = new Session(transport, this.#timing, {
      up: (version) => {
        if (this.#session !== session) return;
        this.#failure = undefined;
        const before = this.#server;
        this.#server =
          version instanceof ApiError
            ? { ...before, versionKnowledge: knowledgeOfError(version, undefined) }
            : { ...before, version, versionKnowledge: { state: 'loaded' } };
        this.#setState({ kind: 'connected', checked: Date.now() });
        for (const read of this.#reads.values()) if (read.users > 0) read.reflector.start();
        if (JSON.stringify(before.version) !== JSON.stringify(this.#server.version)) this.#changed();
        if (before.versionKnowledge.state !== this.#server.versionKnowledge.state) this.#changed();
      },
      failed: (error, retryAt, down) => {
        if (this.#session !== session) return;
        if (down) {
          this.#failure = error;
          for (const read of this.#reads.values()) read.reflector.interrupt(error);
          this.#server = staleServer(this.#server, this.#snapshot.content.asOf);
        }
        if (this.#server.versionKnowledge.state !== 'stale')
          this.#server = { ...this.#server, versionKnowledge: knowledgeOfError(error, undefined) };
        this.#setState(stateOfError(error, retryAt));
        this.#changed();
      },
      discovered: (result) => {
        if (this.#session !== session) return;
        const changed = !(result instanceof ApiError) && !sameGroups(result, this.#server.discovery);
        this.#server =
          result instanceof ApiError
            ? { ...this.#server, groupsKnowledge: knowledgeOfError(result, undefined) }
            : { ...this.#server, discovery: result, groupsKnowledge: { state: 'loaded' } };
        if (changed)
          for (const read of this.#reads.values())
            if (read.reflector.knowledge.state === 'absent') read.reflector.wake();
        this.#changed();
      },
      woke: () => {
        if (this.#session !== session) return;
        for (const read of this.#reads.values()) read.reflector.reopen('the machine has slept');
      },
    });
    this.#session = session;
    session.start();
    return session;
  }

  #acquire(key: string, interest: Interest): void {
    let read = this.#reads.get(key);
    if (read === undefined) {
      const kind = kindOf(interest.kind);
      read = { reflector: new Reflector(interest, kind, this.#store(kind), this.#host()), users: 0 };
      this.#reads.set(key, read);
      this.#changed();
    }
    // What was paused is shown again, with its age until it has been confirmed.
    if (isPaused(read)) this.#changed();
    read.users++;
    clearTimeout(read.pause);
    if (this.#session === undefined || this.#state.kind === 'connecting') return;
    read.reflector.start();
    if (this.#failure !== undefined) read.reflector.interrupt(this.#failure);
  }

  #release(key: string): void {
    const read = this.#reads.get(key);
    if (read === undefined || --read.users > 0) return;
    read.pause = setTimeout(() => {
      if (read.users === 0) read.reflector.stop('no view needs it at the moment');
    }, this.#timing.graceMs);
    read.pause.unref();
  }

  #store(kind: KindDescriptor): KindStore {
    let store = this.#stores.get(kind.key);
    if (store === undefined) this.#stores.set(kind.key, (store = new KindStore(kind)));
    return store;
  }

  #host(): ReflectorHost {
    const session = (): Session => {
      if (this.#session === undefined) throw new ApiError({ reason: 'aborted' }, 'cancelled');
      return this.#session;
    };
    const timing = this.#timing;
    return {
      get transport() {
        return session().transport;
      },
      timing,
      up: (signal) => session().up(signal),
      paths: async (kind, signal) => pathsOfKind(kind, isBuiltIn(kind) ? undefined : await session().discovery(signal)),
      isConnectionDown: (error) => session().isDown(error),
      changed: () => this.#changed(),
    };
  }

  #setState(state: ConnectionState): void {
    this.#state = state;
    this.#schedule();
  }

  #changed(): void {
    this.#contentChanged = true;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#disposed) return;
    // The first change after a quiet time shows at once.
    const wait = this.#published + this.#timing.coalesceMs - performance.now();
    this.#publishing ??= setTimeout(() => this.#publish(), Math.max(shortestMs, wait));
  }

  #publish(): void {
    clearTimeout(this.#publishing);
    this.#publishing = undefined;
    this.#published = performance.now();
    if (this.#contentChanged) {
      this.#contentChanged = false;
      const definitions = this.#snapshot.table('customResourceDefinitions');
      this.#snapshot = this.#read(this.#snapshot.revision + 1);
      if (definitions !== this.#snapshot.table('customResourceDefinitions')) this.#discoverSoon();
    }
    this.#refused();
    for (const listener of [...this.#listeners]) listener();
  }

  /** The server serves a new definition a moment after it has it. */
  #discoverSoon(): void {
    if (this.#snapshot.knowledge('customResourceDefinitions').state !== 'loaded') return;
    this.#rediscovering ??= setTimeout(() => {
      this.#rediscovering = undefined;
      void this.#session?.rediscover();
    }, this.#timing.rediscoverMs);
    this.#rediscovering.unref();
  }

  /** 403 on everything that was asked is a state of the connection, and no longer one when a read succeeds. */
  #refused(): void {
    if (this.#state.kind !== 'connected' && this.#state.kind !== 'forbidden') return;
    const known = [...this.#reads.values()]
      .filter((read) => read.users > 0)
      .map(({ reflector }) => reflector.knowledge)
      // What the server does not serve was not asked for.
      .filter(({ state }) => state !== 'absent');
    const [first] = known;
    if (first?.state === 'forbidden' && known.every((knowledge) => knowledge.state === 'forbidden'))
      this.#state = { kind: 'forbidden', verb: first.verb, resource: first.resource };
    else if (this.#state.kind === 'forbidden') this.#state = { kind: 'connected', checked: Date.now() };
  }

  #read(revision: number): ClusterSnapshot {
    const tables: Partial<Record<KindKey, ObjectTable<ModelObject>>> = {};
    for (const [key, store] of this.#stores) tables[key] = store.table();
    const reads = [...this.#reads.values()].map((read) => ({
      interest: read.reflector.interest,
      knowledge: read.reflector.knowledge,
      ...(isPaused(read) && { paused: true }),
    }));
    let asOf = this.#session?.answeredAt ?? this.#previousAsOf();
    for (const { reflector } of this.#reads.values()) asOf = Math.max(asOf, reflector.confirmed ?? 0);
    const { version, versionKnowledge, discovery, groupsKnowledge } = this.#server;
    return new ClusterSnapshot({
      revision,
      origin: 'live',
      name: this.name,
      connection: this.#facts,
      server: { ...defined({ version }), versionKnowledge, groups: discovery?.groups ?? [], groupsKnowledge },
      tables: tables as ObjectTables,
      reads,
      asOf,
    });
  }

  #previousAsOf(): number {
    return (this.#snapshot as ClusterSnapshot | undefined)?.content.asOf ?? 0;
  }
}

/** Nobody needs it, and has not for a while. */
const isPaused = ({ users, reflector }: SharedRead): boolean => users === 0 && !reflector.running;

/** Nobody waits longer for a heartbeat than for an answer. */
const heartbeatTimeout = ({ timeoutMs }: LiveOptions): number | undefined =>
  timeoutMs === undefined ? undefined : Math.min(timeoutMs, liveTiming.heartbeatTimeoutMs);

/** Enough for what comes together to be reported together. */
const shortestMs = 5;

interface ServerReading {
  readonly version?: ServerVersion;
  readonly versionKnowledge: Knowledge;
  readonly discovery?: Discovery;
  readonly groupsKnowledge: Knowledge;
}

const staleServer = (server: ServerReading, since: number): ServerReading => {
  const stale: Knowledge = { state: 'stale', since, reason: 'not connected' };
  return {
    ...server,
    ...(server.versionKnowledge.state === 'loaded' ? { versionKnowledge: stale } : {}),
    ...(server.groupsKnowledge.state === 'loaded' ? { groupsKnowledge: stale } : {}),
  };
};

const sameGroups = (a: Discovery, b: Discovery | undefined): boolean =>
  b !== undefined &&
  JSON.stringify(a.groups) === JSON.stringify(b.groups) &&
  JSON.stringify([...(a.resources ?? [])].map(([key, names]) => [key, ...names])) ===
    JSON.stringify([...(b.resources ?? [])].map(([key, names]) => [key, ...names]));

/** Kinds of which every server has exactly one version need not wait for discovery. */
const builtInGroups: readonly string[] = [
  '',
  'apps',
  'batch',
  'networking.k8s.io',
  'discovery.k8s.io',
  'apiextensions.k8s.io',
];
const isBuiltIn = (kind: KindDescriptor): boolean =>
  kind.apis.length === 1 && builtInGroups.includes(kind.apis[0]?.group ?? '');

function initialState(context: KubeContext): ConnectionState {
  if (context.problem === undefined) {
    const message = unusable(context.user);
    return message === undefined ? { kind: 'not-connected' } : { kind: 'invalid', message };
  }
  const { file, line, message } = context.problem;
  return { kind: 'invalid', message: `${message} (${file}${line === undefined ? '' : `:${line}`})` };
}

const factsOf = ({ name, namespace, cluster, user }: KubeContext, env: TransportOptions['env']): ConnectionFacts =>
  defined({
    context: name,
    namespace,
    server: cluster?.server,
    proxy: cluster === undefined ? undefined : proxyOf(cluster, env),
    execCommand: user?.exec?.command,
    execArgs: user?.exec?.args,
    certificateAuthority: cluster?.certificateAuthorityData === undefined ? cluster?.certificateAuthority : undefined,
  });

function proxyOf(cluster: ClusterEntry, env: TransportOptions['env']): ConnectionFacts['proxy'] {
  const chosen = proxyFor(serverUrl(cluster), cluster.proxyUrl, env);
  return chosen === undefined ? undefined : { url: withoutSecrets(chosen), from: chosen.from };
}
