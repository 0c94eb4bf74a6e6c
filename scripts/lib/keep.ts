import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { projectFolder } from './project.ts';

/**
 * Sees to it that a child, which has to be the first of its process group, is ended with everything below it and that a
 * folder is removed when this process is gone, even if it was killed. Returns what ends that care.
 */
export function keep(child: ChildProcess, folder?: string): () => void {
  const program = join(projectFolder, 'test', 'control-plane', 'keeper.ts');
  const keeper = spawn(process.execPath, [program, ...(folder === undefined ? [] : [folder])], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  keeper.unref();
  keeper.stdin.on('error', () => undefined);
  if (child.pid !== undefined) keeper.stdin.write(`+${String(child.pid)}\n`);
  return () => {
    keeper.stdin.end(`-${String(child.pid)}\n`);
  };
}
