import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export type ComponentName = 'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler' | 'kwok';

export interface ComponentOptions {
  readonly name: ComponentName;
  readonly program: string;
  readonly args: readonly string[];
  /** Standard output and error of every start are appended to `NAME.log` here. */
  readonly folder: string;
  /** One probe; it is repeated until it gives true. */
  readonly isReady: () => Promise<boolean>;
  readonly keeper: Keeper;
}

/** Whoever must know which process groups are alive, to end them if this process cannot. */
export interface Keeper {
  watch(group: number): void;
  forget(group: number): void;
}

const startMs = 90_000;
const stopMs = 10_000;

export class ComponentError extends Error {
  override readonly name = 'ComponentError';
}

/** One process of a control plane. Its command line stays the same for all its starts, its ports among it. */
export class Component {
  readonly name: ComponentName;
  readonly logFile: string;
  readonly #options: ComponentOptions;
  #process: ChildProcess | undefined;

  constructor(options: ComponentOptions) {
    this.name = options.name;
    this.#options = options;
    this.logFile = join(options.folder, `${options.name}.log`);
  }

  get running(): boolean {
    return this.#process !== undefined;
  }

  /** Resolves when it answers. @throws {ComponentError} with the end of its log when it does not. */
  async start(): Promise<void> {
    if (this.#process) throw new ComponentError(`${this.name} is already running.`);
    const log = openSync(this.logFile, 'a', 0o600);
    // A group of its own: Ctrl-C in a terminal reaches whoever started it, who then decides about the order.
    const child = spawn(this.#options.program, this.#options.args, {
      cwd: this.#options.folder,
      detached: true,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    const failure = new Promise<Error>((resolve) => child.once('error', resolve));
    if (child.pid === undefined)
      throw new ComponentError(`${this.name} could not be started: ${(await failure).message}`);
    const group = child.pid;
    this.#process = child;
    this.#options.keeper.watch(group);
    child.once('exit', () => {
      if (this.#process === child) this.#process = undefined;
      this.#options.keeper.forget(group);
    });
    child.unref();

    const deadline = Date.now() + startMs;
    while (!(await this.#options.isReady().catch(() => false))) {
      if (this.#process !== child) throw await this.#startFailure('has ended');
      if (Date.now() > deadline) {
        await this.kill();
        throw await this.#startFailure(`did not answer within ${startMs / 1000} seconds`);
      }
      await sleep(50);
    }
  }

  /** Asks it to end, and after ten seconds makes it. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Ends it at once, as a crash or a power failure would: nothing is said to clients, their connections just break. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Freezes it: connections stay open and are accepted, and nothing is ever answered. */
  pause(): void {
    this.#process?.kill('SIGSTOP');
  }

  resume(): void {
    this.#process?.kill('SIGCONT');
  }

  /** Kills it and starts it again with the same ports and data. */
  async restart(): Promise<void> {
    await this.kill();
    await this.start();
  }

  /** The last lines of what it wrote. */
  async logTail(lines = 30): Promise<string> {
    const content = await readFile(this.logFile, 'utf8').catch(() => '');
    return content.trimEnd().split('\n').slice(-lines).join('\n');
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#process;
    if (!child) return;
    child.ref();
    const ended = once(child, 'exit');
    child.kill(signal);
    // A frozen process takes only SIGKILL.
    child.kill('SIGCONT');
    const force = setTimeout(() => child.kill('SIGKILL'), stopMs);
    await ended;
    clearTimeout(force);
  }

  async #startFailure(what: string): Promise<ComponentError> {
    return new ComponentError(`${this.name} ${what}. The end of its log:\n${await this.logTail()}`);
  }
}
