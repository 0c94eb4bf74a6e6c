import { Worker } from 'node:worker_threads';
import type { FoundFile } from './folderFiles.ts';
import type { Kustomization } from './kustomization.ts';
import { breathe } from './live/pace.ts';
import { type ManifestFile, type ReadObject, readManifestFile } from './manifestFile.ts';
import type { FromManifestWorker, ToManifestWorker } from './manifestWorker.ts';

/** Reading fewer bytes takes less time than handing them over. */
const large = 131_072;

/**
 * Reads files in a thread of its own, which ends with `close` and is started by the first file that is large: a dump of a
 * whole cluster takes seconds to parse. Where no thread can be had, files are read in this one; what was too much for the
 * thread would be too much here as well.
 */
export class ManifestThread {
  readonly #program: string | URL;
  #worker: Worker | undefined;
  /** A thread has run once, so it was not for want of one that a file was not read. */
  #served = false;

  constructor(program: string | URL = besideThis()) {
    this.#program = program;
  }

  /** One file at a time. @throws the signal's reason, which also ends the thread. */
  async read(file: FoundFile, signal?: AbortSignal, by: readonly Kustomization[] = []): Promise<ManifestFile> {
    if (file.size < large) return readManifestFile(file, by);
    signal?.throwIfAborted();
    return (await this.#inThread(file, by, signal)) ?? readManifestFile(file, by);
  }

  close(): void {
    void this.#worker?.terminate();
    this.#worker = undefined;
  }

  #start(): Worker {
    const worker = new Worker(this.#program);
    // Also while nobody waits for it.
    worker.on('error', () => undefined);
    worker.once('exit', () => {
      if (this.#worker === worker) this.#worker = undefined;
    });
    return worker;
  }

  /** Undefined where there is no thread. */
  #inThread(
    file: FoundFile,
    by: readonly Kustomization[],
    signal: AbortSignal | undefined,
  ): Promise<ManifestFile | undefined> {
    return new Promise((resolve, reject) => {
      const worker = (this.#worker ??= this.#start());
      const objects: ReadObject[] = [];
      const settle = (): void => {
        worker.off('error', fail).off('exit', fail).off('message', receive);
        signal?.removeEventListener('abort', abort);
      };
      const fail = (): void => {
        settle();
        this.close();
        resolve(this.#served ? unread(file) : undefined);
      };
      const abort = (): void => {
        settle();
        this.close();
        reject(signal?.reason instanceof Error ? signal.reason : new Error('cancelled'));
      };
      signal?.addEventListener('abort', abort, { once: true });
      const post = (message: ToManifestWorker): void => {
        worker.postMessage(message);
      };
      const receive = (message: FromManifestWorker): void => {
        if (message.kind === 'ready') this.#served = true;
        else if (message.kind === 'objects') {
          for (const object of message.objects) objects.push(object);
          void breathe().then(() => post({ kind: 'next' }));
        } else {
          settle();
          resolve({ ...message.file, objects });
        }
      };
      worker.on('error', fail).on('exit', fail).on('message', receive);
      post({ kind: 'read', file, by });
    });
  }
}

const unread = (file: FoundFile): ManifestFile => ({
  file,
  objects: [],
  apiVersions: [],
  version: undefined,
  problems: [
    {
      file: file.path,
      line: 1,
      severity: 'error',
      code: 'too-large',
      message: `${Math.round(file.size / 1e6)} MB could not be parsed with the memory there is. Split the file.`,
    },
  ],
});

/** In the sources, in dist/, or among its chunks. */
function besideThis(): URL {
  const here = import.meta.url;
  if (here.endsWith('.ts')) return new URL('./manifestWorker.ts', here);
  return new URL(/\/chunks\/[^/]+$/.test(here) ? '../manifestWorker.js' : './manifestWorker.js', here);
}
