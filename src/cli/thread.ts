import { once } from 'node:events';
import { type MessagePort, Worker, workerData } from 'node:worker_threads';
import { isObject } from '../model/json.ts';
import { type CommandIo, exitCode, type ExitCode } from './io.ts';

/**
 * What a command in a thread of its own tells the thread that started it, which says `null` once output has been taken,
 * and hands over standard input, which is that thread's alone.
 */
type FromThread =
  | { readonly kind: 'in' }
  | { readonly kind: 'out' | 'err' | 'progress'; readonly text: string }
  | { readonly kind: 'ended'; readonly code: ExitCode };

/** Characters of output that are handed over at a time. */
const pieceLength = 65_536;

/** Bytes of input from which on a thread is worth its start: reading them takes longer than half a second. */
const largeInput = 4_000_000;

/**
 * Whether a command has so much to do that this thread is better kept free, to show how far it is: a live cluster,
 * standard input, which may be long, or many bytes to read. Whatever among the arguments is a file or a folder is taken for input.
 */
export async function isHeavy(args: readonly string[]): Promise<boolean> {
  if (args.length < 2) return false;
  if (args.includes('--context') || args.some((arg) => arg.startsWith('--context='))) return true;
  if (args.includes('-')) return true;
  const { findManifestFiles } = await import('../cluster/folderFiles.ts');
  const { files } = await findManifestFiles(args.filter((arg) => !arg.startsWith('-')));
  return files.reduce((sum, { size }) => sum + size, 0) > largeInput;
}

/** Carries out a command in a thread of its own: `program` runs `answerInThread` there. */
export function runInThread(program: URL, args: readonly string[], io: CommandIo): Promise<ExitCode> {
  return new Promise((resolve) => {
    let code: ExitCode = exitCode.badInput;
    const worker = new Worker(program, { workerData: { args } });
    worker.on('message', (message: FromThread) => {
      if (message.kind === 'ended') code = message.code;
      else if (message.kind === 'in')
        void io.input().then(
          (bytes) => worker.postMessage(bytes),
          (error: unknown) => worker.postMessage(error),
        );
      else if (message.kind === 'out')
        void Promise.resolve(io.out(message.text)).then(() => {
          worker.postMessage(null);
        });
      else io[message.kind](message.text);
    });
    worker.on('error', (error) => {
      io.progress('');
      io.err(`network-inspector: ${wordsOf(error)}\n`);
    });
    worker.on('exit', () => {
      resolve(code);
    });
  });
}

const wordsOf = (error: unknown): string => {
  const isFull = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  if (isFull) return 'the memory is not enough for this input. NODE_OPTIONS=--max-old-space-size=8192 gives it 8 GB.';
  return error instanceof Error ? error.message : String(error);
};

/** In a thread that `runInThread` has started: carries out the command, and tells what it writes. */
export async function answerInThread(
  port: MessagePort,
  run: (args: readonly string[], io: CommandIo) => Promise<ExitCode>,
): Promise<void> {
  const data: unknown = workerData;
  const args = isObject(data) && Array.isArray(data['args']) ? data['args'].map(String) : [];
  const tell = (message: FromThread): void => {
    port.postMessage(message);
  };
  let written = '';
  const flush = async (): Promise<void> => {
    const text = written;
    written = '';
    if (text === '') return;
    const taken = once(port, 'message');
    tell({ kind: 'out', text });
    await taken;
  };
  const code = await run(args, {
    input: async () => {
      const answer = once(port, 'message');
      tell({ kind: 'in' });
      const [bytes] = (await answer) as unknown[];
      if (bytes instanceof Uint8Array) return bytes;
      throw bytes;
    },
    out: (text) => {
      written += text;
      return written.length < pieceLength ? undefined : flush();
    },
    err: (text) => {
      tell({ kind: 'err', text });
    },
    progress: (text) => {
      tell({ kind: 'progress', text });
    },
  });
  await flush();
  tell({ kind: 'ended', code });
}
