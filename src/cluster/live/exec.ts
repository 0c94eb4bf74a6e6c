import type { V1Status } from '@kubernetes/client-node';
import { Writable } from 'node:stream';
import { ApiError } from '../apiError.ts';
import type { ExecOptions, ExecResult, PodName } from '../client.ts';
import type { Transport } from '../transport/transport.ts';

const defaultTimeoutMs = 30_000;
const defaultLimit = 1_048_576;

/** Runs a command in a container and gives what it printed. Throws an ApiError. */
export async function exec(
  transport: Transport,
  pod: PodName,
  { container, command, signal, timeoutMs = defaultTimeoutMs, limitBytes = defaultLimit }: ExecOptions,
): Promise<ExecResult> {
  // The channels of a command within one WebSocket are its business; connection and credentials stay ours.
  const { Exec, KubeConfig } = await import('@kubernetes/client-node');
  class OurConnection extends KubeConfig {
    override async applyToHTTPSOptions(options: object): Promise<void> {
      Object.assign(options, await transport.connectionOptions(signal));
    }
  }
  const config = new OurConnection();
  config.loadFromOptions({
    clusters: [{ name: 'ours', server: transport.localServer, skipTLSVerify: false }],
    users: [],
    contexts: [{ name: 'ours', cluster: 'ours', user: '' }],
    currentContext: 'ours',
  });
  const stdout = new Collected(limitBytes);
  const stderr = new Collected(limitBytes);
  return new Promise((resolve, reject) => {
    let socket: { close(): void } | undefined;
    let over = false;
    const finish = (action: () => void): void => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      socket?.close();
      action();
    };
    const fail = (error: unknown): void =>
      finish(() => reject(error instanceof Error ? error : new Error(String(error))));
    const abort = (): void => fail(new ApiError({ reason: 'aborted' }, 'cancelled'));
    const seconds = Math.round(timeoutMs / 100) / 10;
    const timer = setTimeout(
      () =>
        fail(
          new ApiError(
            { reason: 'timed-out', seconds },
            `${command[0] ?? 'the command'} did not finish in ${seconds} s`,
          ),
        ),
      timeoutMs,
    );
    if (signal?.aborted === true) {
      abort();
      return;
    }
    signal?.addEventListener('abort', abort, { once: true });
    new Exec(config)
      .exec(pod.namespace, pod.name, container, [...command], stdout, stderr, null, false, (status) => {
        const exitCode = exitCodeOf(status);
        if (exitCode === undefined)
          fail(
            new ApiError({ reason: 'server', status: status.code ?? 500 }, status.message ?? 'the command was not run'),
          );
        else finish(() => resolve({ stdout: stdout.text, stderr: stderr.text, exitCode }));
      })
      .then(
        (opened) => {
          socket = opened;
          if (over) opened.close();
          opened.addEventListener('close', () =>
            fail(new ApiError({ reason: 'truncated' }, 'the connection was cut before the command had ended')),
          );
        },
        (error: unknown) =>
          void refusal(transport, pod, container, signal).then((reason) => fail(reason ?? asError(error))),
      );
  });
}

/**
 * How a command ended, or undefined if it was not run. Source: k8s.io/apimachinery, `NonZeroExitCodeReason`: the code is
 * the message of a cause whose reason is `ExitCode`.
 */
export function exitCodeOf(status: V1Status): number | undefined {
  if (status.status === 'Success') return 0;
  const code = status.details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message;
  return code === undefined || !/^\d+$/.test(code) ? undefined : Number(code);
}

/** A WebSocket says only that it was not opened; the same question without the upgrade says why. */
async function refusal(
  transport: Transport,
  { namespace, name }: PodName,
  container: string,
  signal: AbortSignal | undefined,
): Promise<ApiError | undefined> {
  const query = new URLSearchParams({ container, command: 'true', stdout: 'true' });
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/exec?${query}`;
  try {
    (await transport.send({ path, ...(signal === undefined ? {} : { signal }) })).cancel();
    return undefined;
  } catch (error) {
    // 400: the server would have had it, as an upgrade.
    return error instanceof ApiError && error.reason !== 'rejected' ? error : undefined;
  }
}

const asError = (event: unknown): ApiError => {
  const said =
    typeof event === 'object' && event !== null && 'message' in event ? String(event.message) : String(event);
  return new ApiError({ reason: 'unreachable' }, said);
};

/** Keeps the first bytes and lets go of the rest. */
class Collected extends Writable {
  readonly #limit: number;
  readonly #chunks: Buffer[] = [];
  #size = 0;

  constructor(limit: number) {
    super();
    this.#limit = limit;
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    const kept = chunk.subarray(0, Math.max(0, this.#limit - this.#size));
    this.#size += kept.length;
    if (kept.length > 0) this.#chunks.push(kept);
    done();
  }
}
