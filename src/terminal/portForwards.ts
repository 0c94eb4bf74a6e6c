import { type ChildProcess, spawn } from 'node:child_process';
import { Disposable, onDispose } from '../base/disposable.ts';
import type { PodName } from './podCommands.ts';

export interface ForwardRequest {
  readonly kubectl: string;
  /** The kubeconfig that kubectl is to use; it is read when kubectl starts and at no other time. */
  readonly kubeconfig: string;
  readonly pod: PodName;
  readonly port: number;
  /** A free one when absent. */
  readonly localPort?: number;
}

export interface Forward {
  readonly pod: PodName;
  readonly port: number;
  /** On the loopback interface of the machine on which the extension runs. */
  readonly localPort: number;
}

export interface EndedForward {
  readonly forward: Forward;
  readonly words: string;
}

/** kubectl did not forward the port, with kubectl's own words. */
export class ForwardError extends Error {
  override readonly name = 'ForwardError';
}

const startMs = 30_000;

/**
 * Ports of pods that are forwarded by kubectl, each by a process of its own, started with an argument array and bound to
 * loopback alone. They end with this object, and with the process that holds it.
 */
export class PortForwards extends Disposable {
  readonly #running = new Map<Forward, ChildProcess>();
  readonly #changed: (ended?: EndedForward) => void;

  /** `changed` is called after a forward has begun or ended, with kubectl's words where it ended by itself. */
  constructor(changed: (ended?: EndedForward) => void) {
    super();
    this.#changed = changed;
    this.own(
      onDispose(() => {
        for (const child of this.#running.values()) child.kill();
        this.#running.clear();
      }),
    );
  }

  get list(): readonly Forward[] {
    return [...this.#running.keys()];
  }

  stop(forward: Forward): void {
    const child = this.#running.get(forward);
    if (!this.#running.delete(forward)) return;
    child?.kill();
    this.#changed();
  }

  /** Resolves when kubectl listens. @throws {ForwardError} when it does not come to that. */
  start({ kubectl, kubeconfig, pod, port, localPort }: ForwardRequest): Promise<Forward> {
    const child = spawn(kubectl, forwardPort(pod, port, localPort), {
      env: { ...process.env, KUBECONFIG: kubeconfig },
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    return new Promise((resolve, reject) => {
      let forward: Forward | undefined;
      let output = '';
      let errors = '';
      const timer = setTimeout(() => {
        child.kill();
        reject(new ForwardError(`kubectl did not listen within ${startMs / 1000} s`));
      }, startMs);
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        if (forward !== undefined) return;
        output += text;
        const listening = /Forwarding from [^\s]+:(\d+) -> /.exec(output)?.[1];
        if (listening === undefined) return;
        clearTimeout(timer);
        if (this.disposed) {
          child.kill();
          reject(new ForwardError('the window is closing'));
          return;
        }
        forward = { pod, port, localPort: Number(listening) };
        this.#running.set(forward, child);
        this.#changed();
        resolve(forward);
      });
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        errors = (errors + text).slice(-2000);
      });
      child.once('error', (error) => {
        clearTimeout(timer);
        reject(new ForwardError(error.message));
      });
      child.once('close', (code) => {
        clearTimeout(timer);
        const words = errors.trim() || `kubectl ended with ${code === null ? 'a signal' : String(code)}`;
        if (forward === undefined) reject(new ForwardError(words));
        else if (this.#running.delete(forward)) this.#changed({ forward, words });
      });
    });
  }
}

const forwardPort = ({ namespace, name }: PodName, port: number, localPort: number | undefined): readonly string[] => [
  '-n',
  namespace,
  'port-forward',
  '--address=127.0.0.1',
  `pod/${name}`,
  `${localPort ?? ''}:${port}`,
];
