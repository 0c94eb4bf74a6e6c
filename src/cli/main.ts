#!/usr/bin/env node
import { buffer } from 'node:stream/consumers';
import { parentPort } from 'node:worker_threads';
import { ProgressLine } from './progressLine.ts';
import { run } from './run.ts';
import { answerInThread, isHeavy, runInThread } from './thread.ts';

/** Settles when the reader has taken what was written before. */
const drained = (): Promise<void> =>
  new Promise((resolve) => {
    process.stdout.once('drain', resolve);
  });

if (parentPort !== null) await answerInThread(parentPort, run);
else {
  // A reader that has seen enough, such as `head`, closes the pipe: that is no failure of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : 2);
  });
  const write = (text: string): void => void process.stderr.write(text);
  // A terminal that does not know its width says 0.
  const line = process.stderr.isTTY ? new ProgressLine(write, () => process.stderr.columns || 80) : undefined;
  const io = {
    input: () => buffer(process.stdin),
    out: (text: string) => {
      line?.hide();
      return process.stdout.write(text) ? undefined : drained();
    },
    err: (text: string) => {
      line?.hide();
      write(text);
    },
    progress: (text: string) => {
      line?.show(text);
    },
  };
  const args = process.argv.slice(2);
  process.exitCode = (await isHeavy(args))
    ? await runInThread(new URL(import.meta.url), args, io)
    : await run(args, io);
  line?.show('');
}
