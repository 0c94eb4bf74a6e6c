import { dirname, isAbsolute, join, sep } from 'node:path';
import { constructFromEvents, CORE_SCHEMA, EVENT_ID, type Event, mergeTag, parseEvents, YAMLException } from 'js-yaml';
import { defined, isObject, type JsonObject } from '../../model/json.ts';
import type { ClusterEntry, ContextEntry, ExecEntry, Impersonation, KubeconfigProblem, UserEntry } from './entries.ts';

/** An entry by its name, or why the entry of that name cannot be used. */
export type Entry<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: KubeconfigProblem };

export interface KubeconfigFile {
  readonly file: string;
  readonly clusters: ReadonlyMap<string, Entry<ClusterEntry>>;
  readonly users: ReadonlyMap<string, Entry<UserEntry>>;
  readonly contexts: ReadonlyMap<string, Entry<ContextEntry>>;
  readonly currentContext?: string;
  /** What has no name to be filed under: the file as a whole, or an entry without a name. */
  readonly problems: readonly KubeconfigProblem[];
}

const schema = CORE_SCHEMA.withTags(mergeTag);

/** Reads the text of a kubeconfig. `file` is absolute: relative paths within are relative to its folder. Never throws. */
export function readKubeconfigFile(text: string, file: string): KubeconfigFile {
  const problems: KubeconfigProblem[] = [];
  const empty = { file, clusters: new Map(), users: new Map(), contexts: new Map() };
  let root: unknown;
  let lines: EntryLines;
  try {
    const events = parseEvents(text, {});
    root = constructFromEvents(events, { schema, source: text })[0];
    lines = entryLines(text, events);
  } catch (error) {
    return { ...empty, problems: [syntaxProblem(error, file)] };
  }
  // kubectl takes an empty file for an empty configuration.
  if (root === undefined || root === null) return { ...empty, problems };
  if (!isObject(root))
    return { ...empty, problems: [{ file, line: 1, message: 'Not a kubeconfig: expected a mapping.' }] };
  const reader = new EntryReader(file, problems, lines);
  return defined({
    file,
    clusters: reader.section(root, 'clusters', 'cluster', readCluster),
    users: reader.section(root, 'users', 'user', readUser),
    contexts: reader.section(root, 'contexts', 'context', readContext),
    currentContext: plain(root['current-context']),
    problems,
  });
}

function syntaxProblem(error: unknown, file: string): KubeconfigProblem {
  if (!(error instanceof YAMLException)) return { file, message: `Cannot be read: ${String(error)}` };
  return defined({
    file,
    line: error.mark === undefined ? undefined : error.mark.line + 1,
    message: `Not valid YAML: ${error.reason}.`,
  });
}

/** For each section, the line (from 1) of each of its elements. */
type EntryLines = ReadonlyMap<string, readonly number[]>;

function entryLines(text: string, events: readonly Event[]): EntryLines {
  const result = new Map<string, number[]>();
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  const lineAt = (offset: number): number => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
  // Depth 1 is the document, 2 the root mapping, 3 a section's list; its elements start there.
  let depth = 0;
  let expectsKey = true;
  let section: number[] | undefined;
  for (const event of events) {
    if (event.type === EVENT_ID.POP) {
      depth--;
      continue;
    }
    const start = 'start' in event ? event.start : 'valueStart' in event ? event.valueStart : 0;
    if (depth === 2) {
      if (expectsKey && event.type === EVENT_ID.SCALAR) {
        section = [];
        result.set(text.slice(event.valueStart, event.valueEnd), section);
      }
      expectsKey = !expectsKey;
    } else if (depth === 3 && section !== undefined) section.push(lineAt(start));
    if (event.type === EVENT_ID.DOCUMENT || event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE)
      depth++;
  }
  return result;
}

/** A plain scalar as the string that kubectl takes it for; the empty string counts as absent. */
const plain = (value: unknown): string | undefined =>
  typeof value === 'string'
    ? value || undefined
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : undefined;

/** Throws what is wrong with an entry; the message ends as a sentence. */
class BadEntry extends Error {}

class EntryReader {
  readonly #file: string;
  readonly #problems: KubeconfigProblem[];
  readonly #lines: EntryLines;

  constructor(file: string, problems: KubeconfigProblem[], lines: EntryLines) {
    this.#file = file;
    this.#problems = problems;
    this.#lines = lines;
  }

  section<T>(
    root: JsonObject,
    section: string,
    field: string,
    read: (name: string, body: Fields, file: string) => T,
  ): ReadonlyMap<string, Entry<T>> {
    const result = new Map<string, Entry<T>>();
    const list = root[section];
    if (list === undefined || list === null) return result;
    if (!Array.isArray(list)) {
      this.#problems.push({ file: this.#file, message: `"${section}" is not a list.` });
      return result;
    }
    const lines = this.#lines.get(section);
    list.forEach((element: unknown, index) => {
      const problem = (message: string): KubeconfigProblem =>
        defined({ file: this.#file, line: lines?.[index], message });
      const name = isObject(element) ? plain(element['name']) : undefined;
      if (!isObject(element) || name === undefined) {
        this.#problems.push(problem(`An entry of "${section}" has no name.`));
        return;
      }
      if (result.has(name)) {
        this.#problems.push(problem(`A second ${field} "${name}"; the first one counts.`));
        return;
      }
      try {
        const body = element[field];
        if (!isObject(body)) throw new BadEntry(`no "${field}" in it`);
        result.set(name, { ok: true, value: read(name, new Fields(body), this.#file) });
      } catch (error) {
        if (!(error instanceof BadEntry)) throw error;
        result.set(name, { ok: false, problem: problem(`The ${field} "${name}" cannot be used: ${error.message}.`) });
      }
    });
    return result;
  }
}

/** The fields of an entry, by type. A field of another type makes the entry bad. */
class Fields {
  readonly #body: JsonObject;

  constructor(body: JsonObject) {
    this.#body = body;
  }

  raw(field: string): unknown {
    return this.#body[field];
  }

  text(field: string): string | undefined {
    const value = this.#body[field];
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'object') throw new BadEntry(`"${field}" is not a string`);
    return plain(value);
  }

  flag(field: string): boolean {
    const value = this.#body[field];
    if (value === undefined || value === null) return false;
    if (value === true || value === 'true') return true;
    if (value === false || value === 'false') return false;
    throw new BadEntry(`"${field}" is neither true nor false`);
  }

  texts(field: string): readonly string[] {
    const value = this.#body[field];
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) throw new BadEntry(`"${field}" is not a list`);
    return value.map((element: unknown) => {
      if (element === '') return '';
      const text = plain(element);
      if (text === undefined) throw new BadEntry(`"${field}" holds something that is not a string`);
      return text;
    });
  }

  path(field: string, file: string): string | undefined {
    const path = this.text(field);
    return path === undefined ? undefined : isAbsolute(path) ? path : join(dirname(file), path);
  }
}

function readCluster(name: string, fields: Fields, file: string): ClusterEntry {
  const server = fields.text('server');
  if (server === undefined) throw new BadEntry('it names no server');
  checkUrl('server', /^[a-z]+:\/\//i.test(server) ? server : `http://${server}`, ['http:', 'https:']);
  const proxyUrl = fields.text('proxy-url');
  if (proxyUrl !== undefined) checkUrl('proxy-url', proxyUrl, ['http:', 'https:', 'socks5:', 'socks5h:']);
  const entry: ClusterEntry = defined({
    name,
    file,
    server,
    certificateAuthority: fields.path('certificate-authority', file),
    certificateAuthorityData: fields.text('certificate-authority-data'),
    insecureSkipTlsVerify: fields.flag('insecure-skip-tls-verify'),
    tlsServerName: fields.text('tls-server-name'),
    proxyUrl,
    disableCompression: fields.flag('disable-compression'),
    execConfig: execExtension(fields.raw('extensions')),
  });
  const hasAuthority = entry.certificateAuthority !== undefined || entry.certificateAuthorityData !== undefined;
  // Source: client-go, transport: the two contradict each other and kubectl refuses them.
  if (entry.insecureSkipTlsVerify && hasAuthority)
    throw new BadEntry('"insecure-skip-tls-verify" and a certificate authority exclude each other');
  return entry;
}

function checkUrl(field: string, value: string, protocols: readonly string[]): void {
  const url = URL.parse(value);
  if (url === null || url.hostname === '' || !protocols.includes(url.protocol))
    throw new BadEntry(`"${field}" is not a URL that begins with ${protocols.map((name) => `${name}//`).join(', ')}`);
}

/** Source: client.authentication.k8s.io, `Cluster.config`. */
function execExtension(extensions: unknown): unknown {
  if (!Array.isArray(extensions)) return undefined;
  for (const extension of extensions) {
    if (isObject(extension) && extension['name'] === 'client.authentication.k8s.io/exec') return extension['extension'];
  }
  return undefined;
}

function readUser(name: string, fields: Fields, file: string): UserEntry {
  const provider = fields.raw('auth-provider');
  return defined({
    name,
    file,
    token: fields.text('token')?.trim(),
    tokenFile: fields.path('tokenFile', file),
    clientCertificate: fields.path('client-certificate', file),
    clientCertificateData: fields.text('client-certificate-data'),
    clientKey: fields.path('client-key', file),
    clientKeyData: fields.text('client-key-data'),
    username: fields.text('username'),
    password: fields.text('password'),
    exec: readExec(fields.raw('exec'), file),
    authProvider: isObject(provider) ? (plain(provider['name']) ?? 'unnamed') : undefined,
    impersonation: readImpersonation(fields),
  });
}

const execVersions = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];

const interactiveModes: readonly ExecEntry['interactiveMode'][] = ['Never', 'IfAvailable', 'Always'];

function readExec(value: unknown, file: string): ExecEntry | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw new BadEntry('"exec" is not a mapping');
  const fields = new Fields(value);
  const apiVersion = fields.text('apiVersion') ?? '';
  if (!execVersions.includes(apiVersion))
    throw new BadEntry(`its credential plugin speaks "${apiVersion}", which is none of ${execVersions.join(', ')}`);
  const command = fields.text('command');
  if (command === undefined) throw new BadEntry('its credential plugin has no command');
  const mode = fields.text('interactiveMode') ?? 'IfAvailable';
  const interactiveMode = interactiveModes.find((known) => known === mode);
  if (interactiveMode === undefined)
    throw new BadEntry(`"interactiveMode" is "${mode}", which is none of ${interactiveModes.join(', ')}`);
  return defined({
    apiVersion,
    // Source: client-go, GetAuthInfoFileReferences: a bare name is looked up on PATH, anything else is a path.
    command: command.includes(sep) && !isAbsolute(command) ? join(dirname(file), command) : command,
    args: fields.texts('args'),
    env: readEnv(value['env']),
    installHint: fields.text('installHint'),
    provideClusterInfo: fields.flag('provideClusterInfo'),
    interactiveMode,
  });
}

function readEnv(value: unknown): ExecEntry['env'] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new BadEntry('"env" is not a list');
  return value.map((element: unknown) => {
    const name = isObject(element) ? plain(element['name']) : undefined;
    if (!isObject(element) || name === undefined) throw new BadEntry('an entry of "env" has no name');
    return { name, value: plain(element['value']) ?? '' };
  });
}

function readImpersonation(fields: Fields): Impersonation | undefined {
  const user = fields.text('as');
  const uid = fields.text('as-uid');
  const groups = fields.texts('as-groups');
  const extra: Record<string, readonly string[]> = {};
  const extras = fields.raw('as-user-extra');
  if (isObject(extras)) for (const key of Object.keys(extras)) extra[key] = new Fields(extras).texts(key);
  if (user === undefined && uid === undefined && groups.length === 0 && Object.keys(extra).length === 0)
    return undefined;
  return defined({ user, uid, groups, extra });
}

function readContext(name: string, fields: Fields, file: string): ContextEntry {
  const cluster = fields.text('cluster');
  if (cluster === undefined) throw new BadEntry('it names no cluster');
  return defined({ name, file, cluster, user: fields.text('user') ?? '', namespace: fields.text('namespace') });
}
