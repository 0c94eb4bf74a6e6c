import { Disposable, onDispose } from '../../base/disposable.ts';
import { ApiError } from '../../cluster/apiError.ts';
import type { ClusterSource } from '../../cluster/source.ts';
import type { LogRequest, LogState, PageSubject, ToPage } from '../protocol.ts';
import { t } from '../translate.ts';

/** Lines are sent together this often: a page cannot draw more often than that to any use. */
const batchMs = 100;
/** Lines that may wait for the next batch; the page shows no more at once. */
const waitingLines = 5000;
/** A longer line is cut: the page shows its beginning. */
const longestLine = 16_384;

type LogMessage = Extract<ToPage, { type: 'log' }>;

/** Reads the log that a page asks for, one at a time, and sends it in batches that are bounded whatever comes. */
export class LogStream extends Disposable {
  readonly #source: ClusterSource;
  readonly #subject: PageSubject;
  readonly #send: (message: LogMessage) => void;
  #current: AbortController | undefined;

  constructor(source: ClusterSource, subject: PageSubject, send: (message: LogMessage) => void) {
    super();
    this.#source = source;
    this.#subject = subject;
    this.#send = send;
    this.own(onDispose(() => this.stop()));
  }

  stop(): void {
    this.#current?.abort();
    this.#current = undefined;
  }

  /** Replaces what was being read; `what` undefined ends it. */
  ask(request: number, what: LogRequest | undefined): void {
    this.stop();
    if (what === undefined || this.disposed) return;
    const current = new AbortController();
    this.#current = current;
    void this.#read(request, what, current.signal);
  }

  async #read(request: number, what: LogRequest, signal: AbortSignal): Promise<void> {
    const { client } = this.#source;
    let lines: string[] = [];
    let dropped = 0;
    const flush = (state: LogState): void => {
      if (signal.aborted) return;
      this.#send({ type: 'log', request, state, lines, dropped });
      lines = [];
      dropped = 0;
    };
    if (client === undefined) {
      flush({ kind: 'failed', reason: t('A folder has no logs.') });
      return;
    }
    const going: LogState = what.follow ? { kind: 'following' } : { kind: 'loading' };
    let sent = false;
    const timer = setInterval(() => {
      if (lines.length === 0 && sent) return;
      sent = true;
      flush(going);
    }, batchMs);
    try {
      const { container, previous, follow, timestamps, tail, sinceSeconds } = what;
      const options = {
        container,
        previous,
        follow,
        timestamps,
        signal,
        ...(tail !== undefined && { tailLines: tail }),
        ...(sinceSeconds !== undefined && { sinceSeconds }),
      };
      for await (const line of client.logs(this.#subject, options)) {
        if (signal.aborted) return;
        lines.push(line.length > longestLine ? `${line.slice(0, longestLine)}… (${line.length} characters)` : line);
        if (lines.length > waitingLines * 2) {
          dropped += lines.length - waitingLines;
          lines = lines.slice(-waitingLines);
        }
      }
      flush({ kind: 'ended' });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      flush(failure(error));
    } finally {
      clearInterval(timer);
    }
  }
}

function failure({ failure: cause, message }: ApiError): LogState {
  switch (cause.reason) {
    case 'forbidden':
      return { kind: 'forbidden', verb: cause.verb, resource: cause.resource, namespace: cause.namespace ?? '' };
    case 'aborted':
      return { kind: 'idle' };
    default:
      return { kind: 'failed', reason: t('The log cannot be read: {0}.', message) };
  }
}
