import { mkdir, open, readFile, rm, stat, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A holder touches its lock this often … */
const beatMs = 5_000;
/** … and one that has not for this long is gone, whatever has become of its process id. */
const staleMs = 30_000;

/**
 * Runs `work` while holding the lock file, so that two processes do not build the same thing at once. Waits for
 * another holder as long as that one lives, and calls `onWait` with its process id once.
 */
export async function withLock<T>(file: string, onWait: (holder: string) => void, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  let told = false;
  while (!(await take(file))) {
    if (!told) onWait((await readFile(file, 'utf8').catch(() => '')).trim() || 'unknown');
    told = true;
    await sleep(1_000);
  }
  const beat = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => undefined);
  }, beatMs);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    await rm(file, { force: true });
  }
}

async function take(file: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx');
    await handle.writeFile(`${process.pid}\n`);
    await handle.close();
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  const touched = await stat(file).then(
    (found) => found.mtimeMs,
    () => undefined,
  );
  if (touched !== undefined && Date.now() - touched > staleMs) await rm(file, { force: true });
  return false;
}
