import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Runs `work` while no other process that asks for the same file does. The lock of a process that died is taken
 * over, so that an interrupted run never blocks the next one.
 */
export async function withLock<T>(file: string, work: () => Promise<T>, onWait?: () => void): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  for (let attempt = 0; !(await tryLock(file)); attempt++) {
    if (attempt === 0) onWait?.();
    await delay(500);
  }
  const release = () => rm(file, { force: true });
  try {
    return await work();
  } finally {
    await release();
  }
}

async function tryLock(file: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx');
    await handle.writeFile(String(process.pid));
    await handle.close();
    return true;
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
  const owner = await readFile(file, 'utf8').catch(() => '');
  // An empty file is one that its owner is about to fill, unless it died in between: give it a moment.
  if (owner === '') {
    await delay(1000);
    if ((await readFile(file, 'utf8').catch(() => 'gone')) !== '') return false;
  } else if (isAlive(Number(owner))) {
    return false;
  }
  await rm(file, { force: true });
  return false;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
