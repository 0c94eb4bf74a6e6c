import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fetchVscode } from '../fetchVscode.ts';
import { keep } from './keep.ts';
import { projectFolder } from './project.ts';
import { quietSettings } from './quietSettings.ts';
import { lastLines } from './run.ts';
import { ScriptError } from './scriptError.ts';

export interface ServerOptions {
  /** 0 or absent: a free one. */
  readonly port?: number;
  /** The extensions to have installed in it, each by its folder. */
  readonly extensions?: readonly string[];
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Added to this process's environment; undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Lets a page load an extension under development and run its tests. */
  readonly smokeTestDriver?: boolean;
  /** Folders are not trusted until the user says so. */
  readonly askForTrust?: boolean;
}

export interface VscodeServer {
  readonly port: number;
  /** `127.0.0.1:PORT`, the authority of `vscode-remote` URIs. */
  readonly authority: string;
  /** Everything that VS Code keeps: settings, extensions, logs. Removed by `close`. */
  readonly dataFolder: string;
  /** The page's address, with the token that admits a browser to it. */
  address(query?: Readonly<Record<string, string>>): string;
  /** Resolves when the server has ended by itself, with what it printed last. */
  readonly ended: Promise<string>;
  close(): Promise<void>;
}

/**
 * Starts VS Code's server on loopback, with settings and extensions of its own, so that the user's VS Code is never
 * touched. Only pages that carry its token are admitted: without one, any web page could reach a server on loopback.
 */
export async function startServer(options: ServerOptions = {}): Promise<VscodeServer> {
  if (options.port) await checkFree(options.port);
  const vscode = await fetchVscode();
  const dataFolder = await mkdtemp(join(tmpdir(), 'network-inspector-'));
  try {
    await writeSettings(dataFolder, options.settings ?? {});
    await installExtensions(dataFolder, options.extensions ?? []);
    const token = randomBytes(16).toString('hex');
    const tokenFile = join(dataFolder, 'token');
    await writeFile(tokenFile, token, { mode: 0o600 });
    const child = spawn(
      process.execPath,
      [
        join(vscode, 'out', 'server-main.js'),
        ...['--host', '127.0.0.1', '--port', String(options.port ?? 0), '--connection-token-file', tokenFile],
        ...['--server-data-dir', dataFolder, '--extensions-dir', join(dataFolder, 'extensions')],
        ...['--accept-server-license-terms', '--telemetry-level', 'off'],
        ...(options.askForTrust ? [] : ['--disable-workspace-trust']),
        ...(options.smokeTestDriver ? ['--enable-smoke-test-driver'] : []),
      ],
      // A group of its own, which takes its extension hosts and terminals with it.
      { env: serverEnvironment(options.env ?? {}), stdio: ['ignore', 'pipe', 'pipe'], detached: true },
    );
    const release = keep(child, dataFolder);
    const ended = collectEnd(child);
    const port = await listening(child, ended);
    const close = async () => {
      await stop(child);
      release();
      await rm(dataFolder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    };
    return {
      port,
      authority: `127.0.0.1:${String(port)}`,
      dataFolder,
      address: (query = {}) =>
        `http://127.0.0.1:${String(port)}/?${new URLSearchParams({ tkn: token, ...query }).toString()}`,
      ended,
      close,
    };
  } catch (error) {
    await rm(dataFolder, { recursive: true, force: true });
    throw error;
  }
}

/** Settings of the extension are the machine's: VS Code ignores user settings of that scope in a remote window. */
async function writeSettings(dataFolder: string, settings: Readonly<Record<string, unknown>>): Promise<void> {
  for (const scope of ['Machine', 'User']) {
    const folder = join(dataFolder, 'data', scope);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'settings.json'), JSON.stringify({ ...quietSettings, ...settings }, null, 2));
  }
}

/** What VS Code would have written had the user installed the extensions from files. */
async function installExtensions(dataFolder: string, folders: readonly string[]): Promise<void> {
  const extensions = join(dataFolder, 'extensions');
  await mkdir(extensions, { recursive: true });
  const installed: unknown[] = [];
  for (const folder of folders) {
    const { publisher, name, version } = await readManifest(folder);
    const relativeLocation = `${publisher}.${name}-${version}`;
    const target = join(extensions, relativeLocation);
    // A copy would serve stale files after a rebuild; where links need a privilege, a copy is better than nothing.
    await symlink(folder, target, process.platform === 'win32' ? 'junction' : 'dir').catch(() =>
      cp(folder, target, { recursive: true, filter: (path) => !/node_modules|\.git$/.test(path) }),
    );
    installed.push({
      identifier: { id: `${publisher}.${name}` },
      version,
      location: { $mid: 1, path: decodeURIComponent(pathToFileURL(target).pathname), scheme: 'file' },
      relativeLocation,
      metadata: { source: 'vsix', installedTimestamp: Date.now() },
    });
  }
  await writeFile(join(extensions, 'extensions.json'), JSON.stringify(installed));
}

interface Manifest {
  readonly publisher: string;
  readonly name: string;
  readonly version: string;
}

export async function readManifest(folder: string = projectFolder): Promise<Manifest> {
  const manifest: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const text = (name: string) => {
    const value: unknown = typeof manifest === 'object' && manifest !== null ? Reflect.get(manifest, name) : undefined;
    if (typeof value !== 'string') throw new ScriptError(`${join(folder, 'package.json')} names no ${name}.`);
    return value;
  };
  return { publisher: text('publisher'), name: text('name'), version: text('version') };
}

function serverEnvironment(changes: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  // npm's variables would reach the terminals that are opened in VS Code, and VSCODE_* those of an outer VS Code.
  const own = Object.entries(process.env).filter(([name]) => !/^(npm_|VSCODE_|NODE_OPTIONS$)/.test(name));
  const all = Object.entries({ ...Object.fromEntries(own), EXTENSIONS_GALLERY: '{"serviceUrl":""}', ...changes });
  return Object.fromEntries(all.filter(([, value]) => value !== undefined));
}

function collectEnd(child: ChildProcess): Promise<string> {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      output = (output + chunk).slice(-20_000);
    });
  }
  return new Promise((resolve) => {
    child.on('error', (error) => {
      resolve(error.message);
    });
    child.on('close', () => {
      resolve(output);
    });
  });
}

function listening(child: ChildProcess, ended: Promise<string>): Promise<number> {
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (chunk: string) => {
      const said = /Extension host agent listening on (\d+)/.exec(chunk)?.[1];
      if (said) resolve(Number(said));
    });
    void ended.then((output) => {
      reject(new ScriptError(`VS Code's server ended before it answered.\n${lastLines(output, 15)}`));
    });
    setTimeout(() => {
      reject(new ScriptError("VS Code's server has not answered within a minute."));
    }, 60_000).unref();
  });
}

/** VS Code's server neither ends nor says anything when its port is taken. */
function checkFree(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error) => {
      const next = 'Choose another with --port N, or leave it out for a free one.';
      reject(new ScriptError(`Port ${String(port)} of 127.0.0.1 cannot be used: ${error.message}.`, next));
    });
    probe.listen(port, '127.0.0.1', () => {
      probe.close(() => {
        resolve();
      });
    });
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
  await closed;
  clearTimeout(timer);
}
