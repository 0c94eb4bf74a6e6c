#!/usr/bin/env node
import type { CommandIo } from './io.ts';
import { run } from './run.ts';

// A reader that has seen enough, such as `head`, closes the pipe: that is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 2);
});

const drained = (): Promise<void> =>
  new Promise((resolve) => {
    process.stdout.once('drain', resolve);
  });

const io: CommandIo = {
  out: (text) => (process.stdout.write(text) ? undefined : drained()),
  err: (text) => void process.stderr.write(text),
  interactive: process.stderr.isTTY,
};

process.exitCode = await run(process.argv.slice(2), io);
