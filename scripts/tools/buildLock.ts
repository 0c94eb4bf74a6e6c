import { readFileSync, rmSync } from 'node:fs';
import { mkdir, open, readFile, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A holder touches its lock this often … */
const beatMs = 5_000;
/** … and one that has not for this long is gone, on whatever machine or in whatever container it was. */
const staleMs = 30_000;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs `work` while holding the lock file, so that two processes do not build the same thing at once. Waits for
 * another holder as long as that one lives, and calls `onWait` with its process id once. A process that is interrupted
 * gives the lock back.
 */
export async function withLock<T>(file: string, onWait: (holder: string) => void, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  let told = false;
  while (!(await take(file))) {
    if (!told) onWait((await readHolder(file)).pid || 'unknown');
    told = true;
    await sleep(250);
  }
  const beat = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => undefined);
  }, beatMs);
  if (held.size === 0) for (const signal of signals) process.on(signal, interrupted);
  held.add(file);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    await rm(file, { force: true });
    held.delete(file);
    if (held.size === 0) for (const signal of signals) process.off(signal, interrupted);
  }
}

/** The locks that this process holds. */
const held = new Set<string>();

function interrupted(signal: NodeJS.Signals): void {
  // Somebody else who listens decides what becomes of the work.
  if (process.listenerCount(signal) > 1) return;
  for (const file of held) rmSync(file, { force: true });
  process.off(signal, interrupted);
  process.kill(process.pid, signal);
}

async function take(file: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx');
    await handle.writeFile(`${process.pid} ${hostname()}\n`);
    await handle.close();
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  if (!(await isAbandoned(file))) return false;
  await rm(file, { force: true });
  return take(file);
}

/** Its holder was killed on this machine, or has not touched it for long on any. */
async function isAbandoned(file: string): Promise<boolean> {
  const touched = await stat(file).then(
    (found) => found.mtimeMs,
    () => undefined,
  );
  if (touched === undefined) return false;
  const { pid, host } = await readHolder(file);
  return Date.now() - touched > staleMs || (host === hostname() && !isAlive(Number(pid)));
}

async function readHolder(file: string): Promise<{ readonly pid: string; readonly host: string }> {
  const [pid = '', host = ''] = (await readFile(file, 'utf8').catch(() => '')).trim().split(' ');
  return { pid, host };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    // EPERM: it lives, and is somebody else's.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

/** Killed, and kept in the list of processes by a parent that does not ask what became of it, as in many containers. */
function isZombie(pid: number): boolean {
  try {
    return /\) Z /.test(readFileSync(`/proc/${String(pid)}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
