import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { redact } from '../../base/redact.ts';
import { defined, isObject, objectAt, stringAt, timeAt } from '../../model/json.ts';
import { ApiError } from '../apiError.ts';
import type { ClusterEntry, ExecEntry } from '../kubeconfig/entries.ts';
import { BatchArgumentError, type Launch, launchOnWindows } from './windowsLaunch.ts';

/** What a plugin hands out. */
export interface ExecCredential {
  readonly token?: string;
  readonly certificate?: { readonly cert: string; readonly key: string };
  /** Milliseconds since the epoch. */
  readonly expires?: number;
}

export interface ExecPluginOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs?: number;
}

const defaultTimeoutMs = 60_000;
/** A credential is fetched anew this long before it runs out, so that it does not run out on its way. */
const marginMs = 5_000;
/** What was refused so soon after it was handed out would be refused again. */
const youngMs = 5_000;
const longestOutput = 1_048_576;
const longestComplaint = 16_384;

interface Slot {
  credential?: ExecCredential;
  /** When it was handed out, in milliseconds since the epoch. */
  issued: number;
  running?: Run;
}

interface Run {
  readonly result: Promise<ExecCredential>;
  readonly cancel: AbortController;
  waiting: number;
}

/**
 * Runs credential plugins: without a terminal, with a time limit, and once for all who ask at the same time. A plugin is
 * run again when its credential has expired or was refused. Source: client.authentication.k8s.io/v1, `ExecCredential`.
 */
export class ExecPlugins {
  readonly #options: ExecPluginOptions;
  readonly #slots = new Map<string, Slot>();

  constructor(options: ExecPluginOptions = {}) {
    this.#options = options;
  }

  async get(exec: ExecEntry, cluster: ClusterEntry, signal?: AbortSignal): Promise<ExecCredential> {
    const slot = this.#slot(exec, cluster);
    const { credential } = slot;
    if (credential !== undefined && (credential.expires === undefined || credential.expires - marginMs > Date.now()))
      return credential;
    slot.running ??= this.#start(slot, exec, cluster);
    return join(slot.running, signal);
  }

  /**
   * The server has refused `credential`. True if asking again may give another one: the plugin is run once more, but not
   * when it was run a moment ago.
   */
  invalidate(exec: ExecEntry, cluster: ClusterEntry, credential: ExecCredential): boolean {
    const slot = this.#slot(exec, cluster);
    if (slot.credential !== credential) return slot.credential !== undefined || slot.running !== undefined;
    delete slot.credential;
    return Date.now() - slot.issued > youngMs;
  }

  #slot(exec: ExecEntry, cluster: ClusterEntry): Slot {
    const key = JSON.stringify([exec, exec.provideClusterInfo ? cluster : null]);
    let slot = this.#slots.get(key);
    if (slot === undefined) this.#slots.set(key, (slot = { issued: 0 }));
    return slot;
  }

  #start(slot: Slot, exec: ExecEntry, cluster: ClusterEntry): Run {
    const cancel = new AbortController();
    const result = runPlugin(exec, cluster, cancel.signal, this.#options).then(
      (credential) => {
        slot.credential = credential;
        slot.issued = Date.now();
        if (slot.running === run) delete slot.running;
        return credential;
      },
      (error: unknown) => {
        if (slot.running === run) delete slot.running;
        throw error;
      },
    );
    const run: Run = { result, cancel, waiting: 0 };
    return run;
  }
}

/** Waits with the others; the plugin is stopped when the last one has gone. */
function join(run: Run, signal: AbortSignal | undefined): Promise<ExecCredential> {
  run.waiting++;
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      signal?.removeEventListener('abort', abort);
      if (--run.waiting === 0) run.cancel.abort();
    };
    const abort = (): void => {
      leave();
      reject(new ApiError({ reason: 'aborted' }, 'cancelled'));
    };
    if (signal?.aborted === true) {
      abort();
      run.result.catch(() => undefined);
      return;
    }
    signal?.addEventListener('abort', abort, { once: true });
    run.result.then(
      (credential) => {
        leave();
        resolve(credential);
      },
      (error: unknown) => {
        leave();
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}

type Failure = (message: string, details?: { missing?: boolean; stderr?: string }) => ApiError;

async function runPlugin(
  exec: ExecEntry,
  cluster: ClusterEntry,
  signal: AbortSignal,
  options: ExecPluginOptions,
): Promise<ExecCredential> {
  const { command, args, installHint } = exec;
  const failure: Failure = (message, { missing = false, stderr = '' } = {}) =>
    new ApiError(
      { reason: 'credential-plugin', command, args, missing, stderr: redact(stderr), ...defined({ installHint }) },
      message,
    );
  if (exec.interactiveMode === 'Always')
    throw failure(`${command} wants to ask something: run it in a terminal, then connect again`);

  const info = await execInfo(exec, cluster);
  if (signal.aborted) throw new ApiError({ reason: 'aborted' }, 'cancelled');
  const env: Record<string, string | undefined> = { ...(options.env ?? process.env) };
  for (const { name, value } of exec.env) env[name] = value;
  env['KUBERNETES_EXEC_INFO'] = JSON.stringify(info);
  const launch = await launchOf(exec, env, failure);
  if (signal.aborted) throw new ApiError({ reason: 'aborted' }, 'cancelled');
  const output = await collect(exec, launch, env, signal, options.timeoutMs ?? defaultTimeoutMs, failure);
  return readCredential(output, exec, failure);
}

async function launchOf({ command, args }: ExecEntry, env: NodeJS.ProcessEnv, failure: Failure): Promise<Launch> {
  if (process.platform !== 'win32') return { file: command, args, verbatim: false };
  try {
    const found = await launchOnWindows(command, args, env);
    if (found !== undefined) return found;
  } catch (error) {
    throw error instanceof BatchArgumentError ? failure(error.message) : error;
  }
  throw notFound(command, failure);
}

const notFound = (command: string, failure: Failure): ApiError =>
  failure(`${command} is not installed or not on PATH`, { missing: true });

/** Source: client-go, `exec.LoadExecCredential` and `KUBERNETES_EXEC_INFO`. */
async function execInfo(exec: ExecEntry, cluster: ClusterEntry): Promise<object> {
  const spec: Record<string, unknown> = { interactive: false };
  if (exec.provideClusterInfo) {
    const ca =
      cluster.certificateAuthorityData ??
      (cluster.certificateAuthority === undefined
        ? undefined
        : await readFile(cluster.certificateAuthority, 'base64').catch(() => undefined));
    spec['cluster'] = defined({
      server: cluster.server,
      'tls-server-name': cluster.tlsServerName,
      'insecure-skip-tls-verify': cluster.insecureSkipTlsVerify || undefined,
      'certificate-authority-data': ca,
      'proxy-url': cluster.proxyUrl,
      'disable-compression': cluster.disableCompression || undefined,
      config: cluster.execConfig,
    });
  }
  return { kind: 'ExecCredential', apiVersion: exec.apiVersion, spec };
}

/** Runs the program and returns what it printed. */
function collect(
  exec: ExecEntry,
  launch: Launch,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
  timeoutMs: number,
  failure: Failure,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const output: Buffer[] = [];
    let size = 0;
    let stderr = '';
    let settled = false;
    const settle = (action: () => void): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      action();
    };
    const child = start(launch, env, (error) => settle(() => reject(spawnFailure(error, exec, failure))));
    const give = (message: string): void =>
      settle(() => {
        if (child !== undefined) kill(child);
        reject(failure(message, { stderr }));
      });
    const abort = (): void =>
      settle(() => {
        if (child !== undefined) kill(child);
        reject(new ApiError({ reason: 'aborted' }, 'cancelled'));
      });
    const seconds = Math.round(timeoutMs / 100) / 10;
    const timer = setTimeout(() => give(`${exec.command} did not finish in ${seconds} s`), timeoutMs);
    signal.addEventListener('abort', abort, { once: true });
    if (child === undefined) return;
    child.stdout?.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > longestOutput) give(`${exec.command} prints more than a credential`);
      else output.push(chunk);
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      if (stderr.length < longestComplaint) stderr = (stderr + chunk.toString('utf8')).slice(0, longestComplaint);
    });
    // `close` waits for whoever inherited the pipes; a helper that the plugin left behind must not hold up the answer.
    child.once('exit', (code, by) => {
      setTimeout(() => {
        if (code === 0) settle(() => resolve(Buffer.concat(output).toString('utf8')));
        else
          give(
            by === null ? `${exec.command} ended with exit code ${String(code)}` : `${exec.command} was ended by ${by}`,
          );
      }, 250);
    });
    child.once('close', (code) => {
      if (code === 0) settle(() => resolve(Buffer.concat(output).toString('utf8')));
    });
  });
}

/** Without a terminal a plugin that prompts fails instead of waiting: stdin is closed, and on POSIX /dev/tty is out of reach. */
function start(
  { file, args, verbatim }: Launch,
  env: NodeJS.ProcessEnv,
  failed: (error: Error) => void,
): ChildProcess | undefined {
  try {
    const child = spawn(file, args, {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: false,
      windowsHide: true,
      windowsVerbatimArguments: verbatim,
      detached: process.platform !== 'win32',
    });
    child.once('error', failed);
    return child;
  } catch (error) {
    failed(error instanceof Error ? error : new Error(String(error)));
    return undefined;
  }
}

function spawnFailure(error: Error, exec: ExecEntry, failure: Failure): ApiError {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return notFound(exec.command, failure);
  if (code === 'EACCES') return failure(`${exec.command} is not executable`);
  return failure(`${exec.command} cannot be started: ${error.message}`);
}

/** The plugin and what it started; SIGKILL for those that do not listen. */
function kill(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  const send = (signal: NodeJS.Signals): void => {
    try {
      if (process.platform !== 'win32') process.kill(-pid, signal);
      // `child.kill` would end the process alone, which for a batch file is cmd.exe.
      else
        spawn('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore', windowsHide: true }).once('error', () =>
          child.kill(),
        );
    } catch {
      // It has ended by itself.
    }
  };
  send('SIGTERM');
  const timer = setTimeout(() => send('SIGKILL'), 2_000);
  timer.unref();
  child.once('exit', () => clearTimeout(timer));
}

function readCredential(output: string, exec: ExecEntry, failure: Failure): ExecCredential {
  let parsed: unknown;
  try {
    parsed = JSON.parse(output);
  } catch {
    throw failure(`${exec.command} printed no ExecCredential`);
  }
  if (!isObject(parsed) || parsed['kind'] !== 'ExecCredential')
    throw failure(`${exec.command} printed no ExecCredential`);
  if (parsed['apiVersion'] !== exec.apiVersion)
    throw failure(`${exec.command} speaks ${String(parsed['apiVersion'])}, the kubeconfig says ${exec.apiVersion}`);
  const status = objectAt(parsed, 'status');
  const token = stringAt(status, 'token') || undefined;
  const cert = stringAt(status, 'clientCertificateData') || undefined;
  const key = stringAt(status, 'clientKeyData') || undefined;
  if ((cert === undefined) !== (key === undefined)) throw failure(`${exec.command} gave half of a client certificate`);
  if (token === undefined && cert === undefined)
    throw failure(`${exec.command} gave neither a token nor a certificate`);
  return defined({
    token,
    certificate: cert === undefined || key === undefined ? undefined : { cert, key },
    expires: timeAt(status, 'expirationTimestamp'),
  });
}
